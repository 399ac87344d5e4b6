"""The stored tensors that a packed one is made of, and how parts of them are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from weighbridge.release.formats import Tensor
from weighbridge.release.lineage.decode import Decoder, Floats, Raw

Rows = npt.NDArray[np.int64]
Read = Callable[[str, int, int], Raw]
"""Bytes of a file: its name, the offset, the size."""

LEAST_COLUMNS = 32
"""A last dimension shorter than this is no row."""

_CHUNK = 8 << 20


class Packed(Protocol):
    """How rows of a packed tensor become numbers."""

    @property
    def stripe(self) -> int:
        """How many numbers to unpack at once, where a read of few costs as much."""

    def rows(self, read: Read, which: Rows, /) -> Floats:
        """Return some rows, in the order of ``which``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored tensor whose bytes follow one another.

    file:    the file it lies in
    begin:   offset of its first byte
    decoder: how its bytes become numbers
    """

    tensor: Tensor
    file: str
    begin: int
    decoder: Decoder

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of its dimensions."""
        return self.tensor.shape

    @property
    def dtype(self) -> str:
        """Its number format, in common spelling."""
        return self.decoder.dtype

    def bytes(self, read: Read, first: int, last: int) -> Raw:
        """Return the bytes of its numbers ``first`` to ``last``."""
        width = self.decoder.bytes
        return read(self.file, self.begin + first * width, (last - first) * width)

    def numbers(self, read: Read, first: int = 0, last: int | None = None) -> Floats:
        """Return its numbers ``first`` to ``last``, to its end where that is not given."""
        last = self.tensor.elements if last is None else last
        return self.decoder.decode(self.bytes(read, first, last), False)

    def picked(self, read: Read, columns: int, which: Rows) -> Raw:
        """Return the bytes of some rows of ``columns`` numbers each, a row for each of them."""
        width = columns * self.decoder.bytes
        if len(which) and (np.diff(which) == 1).all():
            first = int(which[0])
            raw = self.bytes(read, first * columns, (first + len(which)) * columns)
            return raw.reshape(len(which), width)
        found = np.empty((len(which), width), np.uint8)
        for at, row in enumerate(which.tolist()):
            found[at] = self.bytes(read, row * columns, (row + 1) * columns)
        return found

    def columns(self, read: Read, which: Rows) -> Raw:
        """Return the bytes of some columns of a matrix: (rows, len(which), bytes of a number).

        All of the matrix is read, a part after the other.
        """
        rows, columns = self.shape
        width = self.decoder.bytes
        found = np.empty((rows, len(which), width), np.uint8)
        step = max(_CHUNK // max(columns * width, 1), 1)
        for first in range(0, rows, step):
            last = min(first + step, rows)
            raw = self.bytes(read, first * columns, last * columns)
            found[first:last] = raw.reshape(last - first, columns, width)[:, which]
        return found
