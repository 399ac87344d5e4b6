"""Tensors put together by what they hold, where their names say nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.sides import part_of_rows, spread

SURE = 0.6
"""Cosine of two samples from which they are taken for the same tensor."""
_ROWS = 8
_COLUMNS = 256
_MOST = 4096
_LEAST_SPREAD = 0.02
"""A vector whose numbers differ less among themselves, beside their size, tells nothing."""


def alike_pairs(
    release: Checkpoint, mine: Sequence[Held], base: Checkpoint, theirs: Sequence[Held]
) -> Iterator[tuple[str, str]]:
    """Yield names of tensors of one shape, or of one turned, that are each other's most alike."""
    groups: dict[tuple[int, int], tuple[list[Held], list[Held]]] = defaultdict(lambda: ([], []))
    for side, many in enumerate((mine, theirs)):
        for held in many:
            groups[held.matrix][side].append(held)
    for ours, others in groups.values():
        if ours and others and max(len(ours), len(others)) <= _MOST:
            yield from _closest(release, ours, base, others)


def _closest(
    release: Checkpoint, mine: Sequence[Held], base: Checkpoint, theirs: Sequence[Held]
) -> Iterator[tuple[str, str]]:
    a = np.stack([_sample(release, held) for held in mine])
    b = np.stack([_sample(base, held) for held in theirs])
    alike = directions(a) @ directions(b).T
    forth, back = alike.argmax(1), alike.argmax(0)
    for at, to in enumerate(forth.tolist()):
        if back[to] == at and alike[at, to] >= SURE:
            yield mine[at].name, theirs[to].name


def _sample(checkpoint: Checkpoint, held: Held) -> Floats:
    rows, columns = held.matrix
    found = part_of_rows(checkpoint, held, spread(rows, _ROWS), 0, min(columns, _COLUMNS))
    if rows > 1:
        return found.reshape(-1)
    middle = found - found.mean()
    flat = np.linalg.norm(middle) <= _LEAST_SPREAD * np.linalg.norm(found)
    return np.zeros_like(middle[0]) if flat else middle[0]
