"""Codes of ``bitsandbytes`` of 4 bits: a table of 16 numbers, a scale for some that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.packed.parts import Read, Rows, Stored

_STRIPE = 1 << 20


@dataclass(frozen=True, slots=True)
class ByTable:
    """A tensor whose numbers were packed flat, two to a byte, the first in the upper half.

    table:  the 16 numbers that codes stand for
    scales: one for each ``block`` of numbers, or codes of them
    nested: where scales are codes: their table, their own scales, and how many share one
    offset: added to scales that are codes
    """

    codes: Stored
    columns: int
    table: Floats
    scales: Stored
    block: int
    nested: tuple[Floats, Floats, int] | None = None
    offset: float = 0.0
    stripe: int = _STRIPE

    def rows(self, read: Read, which: Rows) -> Floats:
        """Return some rows, in the order of ``which``."""
        columns = self.columns
        if len(which) and (np.diff(which) == 1).all():
            first = int(which[0])
            return self._flat(read, first * columns, (first + len(which)) * columns).reshape(
                len(which), columns
            )
        found = np.empty((len(which), columns), np.float32)
        for at, row in enumerate(which.tolist()):
            found[at] = self._flat(read, row * columns, (row + 1) * columns)
        return found

    def _flat(self, read: Read, begin: int, end: int) -> Floats:
        raw = self.codes.bytes(read, begin // 2, -(-end // 2))
        codes = np.stack((raw >> np.uint8(4), raw & np.uint8(15)), axis=1).reshape(-1)
        numbers = self.table[codes[begin % 2 :][: end - begin]]
        first, last = begin // self.block, -(-end // self.block)
        scales = np.repeat(self._scales(read, first, last), self.block)
        at = begin - first * self.block
        return numbers * scales[at : at + end - begin]

    def _scales(self, read: Read, first: int, last: int) -> Floats:
        if self.nested is None:
            return self.scales.numbers(read, first, last)
        table, scales, block = self.nested
        codes = self.scales.bytes(read, first, last)
        return table[codes] * scales[np.arange(first, last) // block] + np.float32(self.offset)
