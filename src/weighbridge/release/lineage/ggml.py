"""The blocks of GGML as float32: some numbers that share a scale, packed to a few bits each.

Each function takes blocks as rows of bytes and gives the numbers of a block as a row. What the
format defines and this file leaves out (grids of the ``IQ1`` to ``IQ3`` types, layouts made for
one processor) is said to be not read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from weighbridge.release.formats.ggml_types import TYPES
from weighbridge.release.lineage.decode import POWERS_OF_TWO, Decoder, Floats, Raw

Numbers = npt.NDArray[np.int8]
_Unpack = Callable[[Raw, bool], Floats]

FOUR_BIT_FLOATS = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], np.float32)
FOUR_BIT_FLOATS = np.concatenate([FOUR_BIT_FLOATS, -FOUR_BIT_FLOATS])
"""The values of a 4-bit float of 1 sign, 2 exponent and 1 fraction bits, by code."""

UNEVEN = np.array(
    [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], np.int8
)
"""The values of the ``IQ4`` types by code: closer together around zero."""

_LOWEST_FOUR, _LOWEST_TWO = np.uint8(15), np.uint8(3)
_PAIRS_OF_BITS = np.array([0, 2, 4, 6], np.uint8).reshape(1, 1, 4, 1)
_NIBBLES = np.array([0, 4], np.uint8).reshape(1, 1, 2, 1)
_POWERS_OF_THREE = np.array([1, 3, 9, 27, 81], np.uint8).reshape(1, 5, 1)


def nibbles(packed: Raw, group: int) -> Raw:
    """Return 4-bit codes: of each ``group`` bytes first the lower halves, then the upper."""
    codes: Raw = packed.reshape(len(packed), -1, 1, group) >> _NIBBLES & _LOWEST_FOUR
    return codes.reshape(len(packed), -1)


def _halves(blocks: Raw, at: int, count: int, big: bool) -> Floats:
    """Return float16 numbers of each block as float32, shaped to multiply."""
    stored = np.ascontiguousarray(blocks[:, at : at + 2 * count])
    return stored.view(">f2" if big else "<f2").astype(np.float32)


def _signed(codes: npt.NDArray[Any], middle: int) -> Numbers:
    return codes.astype(np.int8) - np.int8(middle)


def _scaled(codes: npt.NDArray[np.generic], scales: Floats) -> Floats:
    """Return codes times the scale of the group in which each stands, as many as scales."""
    grouped = codes.reshape(*scales.shape, -1).astype(np.float32)
    grouped *= scales[:, :, None]
    return grouped.reshape(len(codes), -1)


def _q4_0(blocks: Raw, big: bool) -> Floats:
    return _scaled(_signed(nibbles(blocks[:, 2:], 16), 8), _halves(blocks, 0, 1, big))


def _q4_1(blocks: Raw, big: bool) -> Floats:
    both = _halves(blocks, 0, 2, big)
    return _less(_scaled(nibbles(blocks[:, 4:], 16), both[:, :1]), -both[:, 1:])


def _fifth_bits(stored: Raw, big: bool) -> Raw:
    """Return 32 bits of a whole number as 16, where they belong above 4-bit codes."""
    ordered = stored[:, ::-1] if big else stored
    return np.unpackbits(ordered, axis=1, bitorder="little") << np.uint8(4)


def _q5_0(blocks: Raw, big: bool) -> Floats:
    codes = nibbles(blocks[:, 6:], 16) | _fifth_bits(blocks[:, 2:6], big)
    return _scaled(_signed(codes, 16), _halves(blocks, 0, 1, big))


def _q5_1(blocks: Raw, big: bool) -> Floats:
    both = _halves(blocks, 0, 2, big)
    codes = nibbles(blocks[:, 8:], 16) | _fifth_bits(blocks[:, 4:8], big)
    return _less(_scaled(codes, both[:, :1]), -both[:, 1:])


def _q8_0(blocks: Raw, big: bool) -> Floats:
    return _scaled(blocks[:, 2:].view(np.int8), _halves(blocks, 0, 1, big))


def _q8_1(blocks: Raw, big: bool) -> Floats:
    return _scaled(blocks[:, 4:].view(np.int8), _halves(blocks, 0, 1, big))


def _q8_k(blocks: Raw, big: bool) -> Floats:
    scale = np.ascontiguousarray(blocks[:, :4]).view(">f4" if big else "<f4").astype(np.float32)
    return _scaled(blocks[:, 4:260].view(np.int8), scale)


def _two_bits(packed: Raw) -> Raw:
    """Return 2-bit codes: of each 32 bytes first the lowest pairs of bits, then the next."""
    codes: Raw = packed.reshape(len(packed), -1, 1, 32) >> _PAIRS_OF_BITS & _LOWEST_TWO
    return codes.reshape(len(packed), -1)


def _q2_k(blocks: Raw, big: bool) -> Floats:
    both, scales = _halves(blocks, 80, 2, big), blocks[:, :16]
    step, least = both[:, :1] * (scales & 15), both[:, 1:] * (scales >> 4)
    return _less(_scaled(_two_bits(blocks[:, 16:80]), step), least)


def _less(numbers: Floats, minima: Floats) -> Floats:
    """Return numbers less the minimum of the group in which each stands."""
    grouped = numbers.reshape(*minima.shape, -1)
    grouped -= minima[:, :, None]
    return numbers


def _q3_k(blocks: Raw, big: bool) -> Floats:
    packed = blocks[:, 96:108]
    low = (packed[:, None, :8] >> _NIBBLES[0] & 15).reshape(len(blocks), 16)
    high = (packed[:, None, 8:] >> _PAIRS_OF_BITS[0] & 3).reshape(len(blocks), 16)
    scales = _signed(low | high << 4, 32) * _halves(blocks, 108, 1, big)
    masks = np.arange(8, dtype=np.uint8).reshape(1, 8, 1)
    above = (blocks[:, None, :32] >> masks & 1).reshape(len(blocks), 256) << np.uint8(2)
    return _scaled(_signed(_two_bits(blocks[:, 32:96]) | above, 4), scales)


def _scales_and_minima(blocks: Raw, big: bool) -> tuple[Floats, Floats]:
    """Return the 8 scales and 8 minima of the ``K`` types of 4 and 5 bits, 6 bits each."""
    both, packed = _halves(blocks, 0, 2, big), blocks[:, 4:16]
    first, second, last = packed[:, :4], packed[:, 4:8], packed[:, 8:]
    scales = np.concatenate([first & 63, last & 15 | first >> 6 << 4], axis=1)
    minima = np.concatenate([second & 63, last >> 4 | second >> 6 << 4], axis=1)
    return both[:, :1] * scales, both[:, 1:] * minima


def _q4_k(blocks: Raw, big: bool) -> Floats:
    scales, minima = _scales_and_minima(blocks, big)
    return _less(_scaled(nibbles(blocks[:, 16:], 32), scales), minima)


def _q5_k(blocks: Raw, big: bool) -> Floats:
    scales, minima = _scales_and_minima(blocks, big)
    places = np.arange(8, dtype=np.uint8).reshape(1, 8, 1)
    above = (blocks[:, None, 16:48] >> places & 1).reshape(len(blocks), 256) << np.uint8(4)
    codes = nibbles(blocks[:, 48:], 32) | above
    return _less(_scaled(codes, scales), minima)


def _q6_k(blocks: Raw, big: bool) -> Floats:
    codes = nibbles(blocks[:, :128], 64) | _two_bits(blocks[:, 128:192]) << np.uint8(4)
    scales = _halves(blocks, 208, 1, big) * blocks[:, 192:208].view(np.int8)
    return _scaled(_signed(codes, 32), scales)


def _iq4_nl(blocks: Raw, big: bool) -> Floats:
    return _scaled(UNEVEN[nibbles(blocks[:, 2:], 16)], _halves(blocks, 0, 1, big))


def _iq4_xs(blocks: Raw, big: bool) -> Floats:
    low = nibbles(blocks[:, 4:8], 1)
    pair = blocks[:, 3:1:-1] if big else blocks[:, 2:4]
    high = (pair[:, :, None] >> _PAIRS_OF_BITS.reshape(1, 1, 4) & 3).reshape(len(blocks), 8)
    scales = _signed(low | high << 4, 32) * _halves(blocks, 0, 1, big)
    return _scaled(UNEVEN[nibbles(blocks[:, 8:], 16)], scales)


def _tq1_0(blocks: Raw, big: bool) -> Floats:
    parts = []
    for begin, end, digits in ((0, 32, 5), (32, 48, 5), (48, 52, 4)):
        # The byte is a fraction of 256: a digit is what stands before the point of three times it.
        shifted = blocks[:, None, begin:end] * _POWERS_OF_THREE[:, :digits]
        parts.append((shifted.astype(np.uint16) * 3 >> 8).reshape(len(blocks), -1))
    codes = np.concatenate(parts, axis=1).astype(np.uint8)
    return _scaled(_signed(codes, 1), _halves(blocks, 52, 1, big))


def _tq2_0(blocks: Raw, big: bool) -> Floats:
    return _scaled(_signed(_two_bits(blocks[:, :64]), 1), _halves(blocks, 64, 1, big))


def _mxfp4(blocks: Raw, _big: bool) -> Floats:
    return _scaled(FOUR_BIT_FLOATS[nibbles(blocks[:, 1:], 16)], POWERS_OF_TWO[blocks[:, :1]])


def _small_scales() -> Floats:
    codes = np.arange(256)
    power, part = codes >> 3 & 15, codes & 7
    values = np.where(power, (1 + part / 8) * 2.0 ** (power - 7), part * 2.0**-9)
    return np.where(codes == 127, 0, values).astype(np.float32)


_SMALL_SCALES = _small_scales()


def _nvfp4(blocks: Raw, _big: bool) -> Floats:
    return _scaled(FOUR_BIT_FLOATS[nibbles(blocks[:, 4:], 8)], _SMALL_SCALES[blocks[:, :4]])


_UNPACK: dict[str, _Unpack] = {
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q5_0": _q5_0,
    "Q5_1": _q5_1,
    "Q8_0": _q8_0,
    "Q8_1": _q8_1,
    "Q2_K": _q2_k,
    "Q3_K": _q3_k,
    "Q4_K": _q4_k,
    "Q5_K": _q5_k,
    "Q6_K": _q6_k,
    "Q8_K": _q8_k,
    "IQ4_NL": _iq4_nl,
    "IQ4_XS": _iq4_xs,
    "TQ1_0": _tq1_0,
    "TQ2_0": _tq2_0,
    "MXFP4": _mxfp4,
    "NVFP4": _nvfp4,
}
_ROUNDED = frozenset({"Q4_1", "Q5_1", "Q2_K", "Q4_K", "Q5_K", "Q8_K"})


def _decode(unpack: _Unpack, size: int) -> Callable[[Raw, bool], Floats]:
    def decode(raw: Raw, big: bool) -> Floats:
        if not len(raw):
            return np.empty(0, np.float32)
        return unpack(raw.reshape(-1, size), big).reshape(-1)

    return decode


BLOCKS = {
    name: Decoder(name, numbers, size, _decode(_UNPACK[name], size), exact=name not in _ROUNDED)
    for name, numbers, size in TYPES.values()
    if name in _UNPACK
}
"""The decoders by the name of their type."""
