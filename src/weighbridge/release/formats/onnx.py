"""ONNX: one protocol-buffer message. Its graphs are walked, the numbers in them stepped over.

Counted are the initialisers of the graph, of graphs within it and of training, the constants of
functions and nodes, and sparse ones; data in files beside the model counts with its own size.
"""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.facts import Finding, Severity
from weighbridge.release.folder import Entry, Folder, is_pointer, shown_name
from weighbridge.release.formats.base import WeightFile
from weighbridge.release.formats.onnx_model import External, read_model
from weighbridge.release.formats.pointer import PointerFormat
from weighbridge.release.formats.protobuf import TooMuch
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_FIRST_VERSION, _LAST_VERSION = 3, 40
_NEXT_TAGS = frozenset(b"\x12\x1a\x22\x2a\x32\x3a\x42\x72")
_POINTER = PointerFormat()


@dataclass(frozen=True, slots=True)
class OnnxFormat:
    """Reads the tensors of an ONNX model."""

    name: str = "ONNX"
    suffixes: tuple[str, ...] = (".onnx",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether a version and a printable producer stand where they stand in a model.

        The format has no mark of its own.
        """
        if len(head) < 4 or head[0] != 8 or not _FIRST_VERSION <= head[1] <= _LAST_VERSION:
            return False
        if head[2] != 0x12:
            return head[2] == 0x3A and len(head) > 8
        length = head[3]
        producer, following = head[4 : 4 + length], head[4 + length : 5 + length]
        plain = all(32 <= byte < 127 for byte in producer)
        return 0 < length < 120 and plain and (not following or following[0] in _NEXT_TAGS)

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the model's tensors, those in files beside it too."""
        try:
            model = read_model(folder.map(entry.path), entry.path)
        except TooMuch:
            message = "more fields than are read: its parameters were not counted"
            fault = Finding("not-fully-read", Severity.MEDIUM, message, (Place(entry.path),))
            return WeightFile(entry.path, self.name, entry.size, faults=(fault,))
        beside, faults = _beside(folder, entry, model.external)
        return WeightFile(
            entry.path,
            self.name,
            entry.size + sum(beside.values()),
            model.tensors,
            beside=tuple(sorted(beside)),
            faults=tuple(faults),
        )


FORMATS = (OnnxFormat(),)


def _beside(
    folder: Folder, entry: Entry, external: tuple[External, ...]
) -> tuple[dict[str, int], list[Finding]]:
    """Return the sizes of the data files, and a finding for each way they are wrong."""
    sizes: dict[str, int] = {}
    faults: dict[str, Finding] = {}
    for each in external:
        shown = shown_name(each.location[:100])
        path = _inside(entry, each.location)
        size = None if path is None else sizes.get(path) or _size_of(folder, path)
        if path is None:
            message = f"the model keeps tensors outside its folder, in `{shown}`"
            kind, severity = "data-leaves-folder", Severity.HIGH
        elif size is None:
            message = f"the file `{shown}` is missing, in which the model keeps tensors"
            kind, severity = "data-missing", Severity.HIGH
        elif each.end > size:
            sizes[path] = size
            message = f"tensor `{shown_name(each.tensor[:80])}` ends {each.end - size:,} bytes past"
            message += f" the end of `{shown}`"
            kind, severity = "data-too-short", Severity.HIGH
        else:
            sizes[path] = size
            continue
        faults.setdefault(f"{kind} {shown}", Finding(kind, severity, message, (Place(entry.path),)))
    return sizes, list(faults.values())[:20]


def _inside(entry: Entry, location: str) -> str | None:
    """Return the path that a location names, or ``None`` where it may lead out of the folder."""
    parts = location.split("/")
    if parts[0] == "" or ".." in parts or "\\" in location or ":" in parts[0] or "\0" in location:
        return None
    kept = [part for part in parts if part not in ("", ".")]
    return "/".join([entry.folder, *kept] if entry.folder else kept)


def _size_of(folder: Folder, path: str) -> int | None:
    entry = folder.get(path)
    if entry is None:
        return None
    try:
        if entry.size < 1024 and is_pointer(folder.read_bytes(path, 256)):
            return _POINTER.read(folder, entry).size
    except ParseError:
        return None
    return entry.size
