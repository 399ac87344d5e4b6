"""What the law itself changed between two days: rules that begin, end or give way, new values.

The first day is left out and the second one counts, so that spans laid end to end tell each
change once. A bill, a proposal and a vetoed act change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.rules.law import OBLIGING, Law
from weighbridge.rules.rule import DatedValue, Parameter, Penalty, Rule
from weighbridge.text.errors import InputError

KINDS = ("begins", "replaced", "ends", "moved", "value", "enforced", "lighter", "transition")
"""What a change can be, in the order in which changes of one day are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise from a day on.

    kind:      one of :data:`KINDS`
    day:       the ordinal of the first day on which it is so
    pack:      the pack it belongs to
    rule:      the rule that begins, ends or moves, the new version of a replaced one, or the
               transition that runs out; ``None`` for a value
    before:    the version that gave way to ``rule``
    parameter: the parameter whose value is another one
    moved:     for a moved rule, its first day as seen on the two days
    penalty:   the penalty that is lighter from now on for actors of these ``sizes``
    """

    kind: str
    day: int
    pack: str
    rule: Rule | None = None
    before: Rule | None = None
    parameter: Parameter | None = None
    moved: tuple[int | None, int | None] = (None, None)
    penalty: Penalty | None = None
    sizes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of the rule or the penalty, or the parameter's name."""
        if self.parameter is not None:
            return self.parameter.name
        named = self.rule or self.penalty
        return named.id if named is not None else ""

    @property
    def values(self) -> tuple[DatedValue | None, DatedValue | None]:
        """The value that gave way and the one that stands; ``None`` before the first one."""
        if self.parameter is None:
            return None, None
        return self.parameter.at(self.day - 1), self.parameter.at(self.day)


def changes_between(law: Law, first: int, second: int) -> tuple[Change, ...]:
    """Return what changed after ``first``, up to and including ``second``, by pack and day.

    Raises :class:`InputError` where the second day is not the later one.
    """
    if second <= first:
        early, late = (date.fromordinal(day).isoformat() for day in (first, second))
        raise InputError(f"`{late}` is not after `{early}`", help="the earlier day comes first")
    return tuple(sorted(_Span(law, first, second).changes(), key=_order))


def _order(change: Change) -> tuple[str, int, int, str]:
    return change.pack, change.day, KINDS.index(change.kind), change.id


@dataclass(frozen=True, slots=True)
class _Span:
    """The days after ``first``, up to and including ``second``."""

    law: Law
    first: int
    second: int

    def changes(self) -> Iterator[Change]:
        for rule in self.law.rules:
            if rule.status in OBLIGING:
                yield from self._begins(rule)
                yield from self._ends(rule)
                yield from self._moves(rule)
                yield from self._is_enforced(rule)
                yield from self._runs_out(rule)
        for parameter in self.law.parameters.values():
            if self.law.packs[parameter.pack].status in OBLIGING:
                yield from self._takes_values(parameter)
        for penalty in self.law.penalties.values():
            if self.law.packs[penalty.pack].status in OBLIGING:
                yield from self._is_lighter(penalty)

    def _holds(self, day: int | None) -> bool:
        return day is not None and self.first < day <= self.second

    def _stands(self, rule: Rule, day: int) -> bool:
        """Return whether ``rule`` applies on ``day``, its first day as seen from that day."""
        start, end = self.law.first_day(rule, day), rule.interval.end
        return (start is None or start <= day) and (end is None or day < end)

    def _begins(self, rule: Rule) -> Iterator[Change]:
        start = self.law.first_day(rule, self.second)
        if start is not None and self._holds(start) and self._stands(rule, start):
            before = self._version(rule, lambda other: other.interval.end == start)
            yield Change("replaced" if before else "begins", start, rule.pack, rule, before)

    def _ends(self, rule: Rule) -> Iterator[Change]:
        end = rule.interval.end
        if end is None or not self._holds(end) or not self._stands(rule, end - 1):
            return
        if not self._version(rule, lambda other: self.law.first_day(other, self.second) == end):
            yield Change("ends", end, rule.pack, rule)

    def _version(self, rule: Rule, wanted: Callable[[Rule], bool]) -> Rule | None:
        """Return another version of a rule for which ``wanted`` is true."""
        others = (each for each in self.law.by_id[rule.id] if each is not rule)
        return next((each for each in others if each.status in OBLIGING and wanted(each)), None)

    def _moves(self, rule: Rule) -> Iterator[Change]:
        seen = self.law.first_day(rule, self.first), self.law.first_day(rule, self.second)
        if seen[0] != seen[1]:
            days = range(self.first + 1, self.second + 1)
            day = next(each for each in days if self.law.first_day(rule, each) != seen[0])
            yield Change("moved", day, rule.pack, rule, moved=seen)

    def _is_enforced(self, rule: Rule) -> Iterator[Change]:
        written = rule.breach.get("enforced_from")
        day = read_day(written).toordinal() if written else None
        if day is not None and self._holds(day) and self._stands(rule, day):
            yield Change("enforced", day, rule.pack, rule)

    def _runs_out(self, rule: Rule) -> Iterator[Change]:
        if rule.kind != "transition":
            return
        to = self.law.parameters[rule.body["to"]].at(rule.interval.nearest(self.second))
        if to is not None and self._holds(int(to.value)):
            yield Change("transition", int(to.value), rule.pack, rule)

    def _takes_values(self, parameter: Parameter) -> Iterator[Change]:
        for dated in parameter.values:
            before = parameter.at(dated.start - 1)
            if self._holds(dated.start) and (before is None or before.value != dated.value):
                yield Change("value", dated.start, parameter.pack, parameter=parameter)

    def _is_lighter(self, penalty: Penalty) -> Iterator[Change]:
        by_day: dict[int, list[str]] = {}
        for size, written in penalty.lower_for.items():
            by_day.setdefault(read_day(written).toordinal(), []).append(size)
        for day, sizes in by_day.items():
            if self._holds(day):
                yield Change("lighter", day, penalty.pack, penalty=penalty, sizes=tuple(sizes))


_DAYS = ("version", "starts")


def says_otherwise(old: Rule, new: Rule) -> dict[str, tuple[Any, Any]]:
    """Return what two forms of a rule say otherwise: the name of each part, old and new."""
    before, after = _parts(old), _parts(new)
    return {
        name: (before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    }


def _parts(rule: Rule) -> dict[str, Any]:
    """Return what a rule says by name; the days on which it stands are left out."""
    parts: dict[str, Any] = {"title": rule.title, "kind": rule.kind}
    bound = rule.binding
    if bound is not None:
        parts |= {"says": bound.says, "addressee": bound.addressee, "family": bound.family}
        parts |= {"due": bound.due, "within": bound.within, "event": bound.event}
        parts |= {"bars": bound.bars, "limits": bound.limits, "linked": bound.linked, **bound.extra}
    parts |= {key: each for key, each in rule.body.items() if key not in _DAYS}
    return parts | {
        "of": rule.object,
        "discharged_by": {rule.discharged_by: list(rule.discharges)} if rule.discharges else None,
        "breach": rule.breach,
        "authority": rule.authority,
        "status": rule.status,
        "read": rule.read.text,
        "cite": str(rule.cite),
    }
