"""Stored bytes as float32, for every plain number format; those of GGML are in ``ggml.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Raw = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Decoder:
    """How one number format becomes float32.

    dtype:  the format in common spelling, ``BF16``
    block:  how many numbers lie together
    bytes:  in how many bytes
    decode: bytes of whole blocks, and whether they are big-endian, to numbers in flat order
    exact:  whether float32 holds every number of the format
    """

    dtype: str
    block: int
    bytes: int
    decode: Callable[[Raw, bool], Floats]
    exact: bool = True


def decoder_of(dtype: str) -> Decoder | None:
    """Return the decoder of a format, in whatever spelling its file uses; ``None`` if unknown."""
    from weighbridge.release.lineage.ggml import BLOCKS  # it stands on this file

    name = _COMMON.get(dtype, dtype)
    return _DECODERS.get(name) or BLOCKS.get(name)


def bf16_to_floats(raw: Raw, big: bool = False) -> Floats:
    """Return bfloat16 as float32: the upper half of its bits."""
    halves = raw.view(">u2" if big else "<u2").astype(np.uint32)
    np.left_shift(halves, 16, out=halves)
    return halves.view(np.float32)


def _plain(code: str) -> Callable[[Raw, bool], Floats]:
    def decode(raw: Raw, big: bool) -> Floats:
        numbers = raw.view(np.dtype(code).newbyteorder(">" if big else "<"))
        return numbers.astype(np.float32, copy=False)

    return decode


def _eight_bits(exponent: int, mantissa: int, bias: int, finite: bool) -> npt.NDArray[np.float32]:
    """Return the 256 values of an 8-bit float; ``finite``: the top exponent holds numbers too."""
    codes = np.arange(256)
    sign = np.where(codes >> 7, -1.0, 1.0)
    power = codes >> mantissa & ((1 << exponent) - 1)
    part = codes & ((1 << mantissa) - 1)
    fraction = part / (1 << mantissa)
    normal = (1 + fraction) * 2.0 ** (power - bias)
    values = np.where(power > 0, normal, fraction * 2.0 ** (1 - bias))
    top = power == (1 << exponent) - 1
    if finite:
        values = np.where(top & (part == (1 << mantissa) - 1), np.nan, values)
    else:
        values = np.where(top, np.where(part == 0, np.inf, np.nan), values)
    return (sign * values).astype(np.float32)


def _make_powers() -> npt.NDArray[np.float32]:
    """Return the 256 values of an exponent without sign and fraction; the last is no number."""
    values = np.ldexp(1.0, np.arange(255) - 127)
    return np.append(values, np.nan).astype(np.float32)


POWERS_OF_TWO = _make_powers()
"""The scales of microscaling formats by code."""


def _table(values: npt.NDArray[np.float32]) -> Callable[[Raw, bool], Floats]:
    def decode(raw: Raw, _big: bool) -> Floats:
        return values[raw]

    return decode


_COMMON = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "uint16": "U16",
    "uint32": "U32",
    "bool": "BOOL",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "float8_e8m0fnu": "F8_E8M0",
}
_DECODERS = {
    each.dtype: each
    for each in (
        Decoder("F64", 1, 8, _plain("f8"), exact=False),
        Decoder("F32", 1, 4, _plain("f4")),
        Decoder("F16", 1, 2, _plain("f2")),
        Decoder("BF16", 1, 2, bf16_to_floats),
        Decoder("I64", 1, 8, _plain("i8"), exact=False),
        Decoder("I32", 1, 4, _plain("i4"), exact=False),
        Decoder("I16", 1, 2, _plain("i2")),
        Decoder("U32", 1, 4, _plain("u4"), exact=False),
        Decoder("U16", 1, 2, _plain("u2")),
        Decoder("I8", 1, 1, _plain("i1")),
        Decoder("U8", 1, 1, _plain("u1")),
        Decoder("BOOL", 1, 1, _plain("u1")),
        Decoder("F8_E4M3", 1, 1, _table(_eight_bits(4, 3, 7, finite=True))),
        Decoder("F8_E8M0", 1, 1, _table(POWERS_OF_TWO)),
        Decoder("F8_E5M2", 1, 1, _table(_eight_bits(5, 2, 15, finite=False))),
    )
}
