"""What the licences of its bases ask of a release, held against each other and against its own.

``weighbridge check RELEASE --base OTHER`` hands in a base that was read itself::

    base = licence_of_base("OTHER", licence_report(other), load_table())
    find_inherited(licence_report(release), [base], seen)

Bases that a release only names are taken from ``bases.yaml`` (:func:`bases_named`). Which demands
cannot be kept together is data (``inheritance.yaml``). Nothing here says whether weights fall
under a licence at all, nor whether its maker gave leave beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from weighbridge.facts import Severity
from weighbridge.release.licence.bases import Base, bases_named, licence_of_base
from weighbridge.release.licence.covers import WEIGHTS
from weighbridge.release.licence.demands import Conflict, Demands, Offer, load_demands
from weighbridge.release.licence.report import LicenceReport
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

__all__ = ["Base", "bases_named", "find_inherited", "licence_of_base", "record_base_licence"]

_HEAVIEST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)


def record_base_licence(bases: Sequence[Base], names: int, seen: Observations) -> None:
    """Record the word for the licence of all bases, if it is one and all ``names`` are known."""
    words = {base.word for base in bases}
    told = {fact.value for fact in seen.named("base_licence")}
    if len(bases) != names or len(words) != 1 or words == told:
        return
    base = bases[0]
    note = f"`{base.name}` came under {base.licence}, {base.known}"
    seen.derived("base_licence", base.word, base.place, note)


def find_inherited(
    release: LicenceReport, bases: Sequence[Base], seen: Observations, owner: str = ""
) -> None:
    """Record where bases cannot be kept together, and where the release gives more than they gave.

    ``owner`` is the account that gives the release out: of bases of its own it may say anything.
    """
    demands = load_demands()
    others = [base for base in bases if not owner or base.owner != owner.lower()]
    for one, other in combinations(others, 2):
        _find_conflict(one, other, demands, seen)
    for base in others:
        _find_closed(base, seen)
        _find_more(release, base, demands, seen)


def _find_conflict(one: Base, other: Base, demands: Demands, seen: Observations) -> None:
    if one.licence is not None and one.licence == other.licence:
        return
    found = [
        (rule.severity, first, second, rule)
        for rule in demands.conflicts
        for first, second in ((one, other), (other, one))
        if _clash(first, second, rule)
    ]
    if not found:
        _find_names(one, other, seen)
        return
    severity, first, second, rule = min(found, key=lambda each: _HEAVIEST.index(each[0]))
    message = (
        f"{_came(first)} asks that changed copies {demands.phrases[rule.one]}, and"
        f" {_came(second)} that they {demands.phrases[rule.other]}: one copy cannot keep both"
    )
    seen.find("licence-bases-conflict", severity, message, *_places(first, second))


def _clash(one: Base, other: Base, rule: Conflict) -> bool:
    """Return whether ``one`` asks the rule's first demand and ``other``, unlike it, its second."""
    if rule.one not in one.asked.demands or rule.other not in other.asked.demands:
        return False
    if _joins(one, other) or _joins(other, one):
        return False
    return rule.one == rule.other or rule.other not in one.asked.demands


def _joins(one: Base, other: Base) -> bool:
    return other.licence is not None and other.licence in one.asked.others


def _find_names(one: Base, other: Base, seen: Observations) -> None:
    """Find two licences that each want another word at the beginning of the name."""
    first, second = one.asked.begins, other.asked.begins
    if not first or not second or first.startswith(second) or second.startswith(first):
        return
    message = (
        f"{_came(one)} asks that the name of a changed copy begin with {first}, and"
        f" {_came(other)} with {second}: one name cannot do both"
    )
    seen.find("licence-bases-conflict", Severity.MEDIUM, message, *_places(one, other))


def _find_closed(base: Base, seen: Observations) -> None:
    if "closed" in base.asked.demands:
        message = (
            f"{_came(base)} lets nobody give changed copies on to others:"
            " for this release it takes leave from its maker"
        )
        seen.find("licence-base-closed", Severity.HIGH, message, *_places(base))


def _find_more(release: LicenceReport, base: Base, demands: Demands, seen: Observations) -> None:
    """Find what the release's own licence leaves out of what its base's licence passes on."""
    own = [each for each in release.licences if each.of == WEIGHTS and each.kind == "licence"]
    ids = sorted({each.identity.id for each in own})
    if not own or base.licence in ids or base.asked.others.intersection(ids):
        return
    missing = [
        (offer.severity, demands.phrases[offer.demand])
        for offer in demands.offers
        if offer.demand in base.asked.demands and _lacks(release, offer)
    ]
    if "same" in base.asked.demands and _is_other(ids):
        missing.insert(0, (Severity.HIGH, demands.phrases["same"]))
    if not missing:
        return
    severity = min((each[0] for each in missing), key=_HEAVIEST.index)
    message = (
        f"{_came(base)} asks that changed copies {_joined([each[1] for each in missing])};"
        f" the release is offered under {' and '.join(ids)}, which does not say so"
    )
    seen.find("licence-gives-more", severity, message, *_places(base), own[0].place)


def _lacks(release: LicenceReport, offer: Offer) -> bool:
    """Return whether the release's licence is known to have none of the offer's conditions."""
    answers = [release.conditions.get(name) for name in offer.conditions]
    return all(each is not None and each.answer is False for each in answers)


def _is_other(ids: list[str]) -> bool:
    return all(id != "unknown" and not id.startswith("LicenseRef-modified-") for id in ids)


def _came(base: Base) -> str:
    if base.licence is None:
        return f"the licence of `{base.name}`"
    return f"{base.licence}, under which `{base.name}` came,"


def _joined(phrases: list[str]) -> str:
    *rest, last = phrases
    return f"{', '.join(rest)} and {last}" if rest else last


def _places(*bases: Base) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(base.place for base in bases if base.place is not None))
