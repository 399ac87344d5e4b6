"""A Hub that is no network at all: what is asked of it is written down and answered from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from weighbridge.release.hub import Fetched, HubFile, HubName
from weighbridge.release.hub_folder import HubFolder

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """Files in memory; ``sizes`` makes a file longer than what is held of it."""

    contents: Mapping[str, bytes]
    name: HubName = field(default_factory=lambda: HubName("org/name"))
    fetched: dict[str, Fetched] = field(default_factory=dict)
    total: int = 0
    asked: list[tuple[str, int, int | None]] = field(default_factory=list)

    def fetch(self, commit: str, path: str, length: int, offset: int | None = None) -> bytes:
        assert commit == COMMIT
        self.asked.append((path, length, offset))
        told = self.fetched.setdefault(path, Fetched())
        told.bytes += length
        told.requests += 1
        self.total += length
        start = offset or 0
        return self.contents[path][start : start + length].ljust(length, b"\0")


def folder_of(
    contents: Mapping[str, bytes], sizes: Mapping[str, int] | None = None, *, lfs: bool = True
) -> tuple[HubFolder, FakeHub]:
    """Return a folder of these files, and the Hub it asks."""
    hub = FakeHub(contents)
    files = {}
    for path, data in contents.items():
        size = (sizes or {}).get(path, len(data))
        blob = hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()
        large = lfs and not path.endswith((".md", ".json", ".txt"))
        sha256 = hashlib.sha256(data).hexdigest() if large else None
        files[path] = HubFile(path, size, blob, sha256)
    return HubFolder(hub, COMMIT, files, ()), hub  # type: ignore[arg-type]
