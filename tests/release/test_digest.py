from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.release.building import TINY, pointer, write_safetensors

from weighbridge.release import digest as digests
from weighbridge.release.folder import Folder


def digest(path: Path) -> str:
    return digests.release_digest(Folder.open(path))


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "release"
    write_safetensors(path / "model.safetensors", TINY)
    (path / "README.md").write_text("# A model\n")
    return path


def test_a_small_release_is_digested_whole(release: Path) -> None:
    before = digest(release)
    assert before.startswith("sha256:")
    assert len(before) == len("sha256:") + 64
    data = bytearray((release / "model.safetensors").read_bytes())
    data[len(data) // 2] ^= 1
    (release / "model.safetensors").write_bytes(data)
    assert digest(release) != before


def test_name_place_and_our_own_files_do_not_matter(release: Path, tmp_path: Path) -> None:
    before = digest(release)
    other = tmp_path / "elsewhere" / "renamed"
    shutil.copytree(release, other)
    (other / "weighbridge.toml").write_text("format = 1\n")
    (other / ".weighbridge").mkdir()
    (other / ".weighbridge" / "evidence.json").write_text("{}")
    assert digest(other) == before


def test_moving_bytes_between_files_changes_it(tmp_path: Path) -> None:
    for name, first, second in (("one", "ab", "c"), ("two", "a", "bc")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(first)
        (tmp_path / name / "y").write_text(second)
    assert digest(tmp_path / "one") != digest(tmp_path / "two")


def test_renaming_a_file_changes_it(release: Path) -> None:
    before = digest(release)
    (release / "README.md").rename(release / "CARD.md")
    assert digest(release) != before


def large(release: Path, size: int = 80 << 20) -> Path:
    big = release / "big.safetensors"
    with big.open("wb") as file:
        file.truncate(size)
    return big


def change(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\x01")


def test_a_large_release_is_sampled_and_says_so(release: Path) -> None:
    big = large(release)
    before = digest(release)
    assert before.startswith("sha256-sampled:")
    for offset in (0, big.stat().st_size - 1):
        change(big, offset)
        after = digest(release)
        assert after != before
        before = after


def test_a_sampled_digest_covers_sizes_small_files_and_pointers(release: Path) -> None:
    big = large(release)
    (release / "shard.safetensors").write_text(pointer(10, "a" * 64))
    before = digest(release)
    (release / "shard.safetensors").write_text(pointer(10, "b" * 64))
    changed_pointer = digest(release)
    (release / "README.md").write_text("# A motel\n")
    changed_text = digest(release)
    with big.open("r+b") as file:
        file.truncate((80 << 20) + 1)
    assert len({before, changed_pointer, changed_text, digest(release)}) == 4


def test_a_sampled_digest_covers_a_long_header(release: Path) -> None:
    big = large(release)
    header = b"{" + b" " * (3 << 20) + b"}"
    with big.open("r+b") as file:
        file.write(len(header).to_bytes(8, "little") + header)
    before = digest(release)
    change(big, 2 << 20)
    assert digest(release) != before


def test_what_lies_between_the_samples_goes_unseen_as_documented(release: Path) -> None:
    big = large(release)
    before = digest(release)
    change(big, digests.BLOCK + 1)
    assert digest(release) == before
    assert "goes" in str(digests.__doc__)
