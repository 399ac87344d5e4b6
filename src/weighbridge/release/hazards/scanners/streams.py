"""Compressed streams: one thing inside, unpacked with a limit and looked at."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from weighbridge.release.hazards.archives.unpack import (
    Maker,
    Unpacked,
    bzip2,
    gzip_stream,
    unpack,
    xz,
    zlib_stream,
)
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.view import View

_MOST_STREAMS = 1000
_JOBLIB_OLD = re.compile(rb"ZF0x[0-9a-fA-F]{1,16} *")
_JOBLIB_HEADER = 2 + len(hex(2**64))
_TRIED = 4096


@dataclass(frozen=True, slots=True)
class StreamScanner:
    """Unpacks streams that begin with a mark, one after another."""

    name: str
    mark: bytes
    make: Maker

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin with the mark."""
        return view.head(len(self.mark)) == self.mark

    def scan(self, view: View, scan: Scan) -> None:
        """Unpack the streams and look at what each holds."""
        pos, count = view.start, 0
        while pos < view.end and count < _MOST_STREAMS:
            result = unpack(view.data, pos, view.end, self.make, scan.budget)
            count += 1
            _tell(result, view, scan, pos)
            scan.nested(
                view.within("content" if count == 1 else f"content {count}", result.content)
            )
            rest = view.data[result.end : result.end + len(self.mark)]
            if not result.whole or rest != self.mark:
                return
            pos = result.end
        if count >= _MOST_STREAMS:
            scan.not_fully_read(view, "the file holds too many streams", pos - view.start)


def _tell(result: Unpacked, view: View, scan: Scan, pos: int) -> None:
    if result.fault and "memory" in result.fault:
        scan.not_fully_read(view, result.fault, pos - view.start)
    elif result.fault:
        scan.broken(view, result.fault, pos - view.start)
    if result.limit:
        scan.not_fully_read(view, "the stream unpacks to more than is read", pos - view.start)


@dataclass(frozen=True, slots=True)
class ZlibScanner:
    """Unpacks bare zlib streams, as joblib writes them, and its older form with a length before."""

    name: str = "zlib"

    def claims(self, view: View) -> bool:
        """Return whether the first bytes are a stream that can be unpacked."""
        head = view.head(_TRIED)
        if _JOBLIB_OLD.match(head):
            return True
        if len(head) < 6 or head[0] != 0x78 or (head[0] * 256 + head[1]) % 31 or head[1] & 32:
            return False
        try:
            return bool(zlib.decompressobj().decompress(head, 64))
        except zlib.error:
            return False

    def scan(self, view: View, scan: Scan) -> None:
        """Unpack the stream and look at what it holds."""
        start = view.start
        old = _JOBLIB_OLD.match(view.head(_TRIED))
        if old:
            start = min(start + max(_JOBLIB_HEADER, old.end()), view.end)
        result = unpack(view.data, start, view.end, zlib_stream, scan.budget)
        _tell(result, view, scan, start)
        scan.nested(view.within("content", result.content))


@dataclass(frozen=True, slots=True)
class UnreadScanner:
    """Knows a compressed format by its mark and cannot unpack it."""

    name: str
    mark: bytes

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin with the mark."""
        return view.head(len(self.mark)) == self.mark

    def scan(self, view: View, scan: Scan) -> None:
        """Say that what is inside was not read."""
        scan.not_fully_read(view, f"what is packed as {self.name} is not read")


SCANNERS = (
    StreamScanner("gzip", b"\x1f\x8b", gzip_stream),
    StreamScanner("bzip2", b"BZh", bzip2),
    StreamScanner("xz", b"\xfd7zXZ\x00", xz),
    StreamScanner("lzma", b"\x5d\x00\x00", xz),
    ZlibScanner(),
    UnreadScanner("lz4", b"\x04\x22\x4d\x18"),
    UnreadScanner("zstd", b"\x28\xb5\x2f\xfd"),
    UnreadScanner("rar", b"Rar!\x1a\x07"),
)
