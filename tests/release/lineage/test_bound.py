"""The least compute of a change counts what a training must have done and nothing else."""

from __future__ import annotations

import pytest

from weighbridge.release.lineage.bound import least_compute
from weighbridge.release.lineage.relations import Relation, TensorChange


def changed(relation: Relation, part: str = "mlp.up", share: float = 1.0) -> TensorChange:
    return TensorChange("a", "a", relation, part, 0, 0, 1_000, 0.99, 0.1, share)


def test_three_operations_for_each_number_that_changed() -> None:
    assert least_compute([changed(Relation.FINE_TUNED)]) == 3_000
    assert least_compute([changed(Relation.LOW_RANK, share=0.5)]) == 1_500
    both = [changed(Relation.FINE_TUNED), changed(Relation.LOW_RANK)]
    assert least_compute(both) == 6_000


@pytest.mark.parametrize(
    "relation",
    [each for each in Relation if each not in (Relation.FINE_TUNED, Relation.LOW_RANK)],
)
def test_what_needs_no_training_proves_none(relation: Relation) -> None:
    assert least_compute([changed(relation)]) is None


def test_rows_that_are_looked_up_prove_none() -> None:
    assert least_compute([changed(Relation.FINE_TUNED, "embedding")]) is None
