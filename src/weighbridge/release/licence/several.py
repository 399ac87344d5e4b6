"""Several whole licences one after another in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from weighbridge.release.licence.fingerprints import (
    GRAM,
    Fingerprints,
    Reference,
    order_hash,
)
from weighbridge.release.licence.identify import MOST_WORDS, read_grams
from weighbridge.release.licence.words import Words, is_title


@dataclass(frozen=True, slots=True)
class Part:
    """One whole licence inside a file: its id, and the lines it begins and ends on."""

    id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The whole licences of a file.

    known: in the order in which they stand, each licence once
    rest:  lines that belong to none of them and are no titles
    """

    known: tuple[Part, ...] = ()
    rest: tuple[int, ...] = field(default=())


def whole_licences(text: str, fingerprints: Fingerprints) -> Parts:
    """Return the licences that ``text`` holds word for word, none where there is one or none.

    Nor is there any in a text so long that its end is not compared.
    """
    words, hashes = read_grams(text)
    if len(words) == MOST_WORDS:
        return Parts()
    found = [
        (*place, reference.id)
        for reference in fingerprints.candidates(frozenset(hashes))
        for place in _places(words, hashes, reference)
    ]
    taken: list[tuple[int, int, str]] = []
    for start, end, id in sorted(found, key=lambda each: (each[0] - each[1], each)):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, id))
    if len(taken) < 2:
        return Parts()
    taken.sort()
    known: dict[str, Part] = {}
    for start, end, id in taken:
        known.setdefault(id, Part(id, words.lines[start], words.lines[end - 1]))
    rest = _rest(words, [(start, end) for start, end, _ in taken])
    return Parts(tuple(known.values()), rest)


def _places(words: Words, hashes: list[int], reference: Reference) -> list[tuple[int, int]]:
    """Return where the whole reference stands: its first word and the one behind its last."""
    runs, start = [], 0
    for known, group in groupby(hashes, key=reference.hashes.__contains__):
        size = len(list(group))
        # A whole copy has at least as many runs of words as there are different ones.
        if known and size >= len(reference.hashes):
            runs.append((start, start + size + GRAM - 1))
        start += size
    return [run for run in runs if order_hash(words.words[slice(*run)]) == reference.order]


def _rest(words: Words, taken: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the lines with words outside the licences, titles left out."""
    inside = bytearray(len(words))
    for start, end in taken:
        inside[start:end] = b"\1" * (end - start)
    left = [at for at in range(len(words)) if not inside[at]]
    lines = []
    for line, places in groupby(left, key=lambda at: words.lines[at]):
        if not is_title([words.words[at] for at in places]):
            lines.append(line)
    return tuple(lines)
