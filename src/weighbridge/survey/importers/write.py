"""Writes a table of others as Parquet in the form of the contract, with its vintage block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from weighbridge.reason.columns import Table
from weighbridge.rules.law import Law
from weighbridge.survey.cells import Bad, BadCells, arrow_type
from weighbridge.survey.contract import ACTOR, RELEASE
from weighbridge.survey.extra import need_survey
from weighbridge.survey.importers.mapping import Form, read_forms
from weighbridge.survey.importers.rows import TheirRow
from weighbridge.survey.importers.telling import Told, columns_of, told_by
from weighbridge.survey.opened import TABLE, Opened, opened, written_whole
from weighbridge.survey.vintage import Vintage, digest_of
from weighbridge.text.errors import InputError, ParseError, did_you_mean

FORMS = ("hub", "epoch", "openness")
ROWS = 1 << 16
_DATED = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
Rows = Iterator[tuple[int, Mapping[str, Any]]]
"""Rows with their numbers, from 1."""


def import_table(
    named: str, form: str, law: Law, scratch: Path, *, date: str = "", to: Path | None = None
) -> Opened:
    """Return a table of others opened in the form of the contract; it is written to ``to``.

    ``date`` is the day of the data; by default the one in the name of the file. Raises
    :class:`InputError` for a table that is not there, not of this form or cannot be read.
    """
    need_survey()
    if form not in FORMS:
        hint = did_you_mean(form, FORMS) or f"one of {', '.join(FORMS)}"
        raise InputError(f"`--from` does not take `{form[:60]}`", help=hint)
    from weighbridge.survey.importers.reading import open_theirs

    bad = BadCells()
    path = to if to is not None else scratch / TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_theirs(named) as theirs:
        chosen = _chosen(read_forms(form), theirs.names, named, form)
        dated = _DATED.search(Path(named).name)
        vintage = Vintage(
            source=chosen.source,
            date=date or (dated[1] if dated else ""),
            sha256=theirs.sha256,
            licence=chosen.licence,
            attribution=chosen.attribution,
        )
        with written_whole(path) as beside:
            _write(beside, chosen, law, theirs.rows(chosen.paths), vintage, bad)
    return opened(path, named, bad, digest_of(path))


def _chosen(forms: tuple[Form, ...], names: set[str], named: str, form: str) -> Form:
    """Return the form whose columns are there."""
    for each in forms:
        if names.issuperset(each.needs):
            return each
    missing = sorted(set(forms[0].needs) - names)
    raise InputError(
        f"`{named[:200]}` is not a table of `{form}`: it has no column `{missing[0]}`",
        help="forms: " + "; ".join(f"{each.name} has {', '.join(each.needs)}" for each in forms),
    )


def _write(to: Path, form: Form, law: Law, rows: Rows, vintage: Vintage, bad: BadCells) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = columns_of(form)
    table = Table(law, names)
    kinds = [(RELEASE, pa.string()), (ACTOR, pa.string())]
    kinds += [
        (name, arrow_type(table.columns[name]) if name in table.columns else pa.string())
        for name in names
    ]
    schema = pa.schema(kinds, vintage.metadata())
    with pq.ParquetWriter(to, schema, compression="zstd") as writer:
        written = False
        while chunk := list(islice(rows, ROWS)):
            told = list(_told(form, chunk, _accepts(table), bad))
            writer.write_batch(pa.RecordBatch.from_pylist(told, schema=schema))
            written = True
        if not written:
            writer.write_table(schema.empty_table())


def _told(
    form: Form,
    chunk: list[tuple[int, Mapping[str, Any]]],
    accepts: Callable[[str, Any], bool],
    bad: BadCells,
) -> Iterator[Told]:
    for number, values in chunk:
        row = TheirRow(values)
        name = next((row.text(path) for path in form.release if row.items(path)), "")
        if not name:
            bad.add(Bad(number, "", "it names no release: the row is left out"))
            continue
        told: Told = {RELEASE: name}
        if form.actor:
            told[ACTOR] = next((row.text(p) for p in form.actor if row.items(p)), None)
        elif "/" in name:
            told[ACTOR] = name.partition("/")[0]
        try:
            told |= {k: v for k, v in told_by(form, row).items() if accepts(k, v)}
        except ParseError as error:
            bad.add(Bad(number, "", f"{error.message}: of `{name[:60]}` only the name is taken"))
        yield told


def _accepts(table: Table) -> Callable[[str, Any], bool]:
    """Return what tells whether a column can hold a value: a word must be one of the fact's."""

    def accepts(name: str, value: Any) -> bool:
        column = table.columns.get(name)
        return column is None or column.fact.type != "enum" or value in column.fact.values

    return accepts
