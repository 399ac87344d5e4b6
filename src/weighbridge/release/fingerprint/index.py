"""Many fingerprints in one file: a head of 64 bytes, then records of one size, nothing else.

A record is written whole or not at all; a torn one at the end, left by a machine that stopped, is
not read and is cut off by the next that adds. Each carries a digest of itself.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from weighbridge.release.fingerprint.take import LANE_BYTES, LANES, Fingerprint
from weighbridge.release.folder import shown_name
from weighbridge.text.errors import InputError

RECORD = 512
"""Bytes of a record."""

LONGEST_NAME = 128
"""Bytes of a name at most."""

_HEAD = b"weighbridge fingerprints 1\n".ljust(64, b"\0")
_LANES = len(LANES) * LANE_BYTES
_CODES = 16
_DIGEST = 8
_MOST_RECORDS = 1 << 22
_NAME_AT = RECORD - LONGEST_NAME
_FORM = struct.Struct(f"<{_LANES}s{_CODES}sQ{_DIGEST}s{LONGEST_NAME}s")

_AT_ONCE = 1 << 11

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One release of an index.

    name:       what it was added as
    parameters: how many numbers were counted; 0 where that was not told
    """

    name: str
    parameters: int
    fingerprint: Fingerprint


class Index:
    """An index open for reading, as long as it was when it was opened. Use it as a context."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises :class:`InputError` where the file is none or too large."""
        self.path = path
        self._file = _opened(path, os.O_RDONLY)
        try:
            with _told(path):
                head = os.pread(self._file, len(_HEAD), 0)
            _check_head(head, shown_name(str(path)))
            self._count = _counted(self._file, path)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def __len__(self) -> int:
        return self._count

    def blocks(self) -> Iterator[tuple[int, Bytes]]:
        """Yield records, one a row, some at a time, with the place of the first.

        The rows are overwritten by the next.
        """
        buffer = np.empty((_AT_ONCE, RECORD), np.uint8)
        for first in range(0, self._count, _AT_ONCE):
            rows = buffer[: min(_AT_ONCE, self._count - first)]
            self._fill(rows.reshape(-1), len(_HEAD) + first * RECORD)
            yield first, rows

    def records(self, which: Iterable[int]) -> Bytes:
        """Return some records, one a row."""
        places = list(which)
        rows = np.empty((len(places), RECORD), np.uint8)
        for row, at in zip(rows, places, strict=True):
            self._fill(row, len(_HEAD) + at * RECORD)
        return rows

    def entry(self, at: int) -> Entry:
        """Return one entry. Raises :class:`InputError` where its record is damaged."""
        raw = self.records([at]).tobytes()
        lanes, codes, parameters, digest, name = _FORM.unpack(raw)
        text = name.rstrip(b"\0").decode("utf-8", "replace")
        if digest != _digest(raw) or not text:
            raise InputError(
                f"record {at + 1:,} of the index `{shown_name(str(self.path))}` is damaged",
                help="make the index anew from the releases",
            )
        cut = tuple(lanes[at : at + LANE_BYTES] for at in range(0, _LANES, LANE_BYTES))
        return Entry(text, parameters, Fingerprint(cut, codes[: len(LANES)]))

    def names(self) -> list[str]:
        """Return the names, in the order in which they were added."""
        found: list[str] = []
        for _, rows in self.blocks():
            raw = rows[:, _NAME_AT:].tobytes()
            cut = (raw[at : at + LONGEST_NAME] for at in range(0, len(raw), LONGEST_NAME))
            found.extend(name.rstrip(b"\0").decode("utf-8", "replace") for name in cut)
        return found

    def _fill(self, buffer: Bytes, offset: int) -> None:
        view, done = buffer.data, 0
        while done < len(buffer):
            with _told(self.path):
                read = os.preadv(self._file, [view[done:]], offset + done)
            if not read:
                raise InputError(
                    f"the index `{shown_name(str(self.path))}` became shorter while it was read",
                    help="try again",
                )
            done += read


def lanes_of(records: Bytes) -> Words:
    """Return the lanes of records, as words of 64 bits."""
    return records.view(np.uint64)[:, : _LANES // 8]


def codes_of(records: Bytes) -> Bytes:
    """Return the codes of records, a column for each lane."""
    return records[:, _LANES : _LANES + len(LANES)]


def _counted(file: int, path: Path) -> int:
    """Return how many whole records a file holds."""
    count = (os.fstat(file).st_size - len(_HEAD)) // RECORD
    if count > _MOST_RECORDS:
        shown = shown_name(str(path))
        raise InputError(
            f"the index `{shown}` claims {count:,} releases, more than the {_MOST_RECORDS:,}"
            " that are read",
            help="divide it into several",
        )
    return count


class Adding:
    """An index open to be added to; no one else adds meanwhile. Use it as a context.

    Raises :class:`InputError` where the file is no index or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        """Open it, or begin it."""
        self.path = path
        self._file = _opened(path, os.O_RDWR | os.O_CREAT)
        try:
            self._lock()
            self._names = self._begin()
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Adding:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with _told(self.path):
                os.fsync(self._file)
        finally:
            os.close(self._file)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, entry: Entry) -> bool:
        """Add a release; return ``False`` where it is there already.

        Raises :class:`InputError` where its name stands for another fingerprint, or is too long.
        """
        name = entry.name.encode("utf-8", "replace")
        if not 0 < len(name) <= LONGEST_NAME or b"\0" in name:
            raise InputError(
                f"`{shown_name(entry.name[:80])}` is no name for an index",
                help=f"a name has 1 to {LONGEST_NAME} bytes; give another with --name",
            )
        record = _record(entry, name)
        at = self._names.get(entry.name)
        if at is not None:
            if os.pread(self._file, RECORD, len(_HEAD) + at * RECORD) == record:
                return False
            raise InputError(
                f"`{shown_name(entry.name)}` is in the index with another fingerprint",
                help="give another name with --name",
            )
        with _told(self.path):
            end = len(_HEAD) + len(self._names) * RECORD
            os.pwrite(self._file, record, end)
        self._names[entry.name] = len(self._names)
        return True

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            shown = shown_name(str(self.path))
            raise InputError(
                f"the index `{shown}` is being added to", help="wait until that has ended"
            ) from error

    def _begin(self) -> dict[str, int]:
        """Write the head of a new index, or cut off a torn record; return the names."""
        with _told(self.path):
            head = os.pread(self._file, len(_HEAD), 0)
            if len(head) < len(_HEAD) and _HEAD.startswith(head):  # new, or torn as it was begun
                os.pwrite(self._file, _HEAD, 0)
                return {}
            _check_head(head, shown_name(str(self.path)))
            with Index(self.path) as index:
                listed = index.names()
            while listed and not listed[-1]:
                listed.pop()  # a machine that stopped had made room and not written
            os.ftruncate(self._file, len(_HEAD) + len(listed) * RECORD)
        names = {name: at for at, name in enumerate(listed)}
        if len(names) != len(listed):
            shown = shown_name(str(self.path))
            raise InputError(
                f"a name stands twice in the index `{shown}`",
                help="make the index anew from the releases",
            )
        return names


def _opened(path: Path, how: int) -> int:
    """Return a file open for use; never wait for the other end of a pipe."""
    with _told(path):
        file = os.open(path, how | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
    raise InputError(f"`{shown_name(str(path))}` is not a file", help="an index is a file")


def _check_head(head: bytes, shown: str) -> None:
    if head == _HEAD:
        return
    if _HEAD.startswith(head) and head:
        raise InputError(f"the index `{shown}` is cut off", help="begin it again with --add")
    if head.startswith(_HEAD[:25]):
        raise InputError(f"`{shown}` is an index of another version", help="make the index anew")
    raise InputError(
        f"`{shown}` is no index of fingerprints", help="name a new file to begin one with --add"
    )


def _record(entry: Entry, name: bytes) -> bytes:
    lanes, codes = b"".join(entry.fingerprint.lanes), entry.fingerprint.codes
    blank = _FORM.pack(lanes, codes, entry.parameters, bytes(_DIGEST), name)
    return _FORM.pack(lanes, codes, entry.parameters, _digest(blank), name)


def _digest(record: bytes) -> bytes:
    at = _NAME_AT - _DIGEST
    return sha256(record[:at] + record[_NAME_AT:]).digest()[:_DIGEST]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say an error of writing as one of ours."""
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or "unknown error").lower()
    shown = shown_name(str(path))
    if isinstance(error, FileNotFoundError):
        if not os.path.lexists(path.parent):
            return InputError(f"the folder of the index `{shown}` does not exist", help="make it")
        return InputError(f"there is no index `{shown}`", help="begin one with --add")
    with suppress(OSError):
        if path.is_dir():
            return InputError(f"`{shown}` is a folder", help="an index is a file")
    return InputError(f"the index `{shown}` cannot be used: {reason}", help="name another file")
