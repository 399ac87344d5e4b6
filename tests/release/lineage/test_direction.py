"""One direction removed from every layer is found, and what is none is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="comparing weights needs NumPy")

from tests.release.lineage.matrices import Array, adapted, trained, weights, write  # noqa: E402

from weighbridge.release.lineage.direction import (  # noqa: E402
    Direction,
    Written,
    common_direction,
)
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402
from weighbridge.release.lineage.sides import Sides  # noqa: E402

HIDDEN = 96
Change = Callable[[Array, int, bool], Array]


def unit(seed: int) -> Array:
    vector = np.random.default_rng(seed).normal(size=HIDDEN)
    return vector / np.linalg.norm(vector)


def removed(w: Array, v: Array, columns: bool, share: float = 1.0) -> Array:
    if columns:
        return (w - share * np.outer(w @ v, v)).astype(np.float32)
    return (w - share * np.outer(v, v @ w)).astype(np.float32)


def looked(where: Path, change: Change, dtype: str = "BF16", layers: int = 4) -> Direction | None:
    base = {"embed": weights(200, HIDDEN, seed=1)}
    for at in range(layers):
        base[f"layers.{at}.o"] = weights(HIDDEN, 80, seed=10 + at)
        base[f"layers.{at}.down"] = weights(HIDDEN, 160, seed=50 + at)
    release = {
        name: change(w, seed, name == "embed") for seed, (name, w) in enumerate(base.items())
    }
    one = open_checkpoint(write(where / "r", {name: (w, dtype) for name, w in release.items()}))
    two = open_checkpoint(write(where / "b", {name: (w, dtype) for name, w in base.items()}))
    with one, two:
        return common_direction(
            Written(
                None if name == "embed" else int(name.split(".")[1]),
                Sides(one, held, two, two.held[name]),
                columns=name == "embed",
            )
            for name, held in one.held.items()
        )


@pytest.mark.parametrize("dtype", ["BF16", "F16", "F32"])
def test_a_direction_removed_everywhere(tmp_path: Path, dtype: str) -> None:
    v = unit(0)
    found = looked(tmp_path, lambda w, _, columns: removed(w, v, columns), dtype)
    assert found is not None
    assert (found.layers, found.of) == (5, 5)
    assert found.share > 0.95
    assert found.left < 0.05
    assert str(found).startswith(
        "one direction of the hidden stream is removed from 5 of 5 changed layers; it holds "
    )


def test_a_direction_that_is_weakened(tmp_path: Path) -> None:
    v = unit(0)
    found = looked(tmp_path, lambda w, _, columns: removed(w, v, columns, 0.5))
    assert found is not None
    assert found.left == pytest.approx(0.5, abs=0.02)
    assert " is changed in 5 of 5 changed layers" in str(found)


def test_only_some_layers(tmp_path: Path) -> None:
    v = unit(0)
    found = looked(tmp_path, lambda w, seed, columns: removed(w, v, columns) if seed > 4 else w)
    assert found is not None
    assert (found.layers, found.of) == (2, 2)


def test_a_direction_for_each_layer_is_none(tmp_path: Path) -> None:
    assert looked(tmp_path, lambda w, seed, columns: removed(w, unit(seed), columns)) is None


def test_trainings_and_adapters_are_none(tmp_path: Path) -> None:
    assert looked(tmp_path, lambda w, seed, _: trained(w, 0.05, seed)) is None
    assert looked(tmp_path, lambda w, seed, _: adapted(w, 1, 0.05, seed)) is None
    assert looked(tmp_path, lambda w, seed, _: adapted(w, 8, 0.05, seed)) is None


def test_copies_are_none(tmp_path: Path) -> None:
    assert looked(tmp_path, lambda w, *_: w) is None


def test_one_layer_is_none(tmp_path: Path) -> None:
    v = unit(0)
    assert (
        looked(tmp_path, lambda w, seed, columns: removed(w, v, columns) if seed == 1 else w)
        is None
    )
