"""GGUF: counts, metadata, a list of tensors, then the numbers, which are not read.

Versions 1 to 3, little-endian and big-endian. Long lists in the metadata (a vocabulary) are
stepped over, not kept.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import (
    MAX_TENSORS,
    Tensor,
    WeightFile,
    Where,
    elements_of,
    fail,
)
from weighbridge.release.formats.ggml_types import TYPES, stored_bytes
from weighbridge.release.formats.gguf_words import Metadata, words_of

_MAGIC = b"GGUF"
_CODES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MAX_NESTING = 16
_MAX_KEYS = 100_500
_MAX_LISTED = 16_000_500
_MAX_DIMENSIONS = 8
_LONGEST_KEY = 65_535
_LONGEST_KEPT = 1 << 20
_LEAST_TENSOR = 24


@dataclass(frozen=True, slots=True)
class GgufFormat:
    """Reads the metadata and the tensors that a GGUF file lists."""

    name: str = "GGUF"
    suffixes: tuple[str, ...] = (".gguf",)
    certain: bool = True

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens with the format's mark."""
        return head.startswith(_MAGIC)

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the file's tensors and what its metadata says of the model."""
        cursor = _Cursor(folder.map(entry.path), entry.path)
        metadata, listed = _read_metadata(cursor)
        spans = [_read_tensor(cursor) for _ in range(listed)]
        alignment = metadata.values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20 or alignment % 8:
            fail(entry.path, f"the alignment is `{shown_name(str(alignment))}`")
        start = -(-cursor.at // alignment) * alignment
        unused = _check_spans(spans, max(len(cursor.data) - start, 0), alignment, entry.path)
        big = metadata.big_endian
        tensors = tuple(
            replace(span.tensor, where=Where(start + span.begin, big=big)) for span in spans
        )
        says, faults = words_of(metadata, tensors, entry.path)
        return WeightFile(
            entry.path, self.name, entry.size, tensors, unused=unused, says=says, faults=faults
        )


FORMATS = (GgufFormat(),)


def read_metadata(folder: Folder, path: str) -> Metadata:
    """Return the metadata of a file alone. Raises ``ParseError`` saying what is broken."""
    return metadata_of(folder.map(path), path)


def metadata_of(data: memoryview, path: str) -> Metadata:
    """Return the metadata that these bytes of a file begin with; errors as above."""
    return _read_metadata(_Cursor(data, path))[0]


@dataclass(frozen=True, slots=True)
class _Span:
    begin: int
    tensor: Tensor


@dataclass(slots=True)
class _Cursor:
    data: memoryview
    path: str
    at: int = 0
    order: str = "<"
    count: str = "Q"
    listed: int = 0
    wanted: str = ""
    stopped: int | None = None

    def take(self, code: str) -> int:
        size = struct.calcsize(code)
        if self.at + size > len(self.data):
            fail(self.path, "the file ends inside its header")
        (value,) = struct.unpack_from(self.order + code, self.data, self.at)
        self.at += size
        return value  # type: ignore[no-any-return]

    def text(self, longest: int, what: str) -> str:
        length = self.take(self.count)
        if length > len(self.data) - self.at:
            fail(
                self.path,
                f"{what} claims {length:,} bytes and {len(self.data) - self.at:,} follow",
            )
        kept = bytes(self.data[self.at : self.at + min(length, longest)])
        self.at += length
        return kept.decode("utf-8", "replace")

    def skip(self, size: int, what: str) -> None:
        if size > len(self.data) - self.at:
            fail(
                self.path,
                f"{what} claims {size:,} bytes and {len(self.data) - self.at:,} follow",
            )
        self.at += size


def _read_metadata(cursor: _Cursor) -> tuple[Metadata, int]:
    """Return the metadata and how many tensors are listed behind it."""
    if bytes(cursor.data[:4]) != _MAGIC:
        fail(cursor.path, "the mark `GGUF` is missing")
    cursor.at = 4
    version = cursor.take("I")
    if not version & 0xFFFF:
        version, cursor.order = int.from_bytes(version.to_bytes(4, "little"), "big"), ">"
    if version not in (1, 2, 3):
        fail(cursor.path, f"version {version:,} of the format is not known")
    cursor.count = "I" if version == 1 else "Q"
    tensors, keys = cursor.take(cursor.count), cursor.take(cursor.count)
    room = len(cursor.data) - cursor.at
    if tensors > min(MAX_TENSORS, room // 12):
        fail(cursor.path, f"the header claims {tensors:,} tensors and {room:,} bytes follow")
    if keys > min(_MAX_KEYS, room // 8):
        fail(cursor.path, f"the header claims {keys:,} keys and {room:,} bytes follow")
    metadata = Metadata(version, cursor.order == ">")
    for _ in range(keys):
        key = shown_name(cursor.text(_LONGEST_KEY, "a key"))
        if key in metadata.values or key in metadata.counts:
            fail(cursor.path, f"the key `{key[:80]}` stands twice")
        _read_value(cursor, key, metadata)
    return metadata, tensors


def _read_value(cursor: _Cursor, key: str, metadata: Metadata) -> None:
    kind = cursor.take("I")
    if kind == _STRING:
        metadata.values[key] = cursor.text(_LONGEST_KEPT, f"the value of `{key[:80]}`")
    elif kind == _ARRAY:
        if key == cursor.wanted:
            cursor.stopped = cursor.at
        metadata.counts[key] = _skip_list(cursor, key)
    elif kind in _CODES:
        metadata.values[key] = cursor.take(_CODES[kind])
    else:
        fail(cursor.path, f"the value of `{key[:80]}` has the unknown type {kind:,}")


def _skip_list(cursor: _Cursor, key: str) -> int:
    """Step over a list, lists in lists too, and return how many items it has."""
    what = f"the list `{key[:80]}`"
    open_lists = [1]
    outer: int | None = None
    while open_lists:
        if not open_lists[-1]:
            open_lists.pop()
            continue
        open_lists[-1] -= 1
        kind, count = cursor.take("I"), cursor.take(cursor.count)
        outer = count if outer is None else outer
        if kind == _ARRAY:
            _bound(cursor, count, 8, what)
            open_lists.append(count)
            if len(open_lists) > _MAX_NESTING:
                fail(cursor.path, f"{what} is nested more than {_MAX_NESTING} levels deep")
        elif kind == _STRING:
            _bound(cursor, count, 4 if cursor.count == "I" else 8, what)
            _skip_texts(cursor, count, what)
        elif kind in _CODES:
            cursor.skip(count * struct.calcsize(_CODES[kind]), what)
        else:
            fail(cursor.path, f"{what} has items of the unknown type {kind:,}")
    return outer or 0


def _bound(cursor: _Cursor, count: int, least: int, what: str) -> None:
    room = len(cursor.data) - cursor.at
    if count > room // least:
        fail(cursor.path, f"{what} claims {count:,} items and {room:,} bytes follow")
    cursor.listed += count
    if cursor.listed > _MAX_LISTED:
        fail(cursor.path, f"more than {_MAX_LISTED:,} items are listed in the metadata")


def _skip_texts(cursor: _Cursor, count: int, what: str) -> None:
    """Step over texts; the one loop that a vocabulary runs a hundred thousand times."""
    data, at, end = cursor.data, cursor.at, len(cursor.data)
    code = struct.Struct(cursor.order + cursor.count)
    unpack, width = code.unpack_from, code.size
    last = end - width
    for _ in range(count):
        if at > last:
            fail(cursor.path, f"the file ends inside {what}")
        at += width + unpack(data, at)[0]
    if at > end:
        fail(cursor.path, f"the file ends inside {what}")
    cursor.at = at


def _read_tensor(cursor: _Cursor) -> _Span:
    name = shown_name(cursor.text(_LONGEST_KEY, "the name of a tensor"))
    shown = name[:80]
    dimensions = cursor.take("I")
    if dimensions > _MAX_DIMENSIONS:
        fail(cursor.path, f"tensor `{shown}` has {dimensions:,} dimensions")
    sizes = [cursor.take(cursor.count) for _ in range(dimensions)]
    shape = tuple(reversed(sizes))
    kind, begin = cursor.take("I"), cursor.take("Q")
    if kind not in TYPES:
        fail(cursor.path, f"tensor `{shown}` has the unknown number format {kind:,}")
    elements = elements_of(shape)
    if elements is None:
        fail(cursor.path, f"tensor `{shown}` has a shape too large for any file")
    stored = stored_bytes(kind, shape, elements)
    dtype, block, _ = TYPES[kind]
    if stored is None:
        fail(cursor.path, f"tensor `{shown}` has rows that are no whole blocks of {block} numbers")
    return _Span(begin, Tensor(name, dtype, shape, stored))


def _check_spans(spans: list[_Span], room: int, alignment: int, path: str) -> int:
    """Return the bytes no tensor covers, padding apart; raise where two share bytes."""
    if len({span.tensor.name for span in spans}) < len(spans):
        fail(path, "two tensors have one name")
    used = last = 0
    for span in sorted(spans, key=lambda each: (each.begin, each.tensor.bytes)):
        shown = span.tensor.name[:80]
        end = span.begin + span.tensor.bytes
        if end > room:
            fail(path, f"tensor `{shown}` ends {end - room:,} bytes past the end of the file")
        if span.begin < last:
            fail(path, f"tensor `{shown}` overlaps the one before it")
        used += min(-(-end // alignment) * alignment, room) - span.begin
        last = end
    return max(room - used, 0) if spans else 0


def read_texts(folder: Folder, path: str, key: str, most: int) -> list[str] | None:
    """Return the list of texts under a key of the metadata; ``None`` where there is none such.

    Raises ``ParseError`` saying what is broken. A list of more than ``most`` texts is not read.
    """
    cursor = _Cursor(folder.map(path), path, wanted=key)
    _read_metadata(cursor)
    if cursor.stopped is None:
        return None
    cursor.at = cursor.stopped
    kind, count = cursor.take("I"), cursor.take(cursor.count)
    if kind != _STRING or count > most:
        return None
    return [cursor.text(_LONGEST_KEY, f"an item of `{key}`") for _ in range(count)]
