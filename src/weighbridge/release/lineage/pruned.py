"""Numbers set to zero: how many, in which pattern, and whether the others stayed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats

Bools = npt.NDArray[np.bool_]

STARTS = 0.02
"""Share of numbers newly zero from which a change is a pruning and not a few single numbers."""
_PATTERNS = ((2, 4), (1, 4), (4, 8), (2, 8))
_PLENTY = 0.999


@dataclass(frozen=True, slots=True)
class Zeros:
    """What the zeros of a sample show.

    kept:   cosine of the numbers that are not zero in the release, 0 where none is left
    moved:  their relative change
    pattern: in words; empty where there is none
    """

    kept: float
    moved: float
    pattern: str


def zeros_of(mine: Floats, other: Floats) -> Zeros:
    """Return the pattern of zeros in sampled rows of the release and of the base."""
    left = mine != 0
    a, b = mine[left].astype(np.float64), other[left].astype(np.float64)
    product = float(np.sqrt((a @ a) * (b @ b)))
    kept = float(a @ b) / product if product > 0 else 0.0
    base = float(b @ b)
    moved = float(np.sqrt(((a - b) @ (a - b)) / base)) if base > 0 else 0.0
    return Zeros(kept, moved, _pattern(mine, other))


def _pattern(mine: Floats, other: Floats) -> str:
    new = (mine == 0) & (other != 0)
    if mine.shape[0] > 1 and new.any():
        empty = mine == 0
        for what, turned in (("rows", False), ("columns", True)):
            gone, fresh = (empty.T, new.T) if turned else (empty, new)
            full = gone.all(axis=1) & fresh.any(axis=1)
            if full.any() and fresh[full].sum() >= _PLENTY * fresh.sum():
                return f"whole {what}, {int(full.sum()):,} of {len(full):,} sampled"
    return _of_groups(mine) or _of_size(new, mine, other)


def _of_groups(mine: Floats) -> str:
    """Return N:M where each M numbers in a row keep N at most."""
    for keep, size in _PATTERNS:
        if mine.shape[1] % size:
            continue
        left = (mine.reshape(-1, size) != 0).sum(axis=1)
        if float(np.mean(left == keep)) >= _PLENTY - 0.02 and not (left > keep).any():
            return f"{keep} of each {size} numbers kept"
    return ""


def _of_size(new: Bools, mine: Floats, other: Floats) -> str:
    """Return whether the smallest were taken, of all or of each row."""
    sizes = np.abs(other)
    left = mine != 0
    if not left.any() or not new.any():
        return ""
    if float(np.mean(sizes[new] <= sizes[left].min())) >= _PLENTY:
        return "the smallest numbers"
    lows = np.where(left, sizes, np.inf).min(axis=1, keepdims=True)
    return "the smallest numbers of each row" if (sizes <= lows)[new].mean() >= _PLENTY else ""
