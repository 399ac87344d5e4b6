"""The units of one model matched to those of another by their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.sides import Order
from weighbridge.release.lineage.units import centred, partners

_LEAST_SCALE = 0.003
_MOST_WHITENED = 1024


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


def whitened(units: Floats) -> Floats:
    """Return units as rows without what they have in common, where they are few enough.

    The result turns as the axes of the units are turned: it prefers none of them.
    """
    many, long = units.shape
    if many > _MOST_WHITENED or long < 2 * many:
        return units
    wide = units.astype(np.float64)
    power, axes = np.linalg.eigh(wide @ wide.T)
    ridge = max(float(power[-1]) * 1e-6, 1e-12)
    even = (axes / np.sqrt(np.maximum(power, 0) + ridge)) @ axes.T
    return np.asarray(even @ wide, np.float32)
