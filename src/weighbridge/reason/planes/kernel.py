"""Runs a circuit over Arrow record batches, a plane of bits for each node, 64 rows a word.

The order of steps and where each plane lies are worked out once; a plane is written over as soon
as nobody needs it any more, so that few are alive and most of them stay near the processor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from weighbridge.reason.columns.circuit import (
    Both,
    Bound,
    Circuit,
    Either,
    Fixed,
    Id,
    Negated,
    Test,
)
from weighbridge.reason.planes.arrow import Batch, Plain, Plane, limits_of, plain_test, words_for

ROWS = 262_144
"""How many rows a batch best has: a plane of them is 32 KB."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One node: a test, or an operation on planes; which places it reads, writes and frees."""

    node: Id
    test: Test | None
    plain: Plain | None
    operation: Any
    parts: tuple[Id, ...]
    last_use: tuple[Id, ...]


class Kernel:
    """A circuit made ready to run for some outputs."""

    def __init__(self, circuit: Circuit, outputs: Iterable[Id]) -> None:
        """Work out the order of steps and after which of them a plane is free again."""
        self.outputs = tuple(dict.fromkeys(outputs))
        order = circuit.needed(self.outputs)
        kept = set(self.outputs)
        last: dict[Id, Id] = {part: id_ for id_ in order for part in circuit.parts(id_)}
        free: dict[Id, list[Id]] = {}
        for part, user in last.items():
            if part not in kept:
                free.setdefault(user, []).append(part)
        nodes = (circuit.nodes[id_] for id_ in order)
        self._limits = limits_of(node for node in nodes if isinstance(node, Bound))
        self._made = {id_ for id_ in order if not isinstance(circuit.nodes[id_], Test)}
        self._steps = [self._step(circuit, id_, tuple(free.get(id_, ()))) for id_ in order]

    @staticmethod
    def _step(circuit: Circuit, id_: Id, last_use: tuple[Id, ...]) -> _Step:
        node = circuit.nodes[id_]
        match node:
            case Both():
                return _Step(id_, None, None, np.bitwise_and, node.parts, last_use)
            case Either():
                return _Step(id_, None, None, np.bitwise_or, node.parts, last_use)
            case Negated():
                return _Step(id_, None, None, np.bitwise_not, (node.part,), last_use)
            case Fixed():
                return _Step(id_, None, None, node.value, (), ())
        return _Step(id_, node, plain_test(node), None, (), last_use)

    def run(self, batch: Any) -> dict[Id, Plane]:
        """Return the plane of each output for one Arrow record batch.

        Bits behind the last row say nothing. Raises :class:`InputError` where a column has not
        the type of its fact.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # as Python's own sums go
            return self._run(Batch(batch, self._limits))

    def _run(self, facts: Batch) -> dict[Id, Plane]:
        words = words_for(facts.rows)
        planes: dict[Id, Plane] = {}
        spare: list[Plane] = []
        for step in self._steps:
            if step.test is not None:
                planes[step.node] = facts.test(step.test, step.plain)
                continue
            out = spare.pop() if spare else np.empty(words, np.uint64)
            _fill(out, step, planes)
            planes[step.node] = out
            for part in step.last_use:
                plane = planes.pop(part)
                if part in self._made:  # a test's plane may be shared, or be the column's own
                    spare.append(plane)
        return {id_: planes[id_] for id_ in self.outputs}


def _fill(out: Plane, step: _Step, planes: dict[Id, Plane]) -> None:
    parts = step.parts
    if not parts:
        out.fill(np.uint64(2**64 - 1) if step.operation else np.uint64(0))
    elif len(parts) == 1:
        step.operation(planes[parts[0]], out=out)
    else:
        step.operation(planes[parts[0]], planes[parts[1]], out=out)
        for part in parts[2:]:
            step.operation(out, planes[part], out=out)
