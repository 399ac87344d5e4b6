"""A specialised law as one SELECT of plain and, or and not: the same circuit that planes run.

What is needed more than once is a column of its own, worked out in stages; a verdict becomes
nullable in the last stage and not before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from weighbridge.reason.columns.circuit import (
    Both,
    Bound,
    Circuit,
    Either,
    Fixed,
    FlagIs,
    Id,
    Negated,
    Pair,
    WordIn,
)
from weighbridge.reason.columns.specialised import Specialised
from weighbridge.reason.sql.dialects import DUCKDB, Dialect
from weighbridge.reason.sql.layout import Layout


class Query:
    """The SQL of some pairs and single outputs of a specialised law.

    pairs: by the name of the column they become, null where neither holds
    wires: outputs that are plainly true or false, by name
    keep:  columns of the table that are passed on
    """

    def __init__(
        self,
        law: Specialised,
        pairs: Mapping[str, Pair],
        wires: Mapping[str, Id] | None = None,
        *,
        keep: Sequence[str] = (),
        dialect: Dialect = DUCKDB,
    ) -> None:
        """Work out the layout of columns and what is worked out in which stage."""
        self.circuit: Circuit = law.circuit
        self.dialect = dialect
        self.keep = tuple(keep)
        self.pairs = dict(pairs)
        self.wires = dict(wires or {})
        outputs = [wire for pair in self.pairs.values() for wire in pair]
        self.order = self.circuit.needed([*outputs, *self.wires.values()])
        nodes = (self.circuit.nodes[id_] for id_ in self.order)
        tests = [node for node in nodes if isinstance(node, (FlagIs, WordIn, Bound))]
        self.layout = Layout(tests, law.table, dialect)
        self._stages = self._staged([*outputs, *self.wires.values()])

    def laid(self, table: str) -> str:
        """Return the SELECT that lays a table out, for whoever keeps it so."""
        kept = [self.dialect.column(name) for name in self.keep]
        columns = [
            f"{expression} AS {self.dialect.column(name)}"
            for name, expression in sorted(self.layout.columns.items())
        ]
        return _select([*kept, *columns] or ['1 AS "nothing"'], self.dialect.table(table))

    def sql(self, table: str) -> str:
        """Return the whole query over a table as it is."""
        return self._query(self.laid(table), "laid")

    def over(self, laid: str) -> str:
        """Return the query over a table that is laid out already, as :meth:`laid` does."""
        return self._query("", self.dialect.table(laid))

    def _query(self, first: str, source: str) -> str:
        parts = [f"laid AS (\n{first}\n)"] if first else []
        for at, stage in enumerate(self._stages, 1):
            columns = ["*", *(f"{self._expression(id_)} AS {self._name(id_)}" for id_ in stage)]
            parts.append(f"stage_{at} AS (\n{_select(columns, source)}\n)")
            source = f"stage_{at}"
        head = f"WITH {', '.join(parts)}\n" if parts else ""
        return head + _select(self._last(), source)

    def _last(self) -> list[str]:
        columns = [self.dialect.column(name) for name in self.keep]
        for name, (true, false) in self.pairs.items():
            value = f"CASE WHEN {self._use(true)} THEN TRUE WHEN {self._use(false)} THEN FALSE END"
            columns.append(f"{value} AS {self.dialect.column(name)}")
        for name, wire in self.wires.items():
            columns.append(f"{self._use(wire)} AS {self.dialect.column(name)}")
        return columns

    def _staged(self, outputs: Iterable[Id]) -> list[list[Id]]:
        """Return, stage by stage, the nodes that get a column: those needed more than once."""
        uses = Counter(part for id_ in self.order for part in self.circuit.parts(id_))
        uses.update(outputs)
        self._named: set[Id] = set()
        level: dict[Id, int] = {}
        stages: list[list[Id]] = []
        for id_ in self.order:
            below = max((level[part] for part in self.circuit.parts(id_)), default=0)
            node = self.circuit.nodes[id_]
            if uses[id_] > 1 and not isinstance(node, (Fixed, FlagIs)):
                self._named.add(id_)
                if below == len(stages):
                    stages.append([])
                stages[below].append(id_)
                below += 1
            level[id_] = below
        return stages

    def _name(self, id_: Id) -> str:
        return f"n{id_}"

    def _use(self, id_: Id) -> str:
        if id_ in self._named:
            return self._name(id_)
        return self._expression(id_)

    def _expression(self, id_: Id) -> str:
        node = self.circuit.nodes[id_]
        match node:
            case Fixed():
                return "TRUE" if node.value else "FALSE"
            case Both():
                return f"({' AND '.join(map(self._use, node.parts))})"
            case Either():
                return f"({' OR '.join(map(self._use, node.parts))})"
            case Negated():
                return f"(NOT {self._use(node.part)})"
        return f"({self.layout.test(node)})"


def _select(columns: Sequence[str], source: str) -> str:
    listed = ",\n  ".join(columns)
    return f"SELECT\n  {listed}\nFROM {source}"


def query_for(law: Specialised, *, keep: Sequence[str] = (), dialect: Dialect = DUCKDB) -> Query:
    """Return the query that answers everything a law was specialised for.

    Columns ``verdict_N`` and ``in_force_N`` are nullable, N being the place of the pair in
    :func:`places`; ``settled_N`` and ``doubt_N``, N being that of the answer, are plain.
    """
    pairs = {f"verdict_{at}": pair for at, pair in enumerate(law.trees)}
    wires = {}
    for at, answer in enumerate(law.answers):
        if answer.force.state is None:
            pairs[f"in_force_{at}"] = answer.force.pair
        if not answer.pair.constant:
            known = law.circuit.either(*answer.pair)
            if answer.settled != known:
                wires[f"settled_{at}"] = answer.settled
        if not answer.exact:
            wires[f"doubt_{at}"] = answer.doubt
    return Query(law, pairs, wires, keep=keep, dialect=dialect)
