"""What is said of two sets of weights: the words, and the records that carry them.

A relation is a measured shape, not a history: two models that share weights do so whoever came
first, and nothing here says who did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Relation(Enum):
    """How weights stand to those of a base, one word for a tensor and for a whole model."""

    IDENTICAL = "identical"  # every number the same, under the same names
    RENAMED = "renamed"  # every number the same, under other names or in another order of layers
    PERMUTED = "permuted"  # the same up to an order of hidden units, or a scale of each
    CAST = "cast"  # the same, rounded to another number format
    QUANTISED = "quantised"  # the same up to the steps of a quantised format
    LOW_RANK = "low-rank"  # the change is a matrix of low rank, as a merged adapter's
    SPARSE = "sparse"  # few single numbers changed, the rest to the bit the same
    FINE_TUNED = "fine-tuned"  # all or most numbers moved a little
    PRUNED = "pruned"  # numbers set to zero, units or layers left out; the rest as before
    MERGED = "merged"  # a mixture of several bases
    RESIZED = "resized"  # rows or columns added or cut, the common part as before
    RELATED = "related"  # closer than chance explains, in a way none of these words fits
    UNRELATED = "unrelated"  # no closer than two models that share nothing
    UNDECIDED = "undecided"  # what was measured fits more than one answer


P_FLOOR = 1e-300
"""The smallest chance that is told; what lies below it is told as this."""


@dataclass(frozen=True, slots=True)
class TensorChange:
    """One tensor beside its counterpart in the base.

    name:     in the release
    base:     in the base; ``None`` where it has no counterpart
    relation: what the numbers show
    part:     what it does in the model, ``attention.q``, as far as its name tells
    layer:    its layer in the release, counted from 0; ``None`` outside of layers
    base_layer: the layer of its counterpart
    elements: how many numbers were compared
    cosine:   of the two as vectors, -1 to 1
    change:   ‖release - base‖ / ‖base‖, after what the relation undoes (order, scale, steps)
    changed:  share of the numbers that differ, 0 to 1
    rank:     of the difference, where it is low
    note:     what else was measured, in words
    """

    name: str
    base: str | None
    relation: Relation
    part: str = ""
    layer: int | None = None
    base_layer: int | None = None
    elements: int = 0
    cosine: float | None = None
    change: float | None = None
    changed: float | None = None
    rank: int | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of ``tensors``; what was not measured is ``None``."""
        return {
            "name": self.name,
            "base": self.base,
            "relation": self.relation.value,
            "part": self.part,
            "layer": self.layer,
            "base_layer": self.base_layer,
            "elements": self.elements,
            "cosine": _rounded(self.cosine),
            "change": _rounded(self.change),
            "changed": _rounded(self.changed),
            "rank": self.rank,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """The release beside one base.

    base:       how results call the base
    relation:   of the whole
    p_value:    how likely two models that share nothing would look so close; ``None`` where no
                test could be made
    tensors:    every tensor of the release, in its order
    absent:     tensors of the base without a counterpart, by name
    parts:      share of numbers that changed, by part of the model
    layers:     relative change by layer of the release
    compute:    FLOP that a training which made this change took at least; ``None`` where the
                numbers do not tell
    not_compared: what could not be compared and why, one line each
    notes:      what else was measured of the whole, one line each
    """

    base: str
    relation: Relation
    p_value: float | None
    tensors: tuple[TensorChange, ...] = ()
    absent: tuple[str, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    layers: dict[int, float] = field(default_factory=dict)
    compute: float | None = None
    not_compared: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the entry of ``pairs``."""
        return {
            "base": self.base,
            "relation": self.relation.value,
            "p_value": self.p_value,
            "tensors": [each.to_json() for each in self.tensors],
            "absent": list(self.absent),
            "parts": {name: _rounded(share) for name, share in sorted(self.parts.items())},
            "layers": {str(at): _rounded(each) for at, each in sorted(self.layers.items())},
            "compute_at_least": self.compute,
            "not_compared": list(self.not_compared),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """A release as a mixture of bases: what each weighs, and what the mixture leaves over.

    weights:  share of each base by its name, as solved from the numbers
    residual: ‖release - mixture‖ / ‖release - nearest base‖; 0 is a mixture to the bit
    layers:   shares by layer where they differ from layer to layer
    note:     what was assumed, in words
    """

    weights: dict[str, float]
    residual: float
    layers: dict[int, dict[str, float]] = field(default_factory=dict)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the value of ``merge``."""
        return {
            "weights": {name: _rounded(each) for name, each in self.weights.items()},
            "residual": _rounded(self.residual),
            "layers": {
                str(at): {name: _rounded(each) for name, each in shares.items()}
                for at, shares in sorted(self.layers.items())
            },
            "note": self.note,
        }


def _rounded(number: float | None) -> float | None:
    # Six digits: what lies behind them depends on the order in which a machine adds.
    return None if number is None else float(f"{number:.6g}")
