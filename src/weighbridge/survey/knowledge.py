"""Where a survey may give its reader knowledge on which a rule turns: told before all else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.facts.keys import name_of
from weighbridge.reason.columns import Answer
from weighbridge.rules.knowing import Knowing
from weighbridge.rules.law import Law
from weighbridge.survey.tally import Counts, Tally


@dataclass(frozen=True, slots=True)
class Clock:
    """Days that run from an event: those of one rule, or where ``rule`` is empty, of none alone."""

    rule: str
    days: int
    event: str


@dataclass(frozen=True, slots=True)
class KnowledgeNote:
    """One kind of knowledge that bears on questions of this survey.

    rules:   ids, sorted      clocks: the days that run from knowing
    applies: the most rows in which one of the rules is owed; ``open`` those in which it may be
    """

    knowing: Knowing
    rules: tuple[str, ...]
    clocks: tuple[Clock, ...]
    applies: int
    open: int


def knowledge_notes(
    law: Law, kinds: Iterable[Knowing], answers: tuple[Answer, ...], tally: Tally, as_of: int
) -> tuple[KnowledgeNote, ...]:
    """Return the kinds of knowledge on which a rule turns that applies, or may, in some row."""
    notes = []
    for kind in kinds:
        met = [
            (answer, tally.counts(at))
            for at, answer in enumerate(answers)
            if turns_on(kind, answer) and _open(tally.counts(at))
        ]
        if met:
            rules = tuple(sorted({answer.rule.id for answer, _ in met}))
            applies = max(counts.owed for _, counts in met)
            open_ = max(counts.open for _, counts in met)
            clocks = tuple(_clocks(law, kind, [answer for answer, _ in met], as_of))
            notes.append(KnowledgeNote(kind, rules, clocks, applies, open_))
    return tuple(notes)


def turns_on(kind: Knowing, answer: Answer) -> bool:
    """Return whether a question turns on this kind of knowledge."""
    if kind.roles and answer.row.role not in kind.roles:
        return False
    return answer.rule.id in kind.rules or any(name_of(key) in kind.facts for key in answer.facts)


def _open(counts: Counts) -> bool:
    return bool(counts.owed or counts.open)


def _clocks(law: Law, kind: Knowing, answers: list[Answer], as_of: int) -> Iterator[Clock]:
    """Yield the days of each rule that run from knowing, each rule once."""
    if kind.clock:
        value = law.parameters[kind.clock].at(as_of)
        if value is not None:
            yield Clock("", int(value.value), kind.event)
    rules = {answer.rule.id: answer.rule for answer in answers if answer.rule.id in kind.rules}
    for id_, rule in sorted(rules.items()):
        binding = rule.binding
        if binding is not None and binding.within:
            value = law.parameters[binding.within].at(rule.interval.nearest(as_of))
            if value is not None:
                yield Clock(id_, int(value.value), binding.event)
