"""How each way of packing is told by what is stored, and what its numbers then are."""

from __future__ import annotations

import math

from weighbridge.release.lineage.decode import decoder_of
from weighbridge.release.lineage.ggml import FOUR_BIT_FLOATS
from weighbridge.release.lineage.packed.by_column import INTERLEAVED, SEQUENTIAL, ByColumn
from weighbridge.release.lineage.packed.by_row import ByRow, Grid, from_table, low_first, plain
from weighbridge.release.lineage.packed.fit import (
    Seen,
    UnfitError,
    Whole,
    fits,
    grid_of,
    groups_of,
)
from weighbridge.release.lineage.packed.parts import Stored

_WIDTHS = (2, 4, 8)


def scaled(name: str, stem: str, seen: Seen) -> Whole:
    """Floats or whole numbers of 8 bits with scales beside them; two 4-bit floats in a byte."""
    codes = seen.stored[name]
    scale = seen.stored.get(f"{name}_scale_inv") or seen.need(f"{name}_scale")
    if codes.dtype == "U8" and f"{name}_scale_2" in seen.stored:
        return _four_bit_floats(name, codes, scale, seen, f"{name}_scale_2", inverse=False)
    if not codes.dtype.startswith("F8_E") and codes.dtype != "I8":
        raise UnfitError(f"{codes.dtype} with scales is not read")
    if f"{stem}.weight_zero_point" in seen.stored:
        raise UnfitError("8 bits with zero points are not read")
    fits(len(codes.shape) >= 2)
    grid = grid_of(scale, codes.shape, seen.told.get("weight_block_size"))
    columns = codes.shape[-1]
    packed = ByRow(codes, columns, columns, plain(codes), grid)
    return Whole(name, f"{codes.dtype} with scales", codes.shape, codes, packed)


def _four_bit_floats(
    name: str, codes: Stored, scale: Stored, seen: Seen, whole_scale: str, *, inverse: bool
) -> Whole:
    """Return 4-bit floats with a scale for 16 of them, and one for all."""
    fits(len(codes.shape) >= 2)
    shape = (*codes.shape[:-1], codes.shape[-1] * 2)
    one = seen.need(whole_scale)
    fits(one.tensor.elements == 1)
    factor = float(one.numbers(seen.read)[0])
    if not math.isfinite(factor) or not factor:
        raise UnfitError("its scale is not a number")
    unpack, grid = from_table(FOUR_BIT_FLOATS), groups_of(scale, shape, 16)
    factor = 1 / factor if inverse else factor
    packed = ByRow(codes, shape[-1], codes.shape[-1], unpack, grid, factor=factor)
    return Whole(name, "4-bit floats with scales", shape, codes, packed)


def by_output(name: str, stem: str, seen: Seen) -> Whole:
    """Whole numbers of 8 bits, the largest of each row told beside them: bitsandbytes."""
    codes, largest = seen.stored[name], seen.need(f"{stem}.SCB")
    order = seen.stored.get(f"{stem}.weight_format")
    if codes.dtype != "I8" or len(codes.shape) != 2:
        raise UnfitError(f"{codes.dtype} with the largest of each row is not read")
    if order is not None and order.numbers(seen.read, 0, 1)[0] != 0:
        raise UnfitError("rows laid out for one processor are not read")
    fits(largest.shape == codes.shape[:1])
    grid, columns = grid_of(largest, codes.shape), codes.shape[1]
    packed = ByRow(codes, columns, columns, plain(codes), grid, factor=1 / 127)
    return Whole(name, "I8 with scales", codes.shape, codes, packed)


def microscaled(name: str, stem: str, seen: Seen) -> Whole:
    """4-bit floats, 32 with one power of two as their scale, as gpt-oss stores experts."""
    codes, scale = seen.stored[name], seen.stored[f"{stem}_scales"]
    if codes.dtype != "U8" or scale.dtype != "U8":
        raise UnfitError("blocks and scales that are not bytes are not read")
    fits(len(codes.shape) >= 3 and codes.shape[-1] == 16 and scale.shape == codes.shape[:-1])
    groups = codes.shape[-2]
    shape = (*codes.shape[:-2], groups * 32)
    powers = decoder_of("F8_E8M0")
    assert powers is not None
    power = Stored(scale.tensor, scale.file, scale.begin, powers)
    grid = Grid(power, shape[:-1], (*(1,) * (len(shape) - 1), 32))
    packed = ByRow(codes, shape[-1], groups * 16, from_table(FOUR_BIT_FLOATS), grid)
    return Whole(name, "4-bit floats with scales", shape, codes, packed)


def of_mlx(name: str, stem: str, seen: Seen) -> Whole:
    """Codes of MLX: packed along the inputs, a scale and a bias for each group."""
    codes, scale, plus = (seen.stored[each] for each in (name, f"{stem}.scales", f"{stem}.biases"))
    told = seen.told.get("bits")
    bits = told if told in _WIDTHS else None
    if codes.dtype not in ("U32", "I32") or len(codes.shape) < 2 or bits is None:
        raise UnfitError("packed, and the config does not tell a number of bits that is read")
    shape = (*codes.shape[:-1], codes.shape[-1] * 32 // bits)
    fits(scale.shape == plus.shape)
    grids = groups_of(scale, shape), groups_of(plus, shape)
    unpack = low_first(bits)
    packed = ByRow(codes, shape[-1], codes.shape[-1], unpack, grids[0], plus=grids[1])
    return Whole(name, f"{bits} bits in groups", shape, codes, packed)


def compressed(name: str, stem: str, seen: Seen) -> Whole:
    """Codes of compressed-tensors: whole numbers in words, or 4-bit floats in bytes."""
    codes, scale = seen.stored[name], seen.need(f"{stem}.weight_scale")
    if codes.dtype == "U8" and f"{stem}.weight_global_scale" in seen.stored:
        every = f"{stem}.weight_global_scale"
        return _four_bit_floats(f"{stem}.weight", codes, scale, seen, every, inverse=True)
    told = seen.need(f"{stem}.weight_shape")
    if codes.dtype != "I32" or len(codes.shape) != 2 or told.tensor.elements != 2:
        raise UnfitError(f"{codes.dtype} packed is not read")
    if f"{stem}.weight_g_idx" in seen.stored:
        raise UnfitError("packed with groups out of order is not read")
    rows, columns = (int(each) for each in told.numbers(seen.read))
    fitting = [bits for bits in (4, 8) if -(-columns * bits // 32) == codes.shape[1]]
    fits(rows == codes.shape[0] and columns > 0 and len(fitting) == 1, "shape")
    bits, shape = fitting[0], (rows, columns)
    middle = 1 << bits - 1
    zero = seen.stored.get(f"{stem}.weight_zero_point")
    scales = groups_of(scale, shape)
    zeros = None
    if zero is not None:
        per = 32 // bits
        fits(zero.dtype == "I32" and zero.shape == (-(-rows // per), scale.shape[-1]))
        zeros = Grid(zero, scales.lead, scales.blocks, per, middle)
    unpack = low_first(bits, middle)
    packed = ByRow(codes, columns, codes.shape[1], unpack, scales, zeros)
    return Whole(f"{stem}.weight", f"{bits} bits in groups", shape, codes, packed)


def by_column(name: str, stem: str, seen: Seen) -> Whole:
    """Codes of GPTQ and AWQ, which their shapes tell apart."""
    codes, zeros = seen.stored[name], seen.need(f"{stem}.qzeros")
    scales, groups = seen.need(f"{stem}.scales"), seen.stored.get(f"{stem}.g_idx")
    if not all(len(each.shape) == 2 for each in (codes, zeros, scales)):
        raise UnfitError("packed codes that are no matrix are not read")
    if {codes.dtype, zeros.dtype} != {"I32"} or not scales.dtype.endswith("16"):
        raise UnfitError(f"packed codes of {codes.dtype} are not read")
    outputs = scales.shape[1]
    along_inputs = codes.shape[1] == outputs
    bits = next((b for b in _WIDTHS if zeros.shape[1] * 32 == outputs * b), None)
    if bits is None or (not along_inputs and bits != 4):
        raise UnfitError("packed to a number of bits that is not read")
    inputs = codes.shape[0] * 32 // bits if along_inputs else codes.shape[0]
    fits(along_inputs or codes.shape[1] * 8 == outputs)
    fits(zeros.shape[0] == scales.shape[0] and 0 < scales.shape[0] <= inputs)
    fits(inputs % scales.shape[0] == 0 or groups is not None)
    fits(groups is None or (groups.shape == (inputs,) and groups.dtype == "I32"), "groups")
    newer = seen.told.get("checkpoint_format") == "gptq_v2"
    packed = ByColumn(
        codes,
        zeros,
        scales,
        groups,
        bits,
        inputs,
        along_inputs,
        SEQUENTIAL if along_inputs else INTERLEAVED,
        1 if along_inputs and not newer else 0,
    )
    return Whole(f"{stem}.weight", f"{bits} bits in groups", (outputs, inputs), codes, packed)
