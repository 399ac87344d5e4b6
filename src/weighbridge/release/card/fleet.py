"""Accelerators × time, where a card gives the two: in one sentence or in lines of one section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.facts import Range
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.hardware import accelerator_pattern

_COUNT = r"(?<![A-Za-z0-9_.,-])(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,6})"
_UNIT = r"(?:GPU|TPU|NPU|accelerator|chip|device)s?"
_TIMES = r"\s?[x×*]\s?"
_MADE_UP = LatePattern(
    rf"(?P<a>{_COUNT})(?: (?:nodes?|servers?|machines?|hosts?|instances?)"
    rf"(?: ?(?:of|with|,|\(|each with|\(each with|[x×*]) ?)|{_TIMES})(?P<b>\d{{1,3}})(?!\d)"
    rf"(?:{_TIMES}| )?(?=(?P<kind>[\w /.-]{{0,40}}))"
)
_PLAIN = LatePattern(
    rf"(?P<a>{_COUNT}|(?<![A-Za-z0-9])(?:an?|an? single|one|two|three|four|five|six|seven|eight))"
    r"(?:\s?[x×*]\s?|\s?[张块枚台颗基]\s?|\s)?(?=(?P<kind>[A-Za-z][\w /.-]{0,40}))"
)
_BEHIND = LatePattern(
    r"(?P<kind>[A-Za-z][\w /.-]{1,30}?)\s?(?:GPU)?\s?"
    r"(?:[x×*]\s?(?P<a>\d{1,6})(?![\w.])(?!\s?[x×*])|(?P<b>\d{1,6})\s?[张块枚台颗基])"
)
_COUNTER = LatePattern(r"[张块枚台颗基]|[x×*]\s?\d")
_POD = LatePattern(r"\bTPU ?(?P<generation>v[2-6][ep]?)-(?P<a>\d{1,5})\b")
_CORES_COUNTED = frozenset({"v2", "v3", "v4", "v5p"})
_CLOCK = FigurePattern(
    rf"(?P<figure>{FIGURE}|(?<!\w)(?:an?|one|two|three|four|five|six|seven|eight|nine|ten))[\s-]?"
    r"(?P<unit>hours?\b|hrs?\b|h\b|days?\b|weeks?\b|months?\b|小时|時間|天|日間|周|週間|个月|ヶ月|か月)"
    r"(?!\s?(?:of (?:audio|speech|video|music|data|recordings?)|的音频|的语音))"
)
_A_PART = LatePattern(r"(?:epoch|step|checkpoint|every|each|run) (?:takes?|took|in|for|~)? ?$")
_HOURS = {
    "h": (1.0, 1.0),
    "d": (24.0, 24.0),
    "w": (168.0, 168.0),
    "m": (672.0, 744.0),
    "小": (1.0, 1.0),
    "時": (1.0, 1.0),
    "天": (24.0, 24.0),
    "日": (24.0, 24.0),
    "周": (168.0, 168.0),
    "週": (168.0, 168.0),
    "个": (672.0, 744.0),
    "ヶ": (672.0, 744.0),
    "か": (672.0, 744.0),
}
_WORDS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
} | {"a": 1, "an": 1}
_NAMES_ONE = LatePattern(rf"\b{_UNIT}\b")
_OF_HOURS = LatePattern(
    rf"^(?:[\w./-]+ ){{0,2}}?[\w./-]{{0,12}}?(?:{_UNIT}|[AHBV]\d{{2,3}}s?)[- ]"
    r"(?:hours?|hrs?|days?|years?)\b"
)
_OTHER_WORD = LatePattern(r"\b(?:on|for|with|of|and|or|in|per|at|to|over|than|gi?b|ti?b|mi?b)\b|\d")


@dataclass(frozen=True, slots=True)
class Fleet:
    """So many accelerators, with the offsets of the words in their sentence."""

    count: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Duration:
    """So many hours by the clock, with the offsets of the words in their sentence."""

    hours: Range
    start: int
    end: int


def fleets_in(text: str) -> list[Fleet]:
    """Return the groups of accelerators that ``text`` counts, in order; none overlap."""
    found: list[Fleet] = []
    for fleet in (*_pods(text), *_made_up(text), *_counted(text)):
        if all(fleet.end <= each.start or fleet.start >= each.end for each in found):
            found.append(fleet)
    return sorted(found, key=lambda each: each.start)


def _pods(text: str) -> Iterator[Fleet]:
    for match in _POD.finditer(text):
        count = float(match["a"])
        cores = match["generation"].lower() in _CORES_COUNTED
        if count > 0:
            yield Fleet(count / 2 if cores else count, *match.span())


def _made_up(text: str) -> Iterator[Fleet]:
    for match in _MADE_UP.finditer(text):
        kind = _kind_end(match["kind"])
        count = _number(match["a"]) * _number(match["b"])
        if kind and count > 0:
            yield Fleet(count, match.start(), match.start("kind") + kind)


def _counted(text: str) -> Iterator[Fleet]:
    for match in _PLAIN.finditer(text):
        kind = _kind_end(match["kind"])
        if kind and _number(match["a"]) > 0:
            yield Fleet(_number(match["a"]), match.start(), match.start("kind") + kind)
    for match in _BEHIND.finditer(text) if _COUNTER.search(text) else ():
        count = _number(match["a"] or match["b"])
        if _kind_end(match["kind"][-24:]) and count > 0:
            yield Fleet(count, *match.span())


def _kind_end(words: str) -> int:
    """Return where the name of an accelerator ends that begins ``words``, 0 where none does."""
    if _OF_HOURS.search(words):
        return 0
    for pattern in (accelerator_pattern(), _NAMES_ONE.compiled):
        match = pattern.search(words[:30])
        before = words[: match.start()] if match else ""
        if match and len(before.split()) <= 2 and not _OTHER_WORD.search(before):
            return match.end()
    return 0


def _number(text: str) -> float:
    word = text.lower().removesuffix(" single")
    return float(_WORDS[word]) if word in _WORDS else float(text.replace(",", ""))


def durations_in(text: str) -> list[Duration]:
    """Return the lengths of time in ``text``; accelerator-hours are none."""
    found = []
    for match in _CLOCK.finditer(text):
        # "over 5 days" is how long, not more than that.
        written = match["figure"].lower().removeprefix("over ")
        figure = read_figure(str(_WORDS.get(written, written)))
        of_units = re.search(rf"{_UNIT}[- ]$", text[: match.start("unit")], re.IGNORECASE)
        before = text[max(0, match.start() - 20) : match.start()]
        if figure is None or figure.value <= 0 or of_units or _A_PART.search(before):
            continue
        number = figure.range
        shortest, longest = _HOURS[match["unit"][0].lower()]
        low = None if number.low is None else number.low * shortest
        high = None if number.high is None else number.high * longest
        found.append(Duration(Range(low, high), *match.span()))
    return found


def accelerator_hours(fleet: Fleet, duration: Duration) -> Range:
    """Return the product of the two."""
    low, high = duration.hours.low, duration.hours.high
    return Range(
        None if low is None else low * fleet.count, None if high is None else high * fleet.count
    )


def fleets_with_durations(text: str) -> list[tuple[Fleet, Duration]]:
    """Return each fleet with the time it ran, where it is plain which belong together."""
    durations = durations_in(text)
    fleets = fleets_in(text) if durations else []
    if not fleets or len(fleets) != len(durations):
        return []
    pairs = list(zip(fleets, durations, strict=True))
    first = [fleet.start < duration.start for fleet, duration in pairs]
    ends = [max(fleet.end, duration.end) for fleet, duration in pairs]
    starts = [min(fleet.start, duration.start) for fleet, duration in pairs]
    apart = all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    return pairs if apart and len(set(first)) == 1 else []
