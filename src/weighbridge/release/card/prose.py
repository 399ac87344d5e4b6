"""What a card says in words: datasets, languages, intended use, contact, release date."""

from __future__ import annotations

import re
from datetime import date

from weighbridge.facts import Range
from weighbridge.release.card.front_matter import words_of
from weighbridge.release.card.headings import is_about
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Passage
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_UNFILLED = LatePattern(
    r"\[?\s?(?:more information needed|todo|tbd|n/?a|none|coming soon|lorem ipsum|fill (?:in|me))"
    r"\b.{0,20}"
)
_TEMPLATE = "[more information needed]"
_LABELS = {
    "languages": LatePattern(
        r"(?:supported )?languages?(?:\(s\))?(?: \(NLP\))?(?: supported)?\s?[:：]\s?(.{2,400})"
    ),
    "training_datasets": LatePattern(
        r"(?:training )?(?:datasets?|data)(?: used| sources?)?\s?[:：]\s?(.{2,400})"
    ),
    "intended_use": LatePattern(
        r"(?:intended|primary|direct) (?:uses?|usage|purpose)(?: cases?)?\s?[:：]?\s(.{12,1000})"
    ),
    "contact": LatePattern(
        r"(?:(?:point of )?contact|maintainer|send questions)(?: us)?\b\s?[:：]\s?(.{3,300})"
    ),
}
_ELECTRONIC = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_RELEASED = LatePattern(
    r"\b(?:release date|date of release|released on|publication date|published on"
    r"|发布日期|发布时间|公開日)\W{0,5}(.{6,40})"
)
_ISO = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})(?!\d)")
_WORDED = re.compile(
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?(?P<month>[A-Za-z]{3,9})\.?"
    r"(?: (?P<second>\d{1,2})(?:st|nd|rd|th)?,?)? ?,?(?P<year>\d{4})"
)


def read_prose(card: Card, seen: Observations) -> None:
    """Record the texts and the date; front matter speaks before the body."""
    for key, fact in (("datasets", "training_datasets"), ("language", "languages")):
        words = words_of(card.front_matter, key)
        if words:
            text = printable(", ".join(words))
            seen.declared(fact, text, card.place(words[0]), "front matter")
    names = words_of(card.front_matter, "model_name")
    if names:
        seen.declared("model_name", printable(names[0], 200), card.place(names[0]), "front matter")
    for fact in ("training_datasets", "languages", "intended_use", "contact"):
        found = None if seen.named(fact) else _labelled(card, fact) or _sectioned(card, fact)
        if found:
            seen.declared(fact, found[0], found[1])
    dated = _release_date(card)
    if dated:
        seen.declared("release_date", *dated)


def is_filled(text: str) -> bool:
    """Return whether a text is more than the placeholder of a template."""
    said = text.strip()
    return bool(said) and not _UNFILLED.match(said) and _TEMPLATE not in said.lower()


def _labelled(card: Card, fact: str) -> tuple[str, Place] | None:
    for section in card.sections:
        stated = section.stated()
        for index, passage in enumerate(stated):
            text = passage.text
            # A label may stand alone with its text in the next passage.
            if text.endswith((":", "：")) and index + 1 < len(stated):
                text = f"{text} {stated[index + 1].text}"
            match = _LABELS[fact].match(text)
            if match and is_filled(match[1]):
                said = match[1].split(". ")[0] if fact == "languages" else match[1]
                return printable(said), passage.place()
    return None


def _sectioned(card: Card, fact: str) -> tuple[str, Place] | None:
    if fact == "intended_use":
        passage = _first_passage(card, "use", "misuse")
        return (printable(passage.text), passage.place()) if passage else None
    if fact == "contact":
        passage = _first_passage(card, "contact", "misuse")
        found = _ELECTRONIC.search(passage.text) if passage else None
        if passage:
            return printable(found[0] if found else passage.text, 300), passage.place()
    return None


def _first_passage(card: Card, topic: str, unless: str) -> Passage | None:
    for section in card.sections:
        if is_about(section, topic) and not is_about(section, unless):
            for passage in section.passages:
                if is_filled(passage.text):
                    return passage
    return None


def _release_date(card: Card) -> tuple[Range, Place] | None:
    for _, sentence in card.sentences():
        match = _RELEASED.search(sentence.text)
        days = read_written_date(match[1]) if match else None
        if match and days:
            return days, sentence.place(match.start())
    return None


def read_written_date(text: str) -> Range | None:
    """Return the days that the date at the head of ``text`` may mean, else ``None``.

    Knows ``2024-12-18``, ``2024.12.18``, ``December 18th, 2024``, ``18 December 2024`` and
    ``December 2024``. Days and months as numbers alone (``12/18/2024``) are ambiguous: not read.
    """
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
    start = word.lower()[:3]
    for number, name in enumerate(_MONTHS, 1):
        if name.startswith(start) and name.startswith(word.lower()):
            return number
    return 9 if word.lower() == "sept" else None
