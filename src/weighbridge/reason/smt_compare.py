"""A comparison of sums of ranges as a pair of Z3 terms, meaning what the reference means by it.

Where one number is compared with a constant, the bound is moved to the nearest value that a release
can have, so that a model of Z3 is a release on the right side of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import z3

from weighbridge.reason.compare import Linear, shifted
from weighbridge.reason.pairs import Pair, Term, both, either
from weighbridge.reason.residual import DATE_DOMAIN
from weighbridge.reason.smt_facts import End, Ends, exact

_FLIP = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_ROOM = 1e-6
ROOMY = z3.Bool("sums keep away from what they are compared with")
"""A wish of whoever asks for a release: one that shows the same in doubles as in exact numbers."""

_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31


class Comparer:
    """Turns comparisons into pairs. ``domain`` holds what is so of days moved by months."""

    def __init__(self, ends: Callable[[str], Ends], domain: list[Term]) -> None:
        """Keep where ends of ranges come from and where what is so of every release is put."""
        self._ends = ends
        self._domain = domain
        self._moved: dict[str, End] = {}

    def pair(self, linear: Linear, key: Callable[[str], str]) -> Pair:
        """Return whether the comparison is known to hold and known not to."""
        terms = linear.coefficients
        if not terms:
            return _constant(linear)
        if len(terms) == 1:
            fact, months, factor = terms[0]
            return self._alone(linear, self._ends(key(fact)), months, factor)
        ends = [(key(fact), months, factor) for fact, months, factor in terms]
        return _compared(
            linear.operator, *self._totals(ends, linear.constant), exact(linear.constant)
        )

    def _alone(self, linear: Linear, ends: Ends, months: int, factor: float) -> Pair:
        operator = linear.operator
        bound = _Bound(linear.constant / factor, months, ends.whole)
        if factor < 0 and operator != "==":
            operator = _FLIP[operator]
        sides = (">=", "<=") if operator == "==" else (operator,)
        halves = [bound.half(ends, each) for each in sides]
        self._domain += [term for each in sides for term in bound.nothing_between(ends, each)]
        return Pair(both(each.true for each in halves), either(each.false for each in halves))

    def _totals(self, terms: list[tuple[str, int, float]], constant: float) -> tuple[End, End]:
        """Return the low and the high end of a sum: each takes the side its sign asks for.

        With :data:`ROOMY` a sum keeps away from the constant further than doubles are rounded.
        """
        found = []
        for name in ("low", "high"):
            ends = [
                (self._end(key, months, name if factor > 0 else _other(name)), factor)
                for key, months, factor in terms
            ]
            total = z3.Sum([exact(factor) * _real(end.at) for end, factor in ends])
            found.append(End(both(end.known for end, _ in ends), total))
            size = z3.Sum([exact(abs(factor)) * _real(end.at) for end, factor in ends])
            room = exact(_ROOM) * (size + exact(abs(constant)))
            away = z3.Or(total >= exact(constant) + room, total <= exact(constant) - room)
            self._domain.append(z3.Implies(ROOMY, away))
        return found[0], found[1]

    def _end(self, key: str, months: int, name: str) -> End:
        """Return an end; a day moved by months is a number of its own, about so many days later."""
        end: End = getattr(self._ends(key), name)
        if not months or end.at is None:
            return end
        if isinstance(end.at, float):
            return End(end.known, shifted(end.at, months))
        moved = f"{key} {name} +{months}m"
        if moved not in self._moved:
            at = z3.Int(moved)
            self._domain += [at >= end.at + _SHORTEST_MONTH * months - 3]
            self._domain += [at <= end.at + _LONGEST_MONTH * months + 3]
            self._moved[moved] = End(end.known, at)
        return self._moved[moved]


class _Bound:
    """A constant that one number is compared with, as the nearest values the number can have."""

    def __init__(self, constant: float, months: int, whole: bool) -> None:
        self.constant, self.months, self.whole = constant, months, whole

    def half(self, ends: Ends, operator: str) -> Pair:
        """Return the pair of ``number operator constant``."""
        least = self._least(operator)
        if operator in (">", ">="):
            return Pair(_at_least(ends.low, least), _below(ends.high, least))
        return Pair(_below(ends.high, least), _at_least(ends.low, least))

    def nothing_between(self, ends: Ends, operator: str) -> Iterator[Term]:
        """Yield that no end lies between two neighbouring doubles, where no release can be."""
        least = self._least(operator)
        for end in (ends.low, ends.high):
            if not self.whole and z3.is_expr(end.at):
                yield z3.Or(end.at >= exact(least[0]), end.at <= exact(least[1]))

    def _least(self, operator: str) -> tuple[float, float]:
        """Return the least value on the far side, and the greatest before it."""
        strictly = operator in (">", "<=")
        if self.months:
            day = self._first_day(strictly)
            return day, day - 1
        if self.whole:
            floor = math.floor(self.constant)
            first = floor + 1 if strictly or floor < self.constant else floor
            return float(first), float(first - 1)
        if strictly:
            return math.nextafter(self.constant, math.inf), self.constant
        return self.constant, math.nextafter(self.constant, -math.inf)

    def _first_day(self, strictly: bool) -> float:
        low, high = (int(end or 0) for end in (DATE_DOMAIN.low, DATE_DOMAIN.high))
        while low < high:
            middle = (low + high) // 2
            after = shifted(float(middle), self.months)
            if after > self.constant or (after == self.constant and not strictly):
                high = middle
            else:
                low = middle + 1
        return float(low)


def _at_least(end: End, least: tuple[float, float]) -> Term:
    if isinstance(end.at, float):
        return end.known is True and end.at >= least[0]
    return False if end.at is None else both((end.known, end.at >= exact(least[0])))


def _below(end: End, least: tuple[float, float]) -> Term:
    if isinstance(end.at, float):
        return end.known is True and end.at <= least[1]
    return False if end.at is None else both((end.known, end.at <= exact(least[1])))


def _compared(operator: str, low: End, high: End, constant: Any) -> Pair:
    match operator:
        case ">":
            return Pair(
                both((low.known, low.at > constant)), both((high.known, high.at <= constant))
            )
        case ">=":
            return Pair(
                both((low.known, low.at >= constant)), both((high.known, high.at < constant))
            )
        case "<":
            return Pair(
                both((high.known, high.at < constant)), both((low.known, low.at >= constant))
            )
        case "<=":
            return Pair(
                both((high.known, high.at <= constant)), both((low.known, low.at > constant))
            )
    certain = both((low.known, high.known, low.at == constant, high.at == constant))
    return Pair(certain, either(_outside(low, high, constant)))


def _outside(low: End, high: End, constant: Any) -> Iterator[Term]:
    yield both((low.known, low.at > constant))
    yield both((high.known, high.at < constant))


def _constant(linear: Linear) -> Pair:
    """Return the pair of a comparison from which every fact was collected away."""
    zero = End(True, exact(0.0))
    pair = _compared(linear.operator, zero, zero, exact(linear.constant))
    return Pair(*(z3.is_true(z3.simplify(each)) for each in pair))


def _other(name: str) -> str:
    return "high" if name == "low" else "low"


def _real(at: Any) -> Any:
    if at is None:
        return exact(0.0)
    if isinstance(at, float):
        return exact(at)
    return z3.ToReal(at) if z3.is_int(at) else at
