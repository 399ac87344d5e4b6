"""HDF5 as Keras writes it: the datasets below the root, their types and shapes.

Read are groups with a symbol table or with links in their header; a file that needs more is named
and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats.base import Kind, Tensor, WeightFile
from weighbridge.release.formats.hdf5_objects import MARK, Unreadable, datasets

_TRAINING = ("optimizer_weights/", "optimizer/", "_optimizer/")
_OUTER = ("model_weights/", "layers/", "_layer_checkpoint_dependencies/")


@dataclass(frozen=True, slots=True)
class Hdf5Format:
    """Reads the datasets of an HDF5 file."""

    name: str = "HDF5"
    suffixes: tuple[str, ...] = (".h5", ".hdf5")
    certain: bool = True

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens with the format's mark."""
        return head.startswith(MARK)

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the datasets of numbers; none where the file is built in a way not read."""
        tensors = tensors_of(folder.map(entry.path), entry.path)
        return WeightFile(entry.path, self.name, entry.size, tensors)


FORMATS = (Hdf5Format(),)


def tensors_of(data: memoryview, path: str) -> tuple[Tensor, ...] | None:
    """Return the datasets of a file; ``None`` where it is built in a way that is not read."""
    try:
        found = datasets(data, path)
    except Unreadable:
        return None
    return tuple(_placed(tensor) for tensor in found)


def _placed(tensor: Tensor) -> Tensor:
    if tensor.name.startswith(_TRAINING):
        return replace(tensor, kind=Kind.STATE)
    outer = next((each for each in _OUTER if tensor.name.startswith(each)), "")
    return replace(tensor, name=tensor.name.removeprefix(outer)) if outer else tensor
