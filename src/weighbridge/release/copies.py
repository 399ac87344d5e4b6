"""Which weight files of a release make up one model, and which are further copies of it.

Hubs hold the same numbers several times: shards and a consolidated file, half and full
precision, one folder per framework. Summing them all would weigh a model five times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from weighbridge.release.file_sets import FileSet

_SAME = 0.02
_MOST_COMPARED = 16
_DATA_FORMATS = frozenset({"NumPy array", "NumPy archive", "NumPy objects", "pickle"})
_STATE_NAMES = ("rng_state", "optimizer", "scheduler", "scaler", "random_states")
_COPY_FOLDERS = ("onnx", "openvino", "original", "fp16", "bf16", "fp32", "metal", "mlx", "tf")


@dataclass(frozen=True)
class Choice:
    """What is counted of a release, and what was left out as a copy.

    counted:  the sets that are weighed, at most one copy of each
    copies:   (left out, what it is a copy of)
    distinct: the counted sets are parts of one model rather than perhaps several models
    """

    counted: tuple[FileSet, ...]
    copies: tuple[tuple[FileSet, FileSet], ...]
    distinct: bool

    def copies_of(self, each: FileSet) -> list[FileSet]:
        """Return the sets left out as copies of this one."""
        return self._by_original.get(each.label, [])

    @cached_property
    def _by_original(self) -> dict[str, list[FileSet]]:
        copies: dict[str, list[FileSet]] = {}
        for copy, original in self.copies:
            copies.setdefault(original.label, []).append(copy)
        return copies


def choose(sets: list[FileSet], components: frozenset[str]) -> Choice:
    """Return which sets to count.

    ``components`` are the folders a pipeline is made of (``unet``, ``vae``); where it names any
    that hold weights, only those are counted.
    """
    sets = _without_data(sets)
    counted: list[FileSet] = []
    copies: list[tuple[FileSet, FileSet]] = []
    by_folder: dict[str, list[FileSet]] = {}
    for each in sets:
        by_folder.setdefault(each.folder, []).append(each)
    for folder in sorted(by_folder, key=lambda name: (name.count("/"), name)):
        here = sorted(by_folder[folder], key=_preference)
        counted.extend(_without_copies(here, _is_copy, copies))
    if any(each.folder in components for each in counted):
        parts = [each for each in counted if each.folder in components]
        # The first set of each component is the component; others beside it are variants.
        firsts = {each.folder: each for each in reversed(parts)}
        return Choice(tuple(firsts.values())[::-1], tuple(copies), distinct=True)
    return _across_folders(counted, copies)


def _without_data(sets: list[FileSet]) -> list[FileSet]:
    """Return the sets without data, state of a training and empty files, if others are there."""
    models = [each for each in sets if each.format not in _DATA_FORMATS and not _is_empty(each)]
    return models or sets


def _is_empty(each: FileSet) -> bool:
    name = each.label.rpartition("/")[2]
    return name.startswith(_STATE_NAMES) or (each.complete and not each.tensors)


def _without_copies(
    sets: list[FileSet],
    is_copy: Callable[[FileSet, FileSet], bool],
    copies: list[tuple[FileSet, FileSet]],
) -> list[FileSet]:
    """Return the sets that are no copy of an earlier one; add the others to ``copies``."""
    kept: list[FileSet] = []
    for each in sets:
        # A folder of thousands of files would else be compared pair by pair.
        original = next((other for other in kept[:_MOST_COMPARED] if is_copy(each, other)), None)
        if original is None:
            kept.append(each)
        else:
            copies.append((each, original))
    return kept


def _across_folders(counted: list[FileSet], copies: list[tuple[FileSet, FileSet]]) -> Choice:
    kept = _without_copies(counted, _same_model, copies)
    return Choice(tuple(kept), tuple(copies), distinct=_are_parts(kept))


def _are_parts(sets: list[FileSet]) -> bool:
    """Return whether the sets are shards without an index: one folder, no tensor twice."""
    if len({each.folder for each in sets}) > 1 or not all(each.complete for each in sets):
        return len(sets) == 1
    names = [tensor.name for each in sets for tensor in each.tensors]
    return len(names) == len(set(names))


def _preference(each: FileSet) -> tuple[bool, bool, bool, bool, bool, float, int, str]:
    """Sort the set to count first: whole, readable, indexed, widest numbers, plainest name."""
    variant = each.width()
    return (
        not each.is_safetensors,
        not each.whole,
        not each.complete,
        each.index is None,
        variant is not None,
        -(variant or 0.0),
        -each.bytes if each.format == "GGUF" else 0,
        each.label,
    )


def _is_copy(each: FileSet, other: FileSet) -> bool:
    """Return whether ``each`` holds the same model as ``other`` in the same folder."""
    if each.complete and other.complete:
        return _same_tensors(each, other) or _same_numbers(each, other)
    if each.is_safetensors != other.is_safetensors:
        return True
    if other.index is not None and "consolidated" in each.label.lower():
        return True
    return _same_size(each, other)


def _same_model(each: FileSet, other: FileSet) -> bool:
    """Return whether sets of different folders hold the same model."""
    if each.folder == other.folder:
        return False
    below = each.folder.rpartition("/")[2].lower()
    if below in _COPY_FOLDERS or below.startswith("checkpoint-"):
        return True
    if each.complete and other.complete:
        return _same_tensors(each, other) or _same_numbers(each, other)
    return _same_size(each, other)


def _same_tensors(each: FileSet, other: FileSet) -> bool:
    if each.signature <= other.signature:
        return True
    # Other names for the same numbers: consolidated files rename every tensor.
    return len(each.shapes) > 1 and each.shapes == other.shapes


def _same_numbers(each: FileSet, other: FileSet) -> bool:
    """Return whether sets of two formats, which name tensors differently, hold equally much."""
    if each.format == other.format or not each.numbers or not other.numbers:
        return False
    return abs(each.numbers / other.numbers - 1) < _SAME


def _same_size(each: FileSet, other: FileSet) -> bool:
    if not each.bytes or not other.bytes:
        return False
    ratio = each.bytes / other.bytes
    return any(abs(ratio / scale - 1) < _SAME for scale in (0.5, 1.0, 2.0))
