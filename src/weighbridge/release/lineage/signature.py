"""Hidden units matched without the embedding: by how large each is in every matrix.

Sizes do not depend on the order of the units on the other side of a matrix, so they can be
compared before anything else is known.
"""

from __future__ import annotations

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.pairing import Matched, Pairing
from weighbridge.release.lineage.sides import Order
from weighbridge.release.lineage.units import Unit, hidden_are_columns, partners

_MOST_TENSORS = 64
_MOST_NUMBERS = 1 << 28
_LEAST_TENSORS = 8
_AT_ONCE = 1 << 22
_SHARE = 0.9
_CLOSE = 0.98
"""Cosine of two signatures, each less the mean of all, from which they are one unit's."""


def by_size(release: Checkpoint, base: Checkpoint, pairing: Pairing) -> Order | None:
    """Return the hidden unit of the base for each of the release; ``None`` where sizes do not tell.

    Only an order that gives nearly every unit a partner of nearly its sizes is returned.
    """
    mine: list[Floats] = []
    theirs: list[Floats] = []
    read = 0
    for each in pairing.pairs:
        sizes = _sizes(release, each, True), _sizes(base, each, False)
        read += each.release.elements
        if sizes[0] is None or sizes[1] is None or read > _MOST_NUMBERS:
            continue
        if mine and len(sizes[0]) != len(mine[0]):
            continue
        mine.append(sizes[0])
        theirs.append(sizes[1])
        if len(mine) == _MOST_TENSORS:
            break
    if len(mine) < _LEAST_TENSORS or any(
        len(a) != len(b) for a, b in zip(mine, theirs, strict=True)
    ):
        return None
    a, b = _standard(mine), _standard(theirs)
    order, at = partners(a, b)
    sure = (order >= 0) & (at >= _CLOSE)
    return np.where(sure, order, -1) if sure.mean() >= _SHARE else None


def _standard(sizes: list[Floats]) -> Floats:
    """Return the signatures, one a row of length 1: sizes less their mean, in their spread."""
    many = np.log(np.maximum(np.stack(sizes, 1), 1e-12))
    many = (many - many.mean(0)) / np.maximum(many.std(0), 1e-6)
    return directions(many)


def _sizes(checkpoint: Checkpoint, each: Matched, mine: bool) -> Floats | None:
    """Return the size of each hidden unit in a matrix of the layers, or a norm as it is."""
    held, role = (each.release, each.role) if mine else (each.base, each.base_role)
    if role.part in ("embedding", "head"):
        return None
    if role.part.startswith("norm.") and len(held.tensor.shape) == 1:
        return np.abs(checkpoint.numbers(held))
    by_columns = hidden_are_columns(role)
    if by_columns is None or len(held.tensor.shape) != 2:
        return None
    unit = Unit(checkpoint, held, by_columns)
    total = np.zeros(unit.count, np.float64)
    step = max(_AT_ONCE // unit.count, 1)
    every = np.arange(unit.count, dtype=np.int64)
    for begin in range(0, unit.length, step):
        others = np.arange(begin, min(begin + step, unit.length), dtype=np.int64)
        total += (unit.vectors(every, others).astype(np.float64) ** 2).sum(1)
    return np.sqrt(total).astype(np.float32)
