"""The uses that a card says its model is meant for, by the patterns of ``data/uses.yaml``.

Text can only show that it is so, with the line; a card that does not say so shows nothing, and
one that also denies it shows nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card
from weighbridge.release.card.purpose import (
    Stated,
    denies,
    denies_between,
    is_limited,
    purposes,
    says_purpose,
)
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, read_yaml_documents

_TABLE = Path(__file__).parent / "data" / "uses.yaml"
_GAP = re.compile(r"~(\d{1,3})")
_WORD = re.compile(r"<([a-z]+)>")
_MOST_SENTENCES = 2_000


@dataclass(frozen=True, slots=True)
class UsePattern:
    """How cards speak of one use; several may tell of the same one.

    fact:   the flag it sets
    hints:  a pattern of which something must stand in a sentence for it to be tried
    needs:  patterns of which one must stand in it too; none where empty
    says:   patterns that speak of the use
    unless: patterns that show that another thing is meant
    """

    fact: str
    hints: LatePattern
    needs: tuple[LatePattern, ...]
    says: tuple[LatePattern, ...]
    unless: tuple[LatePattern, ...]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the text speaks of the use."""
        if not self.hints.search(text) or any(each.search(text) for each in self.unless):
            return
        if self.needs and not any(each.search(text) for each in self.needs):
            return
        for pattern in self.says:
            for match in pattern.finditer(text):
                yield match.start(), match.end()


def read_uses(card: Card, subject: Subject, seen: Observations) -> None:
    """Record each use that the card plainly says the model is meant for, with the first line.

    A use that another sentence of the card denies or forbids is left unknown, and so is every
    use where the card says that the model is for research or show alone.
    """
    told = uses_told(card, subject)
    if not told or is_limited(card):
        return
    denied = _denied(card, set(told))
    for fact, (place, words) in told.items():
        if fact not in denied:
            seen.declared(fact, True, place, f"the card says: {printable(words, 160)}")


def uses_told(card: Card, subject: Subject) -> dict[str, tuple[Place, str]]:
    """Return the uses of which some sentence says that the model is meant for them."""
    told: dict[str, tuple[Place, str]] = {}
    hinted = (each for each in purposes(card) if any_hint().search(each.sentence.text))
    for stated in islice(hinted, _MOST_SENTENCES):
        for fact in _uses_in(stated, subject):
            told.setdefault(fact, (stated.sentence.place(), stated.sentence.text))
    return told


def _uses_in(stated: Stated, subject: Subject) -> Iterator[str]:
    text = stated.sentence.text
    for pattern in use_patterns():
        if any(says_purpose(stated, start, end, subject) for start, end in pattern.spans(text)):
            yield pattern.fact


def _denied(card: Card, facts: set[str]) -> set[str]:
    """Return those of ``facts`` that some sentence of the card denies or forbids."""
    patterns = [each for each in use_patterns() if each.fact in facts]
    found: set[str] = set()
    for _, sentence in card.sentences():
        text = sentence.text
        if any_hint().search(text) and denies(text):
            found |= {
                each.fact
                for each in patterns
                if any(denies_between(text, *span) for span in each.spans(text))
            }
    return found


@cache
def use_patterns() -> tuple[UsePattern, ...]:
    """Return the table in its written order."""
    first, *rest = read_yaml_documents(_TABLE.read_text(encoding="utf-8"), _TABLE.name)
    assert isinstance(first, Entries)
    words = first["words"]
    assert isinstance(words, Entries)
    macros = {str(name): str(source) for name, source in words.items()}
    return tuple(_pattern(each, macros) for each in rest if isinstance(each, Entries))


@cache
def any_hint() -> re.Pattern[str]:
    """Return a pattern that finds any hint of the table."""
    return re.compile(f"(?:{'|'.join(each.hints.source for each in use_patterns())})", re.I)


def _pattern(entry: Entries, macros: dict[str, str]) -> UsePattern:
    def listed(key: str) -> tuple[LatePattern, ...]:
        node = entry.get(key)
        sources = map(str, node) if isinstance(node, Items) else ()
        return tuple(LatePattern(_expanded(source, macros)) for source in sources)

    hints = entry["hints"]
    assert isinstance(hints, Items)
    return UsePattern(
        str(entry["use"]),
        LatePattern("|".join(_hint(str(word)) for word in hints)),
        listed("needs"),
        listed("says"),
        listed("unless"),
    )


def _hint(word: str) -> str:
    # Chinese and Japanese have no gaps between words.
    return rf"\b{re.escape(word)}" if word.isascii() else re.escape(word)


def _expanded(source: str, macros: dict[str, str]) -> str:
    source = _WORD.sub(lambda found: macros[found[1]], source)
    return _GAP.sub(r"[^.;:。；：]{0,\1}?", source)
