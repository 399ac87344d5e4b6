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

    marks:      first bytes, one of which opens every such file
    only_named: the mark alone proves nothing (a zip may be anything): the ending must fit too
    """

    name: str
    suffixes: tuple[str, ...]
    marks: tuple[bytes, ...] = ()
    only_named: bool = False

    def recognises(self, head: bytes, entry: Entry) -> bool:
        """Return whether the file opens with a mark of this format."""
        if self.only_named and not entry.path.lower().endswith(self.suffixes):
            return False
        return any(head.startswith(mark) for mark in self.marks)

    def read(self, _folder: Folder, entry: Entry) -> WeightFile:
        """Return a record without tensors."""
        return WeightFile(entry.path, self.name, entry.size)


_TORCH = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_PICKLE_MARKS = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))

FORMATS = (
    UnreadFormat("GGUF", (".gguf",), (b"GGUF",)),
    UnreadFormat("GGML", (".ggml",), (b"lmgg", b"ggml", b"tjgg", b"fmgg")),
    UnreadFormat("HDF5", (".h5", ".hdf5"), (b"\x89HDF\r\n\x1a\n",)),
    UnreadFormat("Keras archive", (".keras",), (b"PK\x03\x04",), only_named=True),
    UnreadFormat("binary of unknown kind", _TORCH),
    UnreadFormat("PyTorch archive", _TORCH, (b"PK\x03\x04",), only_named=True),
    UnreadFormat("PyTorch pickle", _TORCH, _PICKLE_MARKS, only_named=True),
    UnreadFormat("ONNX", (".onnx", ".onnx_data", ".onnx.data")),
    UnreadFormat("TensorFlow Lite", (".tflite",)),
    UnreadFormat("flax", (".msgpack",)),
    UnreadFormat("TensorFlow checkpoint", (".data-00000-of-00001",)),
)
