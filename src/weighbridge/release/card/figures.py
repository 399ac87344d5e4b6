"""Figures as people write them in a card, and the numbers each may stand for.

One rule of rounding, used for every claim: a written figure stands for all numbers that round
to it at its last significant place. Decimals count as written (``2.0T`` is 1.95e12 to
2.05e12). Zeros at the end of a whole number do not count (``70B`` is 65e9 to 75e9), except
that a figure of three or more digits keeps two (``1,000B`` is 950e9 to 1050e9). The margin is
at most 25 %, and below four significant digits at least 0.5 %, because size names are cut off
as often as rounded. A whole number written out with four or more significant digits is exact
(``45,056``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from weighbridge.facts import Range

_LEAST_MARGIN = Decimal("0.005")
_MOST_MARGIN = Decimal("0.25")
_EXACT_DIGITS = 4
_MOST_EXPONENT = 40

_SCALES = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "t": 12,
    "trillion": 12,
    "quadrillion": 15,
    "万": 4,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "億": 8,
    "十亿": 9,
    "万亿": 12,
}
_ABOUT = (
    r"about|approximately|approx\.?|around|roughly|nearly|almost|some|estimated|~|≈|∼|大约|约|約"
)
_OVER = r"over|more than|at least|exceeding|in excess of|>=?|≥|超过"
_UNDER = r"up to|at most|less than|fewer than|under|below|<=?|≤|不到"
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,18})(?:\.\d{1,6})?"
_POWER = r"(?:\s?[×x*·]\s?10\s?\^\s?\d{1,2}|[eE]\+?\d{1,2})"
_SCALE = (
    r"\s?-?(?:(?:thousand|million|billion|trillion|quadrillion|bn)(?![A-Za-z])"
    r"|[kKmMbBtT](?![A-Za-z0-9])|万亿|千万|百万|十亿|亿|億|万)"
)
FIGURE = (
    rf"(?:(?:{_ABOUT}|{_OVER}|{_UNDER})\s{{0,2}}(?:of\s)?)?"
    rf"(?<![A-Za-z0-9_.,$€£¥-])(?:10\s?\^\s?\d{{1,2}}(?!\d)|{_NUMBER}{_POWER}?(?!\d))(?:{_SCALE})?\+?"
)
"""A pattern without groups, to be set into larger ones; :func:`read_figure` reads its match."""

_PARTS = re.compile(
    rf"(?:(?P<about>{_ABOUT})|(?P<over>{_OVER})|(?P<under>{_UNDER}))?\s*(?:of\s)?"
    r"(?:10\s?\^\s?(?P<ten>\d+)|(?P<number>[\d,]+(?:\.\d+)?)(?:\s?[×x*·]\s?10\s?\^\s?(?P<power>\d+)|[eE]\+?(?P<exp>\d+))?)"
    r"\s?-?(?P<scale>[A-Za-z万亿億百千十]+)?(?P<plus>\+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One written number.

    value:  the number as written
    range:  the numbers it may stand for, by the rule of this module
    scaled: it carries a scale word or an exponent, or is written out with four or more digits
    """

    value: float
    range: Range
    scaled: bool


def read_figure(text: str) -> Figure | None:
    """Return the figure that a match of :data:`FIGURE` holds, ``None`` if it is out of bounds."""
    parts = _PARTS.match(text.strip())
    if not parts:
        return None
    digits = (parts["number"] or "1").replace(",", "")
    scale = parts["scale"]
    exponent = int(parts["power"] or parts["exp"] or parts["ten"] or 0)
    if scale:
        exponent += _SCALES.get(scale.lower(), 0)
    if exponent > _MOST_EXPONENT:
        return None
    written = Decimal(digits)
    written_out = exponent == 0 and "." not in digits
    exact = written_out and _significant(digits) >= _EXACT_DIGITS
    margin = Decimal(0) if exact else _margin(digits)
    factor = Decimal(10) ** exponent
    low, high = float((written - margin) * factor), float((written + margin) * factor)
    stands_for = _bounded(parts, float(written * factor), low, high)
    scaled = exponent > 0 or len(digits.split(".")[0]) >= _EXACT_DIGITS
    return Figure(float(written * factor), stands_for, scaled)


def _bounded(parts: re.Match[str], value: float, low: float, high: float) -> Range:
    if parts["over"] or parts["plus"]:
        return Range(value, None)
    if parts["under"]:
        return Range(None, high)
    if parts["about"]:
        # A writer who says "about" has rounded once more than the digits show.
        return Range(max(0.0, 2 * low - value), 2 * high - value)
    return Range(low, high)


def _significant(digits: str) -> int:
    whole = digits.lstrip("0")
    return len(whole.rstrip("0"))


def _margin(digits: str) -> Decimal:
    written = Decimal(digits)
    whole, _, decimals = digits.partition(".")
    if decimals:
        place = Decimal(10) ** -len(decimals)
    else:
        length = len(whole.lstrip("0"))
        kept = max(_significant(whole), 2 if length > 2 else 1)
        place = Decimal(10) ** (length - kept)
    half = place / 2
    if _significant(digits.replace(".", "")) < _EXACT_DIGITS:
        half = max(half, written * _LEAST_MARGIN)
    return min(half, written * _MOST_MARGIN)


def narrowest(ranges: Iterable[Range]) -> Range | None:
    """Return the tightest of ``ranges`` if its middle lies in all others, else ``None``.

    The middle, since neighbours such as 7B and 8B share an end and still differ.
    """
    listed = sorted(ranges, key=_width)
    if not listed or not all(_middle(listed[0]).meets(other) for other in listed[1:]):
        return None
    return listed[0]


def _middle(range_: Range) -> Range:
    if range_.low is None or range_.high is None:
        return range_
    return Range.exactly((range_.low + range_.high) / 2)


def _width(range_: Range) -> float:
    if range_.low is None or range_.high is None:
        return float("inf")
    return range_.high - range_.low
