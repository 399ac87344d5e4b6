"""Tables of others opened as rows of plain values: CSV, Parquet, Arrow or a folder of YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from weighbridge.survey.csv_table import open_csv
from weighbridge.survey.extra import needed
from weighbridge.survey.importers.openness import flattened
from weighbridge.survey.vintage import digest_of
from weighbridge.text.errors import InputError

_ROWS = 1 << 14
_YAML = (".yml", ".yaml")
_MOST_YAML = 1 << 20
_REMOTE = ("hf://", "https://")


@dataclass(frozen=True)
class Theirs:
    """A table of others: the names of its columns, its digest, and its rows for some paths."""

    names: set[str]
    sha256: str
    rows: Callable[[Sequence[str]], Iterator[tuple[int, Any]]]


@contextmanager
def open_theirs(named: str) -> Iterator[Theirs]:
    """Open a table of others. Raises :class:`InputError` where it is not there or no table."""
    if named.startswith(_REMOTE):
        yield _remote(named)
        return
    path = Path(named)
    if path.is_dir():
        yield _folder(path)
    elif not path.is_file():
        raise InputError(f"no such table: `{named[:200]}`")
    elif path.name.lower().endswith((".parquet", ".pq")):
        yield _parquet(path)
    else:
        digest = digest_of(path)
        with open_csv(path) as (names, lines):
            yield Theirs(set(names), digest, lambda _: _csv_rows(names, lines))


def _csv_rows(
    names: list[str], lines: Iterator[tuple[int, Sequence[str]]]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, (_, row) in enumerate(lines, 1):
        yield number, dict(zip(names, row, strict=False))


def _parquet(path: Path) -> Theirs:
    pq: Any = needed("pyarrow.parquet")
    import pyarrow as pa

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        raise InputError(f"cannot read `{path}`: it is no Parquet file") from None

    def rows(paths: Sequence[str]) -> Iterator[tuple[int, Any]]:
        heads = {each.partition(".")[0] for each in paths} | set(paths)
        columns = [name for name in schema.names if name in heads]
        number = 1
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
                yield from enumerate(batch.to_pylist(), number)
                number += batch.num_rows

    return Theirs(set(schema.names), digest_of(path), rows)


def _remote(named: str) -> Theirs:
    """Open a Parquet file on the Hub or the web: DuckDB streams it; nothing of it is kept."""
    duckdb: Any = needed("duckdb")
    try:
        base = duckdb.connect()
        base.execute("install httpfs; load httpfs")
        quoted = named.replace("'", "''")
        names = base.sql(f"select * from '{quoted}' limit 0").to_arrow_table().schema.names
    except duckdb.Error as error:
        line = str(error).strip().split("\n")[0][:200]
        raise InputError(f"cannot read `{named[:200]}`: {line}") from None

    def rows(paths: Sequence[str]) -> Iterator[tuple[int, Any]]:
        heads = {each.partition(".")[0] for each in paths} | set(paths)
        columns = ", ".join(f'"{name}"' for name in names if name in heads)
        number = 1
        for batch in base.sql(f"select {columns} from '{quoted}'").to_arrow_reader(_ROWS):
            yield from enumerate(batch.to_pylist(), number)
            number += batch.num_rows

    return Theirs(set(names), "", rows)


def _folder(path: Path) -> Theirs:
    files = sorted(each for each in path.rglob("*") if each.suffix in _YAML and each.is_file())
    if not files:
        raise InputError(f"no YAML files in `{path}`")
    digest = sha256()
    texts = []
    for file in files:
        with file.open("rb") as opened:
            data = opened.read(_MOST_YAML)
        digest.update(f"{file.relative_to(path).as_posix()}\0{len(data)}\0".encode() + data)
        texts.append((file.name, data.decode("utf-8", "replace")))
    found = [flattened(text, name) for name, text in texts]
    names = {name for each in found for name in each} | {"mot_file"}
    return Theirs(names, digest.hexdigest(), lambda _: iter(enumerate(found, 1)))
