"""The release beside a base as a whole, and beside several: the one entry of the comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.engine import Engine
from weighbridge.release.lineage.kinds import relation_of
from weighbridge.release.lineage.pairing import Matched, pair_up
from weighbridge.release.lineage.relations import Merge, Pair, Relation, TensorChange
from weighbridge.release.lineage.statistics import compare

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes are done and how many there are in all."""


def compare_pair(
    release: Checkpoint,
    base: Checkpoint,
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Pair:
    """Return what the weights of ``release`` share with those of ``base``."""
    pairing = pair_up(release, base)
    changes = tuple(_measured(release, base, each, engine) for each in pairing.pairs)
    added = tuple(
        TensorChange(name, None, Relation.UNDECIDED, note="in the release alone")
        for name in pairing.added
    )
    return Pair(
        base.name,
        Relation.UNDECIDED,
        None,
        (*changes, *added),
        pairing.absent,
        not_compared=tuple(pairing.not_compared),
    )


def compare_all(
    release: Checkpoint,
    bases: Sequence[Checkpoint],
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> tuple[list[Pair], Merge | None]:
    """Return the release beside each base, and what mixture of them it is, where it is one."""
    pairs = [compare_pair(release, base, progress=progress, engine=engine) for base in bases]
    return pairs, None


def _measured(
    release: Checkpoint, base: Checkpoint, each: Matched, engine: Engine | None
) -> TensorChange:
    numbers = compare(
        release,
        each.release,
        base,
        each.base,
        rows=each.rows,
        turned=each.turned,
        engine=engine,
    )
    return relation_of(
        numbers, part=each.role.part, layer=each.role.layer, base_layer=each.base_role.layer
    )
