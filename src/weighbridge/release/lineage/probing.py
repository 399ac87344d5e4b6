"""Whether the units of a release stand in the same places as in a base, from samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.naming import undone_rows
from weighbridge.release.lineage.pairing import Matched, Pairing
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.units import Unit, hidden_are_columns

IN_PLACE = 0.5
"""Cosine of samples from which units are taken to stand in place."""
TOKENS_OF = ("embedding", "head")
MOST_UNITS = 1 << 16
_KEPT = 192
_ROWS = 24
_FEW = 16_384
_STRAY = 0.08
_PROBED = 24


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be laid beside each other.

    tokens: the row of the base's embedding for each row of the release's
    """

    release: Checkpoint
    base: Checkpoint
    pairing: Pairing
    tokens: Order | None

    def units(self, each: Matched, hidden: bool) -> tuple[Unit, Unit] | None:
        """Return both tensors along their hidden side, or along the other."""
        mine, theirs = hidden_are_columns(each.role), hidden_are_columns(each.base_role)
        if mine is None or theirs is None or not _flat(each):
            return None
        return (
            Unit(
                self.release, each.release, mine == hidden, undone_rows(each.release, self.release)
            ),
            Unit(self.base, each.base, theirs == hidden, undone_rows(each.base, self.base)),
        )


def all_in_place(task: Task) -> bool:
    """Return whether a few tensors, from first to last, show all of their units in place."""
    both = [(each, task.units(each, hidden=False)) for each in task.pairing.pairs]
    told = [(each, sides) for each, sides in both if sides is not None]
    for each, (mine, theirs) in told:
        cut = mine.count != theirs.count and each.role.part not in TOKENS_OF
        if cut or mine.length != theirs.length:
            return False
    some = (told[at] for at in spread(len(told), _PROBED).tolist())
    return all(in_place(sampled_cosines(task, each, sides, None)) for each, sides in some)


def with_hidden(
    mine: Unit, theirs: Unit, hidden: Order | None, scale: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return all units of both by a few hidden units that both have, those at their scale."""
    length = mine.length if hidden is not None else min(mine.length, theirs.length)
    fine = np.arange(length, dtype=np.int64)
    if hidden is not None:
        fine = np.flatnonzero(hidden[:length] >= 0)
    fine = fine[spread(len(fine), _KEPT)]
    a = mine.vectors(np.arange(mine.count, dtype=np.int64), fine)
    b = theirs.vectors(
        np.arange(theirs.count, dtype=np.int64), fine if hidden is None else hidden[fine]
    )
    return a, b if scale is None else b * scale[fine]


def in_place(cosines: Floats) -> bool:
    """Return whether units stand in place: most are near, and few far beside the others."""
    if not len(cosines):
        return False
    middle = float(np.median(cosines))
    return middle >= IN_PLACE and float((cosines < 0.4 * middle).mean()) < _STRAY


def sampled_cosines(
    task: Task, each: Matched, sides: tuple[Unit, Unit], hidden: Order | None
) -> Floats:
    """Return the cosines of a few units of the other side, in place."""
    mine, theirs = sides
    most = max(_ROWS, _FEW // max(mine.length, 1))
    units = spread(min(mine.count, theirs.count), most)
    partner = units
    if each.role.part in TOKENS_OF and task.tokens is not None:
        shared = np.flatnonzero(task.tokens[: mine.count] >= 0)
        units = shared[spread(len(shared), _ROWS)]
        partner = task.tokens[units]
    fine = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    if hidden is not None:
        fine = np.flatnonzero(hidden >= 0)
    if not len(units) or not len(fine):
        return np.zeros(0, np.float32)
    a = directions(mine.vectors(units, fine))
    b = directions(theirs.vectors(partner, fine if hidden is None else hidden[fine]))
    return np.asarray((a * b).sum(1), np.float32)


def _flat(each: Matched) -> bool:
    return len(each.release.tensor.shape) == 2 and len(each.base.tensor.shape) == 2
