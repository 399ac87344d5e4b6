"""Tensors stored as codes and scales: packed by hand here, and read back as numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.release.lineage.storing import store

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from weighbridge.release.lineage.checkpoint import Checkpoint  # noqa: E402
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402

NAME = "model.layers.0.self_attn.q_proj"
FLOATS = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], np.float32)
FLOATS = np.concatenate([FLOATS, -FLOATS])


def rng() -> Any:
    return np.random.default_rng(5)


def words(codes: Any, bits: int, axis: int, places: tuple[int, ...] | None = None) -> Any:
    """Pack codes along an axis into words of 32 bits."""
    per = 32 // bits
    codes = np.moveaxis(codes, axis, -1)
    codes = codes.reshape(*codes.shape[:-1], -1, per).astype(np.uint32)
    packed = np.zeros(codes.shape[:-1], np.uint32)
    for at in range(per):
        place = places[at] if places else at
        packed |= codes[..., at] << np.uint32(place * bits)
    return np.ascontiguousarray(np.moveaxis(packed, -1, axis)).view(np.int32)


def read_alike(folder: Path, name: str, expected: Any) -> None:
    """Every way of reading gives the numbers expected, and nothing else is held."""
    with open_checkpoint(folder) as checkpoint:
        assert list(checkpoint.held) == [name]
        assert checkpoint.left_out == ()
        held = checkpoint.held[name]
        assert held.tensor.shape == expected.shape
        flat = expected.reshape(-1)
        assert checkpoint.raw(held, 0, held.elements) is None
        np.testing.assert_allclose(checkpoint.whole(held).reshape(-1), flat, rtol=1e-6)
        rows = expected.reshape(held.matrix)
        which = np.array([len(rows) - 1, 0, 3, 3])
        np.testing.assert_allclose(checkpoint.rows(held, which), rows[which], rtol=1e-6)
        for begin, end in ((0, 1), (5, 99), (len(flat) - 7, len(flat)), (33, 34)):
            np.testing.assert_allclose(
                checkpoint.numbers(held, begin, end), flat[begin:end], rtol=1e-6
            )


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("version", ["gptq", "gptq_v2"])
@pytest.mark.parametrize("shuffled", [False, True])
def test_gptq(tmp_path: Path, bits: int, version: str, shuffled: bool) -> None:
    inputs, outputs, groups = 64, 48, 4
    codes = rng().integers(0, 1 << bits, (inputs, outputs))
    zeros = rng().integers(1, 1 << bits, (groups, outputs))
    scales = rng().random((groups, outputs)).astype(np.float16)
    group = np.arange(inputs) // 16
    if shuffled:
        group = group[rng().permutation(inputs)]
    arrays = {
        f"{NAME}.qweight": words(codes, bits, 0),
        f"{NAME}.qzeros": words(zeros - (version == "gptq"), bits, 1),
        f"{NAME}.scales": scales,
        f"{NAME}.g_idx": group.astype(np.int32),
    }
    config = {"quantization_config": {"bits": bits, "checkpoint_format": version}}
    expected = (codes - zeros[group]) * scales.astype(np.float32)[group]
    read_alike(store(tmp_path, arrays, config), f"{NAME}.weight", expected.T)


def test_awq(tmp_path: Path) -> None:
    inputs, outputs, groups = 64, 48, 2
    codes = rng().integers(0, 16, (inputs, outputs))
    zeros = rng().integers(0, 16, (groups, outputs))
    scales = rng().random((groups, outputs)).astype(np.float16)
    places = (0, 4, 1, 5, 2, 6, 3, 7)
    arrays = {
        f"{NAME}.qweight": words(codes, 4, 1, places),
        f"{NAME}.qzeros": words(zeros, 4, 1, places),
        f"{NAME}.scales": scales,
    }
    group = np.arange(inputs) // 32
    expected = (codes - zeros[group]) * scales.astype(np.float32)[group]
    read_alike(store(tmp_path, arrays, {}), f"{NAME}.weight", expected.T)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("even", [True, False])
def test_compressed_tensors(tmp_path: Path, bits: int, even: bool) -> None:
    rows, columns, middle = 16, 64, 1 << (bits - 1)
    codes = rng().integers(-middle, middle, (rows, columns))
    scales = rng().random((rows, 2)).astype(np.float16)
    zeros = np.zeros((rows, 2), int) if even else rng().integers(-middle, middle, (rows, 2))
    arrays = {
        f"{NAME}.weight_packed": words(codes + middle, bits, 1),
        f"{NAME}.weight_scale": scales,
        f"{NAME}.weight_shape": np.array([rows, columns], np.int64),
    }
    if not even:
        arrays[f"{NAME}.weight_zero_point"] = words(zeros + middle, bits, 0)
    expected = (codes - np.repeat(zeros, 32, 1)) * np.repeat(scales.astype(np.float32), 32, 1)
    read_alike(store(tmp_path, arrays, {}), f"{NAME}.weight", expected)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_mlx(tmp_path: Path, bits: int) -> None:
    codes = rng().integers(0, 1 << bits, (8, 128))
    scales, biases = rng().random((2, 8, 2)).astype(np.float16)
    arrays = {
        f"{NAME}.weight": words(codes, bits, 1).view(np.uint32),
        f"{NAME}.scales": scales,
        f"{NAME}.biases": biases,
    }
    wide = [np.repeat(each.astype(np.float32), 64, 1) for each in (scales, biases)]
    config = {"quantization": {"bits": bits, "group_size": 64}}
    read_alike(store(tmp_path, arrays, config), f"{NAME}.weight", codes * wide[0] + wide[1])


def test_experts_of_microscaled_floats(tmp_path: Path) -> None:
    blocks = rng().integers(0, 256, (2, 6, 3, 16), dtype=np.uint8)
    scales = rng().integers(120, 135, (2, 6, 3), dtype=np.uint8)
    name = "model.layers.0.mlp.experts.gate_up_proj"
    arrays = {f"{name}_blocks": blocks, f"{name}_scales": scales}
    values = np.stack((FLOATS[blocks & 15], FLOATS[blocks >> 4]), axis=-1).reshape(2, 6, 3, 32)
    expected = (values * 2.0 ** (scales.astype(np.float32) - 127)[..., None]).reshape(2, 6, 96)
    read_alike(store(tmp_path, arrays, {}), f"{name}_blocks", expected)


@pytest.mark.parametrize("inverse", [False, True])
def test_four_bit_floats_with_two_scales(tmp_path: Path, inverse: bool) -> None:
    codes = rng().integers(0, 256, (8, 32), dtype=np.uint8)
    scales = np.full((8, 4), 0x40, np.uint8)
    scales[0] = 0x38
    values = FLOATS[np.stack((codes & 15, codes >> 4), axis=-1).reshape(8, 64)]
    if inverse:
        names = (f"{NAME}.weight_packed", f"{NAME}.weight_scale", f"{NAME}.weight_global_scale")
    else:
        names = (f"{NAME}.weight", f"{NAME}.weight_scale", f"{NAME}.weight_scale_2")
    arrays = dict(zip(names, (codes, scales, np.array([4.0], np.float32)), strict=True))
    values = values * np.array([1] + [2] * 7)[:, None] * (0.25 if inverse else 4)
    folder = store(tmp_path, arrays, {}, {names[1]: "F8_E4M3"})
    read_alike(folder, f"{NAME}.weight", values)


@pytest.mark.parametrize(
    ("ending", "scales"),
    [
        ("weight_scale_inv", (2, 3)),
        ("weight_scale", (200, 1)),
        ("weight_scale", (200,)),
        ("weight_scale", (1,)),
        ("weight_scale", ()),
    ],
)
def test_eight_bit_floats(tmp_path: Path, ending: str, scales: tuple[int, ...]) -> None:
    codes = rng().choice(np.array([0x38, 0x40, 0xB8], np.uint8), (200, 300))
    values = np.select([codes == 0x38, codes == 0x40], [1.0, 2.0], -1.0)
    scale = np.asarray(rng().random(scales) + 0.5, np.float32)
    wide = np.repeat(np.repeat(scale, 128, 0), 128, 1)[:200, :300] if scales == (2, 3) else scale
    wide = wide[:, None] if scales == (200,) else wide
    arrays = {f"{NAME}.weight": codes, f"{NAME}.{ending}": scale}
    folder = store(tmp_path, arrays, {}, {f"{NAME}.weight": "F8_E4M3"})
    read_alike(folder, f"{NAME}.weight", values * wide)


def test_bitsandbytes_of_eight_bits(tmp_path: Path) -> None:
    codes = rng().integers(-127, 128, (16, 40)).astype(np.int8)
    largest = (rng().random(16) + 0.5).astype(np.float32)
    arrays = {
        f"{NAME}.weight": codes,
        f"{NAME}.SCB": largest,
        f"{NAME}.weight_format": np.zeros((), np.uint8),
    }
    expected = codes * largest[:, None] / 127
    read_alike(store(tmp_path, arrays, {}), f"{NAME}.weight", expected)


def four_bits(nested: bool, shape: tuple[int, int] = (12, 70)) -> tuple[dict[str, Any], Any]:
    count = shape[0] * shape[1]
    table = np.sort(rng().standard_normal(16)).astype(np.float32)
    codes = rng().integers(0, 16, count)
    pairs = codes.reshape(-1, 2)
    state: dict[str, Any] = {"quant_type": "nf4", "blocksize": 64, "shape": list(shape)}
    arrays = {
        f"{NAME}.weight": (pairs[:, :1] << 4 | pairs[:, 1:]).astype(np.uint8),
        f"{NAME}.weight.quant_map": table,
    }
    blocks = -(-count // 64)
    if nested:
        inner = rng().random(256).astype(np.float32)
        own = rng().random(-(-blocks // 4)).astype(np.float32)
        stored = rng().integers(0, 256, blocks, dtype=np.uint8)
        scales = inner[stored] * own[np.arange(blocks) // 4] + 0.25
        arrays[f"{NAME}.weight.nested_quant_map"] = inner
        arrays[f"{NAME}.weight.nested_absmax"] = own
        state |= {"nested_blocksize": 4, "nested_offset": 0.25}
    else:
        stored = scales = rng().random(blocks).astype(np.float32)
    arrays[f"{NAME}.weight.absmax"] = stored
    text = np.frombuffer(json.dumps(state).encode(), np.uint8)
    arrays[f"{NAME}.weight.quant_state.bitsandbytes__nf4"] = text
    return arrays, (table[codes] * np.repeat(scales, 64)[:count]).reshape(shape)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("shape", [(12, 70), (14, 33)])
def test_bitsandbytes_of_four_bits(tmp_path: Path, nested: bool, shape: tuple[int, int]) -> None:
    arrays, expected = four_bits(nested, shape)
    read_alike(store(tmp_path, arrays, {}), f"{NAME}.weight", expected)


def refused(folder: Path) -> tuple[str, ...]:
    with open_checkpoint(folder) as checkpoint:
        assert list(checkpoint.held) == ["other.weight"]
        return checkpoint.left_out


OTHER = {"other.weight": np.ones((2, 40), np.float32)}


def test_what_does_not_fit_is_left_out_with_the_reason(tmp_path: Path) -> None:
    arrays = {
        f"{NAME}.qweight": np.zeros((8, 48), np.int32),
        f"{NAME}.qzeros": np.zeros((4, 18), np.int32),
        f"{NAME}.scales": np.ones((4, 48), np.float16),
        "a.qweight": np.zeros((8, 48), np.int32),
        "b.weight": np.zeros((64, 64), np.int8),
        "b.weight_scale": np.ones((7, 3), np.float32),
        **OTHER,
    }
    assert refused(store(tmp_path, arrays, {})) == (
        f"`{NAME}.qweight`: packed to a number of bits that is not read",
        "`a.qweight`: packed, and `qzeros` is missing beside it",
        "`b.weight`: the shapes of its codes and scales do not fit together",
    )


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"[]",
        b"{",
        b'{"shape": [12, 70]}',
        b'{"shape": [12, 70], "blocksize": 0}',
        b'{"shape": [12, 7000], "blocksize": 64}',
        b'{"shape": [-12, 70], "blocksize": 64}',
        b'{"shape": 5, "blocksize": 64}',
        b'{"shape": [12, 70], "blocksize": 40}',
        b"[" * 5000,
    ],
)
def test_a_hostile_state_is_left_out(tmp_path: Path, state: bytes) -> None:
    arrays, _ = four_bits(nested=False)
    arrays[f"{NAME}.weight.quant_state.bitsandbytes__nf4"] = np.frombuffer(state, np.uint8)
    (line,) = refused(store(tmp_path, arrays | OTHER, {}))
    assert line.startswith(f"`{NAME}.weight`: ")


def test_a_stripe_is_read_once_for_readers_that_go_on(tmp_path: Path) -> None:
    arrays, expected = four_bits(nested=False, shape=(40, 64))
    with open_checkpoint(store(tmp_path, arrays, {})) as checkpoint:
        held = checkpoint.held[f"{NAME}.weight"]
        reads = []
        fill = Checkpoint._fill

        def counting(self: Checkpoint, file: str, offset: int, buffer: Any) -> None:
            reads.append(offset)
            fill(self, file, offset, buffer)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Checkpoint, "_fill", counting)
            parts = [checkpoint.numbers(held, at, at + 128) for at in range(0, 2560, 128)]
        np.testing.assert_allclose(np.concatenate(parts), expected.reshape(-1), rtol=1e-6)
        assert len(reads) == 2
        parts[0][:] = 0
        assert checkpoint.numbers(held, 0, 4).all()
