"""Whether numbers are those of the base, rounded to the steps of a quantised format.

The steps are found in the numbers themselves, group by group, whatever file they lie in: few
levels, or an even grid that ends at the largest number. Only for formats whose steps cannot be
seen in so few numbers, what the format allows is taken instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.rounding import step_of

Doubles = npt.NDArray[np.float64]

NEAREST = 0.985
"""Share of numbers that must lie within half a step (quantisers round to the nearest)."""
NEAR = 0.97
"""Share that must lie within two steps where a quantiser moved errors on to other numbers."""
SLACK = 1.05
"""Half a step may be longer by as much: the step itself is stored rounded."""
GROUPS = (32, 64, 128, 256)
"""Numbers that share a step, tried in turn, after the block of the format and the whole row."""
_TRIED = 192
_BITS = (2, 3, 4, 5, 6, 8)
_MOST_LEVELS = 300

_STORED = {
    # GGML: bits of a number, and numbers that share a step
    "Q2_K": (2, 16),
    "Q3_K": (3, 16),
    "Q4_0": (4, 32),
    "Q4_1": (4, 32),
    "Q4_K": (4, 32),
    "Q5_0": (5, 32),
    "Q5_1": (5, 32),
    "Q5_K": (5, 32),
    "Q6_K": (6, 16),
    "Q8_0": (8, 32),
    "Q8_1": (8, 32),
    "Q8_K": (8, 256),
}
_ROUGH = {1: 0.75, 2: 0.5, 3: 0.27, 4: 0.14, 5: 0.07, 6: 0.035, 8: 0.012}
"""The largest relative change that quantising to so many bits leaves on weights.

About 1.5 times what the public quantisers leave on normally spread numbers.
"""


@dataclass(frozen=True, slots=True)
class Steps:
    """How numbers fit the steps of a quantised format.

    bits:  of a number, as its levels tell; ``None`` where only few levels were seen
    group: how many numbers share a step
    exact: whether each number went to the nearest level
    """

    bits: int | None
    group: int
    exact: bool

    def __str__(self) -> str:
        levels = f"{self.bits}-bit steps" if self.bits else "steps"
        return f"{levels}, {self.group:,} numbers a group"


def steps_of(
    coarse: Floats, fine: Floats, dtype: str, block: int, stored: tuple[str, str]
) -> Steps | None:
    """Return the steps that make the rows of ``coarse`` of those of ``fine``, if there are any.

    dtype, block: how ``coarse`` is stored and how many numbers lie together
    stored: the plain formats of the two, whose own rounding is let pass
    """
    slack = _slack(coarse, fine, stored)
    for group in _sizes(coarse.shape[1], block, dtype):
        a, b, s = (_grouped(each, group) for each in (coarse, fine, slack))
        if not len(a):
            continue
        found = _on_levels(a, b, s, group) or _on_grid(a, b, s, group)
        if found:
            return found
    return _as_the_format_allows(coarse, fine, dtype)


def _sizes(columns: int, block: int, dtype: str) -> Iterator[int]:
    named = _STORED.get(dtype, (0, block))[1]
    tried: list[int] = []
    for size in (named, columns, *GROUPS):
        if 8 <= size <= columns and size not in tried:
            tried.append(size)
            yield size


def _grouped(rows: Doubles | Floats, group: int) -> Doubles:
    """Return some groups of numbers, one a row, evenly spread."""
    kept = rows[:, : rows.shape[1] // group * group]
    groups = kept.reshape(-1, group)
    step = max(len(groups) // _TRIED, 1)
    return groups[::step].astype(np.float64)


def _slack(coarse: Floats, fine: Floats, stored: tuple[str, str]) -> Doubles:
    """Return how far rounding to the plain formats may have moved each number."""
    one = step_of(coarse, stored[0]).astype(np.float64)
    return (one + step_of(fine, stored[1])) / 2


def _on_levels(a: Doubles, b: Doubles, slack: Doubles, group: int) -> Steps | None:
    """Return the steps where each group holds few levels, evenly spaced or not."""
    near = far = total = most = 0
    for mine, other, loose in zip(a, b, slack, strict=True):
        levels = np.unique(mine)
        if len(levels) > min(group * 0.6, _MOST_LEVELS):
            return None
        if len(levels) < 3:
            continue
        most = max(most, len(levels))
        at = np.searchsorted(levels, mine)
        up = np.append(np.diff(levels), np.inf)[at]
        down = np.insert(np.diff(levels), 0, np.inf)[at]
        gap = np.where(other > mine, up, down)
        inner = np.isfinite(gap)
        apart, reach = np.abs(mine - other)[inner], gap[inner] / 2
        near += int(np.count_nonzero(apart <= reach * SLACK + loose[inner]))
        far += int(np.count_nonzero(apart <= reach * 4 + loose[inner]))
        total += int(inner.sum())
    bits = max(most - 1, 1).bit_length()
    return _judged(near, far, total, Steps(bits, group, True))


def _on_grid(a: Doubles, b: Doubles, slack: Doubles, group: int) -> Steps | None:
    """Return the steps of an even grid that the largest number of each group gives away."""
    largest = np.abs(a).max(axis=1, keepdims=True)
    low, high = a.min(axis=1, keepdims=True), a.max(axis=1, keepdims=True)
    used = (largest > 0)[:, 0]
    if not used.any():
        return None
    a, b, slack, largest = a[used], b[used], slack[used], largest[used]
    low, high = low[used], high[used]
    for bits in _BITS:
        whole = 2**bits - 1
        for start, step in (
            (0.0, largest / (whole // 2)),
            (0.0, largest / (whole // 2 + 1)),
            (low, np.maximum(high - low, 1e-300) / whole),
        ):
            off = np.abs((a - start) - np.rint((a - start) / step) * step)
            if float(np.mean(slack / step)) > 0.1 or (off > slack + step * 0.02).mean() > 0.01:
                continue
            apart = np.abs(a - b)
            near = int(np.count_nonzero(apart <= step / 2 * SLACK + slack))
            far = int(np.count_nonzero(apart <= step * 2 + slack))
            return _judged(near, far, a.size, Steps(bits, group, True))
    return None


def _judged(near: int, far: int, total: int, steps: Steps) -> Steps | None:
    if total < 16:
        return None
    if near >= NEAREST * total:
        return steps
    return Steps(steps.bits, steps.group, False) if far >= NEAR * total else None


def _as_the_format_allows(coarse: Floats, fine: Floats, dtype: str) -> Steps | None:
    """Return the steps of a stored quantised format whose levels cannot be seen in a group."""
    bits, group = _STORED.get(dtype, (bits_of(dtype), 256))
    base = fine.astype(np.float64)
    norm = float(np.sum(base * base))
    if not bits or not norm > 0:
        return None
    left = float(np.sum((coarse - base) ** 2)) / norm
    return Steps(bits, group, False) if left <= _ROUGH[bits] ** 2 else None


def bits_of(dtype: str) -> int:
    """Return the bits of a number of a packed format, by its name; 0 for a plain format."""
    if dtype in _STORED:
        return _STORED[dtype][0]
    name = dtype.upper()
    for prefix in ("IQ", "TQ", "Q", "INT", "NF", "FP", "MXFP"):
        if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isdigit():
            bits = int(name[len(prefix)])
            return bits if bits in _ROUGH else 0
    return 0
