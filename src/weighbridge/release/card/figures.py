"""Figures as people write them in a card, and the numbers each may stand for.

One rule of rounding, used for every claim: a written figure stands for all numbers that round
to it at its last significant place. Decimals count as written (``2.0T`` is 1.95e12 to
2.05e12). Zeros at the end of a whole number do not count (``70B`` is 65e9 to 75e9), except
that a figure of three or more digits keeps two (``1,000B`` is 950e9 to 1050e9). The margin is
at most 25 %, and below four significant digits at least 0.5 %, because size names are cut off
as often as rounded. A whole number written out with four or more significant digits is exact
(``45,056``).

Scale words of several languages are read. Those that mean another number in another language
(``billón``, German ``Billion``, and ``兆`` outside Japanese) are not: unknown is better. A comma is
a decimal one only before a scale word of a language that writes it so, and never before three
digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from weighbridge.facts import Range
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import is_eastern

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
    "百亿": 10,
    "千亿": 11,
    "千億": 11,
    "万亿": 12,
    "兆": 12,
    "만": 4,
    "억": 8,
    "십억": 9,
    "조": 12,
}
_WRITTEN_WITH_COMMAS = {
    "mio": 6,
    "millionen": 6,
    "millions": 6,
    "millones": 6,
    "milioni": 6,
    "milhões": 6,
    "milhão": 6,
    "mrd": 9,
    "milliarde": 9,
    "milliarden": 9,
    "milliard": 9,
    "milliards": 9,
    "miliardi": 9,
    "mil millones": 9,
    "bilhões": 9,
    "trilhões": 12,
}
_PLAIN_HEDGES = (
    r"about|approximately|approx\.?|around|roughly|nearly|almost|some|estimated|~|≈|∼|over"
    r"|more than|at least"
    r"|exceeding|in excess of|>=?|≥|up to|at most|less than|fewer than|under|below|<=?|≤"
)
_ABOUT = (
    r"about|approximately|approx\.?|around|roughly|nearly|almost|some|estimated|~|≈|∼|大约|大約|约|約"
    r"|近|およそ|etwa|rund|ca\.|circa|environ|aproximadamente|약"
)
_OVER = (
    r"over|more than|at least|exceeding|in excess of|>=?|≥|超过|超過|超|über|mehr als|plus de|más "
    r"de"
)
_UNDER = r"up to|at most|less than|fewer than|under|below|<=?|≤|不到|bis zu|jusqu'à|hasta"
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,3}(?:\.\d{3}){2,6}|\d{1,3}(?: \d{3}){2,6}"
    r"|\d{1,3}(?:['’_]\d{3}){1,6}"
    r"|\d{1,18})(?:\.\d{1,6})?"
)
_POWER = r"(?:\s?[×x*·]\s?10\s?\^\s?\d{1,2}|[eE]\+?\d{1,2})"
_SCALE = (
    r"\s?-?(?:(?:thousand|million|billion|trillion|quadrillion|bn)(?![A-Za-z])"
    r"|[kKmMbBtT](?![A-Za-z0-9])|万亿|千万|百万|十亿|百亿|千亿|千億|亿|億|万|십억|억|만|조"
    r"|兆(?=\s?(?:個の)?(?:トークン|パラメータ)))"
)
_COMMA_WORDS = "|".join(sorted(_WRITTEN_WITH_COMMAS, key=lambda word: (-len(word), word)))
_WITH_COMMA = rf"\d{{1,4}}(?:[.,]\d{{1,2}})?[\s-]?(?:{_COMMA_WORDS})(?![a-zõã])\.?"
_UNREAD = (
    rf"\s?-?(?:(?:{_COMMA_WORDS}|billion(?:en)?|bill[oó]n(?:es)?|bilioni)(?![A-Za-z])|[千百十兆])"
)
_EAST = r"[兆億亿万조억만]"
_COMPOUND = rf"\d{{1,4}}[兆億亿조억]\s?\d{{1,3}},?\d{{0,3}}[億亿万억만](?!{_EAST}|\d)"
FIGURE = (
    rf"(?:(?:{_ABOUT}|{_OVER}|{_UNDER})\s{{0,2}}(?:of\s)?)?"
    rf"(?<![A-Za-z0-9_.,$€£¥兆億亿万조억만-])(?:{_COMPOUND}|{_WITH_COMMA}"
    rf"|(?:10\s?\^\s?\d{{1,2}}(?!\d)|{_NUMBER}{_POWER}?(?!\d|,\d|{_EAST}\d))(?:{_SCALE}|(?!{_UNREAD})))"
    r"(?:\+|以上|余り?)?"
)
"""A pattern without groups, to be set into larger ones; :func:`read_figure` reads its match."""

# What a figure is in a text that writes figures as English does: the same, and much shorter.
_PLAIN_FIGURE = (
    rf"(?:(?:{_PLAIN_HEDGES})\s{{0,2}}(?:of\s)?)?"
    r"(?<![A-Za-z0-9_.,$€£¥-])(?:10\s?\^\s?\d{1,2}(?!\d)"
    rf"|(?:\d{{1,3}}(?:,\d{{3}}){{1,6}}|\d{{1,18}})(?:\.\d{{1,6}})?{_POWER}?(?!\d|,\d))"
    r"(?:\s?-?(?:(?:thousand|million|billion|trillion|quadrillion|bn)(?![A-Za-z])"
    r"|[kKmMbBtT](?![A-Za-z0-9])))?\+?"
)
_NOT_PLAIN = re.compile(
    r"mil?liard|mil?lion(?:en|s|i)\b|millones|billon|billonen|ilh[õã]"
    r"|\bm(?:rd|io)\b|\d['’_]\d{3}|\d\.\d{3}\.\d{3}|\d \d{3} \d{3}"
    r"|\b(?:etwa|rund|circa|environ|aproximadamente|über|mehr als|plus de|más de"
    r"|bis zu|jusqu|hasta)\b",
    re.IGNORECASE,
)


class FigurePattern(LatePattern):
    """A pattern that holds :data:`FIGURE`; a shorter one serves where figures are English."""

    __slots__ = ("_plain",)

    def __init__(self, source: str) -> None:
        """Keep the source; case never matters."""
        super().__init__(source)
        self._plain: re.Pattern[str] | None = None

    def for_text(self, text: str) -> re.Pattern[str]:
        """Return the shorter pattern where the text needs no other."""
        if is_eastern(text) or _NOT_PLAIN.search(text):
            return self.compiled
        if self._plain is None:
            self._plain = re.compile(self.source.replace(FIGURE, _PLAIN_FIGURE), re.IGNORECASE)
        return self._plain


_PARTS = re.compile(
    rf"(?:(?P<about>{_ABOUT})|(?P<over>{_OVER})|(?P<under>{_UNDER}))?\s*(?:of\s)?"
    rf"(?:(?P<comma>\d[\d.,]*)[\s-]?(?P<word>{_COMMA_WORDS})(?![a-zõã])"
    r"|(?P<more>\d+)(?P<most>[兆億亿조억])\s?(?P<rest>[\d,]+)(?P<least>[億亿万억만])"
    r"|(?:10\s?\^\s?(?P<ten>\d+)|(?P<number>\d[\d,]*(?:[.' ’_]\d{3}(?!\d))*(?:\.\d+)?)"
    r"(?:\s?[×x*·]\s?10\s?\^\s?(?P<power>\d+)|[eE]\+?(?P<exp>\d+))?)"
    r"\s?-?(?P<scale>[A-Za-z]+|[万亿億百千十兆십억만조]+)?)(?P<plus>\+|以上|余)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,6}")


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
    digits, exponent = _written(parts)
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


def _written(parts: re.Match[str]) -> tuple[str, int]:
    """Return the digits and the power of ten by which they count."""
    if parts["word"]:
        return parts["comma"].replace(",", "."), _WRITTEN_WITH_COMMAS[parts["word"].lower()]
    if parts["more"]:
        unit = _SCALES[parts["least"]]
        rest = int(parts["rest"].replace(",", ""))
        return str(int(parts["more"]) * 10 ** (_SCALES[parts["most"]] - unit) + rest), unit
    digits = parts["number"] or "1"
    if grouped := _GROUPED.match(digits):
        digits = grouped[0].replace(".", "") + digits[grouped.end() :]
    exponent = int(parts["power"] or parts["exp"] or parts["ten"] or 0)
    if parts["scale"]:
        exponent += _SCALES.get(parts["scale"].lower(), 0)
    return re.sub(r"[, '’_]", "", digits), exponent


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
