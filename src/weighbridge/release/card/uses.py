"""The uses that a card says its model is meant for, by the patterns of ``data/uses.yaml``.

Text can only show that it is so, with the line; a card that does not say so shows nothing, and
one that also denies it shows nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import is_eastern, printable
from weighbridge.release.card.parts import Card, Sentence
from weighbridge.release.card.purpose import (
    denies_between,
    is_limited,
    purposes,
    says_purpose,
)
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.strict_yaml import Entries, Items, read_yaml_documents

_TABLE = Path(__file__).parent / "data" / "uses.yaml"
_GAP = re.compile(r"~(\d{1,3})")
_WORD = re.compile(r"<([a-z]+)>")
_LETTERS = re.compile(r"[a-z0-9]+")
_COMPOUNDS = re.compile(r"[a-z]+-[a-z]+")
_START = 2
_MOST_SPOKEN = 400


@dataclass(frozen=True, slots=True)
class UsePattern:
    """How cards speak of one use; several may tell of the same one.

    fact:   the flag it sets
    hints:  beginnings of words, of which one must stand in a sentence for it to be tried
    needs:  patterns of which one must stand in it too; none where empty
    says:   patterns that speak of the use
    unless: patterns that show that another thing is meant
    """

    fact: str
    hints: tuple[str, ...]
    needs: tuple[LatePattern, ...]
    says: tuple[LatePattern, ...]
    unless: tuple[LatePattern, ...]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the text speaks of the use."""
        if self.needs and not any(each.search(text) for each in self.needs):
            return
        english = text.isascii()
        tried = [each for each in self.says if not (english and is_eastern(each.source))]
        found = [match.span() for pattern in tried for match in pattern.finditer(text)]
        if found and not any(each.search(text) for each in self.unless):
            yield from found


def read_uses(card: Card, subject: Subject, seen: Observations) -> None:
    """Record each use that the card plainly says the model is meant for, with the first line.

    A use that another sentence of the card denies or forbids is left unknown, and so is every
    use where the card says that the model is for research or show alone.
    """
    spoken = _spoken_of(card)
    if len(spoken) > _MOST_SPOKEN:
        return  # no card needs so many words for its use, and a denial might be missed
    told = _told(card, subject, spoken) if spoken else {}
    if not told or is_limited(card):
        return
    denied = {
        pattern.fact
        for sentence, pattern, span in spoken
        if pattern.fact in told and denies_between(sentence.text, *span)
    }
    for fact, sentence in told.items():
        if fact not in denied:
            note = f"the card says: {printable(sentence.text, 160)}"
            seen.declared(fact, True, sentence.place(), note)


_Spoken = tuple[Sentence, UsePattern, tuple[int, int]]
"""A sentence, what it speaks of, and where in it."""


def _spoken_of(card: Card) -> list[_Spoken]:
    """Return where the card speaks of a use at all, whatever it says of it."""
    found: list[_Spoken] = []
    for _, sentence in card.sentences():
        patterns = _hinted(sentence.text)
        for pattern in patterns:
            found.extend((sentence, pattern, span) for span in pattern.spans(sentence.text))
        if len(found) > _MOST_SPOKEN:
            break
    return found


def _told(card: Card, subject: Subject, spoken: list[_Spoken]) -> dict[str, Sentence]:
    """Return the uses of which some sentence says that the model is meant for them."""
    by_sentence: dict[int, list[_Spoken]] = {}
    for each in spoken:
        by_sentence.setdefault(id(each[0]), []).append(each)
    told: dict[str, Sentence] = {}
    for stated in purposes(card):
        for sentence, pattern, span in by_sentence.get(id(stated.sentence), ()):
            if pattern.fact not in told and says_purpose(stated, *span, subject):
                told[pattern.fact] = sentence
    return told


def _hinted(text: str) -> list[UsePattern]:
    """Return the patterns of which a hint stands in a text, in the order of the table."""
    lowered = text.lower()
    words = set(_COMPOUNDS.findall(lowered)) | set(_LETTERS.findall(lowered))
    by_start, elsewhere = _hints()
    numbers: set[int] = set()
    for word in words:
        for hint, number in by_start.get(word[:_START], ()):
            if word.startswith(hint):
                numbers.add(number)
    if not text.isascii():
        numbers.update(number for hint, number in elsewhere if hint in lowered)
    return [use_patterns()[number] for number in sorted(numbers)]


@cache
def _hints() -> tuple[dict[str, list[tuple[str, int]]], list[tuple[str, int]]]:
    """Return the hints of ASCII letters by their first two, then all others."""
    by_start: dict[str, list[tuple[str, int]]] = {}
    elsewhere = []
    for number, pattern in enumerate(use_patterns()):
        for hint in pattern.hints:
            if hint.isascii():
                by_start.setdefault(hint[:_START], []).append((hint, number))
            else:
                elsewhere.append((hint, number))
    return by_start, elsewhere


@cache
def use_patterns() -> tuple[UsePattern, ...]:
    """Return the table in its written order."""
    first, *rest = read_yaml_documents(_TABLE.read_text(encoding="utf-8"), _TABLE.name)
    assert isinstance(first, Entries)
    words = first["words"]
    assert isinstance(words, Entries)
    macros = {str(name): str(source) for name, source in words.items()}
    return tuple(_pattern(each, macros) for each in rest if isinstance(each, Entries))


def _pattern(entry: Entries, macros: dict[str, str]) -> UsePattern:
    def listed(key: str) -> tuple[LatePattern, ...]:
        node = entry.get(key)
        sources = map(str, node) if isinstance(node, Items) else ()
        return tuple(LatePattern(_expanded(source, macros)) for source in sources)

    hints = entry["hints"]
    assert isinstance(hints, Items)
    return UsePattern(
        str(entry["use"]),
        tuple(map(str, hints)),
        listed("needs"),
        listed("says"),
        listed("unless"),
    )


def _expanded(source: str, macros: dict[str, str]) -> str:
    source = _WORD.sub(lambda found: macros[found[1]], source)
    return _GAP.sub(r"[^.;:。；：]{0,\1}?", source)
