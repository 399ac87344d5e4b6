"""What has to be answered: each duty and prohibition in force, and where a change ends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.facts import Value
from weighbridge.plan.truths import NO, YES, Truths
from weighbridge.plan.weigh import Weigher
from weighbridge.reason.judge import Judge
from weighbridge.reason.residual import Residual, keys_of, pulls, residual_of
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import LAW

OWED_KINDS = ("duty", "prohibition")
_BARRING = ("before-release", "at-release")
MOST_CELLS = 64
PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Need:
    """One row that has to be answered for a market to be open.

    ends:    where it does not apply, or is not in force yet
    applies: where it applies and is in force; what is neither may apply
    answers: what answers it: ids of discharges with the actor's, empty where nothing does
    every:   whether all of ``answers`` are needed, or any one
    """

    row: RowVerdict
    ends: int
    applies: int
    answers: tuple[str, ...]
    every: bool

    @property
    def rule(self) -> Rule:
        """The rule of the row."""
        return self.row.rule

    @property
    def market(self) -> str:
        """The market of the row."""
        return self.row.judged.row.market

    @property
    def bars(self) -> bool:
        """Whether release has to wait for it."""
        binding = self.rule.binding
        assert binding is not None
        stops = self.rule.kind == "prohibition"
        return stops or binding.bars or binding.due in _BARRING


@dataclass(frozen=True, slots=True)
class Weighed:
    """All needs, and whether each was weighed to the end.

    whole: whether no verdict was left out of which only all completions could tell
    """

    needs: tuple[Need, ...]
    whole: bool


def answer_id(discharge: str, actor: str) -> str:
    """Return how an answer of one actor is called: a paper of one is no paper of another."""
    return f"{discharge}\t{actor}"


def considered(assessment: Assessment) -> list[RowVerdict]:
    """Return the rows of law that bind on the day asked about, whatever changes."""
    law, day = assessment.law, assessment.judge.as_of
    return [
        row
        for row in assessment.verdicts
        if row.rule.kind in OWED_KINDS
        and row.owed_to == LAW
        and row.judged.row.market
        and _stands(law, row.rule, day)
    ]


def _stands(law: Law, rule: Rule, day: int) -> bool:
    start, end = law.first_day(rule, day), rule.interval.end
    begun = start is None or day >= start
    return law.obliges(rule) and begun and (end is None or day < end)


def weigh(
    rows: Iterable[RowVerdict],
    weigher: Weigher,
    judge: Judge,
    made: Mapping[int, Mapping[str, Value]],
    apart: frozenset[int] = frozenset(),
) -> Weighed:
    """Return what each row needs.

    ``made`` are the facts that each choice sets, ``apart`` the choices that no plan makes: of
    those nothing is told that only all completions could tell.
    """
    needs, whole = [], True
    changed = {key for choice, sets in made.items() if choice not in apart for key in sets}
    open_ = _Open(judge, changed)
    for row in rows:
        need, sure = _Row(row, weigher, judge, made, apart, open_).need()
        whole = whole and sure
        if need.ends != YES:
            needs.append(need)
    return Weighed(tuple(needs), whole)


class _Open:
    """What each row turns on where every fact that a change sets is open as well."""

    def __init__(self, judge: Judge, changed: Collection[str]) -> None:
        self.half = judge.but(dict.fromkeys(changed)).settled_half
        self.known = set(changed) & judge.case.values.keys()
        self.as_of = judge.as_of

    def of(self, row: RowVerdict) -> Residual:
        """Return the residual of a row, presumptions apart: they only take from it."""
        rule, where = row.rule, row.judged.row
        day = rule.interval.nearest(self.as_of)
        return residual_of(self.half, self.half.judge(rule, where, day), where, day)

    def two_way(self, left: Residual) -> bool:
        """Return whether an open fact pulls both ways, without which completions never agree."""
        return any(pull.two_way for key, pull in pulls(left).items() if key not in self.known)


class _Row:
    """One row on its way to a need."""

    def __init__(
        self,
        row: RowVerdict,
        weigher: Weigher,
        judge: Judge,
        made: Mapping[int, Mapping[str, Value]],
        apart: frozenset[int],
        open_: _Open,
    ) -> None:
        self.row, self.weigher, self.judge = row, weigher, judge
        self.made, self.apart, self.open = made, apart, open_
        self.truths: Truths = weigher.truths

    def need(self) -> tuple[Need, bool]:
        """Return the need and whether nothing about it was left open by a limit."""
        rule, where = self.row.rule, self.row.judged.row
        pair = self.weigher.applies(rule, where)
        either, both, opposite = self.truths.either, self.truths.both, self.truths.opposite
        later = self.weigher.put_off(rule, where)
        open_ = opposite(either(pair.true, pair.false))
        open_ = self.truths.given(open_, without=self.apart)
        true, false, sure = pair.true, pair.false, True
        if both(open_, opposite(later.true)) != NO:
            agreed_true, agreed_false, sure = self._agreed(open_)
            true, false = either(true, agreed_true), either(false, agreed_false)
        answers = rule.discharges if rule.kind == "duty" else ()
        need = Need(
            self.row,
            either(false, later.true),
            both(true, later.false),
            tuple(answer_id(each, where.actor) for each in answers),
            rule.discharged_by == "all",
        )
        return need, sure

    def _agreed(self, open_: int) -> tuple[int, int, bool]:
        """Return where all completions agree although the pair is open."""
        left = self.open.of(self.row)
        spoken = set(keys_of(left))
        weighed = sorted(
            choice
            for choice, sets in self.made.items()
            if choice not in self.apart and not spoken.isdisjoint(sets)
        )
        if not weighed:
            known = self.row.judged.verdict
            return (YES if known is True else NO), (YES if known is False else NO), True
        if not self.open.two_way(left):
            return NO, NO, True
        return self._by_cell(open_, weighed)

    def _by_cell(self, open_: int, weighed: list[int]) -> tuple[int, int, bool]:
        """Return where the reference finds that completions agree, tried choice by choice."""
        agreed = {True: NO, False: NO}
        cells = self._cells(open_, weighed)
        for made in cells[:MOST_CELLS]:
            changed = {key: value for choice in made for key, value in self.made[choice].items()}
            verdict, _ = self.judge.but(changed).verdict(self.row.rule, self.row.judged.row)
            if verdict is not None:
                cell = self.truths.all_of(
                    self.truths.choice(each)
                    if each in made
                    else self.truths.opposite(self.truths.choice(each))
                    for each in weighed
                )
                agreed[verdict] = self.truths.either(agreed[verdict], cell)
        return agreed[True], agreed[False], len(cells) <= MOST_CELLS

    def _cells(self, open_: int, weighed: list[int]) -> list[frozenset[int]]:
        """Return the sets of choices, no fact set twice, that leave the pair open."""
        found: list[tuple[frozenset[int], int]] = [(frozenset(), open_)]
        for choice in weighed:
            grown = []
            for made, left in found:
                without = self.truths.given(left, without=(choice,))
                if without != NO:
                    grown.append((made, without))
                keys = self.made[choice].keys()
                if all(keys.isdisjoint(self.made[each]) for each in made):
                    with_it = self.truths.given(left, made=(choice,))
                    if with_it != NO:
                        grown.append((made | {choice}, with_it))
            found = grown[: MOST_CELLS + 1]
        return [made for made, _ in found]
