"""The headers of a tar archive, one after another, with the long names of its dialects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.hazards.view import View

BLOCK = 512
_LONGEST_NAME = 1 << 16
_MOST_RECORDS = 1000
_LONG_LOOK = 1 << 20
_PLAIN = frozenset(b"0\x007")


@dataclass(frozen=True, slots=True)
class Member:
    """One member.

    kind:  the letter of its kind     at:  where its header lies
    start: where its bytes begin      end: where they end, as its header says
    """

    name: str
    kind: int
    link: str
    at: int
    start: int
    end: int

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.kind in _PLAIN

    @property
    def is_link(self) -> bool:
        """Whether it is a link of either kind."""
        return self.kind in b"12"

    @property
    def is_special(self) -> bool:
        """Whether it is a device or a pipe."""
        return self.kind in b"346"

    @property
    def is_sparse(self) -> bool:
        """Whether its bytes are stored with holes left out."""
        return self.kind in b"S"


def is_header(view: View, at: int) -> bool:
    """Return whether a block with the right sum of a tar header lies at a place."""
    block = bytes(view.data[at : min(at + BLOCK, view.end)])
    if len(block) < BLOCK or not block[0]:
        return False
    written = _number(block[148:156])
    plain = sum(block[:148]) + sum(block[156:]) + 8 * 32
    signed = plain - 256 * sum(byte > 127 for byte in block[:148] + block[156:])
    return written in (plain, signed)


def members(view: View) -> Iterator[Member]:
    """Yield the members, also those behind a mark of the end."""
    at, name, link, size = view.start, "", "", None
    while at + BLOCK <= view.end:
        if not is_header(view, at):
            zeros = _zeros(view, at)
            if not zeros:
                return
            at += zeros
            continue
        block = bytes(view.data[at : at + BLOCK])
        kind, start = block[156], at + BLOCK
        length = _number(block[124:136]) if size is None else size
        end = start + max(length or 0, 0)
        if kind in b"LKxg":
            content = bytes(view.data[start : min(end, start + _LONGEST_NAME, view.end)])
            name, link, size = _long(kind, content, name, link, size)
        else:
            length = 0 if kind in b"123456" else end - start
            end = start + length
            yield Member(name or _name(block), kind, link or _text(block[157:257]), at, start, end)
            name, link, size = "", "", None
        at = start + (end - start + BLOCK - 1) // BLOCK * BLOCK


def _zeros(view: View, at: int) -> int:
    """Return how long a stretch of blocks of zeros is, as far as one look goes."""
    for length in (_LONG_LOOK, BLOCK):
        if at + length <= view.end and not bytes(view.data[at : at + length]).strip(b"\0"):
            return length
    return 0


def _long(
    kind: int, content: bytes, name: str, link: str, size: int | None
) -> tuple[str, str, int | None]:
    """Return what an extra header says of the member behind it."""
    if kind == 0x4C:
        return _text(content), link, size
    if kind == 0x4B:
        return name, _text(content), size
    records = _records(content)
    length = records.get("size", "")
    if length.isascii() and length.isdigit():
        size = int(length[:20])
    return records.get("path", name), records.get("linkpath", link), size


def _records(content: bytes) -> dict[str, str]:
    """Return the records of a pax header."""
    found: dict[str, str] = {}
    while content and len(found) < _MOST_RECORDS:
        digits, _, _ = content.partition(b" ")
        if not digits.isdigit() or len(digits) > 10 or int(digits) <= len(digits):
            break
        record, content = content[len(digits) + 1 : int(digits)], content[int(digits) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found


def _number(field: bytes) -> int | None:
    """Return a number written in octal or, where it is big, as bytes."""
    if field[:1] in (b"\x80", b"\xff"):
        return int.from_bytes(field[1:], "big") if field[:1] == b"\x80" else -1
    digits = field.split(b"\0")[0].strip()
    try:
        return int(digits or b"0", 8)
    except ValueError:
        return None


def _name(block: bytes) -> str:
    name = _text(block[:100])
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("utf-8", "replace")
