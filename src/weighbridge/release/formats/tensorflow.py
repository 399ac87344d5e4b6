"""TensorFlow: checkpoints by their index, which lists every variable; SavedModels by name alone.

The index is a sorted table of blocks; its values are protocol buffers with type, shape and place.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.facts import Finding, Severity
from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import (
    MAX_TENSORS,
    Kind,
    Tensor,
    WeightFile,
    elements_of,
    fail,
)
from weighbridge.release.formats.protobuf import BYTES, VARINT, Wire, signed
from weighbridge.text.places import Place

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57
_TRAILER = 5
_TYPES = {
    1: ("float32", 4),
    2: ("float64", 8),
    3: ("int32", 4),
    4: ("uint8", 1),
    5: ("int16", 2),
    6: ("int8", 1),
    8: ("complex64", 8),
    9: ("int64", 8),
    10: ("bool", 1),
    14: ("bfloat16", 2),
    17: ("uint16", 2),
    19: ("float16", 2),
    22: ("uint32", 4),
    23: ("uint64", 8),
}
_VARIABLE = "/.ATTRIBUTES/VARIABLE_VALUE"
_TRAINING = ("OPTIMIZER_SLOT", "optimizer/", "save_counter", "global_step", "/Adam", "/Momentum")


@dataclass(frozen=True, slots=True)
class TensorFlowIndex:
    """Reads the index of a checkpoint; the numbers lie in the files beside it."""

    name: str = "TensorFlow checkpoint"
    suffixes: tuple[str, ...] = (".index",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the table opens with the header of a checkpoint under an empty key."""
        return head[:2] == b"\0\0" and head[3:4] == b"\x08" and b"\x1a\x02\x08\x01" in head[4:12]

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the variables that the index lists; ``None`` for another kind of index."""
        data = folder.map(entry.path)
        if not self.recognises(bytes(data[:16]), entry):
            return None
        wire = Wire(data, entry.path)
        shards, tensors = 1, []
        for key, start, end in _entries(wire):
            if not key:
                shards = max(_number(wire, start, end, 1), 1)
                continue
            tensor = _variable(wire, key, start, end)
            if tensor is not None:
                tensors.append(tensor)
            if len(tensors) > MAX_TENSORS:
                fail(entry.path, f"the index lists more than {MAX_TENSORS:,} variables")
        stem = entry.path.removesuffix(".index")
        names = [f"{stem}.data-{at:05d}-of-{shards:05d}" for at in range(min(shards, 9_999))]
        here = [each for each in map(folder.get, names) if each is not None]
        faults = []
        if len(here) < len(names):
            message = f"{len(names) - len(here):,} files are missing that hold the variables"
            faults.append(Finding("shards-missing", Severity.HIGH, message, (Place(entry.path),)))
        size = entry.size + sum(each.size for each in here)
        beside = tuple(each.path for each in here)
        return WeightFile(
            entry.path, self.name, size, tuple(tensors), beside=beside, faults=tuple(faults)
        )


@dataclass(frozen=True, slots=True)
class SavedModel:
    """Recognises a SavedModel's graph; its variables lie in a checkpoint below it."""

    name: str = "TensorFlow SavedModel"
    suffixes: tuple[str, ...] = ("saved_model.pb",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the schema's version and a graph open the file."""
        return head.startswith(b"\x08\x01\x12")

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return a record without tensors; ``None`` where a checkpoint has the numbers."""
        index = f"{entry.folder}/variables/variables.index".lstrip("/")
        return None if folder.get(index) else WeightFile(entry.path, self.name, entry.size)


FORMATS = (TensorFlowIndex(), SavedModel())


def _entries(wire: Wire) -> Iterator[tuple[str, int, int]]:
    """Yield every key of the table with the place of its value."""
    data, path = wire.data, wire.path
    if len(data) < _FOOTER or int.from_bytes(data[-8:], "little") != _MAGIC:
        fail(path, "the table has no footer: the file is cut off")
    at = len(data) - _FOOTER
    for _ in range(2):
        _, at = wire.varint(at, len(data))
    start, at = wire.varint(at, len(data))
    size, _ = wire.varint(at, len(data))
    for _, begin, end in _block(wire, start, size):
        offset, begin = wire.varint(begin, end)
        length, _ = wire.varint(begin, end)
        yield from _block(wire, offset, length)


def _block(wire: Wire, start: int, size: int) -> Iterator[tuple[str, int, int]]:
    data, path = wire.data, wire.path
    end = start + size
    if size < 4 or end + _TRAILER > len(data):
        fail(path, "a block of the table lies past the end of the file")
    if data[end]:
        fail(path, "a block of the table is compressed, which is not read")
    (restarts,) = struct.unpack_from("<I", data, end - 4)
    stop = end - 4 - 4 * restarts
    if stop < start:
        fail(path, "a block of the table is damaged")
    key, at = b"", start
    while at < stop:
        wire.left -= 1
        shared, at = wire.varint(at, stop)
        fresh, at = wire.varint(at, stop)
        length, at = wire.varint(at, stop)
        if shared > len(key) or fresh + length > stop - at or fresh > 4096 or wire.left < 0:
            fail(path, "a block of the table is damaged")
        key = key[:shared] + bytes(data[at : at + fresh])
        at += fresh
        yield shown_name(key.decode("utf-8", "replace")), at, at + length
        at += length


def _number(wire: Wire, start: int, end: int, wanted: int) -> int:
    for number, kind, one, _ in wire.fields(start, end):
        if number == wanted and kind == VARINT:
            return one
    return 0


def _variable(wire: Wire, key: str, start: int, end: int) -> Tensor | None:
    kind_of = size = 0
    shape: list[int] = []
    for number, kind, one, two in wire.fields(start, end):
        if number == 1 and kind == VARINT:
            kind_of = one
        elif number == 5 and kind == VARINT:
            size = one
        elif number == 2 and kind == BYTES:
            dims = [(a, b) for n, k, a, b in wire.fields(one, two) if n == 2 and k == BYTES]
            shape = [signed(_number(wire, a, b, 1)) for a, b in dims[:64]]
    if kind_of not in _TYPES:
        return None
    dtype, width = _TYPES[kind_of]
    elements = elements_of(tuple(shape))
    if elements is None or elements * width != size:
        fail(wire.path, f"variable `{key[:80]}` has not the bytes that its shape needs")
    state = any(mark in key for mark in _TRAINING)
    kept = Kind.STATE if state else Kind.WEIGHT
    return Tensor(key.removesuffix(_VARIABLE), dtype, tuple(shape), size, kept)
