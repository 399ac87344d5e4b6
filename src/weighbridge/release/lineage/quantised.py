"""Whether numbers are those of the base, rounded to the steps of a quantised format.

The steps are found in the numbers themselves, group by group, whatever file they lie in: few
levels, or an even grid that ends at the largest number. Only for formats whose steps cannot be
seen in so few numbers, what the format allows is taken instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.rounding import step_of

Doubles = npt.NDArray[np.float64]

NEAREST = 0.985
"""Share of numbers that must lie within half a step (quantisers round to the nearest)."""
EXCESS = 3.0
"""Errors, squared, beside those of rounding to the nearest, where a quantiser moves errors on.

Measured: rounding 0.9 to 1.1; a training of 1 % before quantising to 8 bits 4, and of 10 % before
quantising to 4 bits 2.1, which cannot be told from a quantiser that weighs its errors.
"""
SLACK = 1.15
"""Half a step may be longer by as much: the step itself is stored rounded, in half precision."""
GROUPS = (32, 64, 128, 256)
"""Numbers that share a step, tried in turn, after the block of the format and the whole row."""
_AS_ROUNDED, _ALL = (0.85, 1.2), 0.998
"""Measured: rounding gives 0.97 to 1.04, all inside; a training of that size leaves 8 % outside."""
_HIDING = 2.0**-8
"""A format as fine as half precision shows the levels themselves."""
_LEAST = 16
_TRIED, _FIRST, _SHORT, _GLANCE = 192, 6, 128, 512
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


def sizes_of_groups(coarse: Floats, dtype: str, block: int, stored: str) -> list[int]:
    """Return how many numbers may share a step in ``coarse``, by a look at a few of them.

    dtype, block: how it is stored and how many numbers lie together
    stored: the plain format whose own rounding is let pass
    """
    found = []
    for group in _sizes(coarse.shape[1], block, dtype):
        few = _grouped(coarse, group, _FIRST if group <= _SHORT else 1)[:_FIRST]
        if len(few) and _may_be(few, _step(few, stored)):
            found.append(group)
    return found


def steps_of(
    coarse: Floats, fine: Floats, dtype: str, sizes: Iterable[int], stored: tuple[str, str]
) -> Steps | None:
    """Return the steps that make the rows of ``coarse`` of those of ``fine``, if there are any.

    dtype:  how ``coarse`` is stored
    sizes:  as :func:`sizes_of_groups` gives them
    stored: the plain formats of the two, whose own rounding is let pass
    """
    best: tuple[float, Steps | None] | None = None
    for group in sizes:
        a, b = _grouped(coarse, group, _TRIED), _grouped(fine, group, _TRIED)
        own, slack = _step(a, stored[0]), _step(b, stored[1]) / 2
        fit = _on_levels(a, b, own, slack) or _on_grid(a, b, own, slack)
        if fit:
            steps = fit.judged(max(fit.levels - 1, 1).bit_length(), group)
            if steps and steps.exact:
                return steps
            if best is None or fit.moved / fit.even < best[0]:
                best = (fit.moved / fit.even, steps)
    return best[1] if best else _as_the_format_allows(coarse, fine, dtype)


def _sizes(columns: int, block: int, dtype: str) -> Iterator[int]:
    named = _STORED.get(dtype, (0, block))[1]
    tried: list[int] = []
    for size in (named, columns, *GROUPS):
        if 8 <= size <= columns and size not in tried:
            tried.append(size)
            yield size


def _grouped(rows: Floats, group: int, most: int) -> Doubles:
    """Return some groups of numbers, one a row, evenly spread."""
    groups = rows[:, : rows.shape[1] // group * group].reshape(-1, group)
    return groups[:: max(len(groups) // most, 1)].astype(np.float64)


def _step(groups: Doubles, dtype: str) -> Doubles:
    return step_of(groups.astype(np.float32), dtype).astype(np.float64)


def _may_be(a: Doubles, slack: Doubles) -> bool:
    """Return whether a few groups look as if they held steps, so that all are worth a look."""
    full = np.abs(a).max(axis=1) > 0
    used, loose = a[full], slack[full]
    if not len(used):
        return False
    levels = _distinct(used[0])
    plenty = np.count_nonzero(used[0]) * 0.6 + 1
    if len(levels) <= min(plenty, _MOST_LEVELS) and _wider(levels, loose[0]):
        return True
    return _on_some_grid(used[:1], loose[:1]) and _on_some_grid(used, loose)


def _on_some_grid(a: Doubles, slack: Doubles) -> bool:
    _, starts, steps = zip(*_grids(a), strict=True)
    start, step = np.array([np.zeros_like(a[:, :1]) + each for each in starts]), np.array(steps)
    from_start = (a - start) / step
    off = np.abs(from_start - np.rint(from_start)) > slack / step + 0.02
    return bool((off.mean(axis=(1, 2)) <= 0.01).any())


def _wider(levels: Doubles, slack: Doubles) -> bool:
    """Return whether levels lie further apart than those of a plain float format."""
    if len(levels) < 3:
        return False
    gaps = np.sort(np.diff(levels))
    return float(gaps[len(gaps) // 2]) > 8 * float(np.sort(slack)[len(slack) // 2])


def _distinct(numbers: Doubles) -> Doubles:
    ordered = np.sort(numbers)
    return ordered[np.insert(np.diff(ordered) > 0, 0, True)]


@dataclass(slots=True)
class _Fit:
    """How the numbers looked at lie about their steps.

    near:   within half a step
    moved:  sum of squares of the errors
    even:   what it is where errors spread evenly over the steps
    levels: the most levels that a group holds
    """

    near: int = 0
    total: int = 0
    moved: float = 0.0
    even: float = 0.0
    levels: int = 0

    def add(self, apart: Doubles, step: Doubles, slack: Doubles) -> None:
        """Count the errors ``apart`` of numbers whose steps are ``step``."""
        self.near += int(np.count_nonzero(apart <= step / 2 * SLACK + slack))
        self.total += apart.size
        self.moved += float(np.sum(apart * apart))
        self.even += float(np.sum(step * step / 12 + slack * slack / 3))

    def judged(self, bits: int, group: int) -> Steps | None:
        """Return the steps if the errors are no larger than a quantiser's."""
        if self.near >= NEAREST * self.total:
            return Steps(bits, group, True)
        return Steps(bits, group, False) if self.moved <= EXCESS * self.even else None


def _on_levels(a: Doubles, b: Doubles, own: Doubles, slack: Doubles) -> _Fit | None:
    """Return the fit where each group holds few levels, evenly spaced or not."""
    fit = _Fit()
    for mine, other, near, loose in zip(a, b, own, own / 2 + slack, strict=True):
        levels = _distinct(mine)
        if len(levels) > min(np.count_nonzero(mine) * 0.6 + 1, _MOST_LEVELS):
            return None
        if not _wider(levels, near):
            continue
        fit.levels = max(fit.levels, len(levels))
        at = np.searchsorted(levels, mine)
        up = np.append(np.diff(levels), np.inf)[at]
        down = np.insert(np.diff(levels), 0, np.inf)[at]
        gap = np.where(other > mine, up, down)
        inner = np.isfinite(gap)
        fit.add(np.abs(mine - other)[inner], gap[inner], loose[inner])
    return fit if fit.total >= _LEAST else None


def _on_grid(a: Doubles, b: Doubles, own: Doubles, slack: Doubles) -> _Fit | None:
    """Return the fit of an even grid that the largest number of each group gives away."""
    used = np.abs(a).max(axis=1) > 0
    a, b, own, slack = a[used], b[used], own[used], slack[used]
    for bits, start, step in _grids(a) if len(a) else ():
        if a.size >= _LEAST and _fits(a, own, start, step):
            fit = _Fit(levels=2**bits)
            fit.add(np.abs(a - b), np.broadcast_to(step, a.shape), own / 2 + slack)
            return fit
    return None


def _grids(a: Doubles) -> Iterator[tuple[int, Doubles | float, Doubles]]:
    """Yield bits, first level and step of the grids that the largest numbers allow."""
    largest = np.abs(a).max(axis=1, keepdims=True)
    low, high = a.min(axis=1, keepdims=True), a.max(axis=1, keepdims=True)
    for bits in _BITS:
        whole = 2**bits - 1
        yield bits, 0.0, largest / (whole // 2)
        yield bits, 0.0, largest / (whole // 2 + 1)
        yield bits, low, np.maximum(high - low, 1e-300) / whole


def _fits(a: Doubles, slack: Doubles, start: Doubles | float, step: Doubles) -> bool:
    """Return whether all numbers lie on a grid, and rounding alone could not bring them there."""
    if float(np.mean(slack / step)) > 0.1:
        return False
    from_start = (a - start) / step
    off = np.abs(from_start - np.rint(from_start))
    return float(np.mean(off > slack / step + 0.02)) <= 0.01


def _as_the_format_allows(coarse: Floats, fine: Floats, dtype: str) -> Steps | None:
    """Return the steps of a stored quantised format whose levels cannot be seen in a group."""
    bits, group = _STORED.get(dtype, (bits_of(dtype), 256))
    if not bits:
        return None
    base = fine.astype(np.float64)
    norm = float(np.sum(base * base))
    if not norm > 0:
        return None
    left = float(np.sum((coarse - base) ** 2)) / norm
    return Steps(bits, group, False) if left <= _ROUGH[bits] ** 2 else None


def steps_under_rounding(coarse: Floats, fine: Floats, stored: tuple[str, str]) -> Steps | None:
    """Return 8-bit steps whose levels were lost when they were stored in a plain format.

    Errors of rounding to a step spread evenly up to half of it, and no further; a training's do
    not. That and their size are what is left to see.
    """
    if step_of(np.ones(1, np.float32), stored[0])[0] < _HIDING:
        return None
    for group in _sizes(coarse.shape[1], 32, ""):
        some = max(_GLANCE // group, 1)
        few = _grouped(coarse, group, some)[:some], _grouped(fine, group, some)[:some]
        if not _spread_as_rounded(*few, stored, 0.03):
            continue
        many = _grouped(coarse, group, _TRIED), _grouped(fine, group, _TRIED)
        if _spread_as_rounded(*many, stored):
            return Steps(8, group, True)
    return None


def _spread_as_rounded(a: Doubles, b: Doubles, stored: tuple[str, str], slack: float = 0.0) -> bool:
    """Return whether errors are spread as those of 8-bit steps; few groups need some slack."""
    step = np.abs(a).max(axis=1, keepdims=True, initial=0.0) / 127
    used = step[:, 0] > 0
    if not used.any():
        return False
    a, b, step = a[used], b[used], step[used]
    own = _step(a, stored[0])
    apart = np.abs(a - b)
    size = float(np.mean(apart * apart / ((step * step + own * own) / 12)))
    if not _AS_ROUNDED[0] - slack * 10 < size < _AS_ROUNDED[1] + slack * 10:
        return False
    inside = apart <= step / 2 * SLACK + (own + _step(b, stored[1])) / 2
    return float(np.mean(inside)) >= _ALL - slack


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
