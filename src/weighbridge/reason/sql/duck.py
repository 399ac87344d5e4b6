"""The emitted SQL as an engine for Arrow batches: DuckDB works the circuit out (extra `survey`).

Only the circuit runs there. What a database cannot ask, rows in doubt, the reference settles, and
verdicts are packed, as for the planes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.reason.columns.circuit import Id
from weighbridge.reason.columns.specialised import Specialised
from weighbridge.reason.planes.arrow import Plane, bitmap
from weighbridge.reason.sql.dialects import DUCKDB
from weighbridge.reason.sql.emit import Query

_TABLE = "facts"


class DuckKernel:
    """A circuit made ready to run for some outputs, as one query."""

    def __init__(self, law: Specialised, outputs: Iterable[Id]) -> None:
        """Write the query."""
        self.wires = {f"wire_{id_}": id_ for id_ in outputs}
        self.columns = law.circuit.columns(self.wires.values())
        self._facts = {name: law.table.columns[name].fact for name in self.columns}
        self.query = Query(law, {}, self.wires, dialect=DUCKDB).sql(_TABLE) if self.wires else ""

    def run(self, batch: Any) -> dict[Id, Plane]:
        """Return the plane of each output for one Arrow record batch."""
        if not batch.num_rows:
            return {id_: np.zeros(0, np.uint64) for id_ in self.wires.values()}
        if not self.wires:
            return {}
        import duckdb

        facts = pa.table({name: self._plain(name, batch.column(name)) for name in self.columns})
        with duckdb.connect() as database:
            database.register(_TABLE, facts)
            found = database.sql(self.query).to_arrow_table()
        planes = {}
        for name, id_ in self.wires.items():
            array = found.column(name).combine_chunks()
            assert not array.null_count, "null got into the logic"
            planes[id_] = bitmap(array.buffers()[1], array.offset, batch.num_rows)
        return planes

    def _plain(self, name: str, array: Any) -> Any:
        """Return a column in the type of its fact: flags, words, doubles or days."""
        fact, kind = self._facts[name], pa.string()
        if fact.is_boolean:
            kind = pa.bool_()
        elif fact.is_numeric:
            kind = pa.date32() if fact.is_date else pa.float64()
        return array if array.type == kind else pc.cast(array, kind, safe=False)
