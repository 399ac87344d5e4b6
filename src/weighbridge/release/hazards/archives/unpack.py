"""Decompression with limits: what comes out is counted, and no length is believed."""

from __future__ import annotations

import bz2
import lzma
import mmap
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from weighbridge.release.hazards.scan import Budget
from weighbridge.release.hazards.view import Buffer

LARGEST = 1 << 28
"""So many bytes of one part are unpacked at most."""
MEMORY = 1 << 28
"""So much memory a decompressor may ask for."""
_CHUNK = 1 << 20
_IN_MEMORY = 1 << 25


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    """The decompressor of zlib with the manners of the others."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


Maker = Callable[[], _Decompressor]


def deflate() -> _Decompressor:
    """Return a decompressor of raw deflate, as in zip."""
    return _Zlib(-15)


def zlib_stream() -> _Decompressor:
    """Return a decompressor of zlib streams."""
    return _Zlib(15)


def gzip_stream() -> _Decompressor:
    """Return a decompressor of one member of a gzip file."""
    return _Zlib(31)


def bzip2() -> _Decompressor:
    """Return a decompressor of one bzip2 stream."""
    return bz2.BZ2Decompressor()


def xz() -> _Decompressor:
    """Return a decompressor of xz and lzma streams."""
    return lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=MEMORY)


Filters = list[dict[str, int]]


def raw_lzma(properties: bytes, before: Filters | None = None) -> _Decompressor | None:
    """Return a decompressor of bare LZMA by its five bytes of properties; ``None`` if absurd.

    ``before`` are filters that the bytes went through before they were packed.
    """
    if len(properties) != 5 or properties[0] >= 225:
        return None
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    size = max(int.from_bytes(properties[1:], "little"), 4096)
    if size > MEMORY or lc + lp > 4:
        return None
    options = {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[*(before or []), options])


def raw_lzma2(properties: bytes, before: Filters | None = None) -> _Decompressor | None:
    """Return a decompressor of bare LZMA2 by its byte of properties; ``None`` if absurd."""
    if len(properties) != 1 or properties[0] > 40:
        return None
    size = (2 | (properties[0] & 1)) << (properties[0] // 2 + 11)
    if size > MEMORY:
        return None
    options = {"id": lzma.FILTER_LZMA2, "dict_size": max(size, 4096)}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[*(before or []), options])


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out.

    content: the bytes, in memory of their own
    end:     where the compressed stream ended in the data
    whole:   the stream came to its end
    fault:   why it did not, ``""`` where nothing was wrong or a limit was reached
    limit:   a limit was reached
    """

    content: Buffer
    end: int
    whole: bool
    fault: str = ""
    limit: bool = False


def unpack(data: Buffer, start: int, end: int, make: Maker, budget: Budget) -> Unpacked:
    """Return what a compressed stream between two places holds, within the budget."""
    room = min(LARGEST, max(budget.bytes, 0))
    out, pos, chunk, fault = _Output(room), start, b"", ""
    inner = make()
    try:
        while not inner.eof and out.total < room:
            if inner.needs_input:
                chunk = bytes(data[pos : min(pos + _CHUNK, end)])
                pos += len(chunk)
                if not chunk:
                    fault = "a compressed stream ends too early"
                    break
            out.add(inner.decompress(chunk, min(room - out.total, _CHUNK)))
            chunk = b""
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        fault = _why(error)
    budget.bytes -= out.total
    stopped = pos - len(inner.unused_data) if inner.eof else pos
    limit = not inner.eof and not fault
    return Unpacked(out.content(), stopped, inner.eof, fault, limit)


def _why(error: Exception) -> str:
    if isinstance(error, lzma.LZMAError) and "emory" in str(error):
        return "a compressed stream asks for more memory than a scan may use"
    return "a compressed stream is damaged"


class _Output:
    """What comes out of a stream: in memory where it is little, else in a map of its own."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.total = 0
        self._pieces: list[bytes] = []
        self._map: mmap.mmap | None = None

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.total += len(piece)
        self._pieces.append(piece)
        if self._map is None and self.total > _IN_MEMORY:
            self._map = mmap.mmap(-1, self.room)
        if self._map is not None:
            self._map.write(b"".join(self._pieces))
            self._pieces.clear()

    def content(self) -> Buffer:
        """Return all of it."""
        if self._map is None:
            return b"".join(self._pieces)
        try:
            self._map.resize(self.total)
        except (SystemError, ValueError):  # where maps cannot shrink
            return self._map[: self.total]
        return self._map
