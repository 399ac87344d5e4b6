"""Weight files that belong together: the shards of an index, a run of numbered files, one file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from weighbridge.release.formats import Kind, Tensor, WeightFile
from weighbridge.release.formats.shard_index import ShardIndex
from weighbridge.release.packing import count_parameters, is_buffer

_SHARD = re.compile(r"^(?P<stem>.*?)[-_.]?(?P<at>\d{5})-of-(?P<of>\d{5})(?P<end>\.[a-z]+)$")
_VARIANT_BYTES = {"fp16": 2.0, "bf16": 2.0, "fp32": 4.0, "fp8": 1.0, "int8": 1.0}


@dataclass(frozen=True, eq=False)
class FileSet:
    """Files that together hold one copy of a model, or of one part of it.

    folder:  where they lie, ``""`` for the top
    label:   the path a reader should open: the index, or the first file
    files:   those present, sorted by path
    index:   the index that names them, or ``None``
    missing: how many files should be there and are not
    example: the path of one that is missing
    """

    folder: str
    label: str
    files: tuple[WeightFile, ...]
    index: ShardIndex | None = None
    missing: int = 0
    example: str = ""

    @property
    def complete(self) -> bool:
        """Whether every file is here and its tensors are listed."""
        return not self.missing and all(file.tensors is not None for file in self.files)

    @property
    def whole(self) -> bool:
        """Whether every file is here, be it as a pointer."""
        return not self.missing and not any(file.broken for file in self.files)

    @cached_property
    def bytes(self) -> int:
        """Size of the files present; a pointer counts with the size it promises."""
        return sum(file.size for file in self.files)

    @property
    def format(self) -> str:
        """The format of its files."""
        return self.files[0].format

    @property
    def is_safetensors(self) -> bool:
        """Whether it is, or stands for, safetensors."""
        return self.files[0].path.lower().endswith(".safetensors")

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The distinct tensors of the files read, by name and shape."""
        distinct = {(t.name, t.shape): t for file in self.files for t in file.tensors or ()}
        return tuple(distinct.values())

    @cached_property
    def signature(self) -> frozenset[tuple[str, tuple[int, ...]]]:
        """The names and shapes of its tensors, without buffers, ties and views."""
        return frozenset((tensor.name, tensor.shape) for tensor in self._own)

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of its tensors, sorted, whatever their names."""
        return tuple(sorted(tensor.shape for tensor in self._own))

    @cached_property
    def numbers(self) -> int:
        """How many parameters it holds, as far as its files alone tell."""
        return count_parameters(self.tensors, None).count

    @cached_property
    def _own(self) -> tuple[Tensor, ...]:
        """The tensors that hold parameters no other of them holds."""
        return tuple(
            tensor
            for tensor in self.tensors
            if tensor.kind is Kind.WEIGHT
            and not is_buffer(tensor)
            and not (tensor.repeats and tensor.repeats == tensor.elements)
        )

    def width(self) -> float | None:
        """Return the bytes of one number that the file names speak of (``.fp16.``), if any."""
        parts = re.split(r"[._-]", self.label.rpartition("/")[2].lower())
        return next((_VARIANT_BYTES[part] for part in parts if part in _VARIANT_BYTES), None)


def file_sets(files: list[WeightFile], indexes: list[ShardIndex]) -> list[FileSet]:
    """Return the sets of a release: one for each index, each run of numbered shards, each file."""
    by_path = {file.path: file for file in files}
    sets: list[FileSet] = []
    for index in indexes:
        present = tuple(by_path[path] for path in index.shards if path in by_path)
        missing = [path for path in index.shards if path not in by_path]
        if present:
            folder, example = index.path.rpartition("/")[0], (missing or [""])[0]
            sets.append(FileSet(folder, index.path, present, index, len(missing), example))
    named = {path for index in indexes for path in index.shards}
    runs: dict[tuple[str, str], list[WeightFile]] = {}
    for file in files:
        if file.path not in named:
            runs.setdefault(_run(file.path), []).append(file)
    sets.extend(_unindexed(run) for run in runs.values())
    return sorted(sets, key=lambda each: (each.folder, each.label))


def _run(path: str) -> tuple[str, str]:
    shard = _SHARD.match(path)
    return (shard["stem"], shard["of"] + shard["end"]) if shard else (path, "")


def _unindexed(files: list[WeightFile]) -> FileSet:
    first = files[0]
    shard = _SHARD.match(first.path)
    missing, example = 0, ""
    if shard:
        start, end = shard.span("at")
        present = {file.path[start:end] for file in files}
        missing = max(int(shard["of"]) - len(present), 0)
        absent = next(at for at in range(1, len(present) + 2) if f"{at:05d}" not in present)
        example = f"{first.path[:start]}{absent:05d}{first.path[end:]}" if missing else ""
    folder = first.path.rpartition("/")[0]
    return FileSet(folder, first.path, tuple(files), missing=missing, example=example)
