"""One run of the command line in a process of its own, with its streams and exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.report.toy_law import TOY_LAW

SOURCE = Path(__file__).parent.parent.parent / "src"
TOY = ("--law", str(TOY_LAW), "--market", "XA", "--as-of", "2030-06-01")
"""Options that judge by the toy law alone."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a run, with the source of this checkout first."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "random", **more}


def run(*arguments: str | Path, typed: str = "", **more: str) -> Ended:
    """Run ``weighbridge`` and return how it ended; ``more`` is added to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "weighbridge.cli", *map(str, arguments)],
        input=typed.encode(),
        capture_output=True,
        env=environment(**more),
        check=False,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def toy_facts(*facts: str) -> list[str]:
    """Return the arguments of a check of asserted facts by the toy law."""
    return ["check", "--no-release", *TOY, *(word for each in facts for word in ("--set", each))]
