"""Flax's msgpack: maps of maps, with arrays as extensions of type 1 that state shape and type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import (
    MAX_TENSORS,
    Kind,
    Tensor,
    WeightFile,
    elements_of,
    fail,
)
from weighbridge.release.formats.numpy_dtypes import dtype_of
from weighbridge.release.formats.protobuf import TooMuch
from weighbridge.release.formats.unfollowed import unfollowed

_MAX_VALUES = 3_000_500
_MAX_DEPTH = 200
_ARRAY = 1
_FIXED = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
_FIXED |= {0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
_TEXTS = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_BINARIES = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_NAMED = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "int8": 1, "uint8": 1}
_NAMED |= {"int32": 4, "int64": 8, "uint32": 4, "bool": 1, "int16": 2, "uint16": 2, "uint64": 8}
_NAMED |= {"float8_e4m3fn": 1, "float8_e5m2": 1}
_TRAINING = ("opt_state", "optimizer", "step")
_STATISTICS = ("batch_stats",)


@dataclass(frozen=True, slots=True)
class FlaxFormat:
    """Reads the arrays that a msgpack file of Flax lists."""

    name: str = "Flax msgpack"
    suffixes: tuple[str, ...] = (".msgpack",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether a map with a short plain key opens the file, and a map or array follows.

        The format has no mark of its own.
        """
        start = 1 if 0x81 <= head[:1].ljust(1)[0] <= 0x8F else 3 if head[:1] == b"\xde" else 0
        if not start or len(head) < start + 3 or not 0xA1 <= head[start] <= 0xBF:
            return False
        length = head[start] & 31
        key, after = head[start + 1 : start + 1 + length], head[start + 1 + length :]
        nested = bool(after) and (0x80 <= after[0] <= 0x8F or after[0] in (0xDE, *_EXTENSIONS))
        return nested and all(32 <= byte < 127 for byte in key)

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the arrays; ``None`` where there are none."""
        try:
            walk = _Walk(folder.map(entry.path), entry.path)
            tensors = tuple(walk.arrays())
        except TooMuch:
            return unfollowed(entry, self.name)
        return WeightFile(entry.path, self.name, entry.size, tensors) if tensors else None


FORMATS = (FlaxFormat(),)


@dataclass(slots=True)
class _Open:
    """A map or list being walked: what is left of it, and the name of the value that is next."""

    left: int
    named: bool
    key: str = ""


@dataclass(slots=True)
class _Walk:
    data: memoryview
    path: str
    at: int = 0

    def arrays(self) -> Iterator[Tensor]:
        """Yield the arrays in the order in which they lie."""
        stack: list[_Open] = []
        found = 0
        for _ in range(_MAX_VALUES):
            array = self._value(stack)
            if array is not None:
                found += 1
                if found > MAX_TENSORS:
                    raise TooMuch
                yield self._array(array, [each.key for each in stack if each.named])
            while stack and not stack[-1].left:
                stack.pop()
            if not stack:
                if self.at < len(self.data):
                    fail(self.path, f"{len(self.data) - self.at:,} bytes follow the last value")
                return
            self._next(stack[-1])
        raise TooMuch

    def _next(self, open_: _Open) -> None:
        """Step to the next value of a map or list: past its key, if any."""
        open_.left -= 1
        if open_.named:
            open_.key = self._key()

    def _key(self) -> str:
        code = self._byte()
        if 0xA0 <= code <= 0xBF:
            return self._text(code & 31)
        if code in _TEXTS:
            return self._text(self._size(_TEXTS[code]))
        fail(self.path, f"byte {self.at - 1:,} should begin the key of a map")

    def _value(self, stack: list[_Open]) -> tuple[int, int] | None:
        """Step over one value; return where an array's content lies if it is one."""
        code = self._byte()
        if 0x80 <= code <= 0x8F or code in (0xDE, 0xDF):
            size = code & 15 if code < 0x90 else self._size(2 if code == 0xDE else 4)
            self._open(stack, size, named=True)
        elif 0x90 <= code <= 0x9F or code in (0xDC, 0xDD):
            size = code & 15 if code < 0xA0 else self._size(2 if code == 0xDC else 4)
            self._open(stack, size, named=False)
        elif code in _EXTENSIONS or code in _FIXED_EXTENSIONS:
            fixed = _FIXED_EXTENSIONS.get(code)
            size = self._size(_EXTENSIONS[code]) if fixed is None else fixed
            kind = self._byte()
            self._skip(size)
            return (self.at - size, self.at) if kind == _ARRAY else None
        elif 0xA0 <= code <= 0xBF:
            self._skip(code & 31)
        elif code in _TEXTS or code in _BINARIES:
            self._skip(self._size((_TEXTS | _BINARIES)[code]))
        elif code in _FIXED:
            self._skip(_FIXED[code])
        elif 0x80 <= code < 0xE0:
            fail(self.path, f"byte {self.at - 1:,} begins no value: {code:#04x}")
        return None

    def _open(self, stack: list[_Open], size: int, named: bool) -> None:
        if size > len(self.data) - self.at:
            fail(self.path, f"a map or list claims {size:,} items and fewer bytes follow")
        if len(stack) >= _MAX_DEPTH:
            fail(self.path, f"values lie more than {_MAX_DEPTH} levels deep in each other")
        stack.append(_Open(size, named))

    def _array(self, place: tuple[int, int], keys: list[str]) -> Tensor:
        inner = _Walk(self.data[: place[1]], self.path, place[0])
        name = "/".join(keys)
        if inner._byte() != 0x93:
            fail(self.path, f"array `{name[:80]}` does not state shape, type and numbers")
        shape = inner._shape()
        kind = inner._key()
        code = inner._byte()
        if code not in _BINARIES:
            fail(self.path, f"array `{name[:80]}` holds no numbers")
        size = inner._size(_BINARIES[code])
        known = dtype_of(kind) or (kind, _NAMED.get(kind, 0))
        elements = elements_of(shape)
        if elements is None or not known[1] or size != elements * known[1]:
            fail(self.path, f"array `{name[:80]}` has not the bytes that its shape needs")
        inner._skip(size)
        return Tensor(name, known[0], shape, size, _kind(keys))

    def _shape(self) -> tuple[int, ...]:
        code = self._byte()
        count = code & 15 if 0x90 <= code <= 0x9F else self._size(2) if code == 0xDC else -1
        if not 0 <= count <= 64:
            fail(self.path, "an array has an impossible shape")
        return tuple(self._whole() for _ in range(count))

    def _whole(self) -> int:
        code = self._byte()
        if code < 0x80:
            return code
        if code not in (0xCC, 0xCD, 0xCE, 0xCF):
            fail(self.path, "an array has an impossible shape")
        return self._size(_FIXED[code])

    def _byte(self) -> int:
        self._skip(1)
        return self.data[self.at - 1]

    def _size(self, width: int) -> int:
        self._skip(width)
        return int.from_bytes(self.data[self.at - width : self.at], "big")

    def _text(self, size: int) -> str:
        self._skip(size)
        return shown_name(
            bytes(self.data[self.at - size : self.at][:500]).decode("utf-8", "replace")
        )

    def _skip(self, size: int) -> None:
        if size > len(self.data) - self.at:
            fail(self.path, f"a value needs {size:,} bytes and {len(self.data) - self.at:,} follow")
        self.at += size


def _kind(keys: list[str]) -> Kind:
    if keys and keys[0] in _TRAINING:
        return Kind.STATE
    return Kind.BUFFER if keys and keys[0] in _STATISTICS else Kind.WEIGHT
