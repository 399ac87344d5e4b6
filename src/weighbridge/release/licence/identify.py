"""Which licence a text is: word for word, nearly, a plain text changed, or by its title only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from weighbridge.release.licence.difference import Passage, differing_passages
from weighbridge.release.licence.fingerprints import (
    Fingerprints,
    Reference,
    gram_hashes,
    order_hash,
)
from weighbridge.release.licence.table import Licence, LicenceTable
from weighbridge.release.licence.words import Words, plain_words, read_words

UNKNOWN = "unknown"
_NEAR = 0.80
_NAMED = 0.40
_WHOLE = 0.97
_TITLE_WORDS = 60
MOST_WORDS = 60_000


class How(StrEnum):
    """How a licence was recognised, strongest first."""

    EXACT = "exact"
    NEAR = "near"
    MODIFIED = "modified"
    TITLE = "title"
    CARD = "card"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a text was recognised as.

    id:         the licence, ``LicenseRef-modified-…`` or ``unknown``
    how:        how sure that is; only ``exact`` lends the text the terms known of the id
    score:      the smaller of the shares of five-word runs found in each other, 0 to 1; ``None``
                where nothing was compared
    nearest:    the nearest known licence, or ``None``
    difference: passages that differ from the nearest text
    """

    id: str
    how: How
    score: float | None = None
    nearest: str | None = None
    difference: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    reference: Reference
    whole: float
    covered: float

    @property
    def score(self) -> float:
        return min(self.whole, self.covered)


def identify(
    text: str, fingerprints: Fingerprints, table: LicenceTable, *, whole: bool = True
) -> Identity:
    """Return what ``text`` is. Nothing but the same words in the same order is ``exact``.

    ``whole`` is false for the beginning of a longer text, which is never exact: what is hidden
    behind the end may be a clause.
    """
    exact = identify_exactly(text, fingerprints) if whole else None
    if exact is not None:
        return exact
    words, hashes = read_grams(text)
    matches = _matches(frozenset(hashes), fingerprints)
    titled = table.titled(_head(text))
    best = _best(matches, table)
    if best is None or (best.score < _NAMED and not _is_whole(best, table)):
        return _by_title(titled, best)
    difference = differing_passages(words, hashes, best.reference.hashes)
    return _inexact(best, titled, table, difference)


def identify_exactly(text: str, fingerprints: Fingerprints) -> Identity | None:
    """Return the reference that ``text`` is word for word, or ``None``."""
    words = _read(text).words
    known = fingerprints.of_order(order_hash(words)) if len(words) <= MOST_WORDS else None
    return None if known is None else Identity(known, How.EXACT, 1.0, known)


@lru_cache(maxsize=1)
def read_grams(text: str) -> tuple[Words, list[int]]:
    """Return the first words of ``text`` and the hashes of their runs; the last text is kept."""
    words = _read(text).first(MOST_WORDS)
    return words, gram_hashes(words.words)


@lru_cache(maxsize=1)
def _read(text: str) -> Words:
    return read_words(text)


def _matches(hashes: frozenset[int], fingerprints: Fingerprints) -> list[_Match]:
    found = []
    for reference in fingerprints.candidates(hashes):
        shared = len(hashes & reference.hashes)
        found.append(_Match(reference, shared / len(reference.hashes), shared / len(hashes)))
    return found


def _best(matches: list[_Match], table: LicenceTable) -> _Match | None:
    """Return a plain text held whole, else the nearest."""
    # Plain text with an added clause must not be taken for somebody else's text with such a clause.
    whole = [match for match in matches if _is_whole(match, table)]
    if whole:
        return max(whole, key=lambda match: (match.covered, match.reference.id))
    return max(matches, key=lambda match: (match.score, match.reference.id), default=None)


def _is_whole(match: _Match, table: LicenceTable) -> bool:
    licence = table.get(match.reference.id)
    return match.whole >= _WHOLE and licence is not None and licence.base is not None


def _inexact(
    match: _Match, titled: Licence | None, table: LicenceTable, difference: tuple[Passage, ...]
) -> Identity:
    id = match.reference.id
    score = _below_one(match.score)
    licence = table.get(id)
    if titled is not None and titled.id != id and match.score < _NEAR:
        return Identity(titled.id, How.TITLE, score, id, difference)
    if licence is not None and licence.base and match.whole >= _WHOLE and _adds(difference):
        return Identity(f"LicenseRef-modified-{licence.base}", How.MODIFIED, score, id, difference)
    if match.score < _NEAR and (titled is None or titled.id != id) and match.covered < _WHOLE:
        return Identity(UNKNOWN, How.UNKNOWN, score, id, difference)
    return Identity(id, How.NEAR, score, id, difference)


def _adds(difference: tuple[Passage, ...]) -> bool:
    return any(each.added for each in difference)


def _by_title(titled: Licence | None, best: _Match | None) -> Identity:
    score = _below_one(best.score) if best else None
    nearest = best.reference.id if best else None
    if titled is None:
        return Identity(UNKNOWN, How.UNKNOWN, score, nearest)
    return Identity(titled.id, How.TITLE, score, nearest)


def _below_one(score: float) -> float:
    # A rounded score must not read as word for word.
    return min(round(score, 3), 0.999)


def _head(text: str) -> tuple[str, ...]:
    """Return the first words with the title kept, which :func:`read_words` leaves out."""
    return plain_words(text[:4000])[:_TITLE_WORDS]
