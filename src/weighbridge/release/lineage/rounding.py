"""What rounding to a number format does to numbers, and whether it explains a difference."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from weighbridge.release.lineage.decode import Floats

_FORMATS = {
    "F32": (23, -126),
    "BF16": (7, -126),
    "F16": (10, -14),
    "F8_E4M3": (3, -6),
    "F8_E5M2": (2, -14),
}
"""Bits of the mantissa and the least exponent of a normal number."""

NARROWER = ("BF16", "F16", "F8_E5M2", "F8_E4M3")
"""Formats through which numbers may have gone before they were stored in a wider one."""

_PEEK = 256

STRAY = 0.01

UNIFORM = (0.6, 1.4)
"""Mean square of rounding errors in units of step²/12; rounding gives 1, a small change less."""


def is_float(dtype: str) -> bool:
    """Return whether a format stores each number for itself, as a float."""
    return dtype in _FORMATS


def step_of(values: Floats, dtype: str) -> Floats:
    """Return how far apart the numbers of a format lie around each of ``values``.

    Of a format that is not known it is zero.
    """
    if dtype not in _FORMATS:
        return np.zeros_like(values)
    mantissa, least = _FORMATS[dtype]
    power = (values.view(np.uint32) & np.uint32(0x7F800000)).view(np.float32)
    return np.maximum(power, np.float32(2.0**least)) * np.float32(2.0**-mantissa)


def round_to(values: Floats, dtype: str) -> Floats:
    """Return numbers rounded to the nearest of a format, ties to even."""
    if dtype == "F32":
        return values
    step = step_of(values, dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        rounded: Floats = np.rint(values / step) * step
    return rounded


def is_rounded(mine: Floats, other: Floats, r: str, b: str) -> bool:
    """Return whether ``mine`` (stored as ``r``) is ``other`` (as ``b``) in another format.

    Either is the other one rounded, or both are one number of a wider format, rounded. Where the
    release is the finer one, a change smaller than the steps of the base looks alike: it must
    spread over the steps as rounding does. Few numbers may stray.
    """
    if not (is_float(r) and is_float(b)) or not mine.size:
        return False
    if misses(mine, other, r, b) > STRAY * mine.size:
        return False
    apart = float(np.mean(round_to(other, r) != mine))
    finer = _FORMATS[r][0] > _FORMATS[b][0] and apart > STRAY
    if not finer:
        return True
    step = step_of(other, b).astype(np.float64)
    moved = (mine.astype(np.float64) - other) / step
    moved = moved[np.abs(moved) <= 1]
    return UNIFORM[0] < float(np.mean(moved * moved)) * 12 < UNIFORM[1]


def misses(mine: Floats, other: Floats, r: str, b: str) -> int:
    """Return how many numbers cannot be one number, rounded to the two formats."""
    wrong = mine != round_to(other, r)
    if not wrong.any():
        return 0
    mine, other = mine[wrong], other[wrong]
    apart = np.abs(mine.astype(np.float64) - other)
    reach = step_of(mine, r).astype(np.float64)
    reach += step_of(other, b)
    reach /= 2
    if r == b:
        return int(np.count_nonzero(apart > 0))
    return int(np.count_nonzero(~(apart <= reach * (1 + 1e-6))))


def went_through(mine: Floats, other: Floats) -> str | None:
    """Return the narrower format that turns ``other`` into ``mine``, if there is one."""
    first_a, first_b = mine[:1, :_PEEK], other[:1, :_PEEK]
    for dtype in NARROWER:
        if np.array_equal(round_to(first_b, dtype), first_a) and np.array_equal(
            round_to(other, dtype), mine
        ):
            return dtype
    return None


def energy(mine: Floats, other: Floats, r: str, b: str) -> float:
    """Return the sum of squares that rounding both to their formats gives a difference."""
    total = 0.0
    for values, dtype in ((mine, r), (other, b)):
        step = step_of(values, dtype).reshape(-1)
        total += float(np.dot(step, step)) / 12
    return total


def all_misses(blocks: Iterable[tuple[Floats, Floats]], r: str, b: str) -> int:
    """Return :func:`misses` over all blocks."""
    return sum(misses(mine, other, r, b) for mine, other in blocks)
