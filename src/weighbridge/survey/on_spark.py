"""A survey judged by Spark: its workers run the planes over batches, and Spark writes Parquet.

Each verdict travels with the number of its row, so that what the workers wrote, in any order, is
joined in the order of the table and gives the same verdict table as one machine would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from weighbridge.reason.planes import ROWS
from weighbridge.survey.cells import BadCells
from weighbridge.survey.engine import Engine
from weighbridge.survey.frame import Frame, nameless_rows
from weighbridge.survey.opened import Opened
from weighbridge.survey.parts import Part
from weighbridge.text.errors import InputError

FOLDER = "spark"
ROW, BAD = "_row", "_bad"
"""Beside the verdicts: the number of the row, from 0; or, alone in a line, what was at fault."""

_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}
_GLOB = re.compile(r"([\[\]{}*?\\])")


def judge_on_spark(
    opened: Opened,
    frame: Frame,
    plan: Sequence[Part],
    schema: Any,
    engine: Engine,
    folder: Path | None,
) -> Generator[tuple[Part, list[Any], BadCells], None, None]:
    """Yield the verdicts of each part, judged by Spark and written by it to ``folder`` on the way.

    On a cluster the table and ``folder`` have to lie where every worker reads and writes them.
    Raises :class:`InputError` where Spark does not start, or fails.
    """
    if not plan:
        return
    scratch = tempfile.mkdtemp(prefix="weighbridge-") if folder is None else str(folder)
    where = Path(scratch).absolute() / FOLDER
    try:
        _write(opened, frame, schema, engine, where)
        yield from _joined(where, plan, schema)
    finally:
        shutil.rmtree(where, ignore_errors=True)
        if not any(where.parent.iterdir()):
            where.parent.rmdir()


def _write(opened: Opened, frame: Frame, schema: Any, engine: Engine, where: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Spark's own, of versions of pandas
            _judged(_session(engine.master), opened, frame, schema).write.mode("overwrite").parquet(
                _url(where)
            )
    except Exception as error:  # Spark raises of many kinds, also from the workers
        raise InputError(
            f"Spark cannot judge `{opened.name[:200]}` on `{engine.master[:80]}`: {_why(error)}",
            help="docs/spark.md says what it needs; --engine planes judges here",
        ) from None


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    from weighbridge.reason.sql.spark import OPTIONS

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("weighbridge survey")
    for name, value in (OPTIONS | _OPTIONS).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _judged(session: Any, opened: Opened, frame: Frame, schema: Any) -> Any:
    """Return the frame of verdicts, one row a line, and the lines of what was at fault."""
    from pyspark.sql import functions
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    kinds = opened.schema
    nulls = {name for name in frame.reads if pa.types.is_null(kinds.field(name).type)}
    reads = [name for name in frame.reads if name not in nulls]
    table = session.read.parquet(_url(opened.path.absolute(), glob=True))
    quoted = [table["`" + name.replace("`", "``") + "`"] for name in reads]
    numbered = table.select(*quoted, functions.col("_metadata.row_index").alias(ROW))
    fields = [
        StructField(each.name, StringType() if pa.types.is_string(each.type) else LongType())
        for each in schema
    ]
    more = [StructField(ROW, LongType()), StructField(BAD, StringType())]
    judge = _judge(frame, schema, tell=not opened.told)
    return numbered.mapInArrow(judge, StructType([*fields, *more]))


def _judge(frame: Frame, schema: Any, *, tell: bool) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Return what a worker does with its batches."""

    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for run in _runs(batch):
                yield from _verdicts(frame, schema, run, tell=tell)

    return judge


def _runs(batch: Any) -> Iterator[Any]:
    """Yield the runs of rows of a batch that follow each other in the table."""
    rows = batch.column(ROW).to_numpy(zero_copy_only=False)
    cuts = [0, *(np.flatnonzero(np.diff(rows) != 1) + 1), len(rows)]
    for start, end in pairwise(map(int, cuts)):
        if start < end:
            yield batch.slice(start, end - start)


def _verdicts(frame: Frame, schema: Any, batch: Any, *, tell: bool) -> Iterator[Any]:
    given = dict(zip(batch.schema.names, batch.columns, strict=True))
    rows = given.pop(ROW)
    first = rows[0].as_py()
    absent = pa.nulls(batch.num_rows)
    names = list(frame.reads)
    facts = pa.RecordBatch.from_arrays([given.get(name, absent) for name in names], names=names)
    numbers = rows.filter(pc.invert(nameless_rows(facts)))
    packed, bad = frame.judge(facts, first + 1, schema, tell=tell)
    arrays = [_signed(each) for each in packed.columns]
    lines = [*schema.names, ROW, BAD]
    if bad.cells or bad.rows:
        told = json.dumps(bad.to_json())
        empty = [_nothing(each.type) for each in arrays]
        line = [*empty, pa.array([first], pa.int64()), pa.array([told], pa.string())]
        yield pa.RecordBatch.from_arrays(line, names=lines)
    none = pa.nulls(len(numbers), pa.string())
    yield pa.RecordBatch.from_arrays([*arrays, numbers, none], names=lines)


def _nothing(kind: Any) -> Any:
    return pa.array([0 if pa.types.is_int64(kind) else None], kind)


def _signed(array: Any) -> Any:
    """Return a column as Spark has it: without unsigned numbers, the bits the same."""
    return array.view(pa.int64()) if pa.types.is_uint64(array.type) else array


def _joined(
    where: Path, plan: Sequence[Part], schema: Any
) -> Generator[tuple[Part, list[Any], BadCells], None, None]:
    """Yield what the workers wrote, in the order of the table and cut as one machine cuts it."""
    written = ds.dataset(where, format="parquet")
    numbers = written.to_table(columns=[ROW])[ROW].to_numpy()
    in_order = bool((np.diff(numbers) >= 0).all())
    whole = None if in_order else written.to_table().sort_by(ROW)
    for part in plan:
        start = part.first - 1
        within = (ds.field(ROW) >= start) & (ds.field(ROW) < start + part.rows)
        lines = written.to_table(filter=within) if whole is None else whole.filter(within)
        batches, bad = _part(lines, part, schema)
        yield part, batches, bad


def _part(lines: Any, part: Part, schema: Any) -> tuple[list[Any], BadCells]:
    bad = BadCells()
    for told in lines[BAD].drop_null().to_pylist():
        bad.join(BadCells.from_json(json.loads(told)))
    verdicts = lines.filter(lines[BAD].is_null())
    numbers = verdicts[ROW].to_numpy() - (part.first - 1)
    arrays = [_unsigned(verdicts[each.name].combine_chunks(), each.type) for each in schema]
    whole = pa.RecordBatch.from_arrays(arrays, schema=schema)
    ends = [*range(0, part.rows, ROWS), part.rows]
    places = map(int, np.searchsorted(numbers, ends))
    return [whole.slice(start, end - start) for start, end in pairwise(places)], bad


def _unsigned(array: Any, kind: Any) -> Any:
    return array.view(kind) if pa.types.is_uint64(kind) else array


def _url(path: Path, *, glob: bool = False) -> str:
    """Return a path as Spark names it; signs that stand for many files are taken as they are."""
    text = str(path)
    return "file://" + (_GLOB.sub(r"\\\1", text) if glob else text)


def _why(error: Exception) -> str:
    text = str(error).strip().split("\n")[0].rstrip(".")[:200]
    return f"{text[:1].lower()}{text[1:]}" if text else "it does not say why"
