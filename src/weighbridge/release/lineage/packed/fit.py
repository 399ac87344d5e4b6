"""What the tensors beside codes must be for them to be unpacked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weighbridge.release.lineage.packed.by_row import Grid
from weighbridge.release.lineage.packed.parts import Packed, Read, Stored

MOST_COLUMNS = 1 << 24
"""The longest rows that are unpacked."""

STATE = ".weight.quant_state.bitsandbytes__"
"""What stands before the kind, in the name of a tensor that tells how another is packed."""

_USUAL_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Whole:
    """One tensor made of several.

    name:  what the unpacked tensor is called
    kind:  how it is packed, in words
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    codes: Stored
    packed: Packed


class UnfitError(Exception):
    """What is stored does not fit together; the text says why."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The tensors of a checkpoint, and what its config says of how they are packed."""

    stored: Mapping[str, Stored]
    told: Mapping[str, Any]
    read: Read

    def need(self, name: str) -> Stored:
        """Return a tensor. Raises :class:`UnfitError` where it is absent."""
        found = self.stored.get(name)
        if found is None:
            raise UnfitError(f"packed, and `{name.rpartition('.')[2]}` is missing beside it")
        return found


def fits(right: bool, what: str = "scales") -> None:
    """Raise :class:`UnfitError` where shapes do not fit together."""
    if not right:
        raise UnfitError(f"the shapes of its codes and {what} do not fit together")


def grid_of(stored: Stored, shape: tuple[int, ...], told: Any = None) -> Grid:
    """Return scales as blocks of a tensor. Raises :class:`UnfitError` where they are not."""
    sizes = stored.shape
    if math.prod(sizes) == 1:
        sizes = (1,) * len(shape)
    elif len(sizes) == len(shape) - 1:
        sizes = (*sizes, 1)
    fits(len(sizes) == len(shape))
    asked = told if isinstance(told, list) and len(told) == 2 else [_USUAL_BLOCK] * 2
    usual = [1] * (len(shape) - 2) + asked
    blocks = []
    for size, count, block in zip(shape, sizes, usual, strict=True):
        fitting = size if count == 1 else 1 if count == size else block
        fits(isinstance(fitting, int) and fitting > 0 and -(-size // fitting) == count)
        blocks.append(fitting)
    return Grid(stored, shape[:-1], tuple(blocks))


def groups_of(stored: Stored, shape: tuple[int, ...], width: int | None = None) -> Grid:
    """Return scales of groups of the last dimension, one row of them for each row."""
    count = stored.shape[-1] if stored.shape else 1
    fits(stored.shape[:-1] == shape[:-1] and count > 0 and shape[-1] % count == 0)
    fits(width is None or shape[-1] // count == width)
    return Grid(stored, shape[:-1], (*(1,) * (len(shape) - 1), shape[-1] // count))
