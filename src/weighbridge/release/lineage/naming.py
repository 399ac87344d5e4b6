"""Which part of a model a tensor is, as far as its name tells, whatever format wrote the name.

A name is a hint: two tensors that it puts together may differ in shape or in every number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.part_words import (
    ENCLOSED,
    GATE_AND_UP,
    OUTER_NORMS,
    PAIRED,
    PARTS,
    REGROUPED,
    SHARED,
    STACKS,
    TRANSPOSED,
)

PAIRS = "pairs"
"""Rows of a head: the two halves of a rotary pair are neighbours; elsewhere they lie half a head
apart."""

FUSED = "fused"
"""Rows of q, k and v: all of q, then all of k, then all of v; elsewhere head by head."""

_LONGEST = 4
_MOST_SEGMENTS = 64
_EXPERTS = "experts"
_LEAVES = {
    **dict.fromkeys(("weight", "gamma", "scale", "embedding", "weights"), "weight"),
    **dict.fromkeys(("qweight", "weight_packed", "blocks"), "weight"),
    **dict.fromkeys(("bias", "beta", "b", "biases"), "bias"),
    "kernel": "kernel",
}
_ENDINGS = {"_proj_blocks": "weight", "_proj_bias": "bias"}
_NUMBER = re.compile(r"[0-9]{1,9}")
_WITH_NUMBER = re.compile(r"([a-z]{1,16})_?([0-9]{1,9})")
_COUNTED = ("layer", "layers", "block", "blocks", "h", "blk", "expert", "experts")
_ORDERED = ("mlp", "to_out", "net", "to_qkv")


@dataclass(frozen=True, slots=True)
class Role:
    """What a tensor does in its model.

    part:       ``attention.q``, ``mlp.up``, ``norm.input``; ``bias of …`` for what is added;
                ``other`` where the name is not known
    layer:      counted from 0; ``None`` outside of layers
    transposed: whether its rows are inputs, against the custom
    rows:       an order of rows that its format has for itself: ``pairs``, ``fused``
    expert:     which of many; ``None`` where it is none or all of them
    stack:      the half of the model, ``decoder``, ``vision``, with the further numbers of the
                name; ``""`` in a model of one half
    """

    part: str
    layer: int | None = None
    transposed: bool = False
    rows: str | None = None
    expert: int | None = None
    stack: str = ""


def role_of(name: str, settings: Mapping[str, Any]) -> Role:
    """Return what a name tells; ``settings`` are those of the checkpoint."""
    words, numbers = _segments(name)
    leaf = _leaf(words)
    expert = next((number for word, number in numbers if word == _EXPERTS), None)
    plain = [number for word, number in numbers if word != _EXPERTS]
    layer = plain[0] if plain else None
    part = _part(words, layer, expert, settings)
    halves = [STACKS[word] for word in words[:-1] if word in STACKS]
    stack = ".".join((*halves[-1:], *map(str, plain[1:])))
    bias = leaf == "bias" and part != "other"
    transposed = leaf == "kernel" or (leaf != "bias" and _is_transposed(words, leaf, settings))
    rows = _row_order(part, words, settings)
    return Role(f"bias of {part}" if bias else part, layer, transposed, rows, expert, stack)


def undone_rows(held: Held, checkpoint: Checkpoint) -> npt.NDArray[np.int64] | None:
    """Return the order of rows that undoes what a converter did to q, k or fused q, k and v.

    ``rows(held, order)`` are then in the order in which Hugging Face stores them. ``None`` where
    nothing is to be undone, the number of heads is not known, or the tensor is no matrix.
    """
    shape, settings = held.tensor.shape, checkpoint.settings
    if len(shape) != 2:
        return None
    role = role_of(held.name, settings)
    heads, of_keys = settings.get("heads"), settings.get("kv_heads")
    if role.rows is None or not isinstance(heads, int) or heads < 1:
        return None
    of_keys = of_keys if isinstance(of_keys, int) and of_keys > 0 else heads
    if role.rows == PAIRS:
        return unpaired(shape[0], of_keys if role.part == "attention.k" else heads)
    return by_head(shape[0], heads, of_keys)


def unpaired(rows: int, heads: int) -> npt.NDArray[np.int64] | None:
    """Return the order that puts the halves of rotary pairs half a head apart.

    ``None`` where the rows are not heads of pairs.
    """
    if rows % (2 * heads):
        return None
    return np.arange(rows).reshape(heads, -1, 2).swapaxes(1, 2).reshape(-1)


def by_head(rows: int, heads: int, of_keys: int) -> npt.NDArray[np.int64] | None:
    """Return the order that turns all of q, k, v into q, k, v for each head of keys.

    ``None`` where the rows are not such heads.
    """
    if heads % of_keys or rows % (heads + 2 * of_keys):
        return None
    width = rows // (heads + 2 * of_keys)
    at = np.arange(rows)
    parts = np.split(at, [heads * width, (heads + of_keys) * width])
    groups = [each.reshape(of_keys, -1, width) for each in parts]
    return np.concatenate(groups, axis=1).reshape(-1)


def _segments(name: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the words of a name, and its numbers, each with the word before it."""
    words: list[str] = []
    numbers: list[tuple[str, int]] = []
    for segment in re.split(r"[./]", name.lower().removesuffix(":0"), maxsplit=_MOST_SEGMENTS):
        joined = _WITH_NUMBER.fullmatch(segment)
        if _NUMBER.fullmatch(segment):
            _take_number(words, numbers, int(segment))
        elif joined and joined[1] in _COUNTED:
            words.append(joined[1])
            _take_number(words, numbers, int(joined[2]))
        elif segment:
            words.append(segment)
    return words or [""], numbers


def _take_number(words: list[str], numbers: list[tuple[str, int]], number: int) -> None:
    last = words[-1] if words else ""
    if last in _ORDERED:  # the place in a sequence of layers, which tells what it is
        words.append(str(number))
    elif last == "layer" and words[-2:-1] == ["block"]:
        words[-1] = f"layer{number}"
    elif last in ("expert", "experts") or (numbers and last.startswith("ffn_")):
        numbers.append((_EXPERTS, number))
    else:
        numbers.append((last, number))


def _leaf(words: list[str]) -> str:
    """Take off the last word where it says what of a module this is, and return that."""
    if len(words) > 1 and words[-1] in _LEAVES:
        return _LEAVES[words.pop()]
    for ending, leaf in _ENDINGS.items():
        if words[-1].endswith(ending):
            words[-1] = words[-1].removesuffix(ending) + "_proj"
            return leaf
    return ""


def _part(
    words: list[str], layer: int | None, expert: int | None, settings: Mapping[str, Any]
) -> str:
    for prefix, marks in (("experts", ("experts", "expert")), ("shared", SHARED)):
        if any(word in marks for word in words):
            inside = ENCLOSED.get(words[-1])
            return f"{prefix}.{inside}" if inside else "other"
    part = _longest(words)
    architecture = _architecture(settings)
    if part == "norm.post" and layer is None:
        return "norm.final"
    if words[-1] == "post_attention_layernorm" and architecture.startswith(OUTER_NORMS):
        return "norm.attention-out"
    if words[-1] == "ffn_up" and architecture in GATE_AND_UP:
        return "mlp.gate_up"
    return part if expert is None else part.replace("mlp.", "experts.", 1)


def _longest(words: list[str]) -> str:
    for count in range(min(_LONGEST, len(words)), 0, -1):
        part = PARTS.get(".".join(words[-count:]))
        if part:
            return part
    return "other"


def _architecture(settings: Mapping[str, Any]) -> str:
    told = settings.get("architecture")
    return told.lower().replace("_", "").replace("-", "") if isinstance(told, str) else ""


def _is_transposed(words: list[str], leaf: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a layer stores its inputs as rows: those of GPT-2, and stacked experts."""
    if settings.get("format") == "GGUF":
        return False
    if not leaf:
        return words[-2:] in (["experts", "gate_up_proj"], ["experts", "down_proj"])
    if words[-1] not in ("c_attn", "c_proj", "c_fc"):
        return False
    architecture = _architecture(settings)
    return not architecture or architecture.startswith(TRANSPOSED)


def _row_order(part: str, words: list[str], settings: Mapping[str, Any]) -> str | None:
    if settings.get("format") == "GGUF":
        architecture = settings.get("architecture")
        if part == "attention.qkv":
            return FUSED if architecture in REGROUPED else None
        paired = architecture in PAIRED and words[-1] in ("attn_q", "attn_k")
        return PAIRS if paired else None
    return PAIRS if words[-2:] in (["attention", "wq"], ["attention", "wk"]) else None
