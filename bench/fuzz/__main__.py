"""Fuzzes the parsers: ``python -m bench.fuzz [TARGET …] [--seconds N] [--seed N] [--keep DIR]``.

Prints a line for each target and each failure with the smallest input that shows it. Exits with 1
where something failed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.fuzz.limits import cap_memory
from bench.fuzz.loop import Failure, fuzz
from bench.fuzz.targets import targets

_SHOWN = 600


def main() -> int:
    known = targets()
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", help=f"by default all: {', '.join(known)}")
    parser.add_argument("--seconds", type=float, default=5, help="CPU seconds for each target")
    parser.add_argument("--seed", type=int, default=0, help="the same seed tries the same inputs")
    parser.add_argument("--keep", type=Path, help="a folder for inputs that fail")
    asked = parser.parse_args()
    if unknown := [each for each in asked.target if each not in known]:
        parser.error(f"no target is called `{unknown[0]}`; there are {', '.join(known)}")
    cap_memory()
    failed = 0
    for name in asked.target or known:
        done = fuzz(known[name], asked.seconds, asked.seed)
        failed += len(done.failures)
        print(
            f"{name:<12} {done.inputs:>8,} inputs  {done.kept:>5,} kept  {done.lines:>6,} lines"
            f"  slowest {done.slowest:.2f} s  {len(done.failures)} failures",
            flush=True,
        )
        for at, failure in enumerate(done.failures):
            _show(failure)
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{name}-{at}-{Path(failure.name).name}").write_bytes(failure.data)
    return 1 if failed else 0


def _show(failure: Failure) -> None:
    data = repr(failure.data[:_SHOWN]) + ("…" if len(failure.data) > _SHOWN else "")
    print(f"  {failure.why}\n    {failure.name}, {len(failure.data):,} bytes: {data}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
