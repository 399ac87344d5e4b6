"""What every weight format gives: the tensors of a file, and one interface to add a format by.

A format is a module of this folder with a ``FORMATS`` tuple. Nothing else has to know it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from weighbridge.release.folder import Entry, Folder


@dataclass(frozen=True, slots=True)
class Tensor:
    """One stored tensor.

    name:  as the file writes it
    dtype: number format in the file's own spelling, ``BF16``
    shape: sizes of its dimensions; empty for a scalar
    bytes: stored size
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    bytes: int

    @property
    def elements(self) -> int:
        """How many numbers it holds; a scalar holds one."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One weight file, read as far as its format allows.

    path:    relative to the release folder
    format:  name of the format, or of the pointer that stands for the file
    size:    bytes of the weights; for a pointer those it promises
    tensors: what the header lists; ``None`` where it was not or could not be read
    sha256:  the content's digest where a pointer names it
    pointer: the file holds no tensor data, only a reference to it
    broken:  the file is damaged, so nothing in it was counted
    unused:  bytes of the data that belong to no tensor
    """

    path: str
    format: str
    size: int
    tensors: tuple[Tensor, ...] | None = None
    sha256: str | None = None
    pointer: bool = False
    broken: bool = False
    unused: int = 0


class Format(Protocol):
    """One way weights are stored."""

    @property
    def name(self) -> str:
        """How messages call the format."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings, in lower case, of files that claim to be of this format."""

    def recognises(self, head: bytes, entry: Entry, /) -> bool:
        """Return whether the first bytes say that the file is of this format."""

    def read(self, folder: Folder, entry: Entry, /) -> WeightFile:
        """Return the file's record. Raises ``ParseError`` saying what is broken."""
