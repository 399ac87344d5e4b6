"""Comparing sums of ranges: what is certain, what is excluded, what is neither.

Parameters are multiplied and constants added in the order written, in doubles, so that every
engine gets the same number; a fact that stands twice in a comparison is collected first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from weighbridge.facts import Range
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Compare, Term

_FLIP = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Linear:
    """``sum(coefficient * fact) operator constant`` on one day.

    ``coefficients`` maps ``(fact, months)`` to its factor; ``months`` shifts a date first.
    """

    coefficients: tuple[tuple[str, int, float], ...]
    operator: str
    constant: float


def linear_at(node: Compare, law: Law, day: int) -> Linear | None:
    """Return the comparison with the parameters of ``day``; ``None`` if one is not in force."""
    factors: dict[tuple[str, int], float] = {}
    constant = 0.0
    for side, terms in ((1.0, node.left), (-1.0, node.right)):
        for term in terms:
            value = _factor(term, law, day)
            if value is None:
                return None
            factor, months = value
            if term.fact is None:
                constant -= side * factor
            else:
                key = (term.fact, months)
                factors[key] = factors.get(key, 0.0) + side * factor
    coefficients = tuple((fact, months, each) for (fact, months), each in factors.items() if each)
    return Linear(coefficients, node.operator, constant)


def _factor(term: Term, law: Law, day: int) -> tuple[float, int] | None:
    factor = float(term.sign)
    for name in term.parameters:
        dated = law.parameters[name].at(day)
        if dated is None:
            return None
        factor *= dated.value
    months = 0
    if term.months is not None:
        length = law.parameters[term.months].at(day)
        if length is None:
            return None
        months = int(length.value)
        if term.fact is None:
            factor = shifted(factor, months)
    return factor, months


def shifted(ordinal: float, months: int) -> float:
    """Return the day ``months`` later; the last day of the month where there is no such day."""
    start = date.fromordinal(int(ordinal))
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    if not date.min.year <= year <= date.max.year:
        return float((date.max if year > date.max.year else date.min).toordinal())
    return float(date(year, month, min(start.day, monthrange(year, month)[1])).toordinal())


def compare(linear: Linear, range_of: Callable[[str], Range | None]) -> bool | None:
    """Return whether the comparison holds for all, for no or for some of the values known."""
    low: float | None = 0.0
    high: float | None = 0.0
    for fact, months, factor in linear.coefficients:
        known = range_of(fact)
        ends = (None, None) if known is None else (known.low, known.high)
        one, two = (
            None if end is None else shifted(end, months) if months else end for end in ends
        )
        if factor < 0:
            one, two = two, one
        low = None if low is None or one is None else low + factor * one
        high = None if high is None or two is None else high + factor * two
    return _holds(linear.operator, low, high, linear.constant)


def _holds(operator: str, low: float | None, high: float | None, constant: float) -> bool | None:
    if operator in ("<", "<="):
        low, high = (None if high is None else -high), (None if low is None else -low)
        operator, constant = _FLIP[operator], -constant
    if operator == ">":
        return _either(low is not None and low > constant, high is not None and high <= constant)
    if operator == ">=":
        return _either(low is not None and low >= constant, high is not None and high < constant)
    outside = (low is not None and low > constant) or (high is not None and high < constant)
    return _either(low is not None and low == high == constant, outside)


def _either(certain: bool, excluded: bool) -> bool | None:
    return True if certain else False if excluded else None
