"""A table in parts: which rows each holds, its file of verdicts, and what shows that it is whole.

A part is written beside its name and moved there, so a part that is there is whole. The manifest
says of which table, law and question the parts are; those of others are thrown away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from weighbridge.reason.planes import ROWS
from weighbridge.survey.cells import BadCells
from weighbridge.text.errors import InputError

MOST_ROWS = 4 * ROWS
MANIFEST = "manifest.json"
_BAD = b"weighbridge.bad"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of rows within whole row groups.

    groups: the row groups they lie in    skip: rows of those groups that come before
    first:  the number of the first row in the table, from 1
    """

    number: int
    groups: tuple[int, ...]
    skip: int
    rows: int
    first: int


def plan(sizes: Sequence[int], least: int = ROWS, most: int = MOST_ROWS) -> list[Part]:
    """Return the parts of a table with row groups of these sizes.

    Small row groups are joined until they hold ``least`` rows; one with more than ``most`` is cut.
    """
    parts: list[Part] = []
    groups: list[int] = []
    first = 1

    def close() -> None:
        nonlocal first
        total, skip = sum(sizes[group] for group in groups), 0
        while skip < total:
            rows = min(most, total - skip)
            parts.append(Part(len(parts), tuple(groups), skip, rows, first))
            first, skip = first + rows, skip + rows
        groups.clear()

    for group, size in enumerate(sizes):
        groups.append(group)
        if sum(sizes[each] for each in groups) >= least or size >= least:
            close()
    close()
    return parts


def read_part(path: Path, part: Part, columns: Sequence[str], rows: int = ROWS) -> list[Any]:
    """Return the record batches of a part, each of ``rows`` rows but the last.

    Raises :class:`InputError` where the file is damaged there.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            groups = list(part.groups)
            table = file.read_row_groups(groups, columns=list(columns), use_threads=False)
    except (pa.ArrowException, OSError):
        last = part.first + part.rows - 1
        message = f"cannot read rows {part.first:,} to {last:,} of `{path}`: they are damaged"
        raise InputError(message) from None
    table = table.slice(part.skip, part.rows).select(list(columns)).unify_dictionaries()
    batches: list[Any] = table.combine_chunks().to_batches(max_chunksize=rows)
    return batches


class Parts:
    """The folder of the parts of one survey."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        """Open or make the folder; parts of another table, law or question are removed.

        Raises :class:`InputError` where it cannot be written.
        """
        self.folder = folder
        make_folder(folder)
        try:
            same = self._read_manifest() == manifest
            if not same:
                for path in sorted(folder.glob("part-*.arrow*")):
                    path.unlink()
                self._write(MANIFEST, json.dumps(manifest, sort_keys=True, indent=1).encode())
        except OSError as error:
            reason = (error.strerror or "input or output error").lower()
            raise InputError(f"cannot write `{folder}`: {reason}") from None

    def _read_manifest(self) -> Any:
        try:
            return json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def path(self, part: Part) -> Path:
        """Return where the verdicts of a part lie."""
        return self.folder / f"part-{part.number:06d}.arrow"

    def done(self, part: Part) -> bool:
        """Return whether a part is there; it is whole then."""
        return self.path(part).is_file()

    def save(self, part: Part, batches: Sequence[Any], schema: Any, bad: BadCells) -> None:
        """Write the verdicts of a part, whole or not at all."""
        metadata = dict(schema.metadata) | {_BAD: json.dumps(bad.to_json()).encode()}
        sink = pa.BufferOutputStream()
        options = ipc.IpcWriteOptions(compression="lz4")
        with ipc.new_file(sink, schema.with_metadata(metadata), options=options) as writer:
            for batch in batches:
                writer.write_batch(batch.replace_schema_metadata(metadata))
        self._write(self.path(part).name, sink.getvalue())

    def load(self, part: Part) -> tuple[list[Any], BadCells] | None:
        """Return the verdicts of a part that is there, and what was at fault in its rows.

        ``None`` for one that somebody damaged since.
        """
        try:
            return self._load(part)
        except (pa.ArrowException, OSError, KeyError, ValueError):
            return None

    def _load(self, part: Part) -> tuple[list[Any], BadCells]:
        with ipc.open_file(self.path(part)) as reader:
            bad = BadCells.from_json(json.loads(reader.schema.metadata[_BAD]))
            return [reader.get_batch(at) for at in range(reader.num_record_batches)], bad

    def _write(self, name: str, data: Any) -> None:
        beside = self.folder / f"{name}.{os.getpid()}.tmp"
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / name)

    def clear(self) -> None:
        """Remove the parts and, where nothing else lies in it, the folder."""
        for path in [*self.folder.glob("part-*"), *self.folder.glob(f"{MANIFEST}*")]:
            path.unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()


def make_folder(folder: Path) -> None:
    """Make a folder where there is none. Raises :class:`InputError` where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "input or output error").lower()
        raise InputError(f"cannot write `{folder}`: {reason}") from None


def sizes_of(path: Path) -> Iterator[int]:
    """Yield the number of rows of each row group of a Parquet file."""
    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        yield metadata.row_group(group).num_rows
