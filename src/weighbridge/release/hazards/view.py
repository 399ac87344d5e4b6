"""A stretch of bytes that a scanner looks at: a file mapped into memory, or something inside it."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Buffer = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class View:
    """Bytes with a name.

    data:   the bytes; slices of them are copies, so take small ones
    path:   the file they lie in, relative to what is scanned
    member: the part of the file, ``outer.zip!inner.pkl`` where parts lie within parts
    start:  where the part begins in ``data``; offsets of findings count from there
    end:    where it ends
    depth:  how many containers lie around it
    """

    data: Buffer
    path: str
    member: str = ""
    start: int = 0
    end: int = 0
    depth: int = 0

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.end - self.start

    def head(self, count: int) -> bytes:
        """Return the first bytes, fewer where there are not so many."""
        return self.data[self.start : min(self.start + count, self.end)]

    def within(self, name: str, data: Buffer, start: int = 0, end: int | None = None) -> View:
        """Return the view of something that lies inside this one."""
        member = f"{self.member}!{name}" if self.member else name
        stop = len(data) if end is None else end
        return View(data, self.path, member, start, stop, self.depth + 1)


@contextmanager
def view_of(path: Path, shown: str) -> Iterator[View]:
    """Map a file into memory for reading. Raises ``OSError`` where it cannot be opened."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            yield View(b"", shown)
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield View(data, shown, "", 0, len(data))
