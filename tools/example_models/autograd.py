"""Reverse-mode differentiation over NumPy arrays, with a count of the arithmetic done.

Enough for the three little networks of the examples. ``FLOP.total`` adds up every matrix
product, forward and backward, so that a card can state compute that was counted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


class FLOP:
    """The multiplications and additions of all matrix products so far."""

    total = 0


class Tensor:
    """An array that remembers how it was made. ``grad`` has the shape of ``data``."""

    def __init__(
        self,
        data: npt.ArrayLike,
        parents: tuple[Tensor, ...] = (),
        push: Callable[[Array], tuple[Array, ...]] | None = None,
    ) -> None:
        """``push`` turns the gradient of this tensor into one for each parent."""
        self.data: Array = np.asarray(data, dtype=np.float32)
        self.parents, self.push = parents, push
        self.grad: Array | None = None

    def __add__(self, other: Tensor | float) -> Tensor:
        """Return the sum, broadcast."""
        right = _tensor(other)
        shapes = self.data.shape, right.data.shape
        return Tensor(
            self.data + right.data,
            (self, right),
            lambda g: (_fit(g, shapes[0]), _fit(g, shapes[1])),
        )

    def __mul__(self, other: Tensor | float) -> Tensor:
        """Return the product element by element, broadcast."""
        right = _tensor(other)
        a, b = self.data, right.data
        return Tensor(a * b, (self, right), lambda g: (_fit(g * b, a.shape), _fit(g * a, b.shape)))

    def __matmul__(self, other: Tensor) -> Tensor:
        """Return the matrix product over the last two axes."""
        a, b = self.data, other.data
        out = a @ b
        FLOP.total += 6 * out.size * a.shape[-1]

        def push(g: Array) -> tuple[Array, Array]:
            left = g @ np.swapaxes(b, -1, -2)
            return _fit(left, a.shape), _fit(np.swapaxes(a, -1, -2) @ g, b.shape)

        return Tensor(out, (self, other), push)

    def __getitem__(self, index: object) -> Tensor:
        """Return a slice or a gather; gradients of repeated rows add up."""
        shape = self.data.shape

        def push(g: Array) -> tuple[Array]:
            full = np.zeros(shape, np.float32)
            np.add.at(full, index, g)  # type: ignore[arg-type]
            return (full,)

        return Tensor(self.data[index], (self,), push)  # type: ignore[index]

    def reshape(self, *shape: int) -> Tensor:
        """Return the same numbers in another shape."""
        before = self.data.shape
        return Tensor(self.data.reshape(shape), (self,), lambda g: (g.reshape(before),))

    def transpose(self, *axes: int) -> Tensor:
        """Return the axes in another order."""
        back = tuple(np.argsort(axes))
        return Tensor(self.data.transpose(axes), (self,), lambda g: (g.transpose(back),))

    def mean(self, axes: tuple[int, ...]) -> Tensor:
        """Return the mean over ``axes``, which stay as axes of length one."""
        shape = self.data.shape
        count = int(np.prod([shape[axis] for axis in axes]))
        return Tensor(
            self.data.mean(axes, keepdims=True),
            (self,),
            lambda g: (np.broadcast_to(g / count, shape).astype(np.float32),),
        )

    def power(self, exponent: float) -> Tensor:
        """Return each element raised to ``exponent``."""
        a = self.data
        return Tensor(a**exponent, (self,), lambda g: (g * exponent * a ** (exponent - 1),))

    def silu(self) -> Tensor:
        """Return x times its logistic."""
        a = self.data
        gate = 1 / (1 + np.exp(-a))
        return Tensor(a * gate, (self,), lambda g: (g * (gate + a * gate * (1 - gate)),))

    def relu(self) -> Tensor:
        """Return the positive part."""
        positive = self.data > 0
        return Tensor(self.data * positive, (self,), lambda g: (g * positive,))

    def softmax(self) -> Tensor:
        """Return shares over the last axis."""
        out = np.exp(self.data - self.data.max(-1, keepdims=True))
        out = out / out.sum(-1, keepdims=True)
        return Tensor(out, (self,), lambda g: (out * (g - (g * out).sum(-1, keepdims=True)),))

    def cross_entropy(self, targets: npt.NDArray[np.int64]) -> Tensor:
        """Return the mean loss of logits ``(…, classes)``; targets below zero do not count."""
        flat = self.data.reshape(-1, self.data.shape[-1])
        wanted = targets.reshape(-1)
        counts = wanted >= 0
        shares = np.exp(flat - flat.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        rows = np.arange(len(wanted))
        loss = -np.log(shares[rows, wanted] + 1e-9)[counts].mean()

        def push(g: Array) -> tuple[Array]:
            grad = shares.copy()
            grad[rows, wanted] -= 1
            grad *= counts[:, None] / counts.sum()
            return ((g * grad).reshape(self.data.shape).astype(np.float32),)

        return Tensor(loss, (self,), push)

    def backward(self) -> None:
        """Fill ``grad`` of every tensor this one was made from."""
        self.grad = np.ones_like(self.data)
        for node in reversed(_order(self)):
            if node.push is None or node.grad is None:
                continue
            for parent, grad in zip(node.parents, node.push(node.grad), strict=True):
                parent.grad = grad if parent.grad is None else parent.grad + grad


def concatenate(parts: list[Tensor], axis: int) -> Tensor:
    """Return ``parts`` one after the other along ``axis``."""
    ends = np.cumsum([part.data.shape[axis] for part in parts])[:-1]
    return Tensor(
        np.concatenate([part.data for part in parts], axis),
        tuple(parts),
        lambda g: tuple(np.split(g, ends, axis)),
    )


def patches(image: Tensor) -> Tensor:
    """Return the 3 by 3 surroundings of every pixel: ``(B, C, H, W)`` to ``(B, H*W, C*9)``."""
    batch, channels, height, width = image.data.shape
    padded = np.pad(image.data, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    out = windows.transpose(0, 2, 3, 1, 4, 5).reshape(batch, height * width, channels * 9)

    def push(g: Array) -> tuple[Array]:
        grid = g.reshape(batch, height, width, channels, 3, 3).transpose(0, 3, 1, 2, 4, 5)
        full = np.zeros_like(padded)
        for y in range(3):
            for x in range(3):
                full[:, :, y : y + height, x : x + width] += grid[..., y, x]
        return (full[:, :, 1:-1, 1:-1],)

    return Tensor(out, (image,), push)


class Adam:
    """The Adam optimiser over named tensors, without weight decay."""

    def __init__(self, weights: dict[str, Tensor], rate: float) -> None:
        """Start with no memory of earlier gradients."""
        self.weights, self.rate, self.steps = weights, rate, 0
        self.first = {name: np.zeros_like(each.data) for name, each in weights.items()}
        self.second = {name: np.zeros_like(each.data) for name, each in weights.items()}

    def step(self, share: float = 1.0) -> None:
        """Move each weight against its gradient, at ``share`` of the rate; clear gradients."""
        self.steps += 1
        for name, weight in self.weights.items():
            if weight.grad is None:
                continue
            first = self.first[name] = 0.9 * self.first[name] + 0.1 * weight.grad
            second = self.second[name] = 0.99 * self.second[name] + 0.01 * weight.grad**2
            mean, spread = first / (1 - 0.9**self.steps), second / (1 - 0.99**self.steps)
            move = share * self.rate * mean / (np.sqrt(spread) + 1e-8)
            weight.data = (weight.data - move).astype(np.float32)
            weight.grad = None


def _tensor(value: Tensor | float) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value)


def _fit(grad: Array, shape: tuple[int, ...]) -> Array:
    """Return ``grad`` summed over the axes that broadcasting had stretched to reach it."""
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    stretched = tuple(
        axis for axis, size in enumerate(shape) if size == 1 and grad.shape[axis] != 1
    )
    return grad.sum(stretched, keepdims=True) if stretched else grad


def _order(root: Tensor) -> list[Tensor]:
    """Return every tensor ``root`` was made from, each after its parents."""
    done: list[Tensor] = []
    seen: set[int] = set()
    stack: list[tuple[Tensor, bool]] = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            done.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return done
