"""One value from many sources (DESIGN 5), with every disagreement kept and told.

``--set`` and ``--facts`` replace what was read; then what was measured; then declared, derived
and the releaser's ``weighbridge.toml`` together: where they overlap the intersection stands,
where they do not the hull does (a flag or a word is unknown) and a finding names both places.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weighbridge.assess.assessment import KnownFact
from weighbridge.facts import Fact, FactType, Finding, Range, Severity, Source, Value, Vocabulary
from weighbridge.facts.values import value_to_text
from weighbridge.text.places import Place


@dataclass(frozen=True, slots=True)
class Settlement:
    """A person's word on a conflict: the value that stands, why, by whom, when."""

    key: str
    value: Value
    why: str
    by: str
    on: str
    place: Place


def resolve(
    vocabulary: Vocabulary,
    read: Iterable[Fact],
    asserted: Iterable[Fact],
    settlements: Iterable[Settlement] = (),
    unset: Iterable[str] = (),
) -> tuple[dict[str, KnownFact], list[Finding]]:
    """Return what stands for each key, and a finding for each contradiction.

    ``asserted`` are in the order given: the last one of a key wins. ``unset`` makes keys unknown.
    """
    by_key: dict[str, list[Fact]] = {}
    for fact in read:
        by_key.setdefault(fact.key, []).append(fact)
    settled = {each.key: each for each in settlements}
    known: dict[str, KnownFact] = {}
    findings: list[Finding] = []
    for key, facts in by_key.items():
        type_ = vocabulary[facts[0].name]
        known[key] = _weigh(key, type_, facts, settled.get(key), findings)
    for fact in asserted:
        known[fact.key] = _replaced(known.get(fact.key), fact, vocabulary[fact.name], findings)
    for key in unset:
        known.pop(key, None)
    return dict(sorted(known.items())), findings


def _weigh(
    key: str,
    type_: FactType,
    facts: list[Fact],
    settlement: Settlement | None,
    findings: list[Finding],
) -> KnownFact:
    measured = [fact for fact in facts if fact.source is Source.MEASURED]
    others = [fact for fact in facts if fact.source in (Source.DECLARED, Source.DERIVED)]
    ranked = measured or others or facts
    value, conflict = _joined(type_, ranked)
    first = ranked[0]
    if conflict and settlement is not None:
        return KnownFact(
            key,
            type_,
            settlement.value,
            first.source,
            settlement.place,
            settlement.why,
            tuple(facts),
            by=settlement.by,
            on=settlement.on,
        )
    if conflict:
        findings.append(_conflict(type_, ranked))
    carrier = _carrier(ranked, value)
    rest = tuple(fact for fact in facts if fact is not carrier)
    return KnownFact(
        key,
        type_,
        value,
        carrier.source,
        carrier.place,
        carrier.note,
        rest,
        conflict,
        carrier.by,
        carrier.on,
    )


def _carrier(facts: list[Fact], value: Value | None) -> Fact:
    """Return the observation that says just what stands, or the first."""
    return next((fact for fact in facts if fact.value == value), facts[0])


def _joined(type_: FactType, facts: list[Fact]) -> tuple[Value | None, bool]:
    """Return what observations of one rank say together, and whether they conflict."""
    value: Value | None = facts[0].value
    if isinstance(value, Range):
        return _joined_ranges([fact.value for fact in facts if isinstance(fact.value, Range)])
    if type_.type == "text":
        return value, False
    conflict = any(fact.value != value for fact in facts)
    return (None if conflict else value), conflict


def _joined_ranges(ranges: list[Range]) -> tuple[Range, bool]:
    overlap = ranges[0]
    for each in ranges[1:]:
        if not overlap.meets(each):
            break
        overlap = overlap.intersection(each)
    else:
        return overlap, False
    hull = ranges[0]
    for each in ranges[1:]:
        hull = hull.hull(each)
    return hull, True


def _conflict(type_: FactType, facts: list[Fact]) -> Finding:
    says = "; ".join(
        f"{value_to_text(fact.value, dates=type_.is_date, unit=type_.unit)}"
        f" ({fact.source}{f', {fact.place}' if fact.place else ''})"
        for fact in facts
    )
    places = tuple(fact.place for fact in facts if fact.place is not None)
    message = f"sources disagree on {type_.gloss}: {says}"
    return Finding(f"conflict-{type_.name.replace('_', '-')}", Severity.MEDIUM, message, places)


def _replaced(
    before: KnownFact | None, fact: Fact, type_: FactType, findings: list[Finding]
) -> KnownFact:
    others: tuple[Fact, ...] = before.others if before else ()
    if before is not None and before.value is not None and before.source is not None:
        replaced = Fact(
            fact.name, before.value, before.source, before.place, fact.subject, before.note
        )
        others = (replaced, *others)
        if before.source is Source.MEASURED and _contradicts(before.value, fact.value):
            findings.append(_against_bytes(type_, before, fact))
    return KnownFact(
        fact.key,
        type_,
        fact.value,
        fact.source,
        fact.place,
        fact.note,
        others,
        by=fact.by,
        on=fact.on,
    )


def _contradicts(one: Value, two: Value) -> bool:
    if isinstance(one, Range) and isinstance(two, Range):
        return not one.meets(two)
    return one != two


def _against_bytes(type_: FactType, before: KnownFact, fact: Fact) -> Finding:
    read = value_to_text(before.value, dates=type_.is_date, unit=type_.unit)
    said = value_to_text(fact.value, dates=type_.is_date, unit=type_.unit)
    message = f"{type_.gloss} is given as {said} although the files hold {read}"
    places = tuple(place for place in (before.place, fact.place) if place is not None)
    return Finding("asserted-against-bytes", Severity.MEDIUM, message, places)
