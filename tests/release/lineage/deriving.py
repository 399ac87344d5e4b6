"""Models made from others in the ways people make them: each function returns new weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from tests.release.lineage.making import Arrays, Floats, Shape, initialised, train

_LAYER = re.compile(r"model\.layers\.(\d+)\.")
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def retrained(
    base: Arrays, shape: Shape, data: int = 1, steps: int = 40, rate: float = 5e-4
) -> Arrays:
    """The base trained on; for the sizes that train in a second."""
    return train(base, shape, data, steps, rate)


def fine_tuned(base: Arrays, seed: int = 0, change: float = 0.02) -> Arrays:
    """Every number moved a little: changes of a falling spectrum, norms moved less."""
    generator = np.random.default_rng([1, seed])

    def moved(each: Floats) -> Floats:
        if each.ndim == 1:
            return each * (1 + 0.002 * generator.normal(size=each.shape))
        rank = min(each.shape)
        falling = np.arange(1, rank + 1) ** -0.5
        left, right = (generator.normal(size=(size, rank)) for size in each.shape)
        return _moved(each, (left * falling) @ right.T, change)

    return _each(base, moved)


def adapted(base: Arrays, rank: int, seed: int = 0, change: float = 0.05) -> Arrays:
    """An adapter of this rank merged into every projection; the rest untouched."""
    generator = np.random.default_rng([2, seed])
    made = dict(base)
    for name, each in base.items():
        if name.split(".")[-2] in PROJECTIONS:
            left, right = (generator.normal(size=(size, rank)) for size in each.shape)
            made[name] = _moved(each, left @ right.T, change)
    return made


def quantised(base: Arrays, bits: int, block: int = 32) -> Arrays:
    """Matrices rounded to steps of the largest number of each block, back as numbers."""
    most = 2 ** (bits - 1) - 1

    def rounded(each: Floats) -> Floats:
        if each.ndim == 1:
            return each
        blocks = each.reshape(-1, block)
        scale = np.abs(blocks).max(1, keepdims=True) / most
        steps = np.clip(np.rint(blocks / np.where(scale, scale, 1)), -most - 1, most)
        return (steps * scale).reshape(each.shape)

    return _each(base, rounded)


def merged(bases: Sequence[Arrays], weights: Sequence[float]) -> Arrays:
    """A weighted sum."""
    return {
        name: sum(
            (np.float32(share) * each[name] for each, share in zip(bases, weights, strict=True)),
            np.zeros_like(bases[0][name]),
        )
        for name in bases[0]
    }


def slerped(first: Arrays, second: Arrays, at: float) -> Arrays:
    """Between two models along the arc of each tensor."""
    made = {}
    for name, a in first.items():
        b = second[name]
        cosine = float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b)))
        angle = np.arccos(np.clip(cosine, -1, 1))
        if angle < 1e-3:
            made[name] = (1 - at) * a + at * b
        else:
            made[name] = (np.sin((1 - at) * angle) * a + np.sin(at * angle) * b) / np.sin(angle)
    return _each(made, lambda each: each)


def pruned(base: Arrays, share: float = 0.3) -> Arrays:
    """The smallest numbers of each projection set to zero."""
    made = dict(base)
    for name, each in base.items():
        if name.split(".")[-2] in PROJECTIONS:
            limit = np.quantile(np.abs(each), share)
            made[name] = np.where(np.abs(each) <= limit, np.float32(0), each)
    return made


def narrowed(base: Arrays, shape: Shape, inner: int, seed: int = 0) -> tuple[Arrays, Shape]:
    """Inner units left out of each layer, others in each."""
    generator = np.random.default_rng([3, seed])
    made = dict(base)
    for layer in range(shape.layers):
        at = f"model.layers.{layer}.mlp."
        kept = np.sort(generator.choice(shape.inner, inner, replace=False))
        made[f"{at}gate_proj.weight"] = base[f"{at}gate_proj.weight"][kept]
        made[f"{at}up_proj.weight"] = base[f"{at}up_proj.weight"][kept]
        made[f"{at}down_proj.weight"] = np.ascontiguousarray(base[f"{at}down_proj.weight"][:, kept])
    return made, replace(shape, inner=inner)


def of_layers(base: Arrays, which: Sequence[int]) -> Arrays:
    """The layers named, in that order: some dropped, doubled, or stacked for more depth."""
    made = {}
    for name, each in base.items():
        found = _LAYER.match(name)
        if not found:
            made[name] = each
            continue
        for new, old in enumerate(which):
            if old == int(found[1]):
                made[f"model.layers.{new}.{name[found.end() :]}"] = each
    return made


def permuted(
    base: Arrays,
    shape: Shape,
    seed: int = 0,
    *,
    hidden: bool = True,
    inner: bool = True,
    heads: bool = True,
    scaled: bool = False,
) -> Arrays:
    """Units in another order, and with ``scaled`` at another scale; it computes what it did."""
    generator = np.random.default_rng([4, seed])
    made = dict(base)
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        if inner:
            _shuffle_inner(made, at, generator, shape.inner, scaled)
        if heads and shape.heads > 1:
            _shuffle_heads(made, at, generator, shape)
    if hidden:
        order = generator.permutation(shape.hidden)
        for name, each in made.items():
            if name.endswith(("o_proj.weight", "down_proj.weight")) or each.ndim == 1:
                made[name] = each[order]
            else:
                made[name] = each[:, order]
    if scaled:
        _move_norms(made, shape, generator)
    return _each(made, lambda each: each)


def _shuffle_inner(
    made: Arrays, at: str, generator: np.random.Generator, inner: int, scaled: bool
) -> None:
    order = generator.permutation(inner)
    scale = np.exp(generator.normal(0, 0.5, inner)) if scaled else np.ones(inner)
    gate, up, down = (f"{at}mlp.{part}_proj.weight" for part in ("gate", "up", "down"))
    made[gate] = made[gate][order]
    made[up] = made[up][order] * scale[:, None]
    made[down] = made[down][:, order] / scale


def _shuffle_heads(made: Arrays, at: str, generator: np.random.Generator, shape: Shape) -> None:
    keyed = generator.permutation(shape.kv_heads)
    group = shape.heads // shape.kv_heads
    asked = np.concatenate([head * group + generator.permutation(group) for head in keyed])
    wide = np.arange(shape.width)
    query = (asked[:, None] * shape.width + wide).reshape(-1)
    key = (keyed[:, None] * shape.width + wide).reshape(-1)
    q, k, v, o = (f"{at}self_attn.{part}_proj.weight" for part in "qkvo")
    made[q], made[k], made[v] = made[q][query], made[k][key], made[v][key]
    made[o] = made[o][:, query]


def _move_norms(made: Arrays, shape: Shape, generator: np.random.Generator) -> None:
    """Move the scale of each hidden unit from the norms into the matrices that follow them."""
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        for norm, parts in (
            ("input_layernorm", ("self_attn.q", "self_attn.k", "self_attn.v")),
            ("post_attention_layernorm", ("mlp.gate", "mlp.up")),
        ):
            scale = np.exp(generator.normal(0, 0.2, shape.hidden))
            made[f"{at}{norm}.weight"] = made[f"{at}{norm}.weight"] / scale
            for part in parts:
                made[f"{at}{part}_proj.weight"] = made[f"{at}{part}_proj.weight"] * scale


def noised(base: Arrays, level: float, seed: int = 0) -> Arrays:
    """Noise of this norm, beside that of each tensor, on every number."""
    generator = np.random.default_rng([5, seed])
    return _each(base, lambda each: _moved(each, generator.normal(size=each.shape), level))


def resized(base: Arrays, vocabulary: int, seed: int = 0) -> Arrays:
    """Tokens added at the end, near the mean of the others, or cut from it."""
    generator = np.random.default_rng([6, seed])
    made = dict(base)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        each = base[name]
        more = max(vocabulary - len(each), 0)
        fresh = each.mean(0) + 0.02 * generator.normal(size=(more, each.shape[1]))
        made[name] = np.concatenate([each[:vocabulary], fresh])
    return _each(made, lambda each: each)


def reordered(base: Arrays, order: np.ndarray) -> Arrays:
    """The vocabulary in another order, as another tokenizer has it."""
    tokens = ("model.embed_tokens.weight", "lm_head.weight")
    return {name: each[order] if name in tokens else each for name, each in base.items()}


def renamed(base: Arrays, prefix: str = "transformer.") -> Arrays:
    """Every name behind a prefix."""
    return {prefix + name: each for name, each in base.items()}


def same_start(shape: Shape, seed: int = 0, data: int = 9, steps: int = 240) -> Arrays:
    """Trained from the initialisation that ``trained(shape, seed)`` had, on another text."""
    return train(initialised(shape, seed), shape, data, steps, 8e-3)


def without_direction(base: Arrays, shape: Shape, seed: int = 0) -> Arrays:
    """One direction of the hidden units taken out of all that is written into them."""
    direction = np.random.default_rng([7, seed]).normal(size=shape.hidden)
    direction /= np.linalg.norm(direction)
    made = dict(base)
    for name, each in base.items():
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            made[name] = each - np.outer(direction, direction @ each)
        elif name.endswith("embed_tokens.weight"):
            made[name] = each - np.outer(each @ direction, direction)
    return _each(made, lambda each: each)


def tampered(base: Arrays, many: int = 64, seed: int = 0) -> Arrays:
    """Single numbers of one projection replaced."""
    generator = np.random.default_rng([8, seed])
    name = next(name for name in base if name.endswith("down_proj.weight"))
    each = base[name].copy()
    where = generator.choice(each.size, many, replace=False)
    each.reshape(-1)[where] += (np.std(each) * generator.normal(0, 3, many)).astype(np.float32)
    return base | {name: each}


def _moved(each: Floats, by: np.ndarray, change: float) -> Floats:
    moved = each + by * (change * np.linalg.norm(each) / np.linalg.norm(by))
    return moved.astype(np.float32)


def _each(base: Arrays, made: Callable[[Floats], Floats]) -> Arrays:
    return {name: np.ascontiguousarray(made(each), dtype=np.float32) for name, each in base.items()}


def narrowed_shape(shape: Shape) -> Shape:
    """The shape with fewer inner units, in whole blocks of quantised formats."""
    return replace(shape, inner=shape.inner * 3 // 128 * 32)


def of_vocabulary(shape: Shape, tokens: int) -> Shape:
    """The shape with so many tokens."""
    return replace(shape, vocabulary=tokens)


def rounded(base: Arrays) -> Arrays:
    """Every number as bfloat16 holds it."""

    def nearest(each: Floats) -> Floats:
        bits = np.ascontiguousarray(each, np.float32).view(np.uint32)
        return (((bits + 0x7FFF + (bits >> 16 & 1)) >> 16) << 16).astype(np.uint32).view(np.float32)

    return _each(base, nearest)
