"""How many numbers a quantised tensor holds where several are packed into one stored number.

GPTQ and AWQ pack eight 4-bit numbers into one I32, bitsandbytes and microscaling formats two into
one U8; beside them lie scales and zero points, which are no parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from weighbridge.release.formats import Tensor
from weighbridge.release.json_files import count_of

_PACKED_ENDINGS = (".qweight", ".weight_packed", "_blocks", ".blocks")
_AUXILIARY_ENDINGS = (
    *(".qzeros", ".scales", "_scales", ".g_idx", ".absmax", ".quant_map", ".weight_scale"),
    *(".weight_scale_inv", ".input_scale", ".weight_shape", ".weight_zero_point", ".SCB"),
    *(".nested_absmax", ".nested_quant_map", ".weight_scale_2", ".weight_global_scale"),
)
_STATE_MARK = ".quant_state."
_STORED_BITS = {"I32": 32, "U32": 32, "I8": 8, "U8": 8}


@dataclass(frozen=True, slots=True)
class Parameters:
    """How many parameters a list of tensors holds, and whether any had to be unpacked."""

    count: int
    packed: bool


def count_parameters(tensors: Iterable[Tensor], quantisation: dict[str, Any] | None) -> Parameters:
    """Return the parameters in ``tensors``; each is counted once.

    ``quantisation`` is the config's ``quantization_config``, whose ``bits`` says how tightly
    numbers are packed; without it, and with packed names, 4 bits are assumed.
    """
    listed = list(tensors)
    names = {tensor.name for tensor in listed}
    total, any_packed = 0, False
    for tensor in listed:
        if _is_auxiliary(tensor.name, quantisation is not None):
            continue
        stored, bits = _packing(tensor, names, quantisation)
        any_packed = any_packed or stored > bits
        total += tensor.elements * stored // bits
    return Parameters(total, any_packed)


def _is_auxiliary(name: str, quantised: bool) -> bool:
    return quantised and (name.endswith(_AUXILIARY_ENDINGS) or _STATE_MARK in name)


def _packing(
    tensor: Tensor, names: set[str], quantisation: dict[str, Any] | None
) -> tuple[int, int]:
    """Return the bits of one stored number and of one parameter in it."""
    stored = _STORED_BITS.get(tensor.dtype)
    if stored is None:
        return 1, 1
    four_bit = f"{tensor.name}.absmax" in names and f"{tensor.name}.quant_map" in names
    if not four_bit and not tensor.name.endswith(_PACKED_ENDINGS):
        return 1, 1
    bits = count_of((quantisation or {}).get("bits"))
    return stored, bits if bits in (2, 3, 4, 8) else 4
