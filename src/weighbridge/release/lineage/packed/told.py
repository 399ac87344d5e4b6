"""Codes of ``bitsandbytes`` of 4 bits, whose packing is told in JSON stored as a tensor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.packed.by_table import ByTable
from weighbridge.release.lineage.packed.fit import (
    MOST_COLUMNS,
    STATE,
    Seen,
    UnfitError,
    Whole,
    fits,
)
from weighbridge.release.lineage.packed.parts import Read, Stored
from weighbridge.text.strict_json import read_json

_MOST_STATE = 1 << 16
_MOST_DIMENSIONS = 8
_UNTOLD = "packed, and its state does not tell how"


def by_table(name: str, stem: str, seen: Seen) -> Whole:
    """Codes of a table of 16 numbers."""
    codes, scales = seen.stored[name], seen.stored[f"{name}.absmax"]
    kinds = [kind for kind in ("nf4", "fp4") if f"{stem}{STATE}{kind}" in seen.stored]
    if len(kinds) != 1 or codes.dtype != "U8":
        raise UnfitError("packed, and its state is not told beside it")
    state = _state(seen.stored[f"{stem}{STATE}{kinds[0]}"], seen.read)
    shape, block = _shape(state.get("shape")), _size(state.get("blocksize"))
    elements = math.prod(shape)
    table = seen.need(f"{name}.quant_map")
    fits(-(-elements // 2) == codes.tensor.elements and table.tensor.elements == 16, "shape")
    fits(scales.tensor.elements == -(-elements // block))
    nested = f"{name}.nested_absmax" in seen.stored
    if (scales.dtype == "U8") is not nested:
        raise UnfitError("packed, and its scales are neither numbers nor codes")
    inner, offset = _nested(name, state, scales, seen) if nested else (None, 0.0)
    values = table.numbers(seen.read)
    packed = ByTable(codes, shape[-1], values, scales, block, inner, offset)
    return Whole(name, f"{kinds[0]} with scales", shape, codes, packed)


def _nested(
    name: str, state: Mapping[str, Any], scales: Stored, seen: Seen
) -> tuple[tuple[Floats, Floats, int], float]:
    block, offset = _size(state.get("nested_blocksize")), state.get("nested_offset")
    table, own = seen.need(f"{name}.nested_quant_map"), seen.need(f"{name}.nested_absmax")
    if type(offset) not in (int, float) or not isinstance(offset, int | float):
        raise UnfitError(_UNTOLD)
    count = -(-scales.tensor.elements // block)
    fits(table.tensor.elements == 256 and own.tensor.elements == count)
    return (table.numbers(seen.read), own.numbers(seen.read), block), float(offset)


def _state(stored: Stored, read: Read) -> dict[str, Any]:
    if stored.dtype != "U8" or stored.tensor.elements > _MOST_STATE:
        raise UnfitError(_UNTOLD)
    raw = stored.bytes(read, 0, stored.tensor.elements)
    state = read_json(raw.tobytes(), stored.file)
    return state if isinstance(state, dict) else {}


def _size(value: Any) -> int:
    if type(value) is not int or not 0 < value <= MOST_COLUMNS:
        raise UnfitError(_UNTOLD)
    return value


def _shape(value: Any) -> tuple[int, ...]:
    """Return the shape of at least a matrix. Raises :class:`UnfitError` for anything else."""
    if not isinstance(value, list) or not 2 <= len(value) <= _MOST_DIMENSIONS:
        raise UnfitError(_UNTOLD)
    return tuple(_size(each) for each in value)
