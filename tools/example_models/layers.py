"""Layers that two or more of the example networks share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from example_models.autograd import Array, Tensor

Weights = dict[str, Tensor]


def random_weights(shapes: dict[str, tuple[int, ...]], seed: int) -> Weights:
    """Return one tensor per shape: vectors named ``*norm*`` are ones, biases zeros.

    Matrices are normal with a spread of one over the root of their input size.
    """
    generator = np.random.default_rng(seed)
    weights = {}
    for name, shape in sorted(shapes.items()):
        if len(shape) == 1:
            start = np.ones(shape) if name.endswith("weight") else np.zeros(shape)
        else:
            inputs = int(np.prod(shape[1:]))
            start = generator.normal(0, inputs**-0.5, shape)
        weights[name] = Tensor(start)
    return weights


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``x`` times the transposed ``weight``, plus ``bias``."""
    out = x @ weight.transpose(1, 0)
    return out if bias is None else out + bias


def rms_norm(x: Tensor, weight: Tensor, epsilon: float = 1e-6) -> Tensor:
    """Return ``x`` over its root mean square along the last axis, scaled by ``weight``."""
    return x * ((x * x).mean((-1,)) + epsilon).power(-0.5) * weight


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Return ``(batch, length, width)`` as ``(batch, heads, length, width / heads)``."""
    batch, length, width = x.data.shape
    return x.reshape(batch, length, heads, width // heads).transpose(0, 2, 1, 3)


def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor, scale: float) -> Tensor:
    """Return attention over split heads, joined again; ``bias`` is added to the scores."""
    shares = ((query @ key.transpose(0, 1, 3, 2)) * scale + bias).softmax()
    joined = (shares @ value).transpose(0, 2, 1, 3)
    batch, length, heads, width = joined.data.shape
    return joined.reshape(batch, length, heads * width)


def causal_mask(length: int) -> Array:
    """Return ``(length, length)`` with a large negative number wherever the future lies."""
    return np.triu(np.full((length, length), -1e9, np.float32), 1)


def cosine_share(step: int, steps: int) -> float:
    """Return the share of the learning rate at ``step``: a short rise, then a cosine to zero."""
    rise = min(1.0, (step + 1) / 20)
    return rise * 0.5 * (1 + float(np.cos(np.pi * step / steps)))


def parameter_count(weights: Weights) -> int:
    """Return how many numbers the weights hold."""
    return sum(each.data.size for each in weights.values())


Batch = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
