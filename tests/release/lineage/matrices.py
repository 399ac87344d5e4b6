"""Pairs of matrices written as releases of one tensor, and what a change does to them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.relations import TensorChange

Array = np.ndarray[Any, Any]
NAME = "model.layers.0.mlp.up_proj.weight"


def stored(values: Array, dtype: str) -> bytes:
    """Return the bytes of numbers in a format of safetensors."""
    if dtype == "BF16":
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        carry = ((bits >> 16) & 1) + 0x7FFF
        odd = ~np.isfinite(values)
        return np.where(odd, bits >> 16, (bits + carry) >> 16).astype("<u2").tobytes()
    codes = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I8": "i1"}
    with np.errstate(over="ignore"):
        return values.astype(codes[dtype]).tobytes()


def as_stored(values: Array, dtype: str) -> Array:
    """Return numbers as a format holds them."""
    if dtype == "BF16":
        halves = np.frombuffer(stored(values, dtype), "<u2").astype(np.uint32) << 16
        return halves.view(np.float32).reshape(values.shape)
    return np.frombuffer(stored(values, dtype), {"F16": "<f2", "F32": "<f4"}[dtype]).reshape(
        values.shape
    )


def write(folder: Path, tensors: Mapping[str, tuple[Array, str]]) -> Path:
    """Write a release of safetensors and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    header, data = {}, b""
    for name, (values, dtype) in tensors.items():
        piece = stored(values, dtype)
        span = [len(data), len(data) + len(piece)]
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": span}
        data += piece
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    return folder


def opened(folder: Path, values: Array, dtype: str) -> Checkpoint:
    """Return a release of one tensor, open."""
    return open_checkpoint(write(folder, {NAME: (values, dtype)}))


def change(
    where: Path, release: Array, base: Array, r: str = "BF16", b: str = "BF16", **how: Any
) -> TensorChange:
    """Return the change of one tensor between two releases written for it."""
    from weighbridge.release.lineage.kinds import relation_of
    from weighbridge.release.lineage.statistics import compare

    with opened(where / "release", release, r) as one, opened(where / "base", base, b) as two:
        return relation_of(compare(one, one.held[NAME], two, two.held[NAME], **how))


def weights(rows: int, columns: int, seed: int = 0, spread: float = 0.02) -> Array:
    """Return a matrix like a trained one: normal, some columns larger than others."""
    random = np.random.default_rng(seed)
    loud = np.exp(random.normal(0, 0.2, columns))
    return (random.normal(0, spread, (rows, columns)) * loud).astype(np.float32)


def trained(base: Array, share: float, seed: int = 1) -> Array:
    """Return the matrix after a training: a change of full rank whose spectrum falls off."""
    random = np.random.default_rng(seed)
    rows, columns = base.shape
    count = min(rows, columns)
    left = random.normal(size=(rows, count))
    right = random.normal(size=(count, columns))
    d = (left * (1 + np.arange(count)) ** -0.7) @ right
    d *= share * np.linalg.norm(base) / np.linalg.norm(d)
    return (base + d).astype(np.float32)


def adapted(base: Array, rank: int, share: float, seed: int = 2) -> Array:
    """Return the matrix with an adapter of some rank merged into it."""
    random = np.random.default_rng(seed)
    rows, columns = base.shape
    d = random.normal(size=(rows, rank)) @ random.normal(size=(rank, columns))
    d *= share * np.linalg.norm(base) / np.linalg.norm(d)
    return (base + d).astype(np.float32)


def eight_bits(base: Array, group: int = 32) -> Array:
    """Return the numbers after quantising to 8 bits, one scale in half precision a group."""
    return _even(base, group, 127)


def few_bits(base: Array, bits: int, group: int = 32) -> Array:
    """Return the numbers after quantising to few bits, symmetric around zero."""
    return _even(base, group, 2 ** (bits - 1) - 1)


def _even(base: Array, group: int, top: int) -> Array:
    groups = base.reshape(-1, group)
    scale = (np.abs(groups).max(axis=1, keepdims=True) / top).astype(np.float16)
    scale = np.maximum(scale.astype(np.float32), 1e-7)
    levels = np.clip(np.rint(groups / scale), -top - 1, top)
    return (levels * scale).astype(np.float32).reshape(base.shape)
