"""What a literal of a pickle says, read again at the position of its instruction."""

from __future__ import annotations

import re
from struct import Struct

from weighbridge.release.hazards.view import Buffer

LONGEST_NAME = 2048
"""Longer texts are no names; they are cut."""
_u2, _u4, _u8 = Struct("<H").unpack_from, Struct("<I").unpack_from, Struct("<Q").unpack_from
_i4 = Struct("<i").unpack_from
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f"}

_TEXT_PREFIX = {0x58: 5, 0x8C: 2, 0x8D: 9, 0x54: 5, 0x55: 2}
_BYTES_PREFIX = {0x42: 5, 0x43: 2, 0x8E: 9, 0x96: 9}
_LINES = frozenset(b"VS")
KINDS = {
    **dict.fromkeys(b"KMJIL\x8a\x8b", "number"),
    **dict.fromkeys(b"GF", "number"),
    **dict.fromkeys((*_TEXT_PREFIX, *_LINES), "text"),
    **dict.fromkeys(_BYTES_PREFIX, "bytes"),
    **dict.fromkeys(b"\x88\x89", "flag"),
    0x4E: "nothing",
}


def stretch_at(data: Buffer, pos: int) -> tuple[int, int] | None:
    """Return where the content of a text or bytes literal begins and ends in ``data``."""
    op = data[pos]
    prefix = _TEXT_PREFIX.get(op) or _BYTES_PREFIX.get(op)
    if prefix is None:
        if op not in _LINES:
            return None
        stop = data.find(b"\n", pos + 1)
        return pos + 1, len(data) if stop < 0 else stop
    if prefix == 2:
        size = data[pos + 1]
    else:
        size = (_u4 if prefix == 5 else _u8)(data, pos + 1)[0]
    return pos + prefix, min(pos + prefix + size, len(data))


def is_text(data: Buffer, pos: int) -> bool:
    """Return whether the literal is a text."""
    return KINDS.get(data[pos]) == "text"


def text_at(data: Buffer, pos: int, longest: int = LONGEST_NAME) -> str | None:
    """Return a text literal, cut where it is long; ``None`` for any other literal."""
    found = stretch_at(data, pos) if is_text(data, pos) else None
    if found is None:
        return None
    content = bytes(data[found[0] : min(found[1], found[0] + longest)])
    if data[pos] == 0x53:
        content = _unquoted(content)
    if data[pos] == 0x56:
        return content.decode("raw-unicode-escape", "replace")
    return content.decode("utf-8", "replace")


def bytes_at(data: Buffer, pos: int, longest: int) -> bytes | None:
    """Return a bytes literal, or a text literal as Python 2 bytes; ``None`` where too long."""
    found = stretch_at(data, pos)
    if found is None or found[1] - found[0] > longest:
        return None
    content = bytes(data[found[0] : found[1]])
    return _unquoted(content) if data[pos] == 0x53 else content


def number_at(data: Buffer, pos: int) -> int | None:
    """Return a small whole number literal; ``None`` for anything else."""
    op = data[pos]
    if op == 0x4B:
        return data[pos + 1]
    if op == 0x4D:
        return int(_u2(data, pos + 1)[0])
    if op == 0x4A:
        return int(_i4(data, pos + 1)[0])
    if op == 0x8A and data[pos + 1] <= 8:
        return int.from_bytes(data[pos + 2 : pos + 2 + data[pos + 1]], "little", signed=True)
    if op in b"IL":
        line = bytes(data[pos + 1 : pos + 24]).split(b"\n")[0].strip().rstrip(b"L")
        return int(line) if re.fullmatch(rb"-?[0-9]{1,20}", line) else None
    return None


def _unquoted(line: bytes) -> bytes:
    return _ESCAPE.sub(_unescaped, line.strip()[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    hexed, octal, letter = match.groups()
    if hexed:
        return bytes((int(hexed, 16),))
    if octal:
        return bytes((int(octal, 8) & 255,))
    return _ESCAPED.get(letter, letter if letter in b"\\'\"" else b"\\" + letter)
