"""Digests of many files: each byte read once for all algorithms, two files at a time.

``hashlib`` lets go of the interpreter while it works, so two threads keep two cores busy. Each
thread has one buffer of its own, and the system is asked for the next stretch of a file while
this one is digested. The largest files come first, so that no thread is left with one at the end.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Protocol

ALGORITHMS = ("sha256", "sha512", "sha1", "blake2b", "md5")
"""What may be asked for; every Python has these."""

THREADS = 2
_BUFFER = 1 << 19  # small enough to stay in a core's own cache
_AHEAD = 8
_TICK = 0.1
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
CHANGED = "changed while it was read"
NOT_REGULAR = "is not a regular file"

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all, always from the calling thread."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to digest: how it is called, and where it lies."""

    path: str
    file: Path
    size: int


@dataclass(frozen=True, slots=True)
class FileDigests:
    """What came of one file.

    path:    as it was asked for
    size:    bytes that were digested
    digests: hexadecimal digest by algorithm; empty where there is a problem
    problem: why the file has no digest, or ``None``
    known:   the digests are those of an earlier reading of the unchanged file
    """

    path: str
    size: int
    digests: dict[str, str] = field(default_factory=dict)
    problem: str | None = None
    known: bool = False


class Known(Protocol):
    """Digests of earlier readings, by file."""

    def get(
        self, path: str, status: os.stat_result, algorithms: Sequence[str], /
    ) -> dict[str, str] | None:
        """Return the digests of a file that is the one digested before, or ``None``."""

    def put(self, path: str, status: os.stat_result, digests: dict[str, str], /) -> None:
        """Keep the digests of a file that had this status before and after it was read."""


def digest_files(
    wanted: Sequence[Wanted],
    algorithms: Sequence[str] = ("sha256",),
    *,
    known: Known | None = None,
    progress: Progress | None = None,
    threads: int = THREADS,
) -> list[FileDigests]:
    """Return the digests of every file, in the order asked for.

    A file that cannot be read, or that shrinks, grows or changes while it is read, has a problem
    in place of digests. An interruption stops the threads within one buffer and goes on up.
    """
    unknown = [name for name in algorithms if name not in ALGORITHMS]
    if unknown:
        raise ValueError(f"unknown algorithm {unknown[0]}")
    work = _Work(wanted, tuple(algorithms), known)
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="digest")
    try:
        running = {pool.submit(work.run) for _ in range(threads)}
        while running:
            done, running = wait(running, timeout=_TICK)
            for each in done:
                each.result()
            if progress is not None:
                progress(work.done, work.total)
    finally:
        work.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return [work.found[index] for index in range(len(wanted))]


class _Work:
    """The files still to do, shared by the threads."""

    def __init__(
        self, wanted: Sequence[Wanted], algorithms: tuple[str, ...], known: Known | None
    ) -> None:
        self.wanted = wanted
        self.algorithms = algorithms
        self.known = known
        self.total = sum(each.size for each in wanted)
        self.done = 0
        self.found: dict[int, FileDigests] = {}
        self.stop = threading.Event()
        self._lock = threading.Lock()
        self._order = iter(sorted(range(len(wanted)), key=lambda index: -wanted[index].size))

    def run(self) -> None:
        """Digest files until none is left; each thread runs this once."""
        buffer = bytearray(_BUFFER)
        for index in self._next():
            each = self.wanted[index]
            try:
                self.found[index] = self._digest(each, buffer)
            except (OSError, ValueError) as error:
                self.found[index] = FileDigests(each.path, 0, problem=_reason(error))

    def _next(self) -> Iterator[int]:
        while not self.stop.is_set():
            with self._lock:
                index = next(self._order, None)
            if index is None:
                return
            yield index

    def _digest(self, wanted: Wanted, buffer: bytearray) -> FileDigests:
        # Not blocking, not through a link: what was listed may be something else by now.
        with FileIO(os.open(wanted.file, _FLAGS), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                return FileDigests(wanted.path, 0, problem=NOT_REGULAR)
            if self.known and (kept := self.known.get(wanted.path, before, self.algorithms)):
                self._count(before.st_size)
                return FileDigests(wanted.path, before.st_size, kept, known=True)
            hashes = {name: hashlib.new(name, usedforsecurity=False) for name in self.algorithms}
            size = 0
            for piece in self._pieces(file, before.st_size, buffer):
                for each in hashes.values():
                    each.update(piece)
                size += len(piece)
            after = os.fstat(file.fileno())
        if size != before.st_size or _moments(before) != _moments(after):
            return FileDigests(wanted.path, 0, problem=CHANGED)
        digests = {name: each.hexdigest() for name, each in hashes.items()}
        if self.known:
            self.known.put(wanted.path, after, digests)
        return FileDigests(wanted.path, size, digests)

    def _pieces(self, file: FileIO, size: int, buffer: bytearray) -> Iterator[memoryview]:
        """Yield the file's bytes; no more than one buffer past the size it had at first."""
        view = memoryview(buffer)
        position = 0
        while position <= size and not self.stop.is_set():
            if position % (_AHEAD * _BUFFER) == 0:
                _ask_ahead(file.fileno(), position)
            count = file.readinto(view)
            if not count:
                return
            position += count
            yield view[:count]
            self._count(count)

    def _count(self, count: int) -> None:
        with self._lock:
            self.done += count


def _ask_ahead(handle: int, position: int) -> None:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, position, 2 * _AHEAD * _BUFFER, os.POSIX_FADV_WILLNEED)


def _moments(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _reason(error: OSError | ValueError) -> str:
    words = getattr(error, "strerror", None) or "not a usable path"
    return f"cannot be read: {words[:1].lower()}{words[1:]}"
