"""A CSV file in the form of the contract, written as Parquet: all cells are read as text first."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from weighbridge.reason.columns import Table
from weighbridge.reason.planes import ROWS
from weighbridge.rules.law import Law
from weighbridge.survey.cells import Bad, BadCells, arrow_type, read_texts
from weighbridge.survey.contract import RELEASE
from weighbridge.text.errors import InputError

LONGEST_CELL = 1 << 20
_Row = tuple[int, Sequence[str]]


@contextmanager
def open_csv(path: Path) -> Iterator[tuple[list[str], Iterator[_Row]]]:
    """Give the names of the columns and the rows, each with the line on which it ends.

    Raises :class:`InputError` for a file that is no CSV.
    """
    csv.field_size_limit(LONGEST_CELL)
    dialect = "excel-tab" if ".tsv" in path.name.lower() else "excel"
    try:
        with _text(path) as file:
            reader = csv.reader(file, dialect)
            names = [name.strip() for name in next(reader, [])]
            if not any(names):
                raise InputError(f"`{path}` has no names of columns in its first line")
            yield names, ((reader.line_num, row) for row in reader)
    except (csv.Error, EOFError, gzip.BadGzipFile, UnicodeDecodeError) as error:
        raise InputError(f"cannot read `{path}`: {str(error).split(chr(10))[0][:200]}") from None


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as raw:
        packed = path.name.lower().endswith(".gz")
        binary: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.TextIOWrapper(binary, encoding="utf-8-sig", errors="strict", newline="") as file:
            yield file


def write_csv(path: Path, law: Law, to: Path, bad: BadCells, rows: int = ROWS) -> None:
    """Write a CSV file as Parquet in the types of the contract; what is at fault goes to ``bad``.

    A column that is no fact stays text. A row with too many or too few cells is left out.
    """
    with open_csv(path) as (names, lines):
        table = Table(law, names)
        kinds = [
            arrow_type(table.columns[name]) if name in table.columns else pa.string()
            for name in names
        ]
        schema = pa.schema(list(zip(names, kinds, strict=True)))
        first = 1
        with pq.ParquetWriter(to, schema) as writer:
            while chunk := list(islice(lines, rows)):
                whole = list(_whole(chunk, names, first, bad))
                arrays = _arrays(names, whole, table, first, bad)
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
                first += len(chunk)
            if first == 1:
                writer.write_table(schema.empty_table())


def _whole(
    chunk: Sequence[_Row], names: Sequence[str], first: int, bad: BadCells
) -> Iterator[Sequence[str]]:
    """Yield the rows; one without a cell for each column, or without a name, becomes nothing.

    So the rows keep their numbers; whoever judges them leaves those of nothing out.
    """
    at_release = names.index(RELEASE) if RELEASE in names else None
    for at, (line, row) in enumerate(chunk):
        why = ""
        if len(row) != len(names):
            why = f"{len(row)} cells where there are {len(names)} columns (line {line:,})"
        elif at_release is not None and not row[at_release].strip():
            why = f"no `{RELEASE}` (line {line:,})"
        if why:
            bad.add(Bad(first + at, "", f"{why}: the row is left out"))
        yield [""] * len(names) if why else row


def _arrays(
    names: Sequence[str], rows: Sequence[Sequence[str]], table: Table, first: int, bad: BadCells
) -> list[Any]:
    arrays = []
    for name, texts in zip(names, zip(*rows, strict=True), strict=True):
        if name in table.columns:
            array, told, count = read_texts(table.columns[name], texts, first)
            bad.count(told, count)
        else:
            array = pa.array([text.strip() or None for text in texts], pa.string())
        arrays.append(array)
    return arrays
