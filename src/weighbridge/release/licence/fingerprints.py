"""The shipped fingerprints: for each reference text the set of hashes of its word 5-grams.

One file, little-endian: the word WBLF2, the length of a JSON header (4 bytes), the header
``[[id, variant, number of hashes, hash of all words in order], …]``, a sketch of each reference
(its smallest hashes) and all hashes, sorted per reference. No licence text can be read from it.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

DATA = Path(__file__).parent / "data"
GRAM = 5
_MAGIC = b"WBLF2\n"
_SKETCH = 48
_CANDIDATES = 8
_LEAST_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference text: its licence's id, which wording of it, and its hashes.

    order: hash of all its words in order, which tells it from the same runs put in another order
    """

    id: str
    variant: str
    hashes: frozenset[int]
    order: int = 0


def gram_hashes(words: Sequence[str]) -> list[int]:
    """Return the 32-bit hash of each run of five words, in order."""
    joined = [" ".join(words[start : start + GRAM]) for start in range(len(words) - GRAM + 1)]
    known: dict[str, int] = {}
    for gram in joined:
        if gram not in known:
            known[gram] = int.from_bytes(blake2b(gram.encode(), digest_size=4).digest(), "little")
    return [known[gram] for gram in joined]


def order_hash(words: Sequence[str]) -> int:
    """Return the 48-bit hash of all words in order."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=6).digest(), "little")


class Fingerprints:
    """All references, opened cheaply: only those worth comparing are unpacked."""

    def __init__(self, data: bytes) -> None:
        """Take the file's bytes, as :func:`pack` wrote them."""
        start = len(_MAGIC) + 4
        size = int.from_bytes(data[len(_MAGIC) : start], "little")
        self._names = [tuple(row) for row in json.loads(data[start : start + size])]
        numbers = array("I", data[start + size :])
        if sys.byteorder == "big":
            numbers.byteswap()
        self._numbers = numbers

    def __len__(self) -> int:
        """Return how many reference texts there are."""
        return len(self._names)

    def ids(self) -> list[str]:
        """Return the licence ids that have a reference text, sorted."""
        return sorted({name[0] for name in self._names})

    def of_order(self, order: int) -> str | None:
        """Return the id of the reference of exactly these words in this order, or ``None``."""
        found = [id for id, _, count, known in self._names if count and known == order]
        return min(found, default=None)

    def candidates(self, hashes: frozenset[int]) -> list[Reference]:
        """Return the references that share most with ``hashes``, best first, at most eight."""
        ranked = []
        place = len(self._names) * _SKETCH
        for number, (_, _, count, _) in enumerate(self._names):
            size = min(_SKETCH, count)
            sketch = self._numbers[number * _SKETCH : number * _SKETCH + size]
            share = len(hashes.intersection(sketch)) / size
            if share >= _LEAST_SHARE:
                ranked.append((-share, number, place))
            place += count
        return [self._unpack(number, at) for _, number, at in sorted(ranked)[:_CANDIDATES]]

    def _unpack(self, number: int, place: int) -> Reference:
        id, variant, count, order = self._names[number]
        return Reference(id, variant, frozenset(self._numbers[place : place + count]), order)


def pack(references: list[Reference]) -> bytes:
    """Return the bytes that :class:`Fingerprints` reads; the same references, the same bytes."""
    ordered = sorted(references, key=lambda each: (each.id, each.variant, each.order))
    names = [[each.id, each.variant, len(each.hashes), each.order] for each in ordered]
    header = json.dumps(names, separators=(",", ":")).encode()
    sketches, hashes = array("I"), array("I")
    for each in ordered:
        smallest = sorted(each.hashes)
        sketches.extend((smallest + [0] * _SKETCH)[:_SKETCH])
        hashes.extend(smallest)
    sketches.extend(hashes)
    if sys.byteorder == "big":
        sketches.byteswap()
    return _MAGIC + len(header).to_bytes(4, "little") + header + sketches.tobytes()


@cache
def load_fingerprints() -> Fingerprints:
    """Return the shipped fingerprints, read once."""
    return Fingerprints((DATA / "fingerprints.bin").read_bytes())
