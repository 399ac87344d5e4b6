"""The members of a zip file, from its directory at the end; nothing is unpacked but on demand.

Of two members of one name the first counts, as PyTorch takes it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from weighbridge.release.folder import shown_name
from weighbridge.release.formats.base import fail

MARK = b"PK\x03\x04"

_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_LONGEST_COMMENT = 65_535
_MAX_MEMBERS = 240_000
_FULL = 0xFFFFFFFF
_ENCRYPTED = 1
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, how it is packed, its sizes, and where its local header lies."""

    name: str
    method: int
    packed: int
    size: int
    header: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file: its bytes and its members in the order of the directory, each name once."""

    data: memoryview
    path: str
    members: dict[str, Member]

    def stored(self, member: Member) -> memoryview:
        """Return the bytes of a member as they lie in the file, packed or not."""
        start = self.start(member)
        return self.data[start : start + member.packed]

    def plain(self, member: Member) -> int | None:
        """Return where a member's bytes begin; ``None`` where they are packed or encrypted."""
        plain = member.method == _STORED and not member.encrypted
        return self.start(member) if plain else None

    def start(self, member: Member) -> int:
        """Return where a member begins behind its header; raises where that is past the end."""
        at = member.header
        if at + _LOCAL.size > len(self.data):
            fail(self.path, f"member `{member.name[:80]}` lies past the end of the file")
        local = _LOCAL.unpack_from(self.data, at)
        if local[0] != MARK:
            fail(self.path, f"member `{member.name[:80]}` has no header where it should be")
        start: int = at + _LOCAL.size + local[9] + local[10]
        if start + member.packed > len(self.data):
            fail(self.path, f"member `{member.name[:80]}` ends past the end of the file")
        return start

    def head(self, member: Member, size: int) -> bytes:
        """Return the first bytes of a member, unpacked where need be; ``b""`` where that fails."""
        if member.encrypted or member.method not in (_STORED, _DEFLATED):
            return b""
        stored = self.stored(member)
        if member.method == _STORED:
            return bytes(stored[:size])
        try:
            return zlib.decompressobj(-15).decompress(stored[: 64 + 2 * size], size)
        except zlib.error:
            return b""

    def content(self, member: Member, limit: int) -> memoryview:
        """Return a member's bytes, unpacked where need be.

        Raises ``ParseError`` where it cannot be unpacked or is longer than ``limit`` then.
        """
        shown = member.name[:80]
        if member.encrypted:
            fail(self.path, f"member `{shown}` is encrypted")
        stored = self.stored(member)
        if member.method == _STORED:
            return stored
        if member.method != _DEFLATED:
            fail(self.path, f"member `{shown}` is packed by the unknown method {member.method}")
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(stored, limit + 1)
        except zlib.error:
            fail(self.path, f"member `{shown}` cannot be unpacked")
        if len(content) > limit:
            fail(self.path, f"member `{shown}` unpacks to more than {limit >> 20} MiB")
        return memoryview(content)


def read_directory(data: memoryview, path: str) -> Archive:
    """Return the members of a zip file. Raises ``ParseError`` saying what is broken."""
    count, size, at = _end_of(data, path)
    if at + size > len(data):
        fail(path, "the directory of the archive lies past the end of the file")
    if count > min(_MAX_MEMBERS, size // _CENTRAL.size):
        fail(path, f"the archive claims {count:,} members and its directory has {size:,} bytes")
    members: dict[str, Member] = {}
    end = at + size
    for _ in range(count):
        member, at = _member(data, at, end, path)
        members.setdefault(member.name, member)
    return Archive(data, path, members)


def _end_of(data: memoryview, path: str) -> tuple[int, int, int]:
    """Return how many members there are, and size and place of the directory."""
    least = max(len(data) - _LONGEST_COMMENT - _END.size, 0)
    tail = bytes(data[least:])
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        fail(path, "the archive has no directory: the file is cut off")
    _, _, _, _, count, size, at, _ = _END.unpack_from(tail, found)
    place = least + found
    locator = place - _LOCATOR.size
    if locator >= 0 and bytes(data[locator : locator + 4]) == b"PK\x06\x07":
        _, _, place_64, _ = _LOCATOR.unpack_from(data, locator)
        if place_64 + _END_64.size > len(data):
            fail(path, "the directory of the archive lies past the end of the file")
        mark, *_, count, size, at = _END_64.unpack_from(data, place_64)
        if mark != b"PK\x06\x06":
            fail(path, "the archive has no directory where it should be")
    return count, size, at


def _member(data: memoryview, at: int, end: int, path: str) -> tuple[Member, int]:
    if at + _CENTRAL.size > end:
        fail(path, "the file ends inside the directory of the archive")
    fields = _CENTRAL.unpack_from(data, at)
    if fields[0] != b"PK\x01\x02":
        fail(path, "the directory of the archive is damaged")
    flags, method, packed, size = fields[3], fields[4], fields[8], fields[9]
    name_size, extra_size, comment_size, header = fields[10], fields[11], fields[12], fields[16]
    at += _CENTRAL.size
    if at + name_size + extra_size + comment_size > end:
        fail(path, "the file ends inside the directory of the archive")
    name = shown_name(bytes(data[at : at + name_size]).decode("utf-8", "replace"))
    extra = bytes(data[at + name_size : at + name_size + extra_size])
    if _FULL in (packed, size, header):
        size, packed, header = _wide(extra, size, packed, header)
    at += name_size + extra_size + comment_size
    return Member(name, method, packed, size, header, bool(flags & _ENCRYPTED)), at


def _wide(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """Return the 64-bit sizes of a member, for those its entry leaves to the extra field."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            numbers = [
                int.from_bytes(extra[start : start + 8], "little")
                for start in range(at + 4, min(at + 4 + length, len(extra)), 8)
            ]
            found = [
                numbers.pop(0) if value == _FULL and numbers else value
                for value in (size, packed, header)
            ]
            return found[0], found[1], found[2]
        at += 4 + length
    return size, packed, header
