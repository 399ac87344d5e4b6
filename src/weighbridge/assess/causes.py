"""Why a row came out otherwise, found by judging: what was changed is put back, piece by piece.

Two assessments can differ in facts, in date and in law. Each of the three is put back alone, then
together; within the one that undoes the change, the smallest set of facts or provisions is
looked for that undoes it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from weighbridge.assess.assessment import Assessment
from weighbridge.assess.parts import PARTS, Supposed
from weighbridge.facts.keys import name_of
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import parameters_of
from weighbridge.rules.provisions import (
    as_in_law,
    as_on_day,
    changed_by_hand,
    changed_on_the_way,
)

AXES = ("facts", "date", "law")
MOST_IN_PAIRS = 12
_PROVISIONS = ("rule", "scope", "exception", "definition", "presumption")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why one part of a row is otherwise.

    of:    the part: a key of :data:`PARTS`, or ``row`` where the whole row came or went
    kind:  one of :data:`AXES`, or ``asked`` where who or what was asked about differs
    sets:  the smallest sets of keys (of facts) or names (of provisions) that undo the change when
           put back; empty where no smaller set than all together does
    alone: whether putting this kind back is enough, whatever else was changed
    """

    of: str
    kind: str
    sets: tuple[tuple[str, ...], ...] = ()
    alone: bool = True


def smallest_sets(
    things: Sequence[str], undoes: Callable[[frozenset[str]], bool]
) -> tuple[tuple[str, ...], ...]:
    """Return the smallest sets of things that undo a change: single ones, else pairs, else one.

    A larger set is found by leaving out one thing after another, so it is minimal though not
    always the smallest. Empty where all things together do not undo it.
    """
    if not things or not undoes(frozenset(things)):
        return ()
    for size in (1, 2) if len(things) <= MOST_IN_PAIRS else (1,):
        found = [each for each in combinations(things, size) if undoes(frozenset(each))]
        if found:
            return tuple(found)
    kept = list(things)
    for thing in things:
        rest = [each for each in kept if each != thing]
        if undoes(frozenset(rest)):
            kept = rest
    return (tuple(kept),)


class _Placed(NamedTuple):
    """A judge that something was put back for, and the rule as it finds it; ``None`` if gone."""

    judge: Judge
    rule: Rule | None

    @classmethod
    def by(cls, judge: Judge, id_: str) -> _Placed:
        """Return a judge with the version of a rule that stands on its day, or is nearest."""
        law = judge.law
        return cls(judge, law.version(id_, judge.as_of) if id_ in law.by_id else None)

    @property
    def day(self) -> int:
        """The day on which the rule is judged."""
        day = self.judge.as_of
        return self.rule.interval.nearest(day) if self.rule is not None else day


class _Change:
    """One part of a row that is otherwise, and whether it would be undone."""

    def __init__(self, part: str, before: Judgement, after: Judgement) -> None:
        self.part = part
        self.before = before
        self.after = after
        self._target = PARTS[part](before)

    def undone(self, placed: _Placed) -> bool:
        """Return whether a judge finds for the row what was found before."""
        if placed.rule is None:
            return False
        supposed = Supposed(placed.judge, placed.rule, self.after.row)
        return bool(PARTS[self.part](supposed) == self._target)

    def facts(self) -> set[str]:
        """Return the names of the facts that were looked at on either side."""
        nodes = (*self.before.proof.everything(), *self.after.proof.everything())
        return {name_of(key) for node in nodes for key in node.keys}

    def provisions(self) -> set[str]:
        """Return the rules that were looked at on either side, with the parameters they name."""
        return {name for judged in (self.before, self.after) for name in _provisions(judged)}

    def governing(self) -> str:
        """Return the provision that decides whether the rule is in force on a day."""
        moved_by = self.after.in_force.moved_by or self.before.in_force.moved_by
        law, rule = self.after.evaluator.law, self.after.rule
        days = (self.before.evaluator.today or 0, self.after.evaluator.today or 0)
        if law.first_day(rule, days[0]) != law.first_day(rule, days[1]):
            return str(rule.body["starts"])
        return moved_by or rule.id


def _provisions(judged: Judgement) -> Iterator[str]:
    law = judged.evaluator.law
    if judged.rule.binding is not None and judged.rule.binding.within:
        yield judged.rule.binding.within
    for node in judged.proof.everything():
        if node.kind in _PROVISIONS:
            rule = law.by_key[node.text]
            yield rule.id
            yield from parameters_of(rule.when)
            yield from parameters_of(rule.unless) if rule.unless is not None else ()


class CauseFinder:
    """Finds why rows of one assessment came out otherwise than those of an earlier one."""

    def __init__(self, before: Assessment, after: Assessment) -> None:
        """See in which of facts, date and law the two differ; nothing is judged yet."""
        self.before = before.judge
        self.after = after.judge
        old, new = self.before.case.values, self.after.case.values
        self.facts = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
        self.by_hand: tuple[str, ...] = ()
        if self.before.law is not self.after.law:
            self.by_hand = changed_by_hand(self.before.law, self.after.law)
        self._on_the_way: dict[tuple[Law, int, int], tuple[str, ...]] = {}
        self._judges: dict[tuple[object, ...], Judge] = {}

    @property
    def axes(self) -> tuple[str, ...]:
        """In which of :data:`AXES` the two differ."""
        differs = (self.facts, self.before.as_of != self.after.as_of, self.by_hand)
        return tuple(axis for axis, found in zip(AXES, differs, strict=True) if found)

    def causes(self, part: str, before: Judgement, after: Judgement) -> tuple[Cause, ...]:
        """Return why one part of a row that is on both sides is otherwise."""
        change = _Change(part, before, after)
        for size in range(1, len(self.axes) + 1):
            undoing = [
                frozenset(back)
                for back in combinations(self.axes, size)
                if len(self.axes) == 1 or change.undone(self._placed(change, frozenset(back)))
            ]
            if undoing:
                return tuple(
                    Cause(part, axis, self._sets(axis, change, back - {axis}), alone=size == 1)
                    for back in (undoing if size == 1 else undoing[:1])
                    for axis in AXES
                    if axis in back
                )
        return ()

    def _placed(self, change: _Change, back: frozenset[str]) -> _Placed:
        """Return the later judge with these axes put back, and the rule as it then is."""
        judge = self._judge(("axes", back), lambda: self._with(back))
        return _Placed.by(judge, change.after.rule.id)

    def _with(self, back: frozenset[str]) -> Judge:
        if not back:
            return self.after
        facts, date, law = (self.before if axis in back else self.after for axis in AXES)
        return self.after.under(law.law, facts.case.values, date.as_of)

    def _judge(self, key: tuple[object, ...], make: Callable[[], Judge]) -> Judge:
        if key not in self._judges:
            self._judges[key] = make()
        return self._judges[key]

    def _sets(
        self, axis: str, change: _Change, others: frozenset[str]
    ) -> tuple[tuple[str, ...], ...]:
        """Return the smallest sets within one axis, the other axes named being put back."""
        if axis == "date" and change.part == "in_force":
            return ((change.governing(),),)
        near, all_ = self._candidates(axis, change, others)
        for things in (near, all_):
            found = smallest_sets(things, lambda names: self._undone(axis, change, others, names))
            if found:
                return found
        return ()

    def _candidates(
        self, axis: str, change: _Change, others: frozenset[str]
    ) -> tuple[list[str], list[str]]:
        """Return what was changed on the way to the verdict, and all that was changed."""
        if axis == "facts":
            named = change.facts()
            return [key for key in self.facts if name_of(key) in named], self.facts
        changed = list(self.by_hand if axis == "law" else self._moved(change, others))
        near = change.provisions()
        return [name for name in changed if name in near], changed

    def _moved(self, change: _Change, others: frozenset[str]) -> tuple[str, ...]:
        """Return the provisions that the two days find otherwise, the rule's own among them."""
        late, early = self._placed(change, others), self._placed(change, others | {"date"})
        if early.rule is None or late.rule is None:
            return ()
        at = late.judge.law, early.day, late.day
        if at not in self._on_the_way:
            self._on_the_way[at] = changed_on_the_way(*at)
        own = [late.rule.id] if early.rule.key != late.rule.key else []
        return tuple(dict.fromkeys((*own, *self._on_the_way[at])))

    def _undone(
        self, axis: str, change: _Change, others: frozenset[str], names: frozenset[str]
    ) -> bool:
        """Return whether putting these names back, beside the other axes, undoes the change."""
        base = self._placed(change, others)
        if axis == "facts":
            old = self.before.case.values
            changed = {key: old.get(key) for key in names}
            judge = self._judge((others, names), lambda: base.judge.but(changed))
            return change.undone(_Placed(judge, base.rule))
        if axis == "law":
            judge = self._judge(
                (others, "law", names),
                lambda: _under(base.judge, as_in_law(base.judge.law, names, self.before.law)),
            )
            return change.undone(_Placed.by(judge, change.after.rule.id))
        early = self._placed(change, others | {"date"})
        judge = self._judge(
            (others, early.day, names),
            lambda: _under(base.judge, as_on_day(base.judge.law, names, early.day)),
        )
        rule = base.rule
        if rule is not None and early.rule is not None and rule.id in names:
            rule = replace(early.rule, interval=rule.interval)
        return change.undone(_Placed(judge, rule))


def _under(judge: Judge, law: Law) -> Judge:
    """Return the same judge under other law."""
    return judge.under(law, judge.case.values, judge.as_of)
