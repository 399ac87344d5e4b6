from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from weighbridge.release.digests import FileDigests, Wanted, digest_files
from weighbridge.release.digests.cache import QUIET_NS, DigestCache
from weighbridge.text.user_cache import cache_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kept only where ctime is one")


def later(seconds: float = 60) -> Callable[[], int]:
    """A clock by which every file of the test has lain still for long."""
    return lambda: time.time_ns() + int(seconds * 1e9)


class Place:
    """A release with one file, and a cache beside it."""

    def __init__(self, top: Path) -> None:
        self.root = top / "release"
        self.folder = top / "cache"
        self.file = self.root / "model.bin"
        self.root.mkdir()
        self.file.write_bytes(b"one")

    def read(self, now: Callable[[], int] | None = None) -> FileDigests:
        cache = DigestCache.open(self.root, self.folder, now or later())
        wanted = [Wanted("model.bin", self.file, self.file.stat().st_size)]
        (found,) = digest_files(wanted, known=cache)
        cache.save()
        return found

    @property
    def kept(self) -> Path:
        (file,) = self.folder.iterdir()
        return file


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_an_unchanged_file_is_read_once(place: Place) -> None:
    first, second = place.read(), place.read()
    assert (first.known, second.known) == (False, True)
    assert first.digests == second.digests


def test_an_edit_of_the_same_size_with_its_time_put_back_is_seen(place: Place) -> None:
    before = place.file.stat()
    first = place.read()
    with place.file.open("r+b") as file:
        file.write(b"two")
    os.utime(place.file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = place.file.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    second = place.read()
    assert not second.known
    assert second.digests != first.digests


def test_another_file_put_in_its_place_is_seen(place: Place) -> None:
    place.read()
    other = place.root / "other"
    other.write_bytes(b"two")
    status = place.file.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(place.file)
    assert not place.read().known


def test_a_file_changed_a_moment_ago_is_neither_kept_nor_looked_up(place: Place) -> None:
    place.read(time.time_ns)
    assert not place.folder.exists()
    place.read()
    assert place.kept.is_file()
    assert not place.read(time.time_ns).known
    just = place.file.stat().st_ctime_ns + QUIET_NS
    place.read()
    assert not place.read(lambda: just).known


def test_a_file_from_the_future_is_not_kept(place: Place) -> None:
    ahead = time.time() + 1e6
    os.utime(place.file, (ahead, ahead))
    place.read()
    assert not place.read().known


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b'"sha256"', b'"sha512"'),
        lambda data: b"\xff\xfe" + data,
        lambda data: data.partition(b"\n")[2],
    ],
)
def test_a_damaged_cache_is_ignored_and_written_again(
    damage: Callable[[bytes], bytes], place: Place
) -> None:
    place.read()
    place.kept.write_bytes(damage(place.kept.read_bytes()))
    assert not place.read().known
    assert place.read().known


@pytest.mark.parametrize("value", [[], {}, {"format": 1, "root": "x", "files": []}, "x", None])
def test_a_well_formed_cache_of_another_shape_is_ignored(value: object, place: Place) -> None:
    from weighbridge.release.digests.cache import _digest

    place.read()
    body = json.dumps(value)
    place.kept.write_text(f"{_digest(body)}\n{body}")
    assert not place.read().known


def test_a_digest_in_the_cache_that_is_none_is_ignored(place: Place) -> None:
    from weighbridge.release.digests.cache import _digest

    place.read()
    value = json.loads(place.kept.read_text().partition("\n")[2])
    value["files"]["model.bin"][1]["sha256"] = "evil"
    body = json.dumps(value)
    place.kept.write_text(f"{_digest(body)}\n{body}")
    assert not place.read().known


def test_a_cache_that_others_may_write_is_ignored(place: Place) -> None:
    place.read()
    place.kept.chmod(0o666)
    assert not place.read().known


def test_the_cache_of_one_folder_says_nothing_of_another(place: Place, tmp_path: Path) -> None:
    place.read()
    place.root.rename(tmp_path / "moved")
    place.root = tmp_path / "moved"
    place.file = place.root / "model.bin"
    assert not place.read().known


def test_a_cache_that_cannot_be_written_does_no_harm(place: Place) -> None:
    place.folder.write_text("a file where the folder should be")
    assert place.read().digests
    assert place.read().digests


def test_the_cache_lies_in_the_users_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "weighbridge"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() is None
