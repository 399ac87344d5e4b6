"""The rank of a change, from a sample of it, beside what rounding alone would leave."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats

Doubles = npt.NDArray[np.float64]

HIGHEST = 128
"""No rank above it is called low: adapters in use have 1 to 64, some 128."""
EXPLAINED = 0.5
"""Share of the change, squared, that the low-rank part must hold."""
NOISE = 3.0
"""What is left may be as many times what rounding predicts.

Measured: 0.9 to 1.3 for adapters merged in the stored format, up to 2.2 where the adapter itself
was rounded; full fine-tunes leave 10 and more unless they drown in rounding.
"""
EDGE = 1.35
"""Singular values beyond the rank stay below as many times the edge of noise of their size."""
GAP = 1.5
"""The last singular value of the rank is as many times the first beyond it."""
CLIFF = 4.0
"""After such a gap the rest need not be even: rounding leaves a shadow of the change.

Measured: 12 for rank 1 in bfloat16; full fine-tunes that drown in rounding have 1.8 at most.
"""
HINT = 1.15
"""A gap that calls for a larger sample. Measured: 1.25 for rank 64 under rounding, else 1.02."""
FLOOR = 1e-9
"""Share of the change, squared, that arithmetic in single precision may leave."""

_SINGLE = 1e-4
"""Share of the smaller half of the squares that single precision cannot have made up."""


@dataclass(frozen=True, slots=True)
class Rank:
    """What the singular values of a change show.

    rank: where it is low; else ``None``
    top:  the largest beside the edge of noise of the same size: about 1 is noise
    hidden: all of the change is as small as rounding, so that its rank is hard to tell
    maybe: a larger sample may show a low rank
    """

    rank: int | None
    top: float
    hidden: bool = False
    maybe: bool = False


def rank_of(d: Floats, rounding: float) -> Rank:
    """Return the rank of a change of which ``d`` is a part: some rows, some columns.

    rounding: the sum of squares that rounding gives such a part
    """
    values = _quickly(d)
    if values is None:
        values = squares_of(d)
    total = float(values.sum())
    if total <= 0 or not math.isfinite(total):
        return Rank(None, 0.0)
    high, wide = d.shape
    rest = np.maximum(total - np.concatenate([[0.0], np.cumsum(values)]), 0.0)
    edges = _edges(rest, high, wide, len(values))
    top = math.sqrt(float(values[0]) / max(float(edges[0]), 1e-300))
    hidden = total <= NOISE * rounding
    rank, maybe = _low(values, rest, edges, total, rounding)
    return Rank(rank, top, hidden, maybe)


def _quickly(d: Floats) -> Doubles | None:
    """Return the squares in single precision, ``None`` where that may hide a low rank."""
    largest = float(np.max(np.abs(d), initial=0.0))
    if not largest or not math.isfinite(largest):
        return None
    some = d / np.float32(largest)
    gram = some @ some.T if d.shape[0] <= d.shape[1] else some.T @ some
    values = np.maximum(np.linalg.eigvalsh(gram)[::-1].astype(np.float64), 0.0)
    plenty = float(values[len(values) // 2 :].sum()) > _SINGLE * float(values.sum())
    return values * largest**2 if plenty else None


def squares_of(d: Floats) -> Doubles:
    """Return the squares of the singular values, the largest first."""
    largest = float(np.max(np.abs(d), initial=0.0))
    if not largest or not math.isfinite(largest):
        return np.zeros(max(min(d.shape), 1))
    doubles = d.astype(np.float64) / largest
    gram = doubles @ doubles.T if d.shape[0] <= d.shape[1] else doubles.T @ doubles
    found: Doubles = np.maximum(np.linalg.eigvalsh(gram)[::-1], 0.0) * largest**2
    return found


def _low(
    values: Doubles, rest: Doubles, edges: Doubles, total: float, rounding: float
) -> tuple[int | None, bool]:
    """Return the rank at which the values fall off, if what follows is noise; and if one may."""
    most = min(HIGHEST, (len(values) - 1) // 2)
    allowed = min(NOISE * rounding + FLOOR * total, (1 - EXPLAINED) * total)
    best, fall, maybe = None, GAP, False
    least = math.sqrt(max(FLOOR * total / len(values), 1e-300))
    for rank in range(1, most + 1):
        if rest[rank] > allowed:
            continue
        after = math.sqrt(float(values[rank]))
        drop = math.sqrt(float(values[rank - 1])) / max(after, least)
        above = after / math.sqrt(max(float(edges[rank]), 1e-300))
        flat = above <= EDGE or drop >= CLIFF or rest[rank] <= FLOOR * total
        if drop > fall and flat:
            best, fall = rank, drop
        maybe |= drop > HINT and above <= HINT
    return best, maybe


def _edges(rest: Doubles, high: int, wide: int, count: int) -> Doubles:
    """Return the square of the largest singular value of noise, beyond each rank."""
    ranks = np.arange(count + 1)
    rows, columns = np.maximum(high - ranks, 1), np.maximum(wide - ranks, 1)
    each = rest / (rows * columns)
    edges: Doubles = each * (np.sqrt(rows) + np.sqrt(columns)) ** 2
    return edges
