"""Judges a table part by part: resumable, and whole or not there at all.

Two parts are judged at a time; their verdicts are joined in order, so the same table gives the same
bytes however often the run was cut off.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from weighbridge import __version__
from weighbridge.facts import Value
from weighbridge.reason.planes import ROWS
from weighbridge.survey.cells import BadCells
from weighbridge.survey.engine import BY_PLANES, SPARK, Engine
from weighbridge.survey.frame import Frame
from weighbridge.survey.opened import Opened
from weighbridge.survey.parts import Part, Parts, make_folder, plan, read_part, sizes_of
from weighbridge.survey.tally import Tally
from weighbridge.survey.vintage import Vintage
from weighbridge.text.errors import InputError

AHEAD = 2
PartFound = tuple[Part, list[Any], BadCells]
"""A part, its verdicts in batches, and what was at fault in it."""
Progress = Callable[[int, int, int], None]
"""Told after each part: how many are done, of how many, how many rows they hold."""


class Interrupted(KeyboardInterrupt):
    """The run was interrupted; ``done`` of ``parts`` parts lie in ``folder`` and are whole."""

    def __init__(self, done: int, parts: int, folder: Path) -> None:
        """Keep what the caller tells the user."""
        super().__init__()
        self.done = done
        self.parts = parts
        self.folder = folder


@dataclass
class Judged:
    """What came of a run.

    rows:   the rows judged       kept: the parts that were there already
    bad:    what was at fault     tally: the counts
    """

    frame: Frame
    tally: Tally
    rows: int = 0
    kept: int = 0
    bad: BadCells = field(default_factory=BadCells)


class Run:
    """One table judged under one law, for one question."""

    def __init__(
        self,
        opened: Opened,
        frame: Frame,
        folder: Path | None,
        engine: Engine = BY_PLANES,
    ) -> None:
        """Plan the parts; they are kept in ``folder`` if one is given.

        Spark keeps no parts: what its workers write lies there until it is joined. Raises
        :class:`InputError` where the folder cannot be written.
        """
        self.opened = opened
        self.frame = frame
        self.engine = engine
        self.folder = folder
        self.schema = frame.schema(opened.sha256, opened.vintage)
        self.plan = plan(list(sizes_of(opened.path)))
        self.parts: Parts | None = None
        if folder is not None and engine.name == SPARK:
            make_folder(folder)
        elif folder is not None:
            self.parts = Parts(folder, self._manifest())
        self._held: list[tuple[Part, int]] = []

    def _manifest(self) -> dict[str, Any]:
        law = self.frame.law
        return {
            "format": 1,
            "weighbridge": __version__,
            "input": self.opened.sha256,
            "law": law.table.law.hash,
            "as_of": self.frame.asked.as_of,
            "question": self.frame.asked.digest,
            "engine": self.engine.name,
            "columns": list(self.frame.contract.read),
            "parts": len(self.plan),
        }

    def judge(self, to: Path | None, progress: Progress | None = None) -> Judged:
        """Judge all parts, write the verdict table to ``to`` if given, and return the counts.

        Raises :class:`Interrupted` where somebody interrupts, :class:`InputError` where the
        table or ``to`` is at fault.
        """
        judged = Judged(self.frame, Tally.of_schema(self.schema))
        if self.parts is not None:
            judged.kept = sum(self.parts.done(part) for part in self.plan)
        try:
            self._join(judged, to, progress)
        except KeyboardInterrupt:
            if self.parts is None:
                raise
            done = sum(self.parts.done(part) for part in self.plan)
            raise Interrupted(done, len(self.plan), self.parts.folder) from None
        return judged

    def _join(self, judged: Judged, to: Path | None, progress: Progress | None) -> None:
        with _writer(to, self.schema) as write, closing(self._found()) as ahead:
            for number, (part, batches, bad) in enumerate(ahead, 1):
                for batch in batches:
                    write(batch)
                    judged.tally.add(batch)
                held = sum(batch.num_rows for batch in batches)
                self._held.append((part, held))
                judged.rows += held
                judged.bad.join(bad)
                if progress is not None:
                    progress(number, len(self.plan), part.first + part.rows - 1)

    def row(self, number: int) -> dict[str, Any]:
        """Return a row of the verdict table (from 0) with the columns by which it was judged."""
        for part, held in self._held:
            if number < held:
                return self._row(part, number)
            number -= held
        raise IndexError(number)

    def _row(self, part: Part, number: int) -> dict[str, Any]:
        for batch in read_part(self.opened.path, part, self.frame.reads, ROWS):
            ready = self.frame.ready(batch, part.first, BadCells())
            if number < ready.num_rows:
                found: dict[str, Any] = ready.slice(number, 1).to_pylist()[0]
                return found
            number -= ready.num_rows
        raise IndexError(number)

    def facts_of(self, number: int) -> dict[str, Value]:
        """Return the facts of a row of the verdict table, by key."""
        return self.frame.derivation.table.values(self.row(number))

    def clear(self) -> None:
        """Remove the parts once they are joined."""
        if self.parts is not None:
            self.parts.clear()

    def _found(self) -> Generator[PartFound, None, None]:
        if self.engine.name != SPARK:
            return self._ahead()
        from weighbridge.survey.on_spark import judge_on_spark

        return judge_on_spark(
            self.opened, self.frame, self.plan, self.schema, self.engine, self.folder
        )

    def _ahead(self) -> Generator[PartFound, None, None]:
        waiting: deque[tuple[Part, Future[tuple[list[Any], BadCells]]]] = deque()
        pool = ThreadPoolExecutor(max_workers=AHEAD)
        try:
            for part in self.plan:
                waiting.append((part, pool.submit(self._part, part)))
                if len(waiting) > AHEAD:
                    first, found = waiting.popleft()
                    yield first, *found.result()
            while waiting:
                first, found = waiting.popleft()
                yield first, *found.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _part(self, part: Part) -> tuple[list[Any], BadCells]:
        if self.parts is not None and self.parts.done(part):
            kept = self.parts.load(part)
            if kept is not None:
                return kept
        bad = BadCells()
        batches, first = [], part.first
        for batch in read_part(self.opened.path, part, self.frame.reads, ROWS):
            packed, found = self.frame.judge(batch, first, self.schema, tell=not self.opened.told)
            batches.append(packed)
            bad.join(found)
            first += batch.num_rows
        if self.parts is not None:
            self.parts.save(part, batches, self.schema, bad)
        return batches, bad


@contextmanager
def _writer(to: Path | None, schema: Any) -> Iterator[Callable[[Any], None]]:
    """Give what writes batches to a Parquet file that is there whole or as it was."""
    if to is None:
        yield lambda _: None
        return
    beside = to.with_name(f".{to.name}.{os.getpid()}.tmp")
    if to.is_dir():
        raise InputError(f"cannot write `{to}`: it is a folder")
    try:
        with pq.ParquetWriter(beside, schema, compression="zstd", compression_level=1) as writer:
            yield lambda batch: writer.write_batch(batch, row_group_size=ROWS)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(to)
    except OSError as error:
        reason = (error.strerror or "input or output error").lower()
        raise InputError(f"cannot write `{to}`: {reason}") from None
    finally:
        beside.unlink(missing_ok=True)


def vintage_line(vintage: Vintage | None) -> str:
    """Return the line that has to stand wherever figures of a table do, or nothing."""
    if vintage is None:
        return ""
    dated = f" ({vintage.date})" if vintage.date else ""
    return f"{vintage.attribution}{dated}"
