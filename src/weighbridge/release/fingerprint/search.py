"""The releases of an index whose fingerprints are nearest, and how likely chance explains that.

The share of bits that differ in a lane tells the angle between the samples. Of two models that
share nothing, half of them differ, give or take what so many bits and numbers scatter. Lanes that
no order of units changes are another matter: models of one tokenizer have something in common
there, so they are a hint without a chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.fingerprint.index import Index, codes_of, lanes_of
from weighbridge.release.fingerprint.sketch import BITS, code_of, count_of
from weighbridge.release.fingerprint.take import LANES, PLACED, UNPLACED, Fingerprint
from weighbridge.release.lineage.decode import Floats

RARE = 1e-3
"""A match is listed where chance would give one so near less often than this."""

ALIKE = 0.6
"""A hint is listed where every lane without places is at least so alike."""

_PLACED = len(PLACED)
# What models of one tokenizer that share nothing else were found to have in common, on the safe
# side: the middle and the scatter of the cosine of each lane without places.
_USUAL = {"tokens": (0.5, 0.15), "seen": (0.25, 0.15), "moved": (0.25, 0.15)}
_ALONE = code_of(1 << 10)  # a lane of fewer numbers shows nothing without others
_LOOKED_AT = 64
_SPARE = 4
Counts = npt.NDArray[np.uint16]
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Match:
    """One release of the index beside what was asked.

    name:   as it was added
    alike:  cosine of the samples at the same places, over all lanes; ``None`` without any
    order_free: the same of what no order of units changes
    chance: how likely one of so many models that share nothing would be so near; ``None`` for a
            hint, whose chance is not known
    lanes:  the cosine by lane
    """

    name: str
    alike: float | None
    order_free: float | None
    chance: float | None
    lanes: dict[str, float]


def search(index: Index, asked: Fingerprint, most: int = 10) -> list[Match]:
    """Return the nearest releases of an index, the nearest first, and none that chance explains.

    Raises :class:`InputError` where the record of one of them is damaged.
    """
    words = np.frombuffer(b"".join(asked.lanes), np.uint64)
    codes = np.frombuffer(asked.codes, np.uint8)
    keys = np.empty((3, len(index)), np.int16)
    for first, records in index.blocks():
        differ = _differing(lanes_of(records), words)
        keys[:, first : first + len(records)] = _keys(differ, codes)
    near = np.unique(np.concatenate([_largest(each, _LOOKED_AT) for each in keys]))
    records = index.records(near.tolist())
    differ, common = _differing(lanes_of(records), words), np.minimum(codes_of(records), codes)
    scores = _scores(differ.astype(np.float32), common)
    nearest = np.lexsort((near, -scores))[: _SPARE * most]
    found = [
        _match(index, int(near[at]), differ[at].astype(np.float32), common[at])
        for at in nearest.tolist()
    ]
    return [each for each in found if each is not None][:most]


def _keys(differ: Counts, codes: Codes) -> npt.NDArray[np.int16]:
    """Return by what candidates are picked: lanes with places together, the best of them, others.

    A lane that an entry lacks differs in about half of its bits, as chance would have it.
    """
    by_lane = np.ascontiguousarray(differ.T).view(np.int16)
    below = np.where((codes > 0)[:, None], np.int16(BITS // 2) - by_lane, np.int16(0))
    placed, free = below[:_PLACED], below[_PLACED:]
    return np.stack(
        [placed.sum(axis=0, dtype=np.int16), placed.max(axis=0), free.sum(axis=0, dtype=np.int16)]
    )


def _largest(keys: npt.NDArray[np.int16], many: int) -> npt.NDArray[np.intp]:
    if len(keys) <= many:
        return np.arange(len(keys))
    return np.argpartition(keys, len(keys) - many)[len(keys) - many :]


def _differing(lanes: npt.NDArray[np.uint64], words: npt.NDArray[np.uint64]) -> Counts:
    """Return how many bits differ by lane."""
    counts: npt.NDArray[np.uint32] = np.bitwise_count(lanes ^ words).view(np.uint32)
    pairs = (counts & np.uint32(0x00FF00FF)) + ((counts >> np.uint32(8)) & np.uint32(0x00FF00FF))
    pairs += pairs >> np.uint32(16)
    return pairs.astype(np.uint16)


def _table() -> Floats:
    """Return by code what a bit less than half counts: one over the scatter of the lane."""
    numbers = count_of(np.arange(256, dtype=np.uint8))
    weights: Floats = 1 / np.sqrt(BITS / 4 + (BITS / math.pi) ** 2 / numbers)
    weights[0] = 0
    return weights


_WEIGHTS = _table()


def _scores(differ: Floats, codes: Codes) -> Floats:
    """Return how far from chance each is, as the square of a normal deviate."""
    weights = _WEIGHTS[codes]
    deviates = (BITS / 2 - differ) * weights
    placed = deviates[:, :_PLACED]
    many = np.maximum((codes[:, :_PLACED] > 0).sum(axis=1), 1).astype(np.float32)
    together = np.maximum(placed.sum(axis=1), 0) ** 2 / many
    alone = placed * (codes[:, :_PLACED] >= _ALONE)
    single = np.maximum(alone.max(axis=1), 0) ** 2 - 2 * np.log(many)
    found: Floats = np.maximum(np.maximum(together, single), _hints(differ[:, _PLACED:], codes))
    return found


def _hints(differ: Floats, codes: Codes) -> Floats:
    """Return how far lanes without places are from what is usual for them, squared."""
    usual = np.array([_USUAL[name] for name in UNPLACED], np.float32)
    present = codes[:, _PLACED:] > 0
    deviates = (np.cos(differ * (math.pi / BITS)) - usual[:, 0]) / usual[:, 1]
    mean = (deviates * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    found: Floats = np.maximum(mean, 0) ** 2 * present.any(axis=1)
    return found


def _match(index: Index, at: int, differ: Floats, codes: Codes) -> Match | None:
    """Return what is said of one entry; ``None`` where chance explains its nearness."""
    lanes = {name: _cosine(differ[n]) for n, name in enumerate(LANES) if codes[n]}
    placed = [n for n in range(_PLACED) if codes[n]]
    free = [lanes[name] for name in UNPLACED if name in lanes]
    chance = _chance(differ[placed], codes[placed], len(index)) if placed else 1.0
    hint = len(free) > 1 and min(free) >= ALIKE
    if chance > RARE and not hint:
        return None
    return Match(
        index.entry(at).name,
        _cosine(float(differ[placed].mean())) if placed else None,
        sum(free) / len(free) if free else None,
        chance if chance <= RARE else None,
        lanes,
    )


def _cosine(differing: float) -> float:
    return math.cos(math.pi * float(differing) / BITS)


def _chance(differ: Floats, codes: Codes, among: int) -> float:
    """Return how likely one of ``among`` models that share nothing is so near."""
    deviates = (BITS / 2 - differ) * _WEIGHTS[codes]
    together = _tail(float(deviates.sum()) / math.sqrt(len(deviates)))
    single = _tail(float((deviates * (codes >= _ALONE)).max())) * len(deviates)
    one = min(2 * min(together, single), 1.0)
    return -math.expm1(among * math.log1p(-one)) if one < 1 else 1.0


def _tail(deviate: float) -> float:
    return math.erfc(deviate / math.sqrt(2)) / 2
