"""Verdicts of many rules as few columns of 64-bit words: two bits a rule for each row.

What rules share is kept once: a *slot* is one pair left of the law, 32 of them to a word, the first
lowest. A slot's two bits say 1 *yes*, 2 *no*, 0 *unknown*. Which slot answers which question stands
in the metadata of the schema, as JSON under :data:`KEY`; what is the same for all rows has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from weighbridge.reason.columns.circuit import FALSE, TRUE, Pair
from weighbridge.reason.columns.specialised import Answer, Specialised
from weighbridge.reason.planes.arrow import Plane, words_for
from weighbridge.reason.planes.verdicts import MakeKernel, Planes, Verdicts

KEY = b"weighbridge"
COLUMN = "verdicts_"
SLOTS = 32
_HALVES = tuple(
    (1 << power, np.uint64(sum(((1 << (1 << power)) - 1) << at for at in range(0, 64, 2 << power))))
    for power in (5, 4, 3, 2, 1, 0)
)
_SAME = {Pair(TRUE, FALSE): "yes", Pair(FALSE, TRUE): "no", Pair(FALSE, FALSE): "unknown"}
MACRO = (
    "create or replace macro weighbridge_verdict(word, slot) as "
    "case (word >> (2 * (slot % 32))) & 3 when 1 then true when 2 then false end"
)
"""For DuckDB: ``weighbridge_verdict(verdicts_0, 5)`` is the verdict in slot 5, null if unknown."""


_SETTLED = Pair(TRUE, TRUE)  # stands for the basis of an answer that the reference completes


class _Slot(NamedTuple):
    """A pair; where the reference has to complete it, which answer it is of, else -1."""

    pair: Pair
    answer: int = -1


class Packer:
    """Judges batches and packs the verdicts of all answers of a specialised law."""

    def __init__(
        self, law: Specialised, keep: Sequence[str] = (), kernel: MakeKernel | None = None
    ) -> None:
        """``keep`` names columns of the table that are passed on as they are.

        ``kernel`` makes what runs the circuit, by default the planes.
        """
        self.law = law
        self.keep = tuple(keep)
        self.planes = Planes(law, kernel=kernel)
        self.slots: dict[_Slot, int] = {}
        self.rows = [self._row(*each) for each in enumerate(law.answers)]
        self.columns = tuple(f"{COLUMN}{at}" for at in range(-(-len(self.slots) // SLOTS)))

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the table that are read, those to keep first."""
        bear = self.law.columns
        if not all(answer.exact for answer in self.law.answers):
            bear = tuple(self.law.table.columns)
        return tuple(dict.fromkeys((*self.keep, *bear)))

    def _row(self, at: int, answer: Answer) -> dict[str, Any]:
        known = self.law.circuit.either(*answer.pair)
        settled = Pair(TRUE, FALSE) if answer.settled == known else Pair(answer.settled, FALSE)
        asked = -1 if answer.exact else at
        return {
            "rule": answer.rule.id,
            "version": answer.rule.key,
            "market": answer.row.market,
            "role": answer.row.role,
            "applies": self._place(_Slot(answer.pair, asked)),
            "settled": self._place(_Slot(settled if answer.exact else _SETTLED, asked)),
            "in_force": answer.force.state or self._place(_Slot(answer.force.pair)),
        }

    def _place(self, slot: _Slot) -> int | str:
        """Return the number of a slot, or what it is for all rows."""
        if slot.answer < 0 and slot.pair in _SAME:
            return _SAME[slot.pair]
        return self.slots.setdefault(slot, len(self.slots))

    def metadata(self) -> dict[str, Any]:
        """Return what a reader of packed verdicts must know."""
        law = self.law.table.law
        return {
            "format": 1,
            "law": law.hash,
            "as_of": date.fromordinal(self.law.as_of).isoformat(),
            "slots": len(self.slots),
            "report": self.law.report(),
            "rows": self.rows,
        }

    def schema(self, table: Any) -> Any:
        """Return the Arrow schema of packed verdicts for the schema of a table."""
        fields = [table.field(name) for name in self.keep]
        fields += [pa.field(name, pa.uint64(), nullable=False) for name in self.columns]
        text = json.dumps(self.metadata(), sort_keys=True, separators=(",", ":"))
        return pa.schema(fields, metadata={KEY: text.encode()})

    def batch(self, batch: Any) -> Any:
        """Return the packed verdicts of an Arrow record batch as a record batch."""
        verdicts = self.planes.judge(batch)
        rows = batch.num_rows
        slots = list(self.slots)
        arrays = [batch.column(name) for name in self.keep]
        for at in range(len(self.columns)):
            few = slots[at * SLOTS : (at + 1) * SLOTS]
            words = transposed([plane for slot in few for plane in _planes(verdicts, slot)], rows)
            arrays.append(pa.Array.from_buffers(pa.uint64(), rows, [None, pa.py_buffer(words)]))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema(batch.schema))


def _planes(verdicts: Verdicts, slot: _Slot) -> tuple[Plane, Plane]:
    if slot.answer < 0:
        return verdicts.plane(slot.pair.true), verdicts.plane(slot.pair.false)
    found = verdicts.found(verdicts.answers[slot.answer])
    if slot.pair == _SETTLED:
        return found.settled, verdicts.plane(FALSE)
    return found.true, found.false


def transposed(planes: Sequence[Plane], rows: int) -> Any:
    """Return, for each row, one word whose bit ``n`` is the row's bit in plane ``n`` (at most 64).

    64 by 64 bits at a time are turned by swapping ever smaller blocks of them.
    """
    square = np.zeros((64, words_for(rows)), np.uint64)
    for at, plane in enumerate(planes):
        square[at] = plane
    for size, mask in _HALVES:
        blocks = square.reshape(32 // size, 2, size, -1)
        low, high = blocks[:, 0], blocks[:, 1]
        swap = ((low >> np.uint64(size)) ^ high) & mask
        high ^= swap
        low ^= swap << np.uint64(size)
    return np.ascontiguousarray(square.T).reshape(-1)[:rows]


def unpacked(batch: Any, place: int | str) -> Any:
    """Return a nullable Arrow array of booleans: what packed verdicts hold at one place.

    ``place`` is what the metadata gives for a question: a slot, or what is so for all rows.
    """
    if isinstance(place, str):
        value = {"yes": True, "unknown": None}.get(place, False)
        return pa.array([value], pa.bool_()).take(pa.array(np.zeros(batch.num_rows, np.int32)))
    words = batch.column(f"{COLUMN}{place // SLOTS}").to_numpy(zero_copy_only=False)
    bits = words >> np.uint64(2 * (place % SLOTS))
    return pa.array((bits & np.uint64(1)).astype(np.bool_), mask=(bits & np.uint64(3)) == 0)


def metadata_of(schema: Any) -> dict[str, Any]:
    """Return what :meth:`Packer.metadata` wrote into a schema."""
    read: dict[str, Any] = json.loads(schema.metadata[KEY])
    return read


def pack(packer: Packer, batches: Iterable[Any]) -> Iterable[Any]:
    """Yield the packed verdicts of each record batch."""
    return map(packer.batch, batches)
