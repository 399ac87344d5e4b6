"""A tensor beside its counterpart: sums over all their numbers, block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.engine import Engine, NumpyEngine, Sums, aligned
from weighbridge.release.lineage.sides import Order, Sides

_HALVES = "BF16"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a comparison of all numbers of two tensors found.

    sides: the two tensors, for tests that look closer
    sums:  over all numbers that have a counterpart
    same_bytes: the two are stored alike, byte for byte
    """

    sides: Sides
    sums: Sums
    same_bytes: bool = False
    _cache: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        """How many numbers were compared."""
        return self.sums.n + self.sums.odd

    @property
    def aa(self) -> float:
        """Sum of the squares of the release."""
        return max(self.sums.bb + 2 * self.sums.bd + self.sums.dd, 0.0)

    @property
    def ab(self) -> float:
        """Sum of the products."""
        return self.sums.bb + self.sums.bd

    @property
    def bb(self) -> float:
        """Sum of the squares of the base."""
        return self.sums.bb

    @property
    def dd(self) -> float:
        """Sum of the squares of the difference."""
        return self.sums.dd

    @property
    def same_values(self) -> bool:
        """Whether every number is the same, however it is stored."""
        return self.n > 0 and self.sums.dd == 0.0 and self.sums.bd == 0.0 and not self._odd_change

    @property
    def _odd_change(self) -> bool:
        return self.sums.odd > 0 and self.sums.changed > 0

    @property
    def cosine(self) -> float | None:
        """Of the two as vectors; ``None`` where one of them is all zeros."""
        aa, bb = self.aa, self.sums.bb
        if not (aa > 0 and bb > 0):
            return None
        return max(-1.0, min(1.0, self.ab / math.sqrt(aa) / math.sqrt(bb)))

    @property
    def change(self) -> float | None:
        """‖release - base‖ / ‖base‖; ``None`` where the base is all zeros."""
        return math.sqrt(self.sums.dd / self.sums.bb) if self.sums.bb > 0 else None

    @property
    def changed(self) -> float:
        """Share of the numbers that differ."""
        return self.sums.changed / self.n if self.n else 0.0

    @property
    def zeroed(self) -> float:
        """Share of the numbers that are zero and were not in the base."""
        return self.sums.zeros / self.n if self.n else 0.0


def compare(
    release: Checkpoint,
    r: Held,
    base: Checkpoint,
    b: Held,
    *,
    rows: Order | None = None,
    columns: Order | None = None,
    scale: Floats | None = None,
    row_scale: Floats | None = None,
    turned: bool = False,
    engine: Engine | None = None,
) -> Numbers:
    """Return what all numbers of ``r`` show beside those of ``b``.

    ``rows``, ``columns``, the scales and ``turned`` say which number of the base belongs to which,
    as in :class:`Sides`. Where the shapes differ the common part is compared. Raises
    ``ParseError`` where a file is shorter than it was.
    """
    sides = Sides(release, r, base, b, rows, columns, scale, turned, row_scale)
    engine = engine or NumpyEngine()
    with np.errstate(over="ignore", invalid="ignore"):  # such blocks are summed once more
        sums = _sum_halves(sides, engine) if _both_halves(sides) else _sum_floats(sides, engine)
    alike = sides.as_they_lie and r.decoder.dtype == b.decoder.dtype and r.decoder.block == 1
    same = alike and r.where.big == b.where.big and sums.changed == 0
    return Numbers(sides, sums, same_bytes=same)


def _both_halves(sides: Sides) -> bool:
    """Return whether both are plain bfloat16 that can be compared without decoding."""
    return sides.as_they_lie and all(
        each.decoder.dtype == _HALVES and each.where.strides is None and not each.where.big
        for each in (sides.r, sides.b)
    )


def _sum_floats(sides: Sides, engine: Engine) -> Sums:
    sums = Sums()
    for mine, other in sides.blocks(engine.block):
        sums.add(engine.floats(mine, other))
    return sums


def _sum_halves(sides: Sides, engine: Engine) -> Sums:
    sums = Sums()
    buffers = [aligned(min(sides.step(engine.block), sides.r.elements) * 2) for _ in range(2)]
    for begin, end in sides.ranges(engine.block):
        mine = sides.release.raw(sides.r, begin, end, buffers[0])
        other = sides.base.raw(sides.b, begin, end, buffers[1])
        assert mine is not None and other is not None
        sums.add(engine.halves(mine, other))
    return sums
