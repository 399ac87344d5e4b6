"""Verdicts of the rows of a batch as nullable Arrow columns: null is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from weighbridge.reason.columns.circuit import FALSE, TRUE, Id
from weighbridge.reason.columns.specialised import Answer, Specialised
from weighbridge.reason.planes.arrow import Plane, words_for
from weighbridge.reason.planes.doubts import Doubts
from weighbridge.reason.planes.kernel import Kernel


class Runs(Protocol):
    """What works out a circuit for a batch."""

    def run(self, batch: Any) -> dict[Id, Plane]:
        """Return the plane of each output for one Arrow record batch."""


MakeKernel = Callable[[Specialised, list[Id]], Runs]
"""Makes a circuit ready to run for some outputs; those of other engines stand in for the planes."""


class Planes:
    """The engine: a specialised law made ready to judge batches of its table."""

    def __init__(
        self,
        law: Specialised,
        answers: Iterable[Answer] | None = None,
        *,
        doubts: bool = True,
        kernel: MakeKernel | None = None,
    ) -> None:
        """Prepare what ``answers`` need, all by default.

        With ``doubts`` the reference settles the rows that an answer leaves in doubt; without,
        they stay as they are, which claims too little. ``kernel`` makes what runs the circuit.
        """
        self.law = law
        self.answers = law.answers if answers is None else tuple(answers)
        self.doubts = Doubts(law) if doubts else None
        wires: set[Id] = set()
        for each in self.answers:
            wires.update((*each.pair, each.settled, *each.force.pair))
            wires.add(each.doubt if doubts else FALSE)
        outputs = sorted(wires - {FALSE, TRUE})
        self.kernel: Runs = kernel(law, outputs) if kernel else Kernel(law.circuit, outputs)

    def judge(self, batch: Any) -> Verdicts:
        """Return the verdicts of an Arrow record batch (or table) whose columns the law names."""
        return Verdicts(self, batch)


class Found(NamedTuple):
    """Three planes: is true, is false, and follows from known facts alone."""

    true: Plane
    false: Plane
    settled: Plane


class Verdicts:
    """What was found for one batch, by the nodes of the circuit."""

    def __init__(self, engine: Planes, batch: Any) -> None:
        """Run the engine's circuit over a batch."""
        self.answers = engine.answers
        self.batch = batch
        self.rows: int = batch.num_rows
        self.planes: dict[Id, Plane] = engine.kernel.run(batch)
        self._doubts = engine.doubts
        self._settled: dict[int, Found] = {}

    def plane(self, wire: Id) -> Plane:
        """Return the plane of an output or a constant."""
        if wire in (FALSE, TRUE):
            return np.full(words_for(self.rows), 2**64 - 1 if wire == TRUE else 0, np.uint64)
        return self.planes[wire]

    def found(self, answer: Answer) -> Found:
        """Return the planes of an answer, what was in doubt settled by the reference."""
        found = Found(*map(self.plane, (*answer.pair, answer.settled)))
        if answer.exact or self._doubts is None:
            return found
        if id(answer) not in self._settled:
            left = self._doubts.settle(self.batch, answer, self.plane(answer.doubt))
            if left is not None:
                both = zip(found, left[1:], strict=True)
                found = Found(*((plane & ~left.mask) | more for plane, more in both))
            self._settled[id(answer)] = found
        return self._settled[id(answer)]

    def applies(self, answer: Answer) -> Any:
        """Return whether the rule applies, as a nullable Arrow array of booleans."""
        found = self.found(answer)
        return self._nullable(found.true, found.true | found.false)

    def settled(self, answer: Answer) -> Any:
        """Return in which rows the verdict follows from known facts alone; null where unknown."""
        found = self.found(answer)
        return self._nullable(found.settled, found.true | found.false)

    def in_force(self, answer: Answer) -> Any:
        """Return whether the rule binds on the as-of date; null where a transition is unknown."""
        true, false = map(self.plane, answer.force.pair)
        return self._nullable(true, true | false)

    def _nullable(self, true: Plane, known: Plane) -> Any:
        buffers = [pa.py_buffer(known), pa.py_buffer(true)]
        return pa.Array.from_buffers(pa.bool_(), self.rows, buffers)
