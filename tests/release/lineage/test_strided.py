"""Numbers that do not follow one another in a file, read without what lies far between them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.formats.building import dictionary, group, name_of, number, pickled, text, zipped
from tests.release.lineage.writing import stored

from weighbridge.release.lineage import checkpoint, strided
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.strided import gathered, places_of


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is read of the file, in bytes, with bounds that a small file reaches."""
    sizes: list[int] = []
    real = checkpoint.Checkpoint.read

    def read(self: checkpoint.Checkpoint, file: str, offset: int, size: int) -> object:
        sizes.append(size)
        return real(self, file, offset, size)

    monkeypatch.setattr(checkpoint.Checkpoint, "read", read)
    monkeypatch.setattr(strided, "_AT_ONCE", 512)
    monkeypatch.setattr(strided, "_NEAR", 16)
    monkeypatch.setattr(checkpoint, "STRIPE", 400)
    return sizes


def turned(folder: Path, numbers: np.ndarray) -> Path:
    """Write a matrix of a PyTorch file whose columns lie together."""
    rows, columns = numbers.shape
    place = group(
        text("storage"),
        name_of("torch", "FloatStorage"),
        text("0"),
        text("cpu"),
        number(rows * columns),
    )
    shape, steps = group(number(rows), number(columns)), group(number(1), number(rows))
    hooks = name_of("collections", "OrderedDict") + b")R"
    arguments = group(place + b"Q", number(0), shape, steps, b"\x89", hooks)
    tensor = name_of("torch._utils", "_rebuild_tensor_v2") + arguments + b"R"
    (folder / "pytorch_model.bin").write_bytes(
        zipped(
            {
                "archive/data.pkl": pickled(dictionary({"w": tensor})),
                "archive/version": b"3\n",
                "archive/data/0": stored(np.ascontiguousarray(numbers.T), "F32"),
            }
        )
    )
    return folder


def test_a_turned_matrix_is_read_a_stripe_after_the_other(tmp_path: Path, reads: list[int]) -> None:
    numbers = np.arange(100 * 40, dtype=np.float32).reshape(100, 40)
    with open_checkpoint(turned(tmp_path, numbers)) as opened:
        held = opened.held["w"]
        found = [opened.numbers(held, begin, begin + 50) for begin in range(0, 4000, 50)]
        assert np.array_equal(np.concatenate(found), numbers.reshape(-1))
        assert max(reads) <= 512
        assert sum(reads) == numbers.nbytes  # each number once
        reads.clear()
        assert np.array_equal(opened.rows(held, np.array([7, 90, 3])), numbers[[7, 90, 3]])
        assert sum(reads) <= numbers.nbytes


def test_a_row_longer_than_a_stripe_is_read_by_its_pieces(tmp_path: Path, reads: list[int]) -> None:
    numbers = np.arange(3 * 500, dtype=np.float32).reshape(3, 500)
    with open_checkpoint(turned(tmp_path, numbers)) as opened:
        found = opened.numbers(opened.held["w"], 450, 550)
    assert np.array_equal(found, numbers.reshape(-1)[450:550])
    assert max(reads) <= 512


def test_places_far_apart_are_read_apart() -> None:
    asked: list[tuple[int, int]] = []
    data = np.arange(1 << 20, dtype=np.uint8)

    def read(offset: int, size: int) -> np.ndarray:
        asked.append((offset, size))
        return data[offset : offset + size]

    places = places_of((4, 2), (100_000, 1), np.array([5, 0, 1]))
    assert places.tolist() == [200_001, 0, 1]
    found = gathered(read, places, 2)
    assert found.tolist() == [(400_002) % 256, (400_003) % 256, 0, 1, 2, 3]
    assert asked == [(0, 4), (400_002, 2)]
    assert len(gathered(read, places[:0], 2)) == 0
