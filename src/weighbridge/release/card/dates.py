"""On which day a card says that the model was released."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import reduce

from weighbridge.facts import Range
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.parts import Card, Passage, Section
from weighbridge.release.card.subject import Subject
from weighbridge.text.places import Place

_MONTHS = (
    ("january", "januar", "janvier", "enero", "gennaio", "janeiro"),
    ("february", "februar", "février", "febrero", "febbraio", "fevereiro"),
    ("march", "märz", "mars", "marzo", "março"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "maio"),
    ("june", "juni", "juin", "junio", "giugno", "junho"),
    ("july", "juli", "juillet", "julio", "luglio", "julho"),
    ("august", "août", "agosto"),
    ("september", "sept", "septembre", "septiembre", "settembre", "setembro"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "dezember", "décembre", "diciembre", "dicembre", "dezembro"),
)
_TITLE = (
    r"(?:model |version |initial )?(?:release date|date of release|publication date|date published"
    r"|released|发布日期|发布时间|發布日期|公開日|リリース日|공개일|출시일|veröffentlicht(?: am)?"
    r"|veröffentlichungsdatum|date de (?:sortie|publication)|fecha de (?:lanzamiento|publicación))"
    r"(?: estimate)?"
)
_LABEL = LatePattern(rf"\W{{0,4}}{_TITLE}\s?[:：]\s?(.{{6,40}})")
_HEADING = LatePattern(_TITLE)
_RELEASED = LatePattern(
    r"\b(?:released|published|open-?sourced)\s(?:[\w-]{1,20}\s){0,3}?(?:on|in)\s(.{6,40})"
    r"|(?:于|在)\s?(\d{4}.{4,12})\s?(?:正式)?(?:发布|开源|發布)|(\d{4}年.{2,8})に?(?:公開|リリース)"
)
_OF_ANOTHER = LatePattern(
    r"\b(?:previous|prior|earlier|older|former|original|predecessor|first|data|datasets?|corpus|corpora|papers?"
    r"|reports?|benchmarks?|code|tokeni[sz]er|demo|api|library|framework|base|teacher|will|updated?)\b|数据|論文|论文"
)
_NEWS = LatePattern(
    r"\b(?:news|updates?|changelog|announcements?|what's new)\b|更新|新闻|最新|ニュース|お知らせ"
)
_NEWS_RELEASE = LatePattern(
    r"\b(?:releas\w+|open-?sourced?|launch(?:ed|ing)?)\b|发布|开源|公開|リリース"
)
_NEWS_OTHER = LatePattern(
    r"\b(?:datasets?|papers?|reports?|benchmarks?|code(?:base)?|demo|api|cookbook|blog|library|will|soon)\b|论文|論文"
)
_WEEKDAY = re.compile(
    r"\W{0,4}(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b[,.\s]{0,3})?", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)")
_WORDED = re.compile(
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th|er|\.)?[ .]?(?:of |de )?)?(?P<month>[^\W\d_]{3,10})\.?"
    r"(?: (?P<second>\d{1,2})(?:st|nd|rd|th)?,?)?[ .,]{0,2}(?:de )?(?P<year>\d{4})"
)
_EACH = re.compile(r"(?:^|[,;/&]|\band\b)\s{0,3}(?=[\w])")
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_NAME_END = re.compile(r"\s*[:：|–—(,]|\s-\s")
_LEAST_NAME = 3
_MOST_DATES = 40


def read_release_date(card: Card, subject: Subject) -> tuple[Range, Place] | None:
    """Return the days on which the card says this model was released, and where.

    A label or a heading of its own speaks first, then a sentence on this model, then the news
    of the card that release a model of its name. Several days of one kind span a range.
    """
    for found in (_labelled(card), _sentences(card, subject), _news(card)):
        listed = [each for _, each in zip(range(_MOST_DATES), found, strict=False)]
        if listed:
            return reduce(Range.hull, (days for days, _ in listed)), listed[0][1]
    return None


def _labelled(card: Card) -> Iterator[tuple[Range, Place]]:
    for section in card.sections:
        for passage in section.stated():
            label = _LABEL.match(passage.text)
            if label:
                yield from _each_day(passage, label.start(1))
        if section.level > 1 and _HEADING.fullmatch(section.title):
            yield from _under(section)


def _under(section: Section) -> Iterator[tuple[Range, Place]]:
    """Yield every date of the first passage under a heading that asks for it."""
    for passage in section.passages[:1]:
        yield from _each_day(passage, 0)


def _each_day(passage: Passage, at: int) -> Iterator[tuple[Range, Place]]:
    """Yield each date of a passage from an offset on; nothing where the first is no date."""
    text = passage.text[at : at + 400]
    if read_written_date(text) is None:
        return
    for start in _EACH.finditer(text):
        days = read_written_date(text[start.end() :])
        if days:
            yield days, passage.place(at + start.end())


def _sentences(card: Card, subject: Subject) -> Iterator[tuple[Range, Place]]:
    for _, sentence in card.sentences():
        text = sentence.text
        match = _RELEASED.search(text)
        if not match or _OF_ANOTHER.search(text[: match.end()]):
            continue
        if subject.speaks_of_itself(text) and subject.is_own(text, match.start()):
            days = read_written_date(next(filter(None, match.groups())))
            if days:
                yield days, sentence.place(match.start())


def _news(card: Card) -> Iterator[tuple[Range, Place]]:
    name = _own_name(card)
    if len(name) < _LEAST_NAME:
        return
    for section in card.sections:
        if any(_NEWS.search(title) for title in section.path):
            for passage in section.passages:
                days = _news_day(passage, name)
                if days:
                    yield days, passage.place()


def _news_day(passage: Passage, name: str) -> Range | None:
    first = passage.text.split(". ")[0][:400]
    days = read_written_date(first[:40].lstrip("[(【「📢🔥🎉* "))
    if days is None or not _NEWS_RELEASE.search(first) or _NEWS_OTHER.search(first):
        return None
    return days if name in _folded(first) else None


def _own_name(card: Card) -> str:
    """Return the first title of the card up to its first stop, letters and digits alone."""
    for section in card.sections:
        if section.level == 1:
            return _folded(_NAME_END.split(section.title.strip())[0])
    return ""


def _folded(text: str) -> str:
    return _NOT_NAME.sub("", text.lower())


def read_written_date(text: str) -> Range | None:
    """Return the days that the date at the head of ``text`` may mean, else ``None``.

    Knows ``2024-12-18``, ``2024.12.18``, ``December 18th, 2024``, ``18 December 2024``,
    ``18. Dezember 2024`` and ``December 2024``. Days and months as numbers alone
    (``12/18/2024``) are ambiguous: not read.
    """
    weekday = _WEEKDAY.match(text)
    text = text[weekday.end() :] if weekday else text
    try:
        if iso := _ISO.match(text):
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
            return Range.exactly(day.toordinal())
        worded = _WORDED.match(text)
        month = _month(worded["month"]) if worded else None
        if not worded or not month:
            return None
        year, number = int(worded["year"]), worded["first"] or worded["second"]
        if number:
            return Range.exactly(date(year, month, int(number)).toordinal())
        following = date(year + month // 12, month % 12 + 1, 1)
        return Range(date(year, month, 1).toordinal(), following.toordinal() - 1)
    except ValueError:
        return None


def _month(word: str) -> int | None:
    """Return the number of a month, which English may cut to three letters or more."""
    word = word.lower()
    for number, names in enumerate(_MONTHS, 1):
        if word in names or names[0].startswith(word):
            return number
    return None
