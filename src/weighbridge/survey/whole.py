"""A survey from end to end: open or import, judge, count, compare."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from weighbridge.rules.knowing import Knowing
from weighbridge.rules.law import Law
from weighbridge.survey.cells import BadCells
from weighbridge.survey.engine import BY_PLANES, PLANES, Engine
from weighbridge.survey.flips import Flip, flips
from weighbridge.survey.frame import Frame
from weighbridge.survey.importers import import_table
from weighbridge.survey.knowledge import KnowledgeNote, knowledge_notes
from weighbridge.survey.look_at import LookAt, look_at
from weighbridge.survey.opened import Opened, open_table
from weighbridge.survey.question import Asked
from weighbridge.survey.run import Judged, Progress, Run
from weighbridge.survey.wanted import Wanted, wanted_facts

_VERSUS = "versus"
_TABLE_OF = ".parts"


@dataclass(frozen=True)
class Request:
    """What is asked of a survey.

    table:    the table as named by the caller
    form:     whose table it is (``hub``, ``epoch``, ``openness``), empty for one of the contract
    dated:    the day of its data, where the caller says
    imported: where the table in the form of the contract is kept, if it is
    verdicts: where the verdict table goes, if it is wanted
    parts:    the folder of the parts; by default beside the verdict table
    ignore:   whether columns that are not in the contract are left out
    versus:   another day to compare with
    engine:   who judges
    """

    table: str
    asked: Asked
    form: str = ""
    dated: str = ""
    imported: Path | None = None
    verdicts: Path | None = None
    parts: Path | None = None
    ignore: bool = False
    versus: int | None = None
    engine: Engine = BY_PLANES

    @property
    def folder(self) -> Path | None:
        """Where parts are kept, if they are."""
        if self.parts is not None or self.verdicts is None:
            return self.parts
        return self.verdicts.with_name(self.verdicts.name + _TABLE_OF)


@dataclass(frozen=True)
class Survey:
    """What a survey found.

    before: the day or law compared with where ``flipped`` is not ``None``
    """

    law: Law
    opened: Opened
    frame: Frame
    judged: Judged
    bad: BadCells
    wanted: tuple[Wanted, ...]
    knowledge: tuple[KnowledgeNote, ...]
    looks: tuple[LookAt, ...]
    flipped: tuple[Flip, ...] | None = None
    versus: int | None = None
    engine: str = PLANES


def survey(
    request: Request,
    law: Law,
    plain: Law | None = None,
    knowing: Iterable[Knowing] = (),
    progress: Progress | None = None,
) -> Survey:
    """Judge a table, write what was asked for, and return the counts.

    ``plain`` is the law without its amendments: who flips between the two is told. Raises
    :class:`InputError` for what is at fault and ``Interrupted`` where somebody interrupts; whole
    parts are then kept where there is a folder for them.
    """
    with _scratch(request.folder) as scratch:
        opened = _opened(request, law, scratch)
        frame = _frame(request, law, opened, request.asked)
        compared = plain is not None or request.versus is not None
        to = request.verdicts
        if to is None and compared:
            to = scratch / "verdicts.parquet"
        run = Run(opened, frame, request.folder, request.engine)
        judged = run.judge(to, progress)
        flipped = None
        if compared and to is not None:
            flipped = _flips(request, opened, law, plain, to, scratch, progress)
        kinds = tuple(knowing)
        bad = BadCells()
        bad.join(opened.bad)
        bad.join(judged.bad)
        bad.told.sort(key=lambda each: (each.row, each.column))
        found = Survey(
            law=law,
            opened=opened,
            frame=frame,
            judged=judged,
            bad=bad,
            wanted=wanted_facts(frame.law, judged.tally, run.facts_of),
            knowledge=knowledge_notes(
                law, kinds, frame.law.answers, judged.tally, request.asked.as_of
            ),
            looks=look_at(frame.law, judged.tally, kinds, run.row),
            flipped=flipped,
            versus=request.versus,
            engine=request.engine.name,
        )
        run.clear()
        _clear(scratch, to if request.verdicts is None else None)
        return found


def _opened(request: Request, law: Law, scratch: Path) -> Opened:
    if request.form:
        return import_table(
            request.table, request.form, law, scratch, date=request.dated, to=request.imported
        )
    return open_table(request.table, law, scratch)


def _frame(request: Request, law: Law, opened: Opened, asked: Asked) -> Frame:
    kernel = request.engine.kernel
    return Frame(law, opened.schema, opened.rows, asked, ignore=request.ignore, kernel=kernel)


def _flips(
    request: Request,
    opened: Opened,
    law: Law,
    plain: Law | None,
    verdicts: Path,
    scratch: Path,
    progress: Progress | None,
) -> tuple[Flip, ...]:
    """Judge the table by the other law, or on the other day, and compare."""
    asked = request.asked
    if request.versus is not None:
        asked = replace(asked, as_of=request.versus)
        other = _frame(request, law, opened, asked)
    else:
        assert plain is not None
        fixed = {key: each for key, each in asked.fixed.items() if _known(plain, key)}
        asked = replace(asked, fixed=fixed)
        other = _frame(request, plain, opened, asked)
    folder = scratch / _VERSUS if request.folder is not None else None
    run = Run(opened, other, folder, request.engine)
    to = scratch / f"{_VERSUS}.parquet"
    run.judge(to, progress)
    pair = (verdicts, to) if request.versus is not None else (to, verdicts)
    found = flips(*pair)
    run.clear()
    to.unlink()
    return found


def _known(law: Law, key: str) -> bool:
    name = key.partition("[")[0]
    return name in law.vocabulary or name in law.questions


@contextmanager
def _scratch(folder: Path | None) -> Iterator[Path]:
    """Give the folder for what is written on the way: that of the parts, else a passing one."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as passing:
        yield Path(passing)


def _clear(scratch: Path, more: Path | None) -> None:
    for path in (scratch / "table.parquet", more):
        if path is not None:
            path.unlink(missing_ok=True)
    if scratch.is_dir() and not any(scratch.iterdir()):
        scratch.rmdir()
