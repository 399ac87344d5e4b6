"""NumPy's ``.npy`` and ``.npz``: a line that says type and shape, then the numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats.base import Tensor, WeightFile, Where, elements_of, fail
from weighbridge.release.formats.numpy_dtypes import dtype_of
from weighbridge.release.formats.zip_directory import Archive

MARK = b"\x93NUMPY"

_HEADER_LIMIT = 1 << 16
_TYPE = re.compile(r"'descr'\s*:\s*'([^']{1,20})'")
_SHAPE = re.compile(r"'shape'\s*:\s*\(([\dL, ]{0,1000})\)")
_COLUMNS_FIRST = re.compile(r"'fortran_order'\s*:\s*True")
_OBJECTS = re.compile(r"\|O|'O'")


@dataclass(frozen=True, slots=True)
class NpyFormat:
    """Reads the header of one array."""

    name: str = "NumPy array"
    suffixes: tuple[str, ...] = (".npy",)
    certain: bool = True

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens with the format's mark."""
        return head.startswith(MARK)

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the array; ``None`` for records and texts, and no tensors for objects."""
        head = folder.read_bytes(entry.path, _HEADER_LIMIT)
        tensor, start = read_header(head, entry.name.removesuffix(".npy"), entry.path)
        if tensor is None:
            return objects(entry) if _holds_objects(head) else None
        if tensor.bytes > entry.size - start:
            message = f"the array needs {tensor.bytes:,} bytes and {entry.size - start:,} follow"
            fail(entry.path, message)
        unused = entry.size - start - tensor.bytes
        tensor = replace(tensor, where=replace(tensor.where or Where(0), offset=start))
        return WeightFile(entry.path, self.name, entry.size, (tensor,), unused=unused)


FORMATS = (NpyFormat(),)


@dataclass(frozen=True, slots=True)
class NpzFormat:
    """Reads the headers of the arrays in an archive."""

    name: str = "NumPy archive"

    def fits(self, archive: Archive) -> bool:
        """Return whether every member is an array."""
        return bool(archive.members) and all(name.endswith(".npy") for name in archive.members)

    def read(self, archive: Archive, entry: Entry) -> WeightFile | None:
        """Return the arrays; ``None`` where none of them holds numbers, no tensors for objects."""
        tensors = []
        for name, member in archive.members.items():
            head = archive.head(member, _HEADER_LIMIT)
            tensor, start = read_header(head, name.removesuffix(".npy"), entry.path)
            if tensor is None and _holds_objects(head):
                return objects(entry)
            if tensor is None:
                continue
            if tensor.bytes > member.size - start:
                fail(entry.path, f"array `{name[:80]}` is longer than the member it lies in")
            begin = archive.plain(member)
            where = (
                None if begin is None else replace(tensor.where or Where(0), offset=begin + start)
            )
            tensors.append(replace(tensor, where=where))
        return WeightFile(entry.path, self.name, entry.size, tuple(tensors)) if tensors else None


ARCHIVES = (NpzFormat(),)


def objects(entry: Entry) -> WeightFile:
    """Return the record of arrays of objects: pickles, which are weights to nobody."""
    return WeightFile(entry.path, "NumPy objects", entry.size, ())


def _holds_objects(head: bytes) -> bool:
    return bool(_OBJECTS.search(head[:_HEADER_LIMIT].decode("latin-1")))


def read_header(head: bytes, name: str, path: str) -> tuple[Tensor | None, int]:
    """Return the array that a header describes and where its numbers begin.

    The array is ``None`` for records, objects and texts.
    """
    if not head.startswith(MARK) or len(head) < 12:
        fail(path, f"array `{name[:80]}` does not begin as one")
    width = 2 if head[6] == 1 else 4
    start = 8 + width
    length = int.from_bytes(head[8:start], "little")
    if head[6] not in (1, 2, 3) or start + length > min(len(head), _HEADER_LIMIT):
        fail(path, f"array `{name[:80]}` has a header that is damaged or longer than is read")
    text = head[start : start + length].decode("latin-1")
    kind, shape = _TYPE.search(text), _SHAPE.search(text)
    if shape is None:
        fail(path, f"array `{name[:80]}` has no shape")
    known = dtype_of(kind[1]) if kind and not _OBJECTS.search(text) else None
    if known is None:
        return None, start + length
    sizes = [part.strip(" L") for part in shape[1].split(",")]
    plain = all(not size or (size.isdigit() and len(size) <= 19) for size in sizes)
    if not plain or len(sizes) > 64:
        fail(path, f"array `{name[:80]}` has an impossible shape")
    dimensions = tuple(int(size) for size in sizes if size)
    elements = elements_of(dimensions)
    if elements is None:
        fail(path, f"array `{name[:80]}` has a shape too large for any file")
    where = Where(0, _strides(dimensions, text), big=kind is not None and kind[1][0] == ">")
    return Tensor(name, known[0], dimensions, elements * known[1], where=where), start + length


def _strides(shape: tuple[int, ...], text: str) -> tuple[int, ...] | None:
    if not _COLUMNS_FIRST.search(text) or len(shape) < 2:
        return None
    strides, step = [], 1
    for size in shape:
        strides.append(step)
        step *= size
    return tuple(strides)
