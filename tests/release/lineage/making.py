"""Test models: tiny decoders that were really trained, and larger ones with a real one's structure.

Weights are plain arrays under the names of the Llama family, float32. ``deriving.py`` makes other
models of them, ``writing.py`` writes releases.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_TOOLS = str(Path(__file__).parents[3] / "tools")
if _TOOLS not in sys.path:
    sys.path.append(_TOOLS)

from example_models.autograd import Adam, Tensor  # noqa: E402
from example_models.layers import (  # noqa: E402
    attend,
    causal_mask,
    cosine_share,
    linear,
    rms_norm,
)

Floats = npt.NDArray[np.float32]
Arrays = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a decoder."""

    vocabulary: int
    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    means: bool = False  # whether norms take away the mean first

    @property
    def width(self) -> int:
        """Of one head."""
        return self.hidden // self.heads

    def of_layers(self, layers: int) -> Shape:
        """The same with so many layers."""
        return replace(self, layers=layers)


SMALL = Shape(96, 32, 96, 3, 4, 2)
MIDDLE = Shape(192, 64, 192, 4, 4, 2)
LARGE = Shape(1024, 256, 704, 4, 8, 4)
HUGE = Shape(2048, 512, 1376, 6, 8, 2)


def shapes_of(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Every tensor of a decoder, in the order of its layers."""
    wide, keyed = shape.hidden, shape.kv_heads * shape.width
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (shape.vocabulary, wide)}
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        found[f"{at}input_layernorm.weight"] = (wide,)
        found[f"{at}self_attn.q_proj.weight"] = (wide, wide)
        found[f"{at}self_attn.k_proj.weight"] = (keyed, wide)
        found[f"{at}self_attn.v_proj.weight"] = (keyed, wide)
        found[f"{at}self_attn.o_proj.weight"] = (wide, wide)
        found[f"{at}post_attention_layernorm.weight"] = (wide,)
        found[f"{at}mlp.gate_proj.weight"] = (shape.inner, wide)
        found[f"{at}mlp.up_proj.weight"] = (shape.inner, wide)
        found[f"{at}mlp.down_proj.weight"] = (wide, shape.inner)
    found["model.norm.weight"] = (wide,)
    found["lm_head.weight"] = (shape.vocabulary, wide)
    return found


def initialised(shape: Shape, seed: int) -> Arrays:
    """Fresh weights: norms are ones, matrices normal, as wide as inputs ask."""
    generator = np.random.default_rng([seed, shape.hidden, shape.layers])
    return {
        name: np.ones(sizes, np.float32)
        if len(sizes) == 1
        else generator.normal(0, sizes[-1] ** -0.5, sizes).astype(np.float32)
        for name, sizes in shapes_of(shape).items()
    }


@cache
def _trained(shape: Shape, seed: int, data: int, steps: int, rate: float) -> Arrays:
    return train(initialised(shape, seed), shape, data, steps, rate)


def trained(
    shape: Shape, seed: int = 0, data: int = 0, steps: int = 120, rate: float = 4e-3
) -> Arrays:
    """A decoder trained from one initialisation on one text; made once, do not change in place."""
    return dict(_trained(shape, seed, data, steps, rate))


def train(start: Arrays, shape: Shape, data: int, steps: int, rate: float) -> Arrays:
    """``start`` trained on a text: a chain of tokens in which each has a few likely followers."""
    weights = {name: Tensor(each.copy()) for name, each in start.items()}
    optimiser = Adam(weights, rate)
    generator = np.random.default_rng([data, shape.vocabulary])
    followers = generator.integers(0, shape.vocabulary, (shape.vocabulary, 4))
    common = 1 / np.arange(1, shape.vocabulary + 1)
    common /= common.sum()
    batches = np.random.default_rng([seed_of(data), steps])
    for step in range(steps):
        tokens = _text(batches, followers, common, 6, 25)
        logits = _logits(weights, shape, tokens[:, :-1])
        logits.cross_entropy(tokens[:, 1:]).backward()
        optimiser.step(cosine_share(step, steps))
    return {name: each.data for name, each in weights.items()}


def seed_of(data: int) -> int:
    """The seed of the batches of a text, apart from the seed of its chain."""
    return 7919 * (data + 1)


def structured(shape: Shape, seed: int = 0, data: int = 0, shared: float = 0.7) -> Arrays:
    """Weights with the structure that training leaves, without training.

    What ``data`` decides is common to all models trained on it (the geometry of the tokens, what
    layers do), and is seen through a rotation of the hidden units that ``seed`` decides, as two
    trainings would give it. Spectra fall as a power; some hidden units are outliers; norms lie
    near one. ``shared`` is how much of each matrix is the common part.
    """
    common = np.random.default_rng([17, data, shape.hidden, shape.vocabulary])
    own = np.random.default_rng([29, seed, data, shape.hidden])
    wide = shape.hidden
    turn = np.linalg.qr(_normal(own, (wide, wide)))[0]
    found: Arrays = {}
    for name, sizes in shapes_of(shape).items():
        if len(sizes) == 1:
            found[name] = 1 + np.float32(0.1) * _normal(own, sizes)
            continue
        both = _falling(common, sizes) * np.float32(shared)
        both += _falling(own, sizes) * np.float32(1 - shared)
        both += np.float32(0.3) * _normal(own, sizes)
        tokens = name.startswith(("model.embed", "lm_head"))
        if tokens:
            both += _normal(common, (wide,)) * np.float32(0.5)  # what all tokens have in common
        both = turn.T @ both if sizes[0] == wide and not tokens else both @ turn
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            both = both[:, own.permutation(sizes[1])]
        elif not tokens:
            both = both[own.permutation(sizes[0])]
        found[name] = np.ascontiguousarray(both * np.float32(sizes[-1] ** -0.5))
    outliers = own.choice(wide, max(2, wide // 128), replace=False)
    found["model.embed_tokens.weight"][:, outliers] *= 8
    return found


def _falling(generator: np.random.Generator, sizes: tuple[int, ...]) -> Floats:
    """A matrix of spread one whose singular values fall as a power of their place."""
    rank = min(*sizes, 128)
    strength = (np.arange(1, rank + 1) ** -0.7).astype(np.float32)
    left, right = (_normal(generator, (size, rank)) for size in sizes)
    return (left * (strength / np.linalg.norm(strength))) @ right.T  # type: ignore[no-any-return]


def _normal(generator: np.random.Generator, sizes: tuple[int, ...]) -> Floats:
    return generator.standard_normal(sizes, np.float32)


def _text(
    generator: np.random.Generator,
    followers: npt.NDArray[np.int64],
    common: npt.NDArray[np.float64],
    many: int,
    length: int,
) -> npt.NDArray[np.int64]:
    tokens = np.empty((many, length), np.int64)
    tokens[:, 0] = generator.choice(len(common), many, p=common)
    for at in range(1, length):
        follow = followers[tokens[:, at - 1], generator.integers(0, 4, many)]
        fresh = generator.choice(len(common), many, p=common)
        tokens[:, at] = np.where(generator.random(many) < 0.8, follow, fresh)
    return tokens


def _logits(weights: dict[str, Tensor], shape: Shape, tokens: npt.NDArray[np.int64]) -> Tensor:
    x = weights["model.embed_tokens.weight"][tokens]
    mask = Tensor(causal_mask(tokens.shape[1]))
    turns = _turns(tokens.shape[1], shape.width)
    for layer in range(shape.layers):
        x = _layer(weights, shape, f"model.layers.{layer}.", x, mask, turns)
    return linear(_norm(shape, x, weights["model.norm.weight"]), weights["lm_head.weight"])


def _layer(
    weights: dict[str, Tensor],
    shape: Shape,
    at: str,
    x: Tensor,
    mask: Tensor,
    turns: tuple[Floats, Floats],
) -> Tensor:
    seen = _norm(shape, x, weights[f"{at}input_layernorm.weight"])
    query = _split(linear(seen, weights[f"{at}self_attn.q_proj.weight"]), shape, shape.heads)
    key = _split(linear(seen, weights[f"{at}self_attn.k_proj.weight"]), shape, shape.kv_heads)
    value = _split(linear(seen, weights[f"{at}self_attn.v_proj.weight"]), shape, shape.kv_heads)
    mixed = attend(_turn(query, turns), _turn(key, turns), value, mask, shape.width**-0.5)
    x = x + linear(mixed, weights[f"{at}self_attn.o_proj.weight"])
    seen = _norm(shape, x, weights[f"{at}post_attention_layernorm.weight"])
    gate = linear(seen, weights[f"{at}mlp.gate_proj.weight"]).silu()
    up = linear(seen, weights[f"{at}mlp.up_proj.weight"])
    return x + linear(gate * up, weights[f"{at}mlp.down_proj.weight"])


def _norm(shape: Shape, x: Tensor, weight: Tensor) -> Tensor:
    return rms_norm(x + x.mean((-1,)) * -1.0 if shape.means else x, weight)


def _split(x: Tensor, shape: Shape, heads: int) -> Tensor:
    """Heads apart; those of keys and values stand once for each query head that uses them."""
    batch, length, _ = x.data.shape
    apart = x.reshape(batch, length, heads, shape.width).transpose(0, 2, 1, 3)
    if heads == shape.heads:
        return apart
    return apart[:, np.repeat(np.arange(heads), shape.heads // heads)]


def _turns(length: int, width: int) -> tuple[Floats, Floats]:
    speed = 10_000.0 ** (-np.arange(0, width, 2) / width)
    angle = np.outer(np.arange(length), np.concatenate([speed, speed]))
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def _turn(x: Tensor, turns: tuple[Floats, Floats]) -> Tensor:
    cosine, sine = turns
    half = x.data.shape[-1] // 2
    order = np.r_[half : 2 * half, 0:half]
    sign = np.r_[-np.ones(half), np.ones(half)].astype(np.float32)
    return x * Tensor(cosine) + x[..., order] * Tensor(sine * sign)


def outputs(weights: Arrays, shape: Shape, tokens: npt.NDArray[np.int64]) -> Floats:
    """What a model answers to ``(batch, length)`` tokens: the score of each token to come."""
    held = {name: Tensor(each) for name, each in weights.items()}
    return _logits(held, shape, tokens).data
