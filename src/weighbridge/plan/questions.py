"""The questions whose answer would shrink a plan, and by how much at best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weighbridge.assess.assessment import RowVerdict
from weighbridge.assess.questions import answers_of
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.plan.needs import Need
from weighbridge.plan.search import cheapest
from weighbridge.plan.truths import YES
from weighbridge.rules import Law

if TYPE_CHECKING:
    from weighbridge.plan.plan import Planner

MOST_ASKED = 24


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a question may have, as a choice that the facts make and nobody else."""

    choice: int
    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class Saving:
    """A question worth asking before the work begins.

    best:      the answer that saves most
    weight:    what it saves, in the weight of hours
    low, high: what it saves, in hours
    tells:  the markets of which it could tell whether they open
    """

    key: str
    question: str
    best: Value
    weight: int
    low: float
    high: float
    tells: tuple[str, ...]


def answers_asked(rows: Iterable[RowVerdict], law: Law, first: int) -> tuple[Answer, ...]:
    """Return the answers to try: of the open facts that bear on most rows, numbered in order."""
    bears: Counter[str] = Counter()
    for row in rows:
        bears.update({key for each in row.askable for key in each})
    ranked = sorted(bears, key=lambda key: (-bears[key], key))[:MOST_ASKED]
    found: list[Answer] = []
    for key in ranked:
        type_ = law.vocabulary[name_of(key)]
        for value in answers_of(type_):
            found.append(Answer(first + len(found), key, value))
    return tuple(found)


def savings(planner: Planner) -> tuple[Saving, ...]:
    """Return the questions whose answer could shrink the plan, the one that saves most first."""
    found: dict[str, Saving] = {}
    for answer in planner.answers:
        for saving in _of_answer(planner, answer):
            before = found.get(answer.key)
            if before is None or _worth(saving) > _worth(before):
                found[answer.key] = saving
    by_key = [found[key] for key in sorted(found)]
    return tuple(sorted(by_key, key=_worth, reverse=True))


def _worth(saving: Saving) -> tuple[int, int]:
    return saving.weight, len(saving.tells)


def _of_answer(planner: Planner, answer: Answer) -> Iterator[Saving]:
    told = frozenset((answer.choice,))
    then = planner.demands(told)
    found = None
    if then != planner.demands():
        found = cheapest(then, planner.choices, planner.barred).chosen
    saved = planner.chosen.price.weight - found.price.weight if found is not None else 0
    tells = tuple(
        opening.market
        for opening in planner.openings
        if opening.stuck and all(_told(planner, need, told) for need in opening.stuck)
    )
    if saved > 0 or tells:
        question = planner.assessment.law.vocabulary[name_of(answer.key)].question or ""
        low, high = 0.0, 0.0
        if found is not None and saved > 0:
            now, less = planner.hours(planner.chosen), planner.hours(found)
            low, high = now[0] - less[0], now[1] - less[1]
        yield Saving(answer.key, question, answer.value, max(saved, 0), low, high, tells)


def _told(planner: Planner, need: Need, told: frozenset[int]) -> bool:
    return planner.demand(need, strict=True, told=told).ends == YES
