"""7z archives: where the packed bytes of each file lie and how they are packed."""

from __future__ import annotations

import lzma
from dataclasses import dataclass, field

from weighbridge.release.hazards.archives.unpack import (
    Maker,
    Unpacked,
    bzip2,
    deflate,
    raw_lzma,
    raw_lzma2,
    unpack,
)
from weighbridge.release.hazards.scan import Budget
from weighbridge.release.hazards.view import Buffer, View

MAGIC = b"7z\xbc\xaf\x27\x1c"
_HEAD = 32
_MOST = 1 << 17
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"
_DEFLATE, _BZIP2 = b"\x04\x01\x08", b"\x04\x02\x02"
_MOST_HEADERS = 4
# What programs are turned into before they are packed, so that they pack better.
_FILTERS = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}


class Damaged(ValueError):
    """A header that cannot be followed."""


@dataclass(slots=True)
class _Cursor:
    data: Buffer
    at: int
    end: int

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > self.end:
            raise Damaged("the archive's header ends too early")
        self.at += count
        return bytes(self.data[self.at - count : self.at])

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Return a number whose first byte says how many follow."""
        first, mask, value = self.byte(), 0x80, 0
        for place in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * place)
            value |= self.byte() << (8 * place)
            mask >>= 1
        return value

    def count(self) -> int:
        value = self.number()
        if value > _MOST:
            raise Damaged("the archive's header counts more parts than a scan reads")
        return value

    def flags(self, count: int) -> list[bool]:
        """Return which of ``count`` things are meant: all, or those of a row of bits."""
        if self.byte():
            return [True] * count
        bits = self.take((count + 7) // 8)
        return [bool(bits[i // 8] & 0x80 >> i % 8) for i in range(count)]

    def digests(self, count: int) -> None:
        self.take(4 * sum(self.flags(count)))


@dataclass(slots=True)
class Folder:
    """What is packed together.

    coders: how it is packed, each by its id and properties
    sizes:  how long it is after each coder
    parts:  how long the files in it are
    """

    coders: list[tuple[bytes, bytes]] = field(default_factory=list)
    outputs: int = 0
    inputs: int = 0
    sizes: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    summed: bool = False


@dataclass(slots=True)
class Streams:
    """The packed streams of an archive: where they lie, and what they unpack to."""

    at: int = 0
    packed: list[int] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)


def read_streams(view: View, budget: Budget) -> Streams:
    """Return the packed streams that the archive's header names. Raises :class:`Damaged`."""
    head = view.head(_HEAD)
    if len(head) < _HEAD:
        raise Damaged("the archive ends within its first bytes")
    offset, size = (int.from_bytes(head[at : at + 8], "little") for at in (12, 20))
    start = view.start + _HEAD + offset
    if start + size > view.end:
        raise Damaged("the archive ends before its header")
    cursor = _Cursor(view.data, start, start + size)
    for _ in range(_MOST_HEADERS):
        kind = cursor.byte() if size else 0
        if kind == 0x01:
            return _main(cursor)
        if kind != 0x17:
            return Streams()
        packed = _streams(cursor)
        if not packed.folders or not packed.packed:
            raise Damaged("the archive's header is packed and nowhere to be found")
        result = unpacked(view, packed, 0, budget)
        if result is None or not result.whole:
            raise Damaged("the archive's header is packed in a way that is not read")
        cursor = _Cursor(result.content, 0, len(result.content))
    raise Damaged("the archive's header is packed again and again")


def unpacked(view: View, streams: Streams, index: int, budget: Budget) -> Unpacked | None:
    """Return what a folder unpacks to; ``None`` for a way of packing that is not read."""
    folder = streams.folders[index]
    before = sum(each.inputs for each in streams.folders[:index])
    if before >= len(streams.packed):
        return None
    start = view.start + _HEAD + streams.at + sum(streams.packed[:before])
    end = min(start + streams.packed[before], view.end)
    if folder.coders == [(_COPY, b"")]:
        return Unpacked(bytes(view.data[start : min(end, start + (1 << 28))]), end, whole=True)
    make = _maker(folder.coders)
    if make is None:
        return None
    wanted = Budget(bytes=min(budget.bytes, folder.sizes[-1] if folder.sizes else 0))
    result = unpack(view.data, start, end, make, wanted)
    budget.bytes -= len(result.content)
    # Bare LZMA has no end of its own: it is whole when it has its size.
    whole = result.whole or (bool(folder.sizes) and len(result.content) == folder.sizes[-1])
    return Unpacked(result.content, end, whole, "" if whole else result.fault, not whole)


def _maker(coders: list[tuple[bytes, bytes]]) -> Maker | None:
    """Return how to unpack by these coders: one, or one behind a filter."""
    filters = [coder for coder in coders if coder[0] in _FILTERS]
    packers = [coder for coder in coders if coder[0] not in _FILTERS]
    if len(packers) != 1 or len(filters) > 1:
        return None
    method, properties = packers[0]
    if not filters and method in (_DEFLATE, _BZIP2):
        return deflate if method == _DEFLATE else bzip2
    makers = {_LZMA: raw_lzma, _LZMA2: raw_lzma2}
    if method not in makers:
        return None
    inner = makers[method](properties, [{"id": _FILTERS[each[0]]} for each in filters])
    return None if inner is None else lambda: inner


def _main(cursor: _Cursor) -> Streams:
    """Read a header up to its streams; what files are called is not needed."""
    kind = cursor.byte()
    if kind == 0x02:
        while cursor.number():
            cursor.take(cursor.number())
        kind = cursor.byte()
    if kind == 0x03:
        _streams(cursor)
        kind = cursor.byte()
    return _streams(cursor) if kind == 0x04 else Streams()


def _streams(cursor: _Cursor) -> Streams:
    streams = Streams()
    while kind := cursor.byte():
        if kind == 0x06:
            _pack_info(cursor, streams)
        elif kind == 0x07:
            _folders(cursor, streams)
        elif kind == 0x08:
            _parts(cursor, streams)
        else:
            raise Damaged("the archive's header has an unknown part")
    for folder in streams.folders:
        folder.parts = folder.parts or folder.sizes[-1:]
    return streams


def _pack_info(cursor: _Cursor, streams: Streams) -> None:
    streams.at = cursor.number()
    count = cursor.count()
    while kind := cursor.byte():
        if kind == 0x09:
            streams.packed = [cursor.number() for _ in range(count)]
        elif kind == 0x0A:
            cursor.digests(count)
        else:
            raise Damaged("the archive's header has an unknown part")


def _folders(cursor: _Cursor, streams: Streams) -> None:
    if cursor.byte() != 0x0B:
        raise Damaged("the archive's header has an unknown part")
    count = cursor.count()
    if cursor.byte():
        raise Damaged("the archive's header lies outside it")
    streams.folders = [_folder(cursor) for _ in range(count)]
    while kind := cursor.byte():
        if kind == 0x0C:
            for folder in streams.folders:
                folder.sizes = [cursor.number() for _ in range(folder.outputs)]
        elif kind == 0x0A:
            for folder, summed in zip(streams.folders, cursor.flags(count), strict=True):
                folder.summed = summed
                cursor.take(4 if summed else 0)
        else:
            raise Damaged("the archive's header has an unknown part")


def _folder(cursor: _Cursor) -> Folder:
    folder, inputs = Folder(), 0
    for _ in range(min(cursor.count(), 32)):
        flags = cursor.byte()
        method = cursor.take(flags & 15)
        taken, given = (cursor.count(), cursor.count()) if flags & 16 else (1, 1)
        properties = cursor.take(cursor.number()) if flags & 32 else b""
        folder.coders.append((method, properties))
        inputs += taken
        folder.outputs += given
    pairs = max(folder.outputs - 1, 0)
    for _ in range(2 * pairs):
        cursor.number()
    folder.inputs = max(inputs - pairs, 0)
    if folder.inputs > 1:
        for _ in range(folder.inputs):
            cursor.number()
    return folder


def _parts(cursor: _Cursor, streams: Streams) -> None:
    """Read how the folders' content is cut into files."""
    counts = [1] * len(streams.folders)
    kind = cursor.byte()
    if kind == 0x0D:
        counts = [cursor.count() for _ in streams.folders]
        kind = cursor.byte()
    for folder, count in zip(streams.folders, counts, strict=True):
        whole = folder.sizes[-1] if folder.sizes else 0
        sizes = [cursor.number() for _ in range(count - 1)] if kind == 0x09 else []
        folder.parts = [*sizes, max(whole - sum(sizes), 0)] if count else []
    if kind == 0x09:
        kind = cursor.byte()
    while kind:
        if kind != 0x0A:
            raise Damaged("the archive's header has an unknown part")
        unsummed = sum(
            count
            for folder, count in zip(streams.folders, counts, strict=True)
            if not (count == 1 and folder.summed)
        )
        cursor.digests(unsummed)
        kind = cursor.byte()
