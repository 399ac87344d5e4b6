"""Tensors put together by what they hold, where their names say nothing."""

from __future__ import annotations

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
_CORNER = 48
_MOST = 4096
_LEAST_SPREAD = 0.02
"""A vector whose numbers differ less among themselves, beside their size, tells nothing."""


def alike_pairs(
    release: Checkpoint, mine: Sequence[Held], base: Checkpoint, theirs: Sequence[Held]
) -> Iterator[tuple[str, str, bool]]:
    """Yield names of tensors of one shape that are each other's most alike.

    The last value says whether rows of the one are columns of the other; such pairs come after.
    """
    done: set[str] = set()
    used: set[str] = set()
    for turned in (False, True):
        groups: dict[tuple[int, int], tuple[list[Held], list[Held]]] = {}
        for held in mine:
            if held.name not in done:
                groups.setdefault(held.matrix, ([], []))[0].append(held)
        for held in theirs:
            high, wide = held.matrix
            if held.name not in used and (not turned or min(high, wide) > 1):
                shape = (wide, high) if turned else (high, wide)
                groups.setdefault(shape, ([], []))[1].append(held)
        for ours, others in groups.values():
            if ours and others and max(len(ours), len(others)) <= _MOST:
                for name, other in _closest(release, ours, base, others, turned):
                    done.add(name)
                    used.add(other)
                    yield name, other, turned


def _closest(
    release: Checkpoint,
    mine: Sequence[Held],
    base: Checkpoint,
    theirs: Sequence[Held],
    turned: bool,
) -> Iterator[tuple[str, str]]:
    sample = _corner if turned else _sample
    a = np.stack([sample(release, held, False) for held in mine])
    b = np.stack([sample(base, held, turned) for held in theirs])
    alike = directions(a) @ directions(b).T
    forth, back = alike.argmax(1), alike.argmax(0)
    for at, to in enumerate(forth.tolist()):
        if back[to] == at and alike[at, to] >= SURE:
            yield mine[at].name, theirs[to].name


def _corner(checkpoint: Checkpoint, held: Held, turned: bool) -> Floats:
    rows, columns = held.matrix
    which = np.arange(min(rows, _CORNER), dtype=np.int64)
    found = part_of_rows(checkpoint, held, which, 0, min(columns, _CORNER))
    return (found.T if turned else found).reshape(-1)


def _sample(checkpoint: Checkpoint, held: Held, _turned: bool) -> Floats:
    rows, columns = held.matrix
    found = part_of_rows(checkpoint, held, spread(rows, _ROWS), 0, min(columns, _COLUMNS))
    if rows > 1:
        return found.reshape(-1)
    middle = found - found.mean()
    flat = np.linalg.norm(middle) <= _LEAST_SPREAD * np.linalg.norm(found)
    return np.zeros_like(middle[0]) if flat else middle[0]
