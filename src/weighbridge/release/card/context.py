"""How long an input a card says the model takes."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts import Range
from weighbridge.release.card.claims import Claim, agreed
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.headings import is_about
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Sentence, Table
from weighbridge.release.card.subject import Subject
from weighbridge.text.places import Place

_LENGTH = (
    r"(?:(?:max(?:imum|\.)?\s)?(?:context|sequence)[- ]?(?:length|window|size|len)|上下文(?:长度"
    r"|窗口|長度)"
    r"|最大长度|コンテキスト(?:長|ウィンドウ)|컨텍스트 길이|Kontextlänge|longueur de contexte)"
)
_LABEL = FigurePattern(
    rf"{_LENGTH}\s?(?:\([^()]{{0,30}}\)\s?)?"
    rf"(?:[:：=–—|]|of|is|to|为|達|达到?|可达|は)\s?(?:up to |a maximum of )?(?P<figure>{FIGURE})"
)
_BEFORE = FigurePattern(
    rf"(?P<figure>{FIGURE})(?:[-\s]?tokens?)?[-\s](?:long\s)?(?:context|sequence)[- ]?(?:length"
    rf"|window|size)?\b"
    rf"|(?P<cjk>{FIGURE})\s?(?:tokens?|トークン)?(?:的|の)?(?:上下文|コンテキスト)"
)
_HEADER = LatePattern(rf"(?:{_LENGTH}|max length|context)(?:\s?\([^()]{{0,30}}\))?")
_ONE_FIGURE = FigurePattern(rf"{FIGURE}(?:\s?tokens)?")
_HINTS = (
    "context",
    "sequence",
    "kontext",
    "contexte",
    "上下文",
    "最大长度",
    "コンテキスト",
    "컨텍스트",
)
_OF_TRAINING = LatePattern(
    r"\btrain(?:ed|ing)?\b|\bextend\w*|\bfrom\b|\bevaluat\w+|\bbenchmark|\btest(?:ed|s)?\b|\boutput"
)
_HAS = LatePattern(
    r"\b(?:supports?|supporting|handles?|accepts?|has|with|features?|offers?|up to)\b|支持"
    r"|サポート|対応"
)
_BY_PROGRAM = LatePattern(
    r"\b(?:default|llama\.cpp|ollama|vllm|sglang|server|--[a-z]|flag|gpu|memory|benchmark\w*)\b"
)
_EXTENDED = LatePattern(r"\bextend\w*|扩展|拡張")
_ALTERNATIVE = LatePattern(r"\s?(?:tokens?)?\s?(?:,|/|、|or\b|and\b|to\b|和|或)\s?\d")
_LEAST, _MOST = 64.0, 1e9
_BINARY = {1e3: 1024.0, 1e6: 1024.0**2}


def read_context(card: Card, subject: Subject) -> Claim | None:
    """Return the longest input as stated, ``None`` where statements differ or there is none.

    ``128K`` is 128,000 to 131,072. What was used in training, in a test or by a program that
    runs the model does not count.
    """
    claims = [
        claim
        for section, sentence in card.sentences()
        if _is_hinted(sentence.text) and not is_about(section, "running")
        for claim in _stated(sentence, subject)
    ]
    if not claims:
        claims = [c for s in card.sections for table in s.tables for c in _tabled(table, subject)]
    return agreed(claims)


def _is_hinted(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def _stated(sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    text = sentence.text
    if _BY_PROGRAM.search(text) or _EXTENDED.search(text):
        return
    for match in (*_LABEL.finditer(text), *_BEFORE.finditer(text)):
        before = text[max(0, match.start() - 60) : match.start()]
        labelled = match.start() == 0 and sentence.start == 0
        if not labelled and not (_HAS.search(before) or subject.speaks_of_itself(text)):
            continue
        if _ALTERNATIVE.match(text, match.end()):
            continue
        if not _OF_TRAINING.search(before) and subject.is_own(text, match.start()):
            groups = match.groupdict()
            written = groups["figure"] or groups.get("cjk") or ""
            yield from _claim(written, sentence.place(match.start()), match[0])


def _tabled(table: Table, subject: Subject) -> Iterator[Claim]:
    header = table.rows[0] if table.rows else ()
    for index, head in enumerate(header):
        if _HEADER.fullmatch(head.text[:80]):
            for row in table.rows[1:]:
                if index < len(row) and subject.owns(row[0].text) is not False:
                    cell = row[index]
                    if _ONE_FIGURE.fullmatch(cell.text):
                        yield from _claim(cell.text, table.place(cell), cell.text)


def _claim(written: str, place: Place, words: str) -> Iterator[Claim]:
    figure = read_figure(written)
    if figure is None or not _LEAST <= figure.value <= _MOST:
        return
    scale = next((each for each in (1e6, 1e3) if figure.scaled and _counts_in(written, each)), 0.0)
    high = figure.value / scale * _BINARY[scale] if scale else figure.value
    yield Claim("context_length", Range(figure.value, high), place, printable(words, 80))


def _counts_in(written: str, scale: float) -> bool:
    return written.strip("+ ").lower().endswith(("k",) if scale == 1e3 else ("m", "million"))
