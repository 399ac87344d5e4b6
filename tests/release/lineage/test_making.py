"""The models that the tests of lineage compare are what they are said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.lineage import deriving
from tests.release.lineage.making import SMALL, Arrays, initialised, outputs, trained
from tests.release.lineage.writing import FORMATS, write_release

from weighbridge.release.lineage.opening import open_checkpoint

TOKENS = np.random.default_rng(0).integers(0, SMALL.vocabulary, (2, 9))


def loss(weights: Arrays) -> float:
    generator = np.random.default_rng([0, SMALL.vocabulary])
    followers = generator.integers(0, SMALL.vocabulary, (SMALL.vocabulary, 4))
    tokens = np.arange(SMALL.vocabulary)[:, None]
    scores = outputs(weights, SMALL, tokens)[:, 0]
    logs = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return float(-np.take_along_axis(logs, followers, 1).mean())


def test_training_learns_the_text() -> None:
    assert loss(trained(SMALL)) < loss(initialised(SMALL, 0)) - 0.3


@pytest.mark.parametrize("scaled", [False, True])
def test_another_order_of_units_answers_alike(scaled: bool) -> None:
    base = trained(SMALL)
    other = deriving.permuted(base, SMALL, scaled=scaled)
    # The embedding moves with the hidden units, so the answers stay.
    assert np.allclose(outputs(base, SMALL, TOKENS), outputs(other, SMALL, TOKENS), atol=1e-3)
    assert not np.allclose(base["lm_head.weight"], other["lm_head.weight"], atol=1e-3)


@pytest.mark.parametrize("format", [each for each in FORMATS if "q" not in each])
def test_a_release_reads_back(tmp_path: Path, format: str) -> None:
    base = trained(SMALL)
    with open_checkpoint(write_release(tmp_path / "one", base, SMALL, format)) as read:
        assert len(read.held) == len(base)
        for (name, each), held in zip(base.items(), read.held.values(), strict=True):
            if "q_proj" not in name and "k_proj" not in name:  # converters reorder their rows
                assert np.allclose(read.whole(held), each.reshape(held.matrix), 0.01, 1e-6), name
