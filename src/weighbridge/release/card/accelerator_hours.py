"""Accelerator-hours and hardware that a card says training took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from weighbridge.facts import Range
from weighbridge.release.card.claims import MOST_CLAIMS, Claim
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.fleet import (
    Duration,
    Fleet,
    accelerator_hours,
    durations_in,
    fleets_in,
    fleets_with_durations,
)
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section, Sentence, Table
from weighbridge.release.card.phases import phase_near
from weighbridge.release.card.subject import Subject
from weighbridge.release.hardware import accelerators_in
from weighbridge.text.places import Place

_UNIT = r"(?:GPU|TPU|NPU|accelerator|chip|device|card)"
_CLOCK = r"(?P<{}>hours|hrs|h\b|Stunden|days|weeks|years)"
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE})\s(?P<kind>[\w./ -]{{0,40}}?)\s?-?{_UNIT}s?[-· ]?(?:core[- ])?"
    rf"{_CLOCK.format('unit')}\b"
    rf"|(?P<bare>{FIGURE})\s(?P<model>[AHVBL]\d{{2,3}}[\w-]{{0,8}})[- ]{_CLOCK.format('unit2')}\b"
)
_ELSEWHERE = FigurePattern(
    rf"(?P<eastern>{FIGURE})\s?(?:个)?(?P<kind3>[\w.\s-]{{0,20}}?)\s?(?:GPU|卡)\s?"
    r"(?P<unit3>小时|時間|时|시간|天)"
    rf"|(?P<latin>{FIGURE})\s(?P<unit4>heures|horas|ore)[- ](?:de )?GPU\b(?P<kind4>[\w .-]{{0,20}})"
)
_ELSEWHERE_HINT = LatePattern(r"heures|horas|\bore\b|[小时時시天]")
_LABEL = FigurePattern(
    rf"(?:\b(?:total|training)\s)?(?:{_UNIT}[- ]?hours|(?P<used>hours used))(?:\sused)?\s?"
    rf"(?:\([^()]{{0,30}}\)\s?)?[:：=]\s?(?P<figure>{FIGURE})"
)
_FIGURES = ("figure", "bare", "eastern", "latin")
_UNITS = ("unit", "unit2", "unit3", "unit4")
_HOURS_OF = dict.fromkeys("hso小时時시", 1) | {"d": 24, "天": 24, "w": 168, "y": 8766}
_LONGEST_BY_THE_CLOCK = 9_000.0
_MOST_LINES = 400
_MOST_LOOKED = 600
_TIME_LABEL = LatePattern(
    r"(?:total |wall-?clock |approximate )*(?:training )?(?:time|duration|hours)\b"
    r"|训练时间|训练时长|学習時間"
)
_WHOLE = LatePattern(r"\b(?:total\w*|full|entire|overall|cumulative\w*|altogether)\b")
_TRAINED = LatePattern(r"train|comput|tun(?:ed|ing)\b|训练|学習|微调|학습|entra[iî]n|entren")
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
    r"hour|hrs|\dh\b|days?|weeks?|months?|years|[GTN]PU[-· ]?h\b|stunden|heures|horas|\bore\b"
    r"|小时|卡时|天|周|个月|時間|日間|週|시간"
)
_ACCELERATOR_HINT = LatePattern(r"\d{2,3}|TPU|Gaudi|Trillium")


def read_accelerator_hours(card: Card, subject: Subject) -> list[Claim]:
    """Return ``training_gpu_hours`` as stated in sentences, or failing them otherwise.

    Then count and time of one sentence count, then the two in lines of one section, then tables.
    """
    stated: list[Claim] = []
    counted: list[Claim] = []
    looked = 0
    for section, sentence in card.sentences():
        if _HINT.search(sentence.text):
            found = list(_stated(section, sentence, subject))
            stated.extend(found)
            looked += 1
            if not found and looked <= _MOST_LOOKED:
                counted.extend(_counted(section, sentence, subject))
        if len(stated) + len(counted) >= MOST_CLAIMS:
            break
    if stated or counted:
        return [*stated, *counted]
    lines = [claim for section in card.sections for claim in _in_lines(section, subject)]
    if lines:
        return lines
    return [claim for s in card.sections for table in s.tables for claim in _tabled(table)]


def _stated(section: Section, sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    text = sentence.text
    if _NOT_TRAINING.search(text) and not _TRAINED.search(text):
        return
    others = _ELSEWHERE.finditer(text) if _ELSEWHERE_HINT.search(text) else ()
    for match in (*_STATED.finditer(text), *others, *_LABEL.finditer(text)):
        groups = match.groupdict()
        figure = read_figure(_first(groups, _FIGURES))
        unit = _first(groups, _UNITS) or "h"
        at = match.start()
        if figure and figure.value > 0 and subject.is_own(text, at):
            hours = _scaled(figure.range, _HOURS_OF[unit[0].lower()])
            if groups.get("used"):
                hours = _by_the_clock(hours, section)
            yield _claim(hours, section, sentence, match.span())


def _first(groups: dict[str, str | None], names: Iterable[str]) -> str:
    return next(filter(None, map(groups.get, names)), "")


def _by_the_clock(hours: Range, section: Section) -> Range:
    """Return "hours used", which may be those of one accelerator where several are counted."""
    counts = [fleet.count for each in section.sentences() for fleet in fleets_in(each.text)]
    if len(counts) != 1 or hours.high is None or hours.high > _LONGEST_BY_THE_CLOCK:
        return hours
    return Range(hours.low, hours.high * counts[0])


def _counted(section: Section, sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    """Yield accelerators × time where one sentence gives both."""
    text = sentence.text
    if not _TRAINED.search(text) and not _TRAINED.search(section.title):
        return
    if _NOT_TRAINING.search(text):
        return
    for fleet, duration in fleets_with_durations(text):
        span = min(fleet.start, duration.start), max(fleet.end, duration.end)
        if subject.is_own(text, span[0]):
            yield _claim(accelerator_hours(fleet, duration), section, sentence, span)


def _in_lines(section: Section, subject: Subject) -> Iterator[Claim]:
    """Yield accelerators × time where one section gives each once, in lines of their own."""
    titled = bool(_TRAINED.search(section.title) or _HARDWARE_TITLE.search(section.title))
    if _RUN.search(section.title):
        return
    fleets: list[tuple[Sentence, Fleet]] = []
    durations: list[tuple[Sentence, Duration]] = []
    sentences = section.sentences()[:_MOST_LINES]
    if not any(_TIME_LABEL.match(sentence.text) for sentence in sentences):
        return
    for sentence in sentences:
        text = sentence.text
        if _RUN.search(text) or not subject.is_own(text, len(text)):
            continue
        fleets.extend((sentence, each) for each in fleets_in(text))
        if _TIME_LABEL.match(text):
            titled = titled or "train" in text.lower() or "训练" in text or "学習" in text
            durations.extend((sentence, each) for each in durations_in(text))
    if titled and len(fleets) == len(durations) == 1:
        (_, fleet), (sentence, duration) = fleets[0], durations[0]
        span = duration.start, duration.end
        hours = accelerator_hours(fleet, duration)
        yield _claim(hours, section, sentence, span)


def _claim(hours: Range, section: Section, sentence: Sentence, span: tuple[int, int]) -> Claim:
    text, (start, end) = sentence.text, span
    whole = bool(_WHOLE.search(text[max(0, start - 80) : end + 40]))
    phase = phase_near(text, start, end, section.title)
    words = printable(text[start:end], 80)
    return Claim("training_gpu_hours", hours, sentence.place(start), words, whole, phase)


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
