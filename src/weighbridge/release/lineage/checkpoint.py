"""The weights of a release as numbers: one copy of them, read block by block.

Nothing larger than what is asked for is held. Numbers come as float32 whatever they are stored
as; ``raw`` gives the stored bytes, for comparisons to the bit. NumPy is needed from here on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from weighbridge.release.folder import LocalFolder
from weighbridge.release.formats import Kind, Tensor
from weighbridge.release.formats.base import Where
from weighbridge.release.lineage.decode import Decoder, Floats, Raw
from weighbridge.release.lineage.packed.parts import LEAST_COLUMNS, Packed
from weighbridge.release.lineage.strided import STRIPE, gathered, places_of
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

Rows = Callable[[npt.NDArray[np.int64]], Floats]
"""Gives some rows of a tensor, in the order asked."""


@dataclass(frozen=True, slots=True)
class Held:
    """A tensor whose numbers can be read.

    file:    the file they lie in, relative to the release folder
    decoder: how its bytes become numbers
    packed:  how they do where several stored tensors make up this one; ``tensor`` then is what
             they make up, and ``decoder`` names the format alone
    """

    tensor: Tensor
    file: str
    where: Where
    decoder: Decoder
    packed: Packed | None = None

    @property
    def name(self) -> str:
        """As the file writes it."""
        return self.tensor.name

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        return self.tensor.elements

    @property
    def matrix(self) -> tuple[int, int]:
        """Rows and columns it is looked at as; the numbers keep their order.

        A vector is one row. Of more dimensions the last are joined into columns, until there
        are some; stacks of matrices, as of experts, stand one below the other.
        """
        shape = self.tensor.shape
        if len(shape) < 2:
            return 1, self.elements
        split = len(shape) - 1 if shape[-1] >= LEAST_COLUMNS else 1
        columns = int(np.prod(shape[split:], dtype=np.int64))
        return (self.elements // columns if columns else 0), columns


@dataclass(slots=True)
class Checkpoint:
    """The weights of one release, open for reading; use it as a context.

    name:     how results call the release
    folder:   where it lies
    held:     the tensors that hold parameters and can be read, by name, in the order of the files
    left_out: what of the weights cannot be read, one line each: shards missing, formats
    settings: what ``config.json`` or the file's own metadata says: ``architecture``, ``format``,
              ``heads``, ``kv_heads``, ``hidden``, ``layers``, ``vocabulary``; absent if unknown
    adapter:  whether all it holds is an adapter's, to be added to the weights of a model
    """

    name: str
    folder: LocalFolder
    held: Mapping[str, Held]
    left_out: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    adapter: bool = False
    _files: dict[str, int] = field(default_factory=dict)
    _stripe: tuple[str, int, int, Floats] | None = None

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._stripe = None
        while self._files:
            os.close(self._files.popitem()[1])

    def raw(self, held: Held, begin: int, end: int, into: Raw | None = None) -> Raw | None:
        """Return the stored bytes of the numbers ``begin`` to ``end`` (flat), read from the file.

        ``None`` where they do not follow one another, or are packed. Both ends must be multiples of
        ``held.decoder.block``, or the last end. ``into`` is a buffer to be used again.
        Raises ``ParseError`` where the file is shorter than it was.
        """
        if held.where.strides is not None or held.packed is not None:
            return None
        decoder = held.decoder
        first = begin // decoder.block * decoder.bytes
        size = -(-end // decoder.block) * decoder.bytes - first
        buffer = into[:size] if into is not None and len(into) >= size else np.empty(size, np.uint8)
        self._fill(held.file, held.where.offset + first, buffer)
        return buffer

    def expect(self, held: Held, begin: int, end: int) -> None:
        """Tell the system that the numbers ``begin`` to ``end`` will be read soon."""
        if held.where.strides is None and begin < end and hasattr(os, "posix_fadvise"):
            decoder = held.decoder
            first = begin // decoder.block * decoder.bytes
            size = -(-end // decoder.block) * decoder.bytes - first
            place = held.where.offset + first
            os.posix_fadvise(self._open(held.file), place, size, os.POSIX_FADV_WILLNEED)

    def numbers(self, held: Held, begin: int = 0, end: int | None = None) -> Floats:
        """Return the numbers ``begin`` to ``end`` in their flat order, as float32.

        The ends are as for :meth:`raw`. Raises ``ParseError`` as there.
        """
        end = held.elements if end is None else end
        if held.packed is not None:
            read, packed = self.read, held.packed
            return self._striped(
                held, begin, end, packed.stripe, lambda some: packed.rows(read, some)
            )
        raw = self.raw(held, begin, end)
        if raw is None:
            return self._strided(held, begin, end)
        return held.decoder.decode(raw, held.where.big)[: end - begin]

    def rows(self, held: Held, which: npt.NDArray[np.int64]) -> Floats:
        """Return some rows of ``held.matrix``, in the order of ``which``: (len(which), columns)."""
        if held.packed is not None:
            return held.packed.rows(self.read, which)
        _, columns = held.matrix
        if held.where.strides is not None and len(which) * columns <= STRIPE:
            return self._rows_of(held, which)
        found = np.empty((len(which), columns), np.float32)
        block = held.decoder.block
        for at, row in enumerate(which.tolist()):
            begin = row * columns
            first = begin // block * block
            last = min(-(-(begin + columns) // block) * block, held.elements)
            found[at] = self.numbers(held, first, last)[begin - first : begin - first + columns]
        return found

    def whole(self, held: Held) -> Floats:
        """Return all of it as ``held.matrix``; only for tensors known to be small."""
        return self.numbers(held).reshape(held.matrix)

    def read(self, file: str, offset: int, size: int) -> Raw:
        """Return bytes of a file. Raises ``ParseError`` where it is shorter than it was."""
        buffer = np.empty(size, np.uint8)
        self._fill(file, offset, buffer)
        return buffer

    def _striped(self, held: Held, begin: int, end: int, stripe: int, read: Rows) -> Floats:
        """Return numbers of whole rows that ``read`` gives; keep more, as readers go on there."""
        rows, columns = held.matrix
        first, last = begin // columns, -(-end // columns)
        kept = self._stripe
        if kept is None or kept[0] != held.name or not kept[1] <= first <= last <= kept[2]:
            until = min(max(last, first + stripe // columns), rows)
            numbers = read(np.arange(first, until)).reshape(-1)
            kept = self._stripe = (held.name, first, until, numbers)
        at = begin - kept[1] * columns
        return kept[3][at : at + end - begin].copy()

    def _strided(self, held: Held, begin: int, end: int) -> Floats:
        """Return numbers that do not follow one another in the file."""
        columns = held.matrix[1]
        if columns > STRIPE:
            return self._gathered(held, np.arange(begin, end, dtype=np.int64))
        return self._striped(held, begin, end, STRIPE, lambda rows: self._rows_of(held, rows))

    def _rows_of(self, held: Held, which: npt.NDArray[np.int64]) -> Floats:
        columns = held.matrix[1]
        flat = (which[:, None] * columns + np.arange(columns)).reshape(-1)
        return self._gathered(held, flat).reshape(len(which), columns)

    def _gathered(self, held: Held, flat: npt.NDArray[np.int64]) -> Floats:
        """Return the numbers at some places of a tensor's flat order."""
        places = places_of(held.tensor.shape, held.where.strides or (), flat)

        def read(offset: int, size: int) -> Raw:
            return self.read(held.file, held.where.offset + offset, size)

        return held.decoder.decode(gathered(read, places, held.decoder.bytes), held.where.big)

    def _fill(self, file: str, offset: int, buffer: Raw) -> None:
        view, done = buffer.data, 0
        descriptor = self._open(file)
        while done < len(buffer):
            try:
                read = os.preadv(descriptor, [view[done:]], offset + done)
            except OSError as error:
                reason = (error.strerror or "input or output error").lower()
                raise ParseError(f"cannot be read: {reason}", Place(file)) from None
            if not read:
                raise ParseError("the file ends inside its tensors", Place(file))
            done += read

    def _open(self, file: str) -> int:
        if file not in self._files:
            self._files[file] = self.folder.descriptor(file)
        return self._files[file]


def is_parameter(tensor: Tensor) -> bool:
    """Return whether a tensor holds parameters that no earlier one of its file holds."""
    return tensor.kind is Kind.WEIGHT and tensor.repeats < max(tensor.elements, 1)
