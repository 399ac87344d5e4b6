"""One direction of the hidden stream removed from all layers: a shape that can be measured.

Each matrix that writes to the stream changes by a matrix of rank one whose side towards the stream
is the same vector in every layer. What it was removed for, numbers do not say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage import rounding
from weighbridge.release.lineage.sides import Sides, spread

Doubles = npt.NDArray[np.float64]

ALIKE = 0.9
"""Cosine of the vector of a matrix with the common one. Chance gives 1/sqrt(hidden size)."""
HELD = 0.5
"""Share of a change, squared and without rounding, along its first direction."""
LAYERS = 2
"""Layers that must agree: one alone is a change of rank one."""
GONE = 0.1
"""What may be left of the base along the direction for it to be called removed."""
_OTHERS = 128
_LEAST_HIDDEN = 16


@dataclass(frozen=True, slots=True)
class Written:
    """A matrix that writes to the hidden stream.

    layer:   ``None`` for the embedding
    columns: whether the columns are the stream's, as in an embedding; else the rows are
    """

    layer: int | None
    sides: Sides
    columns: bool = False


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction along which many layers changed alike.

    layers:   how many of them, of how many that were looked at
    of:       layers looked at that have changed at all
    share:    of their change, squared, that lies along it
    left:     what of the base is left along it: 0 is removed altogether, 1 unchanged
    """

    layers: int
    of: int
    share: float
    left: float

    def __str__(self) -> str:
        what = "removed from" if self.left <= GONE else "changed in"
        return (
            f"one direction of the hidden stream is {what} {self.layers:,} of {self.of:,} changed"
            f" layers; it holds {self.share:.3g} of their change, and {self.left:.3g} of what the"
            " base has along it is left"
        )


@dataclass(frozen=True, slots=True)
class _Change:
    layer: int | None
    vector: Doubles
    along: float
    total: float
    release: Doubles
    base: Doubles


def common_direction(written: Iterable[Written]) -> Direction | None:
    """Return the direction along which all these matrices changed; ``None`` if there is none."""
    found = [change for each in written if (change := _changed(each)) is not None]
    sizes = {len(each.vector) for each in found}
    if len(sizes) != 1:
        return None
    common = _first(np.stack([each.vector for each in found]))
    if common is None:
        return None
    agree = [each for each in found if abs(float(each.vector @ common)) >= ALIKE]
    layers = {each.layer for each in agree}
    if len(layers) < LAYERS or len(agree) <= len(found) / 2:
        return None
    share = sum(each.along for each in agree) / sum(each.total for each in agree)
    before = sum(float(np.sum((common @ each.base) ** 2)) for each in agree)
    after = sum(float(np.sum((common @ each.release) ** 2)) for each in agree)
    left = math.sqrt(after / before) if before > 0 else 1.0
    return Direction(len(layers), len({each.layer for each in found}), min(share, 1.0), left)


def _changed(each: Written) -> _Change | None:
    """Return the direction of the change of one matrix, where it has rank one."""
    a, b = _towards(each)
    if a.shape[0] < _LEAST_HIDDEN or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    d = a.astype(np.float64) - b
    total = float((d * d).sum())
    formats = (each.sides.r.decoder.dtype, each.sides.b.decoder.dtype)
    real = total - rounding.energy(a, b, *formats)
    if real <= 0.1 * total:
        return None
    values, vectors = np.linalg.eigh(d.T @ d)
    along = float(values[-1])
    if along < HELD * real:
        return None
    vector = d @ vectors[:, -1] / math.sqrt(along)
    return _Change(each.layer, vector, along, max(real, along), a.astype(float), b.astype(float))


def _towards(each: Written) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return some of both with the hidden stream as rows."""
    rows, columns = each.sides.shape
    if each.columns:
        a, b = each.sides.pick(spread(rows, _OTHERS))
        return np.ascontiguousarray(a.T), np.ascontiguousarray(b.T)
    first = (columns - min(columns, _OTHERS)) // 2
    return each.sides.pick(np.arange(rows, dtype=np.int64), first, first + _OTHERS)


def _first(vectors: Doubles) -> Doubles | None:
    """Return the direction that most of some unit vectors share, whatever their signs."""
    gram = vectors @ vectors.T
    values, mixed = np.linalg.eigh(gram)
    if not values[-1] > 0:
        return None
    common: Doubles = mixed[:, -1] @ vectors
    return common / float(np.linalg.norm(common))
