"""Verdicts of the rows of a batch as nullable Arrow columns: null is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from weighbridge.reason.columns.circuit import FALSE, TRUE, Id, Pair
from weighbridge.reason.columns.specialise import Answer, Specialised
from weighbridge.reason.planes.kernel import Kernel
from weighbridge.reason.planes.tests import Plane, words_for


class Planes:
    """The engine: a specialised law made ready to judge batches of its table."""

    def __init__(self, law: Specialised, answers: Iterable[Answer] | None = None) -> None:
        """Prepare what ``answers`` need, all of them by default."""
        self.law = law
        self.answers = law.answers if answers is None else tuple(answers)
        wires = {
            wire
            for each in self.answers
            for wire in (*each.pair, each.settled, *each.force.pair)
            if wire not in (FALSE, TRUE)
        }
        self.kernel = Kernel(law.circuit, sorted(wires))

    def judge(self, batch: Any) -> Verdicts:
        """Return the verdicts of an Arrow record batch (or table) whose columns the law names."""
        return Verdicts(self.kernel.run(batch), batch.num_rows)


class Verdicts:
    """What was found for one batch, by the nodes of the circuit."""

    def __init__(self, planes: dict[Id, Plane], rows: int) -> None:
        """Take the planes of the outputs."""
        self.planes = planes
        self.rows = rows

    def plane(self, wire: Id) -> Plane:
        """Return the plane of an output or a constant."""
        if wire in (FALSE, TRUE):
            return np.full(words_for(self.rows), 2**64 - 1 if wire == TRUE else 0, np.uint64)
        return self.planes[wire]

    def applies(self, answer: Answer) -> Any:
        """Return whether the rule applies, as a nullable Arrow array of booleans."""
        return self.nullable(answer.pair)

    def settled(self, answer: Answer) -> Any:
        """Return in which rows the verdict follows from known facts alone."""
        return self.nullable(Pair(answer.settled, TRUE))

    def in_force(self, answer: Answer) -> Any:
        """Return whether the rule binds on the as-of date; null where a transition is unknown."""
        return self.nullable(answer.force.pair)

    def nullable(self, pair: Pair) -> Any:
        """Return a pair as an Arrow array of booleans without copying its *is true*."""
        true = self.plane(pair.true)
        known = true | self.plane(pair.false)
        buffers = [pa.py_buffer(known), pa.py_buffer(true)]
        return pa.Array.from_buffers(pa.bool_(), self.rows, buffers)
