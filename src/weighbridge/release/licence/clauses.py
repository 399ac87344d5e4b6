"""What a licence text says outright, found clause by clause, each with its line.

The patterns are data (``clauses.yaml``). A match sets a condition; no match says nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from weighbridge.release.licence.fingerprints import DATA
from weighbridge.release.licence.table import Answer
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Entries, read_yaml

_MOST_TEXT = 256 << 10
_SHOWN = 200
_BEFORE = 60
_MOST_MATCHES = 40
_NUMBER = (
    r"(?P<number>\d[\d,.]*|[一二两三四五六七八九十][一二两三四五六七八九十百千]{0,6}) ?"
    r"(?P<unit>million|billion|thousand|mn|m\b|bn|b\b|k\b|百万|千万|亿|万)?"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BEHIND = re.compile(r" <<(\d+) ")
_STEP = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\{[^}]*\}|~\d+|\(\?[:!=<P]+|.", re.DOTALL)
_REPEATS = ("?", "*", "{", "+")
_BRIDGE = re.compile(r"~(\d+)")
_UNITS = {
    "thousand": 10**3,
    "k": 10**3,
    "万": 10**4,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
}
_DIGITS = "〇一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1000}
_PLAIN = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "「": '"',
        "」": '"',
        "’": "'",
        "‘": "'",
        "*": " ",
        "`": " ",
        "\u00a0": " ",
        "两": "二",
    }
)
_LIST_MARK = re.compile(r"^\s*(?:[-#>•]+\s*)?(?:\(?(?:[a-z]|[ivx]{1,4}|\d{1,2}(?:\.\d+)*)[.)]\s+)?")


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition found in a text: its answer, the line it begins on, the words that say so."""

    condition: str
    answer: Answer
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    condition: str
    needs: tuple[str, ...]
    find: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Flat:
    """A text with one sentence a line; ``starts[i]`` is where line ``numbers[i]`` began in it."""

    text: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    def line(self, place: int) -> int:
        return self.numbers[max(bisect_right(self.starts, place) - 1, 0)]


def find_clauses(text: str, among: Collection[str] | None = None) -> dict[str, Clause]:
    """Return the conditions that ``text`` states, by name, each with its first clause.

    ``among`` names the conditions to look for; ``None`` means all.
    """
    flat = _flatten(text[:_MOST_TEXT])
    found = {}
    for pattern in _patterns():
        wanted = among is None or pattern.condition in among
        if wanted and any(word in flat.text for word in pattern.needs):
            clause = _first(pattern, flat)
            if clause is not None:
                found[pattern.condition] = clause
    return found


def _first(pattern: _Pattern, flat: _Flat) -> Clause | None:
    matches = (match for source in pattern.find for match in _matches(source, flat.text))
    kept = (match for match in matches if not _taken_back(match, pattern.unless))
    best = min(kept, key=lambda match: match.start(), default=None)
    if best is None:
        return None
    line = flat.line(best.start())
    return Clause(pattern.condition, _answer(best), line, _shown(best.group(0)))


def _shown(words: str) -> str:
    cut = words if len(words) <= _SHOWN else f"{words[:_SHOWN]} …"
    if cut.isprintable():
        return cut
    return "".join(each if each.isprintable() else " " for each in cut)


def _matches(source: str, text: str) -> Iterator[re.Match[str]]:
    before, reach, source = _parts(source)
    if _literal(source) not in text or (text.isascii() and _CHINESE.search(source)):
        return
    for count, match in enumerate(_compiled(source).finditer(text)):
        if count >= _MOST_MATCHES:
            return
        start = _sentence_start(match, reach)
        if not before or _compiled(before).search(text, start, match.start()):
            yield match


@cache
def _literal(source: str) -> str:
    """Return the longest run of plain letters that every match holds; often ``""``.

    Looking for it first spares most patterns, whose beginnings are common words.
    """
    runs, run, depth = [], "", 0
    steps = _STEP.findall(source)
    for step, after in zip(steps, [*steps[1:], ""], strict=True):
        depth += step.startswith("(") - (step == ")")
        if step == "|" and depth == 0:
            return ""
        if depth == 0 and step.isalpha() | (step in " ,'-") and after[:1] not in _REPEATS:
            run += step
        else:
            runs.append(run)
            run = ""
    return max([*runs, run], key=len)


def _parts(source: str) -> tuple[str, int, str]:
    """Return what must stand before a match, how far before, and the pattern of the match."""
    found = _BEHIND.search(source)
    if found is None:
        return "", 0, source
    return source[: found.start()], int(found[1]), source[found.end() :]


def _sentence_start(match: re.Match[str], reach: int) -> int:
    """Return where the sentence of a match begins, or ``reach`` characters before it."""
    return max(match.start() - reach, match.string.rfind("\n", 0, match.start()) + 1, 0)


def _taken_back(match: re.Match[str], unless: tuple[str, ...]) -> bool:
    around = match.string[_sentence_start(match, _BEFORE) : match.end()]
    return any(_compiled(source).search(around) for source in unless)


def _answer(match: re.Match[str]) -> Answer:
    groups = match.groupdict()
    # A number of money that is not dollars is no number of dollars.
    if groups.get("number") is None or groups.get("foreign"):
        return True
    try:
        return int(_number(groups["number"]) * _UNITS.get(groups["unit"] or "", 1)) or True
    except (ValueError, OverflowError):
        return True


def _number(written: str) -> float:
    """Return a number written in digits or, below ten thousand, in Chinese characters."""
    if written[0].isdigit() and written.isascii():
        return float(written.replace(",", "").rstrip("."))
    total, digit = 0, 1
    for sign in written:
        if sign in _TENS:
            total += digit * _TENS[sign]
            digit = 0
        else:
            digit = _DIGITS.index(sign) % 10
    return total + digit


def _flatten(text: str) -> _Flat:
    parts, starts, numbers, place = [], [], [], 0
    for number, line in enumerate(text.translate(_PLAIN).lower().splitlines(), 1):
        words = " ".join(_LIST_MARK.sub("", line).split())
        if words:
            parts.append(words)
            starts.append(place)
            numbers.append(number)
            place += len(words) + 1
    sentences = " ".join(parts).replace(". ", ".\n").replace("。", "\n")
    return _Flat(sentences, tuple(starts) or (0,), tuple(numbers) or (1,))


@cache
def _compiled(source: str) -> re.Pattern[str]:
    bridged = _BRIDGE.sub(r"[^\\n]{0,\1}?", source)
    return re.compile(bridged.replace("§", _NUMBER))


@cache
def _patterns() -> tuple[_Pattern, ...]:
    name = "clauses.yaml"
    text = (DATA / name).read_text("utf-8")
    file, document = SourceFile(name, text), read_yaml(text, name)
    assert isinstance(document, Entries)
    return tuple(_pattern(key, Fields(node, file, key)) for key, node in document.items())


def _pattern(condition: str, fields: Fields) -> _Pattern:
    needs, find = fields.texts("needs"), fields.texts("find")
    unless = fields.texts("unless")
    fields.done()
    return _Pattern(str(condition), tuple(needs), tuple(find), tuple(unless))
