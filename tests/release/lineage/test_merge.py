"""Mixing weights of two to eight bases come out of the numbers, and what is none is called none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="comparing weights needs NumPy")

from tests.release.lineage.matrices import Array, adapted, as_stored, trained, weights, write  # noqa: E402

from weighbridge.release.lineage.checkpoint import Checkpoint  # noqa: E402
from weighbridge.release.lineage.merge import Mixed, solve_merge  # noqa: E402
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402
from weighbridge.release.lineage.relations import Merge  # noqa: E402
from weighbridge.release.lineage.sides import Sides  # noqa: E402

SHAPE = (160, 256)
LAYERS = 3


def model(seed: int) -> list[Array]:
    return [weights(*SHAPE, seed=seed * 100 + at) for at in range(LAYERS)]


def tuned(base: Sequence[Array], seed: int, share: float = 0.03) -> list[Array]:
    return [trained(each, share, seed * 100 + at) for at, each in enumerate(base)]


def mixed(
    shares: Sequence[float], bases: Sequence[Sequence[Array]], dtype: str = "BF16"
) -> list[Array]:
    """Return the mixture of bases as they are stored, which is what people mix."""
    parts = [
        [share * as_stored(w, dtype) for w in base]
        for share, base in zip(shares, bases, strict=True)
    ]
    return [sum(layer).astype(np.float32) for layer in zip(*parts, strict=True)]


def solved(
    where: Path, release: Sequence[Array], bases: Sequence[Sequence[Array]], dtype: str = "BF16"
) -> Merge | None:
    def opened(name: str, layers: Sequence[Array]) -> Checkpoint:
        tensors = {
            f"model.layers.{at}.mlp.up_proj.weight": (w, dtype) for at, w in enumerate(layers)
        }
        return open_checkpoint(write(where / name, tensors))

    names = [f"base-{at}" for at in range(len(bases))]
    with opened("release", release) as one:
        others = {name: opened(name, base) for name, base in zip(names, bases, strict=True)}
        tensors = [
            Mixed(
                at,
                {key: Sides(one, held, other, other.held[name]) for key, other in others.items()},
            )
            for at, (name, held) in enumerate(one.held.items())
        ]
        found = solve_merge(tensors, names)
        for other in others.values():
            other.close()
    return found


@pytest.mark.parametrize("dtype", ["BF16", "F16", "F32"])
@pytest.mark.parametrize(
    "shares", [(0.5, 0.5), (0.3, 0.7), (0.9, 0.1), (0.2, 0.3, 0.5), (0.1, 0.2, 0.3, 0.4)]
)
def test_known_shares_of_siblings(tmp_path: Path, shares: tuple[float, ...], dtype: str) -> None:
    base = model(1)
    bases = [tuned(base, 2 + at) for at in range(len(shares))]
    found = solved(tmp_path, mixed(shares, bases, dtype), bases, dtype)
    assert found is not None
    assert list(found.weights.values()) == pytest.approx(shares, abs=1e-3)
    assert found.residual < 0.25
    assert found.layers == {}
    assert "cannot be told apart" not in found.note


def test_eight_bases(tmp_path: Path) -> None:
    shares = [0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05]
    base = model(1)
    bases = [tuned(base, 2 + at) for at in range(8)]
    found = solved(tmp_path, mixed(shares, bases), bases)
    assert found is not None
    assert list(found.weights.values()) == pytest.approx(shares, abs=2e-3)


def test_adding_the_changes_of_two(tmp_path: Path) -> None:
    base = model(1)
    one, two = tuned(base, 2), [adapted(each, 8, 0.03) for each in base]
    release = mixed((-0.7, 1.0, 0.7), (base, one, two))
    found = solved(tmp_path, release, [base, one, two])
    assert found is not None
    assert list(found.weights.values()) == pytest.approx((-0.7, 1.0, 0.7), abs=2e-3)


def test_an_arc_between_strangers(tmp_path: Path) -> None:
    found = solved(tmp_path, mixed((0.707, 0.707), (model(1), model(2))), [model(1), model(2)])
    assert found is not None
    assert list(found.weights.values()) == pytest.approx((0.707, 0.707), abs=1e-3)
    assert "the shares add up to 1.414, as on an arc between bases (slerp)" in found.note


def test_shares_that_differ_by_layer(tmp_path: Path) -> None:
    base = model(1)
    one, two = tuned(base, 2), tuned(base, 3)
    by_layer = (0.2, 0.5, 0.8)
    release = [
        (share * two[at] + (1 - share) * one[at]).astype(np.float32)
        for at, share in enumerate(by_layer)
    ]
    found = solved(tmp_path, release, [one, two])
    assert found is not None
    assert found.residual < 0.1
    assert sorted(found.layers) == [0, 2]
    assert found.layers[0]["base-1"] == pytest.approx(0.2, abs=2e-3)
    assert found.layers[2]["base-1"] == pytest.approx(0.8, abs=2e-3)


def test_layers_from_two_models(tmp_path: Path) -> None:
    one, two = model(1), model(2)
    found = solved(tmp_path, [one[0], one[1], two[2]], [one, two])
    assert found is not None
    assert found.layers[2]["base-1"] == pytest.approx(1.0, abs=1e-3)
    assert found.layers[0]["base-0"] == pytest.approx(1.0, abs=1e-3)
    assert found.residual < 1e-3


def test_what_is_left_after_training_a_mixture_is_said(tmp_path: Path) -> None:
    base = model(1)
    one, two = tuned(base, 2), tuned(base, 3)
    release = tuned(mixed((0.5, 0.5), (one, two)), 9, 0.01)
    found = solved(tmp_path, release, [one, two])
    assert found is not None
    assert list(found.weights.values()) == pytest.approx((0.5, 0.5), abs=0.02)
    assert 0.2 < found.residual < 0.6
    assert "more is left than rounding explains" in found.note


def test_bases_that_are_nearly_the_same(tmp_path: Path) -> None:
    base = model(1)
    one, two = tuned(base, 2), tuned(base, 3)
    twin = [each.copy() for each in two]
    twin[0][0, 0] += 0.01
    found = solved(tmp_path, mixed((0.4, 0.6), (one, two)), [one, two, twin])
    assert found is not None
    assert found.weights["base-0"] == pytest.approx(0.4, abs=2e-3)
    assert found.weights["base-1"] + found.weights["base-2"] == pytest.approx(0.6, abs=2e-3)
    assert "`base-1` and `base-2` are nearly the same: their shares cannot be told apart" in (
        found.note
    )


def test_a_copy_is_no_mixture(tmp_path: Path) -> None:
    base = model(1)
    other = tuned(base, 2)
    assert solved(tmp_path, base, [base, other]) is None


def test_a_cast_is_no_mixture(tmp_path: Path) -> None:
    base = model(1)
    assert solved(tmp_path, base, [base, tuned(base, 2)], "F16") is None


def test_a_training_of_one_base_is_no_mixture(tmp_path: Path) -> None:
    base = model(1)
    assert solved(tmp_path, tuned(base, 5), [base, tuned(base, 2)]) is None
    assert solved(tmp_path, tuned(base, 5), [base, model(2)]) is None


def test_siblings_that_learned_alike_are_no_mixture(tmp_path: Path) -> None:
    base = model(1)
    common = tuned(base, 5, 0.01)
    one, two = tuned(common, 6, 0.02), tuned(common, 7, 0.02)
    assert solved(tmp_path, two, [base, one]) is None


def test_a_stranger_is_no_mixture(tmp_path: Path) -> None:
    assert solved(tmp_path, model(3), [model(1), model(2)]) is None


def test_one_base_alone_and_none(tmp_path: Path) -> None:
    assert solved(tmp_path, model(1), [model(2)]) is None
    assert solve_merge([], ["a", "b"]) is None


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    base = model(1)
    one, two = tuned(base, 2), tuned(base, 3)
    release = mixed((0.5, 0.5), (one, two))
    release[0][0, :4] = np.nan
    found = solved(tmp_path, release, [one, two])
    assert found is not None
    assert list(found.weights.values()) == pytest.approx((0.5, 0.5), abs=1e-3)


def dropping(
    base: Sequence[Array], donors: Sequence[Sequence[Array]], keep: float, largest: bool, dtype: str
) -> list[Array]:
    """Return the base with parts of the changes of donors: drawn by chance, or the largest."""
    random = np.random.default_rng(11)
    release = []
    for at, layer in enumerate(base):
        layer = as_stored(layer, dtype)
        total = layer.astype(np.float64)
        for donor in donors:
            change = as_stored(donor[at], dtype) - layer
            size = np.abs(change)
            kept = (
                size >= np.quantile(size, 1 - keep) if largest else random.random(size.shape) < keep
            )
            total += 0.5 * kept * change * (1.0 if largest else 1 / keep)
        release.append(total.astype(np.float32))
    return release


@pytest.mark.parametrize("dtype", ["BF16", "F16", "F32"])
@pytest.mark.parametrize(("keep", "largest"), [(0.5, False), (0.1, False), (0.2, True)])
def test_mixtures_with_parts_dropped(
    tmp_path: Path, keep: float, largest: bool, dtype: str
) -> None:
    base = model(1)
    donors = [tuned(base, 2, 0.1), tuned(base, 3, 0.1)]
    found = solved(tmp_path, dropping(base, donors, keep, largest, dtype), [base, *donors], dtype)
    assert found is not None
    assert found.residual > 0.3
    if keep == 0.1:
        said = "parts of `base-1`, `base-2` are added to `base-0` whole and others dropped"
        assert said in found.note
    assert "more is left than rounding explains" in found.note


def test_trainings_of_one_base_have_no_parts_dropped(tmp_path: Path) -> None:
    base = model(1)
    for share in (0.002, 0.01, 0.1):
        donors = [tuned(base, 2, 0.1), tuned(base, 3, 0.1)]
        assert solved(tmp_path / str(share), tuned(base, 4, share), [base, *donors]) is None
