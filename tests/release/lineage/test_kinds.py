"""Each word for one tensor, on matrices made for it, just inside and just outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comparing weights needs NumPy")

from tests.release.lineage.matrices import (  # noqa: E402
    NAME,
    Array,
    adapted,
    as_stored,
    change,
    eight_bits,
    few_bits,
    opened,
    trained,
    weights,
)

from weighbridge.release.lineage.checkpoint import Checkpoint  # noqa: E402
from weighbridge.release.lineage.kinds import relation_of  # noqa: E402
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402
from weighbridge.release.lineage.statistics import compare  # noqa: E402

SIZES = ((64, 96), (256, 512), (700, 1152))
FORMATS = ("BF16", "F16", "F32")
both = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
formats = pytest.mark.parametrize("dtype", FORMATS)


def word(where: Path, release: Array, base: Array, r: str, b: str | None = None, **how: Any) -> str:
    return change(where, release, base, r, b or r, **how).relation.value


@both
@formats
def test_identical_to_the_bit(tmp_path: Path, size: tuple[int, int], dtype: str) -> None:
    w = weights(*size)
    found = change(tmp_path, w, w.copy(), dtype, dtype)
    assert (found.relation.value, found.changed, found.change) == ("identical", 0.0, 0.0)
    assert found.cosine == pytest.approx(1.0, abs=1e-6)
    assert found.elements == w.size


def test_one_changed_number_is_not_identical(tmp_path: Path) -> None:
    w = weights(256, 512)
    other = w.copy()
    other[7, 9] += 0.5
    found = change(tmp_path, other, w)
    assert (found.relation.value, found.note) == ("sparse", "1 numbers changed")


def test_a_constant_tells_nothing_of_descent(tmp_path: Path) -> None:
    ones = np.ones((1, 512), np.float32)
    found = change(tmp_path, ones, ones)
    assert found.relation.value == "identical"
    assert found.note == "all numbers are one number in both, which says nothing of descent"


@both
@pytest.mark.parametrize(
    ("b", "r"),
    [("F32", "BF16"), ("F32", "F16"), ("BF16", "F32"), ("BF16", "F16"), ("F16", "BF16")],
)
def test_cast(tmp_path: Path, size: tuple[int, int], b: str, r: str) -> None:
    w = as_stored(weights(*size), b)
    assert word(tmp_path, w, w, r, b) == "cast"


@both
@pytest.mark.parametrize(("b", "r"), [("BF16", "F16"), ("F16", "BF16"), ("BF16", "F32")])
def test_two_casts_of_one_wider_tensor(
    tmp_path: Path, size: tuple[int, int], b: str, r: str
) -> None:
    w = weights(*size)
    assert word(tmp_path, w, w, r, b) == "cast"


@both
@pytest.mark.parametrize(("b", "r"), [("F32", "BF16"), ("BF16", "F32"), ("BF16", "F16")])
def test_a_small_training_is_no_cast(tmp_path: Path, size: tuple[int, int], b: str, r: str) -> None:
    w = weights(*size)
    assert word(tmp_path, trained(w, 0.0005), w, r, b) == "fine-tuned"


def test_a_change_within_the_steps_of_the_base_is_no_cast(tmp_path: Path) -> None:
    w = as_stored(weights(256, 512), "BF16")
    moved = (w * np.float32(1 + 2.0**-11)).astype(np.float32)  # a quarter step and less
    assert word(tmp_path, moved, w, "F32", "BF16") != "cast"


def test_cast_and_a_few_numbers_more(tmp_path: Path) -> None:
    w = weights(256, 512)
    other = w.copy()
    other.reshape(-1)[:: w.size // 64][:64] += 0.5
    found = change(tmp_path, other, w, "BF16", "F32")
    assert found.relation.value == "sparse"
    assert found.note == "64 numbers changed beside the cast to BF16"


def test_rounded_and_stored_as_before(tmp_path: Path) -> None:
    w = weights(256, 512)
    found = change(tmp_path, as_stored(w, "BF16"), w, "F32", "F32")
    assert (found.relation.value, found.note) == ("cast", "rounded to BF16 and stored as F32")


@both
@formats
@pytest.mark.parametrize("bits", [8, 6, 5, 4, 3, 2])
def test_quantised(tmp_path: Path, size: tuple[int, int], dtype: str, bits: int) -> None:
    w = as_stored(weights(*size), dtype)
    release = eight_bits(w) if bits == 8 else few_bits(w, bits)
    found = change(tmp_path, release, w, dtype, dtype)
    assert found.relation.value == "quantised"
    assert found.note.startswith(f"{bits}-bit steps, 32 numbers a group")


@both
@formats
@pytest.mark.parametrize("bits", [8, 4])
def test_quantised_by_row(tmp_path: Path, size: tuple[int, int], dtype: str, bits: int) -> None:
    if (dtype, bits) == ("BF16", 8) and size[1] > 1024:
        pytest.skip("bfloat16 hides 8-bit steps of rows wider than the sample")
    w = as_stored(weights(*size), dtype)
    assert word(tmp_path, few_bits(w, bits, size[1]), w, dtype) == "quantised"


@formats
@pytest.mark.parametrize("bits", [8, 6])
def test_trained_and_quantised_is_not_only_quantised(tmp_path: Path, dtype: str, bits: int) -> None:
    w = as_stored(weights(256, 512), dtype)
    other = trained(w, 0.2)
    release = eight_bits(other) if bits == 8 else few_bits(other, bits)
    assert word(tmp_path, release, w, dtype) == "fine-tuned"


def test_codes_without_their_scales(tmp_path: Path) -> None:
    w = weights(256, 512)
    codes = np.rint(w / (np.abs(w).max(axis=1, keepdims=True) / 127))
    found = change(tmp_path, codes, w, "I8", "F32")
    assert found.relation.value == "quantised"
    assert found.note.endswith("up to a scale of each row")


@both
@formats
@pytest.mark.parametrize("rank", [1, 2, 8, 16])
def test_low_rank(tmp_path: Path, size: tuple[int, int], dtype: str, rank: int) -> None:
    w = as_stored(weights(*size), dtype)
    found = change(tmp_path, adapted(w, rank, 0.02), w, dtype, dtype)
    assert (found.relation.value, found.rank) == ("low-rank", rank)


@both
@formats
@pytest.mark.parametrize("rank", [32, 64])
def test_high_adapters(tmp_path: Path, size: tuple[int, int], dtype: str, rank: int) -> None:
    w = as_stored(weights(*size), dtype)
    found = change(tmp_path, adapted(w, rank, 0.02), w, dtype, dtype)
    told = min(size) > 2 * rank
    assert found.rank == (rank if told else None)
    assert found.relation.value == ("low-rank" if told else "fine-tuned")


@pytest.mark.parametrize("rank", [1, 4, 16, 64])
def test_low_rank_under_rounding(tmp_path: Path, rank: int) -> None:
    w = as_stored(weights(1024, 1536), "BF16")
    found = change(tmp_path, adapted(w, rank, 0.003), w)
    assert (found.relation.value, found.rank) == ("low-rank", rank)


@both
@formats
def test_a_scale_of_rows_beside_a_low_rank(
    tmp_path: Path, size: tuple[int, int], dtype: str
) -> None:
    w = as_stored(weights(*size), dtype)
    scale = 1 + np.random.default_rng(3).normal(0, 0.02, (size[0], 1))
    found = change(tmp_path, (adapted(w, 8, 0.02) * scale).astype(np.float32), w, dtype, dtype)
    assert (found.relation.value, found.rank) == ("low-rank", 8)
    assert found.note == "beside a scale of each row"


@both
@formats
@pytest.mark.parametrize("share", [0.001, 0.01, 0.05, 0.3])
def test_fine_tuned(tmp_path: Path, size: tuple[int, int], dtype: str, share: float) -> None:
    w = as_stored(weights(*size), dtype)
    found = change(tmp_path, trained(w, share), w, dtype, dtype)
    assert found.relation.value == "fine-tuned"
    assert found.change == pytest.approx(share, rel=0.2)


@both
@formats
def test_noised(tmp_path: Path, size: tuple[int, int], dtype: str) -> None:
    w = as_stored(weights(*size), dtype)
    noise = np.random.default_rng(4).normal(0, 0.002, size)
    found = change(tmp_path, (w + noise).astype(np.float32), w, dtype, dtype)
    assert found.relation.value == "related"
    assert found.note.startswith("the change is normal noise of 0.00")


def _smallest(w: Array) -> Array:
    return np.where(np.abs(w) < np.quantile(np.abs(w), 0.5), 0, w)


def _rows(w: Array) -> Array:
    w = w.copy()
    w[3:9] = 0
    return w


def _columns(w: Array) -> Array:
    w = w.copy()
    w[:, 45:60] = 0
    return w


def _two_of_four(w: Array) -> Array:
    groups = w.reshape(-1, 4).copy()
    groups[np.arange(len(groups))[:, None], np.argsort(np.abs(groups), axis=1)[:, :2]] = 0
    return groups.reshape(w.shape)


@both
@formats
@pytest.mark.parametrize(
    ("prune", "said"),
    [
        (_smallest, "the smallest numbers"),
        (_rows, "whole rows"),
        (_columns, "whole columns"),
        (_two_of_four, "2 of each 4 numbers kept"),
    ],
)
def test_pruned(
    tmp_path: Path,
    size: tuple[int, int],
    dtype: str,
    prune: Callable[[Array], Array],
    said: str,
) -> None:
    w = as_stored(weights(*size), dtype)
    found = change(tmp_path, prune(w).astype(np.float32), w, dtype, dtype)
    assert found.relation.value == "pruned"
    assert said in found.note
    assert found.note.endswith("; the others unchanged")


@both
def test_pruned_and_trained(tmp_path: Path, size: tuple[int, int]) -> None:
    w = as_stored(weights(*size), "BF16")
    found = change(tmp_path, _smallest(trained(w, 0.02)).astype(np.float32), w)
    assert found.relation.value == "pruned"
    assert "; the others changed by 0.01" in found.note


def test_zeros_by_multiplying_with_a_mask_have_a_sign(tmp_path: Path) -> None:
    w = as_stored(weights(256, 512), "BF16")
    mask = np.random.default_rng(0).random(w.shape) < 0.5
    found = change(tmp_path, w * mask, w)
    assert found.relation.value == "pruned"
    assert found.note == f"{1 - mask.mean():.4g} of the numbers newly zero; the others unchanged"


@both
@formats
def test_sparse(tmp_path: Path, size: tuple[int, int], dtype: str) -> None:
    w = as_stored(weights(*size), dtype)
    other = w.copy()
    places = np.random.default_rng(5).choice(w.size, 64, replace=False)
    other.reshape(-1)[places] += 0.25
    found = change(tmp_path, other, w, dtype, dtype)
    assert (found.relation.value, found.note) == ("sparse", "64 numbers changed")


def test_single_steps_of_the_format_are_a_small_training(tmp_path: Path) -> None:
    w = as_stored(weights(256, 512), "BF16")
    bits = (w.view(np.uint32) >> 16).astype(np.uint32)
    places = np.random.default_rng(5).choice(w.size, w.size // 200, replace=False)
    bits.reshape(-1)[places] += 1
    release = (bits << 16).view(np.float32)
    found = change(tmp_path, release, w)
    assert found.relation.value == "fine-tuned"
    assert found.note == "each change is about one step of the stored format"


@both
@formats
def test_scaled(tmp_path: Path, size: tuple[int, int], dtype: str) -> None:
    w = as_stored(weights(*size), dtype)
    rows = np.exp(np.random.default_rng(6).normal(0, 0.3, (size[0], 1)))
    columns = np.exp(np.random.default_rng(6).normal(0, 0.3, (1, size[1])))
    for scale, said in (
        (np.float32(2.5), "the same up to one scale, 2.5"),
        (rows, "the same up to a scale of each row"),
        (columns, "the same up to a scale of each column"),
    ):
        found = change(tmp_path, (w * scale).astype(np.float32), w, dtype, dtype)
        assert (found.relation.value, found.note) == ("permuted", said)


@both
@formats
def test_unrelated(tmp_path: Path, size: tuple[int, int], dtype: str) -> None:
    for seed in range(5):
        other = weights(*size, seed=100 + seed)
        assert word(tmp_path, other, weights(*size), dtype) == "unrelated"


@both
@pytest.mark.parametrize("cosine", [0.35, 0.67, 0.85])
def test_what_a_shared_initialisation_leaves_is_undecided(
    tmp_path: Path, size: tuple[int, int], cosine: float
) -> None:
    w = weights(*size)
    other = cosine * w + np.sqrt(1 - cosine**2) * weights(*size, seed=7)
    found = change(tmp_path, other.astype(np.float32), w)
    assert found.relation.value == "undecided"
    assert found.note == "as close as a shared initialisation may leave them"


def test_norms_of_unrelated_models_are_undecided(tmp_path: Path) -> None:
    one = (1 + np.random.default_rng(1).normal(0, 0.05, 512)).astype(np.float32)
    two = (1 + np.random.default_rng(2).normal(0, 0.05, 512)).astype(np.float32)
    found = change(tmp_path, one, two)
    assert found.cosine is not None and found.cosine > 0.99
    assert found.relation.value in ("undecided", "unrelated")


def test_norms_after_a_training(tmp_path: Path) -> None:
    one = (1 + np.random.default_rng(1).normal(0, 0.05, 512)).astype(np.float32)
    two = (one + np.random.default_rng(2).normal(0, 0.005, 512)).astype(np.float32)
    assert word(tmp_path, two, one, "F32") == "fine-tuned"


def test_resized(tmp_path: Path) -> None:
    w = weights(256, 512)
    longer = np.vstack([w, weights(64, 512, seed=8)])
    found = change(tmp_path, longer, w)
    assert found.relation.value == "resized"
    assert found.note == "320 x 512 beside 256 x 512; the common part is identical"
    shorter = change(tmp_path, w[:200], w)
    assert (shorter.relation.value, shorter.elements) == ("resized", 200 * 512)
    strange = change(tmp_path, longer, weights(256, 512, seed=9))
    assert strange.relation.value == "unrelated"


@pytest.mark.parametrize(
    ("release", "base", "said"),
    [
        (np.zeros((8, 64)), np.zeros((8, 64)), "identical"),
        (np.zeros((8, 64)), weights(8, 64), "pruned"),
        (weights(8, 64), np.zeros((8, 64)), "undecided"),
        (np.full((8, 64), np.nan), weights(8, 64), "undecided"),
        (np.full((8, 64), np.inf), np.full((8, 64), -np.inf), "undecided"),
        (np.full((8, 64), 3.0), np.full((8, 64), 2.0), "undecided"),
        (np.array([1.5]), np.array([1.5]), "identical"),
        (np.array([1.5]), np.array([2.5]), "undecided"),
        (np.array([[1.0, 2.0]]), np.array([[1.0, -2.0]]), "undecided"),
    ],
)
@formats
@pytest.mark.filterwarnings("error")
def test_hostile_numbers(
    tmp_path: Path, release: Array, base: Array, said: str, dtype: str
) -> None:
    release, base = release.astype(np.float32), base.astype(np.float32)
    assert word(tmp_path, release, base, dtype) == said


@formats
def test_a_few_numbers_that_are_none(tmp_path: Path, dtype: str) -> None:
    w = weights(64, 96)
    other = trained(w, 0.01)
    other[3, 4], other[5, 6] = np.nan, np.inf
    found = change(tmp_path, other, w, dtype, dtype)
    assert found.relation.value == "fine-tuned"
    assert found.note.endswith("2 numbers are infinite or not a number")
    assert found.change == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1e18, 1e30])
def test_numbers_of_any_size(tmp_path: Path, size: float) -> None:
    w = (weights(64, 96) * np.float32(size)).astype(np.float32)
    assert word(tmp_path, trained(w.astype(np.float64), 0.01), w, "F32") == "fine-tuned"
    assert word(tmp_path, w, w, "F32") == "identical"


def test_order_and_scale_are_undone(tmp_path: Path) -> None:
    w = as_stored(weights(64, 96), "F32")
    random = np.random.default_rng(0)
    rows, columns = random.permutation(64), random.permutation(96)
    release = w[rows][:, columns]
    assert word(tmp_path, release, w, "F32") == "unrelated"
    assert word(tmp_path, release, w, "F32", rows=rows) == "unrelated"
    assert word(tmp_path, release, w, "F32", rows=rows, columns=columns) == "identical"
    scale = 2.0 ** random.integers(-2, 3, 96).astype(np.float32)
    scaled = release * scale
    how = {"rows": rows, "columns": columns, "scale": scale}
    assert word(tmp_path, scaled.astype(np.float32), w, "F32", **how) == "identical"
    assert word(tmp_path, np.ascontiguousarray(w.T), w, "F32", turned=True) == "identical"
    turned = {"turned": True, "rows": columns, "columns": rows}
    assert word(tmp_path, np.ascontiguousarray(release.T), w, "F32", **turned) == "identical"


def test_rows_without_a_counterpart_are_left_out(tmp_path: Path) -> None:
    w = as_stored(weights(64, 96), "F32")
    release = np.vstack([w[10:20], weights(5, 96, seed=3), w[:10]])
    rows = np.array([*range(10, 20), *[-1] * 5, *range(10)])
    found = change(tmp_path, release, w, "F32", "F32", rows=rows)
    assert (found.relation.value, found.elements) == ("resized", 20 * 96)


@pytest.mark.extra
@pytest.mark.parametrize("dtype", ["BF16", "F32"])
@pytest.mark.parametrize("kind", ["Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0", "MXFP4", "TQ2_0"])
def test_quantised_by_the_formats_own_library(tmp_path: Path, dtype: str, kind: str) -> None:
    gguf = pytest.importorskip("gguf", reason="writing GGUF needs the format's library")
    from gguf.quants import quantize

    w = as_stored(weights(64, 256), dtype)
    kind_of_tensor = gguf.GGMLQuantizationType[kind]

    def written(name: str, values: Array) -> Checkpoint:
        folder = tmp_path / name
        folder.mkdir()
        writer = gguf.GGUFWriter(str(folder / "model.gguf"), "llama")
        writer.add_tensor(NAME, quantize(values, kind_of_tensor), raw_dtype=kind_of_tensor)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return open_checkpoint(folder)

    with opened(tmp_path / "base", w, dtype) as base:
        for name, values, said in (
            ("same", w, "quantised"),
            ("trained", trained(w, 0.3), "fine-tuned"),
            ("other", weights(64, 256, seed=5), "unrelated"),
        ):
            if kind == "TQ2_0" and name == "trained":
                continue  # three levels hide a change of that size
            with written(name, values) as one:
                numbers = compare(one, one.held[NAME], base, base.held[NAME])
                assert relation_of(numbers).relation.value == said, name
                back = compare(base, base.held[NAME], one, one.held[NAME])
                assert relation_of(back).relation.value == said, name
