"""Rows that an answer leaves in doubt, settled by the reference: each distinct one once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from weighbridge.reason.columns.specialised import Answer, Specialised
from weighbridge.reason.planes.arrow import Plane, packed, words_for

_Known = tuple[bool | None, str]


class Left(NamedTuple):
    """The rows that were in doubt, and what the reference says of them."""

    mask: Plane
    true: Plane
    false: Plane
    settled: Plane


class Doubts:
    """Asks the reference, and remembers what it said of the facts that bear on an answer.

    asked: how many times it was asked so far
    """

    def __init__(self, law: Specialised) -> None:
        """Nothing was asked yet."""
        self.law = law
        self.asked = 0
        self._said: dict[tuple[str, str, str], dict[tuple[Any, ...], _Known]] = {}
        self._by_key: dict[str, list[str]] = {}
        for name, column in law.table.columns.items():
            self._by_key.setdefault(column.key, []).append(name)

    def settle(self, batch: Any, answer: Answer, doubt: Plane) -> Left | None:
        """Return what the reference says of the rows in doubt; ``None`` where there are none."""
        flags = np.unpackbits(doubt.view(np.uint8), count=batch.num_rows, bitorder="little")
        places = np.flatnonzero(flags)
        if not len(places):
            return None
        names = [name for key in self._keys(answer) for name in self._by_key.get(key, ())]
        rows = pa.table({name: batch.column(name) for name in names}).take(pa.array(places))
        columns = [rows.column(name).to_pylist() for name in names]
        said = [self._ask(answer, names, each) for each in zip(*columns, strict=True)]
        if not names:
            said = [self._ask(answer, [], ())] * len(places)
        size = words_for(batch.num_rows) * 64
        wanted = (
            np.ones(len(places), np.bool_),
            np.array([verdict is True for verdict, _ in said]),
            np.array([verdict is False for verdict, _ in said]),
            np.array([verdict is not None and basis == "settled" for verdict, basis in said]),
        )
        return Left(*(self._spread(places, each, size) for each in wanted))

    def _keys(self, answer: Answer) -> list[str]:
        """Return the keys of the facts that bear on an answer, and those without a market."""
        bare = (key.partition("[")[0] for key in answer.facts)
        return sorted({*answer.facts, *bare})

    @staticmethod
    def _spread(places: Any, values: Any, size: int) -> Plane:
        flags = np.zeros(size, np.bool_)
        flags[places] = values
        return packed(flags, size)

    def _ask(self, answer: Answer, names: list[str], values: tuple[Any, ...]) -> _Known:
        at = (answer.rule.key, answer.row.market, answer.row.role)
        said = self._said.setdefault(at, {})
        if values not in said:
            self.asked += 1
            facts = self.law.table.values(dict(zip(names, values, strict=True)))
            said[values] = self.law.judge(facts).verdict(answer.rule, answer.row)
        return said[values]
