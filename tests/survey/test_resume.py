"""A survey that is cut off goes on from its whole parts and gives the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import environment, run
from tests.extras import needed
from tests.survey.making import asked

pytestmark = pytest.mark.extra
np: Any = needed("numpy", "numpy")
pa: Any = needed("pyarrow", "pyarrow")
pq: Any = needed("pyarrow.parquet", "pyarrow")
from weighbridge.reason.planes import ROWS as GROUP  # noqa: E402

PARTS = 6
ROWS = (PARTS - 1) * GROUP + 5_000
OPTIONS = ("--market", "EU", "--role", "developer", "--role", "host")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(7)
    compute = 10 ** random.uniform(20, 27, ROWS)
    columns = {
        "release": pa.array(np.arange(ROWS).astype(str)),
        "training_compute": pa.array(compute, mask=random.random(ROWS) < 0.6),
        "weights_public": pa.array(random.random(ROWS) < 0.8, mask=random.random(ROWS) < 0.3),
        "outputs_text": pa.array(random.random(ROWS) < 0.8, mask=random.random(ROWS) < 0.3),
        "available_there": pa.array(random.random(ROWS) < 0.9, mask=random.random(ROWS) < 0.5),
    }
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=GROUP)
    return path


@pytest.fixture(scope="module")
def whole(table: Path) -> bytes:
    to = table.with_name("whole.parquet")
    done = run("survey", table, *OPTIONS, "--verdicts", to)
    assert (done.status, done.err) == (0, "")
    assert not to.with_name("whole.parquet.parts").exists()
    return to.read_bytes()


def cut_off(table: Path, to: Path, how: signal.Signals) -> subprocess.CompletedProcess[bytes]:
    """Run a survey and end it as soon as two parts are whole."""
    folder = to.with_name(f"{to.name}.parts")
    words = [sys.executable, "-m", "weighbridge.cli", "survey", str(table), *OPTIONS]
    process = subprocess.Popen(
        [*words, "--verdicts", str(to)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in _patiently():
        if len(list(folder.glob("part-*.arrow"))) >= 2 or process.poll() is not None:
            break
    assert process.poll() is None, "it was done before it could be cut off"
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def _patiently() -> Iterator[None]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        yield
        time.sleep(0.002)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_the_same_bytes(how: signal.Signals, table: Path, whole: bytes, tmp_path: Path) -> None:
    to = tmp_path / "verdicts.parquet"
    ended = cut_off(table, to, how)
    folder = tmp_path / "verdicts.parquet.parts"
    kept = sorted(path.name for path in folder.glob("part-*.arrow"))
    assert 2 <= len(kept) < PARTS
    assert not to.exists()
    if how is signal.SIGINT:
        assert ended.returncode == 130
        assert ended.stderr.decode() == (
            f"\nweighbridge: interrupted: {len(kept)} of {PARTS} parts are kept in `{folder}`\n"
            "  help: the same call goes on from there\n"
        )
    done = run("survey", table, *OPTIONS, "--verdicts", to)
    assert (done.status, done.err) == (0, "")
    assert to.read_bytes() == whole
    assert not folder.exists()


def frame_of(table: Path, tmp_path: Path) -> tuple[Any, Any]:
    from tests.law.judged import shipped_law
    from weighbridge.survey.frame import Frame
    from weighbridge.survey.opened import open_table

    law = shipped_law()
    opened = open_table(str(table), law, tmp_path)
    question = asked("EU", roles=("developer",))
    return opened, Frame(law, opened.schema, opened.rows, question, ignore=False)


def test_whole_parts_are_not_judged_again(table: Path, tmp_path: Path) -> None:
    from weighbridge.survey.run import Run

    opened, frame = frame_of(table, tmp_path)
    first = Run(opened, frame, tmp_path / "parts")
    assert len(first.plan) == PARTS
    batches, bad = first._part(first.plan[3])
    again = Run(opened, frame, tmp_path / "parts")
    assert again.parts is not None
    assert [again.parts.done(part) for part in again.plan].count(True) == 1
    judge, frame.judge = frame.judge, None  # nobody may judge what is there
    loaded, told = again._part(again.plan[3])
    assert pa.Table.from_batches(loaded) == pa.Table.from_batches(batches)
    assert told.to_json() == bad.to_json()
    frame.judge = judge
    path = again.parts.path(again.plan[3])
    path.write_bytes(path.read_bytes()[:-40])  # damaged by somebody: it is judged again
    mended, _ = again._part(again.plan[3])
    assert pa.Table.from_batches(mended) == pa.Table.from_batches(batches)
    assert again.parts.load(again.plan[3]) is not None


def test_parts_of_another_question_are_thrown_away(table: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from weighbridge.survey.run import Run

    opened, frame = frame_of(table, tmp_path)
    first = Run(opened, frame, tmp_path / "parts")
    first._part(first.plan[0])
    for other in (replace(opened, sha256="0"), opened):
        frame.asked = frame.asked if other is not opened else asked("EU", day=frame.asked.as_of - 1)
        again = Run(other, frame, tmp_path / "parts")
        assert again.parts is not None
        assert not any(again.parts.done(part) for part in again.plan)
        again._part(again.plan[0])


def test_parts_are_runs_of_row_groups() -> None:
    from weighbridge.survey.parts import plan

    def shape(sizes: list[int]) -> list[tuple[tuple[int, ...], int, int, int]]:
        found = plan(sizes, least=100, most=250)
        assert [part.number for part in found] == list(range(len(found)))
        return [(part.groups, part.skip, part.rows, part.first) for part in found]

    assert shape([]) == []
    assert shape([40, 40, 40, 10]) == [((0, 1, 2), 0, 120, 1), ((3,), 0, 10, 121)]
    assert shape([100, 600]) == [
        ((0,), 0, 100, 1),
        ((1,), 0, 250, 101),
        ((1,), 250, 250, 351),
        ((1,), 500, 100, 601),
    ]
