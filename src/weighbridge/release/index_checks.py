"""What the index of a sharded model states, held against what its shards hold."""

from __future__ import annotations

from weighbridge.facts import Severity
from weighbridge.release.file_sets import FileSet
from weighbridge.release.formats import Kind, Tensor
from weighbridge.release.formats.shard_index import ShardIndex
from weighbridge.release.observations import Observations
from weighbridge.release.packing import count_parameters
from weighbridge.release.settings import Settings
from weighbridge.text.places import Place

_SIZE_TOLERANCE = 0.01
_COUNT_TOLERANCE = 0.02
_WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}


def check_index(each: FileSet, settings: Settings, seen: Observations) -> None:
    """Record where an index contradicts its shards or, where they are not here, itself."""
    index = each.index
    if index is None:
        return
    if not each.complete:
        _check_figures(index, settings, seen)
        return
    stored = [tensor for file in each.files for tensor in file.tensors or ()]
    places = (Place(index.path), Place(each.files[0].path))
    size = sum(tensor.bytes for tensor in stored)
    if index.total_size and abs(index.total_size - size) > _SIZE_TOLERANCE * size:
        message = f"the index states {index.total_size:,} bytes and its shards hold {size:,}"
        seen.find("index-size-wrong", Severity.MEDIUM, message, *places)
    found = {tensor.name for tensor in stored}
    absent, extra = set(index.tensors) - found, found - set(index.tensors)
    if absent or extra:
        example = min(absent or extra)
        message = (
            f"the index lists {len(index.tensors):,} tensors and its shards hold {len(found):,}:"
            f" `{example}` is in one only"
        )
        seen.find("index-tensors-differ", Severity.MEDIUM, message, *places)
    _check_count(index, stored, settings, seen, places)


def _check_count(
    index: ShardIndex,
    stored: list[Tensor],
    settings: Settings,
    seen: Observations,
    places: tuple[Place, Place],
) -> None:
    """Compare the parameters stated with those held: with or without buffers, ties and views."""
    counted = count_parameters(stored, settings.quantisation)
    stated = index.total_parameters
    if not stated or counted.packed or not counted.count:
        return
    everything = sum(each.elements for each in stored if each.kind is not Kind.STATE)
    if all(abs(stated - held) > _COUNT_TOLERANCE * held for held in (counted.count, everything)):
        message = f"the index states {stated:,} parameters and its shards hold {counted.count:,}"
        seen.find("index-parameters-wrong", Severity.MEDIUM, message, *places)


def _check_figures(index: ShardIndex, settings: Settings, seen: Observations) -> None:
    """Compare the parameters an index states with its bytes, where the config tells the width."""
    stated, size = index.total_parameters, index.total_size
    width = _WIDTHS.get(settings.dtype or "")
    if not stated or not size or width is None or settings.quantisation is not None:
        return
    if abs(size / width - stated) > _COUNT_TOLERANCE * stated:
        message = (
            f"the index states {stated:,} parameters, and {size:,} bytes that hold"
            f" {size // width:,} of `{settings.dtype}`"
        )
        seen.find("index-parameters-wrong", Severity.LOW, message, Place(index.path))
