"""What every weight format gives: the tensors of a file, and one interface to add a format by.

A format is a module of this folder with a ``FORMATS`` tuple. Nothing else has to know it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, Protocol

from weighbridge.facts import Fact, Finding
from weighbridge.release.folder import Entry, Folder
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

MAX_TENSORS = 240_000
"""The tensors read from one file at most."""

MAX_ELEMENTS = 2**62
"""More numbers than any file can hold."""


class Kind(Enum):
    """What a tensor is for, as far as its file tells."""

    WEIGHT = "weight"
    BUFFER = "buffer"  # kept with the model, never trained: statistics, masks, shapes
    SCALE = "scale"  # belongs to a quantised tensor beside it
    STATE = "state"  # of the training, such as an optimizer's


@dataclass(frozen=True, slots=True)
class Where:
    """Where the numbers of a tensor lie, plain or in the blocks of a quantised format.

    offset:  of the first byte in the file
    strides: numbers to step over for the next one along each dimension; ``None`` where the
             numbers follow one another, the last dimension fastest
    big:     whether the bytes of a number stand the largest first
    file:    the file they lie in, where it is another one than lists the tensor
    """

    offset: int
    strides: tuple[int, ...] | None = None
    big: bool = False
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """One stored tensor.

    name:    as the file writes it
    dtype:   number format in the file's own spelling, ``BF16``
    shape:   sizes of its dimensions, the slowest first; empty for a scalar
    bytes:   stored size; what it shares with an earlier tensor is not counted again
    kind:    what it is for
    repeats: how many of its numbers an earlier tensor of the file holds: a tie or a view
    holds:   how many numbers are packed into it, where that is more than its elements
    where:   where its numbers lie; ``None`` where its format's reader does not tell
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    bytes: int
    kind: Kind = Kind.WEIGHT
    repeats: int = 0
    holds: int | None = None
    where: Where | None = None

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
    beside:  other files of the release that hold its data; their size is in ``size``
    says:    what the file says of the model beside its tensors
    faults:  what does not fit in it and yet does not stop it from being read
    """

    path: str
    format: str
    size: int
    tensors: tuple[Tensor, ...] | None = None
    sha256: str | None = None
    pointer: bool = False
    broken: bool = False
    unused: int = 0
    beside: tuple[str, ...] = ()
    says: tuple[Fact, ...] = ()
    faults: tuple[Finding, ...] = ()


def fail(path: str, message: str) -> NoReturn:
    """Raise the ``ParseError`` of a damaged file."""
    raise ParseError(message, Place(path))


def elements_of(shape: tuple[int, ...]) -> int | None:
    """Return how many numbers a shape holds; ``None`` where no file could hold them."""
    if any(size < 0 for size in shape):
        return None
    if 0 in shape:
        return 0
    elements = 1
    for size in shape:
        elements *= size
        if elements >= MAX_ELEMENTS:
            return None
    return elements


class Format(Protocol):
    """One way weights are stored."""

    @property
    def name(self) -> str:
        """How messages call the format."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings, in lower case, of files that claim to be of this format."""

    @property
    def certain(self) -> bool:
        """Whether :meth:`recognises` proves the format.

        Where it does not, a file of another name that cannot be read is taken for something else.
        """

    def recognises(self, head: bytes, entry: Entry, /) -> bool:
        """Return whether the first bytes say that the file is of this format."""

    def read(self, folder: Folder, entry: Entry, /) -> WeightFile | None:
        """Return the file's record, or ``None`` where it holds no weights after all.

        Raises ``ParseError`` saying what is broken.
        """
