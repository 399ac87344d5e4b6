"""Which tensors of a checkpoint a fingerprint samples, told by their roles, and their samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from weighbridge.release.fingerprint.sketch import Places, Sums, chosen, evened, sums_of
from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.naming import Role, role_of, undone_rows

_ATTENTION = (
    *("attention.q", "attention.k", "attention.v", "attention.qkv", "attention.o"),
    *("attention.q-in", "attention.kv-in", "attention.kv", "state.in", "state.x", "state.out"),
)
_MLP = (
    *("mlp.gate", "mlp.up", "mlp.gate_up", "mlp.down"),
    *("experts.gate", "experts.up", "experts.gate_up", "experts.down"),
)
_UNKNOWN = ("other", "conv", "lora.a", "lora.b")
_NORMS = ("norm.input", "norm.post")
_MOST_COLUMNS = 1 << 18
_MOST_STRIDED = 1 << 25
_MOST_OTHERS = 12
_FEWEST = 64


@dataclass(slots=True)
class Parts:
    """The tensors of the main half of a model by what they do.

    layers: by part and layer, each the first of its name
    single: by part, those outside of layers
    others: those whose name is not known, the largest first
    """

    layers: dict[tuple[str, int], tuple[Held, Role]] = field(default_factory=dict)
    single: dict[str, tuple[Held, Role]] = field(default_factory=dict)
    others: list[Held] = field(default_factory=list)

    def layer(self, last: bool) -> int | None:
        """Return the first or the last layer that has attention or an MLP."""
        found = {at for part, at in self.layers if part in _ATTENTION or part in _MLP}
        if not found:
            return None
        return max(found) if last else min(found)


@dataclass(slots=True)
class Lane:
    """What is summed up for the bits of one lane, and over how many numbers."""

    sums: Sums
    count: int = 0

    def add(self, sums: Sums, count: int) -> None:
        """Add a sample."""
        self.sums += sums
        self.count += count


def parts_of(checkpoint: Checkpoint) -> Parts:
    """Sort the tensors of a checkpoint by their roles."""
    roles = {name: role_of(name, checkpoint.settings) for name in checkpoint.held}
    main = _main_stack(roles.values())
    found = Parts()
    unknown: list[Held] = []
    for name, role in roles.items():
        held = checkpoint.held[name]
        if role.part in _UNKNOWN or role.stack != main:
            unknown.append(held)
        elif role.layer is None:
            found.single.setdefault(role.part, (held, role))
        elif role.expert in (None, 0):
            found.layers.setdefault((role.part, role.layer), (held, role))
    unknown.sort(key=lambda held: (-held.elements, _tail(held.name)))
    found.others = unknown[:_MOST_OTHERS]
    return found


def _main_stack(roles: Iterable[Role]) -> str:
    counts = Counter(role.stack for role in roles if role.part in (*_ATTENTION, *_MLP))
    if not counts or "" in counts:
        return ""
    return min(counts, key=lambda stack: (-counts[stack], stack))


def _tail(name: str) -> list[str]:
    """Return a name from its end, so that a prefix more or less sorts alike."""
    return name.split(".")[::-1]


def lane_parts(parts: Parts) -> Mapping[str, list[tuple[str, Held, Role]]]:
    """Return the tensors of each lane that follows the places of numbers."""
    first, last = parts.layer(last=False), parts.layer(last=True)
    last = None if last == first else last
    plain = Role("other")
    return {
        "embedding": _single(parts, "embedding"),
        "head": _single(parts, "head"),
        "norms": [*_single(parts, "norm.final"), *_of_layer(parts, _NORMS, first)],
        "first.attention": _of_layer(parts, _ATTENTION, first),
        "first.mlp": _of_layer(parts, _MLP, first),
        "last.attention": _of_layer(parts, _ATTENTION, last),
        "last.mlp": _of_layer(parts, _MLP, last),
        "others": [(f"other {at}", held, plain) for at, held in enumerate(parts.others)],
    }


def _single(parts: Parts, part: str) -> list[tuple[str, Held, Role]]:
    return [(part, *parts.single[part])] if part in parts.single else []


def _of_layer(
    parts: Parts, names: tuple[str, ...], layer: int | None
) -> list[tuple[str, Held, Role]]:
    if layer is None:
        return []
    return [(name, *parts.layers[name, layer]) for name in names if (name, layer) in parts.layers]


def sketched(checkpoint: Checkpoint, tensors: Iterable[tuple[str, Held, Role]]) -> Lane:
    """Return the sums over samples of some tensors; a tensor without change adds nothing."""
    lane = Lane(np.zeros(256))
    for part, held, role in tensors:
        for sample, rows, columns in _sampled(checkpoint, held, role):
            even = evened(sample)
            if even.any():
                lane.add(sums_of(even, rows, columns, crc32(part.encode())), even.size)
    return lane


def _sampled(
    checkpoint: Checkpoint, held: Held, role: Role
) -> Iterator[tuple[Floats, Places, Places]]:
    """Yield the numbers at some rows and columns, outputs as rows, and those places."""
    shape = held.tensor.shape
    if len(shape) < 2:
        many = held.elements
        if many >= _FEWEST // 2 and not held.packed:
            places = chosen(many, 1 << 12)
            block = held.decoder.block
            end = min(-(-(int(places[-1]) + 1) // block) * block, held.elements)
            numbers = checkpoint.numbers(held, 0, end)
            yield numbers[places][None, :], np.zeros(1, np.int64), places
        return
    rows, columns = held.matrix
    strided = held.where.strides is not None
    if not _FEWEST <= held.elements <= (_MOST_STRIDED if strided else held.elements):
        return
    if not 0 < columns <= _MOST_COLUMNS:
        return
    if columns == shape[-1]:
        rows = shape[-2]  # of a stack the first
    ours, theirs = chosen(rows), chosen(columns)
    order = None if role.transposed else undone_rows(held, checkpoint)
    stored = ours if order is None else order[ours]
    # Each row of a transposed tensor lies all over the file: it is read once, as a whole.
    rows_read = checkpoint.whole(held)[stored] if strided else checkpoint.rows(held, stored)
    sample = rows_read[:, theirs]
    if role.transposed:
        yield np.ascontiguousarray(sample.T), theirs, ours
    else:
        yield sample, ours, theirs
