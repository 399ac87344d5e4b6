"""Which tensor belongs to which, and which layer to which."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import SMALL, Arrays, Shape, trained
from tests.release.lineage.writing import gguf_name, write_release

from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.pairing import Pairing, pair_up, rows_beside


def paired(folder: Path, mine: Arrays, theirs: Arrays, shape: Shape = SMALL) -> Pairing:
    one = open_checkpoint(write_release(folder / "mine", mine, shape))
    two = open_checkpoint(write_release(folder / "theirs", theirs, SMALL))
    return pair_up(one, two)


def names(found: Pairing) -> dict[str, str]:
    return {each.release.name: each.base.name for each in found.pairs}


def test_the_same_names(tmp_path: Path) -> None:
    found = paired(tmp_path, trained(SMALL), trained(SMALL))
    assert all(mine == theirs for mine, theirs in names(found).items())
    assert {each.how for each in found.pairs} == {"name"}
    assert (found.absent, found.added, found.not_compared) == ((), (), [])
    assert not (found.moved or found.doubled or found.renamed)


def test_a_prefix_before_every_name(tmp_path: Path) -> None:
    found = paired(tmp_path, made.renamed(trained(SMALL)), trained(SMALL))
    assert names(found) == {f"transformer.{name}": name for name in trained(SMALL)}
    assert found.renamed


def test_the_names_of_another_format(tmp_path: Path) -> None:
    one = open_checkpoint(write_release(tmp_path / "mine", trained(SMALL), SMALL, "gguf-f16"))
    two = open_checkpoint(write_release(tmp_path / "theirs", trained(SMALL), SMALL))
    found = pair_up(one, two)
    assert names(found) == {gguf_name(name): name for name in trained(SMALL)}
    assert {each.how for each in found.pairs if each.rows is not None} == {"role"}
    assert {each.role.part for each in found.pairs if each.rows is not None} == {
        "attention.q",
        "attention.k",
    }


def test_names_that_say_nothing(tmp_path: Path) -> None:
    base = {name: each for name, each in trained(SMALL).items() if each.ndim > 1}
    hidden = {f"t{at}": each for at, each in enumerate(base.values())}
    found = paired(tmp_path, hidden, base)
    assert names(found) == dict(zip(hidden, base, strict=True))
    assert {each.how for each in found.pairs} == {"content"}


@pytest.mark.parametrize("order", [[0, 2], [2, 1, 0], [0, 1, 1, 2], [1, 2]])
def test_layers_in_another_order(order: list[int], tmp_path: Path) -> None:
    weights = made.of_layers(trained(SMALL), order)
    found = paired(tmp_path, weights, trained(SMALL), SMALL.of_layers(len(order)))
    assert found.layer_map[""] == dict(enumerate(order))
    for each in found.pairs:
        if each.role.layer is not None:
            assert each.base_role.layer == order[each.role.layer]
            assert each.how == (
                "name" if each.role.layer == each.base_role.layer else "layer-shift"
            )
    assert found.doubled == (len(set(order)) < len(order))


def test_a_layer_that_was_replaced_stands_in_its_place(tmp_path: Path) -> None:
    weights = trained(SMALL)
    for name, each in trained(SMALL, 7).items():
        if ".layers.1." in name:
            weights[name] = each
    assert paired(tmp_path, weights, trained(SMALL)).layer_map[""] == {0: 0, 1: 1, 2: 2}


def test_shapes_that_do_not_match_are_named(tmp_path: Path) -> None:
    weights = trained(SMALL)
    weights["lm_head.weight"] = np.ones((5, 7), np.float32)
    weights["extra.weight"] = np.ones((3, 3), np.float32)
    found = paired(tmp_path, weights, trained(SMALL))
    assert found.added == ("lm_head.weight", "extra.weight")
    assert found.absent == ("lm_head.weight",)
    assert found.not_compared == [
        "`lm_head.weight`: shape [5, 7] in the release, [96, 32] in the base",
        "`extra.weight`: in the release alone",
    ]


def test_the_order_of_rows_between_two_converters() -> None:
    order, other = np.array([2, 0, 1]), np.array([1, 2, 0])
    assert rows_beside(None, None) is None
    numbers = np.array([10, 20, 30])  # as the custom has them; file row order[i] holds number i
    mine, theirs = np.empty(3, int), np.empty(3, int)
    mine[order], theirs[other] = numbers, numbers
    for one, a in ((None, numbers), (order, mine)):
        for two, b in ((None, numbers), (other, theirs)):
            rows = rows_beside(one, two)
            assert rows is None or (b[rows] == a).all()


def test_experts_in_another_order_and_their_router(tmp_path: Path) -> None:
    generator, order = np.random.default_rng(0), [2, 0, 3, 1]
    at = "model.layers.0.mlp."
    base: Arrays = {
        f"{at}experts.{expert}.{part}_proj.weight": generator.normal(size=(48, 32)).astype("f4")
        for expert in range(4)
        for part in ("gate", "up")
    }
    mine = {
        f"{at}experts.{expert}.{part}_proj.weight": base[f"{at}experts.{old}.{part}_proj.weight"]
        for expert, old in enumerate(order)
        for part in ("gate", "up")
    }
    base[f"{at}gate.weight"] = generator.normal(size=(4, 32)).astype("f4")
    mine[f"{at}gate.weight"] = base[f"{at}gate.weight"][order]
    found = paired(tmp_path, mine, base)
    for each in found.pairs:
        if each.role.expert is not None:
            assert each.base_role.expert == order[each.role.expert]
    (router,) = (each for each in found.pairs if each.role.part == "router")
    assert router.rows is not None
    assert router.rows.tolist() == order


def test_names_that_say_nothing_of_turned_matrices(tmp_path: Path) -> None:
    base = {name: each for name, each in trained(SMALL).items() if "mlp" in name}
    turned = {f"t{at}": np.ascontiguousarray(each.T) for at, each in enumerate(base.values())}
    found = paired(tmp_path, turned, base)
    assert names(found) == dict(zip(turned, base, strict=True))
    assert all(each.turned for each in found.pairs)
