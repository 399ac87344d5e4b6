"""An encoder and decoder of the T5 family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from example_models.autograd import Adam, Tensor
from example_models.layers import (
    Weights,
    attend,
    causal_mask,
    cosine_share,
    linear,
    random_weights,
    rms_norm,
    split_heads,
)

Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of the model; the names follow ``config.json`` of the family."""

    vocab_size: int = 41
    d_model: int = 48
    d_kv: int = 12
    d_ff: int = 128
    num_layers: int = 1
    num_decoder_layers: int = 1
    num_heads: int = 4
    relative_attention_num_buckets: int = 16
    relative_attention_max_distance: int = 32


def new_model(size: Size, seed: int) -> Weights:
    """Return fresh weights under the names the family uses; embeddings are tied."""
    width, inner = size.d_model, size.d_kv * size.num_heads
    shapes: dict[str, tuple[int, ...]] = {"shared.weight": (size.vocab_size, width)}
    for stack, layers in (("encoder", size.num_layers), ("decoder", size.num_decoder_layers)):
        shapes[f"{stack}.final_layer_norm.weight"] = (width,)
        for layer in range(layers):
            kinds = ["SelfAttention"] + (["EncDecAttention"] if stack == "decoder" else [])
            for place, kind in enumerate(kinds):
                at = f"{stack}.block.{layer}.layer.{place}."
                shapes[f"{at}layer_norm.weight"] = (width,)
                for part in "qkv":
                    shapes[f"{at}{kind}.{part}.weight"] = (inner, width)
                shapes[f"{at}{kind}.o.weight"] = (width, inner)
            at = f"{stack}.block.{layer}.layer.{len(kinds)}."
            shapes[f"{at}layer_norm.weight"] = (width,)
            shapes[f"{at}DenseReluDense.wi.weight"] = (size.d_ff, width)
            shapes[f"{at}DenseReluDense.wo.weight"] = (width, size.d_ff)
        buckets = (size.relative_attention_num_buckets, size.num_heads)
        shapes[f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = buckets
    return random_weights(shapes, seed)


def logits(size: Size, weights: Weights, source: np.ndarray, given: np.ndarray) -> Tensor:
    """Return ``(batch, length, vocab_size)`` scores of what follows ``given``."""
    padding = np.where(source == 0, -1e9, 0.0)[:, None, None, :]
    memory = _stack(size, weights, "encoder", source, None, Tensor(padding))
    out = _stack(size, weights, "decoder", given, memory, Tensor(padding))
    return linear(out * size.d_model**-0.5, weights["shared.weight"])


def train(size: Size, weights: Weights, batches: list[Pairs], rate: float) -> float:
    """Train on ``(source, target)`` batches in order; return the mean loss of the last ten."""
    optimiser = Adam(weights, rate)
    losses = []
    for step, (source, target) in enumerate(batches):
        given = np.concatenate([np.zeros_like(target[:, :1]), target[:, :-1]], 1)
        loss = logits(size, weights, source, given).cross_entropy(np.where(target == 0, -1, target))
        loss.backward()
        optimiser.step(cosine_share(step, len(batches)))
        losses.append(float(loss.data))
    return float(np.mean(losses[-10:]))


def exact_share(size: Size, weights: Weights, pairs: Pairs) -> float:
    """Return the share of targets that greedy decoding gets right to the last letter."""
    source, target = pairs
    given = np.zeros_like(target)
    agreed = np.ones(len(target), bool)
    for place in range(target.shape[1]):
        best = logits(size, weights, source, given).data[:, place].argmax(-1)
        if place + 1 < target.shape[1]:
            given[:, place + 1] = best
        agreed &= (best == target[:, place]) | (target[:, place] == 0)
    return float(agreed.mean())


def _stack(
    size: Size,
    weights: Weights,
    stack: str,
    tokens: np.ndarray,
    memory: Tensor | None,
    padding: Tensor,
) -> Tensor:
    x = weights["shared.weight"][tokens]
    bias = _position_bias(size, weights, stack, tokens.shape[1])
    bias = bias + (padding if memory is None else Tensor(causal_mask(tokens.shape[1])))
    layers = size.num_layers if memory is None else size.num_decoder_layers
    for layer in range(layers):
        at = f"{stack}.block.{layer}.layer."
        x = _attention(size, weights, f"{at}0.", "SelfAttention", x, None, bias)
        if memory is not None:
            x = _attention(size, weights, f"{at}1.", "EncDecAttention", x, memory, padding)
        last = f"{at}{1 if memory is None else 2}."
        inner = rms_norm(x, weights[f"{last}layer_norm.weight"])
        inner = linear(inner, weights[f"{last}DenseReluDense.wi.weight"]).relu()
        x = x + linear(inner, weights[f"{last}DenseReluDense.wo.weight"])
    return rms_norm(x, weights[f"{stack}.final_layer_norm.weight"])


def _attention(
    size: Size,
    weights: Weights,
    at: str,
    kind: str,
    x: Tensor,
    memory: Tensor | None,
    bias: Tensor,
) -> Tensor:
    inner = rms_norm(x, weights[f"{at}layer_norm.weight"])
    seen = inner if memory is None else memory
    query, key, value = (
        split_heads(linear(each, weights[f"{at}{kind}.{part}.weight"]), size.num_heads)
        for part, each in (("q", inner), ("k", seen), ("v", seen))
    )
    mixed = attend(query, key, value, bias, 1.0)  # the family scales at the start, not here
    return x + linear(mixed, weights[f"{at}{kind}.o.weight"])


def _position_bias(size: Size, weights: Weights, stack: str, length: int) -> Tensor:
    """Return ``(1, heads, length, length)``: near distances exact, far ones in growing steps."""
    distance = np.arange(length)[None, :] - np.arange(length)[:, None]
    buckets, offset = size.relative_attention_num_buckets, np.zeros_like(distance)
    if stack == "encoder":
        buckets //= 2
        offset = (distance > 0) * buckets
        distance = np.abs(distance)
    else:
        distance = np.maximum(-distance, 0)
    exact = buckets // 2
    reach = np.log(size.relative_attention_max_distance / exact)
    far = exact + np.log(np.maximum(distance, 1) / exact) / reach * (buckets - exact)
    bucket = np.where(distance < exact, distance, np.minimum(far, buckets - 1).astype(int))
    name = f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    return weights[name][bucket + offset].transpose(2, 0, 1)
