"""A denoising network of the diffusers family and the pictures it learns to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from example_models.autograd import Adam, Array, Tensor, concatenate, patches
from example_models.layers import Weights, cosine_share, linear, random_weights

NOISE_STEPS = 100


@dataclass(frozen=True, slots=True)
class Size:
    """The sizes of the network; the names follow ``unet/config.json`` of the family."""

    sample_size: int = 16
    in_channels: int = 1
    width: int = 16
    norm_num_groups: int = 4


def new_network(size: Size, seed: int) -> Weights:
    """Return fresh weights under the names the family uses, one level down and up."""
    width, time = size.width, 4 * size.width
    shapes: dict[str, tuple[int, ...]] = {
        "conv_in.weight": (width, size.in_channels, 3, 3),
        "conv_out.weight": (size.in_channels, width, 3, 3),
        "conv_norm_out.weight": (width,),
        "time_embedding.linear_1.weight": (time, width),
        "time_embedding.linear_2.weight": (time, time),
    }
    for block, inputs in _blocks(size):
        shapes[f"{block}.norm1.weight"] = (inputs,)
        shapes[f"{block}.norm2.weight"] = (width,)
        shapes[f"{block}.conv1.weight"] = (width, inputs, 3, 3)
        shapes[f"{block}.conv2.weight"] = (width, width, 3, 3)
        shapes[f"{block}.time_emb_proj.weight"] = (width, time)
        if inputs != width:
            shapes[f"{block}.conv_shortcut.weight"] = (width, inputs, 1, 1)
    biases = {name.replace("weight", "bias"): shape[:1] for name, shape in shapes.items()}
    return random_weights({**shapes, **biases}, seed)


def denoise(size: Size, weights: Weights, noisy: Array, times: Array) -> Tensor:
    """Return the noise seen in ``noisy`` ``(batch, 1, H, W)`` at ``times`` ``(batch,)``."""
    speed = np.exp(-np.log(10_000) * np.arange(size.width // 2) / (size.width // 2))
    angle = times[:, None] * speed[None, :]
    time = Tensor(np.concatenate([np.cos(angle), np.sin(angle)], 1))
    time = _named(linear, weights, "time_embedding.linear_1", time).silu()
    time = _named(linear, weights, "time_embedding.linear_2", time).silu()
    first = _named(_convolve, weights, "conv_in", Tensor(noisy))
    x = down = _residual(size, weights, "down_blocks.0.resnets.0", first, time)
    x = _residual(size, weights, "mid_block.resnets.0", x, time)
    x = _residual(size, weights, "mid_block.resnets.1", x, time)
    for place, skipped in enumerate((down, first)):
        joined = concatenate([x, skipped], 1)
        x = _residual(size, weights, f"up_blocks.0.resnets.{place}", joined, time)
    x = _group_norm(size, weights, "conv_norm_out", x).silu()
    return _named(_convolve, weights, "conv_out", x)


def train(size: Size, weights: Weights, steps: int, batch: int, rate: float, seed: int) -> float:
    """Train on fresh pictures at every step and return the mean loss of the last ten."""
    generator = np.random.default_rng(seed)
    kept = np.cumprod(1 - np.linspace(1e-3, 0.1, NOISE_STEPS))
    optimiser = Adam(weights, rate)
    losses = []
    for step in range(steps):
        pictures = draw(size, batch, generator)
        noise = generator.normal(0, 1, pictures.shape).astype(np.float32)
        times = generator.integers(0, NOISE_STEPS, batch)
        share = kept[times][:, None, None, None]
        noisy = np.sqrt(share) * pictures + np.sqrt(1 - share) * noise
        error = denoise(size, weights, noisy, times.astype(np.float32)) + Tensor(-noise)
        loss = (error * error).mean((0, 1, 2, 3))
        loss.backward()
        optimiser.step(cosine_share(step, steps))
        losses.append(float(loss.data.item()))
    return float(np.mean(losses[-10:]))


def draw(size: Size, count: int, generator: np.random.Generator) -> Array:
    """Return ``count`` pictures in -1..1, each one bright disc, bar or ring on dark ground."""
    side = size.sample_size
    y, x = np.mgrid[0:side, 0:side]
    pictures = np.full((count, 1, side, side), -1.0, np.float32)
    for picture in pictures:
        row, column = generator.uniform(4, side - 4, 2)
        radius, shape = generator.uniform(2, 4), generator.integers(3)
        distance = np.hypot(y - row, x - column)
        if shape == 0:
            inside = distance < radius
        elif shape == 1:
            inside = (np.abs(y - row) < radius / 2) & (np.abs(x - column) < radius + 1)
        else:
            inside = (distance < radius + 1) & (distance > radius - 1)
        picture[0][inside] = 1.0
    return pictures


def _blocks(size: Size) -> list[tuple[str, int]]:
    single, double = size.width, 2 * size.width
    return [
        ("down_blocks.0.resnets.0", single),
        ("mid_block.resnets.0", single),
        ("mid_block.resnets.1", single),
        ("up_blocks.0.resnets.0", double),
        ("up_blocks.0.resnets.1", double),
    ]


def _named(layer, weights: Weights, name: str, x: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
    return layer(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _convolve(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return a 3 by 3 or 1 by 1 convolution that keeps height and width."""
    batch, channels, height, pixels = x.data.shape
    out, _, window, _ = weight.data.shape
    if window == 3:
        flat = patches(x)
    else:
        flat = x.reshape(batch, channels, height * pixels).transpose(0, 2, 1)
    made = linear(flat, weight.reshape(out, channels * window * window), bias)
    return made.transpose(0, 2, 1).reshape(batch, out, height, pixels)


def _group_norm(size: Size, weights: Weights, name: str, x: Tensor) -> Tensor:
    batch, channels, height, width = x.data.shape
    groups = x.reshape(batch, size.norm_num_groups, -1)
    centred = groups + groups.mean((2,)) * -1.0
    spread = ((centred * centred).mean((2,)) + 1e-5).power(-0.5)
    flat = (centred * spread).reshape(batch, channels, height, width)
    scale = weights[f"{name}.weight"].reshape(1, channels, 1, 1)
    return flat * scale + weights[f"{name}.bias"].reshape(1, channels, 1, 1)


def _residual(size: Size, weights: Weights, name: str, x: Tensor, time: Tensor) -> Tensor:
    inner = _group_norm(size, weights, f"{name}.norm1", x).silu()
    inner = _named(_convolve, weights, f"{name}.conv1", inner)
    batch = x.data.shape[0]
    moment = _named(linear, weights, f"{name}.time_emb_proj", time)
    inner = inner + moment.reshape(batch, size.width, 1, 1)
    inner = _group_norm(size, weights, f"{name}.norm2", inner).silu()
    inner = _named(_convolve, weights, f"{name}.conv2", inner)
    if f"{name}.conv_shortcut.weight" in weights:
        x = _named(_convolve, weights, f"{name}.conv_shortcut", x)
    return inner + x
