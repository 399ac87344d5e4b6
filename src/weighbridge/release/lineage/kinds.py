"""The relation of one tensor to its counterpart: which word its numbers bear out."""

from __future__ import annotations

import math

from weighbridge.release.lineage.relations import Relation, TensorChange
from weighbridge.release.lineage.statistics import Numbers

CLOSE = 0.9
"""Cosine from which only training from the base's own numbers is known to come.

Measured: full fine-tunes 0.96 and above; same initialisation, other data 0.67.
"""
CHANCE_DEVIATIONS = 6.0
"""Standard deviations of the cosine of two unrelated tensors, 1/sqrt(n), that chance may take."""
FAR = 0.05
"""Cosine below which tensors are unrelated whatever their size: habits of training give as much."""
FEW = 0.01
"""Share of changed numbers up to which a change is sparse."""


def relation_of(
    numbers: Numbers, *, part: str = "", layer: int | None = None, base_layer: int | None = None
) -> TensorChange:
    """Return the change of one tensor with the word for it."""
    relation = _relation(numbers)
    return TensorChange(
        numbers.sides.r.name,
        numbers.sides.b.name,
        relation,
        part,
        layer,
        base_layer,
        numbers.n,
        numbers.cosine,
        numbers.change,
        numbers.changed,
    )


def _relation(numbers: Numbers) -> Relation:
    if not numbers.n:
        return Relation.UNDECIDED
    if numbers.same_values:
        alike = numbers.sides.r.decoder.dtype == numbers.sides.b.decoder.dtype
        return Relation.IDENTICAL if alike else Relation.CAST
    if numbers.changed <= FEW:
        return Relation.SPARSE
    cosine = numbers.cosine
    if cosine is None:
        return Relation.UNDECIDED
    if cosine >= CLOSE:
        return Relation.FINE_TUNED
    if abs(cosine) < max(FAR, CHANCE_DEVIATIONS / math.sqrt(numbers.n)):
        return Relation.UNRELATED
    return Relation.UNDECIDED
