"""The objects of an HDF5 file walked from its root: groups by their links, datasets by their type.

Format: HDF5 file format specification, version 3.0; superblocks 0 to 3, addresses of 8 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from weighbridge.release.folder import shown_name
from weighbridge.release.formats.base import MAX_TENSORS, Tensor, elements_of, fail

MARK = b"\x89HDF\r\n\x1a\n"

_NOWHERE = 0xFFFFFFFFFFFFFFFF
_MAX_MESSAGES = 60_500
_MAX_BLOCKS = 2_600
_MAX_NODES = 480_000
_LONGEST_NAME = 1_600
_SPACE, _LINK_INFO, _TYPE, _LINK, _LAYOUT, _MORE, _TABLE = 1, 2, 3, 6, 8, 16, 17
_KINDS = {0: "int", 1: "float"}


class Unreadable(Exception):
    """The file is built in a way that is not read."""


@dataclass(slots=True)
class _File:
    data: memoryview
    path: str
    nodes: int = 0
    seen: set[int] = field(default_factory=set)

    def part(self, at: int, size: int) -> bytes:
        if at < 0 or size < 0 or at + size > len(self.data):
            fail(self.path, f"an address of the file, {at:,}, lies past its end")
        return bytes(self.data[at : at + size])

    def numbers(self, code: str, at: int) -> tuple[int, ...]:
        return struct.unpack(code, self.part(at, struct.calcsize(code)))

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > _MAX_NODES:
            fail(self.path, "the file holds more objects than are read")


def datasets(data: memoryview, path: str) -> list[Tensor]:
    """Return the datasets of numbers, each under its path.

    Raises ``ParseError`` for a damaged file and :class:`Unreadable` for one built otherwise.
    """
    file = _File(data, path)
    found: list[Tensor] = []
    waiting = [("", _root(file))]
    while waiting:
        name, at = waiting.pop()
        if at in file.seen:
            continue
        file.seen.add(at)
        file.count()
        messages = list(_messages(file, at))
        links = list(_links(file, messages))
        prefix = f"{name}/" if name else ""
        waiting.extend((prefix + link, where) for link, where in reversed(links))
        tensor = _dataset(file, name, messages)
        if tensor is not None:
            found.append(tensor)
        if len(found) > MAX_TENSORS or len(name) > _LONGEST_NAME:
            fail(path, "the file holds more datasets, or longer names, than are read")
    return found


def _root(file: _File) -> int:
    version = file.part(8, 1)[0]
    if version in (0, 1):
        sizes = file.part(13, 2)
        at = (24 if version == 0 else 28) + 4 * 8
        root = file.numbers("<QQ", at)[1]
    elif version in (2, 3):
        sizes = file.part(9, 2)
        root = file.numbers("<Q", 36)[0]
    else:
        raise Unreadable
    if sizes != b"\x08\x08":
        raise Unreadable
    return root


_Message = tuple[int, bytes]


def _messages(file: _File, at: int) -> Iterator[_Message]:
    """Yield type and content of each message of an object's header."""
    if file.part(at, 4) == b"OHDR":
        yield from _new_messages(file, at)
        return
    version, _, count, _, size = file.numbers("<BBHII", at)
    if version != 1:
        fail(file.path, f"the object at byte {at:,} has no header")
    blocks = [(at + 16, size)]
    left = count
    for start, length in _each_block(file, blocks):
        here, end = start, start + length
        while here + 8 <= end and left > 0:
            left -= 1
            kind, content = file.numbers("<HH", here)
            body = file.part(here + 8, min(content, max(end - here - 8, 0)))
            if kind == _MORE and len(body) >= 16:
                blocks.append(struct.unpack_from("<QQ", body))
            yield kind, body
            here += 8 + content


def _each_block(file: _File, blocks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(blocks):
        if at > _MAX_BLOCKS:
            fail(file.path, "an object's header has more parts than are read")
        yield blocks[at]
        at += 1


def _new_messages(file: _File, at: int) -> Iterator[_Message]:
    version, flags = file.part(at + 4, 2)
    if version != 2:
        raise Unreadable
    here = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(file.part(here, width), "little")
    blocks = [(here + width, size)]
    head = 6 if flags & 4 else 4
    met = 0
    for start, length in _each_block(file, blocks):
        here, end = start, start + length
        while here + head <= end:
            kind, content, _ = file.numbers("<BHB", here)
            body = file.part(here + head, min(content, max(end - here - head, 0)))
            if kind == _MORE and len(body) >= 16:
                where, whole = struct.unpack_from("<QQ", body)
                blocks.append((where + 4, max(whole - 8, 0)))  # between its mark and its checksum
            yield kind, body
            here += head + content
            met += 1
            if met > _MAX_MESSAGES:
                fail(file.path, "an object's header has more messages than are read")


def _links(file: _File, messages: list[_Message]) -> Iterator[tuple[str, int]]:
    """Yield name and address of what a group links to."""
    for kind, body in messages:
        if kind == _TABLE and len(body) >= 16:
            yield from _table(file, *struct.unpack_from("<QQ", body))
        elif kind == _LINK:
            file.count()
            link = _link(body)
            if link is not None:
                yield link
        elif kind == _LINK_INFO and len(body) >= 10:
            start = 10 if body[1] & 1 else 2
            heap = body[start : start + 8]
            if len(heap) == 8 and int.from_bytes(heap, "little") != _NOWHERE:
                raise Unreadable  # a group of very many links


def _link(body: bytes) -> tuple[str, int] | None:
    """Return name and address of a hard link; ``None`` for the others."""
    if len(body) < 4 or body[0] != 1:
        return None
    flags, at = body[1], 2
    if flags & 8:
        if body[at] != 0:
            return None
        at += 1
    at += (8 if flags & 4 else 0) + (1 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    length = int.from_bytes(body[at : at + width], "little")
    at += width
    if at + length + 8 > len(body):
        return None
    name = shown_name(body[at : at + length].decode("utf-8", "replace"))
    return name, int.from_bytes(body[at + length : at + length + 8], "little")


def _table(file: _File, tree: int, heap: int) -> Iterator[tuple[str, int]]:
    """Yield the links of a group that keeps them in a tree, their names in a heap."""
    if file.part(heap, 4) != b"HEAP":
        fail(file.path, f"the names of a group are not at byte {heap:,}")
    size, _, names = file.numbers("<QQQ", heap + 8)
    waiting, seen = [tree], set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            fail(file.path, "the links of a group lead back to themselves")
        seen.add(at)
        file.count()
        mark = file.part(at, 4)
        if mark == b"SNOD":
            (count,) = file.numbers("<H", at + 6)
            for each in range(count):
                file.count()
                offset, header = file.numbers("<QQ", at + 8 + 40 * each)
                yield _name(file, names, size, offset), header
        elif mark == b"TREE":
            (count,) = file.numbers("<H", at + 6)
            children = [file.numbers("<Q", at + 32 + 16 * each)[0] for each in range(count)]
            waiting.extend(reversed(children))
        else:
            fail(file.path, f"the links of a group are not at byte {at:,}")


def _name(file: _File, names: int, size: int, offset: int) -> str:
    if offset >= size:
        fail(file.path, "the name of a link lies outside the names of its group")
    piece = file.part(names + offset, min(_LONGEST_NAME, size - offset, len(file.data)))
    return shown_name(piece.partition(b"\0")[0].decode("utf-8", "replace"))


def _dataset(file: _File, name: str, messages: list[_Message]) -> Tensor | None:
    found = dict(reversed(messages))
    if not {_SPACE, _TYPE, _LAYOUT} <= found.keys():
        return None
    shape, known = _shape(found[_SPACE]), _type(found[_TYPE])
    if shape is None or known is None:
        return None
    elements = elements_of(shape)
    if elements is None:
        fail(file.path, f"dataset `{name[:80]}` has a shape too large for any file")
    dtype, width = known
    layout = found[_LAYOUT]
    if layout[:2] == b"\x03\x01" and len(layout) >= 18:
        at, size = struct.unpack_from("<QQ", layout, 2)
        if at != _NOWHERE and at + size > len(file.data):
            over = at + size - len(file.data)
            message = f"dataset `{name[:80]}` ends {over:,} bytes past the end of the file"
            fail(file.path, message)
    return Tensor(name, dtype, shape, elements * width)


def _shape(body: bytes) -> tuple[int, ...] | None:
    if len(body) < 4 or body[0] not in (1, 2) or (body[0] == 2 and body[3] == 2):
        return None
    dimensions, start = body[1], 8 if body[0] == 1 else 4
    if start + 8 * dimensions > len(body):
        return None
    return struct.unpack_from(f"<{dimensions}Q", body, start)


def _type(body: bytes) -> tuple[str, int] | None:
    if len(body) < 8:
        return None
    kind, size = body[0] & 15, int.from_bytes(body[4:8], "little")
    if kind not in _KINDS or size not in (1, 2, 4, 8):
        return None
    if kind == 1 and len(body) > 13 and size == 2 and body[13] == 8:
        return "bfloat16", 2
    unsigned = "u" if kind == 0 and not body[1] & 8 else ""
    return f"{unsigned}{_KINDS[kind]}{size * 8}", size
