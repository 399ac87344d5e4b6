"""Engines beside each other: the same random rules over one random table, in one process.

CPU seconds of all threads, the best of a few runs; every engine has to count the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.reason.laws import PARAMETERS, law, rule

from weighbridge.facts import FactType, Vocabulary
from weighbridge.reason import Row
from weighbridge.reason.columns import Specialised, Table, specialise
from weighbridge.rules import Law
from weighbridge.rules.nodes import All, Any_, Compare, Flag, In, Node, Not, Term

ROWS = 1_000_000
NUMBERS = tuple(f"number_{at}" for at in range(8))
FLAGS = tuple(f"flag_{at}" for at in range(13))
ENUMS = tuple(f"word_{at}" for at in range(3))
WORDS = ("red", "green", "blue", "black", "white")
SHAPES: tuple[Callable[[list[Node]], Node], ...] = (
    lambda a: All((a[0], Any_((a[1], a[2])), a[3], Not(a[4]))),
    lambda a: Any_((All((a[0], a[1])), All((a[2], a[3], Not(a[4]))))),
    lambda a: All((Any_((a[0], a[1])), Any_((a[2], Not(a[3]), a[4])))),
    lambda a: Any_((a[0], All((a[1], a[2], Any_((a[3], a[4])))))),
)


@dataclass(frozen=True)
class World:
    """Rules and a table: 24 columns, a fifth of the cells unknown."""

    law: Law
    trees: tuple[Node, ...]
    data: Any

    def specialised(self) -> Specialised:
        """Return the rules for the table, by Kleene's logic alone, which is what others compute."""
        table = Table(self.law, self.data.column_names)
        return specialise(table, [(each, Row()) for each in self.law.rules], 740_000, tries=0)


def world(rules: int, rows: int = ROWS) -> World:
    """Return random rules of five leaves in four shapes, and a random table."""
    random = Random(1)
    trees = tuple(random.choice(SHAPES)([_leaf(random) for _ in range(5)]) for _ in range(rules))
    whole = law(*(rule(str(at), when=tree) for at, tree in enumerate(trees)))
    types = [FactType(name, "quantity", "release", name, unit="FLOP") for name in NUMBERS]
    types += [FactType(name, "flag", "release", name) for name in FLAGS]
    words = {word: word for word in WORDS}
    types += [FactType(name, "enum", "release", name, values=words) for name in ENUMS]
    whole.vocabulary = Vocabulary([*whole.vocabulary, *types])
    return World(whole, trees, _table(rows))


def _leaf(random: Random) -> Node:
    kind = random.random()
    if kind < 0.4:
        operator = random.choice((">", ">=", "<", "<="))
        parameter = random.choice(("ten", "twenty", "rising"))
        name = random.choice(NUMBERS)
        terms = (Term(1, (), name),), operator, (Term(1, (parameter,)),)
        return Compare(*terms, f"{name} {operator} {parameter}")
    if kind < 0.85:
        return Flag(random.choice(FLAGS))
    words = tuple(random.sample(WORDS, random.choice((1, 2, 3))))
    return In(random.choice(ENUMS), words)


def _table(rows: int) -> Any:
    import numpy as np
    import pyarrow as pa

    random = np.random.default_rng(1)
    columns: dict[str, Any] = {}
    for name in NUMBERS:
        columns[name] = pa.array(random.random(rows) * 30, mask=random.random(rows) < 0.2)
    for name in FLAGS:
        columns[name] = pa.array(random.random(rows) < 0.5, mask=random.random(rows) < 0.2)
    for name in ENUMS:
        codes = pa.array(random.integers(0, 5, rows, dtype=np.int8), mask=random.random(rows) < 0.2)
        columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(WORDS))
    return pa.table(columns)


def cpu(function: Callable[[], Any], runs: int = 5) -> tuple[float, Any]:
    """Return the least CPU seconds of all threads that a call took, and what it gave."""
    best, result = float("inf"), None
    for _ in range(runs):
        start = time.process_time()
        result = function()
        best = min(best, time.process_time() - start)
    return best, result


Counts = list[tuple[int, int]]


def planes(of: World) -> Callable[[], Counts]:
    """Return the count by bit planes, from Arrow batches in memory."""
    import numpy as np

    from weighbridge.reason.planes import ROWS as BATCH
    from weighbridge.reason.planes import Kernel

    special = of.specialised()
    wires = [wire for answer in special.answers for wire in answer.pair]
    kernel = Kernel(special.circuit, wires)
    batches = of.data.to_batches(max_chunksize=BATCH)

    def count() -> Counts:
        sums = dict.fromkeys(wires, 0)
        for batch in batches:
            last = np.uint64((1 << (batch.num_rows % 64 or 64)) - 1)
            for wire, plane in kernel.run(batch).items():
                whole = int(np.bitwise_count(plane[:-1]).sum())
                sums[wire] += whole + int(np.bitwise_count(plane[-1] & last))
        return [(sums[answer.pair.true], sums[answer.pair.false]) for answer in special.answers]

    return count


def polars(of: World) -> Callable[[], Counts]:
    """Return the count by Polars' streaming engine over its own columns in memory."""
    import polars as pl

    thresholds = {each.name: each.values[-1].value for each in PARAMETERS}
    frame = pl.from_arrow(of.data)
    assert isinstance(frame, pl.DataFrame)
    enums = pl.Enum(WORDS)
    frame = frame.with_columns(pl.col(name).cast(enums).to_physical() for name in ENUMS)

    def expression(node: Node) -> Any:
        match node:
            case All():
                return pl.all_horizontal(*map(expression, node.parts))
            case Any_():
                return pl.any_horizontal(*map(expression, node.parts))
            case Not():
                return ~expression(node.part)
            case In():
                return pl.col(node.fact).is_in([WORDS.index(word) for word in node.words])
            case Compare():
                column = pl.col(str(node.left[0].fact))
                return _compared(column, node.operator, thresholds[node.right[0].parameters[0]])
        assert isinstance(node, Flag)
        return pl.col(node.fact)

    rules = [expression(tree) for tree in of.trees]
    counts = [
        count.alias(f"{side}{at}")
        for at, each in enumerate(rules)
        for side, count in (("y", each.sum()), ("n", (~each).sum()))
    ]

    def count() -> Counts:
        row = frame.lazy().select(counts).collect(engine="streaming").row(0)
        return list(zip(row[::2], row[1::2], strict=True))

    return count


def _compared(column: Any, operator: str, threshold: float) -> Any:
    match operator:
        case ">":
            return column > threshold
        case ">=":
            return column >= threshold
        case "<":
            return column < threshold
    return column <= threshold


def sql_of(node: Node, *, pair: bool) -> tuple[str, str]:
    """Return a tree as SQL by hand: as a pair over known flags, or with null logic, twice."""
    if isinstance(node, (All, Any_)):
        parts = [sql_of(part, pair=pair) for part in node.parts]
        words = (" AND ", " OR ") if isinstance(node, All) else (" OR ", " AND ")
        sides = zip(*parts, strict=True)
        yes, no = (f"({word.join(each)})" for word, each in zip(words, sides, strict=True))
        return (yes, no) if pair else (yes, f"NOT {yes}")
    if isinstance(node, Not):
        yes, no = sql_of(node.part, pair=pair)
        return no, yes
    name, test = _test(node)
    if not pair:
        return f"({test})", f"(NOT ({test}))"
    return f"(k_{name} AND {test})", f"(k_{name} AND NOT {test})"


def _test(node: Node) -> tuple[str, str]:
    thresholds = {each.name: each.values[-1].value for each in PARAMETERS}
    if isinstance(node, Compare):
        name = str(node.left[0].fact)
        number = f"{thresholds[node.right[0].parameters[0]]!r}e0"
        return name, f"{name} {node.operator} {number}"
    if isinstance(node, In):
        codes = ", ".join(str(WORDS.index(word)) for word in node.words)
        return node.fact, f"{node.fact} IN ({codes})"
    assert isinstance(node, Flag)
    return node.fact, node.fact


class Database:
    """DuckDB in this process with the table three times: as it is, with known flags, laid out."""

    def __init__(self, of: World) -> None:
        import duckdb

        self.world = of
        self.database = duckdb.connect()
        data = of.data
        for name in ENUMS:
            at = data.column_names.index(name)
            data = data.set_column(at, name, data.column(name).combine_chunks().indices)
        self.database.register("arrow", data)
        self.database.register("words", of.data)
        self.database.execute("CREATE TABLE plain AS SELECT * FROM arrow")
        known = ", ".join(
            f"coalesce({name}, {'FALSE' if name in FLAGS else '0'}) AS {name},"
            f" {name} IS NOT NULL AS k_{name}"
            for name in data.column_names
        )
        self.database.execute(f"CREATE TABLE known AS SELECT {known} FROM plain")
        self.law = of.specialised()

    def count(self, sums: list[str], table: str) -> Callable[[], Counts]:
        query = f"SELECT {', '.join(sums)} FROM {table}"

        def count() -> Counts:
            row = self.database.execute(query).fetchone()
            assert row is not None
            return list(zip(row[::2], row[1::2], strict=True))

        return count

    def by_hand(self, *, pair: bool) -> Callable[[], Counts]:
        """Return the count by SQL written by hand."""
        sums = [f"countif({side})" for tree in self.world.trees for side in sql_of(tree, pair=pair)]
        return self.count(sums, "known" if pair else "plain")

    def emitted(self) -> Callable[[], Counts]:
        """Return the count by the emitter, over the table as it lays it out."""
        from weighbridge.reason.sql import Query

        wires = {
            f"{side}{at}": wire
            for at, answer in enumerate(self.law.answers)
            for side, wire in zip("yn", answer.pair, strict=True)
        }
        query = Query(self.law, {}, wires)
        self.database.execute(f"CREATE TABLE laid_out AS {query.laid('words')}")
        return self.count([f"countif({name})" for name in wires], f"({query.over('laid_out')})")


def scanned(of: World, path: Any) -> Callable[[], int]:
    """Return the scan alone: a Parquet file of the table into Arrow batches."""
    import pyarrow.parquet as pq

    from weighbridge.reason.planes.stream import read_batches

    pq.write_table(of.data, path, compression="zstd")
    return lambda: sum(batch.num_rows for batch in read_batches(path, of.data.column_names))


def compared(path: Any) -> Iterator[tuple[str, float, float | None]]:
    """Yield what was compared, the ratio, and at most how large it may be."""
    of = world(20)
    database = Database(of)
    ours, counts = cpu(planes(of))
    nulls, same = cpu(database.by_hand(pair=False), runs=3)
    assert counts == same, "planes and null logic count otherwise"
    yield "planes, 20 rules x 1M, share of DuckDB with null logic", ours / nulls, 1 / 25
    theirs, same = cpu(polars(of))
    assert counts == same, "planes and Polars count otherwise"
    yield "planes, 20 rules x 1M, share of Polars streaming", ours / theirs, 1 / 0.9
    by_hand, same = cpu(database.by_hand(pair=True))
    assert counts == same, "pairs by hand count otherwise"
    emitted, same = cpu(database.emitted())
    assert counts == same, "emitted SQL counts otherwise"
    yield "emitted SQL, 20 rules x 1M, share of pairs by hand", emitted / by_hand, 1.25
    many = world(200)
    evaluated, _ = cpu(planes(many))
    scan, _ = cpu(scanned(many, path))
    yield "planes, 200 rules x 1M, share of the scan from Parquet", evaluated / scan, 1.0
