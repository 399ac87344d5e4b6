"""Samples of a matrix as bits, so that the share of bits that differ tells the angle between two.

Each bit is the sign of a sum of numbers with random signs. What is random is a hash of the place
of a number in its tensor: two models of one shape are sampled alike, and one more row changes
little.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats

BITS = 256
"""Of one lane."""

SIDE = 192
"""How many rows and how many columns of a matrix are sampled at most."""

Hashes = npt.NDArray[np.uint64]
Sums = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_FARTHEST = 1 << 20
_DENSE = 2048
_LEAST_ROWS = 8
_CLIPPED = 3.0
_FARTHEST_OUT = np.float32(1000)
_STEPS = 8


def chosen(total: int, many: int = SIDE) -> Places:
    """Return which of ``total`` rows or columns are sampled: nearly the same of a few more."""
    at = np.arange(min(total, _FARTHEST), dtype=np.uint64)
    if len(at) <= many:
        return at.astype(np.int64)
    first = np.argpartition(mixed(at), many)[:many]
    return np.sort(first).astype(np.int64)


def mixed(numbers: Hashes) -> Hashes:
    """Return a hash of each number."""
    found = numbers + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def finite(numbers: Floats) -> Floats:
    """Return numbers in units of their middle size, at most a thousand of it; no number is zero."""
    sizes = np.abs(numbers)
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
    if not len(sizes):
        return np.zeros_like(numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        found: Floats = np.clip(numbers / np.median(sizes), -_FARTHEST_OUT, _FARTHEST_OUT)
    found[np.isnan(found)] = 0
    return found


def evened(sample: Floats) -> Floats:
    """Return a sample without what whole rows and columns have in common: means and scales."""
    even = finite(sample)
    even -= even.mean(axis=0 if len(even) >= _LEAST_ROWS else None)
    for axis in (1, 0) if len(even) >= _LEAST_ROWS else (1,):
        size = np.sqrt(np.mean(even * even, axis=axis, keepdims=True))
        even /= np.where(size > 0, size, np.float32(1))
    return np.clip(even, -_CLIPPED, _CLIPPED)


def sums_of(sample: Floats, rows: Places, columns: Places, seed: int) -> Sums:
    """Return one sum with random signs for each bit; ``seed`` tells one tensor from another."""
    across = mixed(columns.astype(np.uint64) + np.uint64(seed << 32))
    down = mixed(rows.astype(np.uint64) + np.uint64(seed << 32 | 1 << 31))
    hashes = mixed(down[:, None] ^ across[None, :]).reshape(-1)
    flat = sample.reshape(-1)
    if len(flat) <= _DENSE:
        return _dense(flat, hashes)
    signs = np.float32(1) - ((hashes >> np.uint64(8)) & np.uint64(1)).astype(np.float32) * 2
    which = (hashes & np.uint64(BITS - 1)).astype(np.intp)
    found = np.bincount(which, weights=flat * signs, minlength=BITS).astype(np.float64)
    return found * math.sqrt(BITS / len(flat))


def _dense(flat: Floats, hashes: Hashes) -> Sums:
    """Return the sums over all numbers, where there are too few to share them out."""
    words = [mixed(hashes + np.uint64(at)) for at in range(BITS // 64)]
    bits = np.unpackbits(np.stack(words, axis=1).view(np.uint8), axis=1)
    signs = 1 - 2 * bits.astype(np.float32)
    found: Sums = (flat @ signs).astype(np.float64)
    found *= 1 / math.sqrt(max(len(flat), 1))
    return found


def packed(sums: Sums) -> bytes:
    """Return the signs of the sums as bits."""
    return np.packbits(sums > 0).tobytes()


def code_of(count: int) -> int:
    """Return how many numbers a lane stands on as a byte, on a scale of powers of two."""
    return min(round(_STEPS * math.log2(count + 1)), 255)


def count_of(code: npt.NDArray[np.uint8]) -> Floats:
    """Return about how many numbers such a byte stands for."""
    return np.exp2(code.astype(np.float32) / _STEPS)
