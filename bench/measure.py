"""Medians of whole processes, with their peak memory, and of calls inside one process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RUNS = 7


@dataclass(frozen=True, slots=True)
class Whole:
    """Seconds from start to exit (median of the runs) and the highest peak of memory in bytes."""

    seconds: float
    peak: int


class Failed(Exception):
    """A measured command did not end well; the text says how."""


def whole_process(
    command: Sequence[str], environment: Mapping[str, str], away: Path, runs: int = RUNS
) -> Whole:
    """Return the cost of ``command`` with a warm disk: one run that is not counted, then ``runs``.

    Raises :class:`Failed` with the end of its standard error where a run does not exit with 0.
    """
    costs = [_once(command, environment, away) for _ in range(runs + 1)][1:]
    return Whole(median(cost.seconds for cost in costs), max(cost.peak for cost in costs))


def empty_python(environment: Mapping[str, str], away: Path) -> Whole:
    """Return the cost of ``python -c pass``."""
    return whole_process([sys.executable, "-c", "pass"], environment, away)


def call(function: Callable[[], object], loops: int = 200, runs: int = RUNS) -> float:
    """Return the seconds one call takes: the median of ``runs`` means over ``loops`` calls."""
    function()
    means = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(loops):
            function()
        means.append((time.perf_counter() - start) / loops)
    return median(means)


def reported(code: str, environment: Mapping[str, str], away: Path, runs: int = RUNS) -> float:
    """Return the median of the seconds that ``code`` prints, each run in a fresh process."""
    times = []
    for _ in range(runs + 1):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=dict(environment),
            cwd=away,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Failed(_last_line(done.stderr))
        times.append(float(done.stdout))
    return median(times[1:])


def _once(command: Sequence[str], environment: Mapping[str, str], away: Path) -> Whole:
    with (away / "stderr.txt").open("w+", encoding="utf-8") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=dict(environment), cwd=away, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise Failed(_last_line(errors.read()))
    unit = 1 if sys.platform == "darwin" else 1024
    return Whole(seconds, usage.ru_maxrss * unit)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it failed without a word"
