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
    one:   the scale of all, where the rows agree
    base:  rows of the base times their scales
    cosine: of the two after that
    """

    each: Floats
    one: float | None
    base: Floats
    cosine: float

    def __str__(self) -> str:
        return "a scale of each row" if self.one is None else f"one scale, {self.one:.4g}"


def scaled(mine: Floats, other: Floats) -> Scaled | None:
    """Return the scales of sampled rows; ``None`` where rows are all zeros."""
    a, b = mine.astype(np.float64), other.astype(np.float64)
    products, squares = (a * b).sum(axis=1), (b * b).sum(axis=1)
    used = squares > 0
    if not used.any() or not np.isfinite(products).all():
        return None
    each = np.where(used, products / np.where(used, squares, 1.0), 1.0)
    fitted = b * each[:, None]
    norms = float(np.sqrt((a * a).sum() * (fitted * fitted).sum()))
    cosine = float((a * fitted).sum()) / norms if norms > 0 else 0.0
    middle = float(np.median(each[used]))
    even = middle != 0 and bool(np.all(np.abs(each[used] / middle - 1) < SPREAD))
    column = each[:, None].astype(np.float32)
    return Scaled(column, middle if even else None, fitted.astype(np.float32), cosine)
