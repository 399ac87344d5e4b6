"""Blocks of GGML as numbers: against blocks made by hand, and against the formats' own library."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from tests.extras import needed

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from weighbridge.release.formats.ggml_types import TYPES  # noqa: E402
from weighbridge.release.lineage.decode import decoder_of  # noqa: E402
from weighbridge.release.lineage.ggml import BLOCKS  # noqa: E402

NOT_READ = {
    *("Q4_2", "Q4_3", "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "IQ4_NL_4_4", "IQ4_NL_4_8"),
    *("IQ4_NL_8_8", "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "Q1_0"),
}


def numbers(dtype: str, block: bytes, big: bool = False) -> list[float]:
    decoder = decoder_of(dtype)
    assert decoder is not None
    assert len(block) == decoder.bytes
    found = decoder.decode(np.frombuffer(block, np.uint8), big)
    assert found.dtype == np.float32
    assert len(found) == decoder.block
    return list(found.tolist())


def half(value: float, big: bool = False) -> bytes:
    return struct.pack(">e" if big else "<e", value)


NIBBLES = bytes(at | (15 - at) << 4 for at in range(16))
UPWARDS = [*range(16), *range(15, -1, -1)]


def test_every_type_is_read_or_known_to_be_not() -> None:
    assert {name for name, *_ in TYPES.values() if decoder_of(name) is None} == NOT_READ
    assert all(
        (each.block, each.bytes) in {t[1:] for t in TYPES.values()} for each in BLOCKS.values()
    )


@pytest.mark.parametrize("big", [False, True])
def test_blocks_of_one_scale(big: bool) -> None:
    assert numbers("Q4_0", half(0.5, big) + NIBBLES, big) == [(at - 8) / 2 for at in UPWARDS]
    stored = half(0.5, big) + half(-3, big) + NIBBLES
    assert numbers("Q4_1", stored, big) == [at / 2 - 3 for at in UPWARDS]
    signed = struct.pack("32b", *range(-16, 16))
    assert numbers("Q8_0", half(0.25, big) + signed, big) == [at / 4 for at in range(-16, 16)]
    assert numbers("Q8_1", half(0.25, big) + half(9) + signed, big)[0] == -4


@pytest.mark.parametrize("big", [False, True])
def test_the_fifth_bits_stand_apart(big: bool) -> None:
    above = struct.pack(">I" if big else "<I", 1 << 0 | 1 << 16 | 1 << 31)
    codes = [at + 16 * (place in (0, 16, 31)) for place, at in enumerate(UPWARDS)]
    assert numbers("Q5_0", half(1, big) + above + NIBBLES, big) == [at - 16 for at in codes]
    stored = half(1, big) + half(2, big) + above + NIBBLES
    assert numbers("Q5_1", stored, big) == [at + 2 for at in codes]


def test_two_bits() -> None:
    scales = bytes(at | (15 - at) << 4 for at in range(16))
    codes = bytes([0b11_10_01_00]) * 64
    found = numbers("Q2_K", scales + codes + half(1) + half(0.5))
    expected = [
        group * (group % 8 // 2) - (15 - group) / 2 for group in range(16) for _ in range(16)
    ]
    assert found == expected


def test_three_bits() -> None:
    # Scales 0 to 15 in their lower halves, all upper parts 2: 32 to 47, less 32.
    scales = bytes(at | (at + 8) << 4 for at in range(8)) + bytes([0b10_10_10_10]) * 4
    masks = bytes([0b0000_1111]) * 32
    found = numbers("Q3_K", masks + bytes([0b11_10_01_00]) * 64 + scales + half(1))
    lacking = [0 if group < 8 else 4 for group in range(16)]
    expected = [
        group * ((group % 8 // 2) - lacking[group]) for group in range(16) for _ in range(16)
    ]
    assert found == expected


def packed_scales(scales: list[int], minima: list[int]) -> bytes:
    first = [scales[at] | scales[at + 4] >> 4 << 6 for at in range(4)]
    second = [minima[at] | minima[at + 4] >> 4 << 6 for at in range(4)]
    last = [scales[at] & 15 | (minima[at] & 15) << 4 for at in range(4, 8)]
    return bytes([*first, *second, *last])


def test_four_and_five_bits() -> None:
    scales, minima = [1, 2, 3, 63, 5, 21, 38, 63], [9, 0, 62, 33, 17, 34, 51, 63]
    head = half(1) + half(0.5) + packed_scales(scales, minima)
    found = numbers("Q4_K", head + bytes([0x3C]) * 128)
    codes = [12, 3] * 4
    expected = [scales[at] * codes[at] - minima[at] / 2 for at in range(8) for _ in range(32)]
    assert found == expected
    found = numbers("Q5_K", head + bytes([0b0000_0110]) * 32 + bytes([0x3C]) * 128)
    codes[1:3] = [3 + 16, 12 + 16]
    expected = [scales[at] * codes[at] - minima[at] / 2 for at in range(8) for _ in range(32)]
    assert found == expected


def test_six_bits() -> None:
    low = (bytes([0x21]) * 32 + bytes([0x43]) * 32) * 2
    scales = struct.pack("16b", *range(-8, 8))
    found = numbers("Q6_K", low + bytes([0b11_10_01_00]) * 64 + scales + half(2))
    codes = [1 - 32, 3 + 16 - 32, 2 + 32 - 32, 4 + 48 - 32] * 2
    expected = [2 * (at - 8) * codes[at // 2] for at in range(16) for _ in range(16)]
    assert found == expected


@pytest.mark.parametrize("big", [False, True])
def test_eight_bits_of_256(big: bool) -> None:
    signed = struct.pack("256b", *range(-128, 128))
    stored = struct.pack(">f" if big else "<f", 0.5) + signed + bytes(32)
    assert numbers("Q8_K", stored, big) == [at / 2 for at in range(-128, 128)]


@pytest.mark.parametrize("big", [False, True])
def test_uneven_steps(big: bool) -> None:
    steps = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
    assert numbers("IQ4_NL", half(1, big) + NIBBLES, big) == steps + steps[::-1]
    high = struct.pack(">H" if big else "<H", 0b00_00_00_00_00_00_11_10)
    found = numbers("IQ4_XS", half(1, big) + high + bytes([0x51, 0, 0, 0]) + NIBBLES * 8, big)
    assert found[0] == -127 * (1 + 32 - 32)
    assert found[32] == -127 * (5 + 48 - 32)
    assert found[64] == -127 * -32


def test_three_values() -> None:
    # Five digits of three as the fraction of 256 just above: 2, 1, 0, 2, 1 after the point.
    digits = [2, 1, 0, 2, 1]
    whole = sum(digit * 3 ** (4 - at) for at, digit in enumerate(digits))
    byte = -(-whole * 256 // 243)
    found = numbers("TQ1_0", bytes([byte]) * 52 + half(3))
    assert found[:160:32] == [3 * (digit - 1) for digit in digits]
    assert found[160:240:16] == [3 * (digit - 1) for digit in digits]
    assert found[240::4] == [3 * (digit - 1) for digit in digits[:4]]
    found = numbers("TQ2_0", bytes([0b00_10_01_00]) * 64 + half(3))
    assert found[:128:32] == [-3, 0, 3, -3]


def test_four_bit_floats() -> None:
    values = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    values += [-each for each in values]
    stored = bytes([128]) + NIBBLES
    assert numbers("MXFP4", stored) == [2 * each for each in values + values[::-1]]


def test_four_bit_floats_with_small_scales() -> None:
    stored = bytes([0x38, 0x40, 0, 1]) + bytes([0x21]) * 32
    found = numbers("NVFP4", stored)
    assert found[0:16:8] == [0.5, 1]
    assert found[16:32:8] == [1, 2]
    assert found[32] == 0
    assert found[48] == 0.5 * 2**-9


def test_no_blocks_are_no_numbers() -> None:
    for each in BLOCKS.values():
        assert len(each.decode(np.empty(0, np.uint8), False)) == 0


@pytest.mark.extra
@pytest.mark.parametrize("dtype", sorted(set(BLOCKS) - {"Q8_1", "Q8_K"}))
def test_the_library_of_the_format_reads_the_same(dtype: str) -> None:
    gguf: Any = needed("gguf", "gguf")
    decoder = BLOCKS[dtype]
    kind = gguf.GGMLQuantizationType[dtype]
    raw = np.random.default_rng(7).integers(0, 256, (200, decoder.bytes), dtype=np.uint8)
    with np.errstate(all="ignore"):
        theirs = gguf.dequantize(raw, kind).reshape(-1)
        ours = decoder.decode(raw.reshape(-1), False)
    np.testing.assert_array_equal(ours, theirs.astype(np.float32))


@pytest.mark.extra
@pytest.mark.parametrize("dtype", ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0"])
def test_what_the_library_quantises_comes_back(dtype: str) -> None:
    gguf: Any = needed("gguf", "gguf")
    weights = np.random.default_rng(3).standard_normal((4, 512)).astype(np.float32)
    stored = gguf.quantize(weights, gguf.GGMLQuantizationType[dtype])
    back = BLOCKS[dtype].decode(stored.reshape(-1), False).reshape(weights.shape)
    cosine = (back * weights).sum() / np.linalg.norm(back) / np.linalg.norm(weights)
    assert cosine > (0.6 if dtype.startswith("T") else 0.99)
