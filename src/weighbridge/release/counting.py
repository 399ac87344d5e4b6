"""How many parameters a set of weight files holds: counted, unpacked, or worked out from sizes."""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.facts import Range
from weighbridge.release.copies import Choice
from weighbridge.release.file_sets import FileSet
from weighbridge.release.packing import Parameters, count_parameters
from weighbridge.release.settings import Settings

_DTYPE_BYTES = {"float32": 4.0, "float": 4.0, "float16": 2.0, "half": 2.0, "bfloat16": 2.0}
_WIDEST, _NARROWEST, _PACKED = 4.0, 2.0, 0.5
_HEADER_SHARE = 0.01
_INPUT_LAYERS = ("embed_tokens", "word_embeddings", "wte", "embed_in")


@dataclass(frozen=True, slots=True)
class Count:
    """Parameters of one set of files.

    value:    how many
    measured: every header was read and nothing had to be unpacked
    note:     how it was found
    packed:   several numbers are packed into one stored number
    """

    value: Range
    measured: bool
    note: str
    packed: bool = False


def count_set(each: FileSet, settings: Settings, width: float | None) -> Count | None:
    """Return the parameters of a set; ``None`` where nothing in it could be read.

    ``width`` is the bytes of one number where something other than the config tells it.
    """
    found = count_parameters(each.tensors, settings.quantisation)
    if each.complete and not each.tensors:
        return None  # a vocabulary alone, say
    if each.complete:
        note = "unpacked from the headers" if found.packed else "counted from the headers"
        note += _left_out(found)
        return Count(Range.exactly(found.count), not found.packed, note, found.packed)
    stated = _stated_count(each, settings, width)
    if stated is not None or not found.count:
        return stated
    note = "at least what the readable headers list"
    return Count(Range(float(found.count), None), not found.packed, note, found.packed)


def _left_out(found: Parameters) -> str:
    """Return what was met and not counted, as the end of a note."""
    parts = [(found.buffers, "of buffers"), (found.repeats, "that are tied or views")]
    told = [f"{count:,} numbers {what}" for count, what in parts if count]
    return f", without {' and '.join(told)}" if told else ""


def width_beside(each: FileSet, choice: Choice) -> float | None:
    """Return the bytes of one number that a copy in another, named, number format gives away.

    A copy named ``.fp16.`` of half the size says that the original has four bytes a number.
    """
    for copy in choice.copies_of(each):
        named = copy.width()
        if copy.folder == each.folder and named and copy.bytes:
            return named * round(2 * each.bytes / copy.bytes) / 2
    return None


def _stated_count(each: FileSet, settings: Settings, width: float | None) -> Count | None:
    """Work the count out from the sizes an index or the pointers state."""
    index = each.index
    if index is not None and index.total_size:
        size, how = index.total_size, "the index's total size"
    elif each.whole and all(file.pointer for file in each.files) and each.is_safetensors:
        size, how = each.bytes, "the sizes in the git-lfs pointers"
    else:
        return None
    width = each.width() or width or _DTYPE_BYTES.get(settings.dtype or "")
    how += f", {size:,} bytes, divided by"
    if settings.quantisation is not None:
        note = f"{how} {_PACKED:g} to {width or _WIDEST:g} bytes a number"
        return Count(Range(float(size // (width or _WIDEST)), size / _PACKED), False, note)
    if width is None:
        note = f"{how} {_NARROWEST:g} to {_WIDEST:g} bytes a number"
        return Count(Range(float(size // _WIDEST), float(size // _NARROWEST)), False, note)
    note = f"{how} {width:g} bytes a number"
    high = float(round(size / width))
    twice = _twice_stored(each, settings)
    low = max(high - twice, 0.0)
    if index is None or not index.total_size:
        low *= 1 - _HEADER_SHARE  # the size includes the headers
    elif twice:
        note += ", with the tied output layer stored once or twice"
    return Count(Range(float(round(low)), high), False, note)


def _twice_stored(each: FileSet, settings: Settings) -> float:
    """Return the size of an output layer that may only repeat the input layer."""
    if each.index is None or settings.tied is False or settings.embedding is None:
        return 0.0
    listed = [name.rpartition(".weight")[0] or name for name in each.index.tensors]
    outputs = any(name.endswith(("lm_head", "embed_out")) for name in listed)
    inputs = any(name.endswith(_INPUT_LAYERS) for name in listed)
    return float(settings.embedding) if outputs and inputs else 0.0


def sum_or_largest(counts: list[Range], distinct: bool) -> Range:
    """Return the count of all sets together.

    Parts of one model add up. Sets that may be several models give a range: from the largest
    alone to the sum.
    """
    lows = [each.low or 0.0 for each in counts]
    highs = [each.high for each in counts]
    low = sum(lows) if distinct else max(lows)
    known = [high for high in highs if high is not None]
    return Range(low, sum(known) if len(known) == len(highs) else None)
