"""Whether a tensor is its base up to a scale: one for all numbers, or one for each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.decode import Floats

SPREAD = 0.02
"""Scales of rows that differ by less are one scale for all."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """The base times the scales that bring it nearest.

    each:  a scale for each row, (rows, 1)
    cosine: of the two after that
    left:  share of the change, squared, that the scales leave
    """

    each: Floats
    cosine: float
    left: float

    @property
    def middle(self) -> float:
        """The scale of the row in the middle."""
        return float(np.sort(self.each[:, 0])[len(self.each) // 2])

    @property
    def one(self) -> bool:
        """Whether all rows have one scale."""
        middle = self.middle
        return middle != 0 and bool(np.all(np.abs(self.each / middle - 1) < SPREAD))

    def __str__(self) -> str:
        return f"one scale, {self.middle:.4g}" if self.one else "a scale of each row"


def scaled(mine: Floats, other: Floats, columns: bool = False) -> Scaled | None:
    """Return the scales of sampled rows, or of columns; ``None`` where all of them are zeros."""
    way = "ij,ij->j" if columns else "ij,ij->i"
    d = mine - other
    squares, products, moved = (
        np.einsum(way, one, two).astype(np.float64)
        for one, two in ((other, other), (other, d), (d, d))
    )
    used = squares > 0
    if not used.any() or not moved.any() or not np.isfinite(squares + products + moved).all():
        return None
    each = 1 + np.where(used, products / np.where(used, squares, 1.0), 0.0)
    left = np.maximum(moved - np.where(used, products * (each - 1), 0.0), 0.0).sum()
    fitted = float((squares * each * each).sum())
    cosine = float(np.sqrt(fitted / (fitted + left))) if fitted > 0 else 0.0
    each = each.astype(np.float32)[:, None]
    return Scaled(each, cosine, float(left / moved.sum()))
