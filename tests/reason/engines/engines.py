"""The engines under one form: a table and questions in, what each row gets for each out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.extras import needed
from weighbridge.facts import Value
from weighbridge.reason.columns import Question, Specialised, Table, specialise
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law

Found = tuple[bool | None, bool | None]
"""Whether the rule applies, whether it is in force."""

STATES = {"yes": True, "not-yet": False, "no-longer": False, "never": False, None: None}


@dataclass(frozen=True)
class Task:
    """What is judged: the rows of an Arrow table, for each question, as one law sees them."""

    law: Law
    data: Any
    asked: Sequence[Question]
    as_of: int
    presume: bool = True
    authorities: frozenset[str] | None = None
    fixed: Mapping[str, Value] = field(default_factory=dict)
    tries: int = 1024

    @property
    def table(self) -> Table:
        return Table(self.law, self.data.column_names, self.fixed)

    @cached_property
    def wanted(self) -> Result:
        """What the reference says."""
        return reference(self)

    @cached_property
    def specialised(self) -> Specialised:
        return specialise(
            self.table,
            self.asked,
            self.as_of,
            presume=self.presume,
            authorities=self.authorities,
            tries=self.tries,
        )


@dataclass(frozen=True)
class Result:
    """For each question what each row gets, and whether its verdict is settled, where known."""

    found: list[list[Found]]
    settled: list[list[bool | None]]
    doubt: list[list[bool]] | None = None


@dataclass(frozen=True)
class Engine:
    """An engine, what it needs and what it is known not to do: a reason for each gap.

    examples: how many random laws it is tried on
    """

    name: str
    judge: Callable[[Task], Result]
    modules: tuple[str, ...]
    examples: int = 100
    gaps: Mapping[str, str] = field(default_factory=dict)

    def need(self) -> None:
        for module in self.modules:
            needed(module, module)


def reference(task: Task) -> Result:
    """Judge each row by the judge that `check` asks."""
    table = task.table
    found: list[list[Found]] = [[] for _ in task.asked]
    settled: list[list[bool | None]] = [[] for _ in task.asked]
    for row in task.data.to_pylist():
        judge = Judge(
            task.law,
            table.values(row),
            task.as_of,
            presume=task.presume,
            authorities=task.authorities,
        )
        for at, (rule, kind) in enumerate(task.asked):
            verdict, basis = judge.verdict(rule, kind)
            found[at].append((verdict, STATES[judge.in_force(rule, kind).state]))
            settled[at].append(None if verdict is None else basis == "settled")
    return Result(found, settled)


def by_planes(task: Task) -> Result:
    from weighbridge.reason.planes import Planes

    law = task.specialised
    verdicts = Planes(law).judge(task.data)
    found, settled = [], []
    for answer in law.answers:
        applies = verdicts.applies(answer).to_pylist()
        found.append(list(zip(applies, verdicts.in_force(answer).to_pylist(), strict=True)))
        known = verdicts.settled(answer).to_pylist()
        settled.append(
            [None if a is None else bool(k) for a, k in zip(applies, known, strict=True)]
        )
    return Result(found, settled)


def by_sql(
    task: Task, dialect_name: str, run: Callable[[str, Any], list[dict[str, Any]]]
) -> Result:
    """Ask a database: a column for each distinct pair, put together again by question."""
    from weighbridge.reason.sql import DIALECTS, Query

    law = task.specialised
    pairs = {f"v{at}": answer.pair for at, answer in enumerate(law.answers)}
    pairs |= {f"f{at}": answer.force.pair for at, answer in enumerate(law.answers)}
    wires = {f"s{at}": answer.settled for at, answer in enumerate(law.answers)}
    wires |= {f"d{at}": answer.doubt for at, answer in enumerate(law.answers)}
    query = Query(law, pairs, wires, keep=["row"], dialect=DIALECTS[dialect_name])
    import pyarrow as pa

    numbers = pa.array(range(task.data.num_rows), pa.int64())
    rows = run(query.sql("facts"), task.data.append_column("row", numbers))
    rows.sort(key=lambda row: row["row"])
    found = [[(row[f"v{at}"], row[f"f{at}"]) for row in rows] for at in range(len(law.answers))]
    settled = [
        [None if row[f"v{at}"] is None else row[f"s{at}"] for row in rows]
        for at in range(len(law.answers))
    ]
    doubt = [[row[f"d{at}"] for row in rows] for at in range(len(law.answers))]
    assert all(None not in each for each in doubt), "null got into the logic"
    return Result(found, settled, doubt)


def on_duckdb(query: str, data: Any) -> list[dict[str, Any]]:
    import duckdb

    with duckdb.connect() as database:
        database.register("facts", data)
        rows: list[dict[str, Any]] = database.sql(query).to_arrow_table().to_pylist()
    return rows


def differences(engine: Engine, task: Task) -> list[str]:
    """Return where an engine says otherwise than the reference."""
    ours, theirs = engine.judge(task), task.wanted
    rows = task.data.to_pylist()
    told = []
    for at, (rule, row) in enumerate(task.asked):
        for number, facts in enumerate(rows):
            mine = (ours.found[at][number], ours.settled[at][number])
            wanted = (theirs.found[at][number], theirs.settled[at][number])
            doubt = ours.doubt is not None and ours.doubt[at][number]
            if doubt and "doubts" in engine.gaps and mine[0][1] == wanted[0][1]:
                continue
            if mine != wanted:
                known = {name: value for name, value in facts.items() if value is not None}
                told.append(f"{rule.key} {row.role}: {mine}, not {wanted}, on {known}")
    return told[:5]


DOUBTS = {"doubts": "a database cannot ask the reference; it says which rows are in doubt"}
ENGINES = (
    Engine("planes", by_planes, ("numpy", "pyarrow")),
    Engine(
        "duckdb",
        lambda task: by_sql(task, "duckdb", on_duckdb),
        ("duckdb", "pyarrow"),
        examples=40,
        gaps=DOUBTS,
    ),
)
