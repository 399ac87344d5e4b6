"""The cheapest set of answers and changes that leaves nothing unanswered, found by trying all.

Branch and bound over what is left once everything forced is taken. Changes that leave count before
hours, hours before ids, so that the result never depends on the order of trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from weighbridge.plan.truths import NO, YES, Truths

MOST_STEPS = 200_000
"""How many branches are looked at, a count and no clock, before the best so far is taken."""


class Demand(NamedTuple):
    """Something to be answered, or ended by changes.

    ends:    where changes end it
    answers: what answers it, by name; empty where nothing does
    every:   whether all of them are needed, or any one
    """

    ends: int
    answers: tuple[str, ...]
    every: bool


class Price(NamedTuple):
    """What a plan costs, the dearest part first: changes that leave, hours, then ids alone."""

    leaves: int
    weight: int
    ids: tuple[str, ...]


class Chosen(NamedTuple):
    """A plan: the changes made, by number, and the answers given, by name."""

    price: Price
    changes: frozenset[int]
    answers: frozenset[str]


class Found(NamedTuple):
    """The best plan, ``None`` where there is none, and whether everything was looked at."""

    chosen: Chosen | None
    exhausted: bool


@dataclass(frozen=True)
class Choices:
    """What can be bought: answers and changes with their prices.

    answers:   the weight of each answer; one that is there already weighs nothing
    changes:   the weight of each change
    names:     the id of each change
    leaving:   the changes that leave
    conflicts: for each change, those that set the same fact otherwise
    planned:   what was found for demands that were planned before
    """

    truths: Truths
    answers: Mapping[str, int]
    changes: Mapping[int, int]
    names: Mapping[int, str]
    leaving: frozenset[int] = frozenset()
    conflicts: Mapping[int, frozenset[int]] = field(default_factory=dict)
    planned: dict[frozenset[Demand], Found] = field(default_factory=dict, compare=False)


def cheapest(
    demands: Iterable[Demand], choices: Choices, barred: frozenset[int] = frozenset()
) -> Found:
    """Return the cheapest plan for all demands in which no ``barred`` change is made.

    Demands that share no change and no answer are planned apart, which is exact.
    """
    without = frozenset(barred)
    left = []
    for ends, answers, every in dict.fromkeys(demands):
        there = choices.truths.given(ends, without=without) if without else ends
        if there != YES:
            left.append(Demand(there, answers, every))
    changes: set[int] = set()
    answers_: set[str] = set()
    exhausted = True
    for part in _parts(left, choices):
        found = _part(part, choices)
        exhausted = exhausted and found.exhausted
        if found.chosen is None:
            return Found(None, found.exhausted)
        changes |= found.chosen.changes
        answers_ |= found.chosen.answers
    return Found(_priced(changes, answers_, choices), exhausted)


def _part(demands: list[Demand], choices: Choices) -> Found:
    at = frozenset(demands)
    if at not in choices.planned:
        search = _Search(choices)
        search.explore(sorted(demands), frozenset(), frozenset())
        choices.planned[at] = Found(search.best, search.steps <= MOST_STEPS)
    return choices.planned[at]


def _priced(changes: Iterable[int], answers: Iterable[str], choices: Choices) -> Chosen:
    made, given = frozenset(changes), frozenset(answers)
    weight = sum(choices.changes[each] for each in made)
    weight += sum(choices.answers[each] for each in given)
    ids = tuple(sorted([*(choices.names[each] for each in made), *given]))
    return Chosen(Price(len(made & choices.leaving), weight, ids), made, given)


def _parts(demands: Sequence[Demand], choices: Choices) -> list[list[Demand]]:
    """Return the demands in groups that share nothing with each other."""
    groups: list[tuple[set[object], list[Demand]]] = []
    for demand in demands:
        touched = choices.truths.touched(demand.ends)
        links: set[object] = {*touched, *demand.answers}
        for each in touched:
            links |= choices.conflicts.get(each, frozenset())
        together, apart = [demand], []
        for seen, members in groups:
            if seen.isdisjoint(links):
                apart.append((seen, members))
            else:
                links |= seen
                together = members + together
        groups = [*apart, (links, together)]
    return [members for _, members in groups]


class _Search:
    """One search for the best plan of some demands."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.best: Chosen | None = None
        self.steps = 0

    def explore(
        self, demands: list[Demand], changes: frozenset[int], answers: frozenset[str]
    ) -> None:
        """Try every way to meet the demands on top of what is chosen already."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return
        forced = self._forced(demands, answers)
        if forced is None:
            return
        answers, left = forced
        chosen = _priced(changes, answers, self.choices)
        if self.best is not None and chosen.price[:2] > self.best.price[:2]:
            return
        if not left:
            if self.best is None or chosen.price < self.best.price:
                self.best = chosen
            return
        self._branch(left, changes, answers)

    def _forced(
        self, demands: list[Demand], answers: frozenset[str]
    ) -> tuple[frozenset[str], list[Demand]] | None:
        """Take every answer that nothing else can replace; ``None`` where nothing answers."""
        left = demands
        while True:
            open_, more = [], answers
            for demand in left:
                if demand.ends == YES or _answered(demand, answers):
                    continue
                if demand.ends == NO and not demand.answers:
                    return None
                if demand.ends == NO and (demand.every or len(demand.answers) == 1):
                    more = more | frozenset(demand.answers)
                else:
                    open_.append(demand)
            if more == answers:
                return answers, open_
            answers, left = more, open_

    def _branch(self, left: list[Demand], changes: frozenset[int], answers: frozenset[str]) -> None:
        truths = self.choices.truths
        turning = next((each for each in left if each.ends != NO), None)
        if turning is None:
            first = left[0]
            for at, answer in enumerate(sorted(first.answers)):
                refused = frozenset(sorted(first.answers)[:at])
                self.explore(_refusing(left, refused), changes, answers | {answer})
            return
        choice = min(truths.touched(turning.ends))
        self.explore(self._given(left, without=frozenset((choice,))), changes, answers)
        against = self.choices.conflicts.get(choice, frozenset())
        made = self._given(left, frozenset((choice,)), against)
        self.explore(made, changes | {choice}, answers)

    def _given(
        self,
        demands: list[Demand],
        made: frozenset[int] = frozenset(),
        without: frozenset[int] = frozenset(),
    ) -> list[Demand]:
        truths, decided = self.choices.truths, made | without
        return [
            demand
            if truths.touched(demand.ends).isdisjoint(decided)
            else demand._replace(ends=truths.given(demand.ends, made, without))
            for demand in demands
        ]


def _answered(demand: Demand, answers: frozenset[str]) -> bool:
    given = [each in answers for each in demand.answers]
    return bool(given) and (all(given) if demand.every else any(given))


def _refusing(demands: list[Demand], refused: frozenset[str]) -> list[Demand]:
    """Return the demands where none of ``refused`` will be given, so that no plan comes twice."""
    if not refused:
        return demands
    found = []
    for demand in demands:
        kept = tuple(each for each in demand.answers if each not in refused)
        if demand.every and len(kept) < len(demand.answers):
            kept = ()
        found.append(demand._replace(answers=kept))
    return found
