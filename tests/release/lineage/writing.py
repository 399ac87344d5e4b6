"""Releases written from arrays: safetensors, PyTorch and GGUF, each by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from tests.release.building import framed, write_json
from tests.release.formats.building import (
    Gguf,
    dictionary,
    group,
    name_of,
    number,
    pickled,
    strides,
    text,
    zipped,
)
from tests.release.lineage.making import Arrays, Floats, Shape

FORMATS = ("bf16", "f16", "f32", "pytorch", "gguf-f16", "gguf-q8_0", "gguf-q4_0")
_STORAGES = {"F32": "FloatStorage", "F16": "HalfStorage", "BF16": "BFloat16Storage"}
_GGML = {"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 8}
_GGUF_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def write_release(
    path: Path,
    weights: Arrays,
    shape: Shape,
    format: str = "bf16",
    tokens: Sequence[str] | None = None,
    shards: int = 1,
) -> Path:
    """Write the release in one of ``FORMATS`` and return ``path``."""
    path.mkdir(parents=True, exist_ok=True)
    if format.startswith("gguf-"):
        write_gguf(path / "model.gguf", weights, shape, format.removeprefix("gguf-"), tokens)
        return path
    write_config(path, shape)
    if tokens is not None:
        write_tokens(path, tokens)
    if format == "pytorch":
        (path / "pytorch_model.bin").write_bytes(torch_file(weights, "F16"))
    elif shards == 1:
        (path / "model.safetensors").write_bytes(safetensors_file(weights, format.upper()))
    else:
        _write_shards(path, weights, format.upper(), shards)
    return path


def write_config(path: Path, shape: Shape) -> None:
    """Write ``config.json`` of a decoder."""
    write_json(
        path / "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.inner,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "vocab_size": shape.vocabulary,
        },
    )


def write_tokens(path: Path, tokens: Sequence[str]) -> None:
    """Write a ``tokenizer.json`` with these tokens in order."""
    vocabulary = {token: at for at, token in enumerate(tokens)}
    model = {"type": "BPE", "vocab": vocabulary, "merges": []}
    write_json(path / "tokenizer.json", {"version": "1.0", "added_tokens": [], "model": model})


def stored(each: Floats, dtype: str) -> bytes:
    """The bytes of numbers in a format, rounded to the nearest."""
    if dtype == "BF16":
        bits = np.ascontiguousarray(each, np.float32).view(np.uint32)
        return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype("<u2").tobytes()
    return np.ascontiguousarray(each, {"F32": "<f4", "F16": "<f2"}[dtype]).tobytes()


def safetensors_file(weights: Arrays, dtype: str) -> bytes:
    """The bytes of a file with these tensors."""
    header: dict[str, object] = {}
    parts, end = [], 0
    for name, each in weights.items():
        part = stored(each, dtype)
        begin, end = end, end + len(part)
        offsets = [begin, end]
        header[name] = {"dtype": dtype, "shape": list(each.shape), "data_offsets": offsets}
        parts.append(part)
    return framed(json.dumps(header)) + b"".join(parts)


def _write_shards(path: Path, weights: Arrays, dtype: str, shards: int) -> None:
    files = [f"model-{at + 1:05}-of-{shards:05}.safetensors" for at in range(shards)]
    where = {name: files[at * shards // len(weights)] for at, name in enumerate(weights)}
    for file in files:
        part = {name: each for name, each in weights.items() if where[name] == file}
        (path / file).write_bytes(safetensors_file(part, dtype))
    size = sum(each.size for each in weights.values()) * (4 if dtype == "F32" else 2)
    index = {"metadata": {"total_size": size}, "weight_map": where}
    write_json(path / "model.safetensors.index.json", index)


def torch_file(weights: Arrays, dtype: str) -> bytes:
    """The bytes of a PyTorch archive: a pickle of where each tensor lies, and storages."""
    items, members = {}, {}
    for key, (name, each) in enumerate(weights.items()):
        items[name] = _torch_tensor(str(key), each, _STORAGES[dtype])
        members[f"archive/data/{key}"] = stored(each, dtype)
    head = {"archive/data.pkl": pickled(dictionary(items)), "archive/version": b"3\n"}
    return zipped(head | members)


def _torch_tensor(key: str, each: Floats, kind: str) -> bytes:
    place = group(
        text("storage"), name_of("torch", kind), text(key), text("cpu"), number(each.size)
    )
    arguments = group(
        place + b"Q",
        number(0),
        group(*map(number, each.shape)),
        group(*map(number, strides(each.shape))),
        b"\x89",
        name_of("collections", "OrderedDict") + b")R",
    )
    return name_of("torch._utils", "_rebuild_tensor_v2") + arguments + b"R"


def write_gguf(
    path: Path, weights: Arrays, shape: Shape, kind: str, tokens: Sequence[str] | None = None
) -> None:
    """Write a file as converters do: other names, rows of queries and keys in another order."""
    writer = Gguf()
    pairs: dict[str, object] = {
        "general.architecture": "llama",
        "general.alignment": 32,
        "llama.embedding_length": shape.hidden,
        "llama.block_count": shape.layers,
        "llama.attention.head_count": shape.heads,
        "llama.attention.head_count_kv": shape.kv_heads,
        "llama.feed_forward_length": shape.inner,
    }
    if tokens is not None:
        pairs["tokenizer.ggml.tokens"] = list(tokens)
    listed, parts, end = [], [], 0
    for name, each in _converted(weights, shape).items():
        held = "f32" if each.ndim == 1 else kind
        part = ggml_bytes(each, held)
        listed.append(writer.tensor(name, _GGML[held], each.shape, end))
        parts.append(part + bytes(-len(part) % 32))
        end += len(parts[-1])
    path.write_bytes(writer.file(pairs, listed) + b"".join(parts))


def _converted(weights: Arrays, shape: Shape) -> Arrays:
    made = {}
    for name, each in weights.items():
        if name.endswith("q_proj.weight"):
            each = interleaved(each, shape.heads)
        elif name.endswith("k_proj.weight"):
            each = interleaved(each, shape.kv_heads)
        made[gguf_name(name)] = each
    return made


def gguf_name(name: str) -> str:
    """The name that converters give a tensor of a decoder."""
    stem, _, last = name.rpartition(".")
    if stem.startswith("model.layers."):
        layer, _, part = stem.removeprefix("model.layers.").partition(".")
        return f"blk.{layer}.{_GGUF_NAMES[part]}.{last}"
    return f"{_GGUF_NAMES[stem]}.{last}"


def interleaved(each: Floats, heads: int) -> Floats:
    """Rows of queries or keys with the halves of each head woven into pairs."""
    split = each.reshape(heads, 2, len(each) // heads // 2, *each.shape[1:])
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(each.shape))


def ggml_bytes(each: Floats, kind: str) -> bytes:
    """The bytes of numbers in a plain or quantised format of GGML."""
    if kind in ("f32", "f16"):
        return stored(each, kind.upper())
    blocks = each.reshape(-1, 32)
    if kind == "q8_0":
        scale = np.abs(blocks).max(1) / 127
        steps = np.rint(blocks / np.where(scale, scale, 1)[:, None]).astype(np.int8)
        return _blocks(scale, steps.view(np.uint8))
    largest = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(1)]
    scale = largest / -8
    steps = np.clip(np.floor(blocks / np.where(scale, scale, 1)[:, None] + 8.5), 0, 15)
    codes = steps.astype(np.uint8)
    return _blocks(scale, codes[:, :16] | codes[:, 16:] << 4)


def _blocks(scale: Floats, codes: np.ndarray) -> bytes:
    return np.concatenate([scale.astype("<f2").view(np.uint8).reshape(-1, 2), codes], 1).tobytes()


def written(path: Path, made: Mapping[str, Arrays], shape: Shape) -> dict[str, Path]:
    """Write several models side by side and return where each lies."""
    return {name: write_release(path / name, each, shape) for name, each in made.items()}
