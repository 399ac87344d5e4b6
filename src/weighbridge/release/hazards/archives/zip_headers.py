"""The headers of a zip archive: every directory, every entry, by place and never by name.

Loaders differ in which directory, which of two entries of one name and which of the two headers
of an entry they believe, so all of them are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from weighbridge.release.hazards.view import Buffer, View

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCAL = Struct("<4sHHHHHIIIHH")
_CENTRAL = Struct("<4sHHHHHHIIIHHHHHII")
_END = Struct("<4sHHHHIIH")
_TAIL = 65_536 + _END.size
_MOST_MARKS = 1000
_MARK32 = 0xFFFF_FFFF
_LINK = 0o120000


@dataclass(frozen=True, slots=True)
class Header:
    """One of the two headers of an entry.

    at:     where it begins            start: where the entry's bytes begin (local headers)
    packed: their length in the file   size:  their length when unpacked
    offset: where the local header is said to begin (directory)
    """

    at: int
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int = 0
    offset: int = 0
    link: bool = False

    @property
    def encrypted(self) -> bool:
        """Whether it says that the bytes are encrypted."""
        return bool(self.flags & 0x41)

    @property
    def told_later(self) -> bool:
        """Whether a local header leaves sizes to what follows the bytes."""
        return bool(self.flags & 8)

    @property
    def text(self) -> str:
        """The name as text."""
        try:
            return self.name.decode("utf-8")
        except UnicodeDecodeError:
            return self.name.decode("cp437")


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory: where it begins and ends, and what must be added to its offsets."""

    start: int
    end: int
    shift: int


def directories(view: View) -> list[Directory]:
    """Return every directory that some loader might use, the last in the file first.

    Loaders take the last mark of an end, wherever it stands, or the one whose comment fills the
    file to its end.
    """
    data, low = view.data, max(view.start, view.end - _TAIL)
    found: list[Directory] = []
    at = last = data.rfind(END, low, view.end)
    tried = 0
    while at >= 0 and tried < _MOST_MARKS:
        tried += 1
        if at == last or _fills(view, at):
            for directory in _directory(view, at):
                if directory.start not in {each.start for each in found}:
                    found.append(directory)
        at = data.rfind(END, low, at + len(END) - 1)
    return found


def _fills(view: View, at: int) -> bool:
    comment = int.from_bytes(view.data[at + 20 : at + 22], "little")
    return at + _END.size + comment == view.end


def _directory(view: View, at: int) -> Iterator[Directory]:
    """Yield the directories that one end record points to, itself and by its 64-bit record."""
    if at + _END.size > view.end:
        return
    *_, size, offset, _comment = _END.unpack_from(view.data, at)
    yield from _starts(view, at, size, offset)
    place = view.data.rfind(_END64, max(view.start, at - _TAIL), at)
    if place >= 0 and place + 56 <= view.end:
        size = int.from_bytes(view.data[place + 40 : place + 48], "little")
        offset = int.from_bytes(view.data[place + 48 : place + 56], "little")
        yield from _starts(view, place, size, offset)


def _starts(view: View, end: int, size: int, offset: int) -> Iterator[Directory]:
    """Yield a directory as written, and right before its end, if bytes precede the archive."""
    for start in dict.fromkeys((view.start + offset, end - size)):
        if view.start <= start < end and view.data[start : start + 4] == CENTRAL:
            yield Directory(start, end, start - offset)


def listed(view: View, directory: Directory) -> Iterator[Header]:
    """Yield the entries of a directory, as far as they follow each other."""
    data, at = view.data, directory.start
    while at + _CENTRAL.size <= view.end:
        fields = _CENTRAL.unpack_from(data, at)
        if fields[0] != CENTRAL:
            return
        _, _, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_size, extra_size, comment_size, _, _, attributes, offset = fields[10:]
        name_at = at + _CENTRAL.size
        extra_at = name_at + name_size
        if extra_at + extra_size > view.end:
            return
        wide = _wide(data, extra_at, extra_size, (size, packed, offset))
        size, packed, offset = wide
        link = (attributes >> 16) & 0o170000 == _LINK
        name = bytes(data[name_at:extra_at])
        shifted = offset + directory.shift
        yield Header(at, name, flags, method, crc, packed, size, 0, shifted, link)
        at = extra_at + extra_size + comment_size


def local(view: View, at: int) -> Header | None:
    """Return the local header at a place, ``None`` where there is none."""
    data = view.data
    if at < view.start or at + _LOCAL.size > view.end:
        return None
    fields = _LOCAL.unpack_from(data, at)
    if fields[0] != LOCAL:
        return None
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = fields
    name_at = at + _LOCAL.size
    start = name_at + name_size + extra_size
    if start > view.end:
        return None
    size, packed, _ = _wide(data, name_at + name_size, extra_size, (size, packed, 0))
    name = bytes(data[name_at : name_at + name_size])
    return Header(at, name, flags, method, crc, packed, size, start, at)


def _wide(data: Buffer, at: int, length: int, values: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return size, packed size and offset, those that need 64 bits from the extra field."""
    if _MARK32 not in values:
        return values
    end, wide = at + length, list(values)
    while at + 4 <= end:
        kind = int.from_bytes(data[at : at + 2], "little")
        size = int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if kind == 1:
            place, stop = at, min(at + size, end)
            for index, value in enumerate(wide):
                if value == _MARK32 and place + 8 <= stop:
                    wide[index] = int.from_bytes(data[place : place + 8], "little")
                    place += 8
            break
        at += size
    return wide[0], wide[1], wide[2]
