"""Units in another order: what order is found, and that it is right in the files of both."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import SMALL, Arrays, trained
from tests.release.lineage.writing import write_release

from weighbridge.release.lineage.align import Alignment, align
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.pairing import pair_up


def aligned(
    folder: Path, weights: Arrays, formats: tuple[str, str] = ("f32", "f32")
) -> tuple[Checkpoint, Checkpoint, Alignment | None]:
    one = open_checkpoint(write_release(folder / "mine", weights, SMALL, formats[0]))
    two = open_checkpoint(write_release(folder / "theirs", trained(SMALL), SMALL, formats[1]))
    return one, two, align(one, two, pair_up(one, two))


def far(one: Checkpoint, two: Checkpoint, found: Alignment) -> dict[str, float]:
    """How far each tensor is from its counterpart, once it is laid as was found."""
    apart = {}
    for each in pair_up(one, two).pairs:
        mine, theirs = one.whole(each.release), two.whole(each.base)
        laid = found.tensors[each.release.name]
        theirs = theirs if laid.rows is None else theirs[laid.rows]
        theirs = theirs if laid.columns is None else theirs[:, laid.columns]
        theirs = theirs if laid.scale is None else theirs * laid.scale
        theirs = theirs if laid.row_scale is None else theirs * laid.row_scale
        apart[each.release.name] = float(np.linalg.norm(mine - theirs) / np.linalg.norm(theirs))
    return apart


@pytest.mark.parametrize(
    "formats", [("f32", "f32"), ("gguf-f16", "f32"), ("f32", "gguf-f16"), ("gguf-f16", "gguf-f16")]
)
def test_every_tensor_is_laid_as_the_files_store_it(
    formats: tuple[str, str], tmp_path: Path
) -> None:
    one, two, found = aligned(tmp_path, made.permuted(trained(SMALL), SMALL), formats)
    assert found is not None
    assert found.p_value == pytest.approx(2.0**-32)
    assert found.notes == [
        "hidden units stand in another order: 32 of 32 matched on 96 tokens",
    ]
    apart = far(one, two, found)
    assert max(apart.values()) < 1e-3, apart


def test_scales_are_found_beside_the_order(tmp_path: Path) -> None:
    one, two, found = aligned(tmp_path, made.permuted(trained(SMALL), SMALL, scaled=True))
    assert found is not None
    matrices = {name: each for name, each in far(one, two, found).items() if "norm" not in name}
    assert max(matrices.values()) < 0.005, matrices


def test_the_heads_alone(tmp_path: Path) -> None:
    weights = made.permuted(trained(SMALL), SMALL, hidden=False, inner=False)
    one, two, found = aligned(tmp_path, weights)
    assert found is not None
    assert found.hidden is None
    assert all(".self_attn." in name for name in found.tensors)
    assert max(far_of(one, two, found).values()) < 1e-6


def far_of(one: Checkpoint, two: Checkpoint, found: Alignment) -> dict[str, float]:
    """The same for the tensors that are not in place."""
    some = {name: one.held[name] for name in found.tensors}
    return far(Checkpoint(one.name, one.folder, some, (), one.settings), two, found)


@pytest.mark.parametrize("level", [0.0, 0.5])
def test_what_stands_in_place_needs_no_order(level: float, tmp_path: Path) -> None:
    assert aligned(tmp_path, made.noised(trained(SMALL), level))[2] is None


def test_other_seeds_lie_nowhere(tmp_path: Path) -> None:
    assert aligned(tmp_path, trained(SMALL, 3))[2] is None
