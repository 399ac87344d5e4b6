"""Quantities as the methods use them: what the facts say of one, products, sums, how they read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from weighbridge.facts import Range, Source
from weighbridge.facts.values import value_to_text
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_LONG, _LONG_ENDS = 1e13, 1e6


@dataclass(frozen=True, slots=True)
class Known:
    """What the facts say of one quantity, with every place that says it."""

    range: Range
    places: tuple[Place, ...]
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The range and its places, for notes."""
        where = ", ".join(str(place) for place in self.places)
        text = range_text(self.range)
        return f"{text} ({where})" if where else text


def known(seen: Observations, name: str) -> Known | None:
    """Return what stands of one quantity: measured, else declared and derived together.

    Where these meet their intersection stands, else their hull. A measured range with an open
    end is one of several: what else is known closes it where the two meet.
    """
    measured = _ranges(seen, name, Source.MEASURED)
    others = _ranges(seen, name, Source.DECLARED) + _ranges(seen, name, Source.DERIVED)
    facts = measured or others
    joined = _joined([range_ for range_, _, _ in facts])
    if measured and joined is not None and None in (joined.low, joined.high) and others:
        rest = _joined([range_ for range_, _, _ in others])
        if rest is not None and rest.meets(joined):
            facts, joined = measured + others, joined.intersection(rest)
    if joined is None or joined.open:
        return None
    places = tuple(dict.fromkeys(place for _, place, _ in facts if place))
    return Known(joined, places, tuple(note for _, _, note in facts if note))


def _ranges(seen: Observations, name: str, source: Source) -> list[tuple[Range, Place | None, str]]:
    facts = seen.named(name, source)
    return [(each.value, each.place, each.note) for each in facts if isinstance(each.value, Range)]


def _joined(ranges: list[Range]) -> Range | None:
    if not ranges:
        return None
    meet = all(one.meets(two) for one, two in combinations(ranges, 2))
    return reduce(Range.intersection if meet else Range.hull, ranges)


def product(*ranges: Range) -> Range:
    """Return the product of ranges of numbers that are not below zero."""
    low: float | None = 1.0
    high: float | None = 1.0
    for each in ranges:
        low = None if low is None or each.low is None else low * each.low
        high = None if high is None or each.high is None else high * each.high
    return Range(_rounded(low), _rounded(high))


def total(*ranges: Range) -> Range:
    """Return the sum of amounts that are not below zero: what is open adds at least nothing."""
    low = sum(each.low or 0.0 for each in ranges)
    highs = [each.high for each in ranges]
    high = None if None in highs else sum(end for end in highs if end is not None)
    return Range(_rounded(low) if low else None, _rounded(high))


def _rounded(number: float | None) -> float | None:
    # Six digits: what lies behind them is noise of the multiplication.
    return None if number is None else float(f"{number:.6g}")


def range_text(range_: Range) -> str:
    """Return a range as notes show it: large numbers by their power of ten."""
    largest = max(range_.low or 0.0, range_.high or 0.0)
    if largest < (_LONG if range_.exact else _LONG_ENDS):
        return value_to_text(range_)
    if range_.exact:
        return _short(largest)
    if range_.low is None:
        return f"at most {_short(largest)}"
    if range_.high is None:
        return f"at least {_short(largest)}"
    return f"{_short(range_.low)} to {_short(range_.high)}"


def _short(number: float) -> str:
    return re.sub(r"e\+?0*", "e", f"{number:.4g}")
