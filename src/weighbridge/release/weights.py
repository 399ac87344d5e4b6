"""The weights of a release weighed from their headers: parameters, bytes, number formats."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from weighbridge.facts import Range, Severity
from weighbridge.release.copies import Choice, choose
from weighbridge.release.counting import count_set, sum_or_largest, width_beside
from weighbridge.release.file_sets import FileSet, file_sets
from weighbridge.release.folder import Folder
from weighbridge.release.formats import Kind, Tensor, WeightFile, read_weight_files
from weighbridge.release.formats.ggml_types import QUANTISED as GGML_QUANTISED
from weighbridge.release.formats.number_formats import common_name
from weighbridge.release.formats.shard_index import ShardIndex, read_indexes
from weighbridge.release.index_checks import check_index
from weighbridge.release.observations import Observations
from weighbridge.release.packing import is_buffer
from weighbridge.release.settings import Settings
from weighbridge.text.places import Place

_ADAPTER_MARKS = (
    "lora_a",
    "lora_b",
    "lora_up",
    "lora_down",
    "lora.up",
    "lora.down",
    ":up",
    ":down",
    "lora_embedding",
    "lora_magnitude",
    "ia3_l",
    "prompt_embeddings",
    "hada_w",
    "lokr_w",
    "oft_r",
)
_FULL_FORMATS = frozenset({"F64", "F32", "F16", "BF16"})
_QUANTISED = frozenset({*GGML_QUANTISED, "INT4", "UINT4", "INT2", "UINT2", "qint8", "quint8"})


@dataclass(frozen=True, slots=True)
class Weights:
    """What was weighed.

    files:   every weight file, counted or not
    counted: the sets that make up the model
    adapter: whether they are those of an adapter alone
    """

    files: tuple[WeightFile, ...]
    counted: tuple[FileSet, ...]
    adapter: bool = False

    def tensors(self) -> list[Tensor]:
        """Return the tensors of the counted sets whose headers were read."""
        return [tensor for each in self.counted for tensor in each.tensors]


def read_weights(folder: Folder, settings: Settings, seen: Observations) -> Weights:
    """Return the weights and record parameters, bytes, tensors, number formats and findings."""
    files = read_weight_files(folder, seen)
    indexes = read_indexes(folder, seen)
    _note_absent(indexes, files, seen)
    sets = file_sets(files, indexes)
    choice = choose(sets, settings.components)
    adapters = tuple(each for each in choice.counted if _is_adapter(each, settings))
    models = tuple(each for each in choice.counted if each not in adapters)
    _note_faults(files, choice, seen)
    for each in choice.counted:
        _note_missing(each, seen)
        check_index(each, settings, seen)
    if adapters:
        _weigh("params_trainable", adapters, choice, settings, seen)
        if not models:
            _note_adapter(adapters, settings, seen)
    if models:
        _weigh("params_total", models, choice, settings, seen)
    counted = models or adapters
    _record_bytes(counted, seen)
    if any(not file.broken and file.tensors != () for file in files):
        place = Place(counted[0].label if counted else files[0].path)
        note = "the weight files lie in the release, taken to be public as it stands"
        seen.derived("weights_public", True, place, note)
    return Weights(tuple(files), counted, bool(adapters) and not models)


def _is_adapter(each: FileSet, settings: Settings) -> bool:
    name = each.label.rpartition("/")[2].lower()
    if name.startswith(("adapter_model", "pytorch_lora_weights")):
        return True
    tensors = each.tensors
    if tensors:
        marked = sum(any(mark in t.name.lower() for mark in _ADAPTER_MARKS) for t in tensors)
        return marked * 2 > len(tensors)
    return each.folder in settings.adapter_folders and not each.index


def _note_adapter(adapters: tuple[FileSet, ...], settings: Settings, seen: Observations) -> None:
    if not settings.adapter_folders:
        note = "the tensors are named as those of an adapter"
        seen.measured("is_adapter", True, Place(adapters[0].label), note)
        seen.derived("has_base_model", True, Place(adapters[0].label), note)


def _weigh(
    name: str, sets: tuple[FileSet, ...], choice: Choice, settings: Settings, seen: Observations
) -> None:
    """Record a count of parameters, measured where every header was read."""
    counts = [count_set(each, settings, width_beside(each, choice)) for each in sets]
    known = [count for count in counts if count is not None]
    if not known:
        return
    distinct = choice.distinct or len(sets) == 1
    total = sum_or_largest([count.value for count in known], distinct)
    if len(known) < len(counts):
        total = Range(total.low, None)
    note = "; ".join(dict.fromkeys(count.note for count in known))
    if not distinct:
        note += "; from the largest set of weights alone to all of them together"
        _note_several(sets, seen)
    place = Place(sets[0].label)
    record = seen.measured if all(count.measured for count in known) else seen.derived
    record(name, total, place, note)
    if any(count.packed for count in known):
        seen.derived("is_quantised", True, place, "several numbers are packed into one")


def _note_several(sets: tuple[FileSet, ...], seen: Observations) -> None:
    shown = sets[:4]
    labels = ", ".join(f"`{each.label}`" for each in shown)
    message = f"{len(sets)} sets of weights may be several models: {labels}"
    seen.find("several-models", Severity.LOW, message, *[Place(each.label) for each in shown])


def _record_bytes(sets: tuple[FileSet, ...], seen: Observations) -> None:
    if not sets:
        return
    place = Place(sets[0].label)
    size = sum(each.bytes for each in sets)
    if any(file.pointer for each in sets for file in each.files):
        seen.derived("weight_bytes", size, place, "the sizes that git-lfs pointers state")
    elif all(each.whole for each in sets):
        seen.measured("weight_bytes", size, place)
    if all(each.complete for each in sets):
        _record_tensors([tensor for each in sets for tensor in each.tensors], place, seen)
    elif len(sets) == 1 and sets[0].index is not None:
        listed = len(sets[0].index.tensors)
        seen.derived("tensor_count", listed, place, "as many as the index lists")


def _record_tensors(tensors: list[Tensor], place: Place, seen: Observations) -> None:
    seen.measured("tensor_count", len(tensors), place)
    numbers: Counter[str] = Counter()
    weighing = [each for each in tensors if each.kind is Kind.WEIGHT and not is_buffer(each)]
    for tensor in weighing or tensors:
        numbers[common_name(tensor.dtype)] += tensor.elements - tensor.repeats
    names = sorted(numbers, key=lambda dtype: (-numbers[dtype], dtype))
    if not names:
        return
    seen.measured("weight_dtypes", ", ".join(names), place, "most numerous first")
    if _FULL_FORMATS.issuperset(names):
        seen.measured("is_quantised", False, place, "every tensor is a float of 16 bits or more")
    elif blocks := sorted(_QUANTISED.intersection(names)):
        note = f"numbers in the quantised formats {', '.join(blocks)}"
        seen.measured("is_quantised", True, place, note)


def _note_faults(files: list[WeightFile], choice: Choice, seen: Observations) -> None:
    for file in files:
        if file.unused:
            message = f"{file.unused:,} bytes of `{file.path}` belong to no tensor"
            seen.find("bytes-outside-tensors", Severity.MEDIUM, message, Place(file.path))
    if choice.copies:
        first, original = choice.copies[0]
        message = f"`{first.label}` is taken for a copy of `{original.label}`"
        if len(choice.copies) > 1:
            message += f" and {len(choice.copies) - 1} more for copies likewise"
        places = [Place(original.label)] + [Place(copy.label) for copy, _ in choice.copies[:8]]
        seen.find("weights-repeated", Severity.LOW, f"{message}: counted once", *places)
    pointers = [file for file in files if file.pointer]
    if pointers:
        message = f"{len(pointers)} weight files are git-lfs pointers: the tensor data is absent"
        if len(pointers) == 1:
            message = f"`{pointers[0].path}` is a git-lfs pointer: the tensor data is absent"
        seen.find("weights-absent", Severity.LOW, message, Place(pointers[0].path))


def _note_absent(indexes: list[ShardIndex], files: list[WeightFile], seen: Observations) -> None:
    """Record the indexes none of whose shards is here: they name weights that nobody gets."""
    here = {file.path for file in files}
    for index in indexes:
        if index.shards and here.isdisjoint(index.shards):
            count = len(index.shards)
            shards = "the one shard is" if count == 1 else f"all {count:,} shards are"
            message = f"{shards} missing that `{index.path}` names, such as `{index.shards[0]}`"
            seen.find("shards-missing", Severity.HIGH, message, Place(index.path))


def _note_missing(each: FileSet, seen: Observations) -> None:
    if not each.missing:
        return
    shards = "1 shard is" if each.missing == 1 else f"{each.missing:,} shards are"
    message = f"{shards} missing, such as `{each.example}`, named by `{each.label}`"
    seen.find("shards-missing", Severity.HIGH, message, Place(each.label))
