"""The command line run as a user runs it: its streams and its exit status."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import TOP
from weighbridge.cli.main import run

MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


def weighbridge(
    *arguments: str | Path | bytes,
    cwd: Path | None = None,
    home: Path = TOP / "src",
    extra: Path | None = None,
) -> Ended:
    """Run ``weighbridge`` in a process of its own and return how it ended.

    ``home`` is the folder the package is imported from, ``extra`` one that is searched first.
    """
    searched = os.pathsep.join(str(each) for each in (extra, home) if each is not None)
    environment = {**os.environ, "PYTHONPATH": searched, "PYTHONHASHSEED": "random"}
    done = subprocess.run(
        [sys.executable, "-m", "weighbridge.cli", *arguments],
        capture_output=True,
        cwd=cwd,
        env=environment,
        timeout=MOST_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every path below ``folder`` with its size and the nanosecond it was changed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found


def here(*arguments: str | Path) -> Ended:
    """Run ``weighbridge`` in this process, which is quicker; a crash fails the test at once."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        status = run([str(each) for each in arguments])
    return Ended(status, *(_written(each) for each in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")
