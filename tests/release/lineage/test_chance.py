"""The chance that models which share nothing look so close: bounds, and what they count."""

from __future__ import annotations

import math
from itertools import permutations
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import LARGE, SMALL, structured, trained
from tests.release.lineage.writing import write_release

from weighbridge.release.lineage.chance import either, in_place, place_bound, sign_chance
from weighbridge.release.lineage.matching import match_hidden
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.pairing import pair_up
from weighbridge.release.lineage.units import centred, partners


@pytest.mark.parametrize("held", range(1, 6))
def test_the_bound_on_places_is_never_too_small(held: int) -> None:
    orders = list(permutations(range(5)))
    often = sum(sum(at == to for at, to in enumerate(order)) >= held for order in orders)
    assert often / len(orders) <= place_bound(1, held) * (1 + 1e-12) <= 1 + 1e-12


def test_the_bound_on_places_of_two_blocks() -> None:
    orders = [sum(at == to for at, to in enumerate(order)) for order in permutations(range(4))]
    for held in range(1, 9):
        often = sum(a + b >= held for a in orders for b in orders) / len(orders) ** 2
        assert often <= place_bound(2, held) * (1 + 1e-12)
    assert place_bound(2, 0) == place_bound(7, 1) == 1
    assert place_bound(5, 10_000) == 1e-300


def test_the_chance_of_signs_is_exact() -> None:
    for same in range(9):
        exact = sum(math.comb(8, at) for at in range(same, 9)) / 2**8
        assert sign_chance(same, 8) == pytest.approx(exact)
    assert sign_chance(0, 0) == 1
    assert sign_chance(4096, 4096) == 1e-300


def test_of_two_tests_twice_the_smaller() -> None:
    assert either(None, None) is None
    assert either(0.3, None) == 0.3
    assert either(0.3, 1e-9) == 2e-9
    assert either(0.9, 0.8) == 1


def test_partners_are_mutual_and_ties_have_none() -> None:
    axes = np.eye(4, dtype=np.float32)
    assert partners(axes, axes[[2, 0, 1, 3]])[0].tolist() == [1, 2, 0, 3]
    assert partners(axes, -axes)[0].tolist() == [-1] * 4
    assert partners(axes, -axes, unsigned=True)[0].tolist() == [0, 1, 2, 3]
    assert partners(axes, axes[[0, 0, 1, 2]])[0].tolist() == [-1, 2, 3, -1]
    assert partners(axes[[0, 0]], axes[[0, 1]])[0].tolist() == [-1, -1]


def test_constant_units_and_no_numbers_are_no_directions() -> None:
    units = np.array([[1, 1, 1], [0, 0, 0], [np.nan, 1, 2], [1, 2, 4]], np.float32)
    found = centred(units, across=False)
    assert not found[:2].any()
    assert np.isfinite(found).all()
    assert np.linalg.norm(found[3]) == pytest.approx(1)


def test_partners_of_hidden_units_do_not_depend_on_signs() -> None:
    generator = np.random.default_rng(0)
    mine, theirs = generator.normal(size=(2, 32, 80)).astype(np.float32)
    flips = generator.choice([-1, 1], (32, 1)).astype(np.float32)
    assert (match_hidden(mine, theirs)[0] == match_hidden(mine, theirs * flips)[0]).all()


def test_other_seeds_are_no_closer_than_chance(tmp_path: Path) -> None:
    paths = [write_release(tmp_path / f"m{at}", trained(SMALL, at), SMALL) for at in range(5)]
    held = [open_checkpoint(path) for path in paths]
    places, signs = [], []
    for at, one in enumerate(held):
        for other in held[:at]:
            chance, _ = in_place(one, other, pair_up(one, other))
            assert chance is not None
            places.append(chance)
            columns = (
                each.whole(each.held["model.embed_tokens.weight"]).T for each in (one, other)
            )
            signs.append(match_hidden(*columns)[1])
    assert min(places) > 0.1
    assert min(signs) > 0.01  # uniform: ten of them below a hundredth once in ten times


def test_noise_three_times_the_weights_leaves_units_in_place(tmp_path: Path) -> None:
    base = structured(LARGE)
    other = open_checkpoint(write_release(tmp_path / "base", base, LARGE))
    noisy = open_checkpoint(write_release(tmp_path / "made", made.noised(base, 3.0), LARGE))
    chance, note = in_place(noisy, other, pair_up(noisy, other))
    assert chance == 1e-300
    assert note.endswith(" units in 5 blocks are each other's most alike in place")


def test_many_hidden_units_are_tried_by_a_few(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    units = generator.normal(size=(1200, 64)).astype(np.float32)
    order = generator.permutation(len(units))
    found, chance = match_hidden(units[order], units)
    assert (found == order).all()
    assert chance == 1e-300
    found, chance = match_hidden(generator.normal(size=units.shape).astype(np.float32), units)
    assert (found == -1).all()
    assert chance == 1
