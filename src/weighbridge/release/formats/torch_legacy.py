"""Pickles of weights: PyTorch's form before its zip form, and plain pickles of arrays.

The old form is five pickles (a magic number, a version, the machine, the object, the keys of the
storages), then the storages one after another, each behind its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats.base import WeightFile, fail
from weighbridge.release.formats.pickle_tensors import MAX_STEPS, Made, follow
from weighbridge.release.formats.protobuf import TooMuch
from weighbridge.release.formats.torch_tensors import pieces_of, weigh
from weighbridge.release.formats.unfollowed import unfollowed

_MAGIC = 0x1950A86A20F9469CFC6C
_LENGTH = 8
_MARKS = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))
_FIRST_CODES = frozenset(b"(]})cKJMNXUCBGI\x8a\x8c\x95\x85\x86\x87\x88\x89\x8f\x8e\x96\x8d")


@dataclass(frozen=True, slots=True)
class TorchPickle:
    """Reads a pickle that holds tensors or arrays."""

    name: str = "PyTorch pickle"
    suffixes: tuple[str, ...] = (
        ".bin",
        ".pt",
        ".pth",
        ".ckpt",
        ".pkl",
        ".pickle",
        ".joblib",
        ".pdparams",
    )
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens as a pickle of protocol 2 or later does."""
        return head.startswith(_MARKS) and len(head) > 2 and head[2] in _FIRST_CODES

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the tensors; ``None`` for a sound pickle of none that is not named as weights."""
        data = folder.map(entry.path)
        if not bytes(data[:2]).startswith(_MARKS):
            return WeightFile(entry.path, "binary of unknown kind", entry.size)
        try:
            first, at = follow(data, entry.path)
            if first == _MAGIC:
                return _read_legacy(data, at, entry)
            tensors, _ = weigh(pieces_of(first, entry.path), lambda _: None, entry.path)
        except TooMuch:
            return unfollowed(entry, self.name)
        if not tensors and not entry.path.lower().endswith(self.suffixes):
            return None
        return WeightFile(entry.path, "pickle", entry.size, tensors)


FORMATS = (TorchPickle(),)


def _read_legacy(data: memoryview, at: int, entry: Entry) -> WeightFile:
    steps = MAX_STEPS
    values = []
    for _ in range(4):
        value, at = follow(data, entry.path, at, steps)
        values.append(value)
    _, _, root, keys = values
    pieces = pieces_of(root, entry.path)
    held = {piece.storage: (piece.held, piece.width) for piece in pieces if piece.storage}
    sizes: dict[str, int] = {}
    starts: dict[str, int] = {}
    for key in _listed(keys):
        if at + _LENGTH > len(data):
            fail(entry.path, f"the file ends before the storage `{key[:40]}`")
        count = int.from_bytes(data[at : at + _LENGTH], "little")
        size, width = held.get(key, (0, 1))
        if key not in held:
            break  # no tensor tells how wide its numbers are, so nothing behind it is found
        if count * width != size or size > len(data) - at - _LENGTH:
            fail(entry.path, f"the storage `{key[:40]}` ends past the end of the file")
        sizes[key], starts[key] = size, at + _LENGTH
        at += _LENGTH + size
    tensors, covered = weigh(pieces, sizes.get, entry.path, starts.get)
    unused = max(sum(sizes.values()) - covered, 0)
    name = TorchPickle().name
    return WeightFile(entry.path, name, entry.size, tensors, unused=unused)


def _listed(keys: object) -> Iterator[str]:
    items = keys.items or () if isinstance(keys, Made) else ()
    return (str(key) for _, key in items)
