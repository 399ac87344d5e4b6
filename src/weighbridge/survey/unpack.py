"""A verdict table read back: named columns, counts, and what DuckDB needs to unpack it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weighbridge.reason.planes.packed import KEY as PACKED
from weighbridge.reason.planes.packed import MACRO, SLOTS, unpacked
from weighbridge.survey.frame import SURVEY
from weighbridge.survey.opened import written_whole
from weighbridge.survey.tally import Tally
from weighbridge.text.errors import InputError, did_you_mean

_STATES = {"yes": "true", "unknown": "null"}


def read_schema(path: Path) -> Any:
    """Return the schema of a verdict table. Raises :class:`InputError` for another file."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise InputError(f"cannot read `{path}`: it is no Parquet file") from None
    if not {SURVEY, PACKED} <= set(schema.metadata or {}):
        raise InputError(
            f"`{path}` is no verdict table",
            help="`weighbridge survey TABLE --verdicts FILE` writes one",
        )
    return schema


def tally_of(path: Path) -> Tally:
    """Return the counts of a verdict table. Raises :class:`InputError` for another file."""
    tally = Tally.of_schema(read_schema(path))
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            for batch in file.read_row_group(group).combine_chunks().to_batches():
                tally.add(batch)
    return tally


def chosen_questions(schema: Any, named: Iterable[str]) -> list[dict[str, Any]]:
    """Return the questions about rules of these names (``eu/*`` is a name for many).

    Raises :class:`InputError` for a name of none of them.
    """
    rows: list[dict[str, Any]] = json.loads(schema.metadata[PACKED])["rows"]
    chosen: dict[int, dict[str, Any]] = {}
    for name in named:
        found = [at for at, row in enumerate(rows) if fnmatchcase(row["rule"], name)]
        if not found:
            hint = did_you_mean(name, {row["rule"] for row in rows})
            raise InputError(f"the table has no verdicts of `{name[:120]}`", help=hint)
        chosen.update((at, rows[at]) for at in found)
    return [row for _, row in sorted(chosen.items())]


def column_name(question: dict[str, Any]) -> str:
    """Return the name of the column of a question: the rule and the role."""
    return f"{question['rule']} {question['role']}"


def write_wide(path: Path, to: Path, named: Sequence[str]) -> int:
    """Write verdicts as nullable columns, null for unknown, beside the keys; return how many."""
    schema = read_schema(path)
    questions = chosen_questions(schema, named)
    keys = json.loads(schema.metadata[SURVEY])["keys"]
    fields = [schema.field(name) for name in keys]
    for question in questions:
        fields += [
            pa.field(column_name(question), pa.bool_()),
            pa.field(f"{column_name(question)} in force", pa.bool_()),
        ]
    about = {key: text for key, text in schema.metadata.items() if key != PACKED}
    wide = pa.schema(fields, about)
    with (
        written_whole(to) as beside,
        pq.ParquetFile(path) as file,
        pq.ParquetWriter(beside, wide, compression="zstd") as writer,
    ):
        for group in range(file.num_row_groups):
            for batch in file.read_row_group(group).combine_chunks().to_batches():
                arrays = [batch.column(name) for name in keys]
                for question in questions:
                    arrays.append(unpacked(batch, question["applies"]))
                    arrays.append(unpacked(batch, question["in_force"]))
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=wide))
    return len(questions)


def to_sql(path: Path, named: Sequence[str] = ("*",)) -> str:
    """Return a script for DuckDB: a macro, and a view ``verdicts`` with a column a question."""
    schema = read_schema(path)
    keys = json.loads(schema.metadata[SURVEY])["keys"]
    columns = [f'  "{name}"' for name in keys]
    for question in chosen_questions(schema, named):
        columns.append(f'  {_place(question["applies"])} as "{column_name(question)}"')
    quoted = str(path).replace("'", "''")
    listed = ",\n".join(columns)
    return f"{MACRO};\ncreate or replace view verdicts as select\n{listed}\nfrom '{quoted}';\n"


def _place(place: int | str) -> str:
    if isinstance(place, str):
        return f"{_STATES.get(place, 'false')}::boolean"
    return f"weighbridge_verdict(verdicts_{place // SLOTS}, {place})"
