"""Products that a card works out, worked out again."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from itertools import product as choices

from weighbridge.facts import Finding, Range, Severity
from weighbridge.release.card.figures import FIGURE, Figure, FigurePattern, read_figure
from weighbridge.release.card.flops import PREFIXES, SECONDS_OF_A_DAY, times_range
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card
from weighbridge.text.places import Place

_LEAST_PRODUCT = 1e9
_MOST_FACTORS = 7
_MOST_OFF = 0.05
_MOST_FINDINGS = 20
_TIMES = r"\s?[×x*·⋅]\s?"
_CLOCK = r"seconds?|secs?|s|hours?|hrs?|h|days?|weeks?"
_UNITS = (
    r"\s?(?:%|(?:(?:active |total |model )?(?:params?|parameters)|tokens|epochs?"
    r"|(?:[A-Z]\d{2,3}s? )?(?:gpus?|tpus?|chips?|devices?|cards?)(?:[- ](?:hours|hrs|h))?"
    rf"|[A-Z]\d{{2,3}}s?|(?:{_CLOCK})(?:/(?:hour|day|h|d|week))?|(?:[TPEZ]|tera|peta|exa)?-?flops?(?:/s|ps)?"
    r"|mfu|utili[sz]ation|参数|个?词元|トークン|パラメータ)(?![A-Za-z]))"
    r"(?: (?:mfu|utili[sz]ation|per gpu|per second)(?![A-Za-z]))?"
)
_FACTOR = rf"(?:{FIGURE})(?:{_UNITS})?"
_RESULT = (
    rf"(?P<result>{FIGURE})\s?-?(?P<prefix>tera|peta|exa|zetta|yotta|[TPEZY](?=flop|f-))?-?"
    r"(?P<unit>(?:flops?|f)(?:[/-]?s)?[- ]days?|flops?|gpu[- ](?:hours|days)|hours)?(?![A-Za-z])"
    r"(?!\s?[×x*·⋅/+]\s?\d)"
)
_FORMULA = FigurePattern(
    rf"(?P<factors>{_FACTOR}(?:{_TIMES}{_FACTOR}){{1,{_MOST_FACTORS - 1}}})"
    rf"\s?(?:=|≈|~|≃|约?为|约等于|等于|となり)\s?{_RESULT}"
)
_GOES_BACK = re.compile(r"(?:[×*·⋅/+−^-]|\bx)\s*$", re.IGNORECASE)
_ONE_FACTOR = FigurePattern(rf"(?P<figure>{FIGURE})(?P<unit>{_UNITS})?")
_SIGNS = ("=", "≈", "~", "≃", "为", "等于", "となり")
# The seconds, and the hours, that a length of time may stand for in a product.
_SECONDS = {"s": 1.0, "h": 3600.0, "d": SECONDS_OF_A_DAY, "w": 7 * SECONDS_OF_A_DAY}
_PREFIX_OF_A_RATE = re.compile(r"\s?(tera|peta|exa|[TPEZ])?-?flop", re.IGNORECASE)


def check_formulas(card: Card) -> Iterator[Finding]:
    """Yield a finding for each product in the card that does not give what the card says.

    A result counts as wrong when it lies more than 5 % from the product of the factors as
    written, beyond its own rounding, in every unit that the factors may be meant in. At most 20
    are told.
    """
    told = 0
    for text, place in _texts(card):
        for match in _FORMULA.finditer(text):
            before = text[max(0, match.start() - 3) : match.start()]
            right = None if _GOES_BACK.search(before) else _right(match)
            if right is not None and told < _MOST_FINDINGS:
                told += 1
                words = printable(match[0], 120)
                shown = f"{right:.3g}".replace("e+", "e")
                message = f"the card says `{words}`, but the product is {shown}"
                yield Finding("formula-wrong", Severity.MEDIUM, message, (place(match.start()),))


def _texts(card: Card) -> Iterator[tuple[str, _At]]:
    for _, sentence in card.sentences():
        if any(sign in sentence.text for sign in _SIGNS):
            yield sentence.text, sentence.place
    for section in card.sections:
        for table in section.tables:
            for row in table.rows:
                # Rows of two columns are read as sentences already.
                for cell in row if len(row) != 2 else ():
                    if any(sign in cell.text for sign in _SIGNS):
                        yield cell.text, _fixed(table.place(cell))


_At = Callable[[int], Place]


def _fixed(place: Place) -> _At:
    return lambda _: place


def _right(match: re.Match[str]) -> float | None:
    """Return what the factors make where that is not the result, else ``None``."""
    result = read_figure(match["result"])
    factors = [_values(each) for each in _ONE_FACTOR.finditer(match["factors"])]
    if result is None or not all(factors):
        return None
    made = [math.prod(each) for each in choices(*factors)]
    if not all(math.isfinite(each) for each in made) or max(made) < _LEAST_PRODUCT:
        return None
    claimed = _claimed(match, result)
    for each in made:
        if Range(each * (1 - _MOST_OFF), each * (1 + _MOST_OFF)).meets(claimed):
            return None
    middle = (claimed.low or claimed.high or 1.0) or 1.0
    return min(made, key=lambda each: abs(math.log(each / middle)) if each else math.inf)


def _claimed(match: re.Match[str], result: Figure) -> Range:
    times = PREFIXES[(match["prefix"] or "").lower()]
    unit = (match["unit"] or "").lower()
    if "day" in unit and "f" in unit:
        times *= SECONDS_OF_A_DAY
    return times_range(result.range, times)


def _values(match: re.Match[str]) -> list[float]:
    """Return what one factor may stand for: a number, or one with its unit worked in."""
    figure = read_figure(match["figure"])
    if figure is None:
        return []
    unit = (match["unit"] or "").strip().lower()
    if unit.startswith("%"):
        return [figure.value / 100]
    rate = _PREFIX_OF_A_RATE.match(unit)
    if rate:
        return [figure.value * PREFIXES[(rate[1] or "").lower()]]
    hours_of_devices = re.search(r"[- ]h", unit)
    first = "h" if hours_of_devices else unit[:1]
    is_clock = re.fullmatch(_CLOCK, unit) or hours_of_devices
    if not is_clock or first not in _SECONDS:
        return [figure.value]
    seconds = figure.value * _SECONDS[first]
    return list(dict.fromkeys([figure.value, seconds, seconds / 3600]))
