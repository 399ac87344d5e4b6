"""A release compared with one or several bases from their folders: what the command asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.engine import engine_for
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.overall import compare_all
from weighbridge.release.lineage.relations import Merge, Pair

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes are done and how many there are in all."""


@dataclass(frozen=True, slots=True)
class LineageReport:
    """A release beside its bases.

    name:       how results call the release
    tensors:    how many of its tensors could be read
    parameters: how many numbers they hold
    left_out:   what of its weights could not be read, one line each
    pairs:      one for each base, in the order asked
    merge:      what mixture of the bases it is, where it is one
    """

    name: str
    tensors: int
    parameters: int
    left_out: tuple[str, ...]
    pairs: tuple[Pair, ...]
    merge: Merge | None = None

    def to_json(self, version: str) -> dict[str, Any]:
        """Return the report as JSON values; what was not measured is ``None``."""
        return {
            "format": 1,
            "weighbridge": version,
            "release": {
                "name": self.name,
                "tensors": self.tensors,
                "parameters": self.parameters,
                "left_out": list(self.left_out),
            },
            "pairs": [each.to_json() for each in self.pairs],
            "merge": self.merge.to_json() if self.merge else None,
        }


def compare_releases(
    release: Path,
    bases: Iterable[Path],
    *,
    device: str = "cpu",
    progress: Progress | None = None,
) -> LineageReport:
    """Return what the weights of ``release`` share with those of each base.

    Raises :class:`InputError` for a folder without weights that can be compared, and for a
    device that is not there.
    """
    engine = engine_for(device)
    with ExitStack() as stack:
        opened = stack.enter_context(open_checkpoint(release))
        others = [stack.enter_context(each) for each in _named_apart(bases)]
        pairs, merge = compare_all(opened, others, progress=progress, engine=engine)
    return LineageReport(
        name=opened.name,
        tensors=len(opened.held),
        parameters=sum(each.elements for each in opened.held.values()),
        left_out=opened.left_out,
        pairs=tuple(pairs),
        merge=merge,
    )


def _named_apart(bases: Iterable[Path]) -> Iterator[Checkpoint]:
    """Open the bases; two folders of one name are called by their numbers too."""
    seen: dict[str, int] = {}
    for path in bases:
        base = open_checkpoint(path)
        seen[base.name] = seen.get(base.name, 0) + 1
        again = seen[base.name]
        yield base if again == 1 else replace(base, name=f"{base.name} ({again})")
