"""A decoder of the Llama family, and a low-rank adapter on top of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from example_models.autograd import Adam, Array, Tensor
from example_models.layers import (
    Batch,
    Weights,
    attend,
    causal_mask,
    cosine_share,
    linear,
    random_weights,
    rms_norm,
    split_heads,
)


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of a decoder; the names follow ``config.json`` of the family."""

    vocab_size: int = 259
    hidden_size: int = 32
    intermediate_size: int = 88
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    max_position_embeddings: int = 64


def new_decoder(size: Size, seed: int) -> Weights:
    """Return fresh weights under the names the family uses; embeddings are tied."""
    width, inner = size.hidden_size, size.intermediate_size
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (size.vocab_size, width),
        "model.norm.weight": (width,),
    }
    for layer in range(size.num_hidden_layers):
        at = f"model.layers.{layer}."
        for part in ("q_proj", "k_proj", "v_proj", "o_proj"):
            shapes[f"{at}self_attn.{part}.weight"] = (width, width)
        shapes[f"{at}mlp.gate_proj.weight"] = (inner, width)
        shapes[f"{at}mlp.up_proj.weight"] = (inner, width)
        shapes[f"{at}mlp.down_proj.weight"] = (width, inner)
        shapes[f"{at}input_layernorm.weight"] = (width,)
        shapes[f"{at}post_attention_layernorm.weight"] = (width,)
    return random_weights(shapes, seed)


def new_adapter(size: Size, rank: int, seed: int) -> Weights:
    """Return a low-rank adapter on the query and value projections; its first effect is nil."""
    generator = np.random.default_rng(seed)
    adapter = {}
    for layer in range(size.num_hidden_layers):
        for part in ("q_proj", "v_proj"):
            at = f"base_model.model.model.layers.{layer}.self_attn.{part}"
            down = generator.normal(0, size.hidden_size**-0.5, (rank, size.hidden_size))
            adapter[f"{at}.lora_A.weight"] = Tensor(down)
            adapter[f"{at}.lora_B.weight"] = Tensor(np.zeros((size.hidden_size, rank)))
    return adapter


def logits(
    size: Size, weights: Weights, tokens: np.ndarray, adapter: Weights | None = None
) -> Tensor:
    """Return ``(batch, length, vocab_size)`` scores of the next token."""
    embedding = weights["model.embed_tokens.weight"]
    x = embedding[tokens]
    for layer in range(size.num_hidden_layers):
        x = _layer(size, weights, f"model.layers.{layer}.", x, adapter or {})
    return linear(rms_norm(x, weights["model.norm.weight"]), embedding)


def train(
    size: Size,
    weights: Weights,
    batches: list[Batch],
    rate: float,
    adapter: Weights | None = None,
) -> float:
    """Train on ``batches`` in order and return the mean loss of the last ten.

    With an adapter only the adapter moves.
    """
    optimiser = Adam(weights if adapter is None else adapter, rate)
    losses = []
    for step, (tokens, targets) in enumerate(batches):
        loss = logits(size, weights, tokens, adapter).cross_entropy(targets)
        loss.backward()
        for frozen in weights.values() if adapter is not None else ():
            frozen.grad = None
        optimiser.step(cosine_share(step, len(batches)))
        losses.append(float(loss.data))
    return float(np.mean(losses[-10:]))


def _layer(size: Size, weights: Weights, at: str, x: Tensor, adapter: Weights) -> Tensor:
    length = x.data.shape[1]
    heads = size.num_attention_heads
    inner = rms_norm(x, weights[f"{at}input_layernorm.weight"])
    query, key, value = (
        split_heads(_project(inner, weights, adapter, f"{at}self_attn.{part}"), heads)
        for part in ("q_proj", "k_proj", "v_proj")
    )
    turns = _turns(length, size.hidden_size // heads)
    mixed = attend(
        _turn(query, *turns),
        _turn(key, *turns),
        value,
        Tensor(causal_mask(length)),
        (size.hidden_size // heads) ** -0.5,
    )
    x = x + linear(mixed, weights[f"{at}self_attn.o_proj.weight"])
    inner = rms_norm(x, weights[f"{at}post_attention_layernorm.weight"])
    gate = linear(inner, weights[f"{at}mlp.gate_proj.weight"]).silu()
    up = linear(inner, weights[f"{at}mlp.up_proj.weight"])
    return x + linear(gate * up, weights[f"{at}mlp.down_proj.weight"])


def _project(x: Tensor, weights: Weights, adapter: Weights, at: str) -> Tensor:
    out = linear(x, weights[f"{at}.weight"])
    down = adapter.get(f"base_model.model.{at}.lora_A.weight")
    if down is None:
        return out
    up = adapter[f"base_model.model.{at}.lora_B.weight"]
    return out + linear(linear(x, down), up) * 2.0  # lora_alpha / r


def _turns(length: int, width: int) -> tuple[Array, Array]:
    """Return cosines and sines ``(length, width)`` of the rotary position embedding."""
    speed = 10_000.0 ** (-np.arange(0, width, 2) / width)
    angle = np.outer(np.arange(length), np.concatenate([speed, speed]))
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def _turn(x: Tensor, cosine: Array, sine: Array) -> Tensor:
    """Return ``x`` rotated by its position, the halves of each head paired as the family does."""
    half = x.data.shape[-1] // 2
    order = np.r_[half : 2 * half, 0:half]
    sign = np.r_[-np.ones(half), np.ones(half)].astype(np.float32)
    return x * Tensor(cosine) + x[..., order] * Tensor(sine * sign)
