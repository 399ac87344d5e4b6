"""Facts that follow from others by what they mean, worked out where nothing else speaks.

The vocabulary says which: a number equals a sum (``equals: [base_compute +
modification_compute]``), a flag is shown by any value of another (``shown_by: [base_compute]``),
a word is told by flags that are true (``told_by: {work: [use_ranks_applicants]}``). So a person
who answered one question is not asked the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from weighbridge.assess.assessment import KnownFact
from weighbridge.facts import FactType, Range, Source, Vocabulary
from weighbridge.facts.keys import name_of, subject_of


def derive_facts(vocabulary: Vocabulary, known: Mapping[str, KnownFact]) -> dict[str, KnownFact]:
    """Return ``known`` with what follows from it added; nothing known is changed."""
    facts = dict(known)
    for _ in range(2):  # one sum may be a part of another
        for type_ in vocabulary:
            for parts in type_.sums:
                _add(facts, type_, parts)
    for type_ in vocabulary:
        for name in type_.shown_by:
            _show(facts, type_, name)
        if type_.told_by:
            _tell(facts, type_)
    return dict(sorted(facts.items()))


def _add(facts: dict[str, KnownFact], type_: FactType, parts: tuple[str, ...]) -> None:
    subjects = {""}
    if type_.subject != "release":  # what one actor spent says nothing of the release for all
        subjects |= {
            key[len(part) :] for key in facts for part in parts if key.startswith(f"{part}[")
        }
    for subject in sorted(subjects):
        key = type_.name + subject
        stands = facts.get(key)
        if stands is not None and (stands.value is not None or stands.conflict):
            continue
        ranges = [_range(facts, part, subject) for part in parts]
        total = _total([each for each in ranges if each is not None])
        if None not in ranges and not total.open:
            note = f"equals {' + '.join(parts)}"
            facts[key] = KnownFact(key, type_, total, Source.DERIVED, note=note)


def _show(facts: dict[str, KnownFact], type_: FactType, name: str) -> None:
    shows = facts.get(name)
    if shows is None or shows.value is None:
        return
    if isinstance(shows.value, Range) and shows.value.open:
        return
    if type_.name not in facts or facts[type_.name].value is None:
        place, note = shows.place, f"shown by {name}"
        facts[type_.name] = KnownFact(type_.name, type_, True, Source.DERIVED, place, note)


def _tell(facts: dict[str, KnownFact], type_: FactType) -> None:
    """Let true flags tell an enum's word; flags of other words than the one given widen it."""
    told: dict[str, dict[str, KnownFact]] = {}
    for word, names in type_.told_by.items():
        for key, fact in facts.items():
            subject = subject_of(key)
            if name_of(key) in names and fact.value is True:
                told.setdefault(f"[{subject}]" if subject else "", {})[word] = fact
    for subject, by_word in told.items():
        key = type_.name + subject
        given = facts.get(key)
        words = set(by_word)
        if given is not None and isinstance(given.value, str):
            if given.value == type_.several or words == {given.value}:
                continue
            words |= {given.value} & set(type_.told_by)
        word = next(iter(words)) if len(words) == 1 else type_.several
        if word:
            first = next(iter(by_word.values()))
            note = f"told by {', '.join(sorted(fact.key for fact in by_word.values()))}"
            facts[key] = KnownFact(key, type_, word, Source.DERIVED, first.place, note)


def _range(facts: Mapping[str, KnownFact], part: str, subject: str) -> Range | None:
    fact = facts.get(f"{part}{subject}") or facts.get(part)
    return fact.value if fact is not None and isinstance(fact.value, Range) else None


def _total(ranges: list[Range]) -> Range:
    lows = [each.low for each in ranges if each.low is not None]
    highs = [each.high for each in ranges if each.high is not None]
    return Range(
        sum(lows) if len(lows) == len(ranges) and lows else None,
        sum(highs) if len(highs) == len(ranges) and highs else None,
    )
