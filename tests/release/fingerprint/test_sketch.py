"""Bits that tell the angle between samples."""

from __future__ import annotations

import math

import pytest

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from weighbridge.release.fingerprint.sketch import (  # noqa: E402
    BITS,
    chosen,
    code_of,
    count_of,
    evened,
    packed,
    sums_of,
)


def bits(sample: np.ndarray, seed: int = 1) -> np.ndarray:
    rows, columns = (np.arange(size) for size in sample.shape)
    found = packed(sums_of(sample, rows, columns, seed))
    assert len(found) == BITS // 8
    return np.unpackbits(np.frombuffer(found, np.uint8))


def normal(seed: int, *sizes: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(sizes).astype(np.float32)


@pytest.mark.parametrize("sizes", [(20, 40), (192, 192)])
@pytest.mark.parametrize("cosine", [1.0, 0.95, 0.7, 0.3, 0.0, -1.0])
def test_the_share_of_bits_that_differ_tells_the_angle(
    sizes: tuple[int, int], cosine: float
) -> None:
    shares = []
    for seed in range(12):
        one, other = normal(seed, *sizes), normal(seed + 100, *sizes)
        mixture = (cosine * one + math.sqrt(1 - cosine**2) * other).astype(np.float32)
        shares.append((bits(one, seed) != bits(mixture, seed)).mean())
    assert np.mean(shares) == pytest.approx(math.acos(cosine) / math.pi, abs=0.03)


def test_a_few_more_rows_are_sampled_nearly_alike() -> None:
    few, more = set(chosen(32_000).tolist()), set(chosen(32_064).tolist())
    assert len(few) == len(more) == 192
    assert len(few & more) >= 188
    assert chosen(100).tolist() == list(range(100))
    assert max(chosen(1 << 40)) < 1 << 20


def test_means_and_scales_of_rows_and_columns_do_not_count() -> None:
    sample = normal(3, 60, 80)
    moved = sample * np.linspace(0.1, 9, 60)[:, None] + np.linspace(-2, 2, 80)
    assert (bits(evened(sample)) != bits(evened(moved.astype(np.float32)))).mean() < 0.1


def test_numbers_that_are_none_count_as_zero() -> None:
    sample = normal(3, 60, 80)
    sample[0, 0], sample[1, 1] = np.nan, np.inf
    assert np.isfinite(evened(sample)).all()
    assert not evened(np.zeros((9, 9), np.float32)).any()


def test_how_many_numbers_there_are_is_kept_roughly() -> None:
    for count in (64, 1000, 36_864, 10_000_000):
        code = np.array([code_of(count)], np.uint8)
        assert count_of(code)[0] == pytest.approx(count, rel=0.06)
    assert code_of(0) == 0
