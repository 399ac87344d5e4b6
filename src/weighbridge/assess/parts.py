"""The parts of a row that two assessments can find otherwise, each with what is compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from weighbridge.reason.case import Row
from weighbridge.reason.judge import InForce, Judge, Judgement, Lifted
from weighbridge.reason.proof import Verdict
from weighbridge.rules import Law, Rule


class Supposed:
    """A rule judged for a row by a judge that was given something else; worked out when asked."""

    def __init__(self, judge: Judge, rule: Rule, row: Row) -> None:
        """Keep what would be judged."""
        self.judge = judge
        self.rule = rule
        self.row = row

    @property
    def law(self) -> Law:
        """The law it is judged by."""
        return self.judge.law

    @property
    def day(self) -> int:
        """The day on which the rule is judged."""
        return self.rule.interval.nearest(self.judge.as_of)

    @cached_property
    def _found(self) -> tuple[Verdict, str]:
        return self.judge.verdict(self.rule, self.row)

    @property
    def verdict(self) -> Verdict:
        """The verdict it would have."""
        return self._found[0]

    @property
    def basis(self) -> str:
        """The basis it would have."""
        return self._found[1]

    @property
    def in_force(self) -> InForce:
        """Whether it would be in force."""
        return self.judge.in_force(self.rule, self.row)

    @property
    def lifted(self) -> tuple[Lifted, ...]:
        """What exceptions would take from it although it stays."""
        lifts = self.verdict is not False
        return self.judge.lifted(self.rule, self.row, self.day) if lifts else ()


Found = Judgement | Supposed


def _law(found: Found) -> Law:
    return found.law if isinstance(found, Supposed) else found.evaluator.law


def _in_force(found: Found) -> Any:
    """Return the state with the days that still matter: the first one to come, the last one."""
    force = found.in_force
    if force.state in ("never", "no-longer"):
        return force.state, None, None
    first = None if force.state == "yes" else force.start
    return force.state, first, _last_day(_law(found), found.rule)


def _last_day(law: Law, rule: Rule) -> int | None:
    """Return the day on which a rule ends, all versions that follow on one another together."""
    end = rule.interval.end
    for other in sorted(law.by_id.get(rule.id, ()), key=lambda each: each.interval.start or 0):
        if end is not None and other.interval.start == end:
            end = other.interval.end
    return end


def _due(found: Found) -> Any:
    bound = found.rule.binding
    assert bound is not None  # only rules that bind make rows
    length = _law(found).parameters[bound.within].at(found.day) if bound.within else None
    return bound.due, length.value if length else None, bound.event, bound.bars


def _says(found: Found) -> Any:
    return found.rule.binding.says if found.rule.binding is not None else ""


PARTS: dict[str, Callable[[Found], Any]] = {
    "verdict": lambda found: found.verdict,
    "basis": lambda found: found.basis,
    "in_force": _in_force,
    "due": _due,
    "enforced_from": lambda found: found.rule.breach.get("enforced_from"),
    "says": _says,
    "lifted": lambda found: [(each.exception.id, each.verdict) for each in found.lifted],
}
"""The parts of a row that can be otherwise, each with what is compared."""
