"""The file formats of GGML before GGUF: recognised by their marks.

What follows the mark depends on the program that wrote the file; the layout of the first llama
models (marks ``ggml``, ``ggmf`` and ``ggjt``) is tried, and counts only where it fits to the last
byte.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import MAX_TENSORS, Tensor, WeightFile, elements_of
from weighbridge.release.formats.ggml_types import TYPES, stored_bytes

_MARKS = {b"lmgg": (False, False), b"fmgg": (True, True), b"tjgg": (True, True)}
_OTHER_MARKS = (b"ggml", b"algg", b"nsgg")
_HEADER = 7
_MAX_WORDS = 2_000_500
_ALIGNMENT = 32


@dataclass(frozen=True, slots=True)
class GgmlFormat:
    """Recognises a file of GGML and reads it where it has the layout of a llama model."""

    name: str = "GGML"
    suffixes: tuple[str, ...] = (".ggml",)
    certain: bool = True

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens with one of the marks."""
        return head[:4] in _MARKS or head[:4] in _OTHER_MARKS

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the tensors where the layout fits, else a record without tensors."""
        data = folder.map(entry.path)
        try:
            tensors = _read_llama(data)
        except (struct.error, _Misfit):
            tensors = None
        return WeightFile(entry.path, self.name, entry.size, tensors)


FORMATS = (GgmlFormat(),)


class _Misfit(Exception):
    """The file has another layout."""


def _read_llama(data: memoryview) -> tuple[Tensor, ...]:
    mark = bytes(data[:4])
    if mark not in _MARKS:
        raise _Misfit
    versioned, scored = _MARKS[mark]
    at = 4
    if versioned:
        (version,) = struct.unpack_from("<I", data, at)
        if not 1 <= version <= 3:
            raise _Misfit
        at += 4
    (words,) = struct.unpack_from("<I", data, at)
    at += 4 * _HEADER
    if words > min(_MAX_WORDS, len(data) // 4):
        raise _Misfit
    for _ in range(words):
        (length,) = struct.unpack_from("<I", data, at)
        at += 4 + length + (4 if scored else 0)
    return _read_tensors(data, at, _ALIGNMENT if mark == b"tjgg" else 1)


def _read_tensors(data: memoryview, at: int, alignment: int) -> tuple[Tensor, ...]:
    tensors: list[Tensor] = []
    while at < len(data):
        dimensions, length, kind = struct.unpack_from("<III", data, at)
        at += 12
        if not 1 <= dimensions <= 4 or not 0 < length < 256 or kind not in TYPES:
            raise _Misfit
        shape = tuple(reversed(struct.unpack_from(f"<{dimensions}I", data, at)))
        at += 4 * dimensions
        name = bytes(data[at : at + length])
        at = -(-(at + length) // alignment) * alignment
        elements = elements_of(shape)
        stored = stored_bytes(kind, shape, elements) if elements is not None else None
        if stored is None or at + stored > len(data) or len(tensors) >= MAX_TENSORS:
            raise _Misfit
        shown = shown_name(name.decode("utf-8", "replace"))
        tensors.append(Tensor(shown, TYPES[kind][0], shape, stored))
        at += stored
    if not tensors:
        raise _Misfit
    return tuple(tensors)
