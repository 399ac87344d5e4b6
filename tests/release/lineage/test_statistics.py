"""Sums over tensors are those of plain arithmetic, however the blocks fall."""

from __future__ import annotations

from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="comparing weights needs NumPy")

from tests.release.lineage.matrices import (  # noqa: E402
    NAME,
    Array,
    as_stored,
    opened,
    trained,
    weights,
)

from weighbridge.release.lineage import sides  # noqa: E402
from weighbridge.release.lineage.engine import NumpyEngine  # noqa: E402
from weighbridge.release.lineage.statistics import Numbers, compare  # noqa: E402
from weighbridge.text.errors import ParseError  # noqa: E402

BLOCK = NumpyEngine.block


def compared(where: Path, release: Array, base: Array, r: str, b: str, **how: object) -> Numbers:
    with opened(where / "r", release, r) as one, opened(where / "b", base, b) as two:
        return compare(one, one.held[NAME], two, two.held[NAME], **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 3, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
@pytest.mark.parametrize(
    ("r", "b"), [("BF16", "BF16"), ("F16", "F16"), ("F32", "F32"), ("BF16", "F32"), ("F16", "BF16")]
)
def test_sums_of_all_sizes_and_formats(tmp_path: Path, size: int, r: str, b: str) -> None:
    base = as_stored(weights(1, size), b)
    release = base.copy()
    release[0, ::3] *= np.float32(1.25)
    release[0, 1::7] = 0
    release = as_stored(release, r)
    found = compared(tmp_path, release, base, r, b)
    x, y = release.astype(np.float64).reshape(-1), base.astype(np.float64).reshape(-1)
    assert found.n == size
    assert found.sums.changed == np.count_nonzero(x != y)
    assert found.sums.zeros == np.count_nonzero((x == 0) & (y != 0))
    assert found.bb == pytest.approx(y @ y, rel=1e-5)
    assert found.dd == pytest.approx((x - y) @ (x - y), rel=1e-5)
    assert found.aa == pytest.approx(x @ x, rel=1e-4)
    assert found.ab == pytest.approx(x @ y, rel=1e-4)


def test_a_small_change_is_not_lost_in_large_sums(tmp_path: Path) -> None:
    w = as_stored(weights(512, 1024), "F32")
    other = trained(w, 1e-5)
    found = compared(tmp_path, other, w, "F32", "F32")
    exact = np.linalg.norm(other.astype(np.float64) - w) / np.linalg.norm(w.astype(np.float64))
    assert found.change == pytest.approx(exact, rel=1e-4)


def test_the_same_bytes_and_the_same_values(tmp_path: Path) -> None:
    w = as_stored(weights(8, 64), "BF16")
    same = compared(tmp_path / "1", w, w, "BF16", "BF16")
    assert (same.same_bytes, same.same_values) == (True, True)
    wider = compared(tmp_path / "2", w, w, "F32", "BF16")
    assert (wider.same_bytes, wider.same_values) == (False, True)
    assert compared(tmp_path / "3", w, -w, "BF16", "BF16").cosine == pytest.approx(-1)


@pytest.mark.parametrize("turned", [False, True])
def test_wide_rows_are_taken_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    base = as_stored(weights(3, 1000), "F32")
    whole = np.pad(base, ((0, 0), (0, 50))) + np.float32(0.5)
    other = np.ascontiguousarray(base.T) if turned else base
    wanted = compared(tmp_path / "1", whole, other, "F32", "F32", turned=turned)
    monkeypatch.setattr(sides, "_MOST_HELD", 64)
    found = compared(tmp_path / "2", whole, other, "F32", "F32", turned=turned)
    assert found.n == wanted.n == 3000
    assert found.dd == pytest.approx(wanted.dd) == pytest.approx(750)


def test_a_file_cut_while_it_is_read(tmp_path: Path) -> None:
    w = weights(64, 96)
    with opened(tmp_path / "r", w, "BF16") as one, opened(tmp_path / "b", w, "BF16") as two:
        path = tmp_path / "r" / "model.safetensors"
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(ParseError) as raised:
            compare(one, one.held[NAME], two, two.held[NAME])
    assert "the file ends inside its tensors" in str(raised.value)


def test_the_same_input_gives_the_same_sums(tmp_path: Path) -> None:
    w = weights(300, 500)
    first = compared(tmp_path, trained(w, 0.1), w, "BF16", "BF16")
    second = compared(tmp_path, trained(w, 0.1), w, "BF16", "BF16")
    assert first.sums == second.sums
