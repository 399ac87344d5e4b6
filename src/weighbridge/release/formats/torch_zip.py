"""PyTorch's zip form: a pickle that names tensors, and beside it one member for each storage.

TorchScript is the same with code beside it, which is only noted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from weighbridge.release.folder import Entry
from weighbridge.release.formats.base import Tensor, WeightFile
from weighbridge.release.formats.pickle_tensors import follow
from weighbridge.release.formats.protobuf import TooMuch
from weighbridge.release.formats.torch_tensors import pieces_of, weigh
from weighbridge.release.formats.unfollowed import unfollowed
from weighbridge.release.formats.zip_directory import Archive

_PICKLE = "data.pkl"
_PICKLE_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class TorchZip:
    """Reads an archive that ``torch.save`` or ``torch.jit.save`` wrote."""

    name: str = "PyTorch archive"

    def fits(self, archive: Archive) -> bool:
        """Return whether a pickle lies where PyTorch puts it."""
        return _root(archive) is not None

    def read(self, archive: Archive, entry: Entry) -> WeightFile:
        """Return the tensors of the archive, each storage counted once."""
        root = _root(archive)
        assert root is not None
        script = f"{root}constants.pkl" in archive.members
        name = "TorchScript archive" if script else self.name
        pairs = [("constants.pkl", "constants/")] if script else []
        tensors: list[Tensor] = []
        stored = covered = 0
        try:
            for pickle, storages in [(_PICKLE, "data/"), *pairs]:
                found, used, held = _read(archive, root, pickle, storages)
                prefix = "constants." if pickle != _PICKLE else ""
                tensors += [_renamed(tensor, prefix) for tensor in found]
                covered, stored = covered + used, stored + held
        except TooMuch:
            return unfollowed(entry, name)
        unused = max(stored - covered, 0)
        return WeightFile(entry.path, name, entry.size, tuple(tensors), unused=unused)


ARCHIVES = (TorchZip(),)


def _root(archive: Archive) -> str | None:
    """Return the folder in the archive that holds everything, ``archive/``."""
    for name in archive.members:
        if name == _PICKLE or (name.endswith(f"/{_PICKLE}") and name.count("/") == 1):
            return name.removesuffix(_PICKLE)
    return None


def _read(
    archive: Archive, root: str, pickle: str, storages: str
) -> tuple[tuple[Tensor, ...], int, int]:
    """Return the tensors of one pickle, the bytes they cover, and the bytes of all storages."""
    data = archive.content(archive.members[root + pickle], _PICKLE_LIMIT)
    value, _ = follow(data, archive.path)
    folder = root + storages
    sizes = {
        name.removeprefix(folder): archive.members[name].size
        for name in archive.members
        if name.startswith(folder)
    }
    starts = {name: archive.plain(archive.members[folder + name]) for name in sizes}
    pieces = pieces_of(value, archive.path)
    tensors, covered = weigh(pieces, sizes.get, archive.path, starts.get)
    if _is_big_endian(archive, root):
        tensors = tuple(_big(tensor) for tensor in tensors)
    return tensors, covered, sum(sizes.values())


def _is_big_endian(archive: Archive, root: str) -> bool:
    told = archive.members.get(f"{root}byteorder")
    return told is not None and archive.head(told, 8) == b"big"


def _big(tensor: Tensor) -> Tensor:
    return replace(tensor, where=replace(tensor.where, big=True)) if tensor.where else tensor


def _renamed(tensor: Tensor, prefix: str) -> Tensor:
    return replace(tensor, name=prefix + tensor.name) if prefix else tensor
