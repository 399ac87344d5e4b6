"""The file of many fingerprints: what is added stays, what is none is refused in one line."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from weighbridge.release.fingerprint.index import (  # noqa: E402
    LONGEST_NAME,
    RECORD,
    Adding,
    Entry,
    Index,
)
from weighbridge.release.fingerprint.search import search  # noqa: E402
from weighbridge.release.fingerprint.take import LANE_BYTES, LANES, Fingerprint  # noqa: E402
from weighbridge.text.errors import InputError  # noqa: E402


def random_print(seed: int) -> Fingerprint:
    generator = np.random.default_rng(seed)
    return Fingerprint(tuple(generator.bytes(LANE_BYTES) for _ in LANES), bytes([110] * len(LANES)))


def filled(path: Path, count: int) -> Path:
    with Adding(path) as adding:
        for at in range(count):
            assert adding.add(Entry(f"org/model-{at}", 10 * at, random_print(at)))
    return path


def refused(path: Path, *, add: bool = False) -> str:
    with pytest.raises(InputError) as caught, Adding(path) if add else Index(path) as opened:
        if isinstance(opened, Index):
            search(opened, random_print(0))
    return str(caught.value).replace(str(path), "INDEX")


def test_what_is_added_is_there(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 5)
    assert path.stat().st_size == 64 + 5 * RECORD
    with Index(path) as index:
        assert len(index) == 5
        assert index.names() == [f"org/model-{at}" for at in range(5)]
        assert index.entry(3) == Entry("org/model-3", 30, random_print(3))
        (found,) = search(index, random_print(3))
        assert found.name == "org/model-3"
        assert found.alike == 1.0


def test_adding_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 3)
    before = path.read_bytes()
    with Adding(path) as adding:
        assert "org/model-1" in adding
        assert not adding.add(Entry("org/model-1", 10, random_print(1)))
        assert adding.add(Entry("ünï", 0, random_print(9)))
    assert path.read_bytes()[: len(before)] == before
    with Index(path) as index:
        assert index.entry(3).name == "ünï"


def test_the_same_in_the_same_order_is_the_same_file(tmp_path: Path) -> None:
    assert filled(tmp_path / "a", 4).read_bytes() == filled(tmp_path / "b", 4).read_bytes()


def test_a_torn_record_is_not_read_and_is_cut_off(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 2)
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(2 * RECORD) + whole[64:300])
    with Index(path) as index:
        assert len(index) == 4
        assert [each.name for each in search(index, random_print(1))] == ["org/model-1"]
    with Adding(path) as adding:
        adding.add(Entry("next", 0, random_print(7)))
    assert path.read_bytes()[: len(whole)] == whole
    assert path.stat().st_size == 64 + 3 * RECORD


def test_a_name_stands_for_one_fingerprint(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 2)
    with Adding(path) as adding, pytest.raises(InputError) as caught:
        adding.add(Entry("org/model-1", 10, random_print(5)))
    assert str(caught.value) == (
        "`org/model-1` is in the index with another fingerprint\n"
        "  help: give another name with --name"
    )


@pytest.mark.parametrize("name", ["", "a" * (LONGEST_NAME + 1), "a\0b"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with Adding(tmp_path / "index") as adding, pytest.raises(InputError) as caught:
        adding.add(Entry(name, 0, random_print(0)))
    assert "is no name for an index\n  help: a name has 1 to 128 bytes" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"a", b"\0" * 5000, b"GGUF" * 100])
@pytest.mark.parametrize("add", [False, True])
def test_a_file_that_is_no_index(tmp_path: Path, content: bytes, add: bool) -> None:
    path = tmp_path / "index"
    path.write_bytes(content)
    if add and not content:
        return  # an empty file is begun
    assert refused(path, add=add) == (
        "`INDEX` is no index of fingerprints\n  help: name a new file to begin one with --add"
    )
    assert path.read_bytes() == content


def test_an_index_of_another_version(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 1)
    path.write_bytes(path.read_bytes().replace(b"fingerprints 1", b"fingerprints 2", 1))
    expected = "`INDEX` is an index of another version\n  help: make the index anew"
    assert refused(path) == refused(path, add=True) == expected


def test_an_absent_index(tmp_path: Path) -> None:
    expected = "there is no index `INDEX`\n  help: begin one with --add"
    assert refused(tmp_path / "index") == expected


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path, add=True) == "`INDEX` is a folder\n  help: an index is a file"


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index")
    for add in (False, True):
        expected = "`INDEX` is not a file\n  help: an index is a file"
        assert refused(tmp_path / "index", add=add) == expected


def test_an_index_that_claims_too_much(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 1)
    os.truncate(path, 64 + RECORD * ((1 << 22) + 1))
    assert refused(path) == (
        "the index `INDEX` claims 4,194,305 releases, more than the 4,194,304 that are read\n"
        "  help: divide it into several"
    )


def test_a_damaged_record_is_found_where_it_would_be_named(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 3)
    raw = bytearray(path.read_bytes())
    raw[64 + RECORD - 100] ^= 1  # in the name of the first
    path.write_bytes(bytes(raw))
    assert refused(path) == (
        "record 1 of the index `INDEX` is damaged\n  help: make the index anew from the releases"
    )
    with Index(path) as index:
        assert search(index, random_print(2))[0].name == "org/model-2"


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 1)
    path.write_bytes(path.read_bytes() + path.read_bytes()[64:])
    assert refused(path, add=True) == (
        "a name stands twice in the index `INDEX`\n  help: make the index anew from the releases"
    )


def test_two_do_not_add_at_once(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", 1)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refused(path, add=True) == (
            "the index `INDEX` is being added to\n  help: wait until that has ended"
        )


def test_random_bytes_never_break_a_search(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    path = filled(tmp_path / "index", 20)
    whole = path.read_bytes()
    for _ in range(30):
        raw = bytearray(whole)
        for at in generator.integers(64, len(raw), 40):
            raw[at] = int(generator.integers(256))
        path.write_bytes(bytes(raw[: generator.integers(64, len(raw))]))
        with Index(path) as index:
            try:
                search(index, random_print(3))
            except InputError as error:
                assert "is damaged" in str(error)
