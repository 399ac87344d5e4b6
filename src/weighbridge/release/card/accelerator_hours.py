"""Accelerator-hours and hardware that a card says training took."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.facts import Range
from weighbridge.release.card.claims import MOST_CLAIMS, Claim
from weighbridge.release.card.figures import (
    FIGURE,
    FigurePattern,
    read_figure,
)
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Sentence, Table
from weighbridge.release.card.subject import Subject
from weighbridge.release.hardware import accelerators_in
from weighbridge.text.places import Place

_UNIT = r"(?:GPU|TPU|NPU|accelerator|chip|device|card)"
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE})\s(?P<kind>[\w./ -]{{0,40}}?)\s?-?{_UNIT}s?[-· ]?(?:hours|hrs|h"
    rf"|Stunden)\b"
    rf"|(?P<bare>{FIGURE})\s(?P<model>[AHVBL]\d{{2,3}}[\w-]{{0,8}})[- ](?:hours|hrs)\b"
)
_ELSEWHERE = FigurePattern(
    rf"(?P<chinese>{FIGURE})\s?(?:个)?(?P<kind3>[\w.\s-]{{0,20}}?)\s?(?:GPU|卡)\s?(?:小时|時間|时|시간)"
    rf"|(?P<latin>{FIGURE})\s(?:heures|horas|ore)[- ](?:de )?GPU\b(?P<kind4>[\w .-]{{0,20}})"
)
_ELSEWHERE_HINT = LatePattern(r"heures|horas|\bore\b|[小时時시]")
_LABEL = FigurePattern(
    rf"(?:\b(?:total|training)\s)?(?:{_UNIT}[- ]?hours|hours used)(?:\sused)?\s?"
    rf"(?:\([^()]{{0,30}}\)\s?)?[:：=]\s?(?P<figure>{FIGURE})"
)
_FLEET = FigurePattern(
    r"(?<![\w.,])(?P<count>\d{1,3}(?:,\d{3}){1,2}|\d{1,6})\s?(?:[x×*]\s?)?(?P<kind>[\w /-]{2,40}?)"
    rf"(?:\s?{_UNIT}s?)?(?:\s\([^()]{{0,40}}\))?[,]?\s(?:were used |running )?(?:for|over|in)\s"
    rf"(?P<figure>{FIGURE})\s?(?P<unit>hours|days|weeks)\b"
)
_FIGURES = ("figure", "bare", "chinese", "latin")
_HOURS_OF = {"hours": 1, "days": 24, "weeks": 168}
_WHOLE = LatePattern(r"\b(?:total\w*|full|entire|overall|cumulative\w*|altogether)\b")
_TRAINED = LatePattern(r"train|comput|训练|学習|학습|entra[iî]n|entren")
_NOT_TRAINING = LatePattern(r"\b(?:inference|evaluat\w+|serv(?:e|ing)|deploy\w*)\b")
_RUN = LatePattern(
    r"\b(?:run(?:s|ning)?|inference|fits?|deploy\w*|serv(?:e|es|ing)|generat\w+|memory|vram"
    r"|latency|throughput|requires?|tested|quanti[sz]\w+|benchmark\w*)\b"
)
_HARDWARE_TITLE = LatePattern(r"hardware|compute infra|infrastructure|训练硬件")
_HARDWARE_LABEL = LatePattern(r"(?:training )?hardware(?: type)?\b")
_HEADER = LatePattern(rf".{{0,40}}\b{_UNIT}[- ]?hours?\b.{{0,20}}")
_ONE_FIGURE = FigurePattern(FIGURE)
_HINT = LatePattern(
    r"hours|hrs|days|weeks|[GTN]PU[-· ]?h\b|stunden|heures|horas|ore|小时|時間|卡时|시간"
)
_ACCELERATOR_HINT = LatePattern(r"\d{2,3}|TPU|Gaudi|Trillium")


def read_accelerator_hours(card: Card, subject: Subject) -> list[Claim]:
    """Return ``training_gpu_hours`` as stated in sentences, or failing them in tables."""
    claims: list[Claim] = []
    for _, sentence in card.sentences():
        if len(claims) < MOST_CLAIMS and _HINT.search(sentence.text):
            claims.extend(_stated(sentence, subject))
    if claims:
        return claims
    return [claim for s in card.sections for table in s.tables for claim in _tabled(table)]


def _stated(sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    text = sentence.text
    if _NOT_TRAINING.search(text) and not _TRAINED.search(text):
        return
    others = _ELSEWHERE.finditer(text) if _ELSEWHERE_HINT.search(text) else ()
    for match in (*_STATED.finditer(text), *others, *_LABEL.finditer(text)):
        groups = match.groupdict()
        figure = read_figure(next(filter(None, map(groups.get, _FIGURES))))
        at = match.start()
        if figure and figure.value > 0 and subject.is_own(text, at):
            yield _claim(figure.range, sentence.place(at), match, text)
    for match in _FLEET.finditer(text):
        figure = read_figure(match["figure"])
        known = accelerators_in(match["kind"]) or re.search(_UNIT, match[0], re.IGNORECASE)
        if figure and known and _TRAINED.search(text) and subject.is_own(text, match.start()):
            times = _HOURS_OF[match["unit"].lower()] * float(match["count"].replace(",", ""))
            yield _claim(_scaled(figure.range, times), sentence.place(match.start()), match, text)


def _claim(hours: Range, place: Place, match: re.Match[str], text: str) -> Claim:
    whole = bool(_WHOLE.search(text[max(0, match.start() - 80) : match.end() + 40]))
    return Claim("training_gpu_hours", hours, place, printable(match[0], 80), whole)


def _scaled(range_: Range, times: float) -> Range:
    low = None if range_.low is None else range_.low * times
    high = None if range_.high is None else range_.high * times
    return Range(low, high)


def _tabled(table: Table) -> Iterator[Claim]:
    header = table.rows[0] if table.rows else ()
    for index, head in enumerate(header):
        if not _HEADER.fullmatch(head.text[:120]):
            continue
        for row in table.rows[1:]:
            cell = row[index] if index < len(row) else None
            figure = read_figure(cell.text) if cell and _ONE_FIGURE.fullmatch(cell.text) else None
            if cell and figure and figure.value > 0:
                whole = bool(_WHOLE.search(row[0].text))
                words = printable(f"{row[0].text} {cell.text}" if index else cell.text, 80)
                yield Claim("training_gpu_hours", figure.range, table.place(cell), words, whole)


def read_training_hardware(card: Card) -> tuple[str, Place] | None:
    """Return the accelerators named for training, joined by commas, and the first place.

    Hardware named for running the model does not count.
    """
    first: Place | None = None
    names: dict[str, None] = {}
    for section, sentence in card.sentences():
        text = sentence.text
        # The digits test is cheap and spares loading the table for most cards.
        if not _ACCELERATOR_HINT.search(text):
            continue
        new = [each.name for each in accelerators_in(text) if each.name not in names]
        if new and _names_training(text, section.title):
            first = first or sentence.place()
            names |= dict.fromkeys(new)
    return (", ".join(names), first) if first else None


def _states_hours(text: str) -> bool:
    stated = _STATED.search(text)
    return bool(stated or (_ELSEWHERE_HINT.search(text) and _ELSEWHERE.search(text)))


def _names_training(text: str, title: str) -> bool:
    if _HARDWARE_LABEL.match(text) or (_HINT.search(text) and _states_hours(text)):
        return True
    trained = re.search(r"\btrain(?:ed|ing)\b|训练", text, re.IGNORECASE)
    return bool(trained or _HARDWARE_TITLE.search(title)) and not _RUN.search(text)
