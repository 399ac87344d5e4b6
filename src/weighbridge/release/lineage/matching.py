"""The units of one model matched to those of another by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.chance import sign_chance
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.sides import Order
from weighbridge.release.lineage.units import centred, partners

_LEAST_SCALE = 0.003


@dataclass(frozen=True, slots=True)
class Match:
    """Units of the release and their partners.

    order:    the partner of each; -1 where it has none
    scale:    size of each beside its partner's; ``None`` where all are of one size
    likeness: the median cosine of the matched
    """

    order: Order
    scale: Floats | None
    likeness: float

    @property
    def count(self) -> int:
        """How many have a partner."""
        return int((self.order >= 0).sum())

    @classmethod
    def of(cls, mine: Floats, theirs: Floats, order: Order) -> Match:
        """Return how units, as rows, lie beside their partners."""
        held = np.flatnonzero(order >= 0)
        a, b = mine[held], theirs[order[held]]
        if not len(held):
            return cls(order, None, 0.0)
        likeness = float(np.median((directions(a) * directions(b)).sum(1)))
        square = (b * b).sum(1)
        scale = np.ones(len(order), np.float32)
        scale[held] = np.where(square > 0, (a * b).sum(1) / np.where(square > 0, square, 1), 1)
        flat = float(np.median(np.abs(scale[held] - 1))) <= _LEAST_SCALE
        return cls(order, None if flat else scale, likeness)


def match(mine: Floats, theirs: Floats) -> Match:
    """Return the partners of units given as rows: each the other's most alike."""
    return Match.of(mine, theirs, partners(centred(mine), centred(theirs))[0])


def match_hidden(mine: Floats, theirs: Floats) -> tuple[Order, float]:
    """Return the partners of hidden units given as rows, and the chance of their signs.

    The chance is that of the second test of ``chance.py``: partners are found whatever the sign.
    """
    a, b = centred(mine, across=False), centred(theirs, across=False)
    order, _ = partners(a, b, unsigned=True)
    held = np.flatnonzero(order >= 0)
    same = int(((a[held] * b[order[held]]).sum(1) > 0).sum())
    return order, sign_chance(same, len(held))


def chance_of(mine: Floats, theirs: Floats) -> float:
    """Return the chance of the signs of hidden units, as columns, whose partners are known.

    Rows are matched by the first half of the columns; the signs of the second half are counted.
    """
    half = mine.shape[1] // 2
    order = match(mine[:, :half], theirs[:, :half]).order
    held = np.flatnonzero(order >= 0)
    products = (mine[held][:, half:] * theirs[order[held]][:, half:]).sum(0)
    return sign_chance(int((products > 0).sum()), int((products != 0).sum()))
