"""The plan: the least that has to be written, filed, arranged or changed so that markets open.

A market is *open* when every prohibition in force does not apply, and every duty in force that
applies or may apply has its answer in the plan, is ended by a change in it, or is answered already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from weighbridge.assess.assessment import Assessment
from weighbridge.facts import Value
from weighbridge.plan.levers import Change, Hours, Levers, changes, shipped_levers
from weighbridge.plan.needs import PRESENT, Need, answer_id, considered, weigh
from weighbridge.plan.questions import answers_asked
from weighbridge.plan.search import Choices, Chosen, Demand, Found, cheapest
from weighbridge.plan.truths import YES, Truths
from weighbridge.plan.weigh import Setting, Weigher
from weighbridge.rules.rule import Discharge

_LEVELS = ((True, False), (False, False), (True, True), (False, True))
"""How a market may be opened, the best way first: with nothing left open, without leaving."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How far a market can be opened.

    planned: whether the plan opens it, as far as can be told
    strict:  whether nothing is left that may apply and that nothing answers
    leaves:  whether only a change that leaves opens it
    stuck:   the needs that keep it shut, or of which nobody can tell
    """

    market: str
    planned: bool
    strict: bool
    leaves: bool
    stuck: tuple[Need, ...] = ()


class Planner:
    """Everything a plan is made of, for one assessment.

    settled_only: whether only what applies has to be answered, not what may apply
    """

    def __init__(
        self,
        assessment: Assessment,
        asked: Sequence[str] = (),
        *,
        levers: Levers | None = None,
        settled_only: bool = False,
    ) -> None:
        """Weigh every row on both sides of every change and of every answer that may matter."""
        self.assessment = assessment
        self.judge = assessment.judge
        self.settled_only = settled_only
        self.markets = _in_order(assessment.markets, asked)
        self.rows = considered(assessment)
        here = [row.judged.row for row in self.rows]
        self.changes = changes(levers or shipped_levers(), self.judge.case, here)
        self.answers = answers_asked(self.rows, assessment.law, len(self.changes))
        self.truths = Truths()
        self.made: dict[int, Mapping[str, Value]] = {
            **{at: change.after for at, change in enumerate(self.changes)},
            **{answer.choice: {answer.key: answer.value} for answer in self.answers},
        }
        weigher = Weigher(
            self.judge.case,
            self.judge.as_of,
            self.truths,
            _settings(self.made),
            presume=self.judge.presume,
            authorities=self.judge.authorities,
        )
        self._weighed = weigh(self.rows, weigher, self.judge, self.made, self.asked | self.shutting)
        self.needs = self._weighed.needs
        self.whole = self._weighed.whole

    @cached_property
    def asked(self) -> frozenset[int]:
        """The choices that are answers to questions: true or not, never anybody's to make."""
        return frozenset(answer.choice for answer in self.answers)

    @cached_property
    def shutting(self) -> frozenset[int]:
        """The changes that leave a market: they never open it."""
        return frozenset(
            at for at, change in enumerate(self.changes) if change.lever.leaves == "market"
        )

    @cached_property
    def leaving(self) -> frozenset[int]:
        """The changes that leave what a release was, and open a market only as a last resort."""
        return frozenset(
            at for at, change in enumerate(self.changes) if change.lever.leaves == "release"
        )

    @cached_property
    def present(self) -> frozenset[str]:
        """The answers that the release holds already."""
        return frozenset(
            answer_id(each.id, row.judged.row.actor)
            for row in self.rows
            for each in row.discharges
            if each.state == PRESENT
        )

    @cached_property
    def choices(self) -> Choices:
        """What can be done, with its prices."""
        answers = {each for need in self.needs for each in need.answers}
        return Choices(
            self.truths,
            {each: self._answer_weight(each) for each in sorted(answers)},
            {at: change.hours.weight for at, change in enumerate(self.changes)},
            {at: change.id for at, change in enumerate(self.changes)},
            self.leaving,
            _conflicts(self.changes),
        )

    def _answer_weight(self, answer: str) -> int:
        if answer in self.present:
            return 0
        return effort_weight(self.discharge(answer))

    def discharge(self, answer: str) -> Discharge:
        """Return the discharge that an answer is."""
        return self.assessment.law.discharges[answer.split("\t")[0]]

    def demand(self, need: Need, *, strict: bool, told: frozenset[int] = frozenset()) -> Demand:
        """Return what a need asks; ``told`` are the answers to questions that are supposed."""
        sure = strict and not self.settled_only
        ends = need.ends if sure else self.truths.opposite(need.applies)
        ends = self.truths.given(ends, told, (self.asked - told) | self.shutting)
        if not strict and need.rule.kind == "duty" and not need.answers:
            ends = YES  # nothing is listed that would meet it, which is a gap here and no bar
        there = [each in self.present for each in need.answers]
        if there and (all(there) if need.every else any(there)):
            ends = YES
        return Demand(ends, need.answers, need.every)

    def hours(self, chosen: Chosen) -> tuple[float, float]:
        """Return what a plan takes, at least and at most."""
        efforts = [self.discharge(each).effort for each in chosen.answers - self.present]
        made = [self.changes[each].hours for each in chosen.changes]
        low = sum(each["low"] for each in efforts) + sum(each.low for each in made)
        return low, sum(each["high"] for each in efforts) + sum(each.high for each in made)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """How far each market can be opened, those named first before those named later."""
        kept: list[Demand] = []
        leaves = False
        found = []
        for market in self.markets:
            opening, kept, leaves = self._opening(market, kept, leaves)
            found.append(opening)
        return tuple(found)

    def _opening(
        self, market: str, kept: list[Demand], leaves: bool
    ) -> tuple[Opening, list[Demand], bool]:
        needs = [need for need in self.needs_of(market) if not need.answers]
        for strict, leave in _LEVELS:
            demands = [*kept, *(self.demand(need, strict=strict) for need in needs)]
            barred = frozenset() if leave or leaves else self.leaving
            if cheapest(demands, self.choices, barred).chosen is not None:
                open_, kept = ([], demands) if strict else self._told(needs, demands, barred)
                opening = Opening(market, True, not open_, leave, tuple(open_))
                return opening, kept, leaves or leave
        stuck = [need for need in needs if not self._possible(need, kept)]
        return Opening(market, False, False, False, tuple(stuck or needs)), kept, leaves

    def _told(
        self, needs: Iterable[Need], demands: list[Demand], barred: frozenset[int]
    ) -> tuple[list[Need], list[Demand]]:
        """Return the needs of which nobody can tell, and the demands with all others met."""
        open_ = []
        for need in needs:
            more = [*demands, self.demand(need, strict=True)]
            if cheapest(more, self.choices, barred).chosen is None:
                open_.append(need)
            else:
                demands = more
        return open_, demands

    def _possible(self, need: Need, kept: list[Demand]) -> bool:
        demands = [*kept, self.demand(need, strict=False)]
        return cheapest(demands, self.choices).chosen is not None

    def needs_of(self, market: str) -> list[Need]:
        """Return what a market asks: a state asks what its country asks as well."""
        places = {market, market.split("-", 1)[0]}
        return [need for need in self.needs if need.market in places]

    def demands(self, told: frozenset[int] = frozenset()) -> list[Demand]:
        """Return everything the plan has to meet in the markets that it opens."""
        return [
            self.demand(need, strict=bool(need.answers) or need not in opening.stuck, told=told)
            for opening in self.openings
            if opening.planned
            for need in self.needs_of(opening.market)
        ]

    @cached_property
    def barred(self) -> frozenset[int]:
        """The changes that no plan makes here: leaving is for where nothing else opens a market."""
        leaves = any(each.leaves for each in self.openings if each.planned)
        return self.shutting if leaves else self.shutting | self.leaving

    @cached_property
    def found(self) -> Found:
        """The cheapest plan."""
        return cheapest(self.demands(), self.choices, self.barred)

    @cached_property
    def chosen(self) -> Chosen:
        """What the cheapest plan does; what opens can be answered, so there is one."""
        assert self.found.chosen is not None
        return self.found.chosen


def effort_weight(discharge: Discharge) -> int:
    """Return the weight of a discharge, as :attr:`Hours.weight` weighs a change."""
    return Hours(discharge.effort["low"], discharge.effort["high"]).weight


def _in_order(markets: Iterable[str], asked: Sequence[str]) -> tuple[str, ...]:
    named = list(asked)
    return tuple(
        sorted(markets, key=lambda each: (named.index(each) if each in named else len(named), each))
    )


def _settings(made: Mapping[int, Mapping[str, Value]]) -> dict[str, list[Setting]]:
    found: dict[str, list[Setting]] = {}
    for choice in sorted(made):
        for key, value in made[choice].items():
            found.setdefault(key, []).append(Setting(choice, value))
    return found


def _conflicts(changes_: Sequence[Change]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for one, mine in enumerate(changes_):
        for two, other in enumerate(changes_):
            shared = mine.holds.keys() & other.holds.keys()
            if any(mine.holds[key] != other.holds[key] for key in shared):
                found.setdefault(one, set()).add(two)
    return {at: frozenset(others) for at, others in found.items()}


def facts_after(planner: Planner, made: Iterable[int]) -> dict[str, Value]:
    """Return the facts that some changes make otherwise."""
    return {key: value for at in sorted(made) for key, value in planner.changes[at].after.items()}
