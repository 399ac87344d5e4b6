"""Units of a model as vectors: a hidden unit by its column of the embedding, and so on.

Samples alone are read, and the same ones of both models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.naming import Role
from weighbridge.release.lineage.sides import Order, part_of_rows

READS_HIDDEN = frozenset(
    (
        *("embedding", "head", "attention.q", "attention.k", "attention.v", "attention.qkv"),
        *("mlp.gate", "mlp.up", "mlp.gate_up", "router", "attention.q-in", "attention.kv-in"),
        *("experts.gate", "experts.up", "experts.gate_up", "shared.gate", "shared.up"),
        *("shared.gate_up", "state.in"),
    )
)
"""Parts that multiply the hidden units: by custom these are the columns."""

WRITES_HIDDEN = frozenset(
    ("attention.o", "mlp.down", "experts.down", "shared.down", "cross-attention.o", "state.out")
)
"""Parts that give hidden units: by custom these are the rows."""

_AT_ONCE = 1 << 22
"""Numbers read at once."""

_IN_CACHE = 1 << 18


@dataclass(frozen=True, slots=True)
class Unit:
    """A tensor looked at along one of its sides.

    by_columns: whether a unit is a column
    undone:     the order that undoes what a converter did to its rows
    """

    checkpoint: Checkpoint
    held: Held
    by_columns: bool
    undone: Order | None = None

    @property
    def count(self) -> int:
        """How many units there are."""
        return self.held.matrix[1 if self.by_columns else 0]

    @property
    def length(self) -> int:
        """How many numbers a unit has."""
        return self.held.matrix[0 if self.by_columns else 1]

    def vectors(self, units: Order, others: Order) -> Floats:
        """Return some units as rows: (units, others)."""
        rows, columns = (others, units) if self.by_columns else (units, others)
        if self.undone is not None:
            rows = self.undone[rows]
        found = np.empty((len(rows), len(columns)), np.float32)
        if found.size:
            low, high = int(columns.min()), int(columns.max()) + 1
            step = max(_AT_ONCE // (high - low), 1)
            for at in range(0, len(rows), step):
                band = part_of_rows(self.checkpoint, self.held, rows[at : at + step], low, high)
                found[at : at + step] = band[:, columns - low]
        return np.ascontiguousarray(found.T) if self.by_columns else found


def hidden_are_columns(role: Role) -> bool | None:
    """Return whether the columns of a tensor are hidden units; ``None``: neither side is."""
    if role.part in READS_HIDDEN:
        return not role.transposed
    return role.transposed if role.part in WRITES_HIDDEN else None


def centred(vectors: Floats, *, across: bool = True) -> Floats:
    """Return units as directions, each less its mean, and less what all units have in common.

    ``across``: whether the last is taken off too; it depends on the signs of the units. What is
    no number counts as zero.
    """
    fine = np.nan_to_num(vectors, nan=0.0, posinf=0.0, neginf=0.0)
    fine = fine - fine.mean(1, keepdims=True)
    flat = np.linalg.norm(fine, axis=1) <= 1e-4 * (np.linalg.norm(vectors, axis=1) + 1e-30)
    found = directions(fine)
    found[flat] = 0
    if across and len(found) > 1:
        found = directions(found - found.mean(0))
        found[flat] = 0
    return found


def partners(mine: Floats, theirs: Floats, *, unsigned: bool = False) -> tuple[Order, Floats]:
    """Return for each row of one its partner in the other, and how alike the two are.

    ``unsigned``: rows that point against each other are alike too.
    Partners are each the other's most alike. -1 stands where a row has none, or where two are
    equally alike: the order in which rows stand never decides.
    """
    chosen = np.zeros(len(mine), np.int64)
    top = np.full(len(mine), -2, np.float32)
    alone = np.zeros(len(mine), bool)
    highest = np.full(len(theirs), -2, np.float32)
    step = max(_IN_CACHE // max(len(theirs), 1), 1)
    for begin in range(0, len(mine), step):
        alike = mine[begin : begin + step] @ theirs.T
        if unsigned:
            np.abs(alike, out=alike)
        np.maximum(highest, alike.max(0), out=highest)
        lines = np.arange(len(alike))
        first = alike.argmax(1)
        rows = slice(begin, begin + len(alike))
        chosen[rows], top[rows] = first, alike[lines, first]
        alike[lines, first] = -2
        alone[rows] = top[rows] > alike.max(1, initial=-2)
    both = alone & (top > 0) & (top == highest[chosen])
    order = np.where(both, chosen, -1)
    shared = np.bincount(chosen[both], minlength=len(theirs))
    order[both & (shared[chosen] > 1)] = -1
    return order, top
