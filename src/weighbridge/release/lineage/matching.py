"""The units of one model matched to those of another by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.chance import sign_chance
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.units import centred, partners

Doubles = npt.NDArray[np.float64]

SAME = 0.999
"""Cosine from which two matrices differ by scales alone."""
_LEAST_SCALE = 0.003
_TURNS = 12
_MANY, _FEW = 1024, 256
_CLEARLY = 1e-4


@dataclass(frozen=True, slots=True)
class Match:
    """Units of the release and their partners.

    order:    the partner of each; -1 where it has none
    scale:    size of each beside its partner's; ``None`` where all are of one size
    likeness: the median cosine of the matched
    """

    order: Order
    scale: Floats | None
    likeness: float

    @property
    def count(self) -> int:
        """How many have a partner."""
        return int((self.order >= 0).sum())

    @classmethod
    def of(cls, mine: Floats, theirs: Floats, order: Order) -> Match:
        """Return how units, as rows, lie beside their partners."""
        held = np.flatnonzero(order >= 0)
        a, b = mine[held], theirs[order[held]]
        if not len(held):
            return cls(order, None, 0.0)
        likeness = float(np.median((directions(a) * directions(b)).sum(1)))
        square = (b * b).sum(1)
        scale = np.ones(len(order), np.float32)
        scale[held] = np.where(square > 0, (a * b).sum(1) / np.where(square > 0, square, 1), 1)
        flat = float(np.median(np.abs(scale[held] - 1))) <= _LEAST_SCALE
        return cls(order, None if flat else scale, likeness)


def match(mine: Floats, theirs: Floats) -> Match:
    """Return the partners of units given as rows: each the other's most alike."""
    return Match.of(mine, theirs, partners(centred(mine), centred(theirs))[0])


def scales_of(mine: Floats, theirs: Floats, *, rows: bool) -> Floats | None:
    """Return the scale of each column that lays one matrix on another; ``None``: there is none.

    ``rows``: whether rows may have a scale too; then columns and rows are fitted in turn.
    """
    a, b = mine.astype(np.float64), theirs.astype(np.float64)
    by_row, by_column = np.ones((len(a), 1)), np.ones((1, a.shape[1]))
    for _ in range(_TURNS if rows else 1):
        by_column = _fitted(a, b * by_row, 0)
        if rows:
            by_row = _fitted(a, b * by_column, 1)
    laid = b * by_row * by_column
    norms = float(np.linalg.norm(a) * np.linalg.norm(laid))
    flat = float(np.median(np.abs(by_column / np.median(by_column) - 1))) <= _LEAST_SCALE
    if not norms > 0 or flat or float((a * laid).sum()) / norms < SAME:
        return None
    return np.asarray(by_column[0], np.float32)


def _fitted(a: Doubles, b: Doubles, axis: int) -> Doubles:
    square = (b * b).sum(axis, keepdims=True)
    return np.where(
        square > 0, (a * b).sum(axis, keepdims=True) / np.where(square > 0, square, 1), 1
    )


def match_hidden(mine: Floats, theirs: Floats) -> tuple[Order, float]:
    """Return the partners of hidden units given as rows, and the chance of their signs.

    The chance is that of the second test of ``chance.py``: partners are found whatever the sign.
    """
    a, b = centred(mine, across=False), centred(theirs, across=False)
    if len(a) > _MANY and _hopeless(a, b):
        return np.full(len(a), -1, np.int64), 1.0
    order, _ = partners(a, b, unsigned=True)
    held = np.flatnonzero(order >= 0)
    same = int(((a[held] * b[order[held]]).sum(1) > 0).sum())
    return order, sign_chance(same, len(held))


def _hopeless(a: Floats, b: Floats) -> bool:
    """Return whether the signs of a few units, beside those most alike, are as tossed coins."""
    some = a[spread(len(a), _FEW)]
    alike = some @ b.T
    chosen = np.abs(alike).argmax(1)
    return sign_chance(int((alike[np.arange(len(some)), chosen] > 0).sum()), len(some)) > _CLEARLY


def chance_of(mine: Floats, theirs: Floats) -> float:
    """Return the chance of the signs of hidden units, as columns, whose partners are known.

    Rows are matched by the first half of the columns; the signs of the second half are counted.
    """
    half = mine.shape[1] // 2
    order = match(mine[:, :half], theirs[:, :half]).order
    held = np.flatnonzero(order >= 0)
    products = (mine[held][:, half:] * theirs[order[held]][:, half:]).sum(0)
    return sign_chance(int((products > 0).sum()), int((products != 0).sum()))
