"""What tokens are to each other inside a model: the same in whatever order its units stand.

Hidden units, heads and the units of a head may be put in another order, and scales moved from one
matrix to the next, without a change of what a model does: then products of its matrices from
tokens to tokens do not change either. Models trained on like texts have something of this in
common, so likeness here is a hint alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from weighbridge.release.fingerprint.parts import Lane, Parts
from weighbridge.release.fingerprint.sketch import Places, chosen, evened, finite, sums_of
from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.naming import Role

_TOKENS = 160
_LEAST_TOKENS = 24
_MOST_NUMBERS = 1 << 29
_MOST_UNITS = 1 << 17
_LARGEST = np.float32(1e6)  # products of three matrices stay numbers
_AT_ONCE = 1 << 22


def circuits_of(checkpoint: Checkpoint, parts: Parts) -> dict[str, Lane]:
    """Return the lanes that no order of units changes, those that can be made."""
    if "embedding" not in parts.single:
        return {}
    held, role = parts.single["embedding"]
    shape = held.tensor.shape
    plain = len(shape) == 2 and held.matrix == shape and held.where.strides is None
    if role.transposed or not plain or shape[0] < _LEAST_TOKENS or shape[1] > _MOST_UNITS:
        return {}
    tokens = chosen(shape[0], _TOKENS)
    states = finite(checkpoint.rows(held, tokens))
    found = {"tokens": _lane(_alike(states), tokens, 1)}
    first = parts.layer(last=False)
    if first is None:
        return found
    normed = _normed(checkpoint, parts, states, first)
    asked = _seeing(checkpoint, parts, normed, first)
    if asked is not None:
        found["seen"] = _lane(asked, tokens, 2)
    moved = _moving(checkpoint, parts, normed, states, first)
    if moved is not None:
        found["moved"] = _lane(moved, tokens, 3)
    return found


def _lane(between: Floats, tokens: Places, seed: int) -> Lane:
    """Return the lane of what is between tokens; what holds for all pairs of one is left out."""
    between = finite(between)
    even = between - between.mean(axis=0) - between.mean(axis=1, keepdims=True) + between.mean()
    np.fill_diagonal(even, 0)
    even = evened(even)
    lane = Lane(np.zeros(256))
    if even.any():
        lane.add(sums_of(even, tokens, tokens, seed), even.size // 2)
    return lane


def _alike(states: Floats) -> Floats:
    centred = states - states.mean(axis=0)
    size = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.maximum(size, np.finfo(np.float32).tiny)
    found: Floats = centred @ centred.T
    return found


def _normed(checkpoint: Checkpoint, parts: Parts, states: Floats, layer: int) -> Floats:
    """Return tokens as the first layer gets them: of one size, times the weights of its norm."""
    size = np.sqrt(np.mean(states * states, axis=1, keepdims=True))
    normed: Floats = states / np.maximum(size, np.finfo(np.float32).tiny)
    norm = parts.layers.get(("norm.input", layer))
    if norm is None or norm[0].tensor.shape != states.shape[1:]:
        return normed
    weights = checkpoint.numbers(norm[0])
    architecture = str(checkpoint.settings.get("architecture", "")).lower()
    if architecture.startswith("gemma") and checkpoint.settings.get("format") != "GGUF":
        weights = weights + 1  # the library stores what is added to one
    return normed * finite(weights)


def _seeing(checkpoint: Checkpoint, parts: Parts, normed: Floats, layer: int) -> Floats | None:
    """Return how much each token sees of each: queries times keys, over all heads."""
    asks, keys = _fitting(parts, "attention.q", layer), _fitting(parts, "attention.k", layer)
    if asks is None or keys is None:
        return None
    asked = _grouped(_through(checkpoint, asks, normed), checkpoint, keys.tensor.shape[0])
    if asked is None or keys.tensor.shape[1] != normed.shape[1]:
        return None
    found: Floats = asked @ _through(checkpoint, keys, normed).T
    return found


def _moving(
    checkpoint: Checkpoint, parts: Parts, normed: Floats, states: Floats, layer: int
) -> Floats | None:
    """Return what attention to a token moves, as far as it points to other tokens."""
    values, out = _fitting(parts, "attention.v", layer), _fitting(parts, "attention.o", layer)
    if values is None or out is None or out.tensor.shape[0] != states.shape[1]:
        return None
    held = _through(checkpoint, values, normed)
    found = np.zeros((len(states), len(states)), np.float32)
    for first, rows in _blocks(checkpoint, out):
        gathered = _grouped(rows, checkpoint, held.shape[1])
        if gathered is None:
            return None
        found += held @ gathered.T @ states[:, first : first + len(rows)].T
    return found


def _fitting(parts: Parts, part: str, layer: int) -> Held | None:
    held, role = parts.layers.get((part, layer), (None, Role("other")))
    if held is None or role.transposed or len(held.tensor.shape) != 2:
        return None
    small = max(held.tensor.shape) <= _MOST_UNITS and held.elements <= _MOST_NUMBERS
    plain = held.matrix == held.tensor.shape and held.where.strides is None
    return held if small and plain else None


def _through(checkpoint: Checkpoint, held: Held, states: Floats) -> Floats:
    """Return ``states`` times a matrix, read a part after the other."""
    found = np.zeros((len(states), held.tensor.shape[0]), np.float32)
    if held.tensor.shape[1] == states.shape[1]:
        for first, rows in _blocks(checkpoint, held):
            found[:, first : first + len(rows)] = states @ rows.T
    return found


def _blocks(checkpoint: Checkpoint, held: Held) -> Iterator[tuple[int, Floats]]:
    rows, columns = held.matrix
    step = max(_AT_ONCE // columns // held.decoder.block * held.decoder.block, held.decoder.block)
    for first in range(0, rows, step):
        last = min(first + step, rows)
        numbers = checkpoint.numbers(held, first * columns, last * columns)
        numbers = np.clip(np.nan_to_num(numbers), -_LARGEST, _LARGEST)
        yield first, numbers.reshape(last - first, columns)


def _grouped(asked: Floats, checkpoint: Checkpoint, width: int) -> Floats | None:
    """Return columns of heads summed over those that share a head of keys.

    ``None`` where it is not known which those are.
    """
    if asked.shape[1] == width:
        return asked
    heads, of_keys = checkpoint.settings.get("heads"), checkpoint.settings.get("kv_heads")
    if not isinstance(heads, int) or not isinstance(of_keys, int) or of_keys < 1 or heads < 1:
        return None
    size = width // of_keys
    if heads % of_keys or size * of_keys != width or heads * size != asked.shape[1]:
        return None
    shared: Floats = asked.reshape(len(asked), of_keys, heads // of_keys, size).sum(axis=2)
    return shared.reshape(len(asked), width)
