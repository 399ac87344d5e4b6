from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.cli.runs import environment

from weighbridge.release.digests import FileDigests, Wanted, digest_files, hashing

MEBI = 1 << 20


def wanted(*files: Path) -> list[Wanted]:
    return [Wanted(file.name, file, file.stat().st_size) for file in files]


def test_every_algorithm_in_one_pass_says_what_hashlib_says(tmp_path: Path) -> None:
    contents = {"empty": b"", "one": b"x", "edge": b"ab" * (MEBI // 2), "over": b"q" * (MEBI + 1)}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    files = wanted(*(tmp_path / name for name in contents))
    found = digest_files(files, hashing.ALGORITHMS)
    assert [each.path for each in found] == list(contents)
    for each in found:
        data = contents[each.path]
        assert each.size == len(data)
        assert each.digests == {
            name: hashlib.new(name, data).hexdigest() for name in hashing.ALGORITHMS
        }


def test_an_unknown_algorithm_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown algorithm crc32"):
        digest_files([Wanted("x", tmp_path / "absent", 1)], ("sha256", "crc32"))


def test_what_cannot_be_read_has_a_problem_and_the_rest_a_digest(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(b"good")
    (tmp_path / "link").symlink_to("good")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    names = ("absent", "link", "folder", "pipe", "good", "nul\0byte")
    found = digest_files([Wanted(name, tmp_path / name, 4) for name in names])
    problems = {each.path: each.problem for each in found}
    assert problems["absent"] == "cannot be read: no such file or directory"
    assert problems["link"] == "cannot be read: too many levels of symbolic links"
    assert problems["folder"] in (hashing.NOT_REGULAR, "cannot be read: is a directory")
    assert problems["pipe"] == hashing.NOT_REGULAR
    assert problems["nul\0byte"] == "cannot be read: not a usable path"
    assert found[4] == FileDigests("good", 4, {"sha256": hashlib.sha256(b"good").hexdigest()})


@pytest.mark.parametrize("change", ["shrinks", "grows", "is rewritten"])
def test_a_file_that_changes_while_it_is_read_is_told(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "model"
    file.write_bytes(bytes(12 * MEBI))
    os.utime(file, (1e9, 1e9))
    ahead = hashing._ask_ahead

    def meddle(handle: int, position: int) -> None:
        ahead(handle, position)
        if position:
            with file.open("r+b") as stream:
                if change == "shrinks":
                    stream.truncate(5 * MEBI)
                elif change == "grows":
                    stream.truncate(40 * MEBI)
                else:
                    stream.write(b"\x01")

    monkeypatch.setattr(hashing, "_ask_ahead", meddle)
    (found,) = digest_files(wanted(file))
    assert (found.problem, found.digests) == (hashing.CHANGED, {})


def test_progress_is_told_from_the_calling_thread_and_ends_at_the_whole(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(bytes(3 * MEBI))
    told: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        threads.add(threading.get_ident())

    digest_files(wanted(*(tmp_path / name for name in "abc")), progress=progress)
    assert told[-1] == (9 * MEBI, 9 * MEBI)
    assert told == sorted(told)
    assert threads == {threading.get_ident()}


def test_whatever_stops_the_caller_stops_the_threads(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(64 << 30)

    def interrupt(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        digest_files(wanted(file), progress=interrupt)
    assert not [each for each in threading.enumerate() if each.name.startswith("digest")]


def test_an_interruption_ends_the_command_at_once_with_its_own_status(tmp_path: Path) -> None:
    with (tmp_path / "large.bin").open("wb") as stream:
        stream.truncate(64 << 30)
    running = subprocess.Popen(
        [sys.executable, "-m", "weighbridge.cli", "digest", str(tmp_path)],
        env=environment(XDG_CACHE_HOME=str(tmp_path / "cache")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A job in the background of a shell is told to ignore interruptions, and so are its own.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(1.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (130, b"", b"")


def test_no_file_at_all_is_no_work() -> None:
    assert digest_files([]) == []
