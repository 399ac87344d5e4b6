"""The values a fact can have: yes or no, a range, a word; and how each is read and written.

Quantities, counts and dates are closed ranges, either end of which may be open. A date is
kept as the ordinal of its day, so that one comparison serves them all.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from weighbridge.text.errors import ParseError

_RATIONAL = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*")
_NUMBER = re.compile(r"\s*[+-]?((\d{1,3}(,\d{3})+|\d[\d_]*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_LONGEST_NUMBER = 100  # a bound on what the patterns and big integers are tried on
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_YES = {"true", "yes", "y"}
_NO = {"false", "no", "n"}


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range ``[low, high]``; ``None`` is an open end. Equal ends are one value.

    INVARIANT: where both ends are given, ``low <= high``; neither is NaN or infinite.
    """

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        """Refuse NaN, infinity and ends in the wrong order (``ValueError``)."""
        for end in (self.low, self.high):
            if end is not None and not math.isfinite(end):
                raise ValueError("a range has finite ends")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("the low end of a range lies above its high end")

    @classmethod
    def exactly(cls, value: float) -> Range:
        """Return the range that holds one value."""
        return cls(float(value), float(value))

    @property
    def exact(self) -> bool:
        """Whether the range holds one value only."""
        return self.low is not None and self.low == self.high

    @property
    def open(self) -> bool:
        """Whether the range says nothing at all."""
        return self.low is None and self.high is None

    def meets(self, other: Range) -> bool:
        """Return whether the two ranges share a value."""
        below = self.high is not None and other.low is not None and self.high < other.low
        above = self.low is not None and other.high is not None and self.low > other.high
        return not (below or above)

    def intersection(self, other: Range) -> Range:
        """Return the values in both. Raises ``ValueError`` where there are none."""
        lows = [end for end in (self.low, other.low) if end is not None]
        highs = [end for end in (self.high, other.high) if end is not None]
        return Range(max(lows, default=None), min(highs, default=None))

    def hull(self, other: Range) -> Range:
        """Return the smallest range that holds both."""
        open_low = self.low is None or other.low is None
        open_high = self.high is None or other.high is None
        return Range(
            None if open_low else min(self.low, other.low),  # type: ignore[type-var]
            None if open_high else max(self.high, other.high),  # type: ignore[type-var]
        )


Value = bool | Range | str
"""A flag or judgement, a quantity, count or date, an enum's word or a text."""


def read_number(text: str) -> float:
    """Return the double nearest to ``text``: ``1e25``, ``45,056`` or a rational ``1/3``.

    Raises :class:`ParseError` for anything else.
    """
    if len(text) > _LONGEST_NUMBER:
        raise ParseError(f"`{text[:60]}` is not a number")
    rational = _RATIONAL.fullmatch(text)
    if rational and int(rational[2]):
        return float(Fraction(int(rational[1]), int(rational[2])))
    if not _NUMBER.fullmatch(text):
        raise ParseError(f"`{text[:60]}` is not a number")
    number = float(text.replace(",", "").replace("_", ""))
    if not math.isfinite(number):
        raise ParseError(f"`{text[:60]}` is too large for a number")
    return number


def read_dates(text: str) -> Range:
    """Return the days a date may mean: ``2025-07-01``, a month ``2025-07`` or a year ``2025``."""
    parts = _DATE.fullmatch(text.strip())
    try:
        if not parts:
            raise ValueError
        year, month, day = (int(part) if part else None for part in parts.groups())
        assert year is not None
        first = date(year, month or 1, day or 1)
        if day:
            last = first
        elif month:
            last = first.replace(day=monthrange(year, month)[1])
        else:
            last = date(year, 12, 31)
    except ValueError:
        raise ParseError(f"`{text[:60]}` is not a date", help="write YYYY-MM-DD") from None
    return Range(float(first.toordinal()), float(last.toordinal()))


def read_day(text: str) -> date:
    """Return one day written ``YYYY-MM-DD``. Raises :class:`ParseError` for anything else."""
    days = read_dates(text)
    if not days.exact or days.low is None:
        raise ParseError(f"`{text[:60]}` is not one day", help="write YYYY-MM-DD")
    return date.fromordinal(int(days.low))


def read_flag(text: str) -> bool:
    """Return the truth of ``true``, ``yes``, ``false`` or ``no``; else :class:`ParseError`."""
    word = text.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ParseError(f"`{text[:60]}` is neither yes nor no")


def read_range(text: str, *, dates: bool) -> Range:
    """Return ``low..high`` (either end may be left out) or one value as a range."""
    read = read_dates if dates else lambda part: Range.exactly(read_number(part))
    if ".." not in text:
        return read(text)
    low_text, high_text = text.split("..", 1)
    low = read(low_text).low if low_text.strip() else None
    high = read(high_text).high if high_text.strip() else None
    try:
        return Range(low, high)
    except ValueError as error:
        raise ParseError(f"`{text[:60]}`: {error}") from None


def number_to_json(number: float) -> float | int:
    """Return a number as JSON should show it: whole numbers below 2**53 without a fraction."""
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else number


def value_to_json(value: Value | None, *, dates: bool = False) -> dict[str, Any]:
    """Return ``{"value": …}`` or ``{"low": …, "high": …}`` with open ends left out."""
    if not isinstance(value, Range):
        return {"value": value}
    ends = {"low": value.low, "high": value.high}
    show = _day_text if dates else number_to_json
    return {name: show(end) for name, end in ends.items() if end is not None}


def _day_text(ordinal: float) -> str:
    return date.fromordinal(int(ordinal)).isoformat()


def value_to_text(value: Value | None, *, dates: bool = False, unit: str | None = None) -> str:
    """Return a value as people read it: ``yes``, ``3.8e25 FLOP``, ``2025-07-01 to 2025-08-01``."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    show = _day_text if dates else _power_text if unit == "FLOP" else _number_text
    suffix = f" {unit}" if unit else ""
    if value.exact and value.low is not None:
        return show(value.low) + suffix
    if value.open:
        return "unknown"
    if value.low is None:
        return f"at most {show(value.high)}{suffix}"  # type: ignore[arg-type]
    if value.high is None:
        return f"at least {show(value.low)}{suffix}"
    return f"{show(value.low)} to {show(value.high)}{suffix}"


def _power_text(number: float) -> str:
    """Return compute the way it is always written: ``3.8e25``; small counts in full."""
    return f"{number:.4g}".replace("e+", "e") if abs(number) >= 1e6 else _number_text(number)


def _number_text(number: float) -> str:
    if abs(number) >= 1e15:
        return f"{number:.4g}".replace("e+", "e")
    return f"{int(number):,}" if float(number).is_integer() else f"{number:.6g}"
