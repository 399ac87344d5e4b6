"""What was found of a release's licences, and the conditions that law asks about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from weighbridge.facts import Finding, Source
from weighbridge.release.licence.covers import UNKNOWN, WEIGHTS
from weighbridge.release.licence.identify import How, Identity
from weighbridge.release.licence.table import CONDITIONS, Answer, Licence, LicenceTable
from weighbridge.text.places import Place


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one condition.

    answer: it holds or not; for a threshold its number, or ``False`` where there is none
    source: ``measured`` from a recognised text or a clause, ``declared`` by a name alone
    place:  where it is said
    words:  the clause, where one was found; else how it is known
    """

    answer: Answer
    source: Source
    place: Place
    words: str = ""


@dataclass(frozen=True, slots=True)
class FoundLicence:
    """One licence, use policy or notice of a release.

    identity:   what it was recognised as
    place:      the file, or the line of the card that names it
    of:         ``weights``, ``code``, ``data`` or ``unknown``
    kind:       ``licence``, ``policy`` or ``notice``
    conditions: what is known of its terms; a condition left out is unknown
    """

    identity: Identity
    place: Place
    of: str
    kind: str
    conditions: Mapping[str, Answered]

    @property
    def from_text(self) -> bool:
        """Whether there is a text, not only a name in the card."""
        return self.identity.how is not How.CARD

    def to_json(self) -> dict[str, Any]:
        """Return the entry of ``licences`` in the report."""
        identity = self.identity
        return {
            "id": identity.id,
            "score": identity.score,
            "from": str(self.place),
            "of": self.of,
            "nearest": identity.nearest,
            "difference": [each.to_json() for each in identity.difference],
            "how": str(identity.how),
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class LicenceReport:
    """All licences found, what they come to for the weights, and what is odd about them."""

    licences: tuple[FoundLicence, ...] = ()
    conditions: Mapping[str, Answered] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; a condition nobody knows is ``None``."""
        known = self.conditions
        return {
            "format": 1,
            "licences": [each.to_json() for each in self.licences],
            "conditions": {name: _answer(known.get(name)) for name in CONDITIONS},
            "evidence": {name: _evidence(known[name]) for name in CONDITIONS if name in known},
            "findings": [_finding(each) for each in self.findings],
        }


def report_conditions(
    licences: Iterable[FoundLicence], table: LicenceTable, *, alone: bool = False
) -> dict[str, Answered]:
    """Return what the licences of the weights come to, else those that do not say what they cover.

    Texts go before names in the card, whose terms fill what no text answers only where a text
    is absent altogether. ``alone`` is true for one file, whatever it covers.
    """
    found = [each for each in licences if each.kind != "notice"]
    plain = [each for each in found if each.kind == "licence"]
    policies = [each for each in found if each.kind == "policy"]
    for wanted in (WEIGHTS, UNKNOWN):
        of = [each for each in plain if each.of == wanted]
        chosen = [each for each in of if each.from_text] or of
        if chosen:
            return with_brought_in(chosen, policies, table)
    return combined(found if alone else policies)


def combined(licences: list[FoundLicence]) -> dict[str, Answered]:
    """Return the conditions on which all the licences agree."""
    if not licences:
        return {}
    first, *rest = licences
    return {
        name: answered
        for name, answered in first.conditions.items()
        if all(_agrees(each.conditions.get(name), answered) for each in rest)
    }


def with_brought_in(
    licences: list[FoundLicence], policies: list[FoundLicence], table: LicenceTable
) -> dict[str, Answered]:
    """Return the terms on which the licences agree, with those of the use policies they name."""
    terms = _with_policies(combined(licences), policies)
    present = {each.identity.id for each in policies}
    for found in licences:
        licence = table.get(found.identity.id)
        for name, answer in _policy_terms(licence, table).items():
            if licence is None or (name in terms and terms[name].answer):
                continue
            if answer is None:
                terms.pop(name, None)
            elif licence.policy not in present:
                note = f"known terms of {licence.policy}, which {licence.id} brings in"
                terms[name] = Answered(answer, Source.DECLARED, found.place, note)
    return terms


def _policy_terms(licence: Licence | None, table: LicenceTable) -> dict[str, Answer | None]:
    """Return what the use policy that a licence brings in adds; ``None`` where that is open."""
    policy = table.get(licence.policy) if licence is not None and licence.policy else None
    if policy is None or licence is None:
        return {}
    added: dict[str, Answer | None] = {k: True for k, v in policy.conditions.items() if v}
    return added | {k: None for k in licence.conditions if k not in policy.conditions}


def _with_policies(
    conditions: Mapping[str, Answered], policies: Iterable[FoundLicence]
) -> dict[str, Answered]:
    """Return the conditions with what the use policies add: they limit and never free."""
    added = dict(conditions)
    for policy in policies:
        for name, answered in policy.conditions.items():
            if answered.answer and not (name in added and added[name].answer):
                added[name] = answered
    return added


def _agrees(other: Answered | None, answered: Answered) -> bool:
    return other is not None and other.answer == answered.answer


def _answer(answered: Answered | None) -> Answer | None:
    return None if answered is None else answered.answer


def _evidence(answered: Answered) -> dict[str, str]:
    return {
        "from": str(answered.place),
        "source": str(answered.source),
        "words": answered.words,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "where": [str(place) for place in finding.where],
    }
