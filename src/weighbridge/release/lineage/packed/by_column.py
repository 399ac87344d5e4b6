"""Codes of GPTQ and AWQ: stored with the inputs as rows, given with the outputs as rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.packed.parts import Read, Rows, Stored

SEQUENTIAL = tuple(range(16))
"""The place of a code in its word: the first lies lowest."""

INTERLEAVED = (0, 4, 1, 5, 2, 6, 3, 7)
"""The same in AWQ: the even codes lie in the lower half."""

_STRIPE = 1 << 24
_Words = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class ByColumn:
    """A layer of codes with a scale and a zero point for each group of inputs and each output.

    codes:  packed along the inputs (GPTQ) or the outputs (AWQ)
    zeros:  packed along the outputs
    scales: one for each group and output
    groups: the group of each input, where they do not follow one another
    bits:   of one code
    inputs: how many there are
    places: the place of each code in its word
    plus:   what is added to stored zero points
    """

    codes: Stored
    zeros: Stored
    scales: Stored
    groups: Stored | None
    bits: int
    inputs: int
    along_inputs: bool
    places: tuple[int, ...] = SEQUENTIAL
    plus: int = 0
    stripe: int = _STRIPE

    def rows(self, read: Read, which: Rows) -> Floats:
        """Return what belongs to some outputs, in the order of ``which``."""
        if self.along_inputs:
            words = _words(self.codes, read, which)[:, None, :]
            shifts = np.arange(0, 32, self.bits, dtype=np.uint32)[None, :, None]
            codes = (words >> shifts & self._mask).reshape(-1, len(which))[: self.inputs]
        else:
            codes = self._packed_outputs(self.codes, read, which)
        zeros = (self._packed_outputs(self.zeros, read, which) + np.uint32(self.plus)) & self._mask
        raw = self.scales.columns(read, which)
        scales = self.scales.decoder.decode(raw.reshape(-1), False).reshape(-1, len(which))
        group = self._group_of_inputs(read)
        found = codes.astype(np.float32)
        found -= zeros.astype(np.float32)[group]
        found *= scales[group]
        return np.ascontiguousarray(found.T)

    @property
    def _mask(self) -> np.uint32:
        return np.uint32((1 << self.bits) - 1)

    def _packed_outputs(self, stored: Stored, read: Read, which: Rows) -> _Words:
        per = 32 // self.bits
        needed, back = np.unique(which // per, return_inverse=True)
        places = np.array(self.places[:per], np.uint32)
        shifts = places[which % per] * np.uint32(self.bits)
        found: _Words = _words(stored, read, needed)[:, back] >> shifts & self._mask
        return found

    def _group_of_inputs(self, read: Read) -> Rows:
        count = self.scales.shape[0]
        if self.groups is None:
            return np.arange(self.inputs) // -(-self.inputs // count)
        told = self.groups.bytes(read, 0, self.inputs).view("<i4").astype(np.int64)
        return np.clip(told, 0, count - 1)


def _words(stored: Stored, read: Read, which: Rows) -> _Words:
    return stored.columns(read, which).view("<u4")[:, :, 0]
