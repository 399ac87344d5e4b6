"""Which stored tensors together are one packed tensor, by their names, shapes and formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from weighbridge.release.lineage.packed.fit import MOST_COLUMNS, STATE, Seen, UnfitError, Whole
from weighbridge.release.lineage.packed.kinds import (
    by_column,
    by_output,
    compressed,
    microscaled,
    of_mlx,
    scaled,
)
from weighbridge.release.lineage.packed.parts import LEAST_COLUMNS, Read, Stored
from weighbridge.release.lineage.packed.told import by_table
from weighbridge.text.errors import ParseError

_BESIDE = (
    *(".qzeros", ".scales", ".g_idx", ".SCB", ".weight_format", ".biases", ".weight_shape"),
    *(".weight_scale", ".weight_scale_inv", ".weight_scale_2", ".weight_global_scale"),
    *(".weight_zero_point", ".weight_g_idx", ".input_scale", ".input_global_scale"),
    *(".input_scale_inv", ".weight.absmax", ".weight.quant_map", ".weight.nested_absmax"),
    *(".weight.nested_quant_map", "_scales", "_scale", "_scale_inv"),
)


@dataclass(slots=True)
class Packs:
    """What was recognised.

    wholes:  by the name of the tensor that holds the codes
    used:    the names of all tensors that belong to one
    refused: names of codes that cannot be read, with the reason
    """

    wholes: dict[str, Whole] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


def find_packed(stored: Mapping[str, Stored], told: Mapping[str, Any] | None, read: Read) -> Packs:
    """Return the packed tensors among those stored; ``told`` is ``quantization_config``."""
    seen, found = Seen(stored, told or {}, read), Packs()
    for name in stored:
        stem, recognise = _how(name, seen)
        if recognise is None:
            continue
        beside = _beside(name, stem, stored)
        try:
            whole = recognise(name, stem, seen)
            if not LEAST_COLUMNS <= whole.shape[-1] <= MOST_COLUMNS:
                raise UnfitError(f"packed rows of {whole.shape[-1]:,} numbers are not read")
            found.wholes[name] = whole
        except UnfitError as error:
            found.refused[name] = str(error)
        except ParseError:
            found.refused[name] = "what is stored of its packing is damaged"
        found.used.update(beside, (name,))
    return found


_Recognise = Callable[[str, str, Seen], Whole]


def _how(name: str, seen: Seen) -> tuple[str, _Recognise | None]:
    """Return the module that codes of this name belong to, and who reads them."""
    stored, stem = seen.stored, name.removesuffix(".weight")
    if name.endswith(".qweight"):
        return name.removesuffix(".qweight"), by_column
    if name.endswith(".weight_packed"):
        return name.removesuffix(".weight_packed"), compressed
    if name.endswith("_blocks") and f"{name.removesuffix('_blocks')}_scales" in stored:
        return name.removesuffix("_blocks"), microscaled
    if f"{name}.absmax" in stored:
        return stem, by_table
    if f"{stem}.SCB" in stored and stem != name:
        return stem, by_output
    if f"{stem}.scales" in stored and f"{stem}.biases" in stored and stem != name:
        return stem, of_mlx
    has_scale = f"{name}_scale_inv" in stored or f"{name}_scale" in stored
    return stem, scaled if has_scale else None


def _beside(name: str, stem: str, stored: Mapping[str, Stored]) -> Iterable[str]:
    named = {*(stem + ending for ending in _BESIDE), *(name + ending for ending in _BESIDE)}
    states = (f"{stem}{STATE}{kind}" for kind in ("nf4", "fp4"))
    return [each for each in (*sorted(named), *states) if each in stored]
