"""Where the header of a GGUF file ends, so that no more of the file than that need be fetched.

Format: GGUF versions 1 to 3, in either order of bytes. Nothing is kept of what is walked over.
"""

from __future__ import annotations

import struct

MARK = b"GGUF"
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING = 8
_ARRAY = 9
_DEPTH = 4
_MOST_DIMENSIONS = 16


def header_end(data: bytes) -> int | None:
    """Return how many bytes the header takes; ``None`` where it does not end within ``data``."""
    try:
        return _Walk(data).end()
    except (_Outside, struct.error):
        return None


class _Outside(Exception):
    """The header goes on behind the data, or is no header."""


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = len(MARK)
        self.order = "<"
        self.count = "Q"

    def end(self) -> int:
        if not self.data.startswith(MARK):
            raise _Outside
        version = self._take("I")
        if not version & 0xFFFF:
            self.order = ">"
            version = int.from_bytes(version.to_bytes(4, "little"), "big")
        self.count = "I" if version == 1 else "Q"
        tensors, keys = self._take(self.count), self._take(self.count)
        for _ in range(keys):
            self._skip(self._take(self.count))
            self._value(self._take("I"), 0)
        for _ in range(tensors):
            self._skip(self._take(self.count))
            dimensions = self._take("I")
            if dimensions > _MOST_DIMENSIONS:
                raise _Outside
            self._skip(dimensions * (4 if self.count == "I" else 8) + 4 + 8)
        return self.at

    def _value(self, kind: int, depth: int) -> None:
        if kind == _STRING:
            self._skip(self._take(self.count))
        elif kind == _ARRAY and depth < _DEPTH:
            inner, count = self._take("I"), self._take(self.count)
            if inner in _SIZES:
                self._skip(count * _SIZES[inner])
                return
            for _ in range(count):
                self._value(inner, depth + 1)
        elif kind in _SIZES:
            self._skip(_SIZES[kind])
        else:
            raise _Outside

    def _take(self, code: str) -> int:
        value: int = struct.unpack_from(self.order + code, self.data, self.at)[0]
        self.at += 4 if code == "I" else 8
        return value

    def _skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise _Outside
