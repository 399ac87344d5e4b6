"""The order of the hidden units: in place, by the tokens of the embedding, or by their sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.matching import chance_of, match_hidden
from weighbridge.release.lineage.pairing import Matched
from weighbridge.release.lineage.probing import (
    IN_PLACE,
    MOST_UNITS,
    TOKENS_OF,
    Task,
    in_place,
    sampled_cosines,
    with_hidden,
)
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.signature import by_size
from weighbridge.release.lineage.units import Unit, hidden_are_columns

SURE = 1e-6
"""Chance below which hidden units that were matched are taken for the same."""
_TOKENS = 4096
_LEAST_TOKENS = 16
_MOST_NUMBERS = 1 << 24


@dataclass(frozen=True, slots=True)
class Hidden:
    """How the hidden units of a release lie in a base.

    order:   the unit of the base for each; -1 where none is; ``None``: in place
    p_value: the chance of their signs, the second test of ``chance.py``, where it was asked for
    note:    what was found, in words
    """

    order: Order | None = None
    p_value: float | None = None
    note: str = ""


def find_hidden(task: Task) -> Hidden | None:
    """Return how the hidden units lie; ``None`` where they cannot be laid beside each other."""
    if _stand_in_place(task):
        return Hidden()
    for each in task.pairing.pairs:
        found = _by_tokens(task, each) if each.role.part in TOKENS_OF else None
        if found is not None:
            return found
    return _by_size(task)


def _stand_in_place(task: Task) -> bool:
    """Return whether any few tensors show hidden units in place."""
    tried = 0
    for each in task.pairing.pairs:
        sides = task.units(each, hidden=False)
        if sides is None or not each.role.part.startswith(
            ("embedding", "head", "attention.", "mlp")
        ):
            continue
        if sides[0].length != sides[1].length:
            continue
        tried += 1
        if in_place(sampled_cosines(task, each, sides, None)):
            return True
        if tried >= 48:
            break
    return False


def _by_tokens(task: Task, each: Matched) -> Hidden | None:
    """Match columns of the embedding on tokens that both have."""
    sides = task.units(each, hidden=True)
    if sides is None or max(sides[0].count, sides[1].count) > MOST_UNITS:
        return None
    mine, theirs = sides
    rows = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    partner = rows
    if task.tokens is not None:
        rows = np.flatnonzero(task.tokens[: mine.length] >= 0)
        partner = task.tokens[rows]
    some = spread(len(rows), min(_TOKENS, _MOST_NUMBERS // max(mine.count, theirs.count)))
    if len(some) < _LEAST_TOKENS:
        return None
    order, chance = match_hidden(_all(mine, rows[some]), _all(theirs, partner[some]))
    if chance > SURE:
        return None
    if mine.count == theirs.count and (order == np.arange(mine.count)).mean() > IN_PLACE:
        return Hidden(None, chance)
    held = int((order >= 0).sum())
    note = f"hidden units stand in another order: {held:,} of {mine.count:,} matched on "
    return Hidden(order, chance, f"{note}{len(some):,} tokens")


def _all(unit: Unit, others: Order) -> Floats:
    return unit.vectors(np.arange(unit.count, dtype=np.int64), others)


def _by_size(task: Task) -> Hidden | None:
    """Match by sizes, and hold what comes out against the signs of one matrix."""
    order = by_size(task.release, task.base, task.pairing)
    if order is None:
        return None
    for each in task.pairing.pairs:
        sides = task.units(each, hidden=False)
        if sides is None or not hidden_are_columns(each.role) or each.role.part in TOKENS_OF:
            continue
        if max(sides[0].count, sides[1].count) <= MOST_UNITS and sides[0].length == len(order):
            chance = chance_of(*with_hidden(*sides, order))
            note = "hidden units stand in another order, told by their size in each matrix"
            return Hidden(order, chance, note) if chance <= SURE else None
    return None
