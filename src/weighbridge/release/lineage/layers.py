"""Which layer of a base each layer of a release is: in place, moved, dropped or doubled.

Layers are told by samples of their matrices: a few rows of each, every row as a direction, so
that neither a scale nor a number format matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.sides import Order, part_of_rows, spread

SURE = 0.2
"""Mean cosine of sampled rows from which one layer is taken for another."""
_NEAR = 0.03
"""Layers whose likeness differs by less are told apart by their place alone."""
_ROWS = 6
_NUMBERS = 3072
_COLUMNS = 512
_MOST_PARTS = 8
_MOST_LAYERS = 1024
_LEAST_LAYERS = 3
_NEARER = 0.2
_PLACES = 64
_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Sampled:
    """One matrix of a layer, with the order that undoes what a converter did to its rows."""

    checkpoint: Checkpoint
    held: Held
    undone: Order | None = None

    def sample(self, rows: int, columns: int) -> Floats:
        """Return a few of the first ``rows`` rows, each cut to a few columns and of length 1."""
        wide = min(columns, _COLUMNS)
        which = spread(rows, max(_ROWS, _NUMBERS // wide))
        if self.undone is not None:
            which = self.undone[which]
        return directions(part_of_rows(self.checkpoint, self.held, which, 0, wide))

    def sizes(self) -> Floats:
        """Return how long rows are, from the shortest to the longest, at a few places."""
        rows, columns = self.held.matrix
        step = max(_AT_ONCE // max(columns, 1), 1)
        found = np.empty(rows, np.float32)
        for at in range(0, rows, step):
            which = np.arange(at, min(at + step, rows), dtype=np.int64)
            band = part_of_rows(self.checkpoint, self.held, which, 0, columns)
            found[at : at + step] = np.linalg.norm(np.nan_to_num(band), axis=1)
        return np.quantile(found, np.linspace(0, 1, _PLACES)).astype(np.float32)


Layers = Mapping[int, Mapping[str, Sampled]]
"""The matrices of each layer by their part."""


def map_layers(mine: Layers, theirs: Layers) -> dict[int, int]:
    """Return the layer of the base for each layer of the release that has one.

    Where nothing is alike, as of models whose units lie in another order, the sizes of rows tell
    layers apart; where they do not, each stands beside the one of its place.
    """
    in_place = {layer: layer for layer in mine if layer in theirs}
    if not mine or not theirs or max(len(mine), len(theirs)) > _MOST_LAYERS:
        return in_place
    alike = likeness(mine, theirs)
    if alike is None:
        return in_place
    rows, columns = sorted(mine), sorted(theirs)
    best = alike.max(1)
    if not (best >= SURE).any():
        return _by_sizes(mine, theirs) or in_place
    return _choose(alike, rows, columns)


def likeness(mine: Layers, theirs: Layers) -> Floats | None:
    """Return how like each layer of the release is to each of the base, both in order.

    That is the mean cosine of sampled rows, of the part in which two layers are most alike: the
    units of the others may lie in another order. ``None`` where no part of the two can be laid
    beside each other.
    """
    most = np.full((len(mine), len(theirs)), -1, np.float32)
    for part in _common_parts(mine, theirs):
        a, b = ([layers[at][part] for at in sorted(layers)] for layers in (mine, theirs))
        rows = min(each.held.matrix[0] for each in (*a, *b))
        columns = {each.held.matrix[1] for each in (*a, *b)}
        if len(columns) > 1:
            continue
        wide = columns.pop()
        left = np.stack([each.sample(rows, wide) for each in a])
        right = np.stack([each.sample(rows, wide) for each in b])
        flat = [side.reshape(len(side), -1) for side in (left, right)]
        np.maximum(most, flat[0] @ flat[1].T / np.float32(left.shape[1]), out=most)
    return most if most.max(initial=-1) > -1 else None


def directions(vectors: Floats) -> Floats:
    """Return rows of length 1; what is no direction becomes zeros."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.linalg.norm(vectors, axis=1, keepdims=True)
        fine = np.isfinite(size) & (size > 0)
        return np.where(fine, vectors / np.where(fine, size, 1), 0).astype(np.float32)


def _by_sizes(mine: Layers, theirs: Layers) -> dict[int, int] | None:
    """Return the layers whose rows are of the same sizes, in whatever order they stand.

    ``None`` where a layer has none that is far nearer than the others.
    """
    parts = _common_parts(mine, theirs)
    if not parts or len(theirs) < _LEAST_LAYERS:
        return None
    part = min(parts, key=lambda part: (mine[min(mine)][part].held.elements, part))
    a, b = (
        np.stack([layers[at][part].sizes() for at in sorted(layers)]) for layers in (mine, theirs)
    )
    apart = np.linalg.norm(a[:, None] - b[None], axis=2)
    near = apart.min(1)
    if (near > _NEARER * np.median(apart, axis=1)).any():
        return None
    rows, columns = sorted(mine), sorted(theirs)
    return {layer: columns[int(to)] for layer, to in zip(rows, apart.argmin(1), strict=True)}


def _common_parts(mine: Layers, theirs: Layers) -> Sequence[str]:
    """Return parts that every layer of both has as a matrix: those with the most numbers."""
    every = [set(layer) for layers in (mine, theirs) for layer in layers.values()]
    common = set.intersection(*every)
    first = mine[min(mine)]
    return sorted(common, key=lambda part: (-first[part].held.elements, part))[:_MOST_PARTS]


def _choose(alike: Floats, rows: Sequence[int], columns: Sequence[int]) -> dict[int, int]:
    """Take for each layer the one most alike; among equals the one that follows the last."""
    found: dict[int, int] = {}
    left: list[int] = []
    expected = 0
    for at, layer in enumerate(rows):
        best = float(alike[at].max())
        if best < SURE:
            left.append(at)
            expected += 1
            continue
        near = np.flatnonzero(alike[at] >= best - _NEAR)
        chosen = int(near[np.abs(near - expected).argmin()])
        found[layer] = columns[chosen]
        expected = chosen + 1
    if len(rows) == len(columns):  # a layer like none of the base stands beside that of its place
        free = set(columns) - set(found.values())
        found |= {rows[at]: columns[at] for at in left if columns[at] in free}
    return found
