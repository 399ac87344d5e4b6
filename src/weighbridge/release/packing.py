"""How many numbers a quantised tensor holds where several are packed into one stored number.

GPTQ and AWQ pack eight 4-bit numbers into one I32, bitsandbytes and microscaling formats two into
one U8; beside them lie scales and zero points, which are no parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from weighbridge.release.formats import Kind, Tensor
from weighbridge.release.json_files import count_of

_PACKED_ENDINGS = (".qweight", ".weight_packed", "_blocks", ".blocks")
_AUXILIARY_ENDINGS = (
    *(".qzeros", ".scales", "_scales", ".g_idx", ".absmax", ".quant_map", ".weight_scale"),
    *(".weight_scale_inv", ".input_scale", ".weight_shape", ".weight_zero_point", ".SCB"),
    *(".nested_absmax", ".nested_quant_map", ".weight_scale_2", ".weight_global_scale"),
)
_STATE_MARK = ".quant_state."
_BUFFER_ENDINGS = (
    *(".running_mean", ".running_var", ".num_batches_tracked", ".position_ids", ".inv_freq"),
    *(".masked_bias", ".relative_position_index", "/moving_mean", "/moving_variance"),
)
_STORED_BITS = {"I32": 32, "U32": 32, "I8": 8, "U8": 8}


@dataclass(frozen=True, slots=True)
class Parameters:
    """How many parameters a list of tensors holds.

    packed:  some had to be unpacked
    buffers: numbers kept with the model and never trained, which are no parameters
    repeats: numbers that a tied tensor or a view shows once more
    """

    count: int
    packed: bool
    buffers: int = 0
    repeats: int = 0


def count_parameters(tensors: Iterable[Tensor], quantisation: dict[str, Any] | None) -> Parameters:
    """Return the parameters in ``tensors``; each is counted once.

    ``quantisation`` is the config's ``quantization_config``, whose ``bits`` says how tightly
    numbers are packed; without it, and with packed names, 4 bits are assumed.
    """
    listed = list(tensors)
    names = {tensor.name for tensor in listed}
    total = buffers = repeats = 0
    any_packed = False
    for tensor in listed:
        if is_buffer(tensor):
            buffers += tensor.elements
            continue
        if tensor.kind is not Kind.WEIGHT or _is_auxiliary(tensor.name, quantisation is not None):
            continue
        repeats += tensor.repeats
        if tensor.holds is not None:
            total, any_packed = total + tensor.holds, True
            continue
        stored, bits = _packing(tensor, names, quantisation)
        any_packed = any_packed or stored > bits
        total += (tensor.elements - tensor.repeats) * stored // bits
    return Parameters(total, any_packed, buffers, repeats)


def is_buffer(tensor: Tensor) -> bool:
    """Return whether a tensor is kept with the model and never trained, as file or name tells."""
    if tensor.kind is Kind.BUFFER:
        return True
    name = tensor.name.removesuffix(":0")
    if name.endswith(_BUFFER_ENDINGS):
        return True
    # The causal mask of early GPT models, named like a bias: one by one by length by length.
    mask = len(tensor.shape) == 4 and tensor.shape[:2] == (1, 1)
    return mask and name.endswith((".attn.bias", ".attention.bias"))


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
