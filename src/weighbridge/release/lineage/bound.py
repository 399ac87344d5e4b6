"""The least compute that a change by training took, as far as the numbers prove any.

Little is certain of a training by gradients that changed a number: at least one token went through
it on its way forward, a multiplication and an addition, and one operation more changed it. The
gradient itself is not counted, since an adapter forms none for the matrix that it is merged into,
and neither are layers that did not change. The rank of a change proves no more. Under plain
gradient steps it is at most the number of token positions seen, so that a change of full rank would
prove thousands of tokens; but optimizers that scale each number for itself, as those in use do,
turn one step of two tokens into full rank. The bound is small for that reason, and it is sound as
far as two things hold: the change was made by training, since numbers that were computed in another
way show the same; and numbers did not move by decay alone, without any token.
"""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.release.lineage.relations import Relation, TensorChange

TRAINED = (Relation.FINE_TUNED, Relation.LOW_RANK, Relation.SPARSE, Relation.RELATED)
"""What a model is to its base after a training, as far as one word tells."""

_BY_TRAINING = (Relation.FINE_TUNED, Relation.LOW_RANK)
_LOOKED_UP = ("embedding", "position")
"""Parts whose rows are looked up: only those of the token take part."""
_OPERATIONS = 3.0


def least_compute(changes: Iterable[TensorChange]) -> float | None:
    """Return the FLOP that a training which made these changes took at least.

    ``None`` where no change has the shape of a training's: copies, casts, steps, mixtures, zeros
    and orders are made without one. A tensor of experts counts in whole only for the share of its
    numbers that changed.
    """
    total = 0.0
    for each in changes:
        if each.relation in _BY_TRAINING and not each.part.startswith(_LOOKED_UP):
            total += _OPERATIONS * each.elements * (each.changed or 0.0)
    return total or None
