"""Weight formats that are recognised and named, but not read in this version.

Each is known by its first bytes, or by its name where the format has no mark of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats.base import WeightFile


@dataclass(frozen=True, slots=True)
class UnreadFormat:
    """A format of which only the presence is noted.

    marks:  first bytes, one of which opens every such file
    at:     where the mark stands
    beside: the ending of the file that holds the numbers in place of this one's own
    within: what else stands in the first bytes
    """

    name: str
    suffixes: tuple[str, ...]
    marks: tuple[bytes, ...] = ()
    at: int = 0
    beside: str = ""
    within: bytes = b""
    certain: bool = True

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens with a mark of this format."""
        marked = any(head[self.at :].startswith(mark) for mark in self.marks)
        return marked and self.within in head

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return a record without tensors."""
        stem = entry.path.rpartition(".")[0]
        data = folder.get(stem + self.beside) if self.beside else None
        beside = () if data is None else (data.path,)
        size = entry.size + (data.size if data else 0)
        return WeightFile(entry.path, self.name, size, beside=beside)


@dataclass(frozen=True, slots=True)
class CoreMlFormat:
    """Recognises a Core ML model: a version, then a description that begins with its inputs."""

    name: str = "Core ML"
    suffixes: tuple[str, ...] = (".mlmodel",)
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether version and description stand where they stand in a model."""
        if len(head) < 8 or head[0] != 8 or not 1 <= head[1] < 32 or head[2] != 0x12:
            return False
        at = 3
        while at < 8 and head[at] >= 0x80:
            at += 1
        return head[at + 1 : at + 2] in (b"\n", b"R") and head[at + 3 : at + 4] in (b"\n", b"\x12")

    def read(self, _folder: Folder, entry: Entry) -> WeightFile:
        """Return a record without tensors."""
        return WeightFile(entry.path, self.name, entry.size)


FORMATS = (
    CoreMlFormat(),
    UnreadFormat("TensorFlow Lite", (".tflite",), (b"TFL3",), at=4),
    UnreadFormat("OpenVINO", (), (b"<?xml", b"<net "), beside=".bin", within=b"<net name="),
    UnreadFormat("ONNX data", (".onnx_data", ".onnx.data")),
    UnreadFormat("TensorFlow checkpoint", (".data-00000-of-00001",)),
    UnreadFormat("Keras archive", (".keras",)),
)
