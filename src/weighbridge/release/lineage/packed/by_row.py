"""Codes that lie row by row, with scales for blocks of rows and columns.

So are stored: floats of 8 bits with scales, ``compressed-tensors``, ``bitsandbytes`` of 8 bits,
microscaling formats, and what MLX packs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.decode import Floats, Raw
from weighbridge.release.lineage.packed.parts import Read, Rows, Stored

_STRIPE = 1 << 20


@dataclass(frozen=True, slots=True)
class Grid:
    """One number for each block of a tensor: a scale, a zero point, something added.

    lead:   sizes of the tensor's dimensions but the last
    blocks: how many numbers of each dimension share one of these, the last dimension too
    per:    how many rows are packed into one of the grid's stored rows, 1 where each has its own
    middle: the code that stands for zero, where rows are packed
    """

    stored: Stored
    lead: tuple[int, ...]
    blocks: tuple[int, ...]
    per: int = 1
    middle: int = 0

    def rows(self, read: Read, which: Rows, columns: int) -> Floats:
        """Return the number that belongs to each of the tensor's, for some of its rows."""
        places = np.unravel_index(which, self.lead)
        ours = tuple(-(-size // block) for size, block in zip(self.lead, self.blocks, strict=False))
        blocked = [at // block for at, block in zip(places, self.blocks, strict=False)]
        row = np.ravel_multi_index(tuple(blocked), ours).astype(np.int64)
        across = -(-columns // self.blocks[-1])
        needed, back = np.unique(row // self.per, return_inverse=True)
        raw = self.stored.picked(read, across, needed)
        if self.per > 1:
            words = raw.view("<u4")[back]
            bits = 32 // self.per
            shifts = (row % self.per * bits).astype(np.uint32)[:, None]
            codes = words >> shifts & np.uint32((1 << bits) - 1)
            numbers = codes.astype(np.float32) - self.middle
        else:
            numbers = self.stored.decoder.decode(raw.reshape(-1), False).reshape(len(needed), -1)
            numbers = numbers[back]
        return np.repeat(numbers, self.blocks[-1], axis=1)[:, :columns]


@dataclass(frozen=True, slots=True)
class ByRow:
    """A tensor of codes: numbers are (code - zero) * scale * factor + plus.

    columns:    numbers in a row
    row_stored: stored numbers of ``codes`` in a row
    unpack:     rows of bytes to rows of codes, at least ``columns`` of them
    """

    codes: Stored
    columns: int
    row_stored: int
    unpack: Callable[[Raw], Floats]
    scale: Grid | None = None
    zero: Grid | None = None
    plus: Grid | None = None
    factor: float = 1.0
    stripe: int = _STRIPE

    def rows(self, read: Read, which: Rows) -> Floats:
        """Return some rows, in the order of ``which``."""
        found = self.unpack(self.codes.picked(read, self.row_stored, which))[:, : self.columns]
        if self.zero is not None:
            found = found - self.zero.rows(read, which, self.columns)
        if self.scale is not None:
            found = found * self.scale.rows(read, which, self.columns)
        if self.factor != 1.0:
            found = found * np.float32(self.factor)
        if self.plus is not None:
            found = found + self.plus.rows(read, which, self.columns)
        return np.ascontiguousarray(found, np.float32)


def low_first(bits: int, middle: int = 0) -> Callable[[Raw], Floats]:
    """Return what unpacks whole numbers of ``bits`` bits, the lowest of a byte first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    mask = np.uint8((1 << bits) - 1)

    def unpack(raw: Raw) -> Floats:
        codes = (raw[:, :, None] >> shifts & mask).reshape(len(raw), -1).astype(np.float32)
        codes -= np.float32(middle)
        return codes

    return unpack


def from_table(values: Floats) -> Callable[[Raw], Floats]:
    """Return what unpacks 4-bit codes, the lower of a byte first, and looks them up."""

    def unpack(raw: Raw) -> Floats:
        codes = np.stack((raw & np.uint8(15), raw >> np.uint8(4)), axis=2)
        return values[codes.reshape(len(raw), -1)]

    return unpack


def plain(stored: Stored) -> Callable[[Raw], Floats]:
    """Return what turns rows of bytes into numbers as their own format says."""

    def unpack(raw: Raw) -> Floats:
        return stored.decoder.decode(raw.reshape(-1), False).reshape(len(raw), -1)

    return unpack
