"""A table of a database, read through DuckDB: ``FILE.duckdb::TABLE``, ``postgres://…::TABLE``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weighbridge.reason.planes import ROWS
from weighbridge.survey.extra import needed
from weighbridge.text.errors import InputError

_POSTGRES = ("postgres://", "postgresql://")


def write_query(named: str, to: Path) -> None:
    """Write a table of a database as Parquet.

    Raises :class:`InputError` where the database, the table or DuckDB's extension is not there.
    """
    duckdb: Any = needed("duckdb")
    where, _, table = named.rpartition("::")
    if not where or not table:
        raise InputError(f"`{named[:200]}` names no table", help="write FILE.duckdb::TABLE")
    postgres = where.startswith(_POSTGRES)
    if not postgres and not Path(where).is_file():
        raise InputError(f"no such database: `{where[:200]}`")
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in table.split("."))
    try:
        with duckdb.connect(":memory:" if postgres else where, read_only=not postgres) as base:
            if postgres:
                base.execute("install postgres; load postgres")
                base.execute(
                    f"attach '{where.replace(chr(39), chr(39) * 2)}' as pg (type postgres)"
                )
                quoted = f"pg.{quoted}"
            _copy(base.sql(f"select * from {quoted}"), to)
    except duckdb.Error as error:
        line = str(error).strip().split("\n")[0].replace(where, without_password(where))[:200]
        raise InputError(f"cannot read `{without_password(named)}`: {line}") from None


def _copy(found: Any, to: Path) -> None:
    import pyarrow.parquet as pq

    reader = found.to_arrow_reader(ROWS)
    with pq.ParquetWriter(to, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def without_password(named: str) -> str:
    """Return the name of a database as it may be shown: nothing that stands before ``@`` is."""
    head, at, rest = named.rpartition("@")
    return f"{head.partition('://')[0]}://…@{rest}" if at else named[:200]
