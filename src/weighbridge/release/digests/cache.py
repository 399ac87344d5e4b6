"""Digests of earlier readings, kept in the user's cache folder, one file for each release folder.

A kept digest is used only where path, size, moments of the last change to content and to
status, inode and device are all those of the reading. Nobody sets the moment of the status
change back by ordinary means, so an edit of the same size with its time put back is seen. A
file changed within the last seconds is neither kept nor looked up: the clock of a file system
ticks too slowly to tell such an edit from the one before. What cannot be trusted (damaged,
another owner's, writable by others) is no cache at all. Where the system keeps no such moment,
nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from weighbridge.text.user_cache import cache_folder, write_quietly

QUIET_NS = 5_000_000_000
"""How long a file must have lain unchanged before a digest of it is kept or used."""

_FORMAT = 1
_MOST_BYTES = 64 << 20
_HEX = re.compile(r"[0-9a-f]{32,128}")
Status = tuple[int, int, int, int, int]
Kept = tuple[Status, dict[str, str]]


class DigestCache:
    """What is known of one release folder; made by :meth:`open`, written by :meth:`save`."""

    def __init__(self, file: Path | None, root: str, now: Callable[[], int] = time.time_ns) -> None:
        """Keep nothing yet; without a file nothing is ever written."""
        self._file = file
        self._root = root
        self._now = now
        self._kept: dict[str, Kept] = {}
        self._fresh: dict[str, Kept] = {}
        self._changed = False

    @classmethod
    def open(
        cls, root: Path, folder: Path | None = None, now: Callable[[], int] = time.time_ns
    ) -> DigestCache:
        """Return what is known of the folder at ``root``; empty where nothing can be trusted."""
        where = folder or cache_folder()
        name = os.fsencode(root.resolve())
        key = hashlib.sha256(name).hexdigest()
        usable = where is not None and os.name == "posix"
        file = where / f"digests-{key}.json" if where is not None and usable else None
        cache = cls(file, key, now)
        if file is not None:
            cache._kept = _read(file, key)
        return cache

    def get(
        self, path: str, status: os.stat_result, algorithms: Sequence[str]
    ) -> dict[str, str] | None:
        """Return the digests asked for, if this is the file that was read."""
        kept = self._kept.get(path)
        if kept is None or kept[0] != _status(status) or not self._is_quiet(status):
            return None
        if any(name not in kept[1] for name in algorithms):
            return None
        self._fresh[path] = kept
        return {name: kept[1][name] for name in algorithms}

    def put(self, path: str, status: os.stat_result, digests: dict[str, str]) -> None:
        """Keep the digests of a file, unless it was changed a moment ago."""
        if self._is_quiet(status):
            self._fresh[path] = (_status(status), dict(digests))
            self._changed = True

    def save(self) -> None:
        """Write what this run saw, whole or not at all; a cache may always be absent."""
        if self._file is None or not (self._changed or self._fresh.keys() != self._kept.keys()):
            return
        body = json.dumps(
            {"format": _FORMAT, "root": self._root, "files": self._fresh}, sort_keys=True
        )
        write_quietly(self._file, f"{_digest(body)}\n{body}")

    def _is_quiet(self, status: os.stat_result) -> bool:
        return self._now() - max(status.st_mtime_ns, status.st_ctime_ns) > QUIET_NS


def _status(status: os.stat_result) -> Status:
    return (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        status.st_dev,
    )


def _read(file: Path, root: str) -> dict[str, Kept]:
    """Return what a cache file holds; nothing at all where any of it is not as it was written."""
    try:
        with file.open("rb") as stream:
            if not _is_own(os.fstat(stream.fileno())):
                return {}
            head, _, body = stream.read(_MOST_BYTES).decode("utf-8").partition("\n")
        if head != _digest(body):
            return {}
        value = json.loads(body)
        if value["format"] != _FORMAT or value["root"] != root:
            return {}
        return {path: _kept(status, digests) for path, (status, digests) in value["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _is_own(status: os.stat_result) -> bool:
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _kept(status: list[int], digests: dict[str, str]) -> Kept:
    size, mtime, ctime, inode, device = map(int, status)
    if not all(_HEX.fullmatch(each) for each in digests.values()):
        raise ValueError("not a digest")
    return (size, mtime, ctime, inode, device), digests


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
