"""A plan as it is told: judged again by the reference, market by market, with what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.facts import Value
from weighbridge.plan.levers import Change, Hours, Levers
from weighbridge.plan.needs import Need, answer_id
from weighbridge.plan.plan import Opening, Planner, facts_after
from weighbridge.plan.questions import Saving, savings
from weighbridge.reason.judge import Judge
from weighbridge.rules.rule import Discharge

APPLIES, MAY_APPLY, ENDED = "applies", "may-apply", "does-not-apply"
OPEN_WORDS = ("bars-nothing", "after-plan", "cannot-tell", "cannot-be-opened")
CHECKED_BY = "z3"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that a plan answers, ends, or cannot.

    before, after: applies, may apply or does not, as the reference finds it, without and with
                   the plan's changes
    answered_by:   discharges of the plan that answer it
    present:       discharges that the release holds already
    ended_by:      changes of the plan without which it would be there
    stuck:         whether nothing here answers it
    """

    row: RowVerdict
    before: str
    after: str
    bars: bool
    answered_by: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    ended_by: tuple[str, ...] = ()
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class MarketPlan:
    """One market.

    open:     one of :data:`OPEN_WORDS`
    bars:     what bars release there until done
    owed:     what is owed there and bars nothing
    left_out: how many rows may apply there and were not asked to be answered
    """

    opening: Opening
    open: str
    bars: tuple[Entry, ...]
    owed: tuple[Entry, ...]
    left_out: int = 0

    @property
    def market(self) -> str:
        """The market's code."""
        return self.opening.market


@dataclass(frozen=True, slots=True)
class Planned:
    """One discharge of a plan: whose, in which state, what it answers and where."""

    discharge: Discharge
    actor: str
    state: str
    found: tuple[str, ...]
    answers: tuple[str, ...]
    markets: tuple[str, ...]

    @property
    def hours(self) -> Hours:
        """What it takes for the first time."""
        effort = self.discharge.effort
        return Hours(
            effort["low"], effort["high"], effort.get("grade", ""), effort.get("source", "")
        )


@dataclass(frozen=True, slots=True)
class Pulled:
    """One change with the rules it ends and those it brings."""

    change: Change
    ends: tuple[str, ...]
    brings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer.

    leaving:  changes that leave, in no plan but as a last resort, with what each alone would end
    proof:    whether nothing cheaper does; ``None`` where that was not proved
    otherwise: rules of which the reference finds otherwise than was planned
    """

    assessment: Assessment
    settled_only: bool
    markets: tuple[MarketPlan, ...]
    discharges: tuple[Planned, ...]
    changes: tuple[Pulled, ...]
    leaving: tuple[Pulled, ...]
    low: float
    high: float
    proof: bool | None
    questions: tuple[Saving, ...]
    otherwise: tuple[str, ...] = ()


def make_plan(
    assessment: Assessment,
    asked: Sequence[str] = (),
    *,
    levers: Levers | None = None,
    settled_only: bool = False,
) -> Plan:
    """Return the cheapest plan that opens the markets of an assessment, judged again.

    ``asked`` are the markets in the order in which they matter, where not all can be opened.
    """
    planner = Planner(assessment, asked, levers=levers, settled_only=settled_only)
    return _Teller(planner).plan()


class _Teller:
    """Judges a plan again and tells it."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.assessment = planner.assessment
        self.made = sorted(planner.chosen.changes)
        self.before = {id(row): _state_of(row) for row in planner.rows}
        self.after = self._states(self.made) if self.made else self.before

    def plan(self) -> Plan:
        """Return the plan."""
        entries = self._entries()
        otherwise = self._otherwise(entries)
        discharges = self._discharges(entries)
        changes = tuple(self._pulled(at) for at in self._told_order())
        hours = [each.hours for each in discharges] + [each.change.hours for each in changes]
        return Plan(
            assessment=self.assessment,
            settled_only=self.planner.settled_only,
            markets=tuple(
                self._market(each, entries.get(each.market, []), otherwise)
                for each in self.planner.openings
            ),
            discharges=discharges,
            changes=changes,
            leaving=self._leaving(),
            low=sum(each.low for each in hours),
            high=sum(each.high for each in hours),
            proof=None if otherwise else self._proved(),
            questions=savings(self.planner),
            otherwise=otherwise,
        )

    def _states(
        self, made: Iterable[int], rows: Iterable[RowVerdict] | None = None
    ) -> dict[int, str]:
        judge = self.assessment.judge.but({**facts_after(self.planner, made)})
        judged = self.planner.rows if rows is None else rows
        return {id(row): _judged_state(judge, row) for row in judged}

    def _told_order(self) -> list[int]:
        """Return the changes made, those that leave last."""
        leaving = self.planner.leaving
        return sorted(self.made, key=lambda at: (at in leaving, self.planner.changes[at].id))

    def _entries(self) -> dict[str, list[Entry]]:
        stuck = {id(need.row) for each in self.planner.openings for need in each.stuck}
        needs = {id(need.row): need for need in self.planner.needs}
        found: dict[str, list[Entry]] = {}
        for row in self.planner.rows:
            need = needs.get(id(row))
            entry = self._entry(row, need, id(row) in stuck) if need is not None else None
            if entry is not None:
                found.setdefault(row.judged.row.market, []).append(entry)
        return found

    def _entry(self, row: RowVerdict, need: Need, stuck: bool) -> Entry | None:
        before, after = self.before[id(row)], self.after[id(row)]
        if self.planner.settled_only and APPLIES not in (before, after):
            return None
        if before == after == ENDED:
            return None
        if after == ENDED:
            ending = [at for at in self.made if self._would_return(row, at)]
            ids = tuple(self.planner.changes[at].id for at in ending or self.made)
            return Entry(row, before, after, need.bars, ended_by=ids)
        given, there = self.planner.chosen.answers, self.planner.present
        names = [(each, answer_id(each, row.judged.row.actor)) for each in row.rule.discharges]
        answers = need.answers
        return Entry(
            row,
            before,
            after,
            need.bars,
            tuple(id_ for id_, name in names if name in answers and name in given - there),
            tuple(id_ for id_, name in names if name in answers and name in there),
            stuck=stuck,
        )

    def _would_return(self, row: RowVerdict, without: int) -> bool:
        others = [at for at in self.made if at != without]
        judge = self.assessment.judge.but({**facts_after(self.planner, others)})
        return _judged_state(judge, row) != ENDED

    def _otherwise(self, entries: Mapping[str, Sequence[Entry]]) -> tuple[str, ...]:
        """Return the rules that the plan leaves unanswered although it says otherwise."""
        planned = {each.market for each in self.planner.openings if each.planned}
        return tuple(
            sorted(
                {
                    entry.row.rule.id
                    for market in sorted(planned)
                    for entry in entries.get(market, ())
                    if entry.after != ENDED and not entry.stuck and not _answered(entry)
                }
            )
        )

    def _market(
        self, opening: Opening, entries: Sequence[Entry], otherwise: Iterable[str]
    ) -> MarketPlan:
        missed = set(otherwise)
        left_out = self._left_out(opening.market)
        if not opening.planned:
            open_ = "cannot-be-opened"
        elif (
            not opening.strict
            or any(each.bars for each in left_out)
            or any(entry.row.rule.id in missed for entry in entries)
        ):
            open_ = "cannot-tell"
        elif any(entry.bars and not entry.present for entry in entries):
            open_ = "after-plan"
        else:
            open_ = "bars-nothing"
        bars = tuple(entry for entry in entries if entry.bars)
        owed = tuple(entry for entry in entries if not entry.bars)
        return MarketPlan(opening, open_, bars, owed, len(left_out))

    def _left_out(self, market: str) -> list[Need]:
        """Return what may apply in a market and is not answered, since only what applies counts."""
        if not self.planner.settled_only:
            return []
        return [
            need
            for need in self.planner.needs_of(market)
            if self.before[id(need.row)] == MAY_APPLY == self.after[id(need.row)]
        ]

    def _discharges(self, entries: Mapping[str, Sequence[Entry]]) -> tuple[Planned, ...]:
        flat = [entry for market in sorted(entries) for entry in entries[market]]
        found = []
        for answer in sorted(self.planner.chosen.answers - self.planner.present):
            id_, actor = answer.split("\t")
            mine = [
                entry
                for entry in flat
                if id_ in entry.answered_by and entry.row.judged.row.actor == actor
            ]
            states = [each for entry in mine for each in entry.row.discharges if each.id == id_]
            found.append(
                Planned(
                    self.planner.discharge(answer),
                    actor,
                    states[0].state if states else "none",
                    states[0].found if states else (),
                    tuple(dict.fromkeys(entry.row.rule.id for entry in mine)),
                    tuple(dict.fromkeys(entry.row.judged.row.market for entry in mine)),
                )
            )
        return tuple(found)

    def _pulled(self, at: int) -> Pulled:
        others = [each for each in self.made if each != at]
        without = self._states(others) if others else self.before
        return self._told(at, without, self.after)

    def _told(self, at: int, without: Mapping[int, str], made: Mapping[int, str]) -> Pulled:
        ends, brings = [], []
        for row in self.planner.rows:
            one = without[id(row)]
            two = made.get(id(row), one)
            if one != ENDED and two == ENDED:
                ends.append(row.rule.id)
            elif one == ENDED and two != ENDED:
                brings.append(row.rule.id)
        change = self.planner.changes[at]
        return Pulled(change, tuple(dict.fromkeys(ends)), tuple(dict.fromkeys(brings)))

    def _leaving(self) -> tuple[Pulled, ...]:
        """Return the changes that leave and are not made, each with what it alone would end."""
        found = []
        for at in sorted((self.planner.leaving | self.planner.shutting) - set(self.made)):
            subject = self.planner.changes[at].subject
            there = [
                row
                for row in self.planner.rows
                if self.before[id(row)] != ENDED
                and (at in self.planner.leaving or row.judged.row.market in subject)
            ]
            pulled = self._told(at, self.before, self._states([at], there))
            if pulled.ends:
                found.append(pulled)
        return tuple(found)

    def _proved(self) -> bool | None:
        if not self.planner.whole or not self.planner.found.exhausted:
            return None
        from weighbridge.plan.proof import nothing_cheaper

        return nothing_cheaper(
            self.planner.demands(), self.planner.choices, self.planner.chosen, self.planner.barred
        )


def _answered(entry: Entry) -> bool:
    """Return whether what is given and what is there meets a row."""
    given = {*entry.answered_by, *entry.present}
    wanted = entry.row.rule.discharges
    if entry.row.rule.kind != "duty" or not wanted:
        return False
    return given >= set(wanted) if entry.row.rule.discharged_by == "all" else bool(given)


def _state_of(row: RowVerdict) -> str:
    return _state(row.judged.verdict, row.judged.in_force.state)


def _judged_state(judge: Judge, row: RowVerdict) -> str:
    rule, where = row.rule, row.judged.row
    verdict, _ = judge.verdict(rule, where)
    return ENDED if verdict is False else _state(verdict, judge.in_force(rule, where).state)


def _state(verdict: bool | None, in_force: str | None) -> str:
    if verdict is False or in_force not in ("yes", None):
        return ENDED
    return APPLIES if verdict is True and in_force == "yes" else MAY_APPLY


def changed_facts(change: Change) -> dict[str, tuple[Value | None, Value]]:
    """Return the facts of a change with what each was and would be, by key."""
    return {key: (change.before[key], value) for key, value in sorted(change.after.items())}
