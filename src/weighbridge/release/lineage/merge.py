"""A release as a mixture of several bases: what each weighs, by least squares on samples.

The differences to one of the bases are mixed, not the weights themselves, so that bases made from
one model can be told apart. Shares that add up to one are tried first, then free ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage import rounding
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.dropping import dropped
from weighbridge.release.lineage.relations import Merge
from weighbridge.release.lineage.sides import Sides

Doubles = npt.NDArray[np.float64]

MOST_BASES = 8
LEFT = 0.6
"""What a mixture may leave of the distance to the nearest base.

Mixtures to the bit leave what rounding does. A fine-tune of one base leaves 0.95 and more of it
when its siblings are tried as parts: they share some of what they learned.
"""
SMALLEST = 0.02
"""A share below it is no part of a mixture."""
SURE = 4.0
"""Standard errors that a share must be away from zero."""
UNLIKE = 0.01
"""Shares of a layer that differ from those of the whole by less are the same."""
BLURRED = 0.02
"""Standard error from which bases are too close to one another to tell their shares."""
_NOISE = 3.0
_KEPT = 1 << 21
_SEARCHED = (0.004, 0.002, 0.001, 0.0005, 0.0002)
_ROWS, _COLUMNS = 128, 1024


@dataclass(frozen=True, slots=True)
class Mixed:
    """One tensor of the release beside its counterpart in each base, by the base's name."""

    layer: int | None
    sides: Mapping[str, Sides]


@dataclass(slots=True)
class _Normal:
    """Normal equations: columns are base 2 minus base 1 and so on, and at last base 1 itself.

    kept: some of the numbers themselves: the format of the release, it, and the bases
    """

    gram: Doubles
    right: Doubles
    total: float = 0.0
    rounding: float = 0.0
    n: int = 0
    kept: list[tuple[str, Floats, Floats]] = field(default_factory=list)

    @classmethod
    def of(cls, bases: int) -> _Normal:
        return cls(np.zeros((bases, bases)), np.zeros(bases))

    def add(self, other: _Normal) -> None:
        self.gram += other.gram
        self.right += other.right
        self.total += other.total
        self.rounding += other.rounding
        self.n += other.n
        self.kept += other.kept


@dataclass(frozen=True, slots=True)
class _Shares:
    """A solution: shares in the order of the bases, their errors, and the squares left over."""

    shares: Doubles
    errors: Doubles
    left: float


def solve_merge(tensors: Sequence[Mixed], names: Sequence[str]) -> Merge | None:
    """Return the mixture of the bases ``names`` that the release is; ``None`` where it is none.

    Tensors without a counterpart in every base are left out. Bases beyond the eighth too.
    """
    names = list(names)[:MOST_BASES]
    layers: dict[int | None, _Normal] = {}
    for tensor in tensors:
        if len(names) > 1 and all(name in tensor.sides for name in names):
            most = _KEPT // (len(tensors) * (len(names) + 1))
            equations = _equations([tensor.sides[name] for name in names], most)
            layers.setdefault(tensor.layer, _Normal.of(len(names))).add(equations)
    whole = _Normal.of(len(names))
    for _, one in sorted(layers.items(), key=lambda item: -1 if item[0] is None else item[0]):
        whole.add(one)
    nearest = _nearest(whole)
    if len(names) < 2 or whole.n == 0 or nearest <= _NOISE * whole.rounding:
        return None
    return _mixture(names, whole, layers, nearest)


def _mixture(
    names: list[str], whole: _Normal, layers: Mapping[int | None, _Normal], nearest: float
) -> Merge | None:
    """Return the mixture, by layer where layers differ, if it explains enough."""
    found = _solved(whole)
    by_layer = {at: _solved(one) for at, one in layers.items() if one.n}
    unlike = {
        at: each
        for at, each in by_layer.items()
        if at is not None and _differs(each, found) and each.errors.max() < BLURRED
    }
    left = sum(each.left for each in by_layer.values()) if unlike else found.left
    residual = math.sqrt(left / nearest)
    note = _note(names, found, whole, left)
    if not _is_mixture(found, by_layer):
        return None
    if residual > LEFT:
        parts = dropped(whole.kept, len(names))
        if parts is None:
            return None
        donors = ", ".join(f"`{names[at]}`" for at in parts[1])
        note += f"; parts of {donors} are added to `{names[parts[0]]}` whole and others dropped"
    return Merge(
        dict(zip(names, found.shares.tolist(), strict=True)),
        residual,
        {at: dict(zip(names, each.shares.tolist(), strict=True)) for at, each in unlike.items()},
        note,
    )


def _equations(sides: Sequence[Sides], most: int) -> _Normal:
    """Return the normal equations of a sample of one tensor, and up to ``most`` of its numbers."""
    found = _Normal.of(len(sides))
    picked = _sampled(sides)
    if picked is None:
        return found
    release, bases = picked
    first = bases[0].astype(np.float64)
    columns = np.stack([*(each - first for each in bases[1:]), first])
    target = release - first
    found.gram = columns @ columns.T
    found.right = columns @ target
    found.total = float(target @ target)
    found.n = len(target)
    formats = [each.decoder.dtype for each in (sides[0].r, sides[0].b)]
    found.rounding = rounding.energy(release, bases[0], formats[0], formats[1])
    if rounding.is_float(formats[0]):
        some = slice(None, None, max(len(release) // max(most, 1), 1))
        found.kept.append((formats[0], release[some], np.stack([each[some] for each in bases])))
    return found


def _sampled(sides: Sequence[Sides]) -> tuple[Floats, list[Floats]] | None:
    """Return the same numbers of the release and of each base, flat, those that are finite."""
    release: Floats | None = None
    bases = []
    for each in sides:
        if each.shape != sides[0].shape or (each.rows is not None and (each.rows < 0).any()):
            return None
        wide = each.shape[1]
        columns = min(max(_COLUMNS, _ROWS * _COLUMNS // max(each.shape[0], 1)), wide)
        rows = max(_ROWS, min(_ROWS * _COLUMNS // max(wide, 1), 8 * _ROWS))
        mine, other = each.sample(rows, columns)
        release = mine.reshape(-1) if release is None else release
        bases.append(other.reshape(-1))
    if release is None or any(len(numbers) != len(release) for numbers in bases):
        return None
    fine = np.isfinite(release)
    for numbers in bases:
        fine &= np.isfinite(numbers)
    return release[fine], [numbers[fine] for numbers in bases]


def _nearest(whole: _Normal) -> float:
    """Return the square of the distance to the nearest base."""
    last = len(whole.right) - 1
    others = [
        whole.total - 2 * float(whole.right[at]) + float(whole.gram[at, at]) for at in range(last)
    ]
    return min([whole.total, *others])


def _solved(one: _Normal) -> _Shares:
    """Return shares that add up to one, or free ones where those leave far less."""
    bound = _least_squares(one, len(one.right) - 1)
    if bound.left <= _NOISE * one.rounding:
        return _through_rounding(one, bound, False)
    free = _least_squares(one, len(one.right))
    if free.left >= 0.25 * bound.left:
        return bound
    return _through_rounding(one, free, True) if free.left <= _NOISE * one.rounding else free


def _through_rounding(one: _Normal, found: _Shares, free: bool) -> _Shares:
    """Return the shares whose mixture, rounded as the release is, comes nearest to it.

    Rounding swallows a small share of a difference of a few steps, so that plain least squares
    take it for smaller than it is: by 2 % where a share is 0.1.
    """
    count = len(found.shares)
    each = np.eye(count)
    ways = [each[two] - each[one] for one, two in itertools.combinations(range(count), 2)]
    ways += list(each) if free else []
    shares, apart = found.shares, _apart(one, found.shares)
    for step in _SEARCHED:
        for way in ways:
            for signed in (step * way, -step * way):
                while (left := _apart(one, shares + signed)) < apart:
                    shares, apart = shares + signed, left
    for digits in (1, 2, 3):  # round shares may lie where rounding flips, which a search steps over
        tried = np.round(shares, digits)
        near = float(np.abs(tried - shares).max()) <= _SEARCHED[0]
        if near and (free or abs(float(tried.sum()) - 1) < 1e-9):
            left = _apart(one, tried)
            if left <= apart:
                shares, apart = tried, left
                break
    part = sum(len(release) for _, release, _ in one.kept) / max(one.n, 1)
    return replace(found, shares=shares, left=min(apart / part, found.left) if part else found.left)


def _apart(one: _Normal, shares: Doubles) -> float:
    """Return the squares between the release and a mixture that is rounded as it is."""
    total = 0.0
    for dtype, release, bases in one.kept:
        mixture = (shares @ bases).astype(np.float32)
        missing = release - rounding.round_to(mixture, dtype)
        total += float(np.dot(missing, missing))
    return total


def _least_squares(one: _Normal, unknowns: int) -> _Shares:
    gram, right = one.gram[:unknowns, :unknowns], one.right[:unknowns]
    sizes = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    scaled = gram / np.outer(sizes, sizes)
    inverse = np.linalg.pinv(scaled, rcond=1e-10, hermitian=True)
    solved = inverse @ (right / sizes) / sizes
    left = max(one.total - 2 * float(solved @ right) + float(solved @ gram @ solved), 0.0)
    noise = max(left, one.rounding / 4) / max(one.n - unknowns, 1)
    errors = np.sqrt(noise * np.maximum(np.diag(inverse), 0.0)) / sizes
    lost = float(np.linalg.eigvalsh(scaled)[0]) < 1e-10
    mixed = solved[: len(one.right) - 1]
    free = float(solved[-1]) if unknowns == len(one.right) else 0.0
    first = 1 - float(mixed.sum()) + free
    shares = np.concatenate([[first], mixed])
    spread = errors[: len(mixed)]
    own = float(np.sqrt((spread**2).sum()))
    blurred = np.inf if lost else 0.0
    return _Shares(shares, np.concatenate([[own], spread]) + blurred, left)


def _differs(one: _Shares, whole: _Shares) -> bool:
    apart = np.abs(one.shares - whole.shares)
    return bool((apart > np.maximum(UNLIKE, SURE * one.errors)).any())


def _is_mixture(found: _Shares, layers: Mapping[int | None, _Shares]) -> bool:
    """Return whether at least two bases take part, in the whole or in different layers."""
    present: set[int] = set()
    for each in (found, *layers.values()):
        errors = np.where(np.isfinite(each.errors), each.errors, 0.0)
        parts = np.flatnonzero(np.abs(each.shares) > np.maximum(SMALLEST, SURE * errors))
        present |= set(parts.tolist())
    return len(present) > 1


def _note(names: Sequence[str], found: _Shares, whole: _Normal, left: float) -> str:
    notes = ["sampled numbers of every tensor that all bases have; one share for each base"]
    total = float(found.shares.sum())
    if abs(total - 1) > 0.005:
        notes.append(f"the shares add up to {total:.3f}, as on an arc between bases (slerp)")
    near = [
        f"`{names[one]}` and `{names[two]}`"
        for one in range(len(names))
        for two in range(one + 1, len(names))
        if _as_one(whole, one, two)
    ]
    if near:
        notes.append(f"{', '.join(near)} are nearly the same: their shares cannot be told apart")
    elif not np.isfinite(found.errors).all() or found.errors.max() > BLURRED:
        notes.append("the bases are too much alike to tell their shares")
    if left > _NOISE * whole.rounding:
        notes.append("more is left than rounding explains, as after trimming or dropping of parts")
    return "; ".join(notes)


def _as_one(whole: _Normal, one: int, two: int) -> bool:
    """Return whether two bases differ by no more than rounding does, or hardly beside the rest."""
    pick = np.zeros(len(whole.right))
    if one:
        pick[one - 1] += 1
    if two:
        pick[two - 1] -= 1
    apart = float(pick @ whole.gram @ pick)
    return apart <= max(_NOISE * whole.rounding, 1e-4 * _nearest(whole))
