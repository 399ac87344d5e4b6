"""The arithmetic of a comparison, on NumPy or, where asked for, on PyTorch and a GPU.

Both give the same sums to about six digits; sums of blocks are added up in double precision and
in the order of the blocks, so that the same input gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from weighbridge.release.lineage.decode import Floats, Raw


@dataclass(slots=True)
class Sums:
    """What a block adds to a comparison; ``d`` is release minus base.

    n:       numbers that are finite on both sides, which all sums but ``changed`` speak of
    changed: numbers that differ; to the bit where both are stored alike
    zeros:   numbers that are zero in the release and were not in the base
    bb, bd, dd: sums of squares of the base, of base times ``d``, of squares of ``d``
    odd:     numbers that are infinite or none at all on either side
    """

    n: int = 0
    changed: int = 0
    zeros: int = 0
    bb: float = 0.0
    bd: float = 0.0
    dd: float = 0.0
    odd: int = 0

    def add(self, other: Sums) -> None:
        """Add the sums of the next block."""
        self.n += other.n
        self.changed += other.changed
        self.zeros += other.zeros
        self.bb += other.bb
        self.bd += other.bd
        self.dd += other.dd
        self.odd += other.odd


class Engine(Protocol):
    """What can sum a block."""

    def halves(self, mine: Raw, other: Raw) -> Sums:
        """Return the sums of two blocks of little-endian bfloat16."""

    def floats(self, mine: Floats, other: Floats) -> Sums:
        """Return the sums of two blocks of numbers."""


class NumpyEngine:
    """Sums on one core; the buffers are used again for each block."""

    def __init__(self) -> None:
        """Begin without buffers."""
        self._size = 0

    def halves(self, mine: Raw, other: Raw) -> Sums:
        """Return the sums of two blocks of little-endian bfloat16."""
        a, b = mine.view("<u2"), other.view("<u2")
        size = len(a)
        self._hold(size)
        unlike, wide_b = self._unlike[:size], self._b[:size]
        np.not_equal(a, b, out=unlike)
        changed = int(np.count_nonzero(unlike))
        np.copyto(wide_b, b)
        np.left_shift(wide_b, 16, out=wide_b)
        numbers_b = wide_b.view(np.float32)
        bb = float(np.dot(numbers_b, numbers_b))
        if not changed:
            if _usable(bb) or not b.any():
                return Sums(n=size, bb=bb)
            return _slowly(numbers_b, numbers_b, 0)
        wide_a = self._a[:size]
        np.copyto(wide_a, a)
        np.left_shift(wide_a, 16, out=wide_a)
        return self._differ(wide_a.view(np.float32), numbers_b, changed, bb)

    def floats(self, mine: Floats, other: Floats) -> Sums:
        """Return the sums of two blocks of numbers."""
        size = len(mine)
        self._hold(size)
        unlike = self._unlike[:size]
        np.not_equal(mine.view(np.uint32), other.view(np.uint32), out=unlike)
        changed = int(np.count_nonzero(unlike))
        bb = float(np.dot(other, other))
        if not changed:
            if _usable(bb) or not other.any():
                return Sums(n=size, bb=bb)
            return _slowly(mine, other, 0)
        return self._differ(mine, other, changed, bb)

    def _differ(self, mine: Floats, other: Floats, changed: int, bb: float) -> Sums:
        """Return the sums of blocks that differ in ``changed`` places."""
        size = len(mine)
        d = self._d[:size]
        with np.errstate(invalid="ignore", over="ignore"):
            np.subtract(mine, other, out=d)
            dd, bd = float(np.dot(d, d)), float(np.dot(other, d))
        if not (_usable(bb) and _usable(dd)):
            return _slowly(mine, other, changed)
        zeros = size - int(np.count_nonzero(mine))
        if zeros:
            unlike = self._unlike[:size]
            np.not_equal(other, 0, out=unlike)
            zeros = int(np.count_nonzero(unlike & (mine == 0)))
        return Sums(size, changed, zeros, bb, bd, dd)

    def _hold(self, size: int) -> None:
        if size > self._size:
            self._size = size
            self._unlike = np.empty(size, np.bool_)
            self._a = np.empty(size, np.uint32)
            self._b = np.empty(size, np.uint32)
            self._d = np.empty(size, np.float32)


def _usable(square: float) -> bool:
    """Return whether a sum of squares in float32 neither ran over nor under."""
    return 1e-24 < square < 1e36


def _slowly(mine: Floats, other: Floats, changed: int) -> Sums:
    """Return the sums in double precision, of the numbers that are finite on both sides."""
    fine = np.isfinite(mine) & np.isfinite(other)
    a, b = mine[fine].astype(np.float64), other[fine].astype(np.float64)
    d = a - b
    zeros = int(np.count_nonzero((a == 0) & (b != 0)))
    odd = len(mine) - len(a)
    return Sums(len(a), changed, zeros, float(b @ b), float(b @ d), float(d @ d), odd)
