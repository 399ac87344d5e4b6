"""The facts that a release's licences give, each with its place."""

from __future__ import annotations

from collections.abc import Mapping

from weighbridge.facts import Fact
from weighbridge.release.licence.covers import WEIGHTS
from weighbridge.release.licence.identify import How
from weighbridge.release.licence.report import Answered, FoundLicence, with_brought_in
from weighbridge.release.licence.table import LicenceTable
from weighbridge.release.observations import Observations

_FACTS = {
    "access": "licence_allows_access",
    "use": "licence_allows_use",
    "modify": "licence_allows_modification",
    "redistribute": "licence_allows_redistribution",
    "non_commercial": "licence_non_commercial",
    "territory_excluded": "licence_excludes_territory",
    "eu_excluded": "licence_excludes_eu",
    "use_limits": "licence_use_limits",
    "separate_commercial_licence": "licence_commercial_separate",
}
_THRESHOLDS = ("user_threshold", "revenue_threshold")


def record_facts(licences: list[FoundLicence], table: LicenceTable, seen: Observations) -> None:
    """Record what the licences of the weights come to: texts and names in the card apart."""
    of_weights = [each for each in licences if each.of == WEIGHTS and each.kind == "licence"]
    policies = [each for each in licences if each.kind == "policy"]
    texts = [each for each in of_weights if each.from_text]
    names = [each for each in of_weights if not each.from_text]
    for found in texts:
        _record_identity(found, seen)
    for found in names:
        seen.declared("licence_weights", found.identity.id, found.place)
    _record_terms(with_brought_in(texts, policies, table), seen)
    _record_terms(with_brought_in(names, [], table), seen)


def _record_identity(found: FoundLicence, seen: Observations) -> None:
    identity = found.identity
    exact = identity.how is How.EXACT
    seen.measured("licence_known", exact, found.place)
    if identity.how is How.TITLE:
        seen.declared("licence_weights", identity.id, found.place, "by the title of its text")
    elif identity.how is not How.UNKNOWN:
        note = "" if exact else f"{identity.how}, score {identity.score}"
        seen.measured("licence_weights", identity.id, found.place, note)


def _record_terms(terms: Mapping[str, Answered], seen: Observations) -> None:
    for name, fact in _FACTS.items():
        if name in terms:
            _record_answer(fact, bool(terms[name].answer), terms[name], seen)
    thresholds = [terms[name] for name in _THRESHOLDS if name in terms]
    holding = [each for each in thresholds if each.answer]
    if holding:
        _record_answer("licence_scale_threshold", True, holding[0], seen)
    elif len(thresholds) == len(_THRESHOLDS):
        _record_answer("licence_scale_threshold", False, thresholds[0], seen)


def _record_answer(fact: str, value: bool, answered: Answered, seen: Observations) -> None:
    seen.facts.append(Fact(fact, value, answered.source, answered.place, note=answered.words))
