"""Two tensors laid beside each other: which number of the base belongs to which of the release."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats

Order = npt.NDArray[np.int64]

_AHEAD = 1 << 22
"""Numbers of each tensor that are asked for while as many are compared."""

_BAND = 1 << 22
"""Numbers of a turned tensor that are put in order at once."""

_BLOCKS = 256
"""No block of a quantised format holds more numbers: where a sample begins, a block begins."""

_RUN = 8
"""Rows of a sample that follow one another: one read instead of eight."""

_WORTH = 16
"""Whole rows are read where at least one in as many of their numbers is wanted."""

_MOST_HELD = 1 << 25
"""Numbers of one tensor held at most, where their order forbids reading them as they lie."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A tensor of the release and its counterpart in the base.

    rows:    row of the base for each row of the release; -1 where it has none; ``None``: the same
    columns: column of the base for each column of the release, likewise
    scale:   what the numbers of the base are multiplied by, once they are in order: one for each
             column, or one for each row as (rows, 1)
    turned:  whether rows of the one are columns of the other
    row_scale: what rows are multiplied by, (rows, 1), beside a scale of columns
    """

    release: Checkpoint
    r: Held
    base: Checkpoint
    b: Held
    rows: Order | None = None
    columns: Order | None = None
    scale: Floats | None = None
    turned: bool = False
    row_scale: Floats | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that both have; rows of ``rows`` without a counterpart count too."""
        mine, other = self.r.matrix, self._base_shape
        if self.as_they_lie:
            return mine
        rows = min(mine[0], len(self.rows)) if self.rows is not None else min(mine[0], other[0])
        if self.columns is not None:
            return rows, min(mine[1], len(self.columns))
        return rows, min(mine[1], other[1])

    @property
    def as_they_lie(self) -> bool:
        """Whether the two are compared number by number in the order of their files."""
        if self.rows is not None or self.columns is not None or self.scale is not None:
            return False
        if self.row_scale is not None:
            return False
        return not self.turned and self.r.elements == self.b.elements

    @property
    def cut(self) -> bool:
        """Whether one has rows or columns that the other lacks."""
        return not self.as_they_lie and self.r.matrix != self._base_shape

    @property
    def _base_shape(self) -> tuple[int, int]:
        rows, columns = self.b.matrix
        return (columns, rows) if self.turned else (rows, columns)

    def step(self, size: int) -> int:
        """Return about ``size`` numbers to take at once as they lie: whole blocks of both."""
        together = math.lcm(self.r.decoder.block, self.b.decoder.block)
        return max(size // together, 1) * together

    def ranges(self, size: int) -> Iterator[tuple[int, int]]:
        """Yield the flat ranges of a comparison as they lie, of about ``size`` numbers."""
        step = self.step(size)
        window = max(_AHEAD // step, 1) * step
        for begin in range(0, self.r.elements, step):
            if begin % window == 0:
                later = begin + window if begin else 0
                self.release.expect(self.r, later, min(begin + 2 * window, self.r.elements))
                self.base.expect(self.b, later, min(begin + 2 * window, self.b.elements))
            yield begin, min(begin + step, self.r.elements)

    def blocks(self, size: int) -> Iterator[tuple[Floats, Floats]]:
        """Yield all numbers of both, in order, about ``size`` at a time.

        What has no counterpart is left out.
        """
        if self.as_they_lie:
            for begin, end in self.ranges(size):
                mine = self.release.numbers(self.r, begin, end)
                yield mine, self.base.numbers(self.b, begin, end)
            return
        rows, columns = self.shape
        band = max(size, _BAND) if self.turned else size  # narrow columns are slow to read
        at_once = max(band // max(columns, 1), 1)
        for first in range(0, rows, at_once):
            which = np.arange(first, min(first + at_once, rows), dtype=np.int64)
            for low in range(0, columns, _MOST_HELD):
                picked = self.pick(which, low, low + _MOST_HELD)
                mine, other = (each.reshape(-1) for each in picked)
                for begin in range(0, len(mine), size):
                    yield mine[begin : begin + size], other[begin : begin + size]

    def pick(self, which: Order, first: int = 0, last: int | None = None) -> tuple[Floats, Floats]:
        """Return some rows of both, from column ``first`` to ``last``, in order and scaled.

        Rows of the release without a counterpart are left out.
        """
        last = self.shape[1] if last is None else min(last, self.shape[1])
        theirs = which if self.rows is None else self.rows[which]
        which, theirs = which[theirs >= 0], theirs[theirs >= 0]
        mine = part_of_rows(self.release, self.r, which, first, last)
        other = self._base_rows(theirs, first, last)
        if self.scale is not None:
            by_row = self.scale.ndim == 2
            other = other * (self.scale[which] if by_row else self.scale[first:last])
        if self.row_scale is not None:
            other = other * self.row_scale[which]
        if self.columns is not None and (self.columns[first:last] < 0).any():
            kept = self.columns[first:last] >= 0
            mine, other = mine[:, kept], other[:, kept]
        return np.ascontiguousarray(mine), np.ascontiguousarray(other, np.float32)

    def sample(self, rows: int, columns: int | None = None) -> tuple[Floats, Floats]:
        """Return up to ``rows`` rows of both, evenly spread, of up to ``columns`` columns."""
        high, wide = self.shape
        which = spread(high, rows)
        if columns is None or columns >= wide:
            return self.pick(which)
        first = (wide - columns) // 2 // _BLOCKS * _BLOCKS
        return self.pick(which, first, first + columns)

    def _base_rows(self, theirs: Order, first: int, last: int) -> Floats:
        if self.columns is None:
            if self.turned:
                return self._turned(theirs, np.arange(first, last, dtype=np.int64))
            return part_of_rows(self.base, self.b, theirs, first, last)
        wanted = np.maximum(self.columns[first:last], 0)
        if self.turned:
            return self._turned(theirs, wanted)
        low, high = (int(wanted.min()), int(wanted.max()) + 1) if len(wanted) else (0, 0)
        band = part_of_rows(self.base, self.b, theirs, low, high)
        return band[:, wanted - low]

    def _turned(self, theirs: Order, wanted: Order) -> Floats:
        """Return columns ``theirs`` of the base, and of these the rows ``wanted``, as rows."""
        found = np.empty((len(theirs), len(wanted)), np.float32)
        if not found.size:
            return found
        low, high = int(theirs.min()), int(theirs.max()) + 1
        at_once = max(_MOST_HELD // max(high - low, 1), 1)
        for begin in range(0, len(wanted), at_once):
            some = wanted[begin : begin + at_once]
            band = part_of_rows(self.base, self.b, some, low, high)
            found[:, begin : begin + at_once] = band[:, theirs - low].T
        return found


def part_of_rows(checkpoint: Checkpoint, held: Held, which: Order, first: int, last: int) -> Floats:
    """Return columns ``first`` to ``last`` of some rows; rows that follow are read together."""
    width = held.matrix[1]
    found = np.empty((len(which), max(last - first, 0)), np.float32)
    if not found.size:
        return found
    plain = held.decoder.block == 1 and held.where.strides is None
    most = 2 if plain else _WORTH
    together = (last - first) * most >= width and width <= _MOST_HELD
    if not together and plain:
        return _plain_rows(checkpoint, held, which, first, last)
    breaks = np.flatnonzero(np.diff(which) != 1) + 1
    for begin, end in itertools.pairwise([0, *breaks.tolist(), len(which)]):
        row, count = int(which[begin]), end - begin
        if together:
            band = _flat(checkpoint, held, row * width, (row + count) * width)
            found[begin:end] = band.reshape(count, width)[:, first:last]
            continue
        for at in range(count):
            start = (row + at) * width
            found[begin + at] = _flat(checkpoint, held, start + first, start + last)
    return found


def _plain_rows(checkpoint: Checkpoint, held: Held, which: Order, first: int, last: int) -> Floats:
    """Return pieces of rows, read one by one and decoded together."""
    width, size = held.matrix[1], (last - first) * held.decoder.bytes
    stored = np.empty((len(which), size), np.uint8)
    for at, row in enumerate(which.tolist()):
        checkpoint.raw(held, row * width + first, row * width + last, stored[at])
    return held.decoder.decode(stored.reshape(-1), held.where.big).reshape(len(which), -1)


def _flat(checkpoint: Checkpoint, held: Held, begin: int, end: int) -> Floats:
    """Return numbers of a range that need not begin or end with a block."""
    block = held.decoder.block
    low, high = begin // block * block, min(-(-end // block) * block, held.elements)
    return checkpoint.numbers(held, low, high)[begin - low : end - low]


def spread(count: int, most: int) -> Order:
    """Return up to ``most`` of ``count`` places, evenly spread, some beside one another."""
    if count <= most:
        return np.arange(count, dtype=np.int64)
    runs = -(-most // _RUN)
    starts = np.linspace(0, count - _RUN, runs).round().astype(np.int64)
    places = np.maximum.accumulate((starts[:, None] + np.arange(_RUN)).reshape(-1))
    return places[np.insert(np.diff(places) > 0, 0, True)][:most]
