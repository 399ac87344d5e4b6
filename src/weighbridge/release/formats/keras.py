"""Keras's ``.keras``: a zip file with the model's config and its weights in HDF5 or NumPy form."""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.folder import Entry
from weighbridge.release.formats.base import WeightFile
from weighbridge.release.formats.hdf5 import tensors_of
from weighbridge.release.formats.numpy_array import NpzFormat
from weighbridge.release.formats.zip_directory import Archive, read_directory

_WEIGHTS = "model.weights.h5"
_ARRAYS = "model.weights.npz"
_UNPACK_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class KerasArchive:
    """Reads the weights in a Keras archive."""

    name: str = "Keras archive"

    def fits(self, archive: Archive) -> bool:
        """Return whether config and weights lie where Keras puts them."""
        members = archive.members
        return "config.json" in members and (_WEIGHTS in members or _ARRAYS in members)

    def read(self, archive: Archive, entry: Entry) -> WeightFile:
        """Return the datasets of the weights."""
        name = _WEIGHTS if _WEIGHTS in archive.members else _ARRAYS
        data = archive.content(archive.members[name], _UNPACK_LIMIT)
        if name == _WEIGHTS:
            tensors = tensors_of(data, entry.path)
        else:
            arrays = NpzFormat().read(read_directory(data, entry.path), entry)
            tensors = arrays.tensors if arrays else ()
        return WeightFile(entry.path, self.name, entry.size, tensors)


ARCHIVES = (KerasArchive(),)
