"""The engines under one form: a table and questions in, what each row gets for each out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

    law = task.specialised()
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


def differences(engine: Engine, task: Task) -> list[str]:
    """Return where an engine says otherwise than the reference."""
    ours, theirs = engine.judge(task), reference(task)
    rows = task.data.to_pylist()
    told = []
    for at, (rule, row) in enumerate(task.asked):
        for number, facts in enumerate(rows):
            mine = (ours.found[at][number], ours.settled[at][number])
            wanted = (theirs.found[at][number], theirs.settled[at][number])
            if mine != wanted:
                known = {name: value for name, value in facts.items() if value is not None}
                told.append(f"{rule.key} {row.role}: {mine}, not {wanted}, on {known}")
    return told[:5]


ENGINES = (Engine("planes", by_planes, ("numpy", "pyarrow")),)
