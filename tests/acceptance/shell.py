"""The command line run as a user runs it: another process, its streams, its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import TOP

MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


def weighbridge(*arguments: str | Path | bytes, cwd: Path | None = None) -> Ended:
    """Run ``weighbridge`` with these arguments and return how it ended."""
    environment = {**os.environ, "PYTHONPATH": str(TOP / "src"), "PYTHONHASHSEED": "random"}
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
