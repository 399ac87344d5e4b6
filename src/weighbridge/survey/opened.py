"""A table opened: whatever it is in becomes one Parquet file in the form of the contract.

Parquet is read where it lies. CSV, Arrow IPC and tables of a database are first written as Parquet
into the folder of the parts, so that a survey that is cut off finds them again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weighbridge.rules.law import Law
from weighbridge.survey.cells import BadCells
from weighbridge.survey.extra import need_survey
from weighbridge.survey.vintage import Vintage, digest_of, vintage_of
from weighbridge.text.errors import InputError

TABLE = "table.parquet"
_CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
_PARQUET = (".parquet", ".pq")
_ARROW = (".arrow", ".feather", ".ipc")
_DATABASE = "::"


@dataclass(frozen=True)
class Opened:
    """A table ready to be judged.

    path:    the Parquet file        name:   the table as the caller named it
    sha256:  of what was opened      rows:   how many it has
    vintage: its vintage block, if it has one
    bad:     what was at fault while it was read
    told:    whether rows without a name were told then
    """

    path: Path
    name: str
    sha256: str
    rows: int
    vintage: Vintage | None = None
    bad: BadCells = field(default_factory=BadCells)
    told: bool = False

    @property
    def schema(self) -> Any:
        """The Arrow schema of the file."""
        import pyarrow.parquet as pq

        return pq.read_schema(self.path)


def open_table(named: str, law: Law, scratch: Path) -> Opened:
    """Return a table opened; what has to be rewritten goes into the folder ``scratch``.

    Raises :class:`InputError` for a table that is not there or cannot be read.
    """
    need_survey()
    if _DATABASE in named:
        from weighbridge.survey.database import write_query

        return opened(_staged(scratch, lambda to: write_query(named, to)), named)
    path = Path(named)
    try:
        if path.is_dir():
            from weighbridge.survey.folders import write_folder

            bad = BadCells()
            return opened(_staged(scratch, lambda to: write_folder(path, law, to, bad)), named, bad)
        if not path.is_file():
            raise InputError(f"no such table: `{named[:200]}`")
        return _open_file(path, named, law, scratch)
    except OSError as error:
        raise InputError(f"cannot read `{named[:200]}`: {_reason(error)}") from None


def _open_file(path: Path, named: str, law: Law, scratch: Path) -> Opened:
    low = path.name.lower()
    if low.endswith(_CSV):
        from weighbridge.survey.csv_table import write_csv

        bad = BadCells()
        staged = _staged(scratch, lambda to: write_csv(path, law, to, bad))
        return opened(staged, named, bad, digest_of(path))
    if low.endswith(_ARROW):
        return opened(
            _staged(scratch, lambda to: _write_ipc(path, to)), named, None, digest_of(path)
        )
    if low.endswith(_PARQUET):
        return opened(path, named)
    raise InputError(
        f"`{path.name[:80]}` is not a table that is read",
        help="read are .parquet, .csv, .csv.gz, .arrow, FILE.duckdb::TABLE, postgres://…::TABLE "
        "and a folder of releases",
    )


def opened(
    path: Path, named: str, bad: BadCells | None = None, sha256: str | None = None
) -> Opened:
    """Return a Parquet file opened. Raises :class:`InputError` where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        vintage = vintage_of(pq.read_schema(path).metadata)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"cannot read `{named[:200]}`: {_first_line(error)}") from None
    digest = sha256 or digest_of(path)
    told = bad is not None
    return Opened(path, named, digest, metadata.num_rows, vintage, bad or BadCells(), told)


def _staged(scratch: Path, write: Callable[[Path], None]) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    to = scratch / TABLE
    with written_whole(to) as beside:
        write(beside)
    return to


@contextmanager
def written_whole(to: Path) -> Iterator[Path]:
    """Give a path beside ``to`` to write to; it is moved there once that went well."""
    beside = to.with_name(f".{to.name}.{os.getpid()}.tmp")
    try:
        yield beside
        beside.replace(to)
    except OSError as error:
        raise InputError(f"cannot write `{to}`: {_reason(error)}") from None
    finally:
        beside.unlink(missing_ok=True)


def _write_ipc(path: Path, to: Path) -> None:
    import pyarrow as pa
    import pyarrow.ipc as ipc
    import pyarrow.parquet as pq

    try:
        with ipc.open_file(path) as reader, pq.ParquetWriter(to, reader.schema) as writer:
            for at in range(reader.num_record_batches):
                writer.write_batch(reader.get_batch(at))
    except pa.ArrowException as error:
        raise InputError(f"cannot read `{path}`: {_first_line(error)}") from None


def _reason(error: OSError) -> str:
    return (error.strerror or "input or output error").lower()


def _first_line(error: Exception) -> str:
    text = str(error).strip().split("\n")[0].rstrip(".")[:200]
    return f"{text[:1].lower()}{text[1:]}" if text else "it is damaged"
