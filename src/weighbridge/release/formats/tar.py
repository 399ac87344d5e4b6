"""Tar files, such as NeMo's: the weights among their members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import WeightFile, fail
from weighbridge.release.formats.nested import limits_of, part_of, read_parts

_BLOCK = 512
_MARK_AT = 257
_MAX_MEMBERS = 48_000


@dataclass(frozen=True, slots=True)
class TarFormat:
    """Reads the weights among the members of a tar file."""

    name: str = "tar archive"
    suffixes: tuple[str, ...] = (".nemo",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the mark stands in the first header."""
        return head[_MARK_AT : _MARK_AT + 5] == b"ustar"

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the weights in it; ``None`` where it holds none."""
        data = folder.map(entry.path)
        if not self.recognises(bytes(data[:_BLOCK]), entry):
            return WeightFile(entry.path, self.name, entry.size)
        parts = [part_of(name, piece) for name, piece in _members(data, entry.path)]
        return read_parts(parts, entry, limits_of(folder), self.name)


FORMATS = (TarFormat(),)


def _members(data: memoryview, path: str) -> Iterator[tuple[str, memoryview]]:
    """Yield name and bytes of each regular file."""
    at = met = 0
    while at + _BLOCK <= len(data):
        header = bytes(data[at : at + _BLOCK])
        if not header.strip(b"\0"):
            return
        met += 1
        if met > _MAX_MEMBERS:
            fail(path, "the archive has more members than are read")
        name = header[:100].partition(b"\0")[0]
        prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
        size = _number(header[124:136], path)
        at += _BLOCK
        if size > len(data) - at:
            fail(path, f"the archive is cut off inside the member after byte {at - _BLOCK:,}")
        if header[156:157] in (b"0", b"\0"):
            whole = prefix + b"/" + name if prefix else name
            yield shown_name(whole.decode("utf-8", "replace")), data[at : at + size]
        at += -(-size // _BLOCK) * _BLOCK


def _number(field: bytes, path: str) -> int:
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        fail(path, "a member of the archive has an impossible size")
    return int(digits, 8)
