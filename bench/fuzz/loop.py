"""The loop: choose an input, change it, run it within its limits, keep what reaches new lines.

Every tenth input, and every seed, runs once more under a trace; lines never reached before make an
input a seed of its own. The same number to begin with tries the same inputs in the same order.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import weighbridge
from bench.fuzz.limits import TooDear, within_limits
from bench.fuzz.mutate import mutated

_HERE = str(Path(weighbridge.__file__).parent / "release")
_TRACED = 10
_TRACED_SIZE = 1 << 14
_MOST_FAILURES = 8
_MINIMISING = 15.0

Check = Callable[[str, bytes], None]
Input = tuple[str, bytes]


class Wrong(Exception):
    """What a check expects of every input does not hold of one."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser: names and bytes to begin with, and a check that raises where something is wrong."""

    seeds: tuple[Input, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest input found that shows a fault, under the name it was read by."""

    why: str
    name: str
    data: bytes


@dataclass(slots=True)
class Done:
    """What a run did: inputs tried, kept as new seeds, lines reached, the slowest in seconds."""

    inputs: int = 0
    kept: int = 0
    slowest: float = 0.0
    seen: set[tuple[str, int]] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return len(self.seen)


def fuzz(target: Target, seconds: float, seed: int, most: int | None = None) -> Done:
    """Return what came of so many CPU seconds, or of so many inputs, whichever ends first."""
    random, done, told = Random(seed), Done(), set()
    inputs = list(target.seeds)
    begin = time.process_time()
    for name, data in target.seeds:
        _try(target, name, data, done, told)
        if len(data) <= _TRACED_SIZE:
            done.seen |= _lines(target.check, name, data)
    while time.process_time() - begin < seconds and (most is None or done.inputs < most):
        name, data = random.choice(inputs)
        others = [each for _, each in random.choices(inputs, k=3)]
        data = mutated(data, random, others)
        if not _try(target, name, data, done, told) or len(done.failures) >= _MOST_FAILURES:
            continue
        if done.inputs % _TRACED == 0 and len(data) <= _TRACED_SIZE:
            reached = _lines(target.check, name, data)
            if not reached <= done.seen:
                done.seen |= reached
                done.kept += 1
                inputs.append((name, data))
    return done


def _try(target: Target, name: str, data: bytes, done: Done, told: set[str]) -> bool:
    """Run one input; note a failure of a new kind at its smallest. Returns whether all was well."""
    done.inputs += 1
    spent: list[float] = []
    why = failure_of(target.check, name, data, spent)
    done.slowest = max(done.slowest, *spent, 0.0)
    if why and why not in told and len(done.failures) < _MOST_FAILURES:
        told.add(why)
        done.failures.append(Failure(why, name, smallest(target.check, name, data, why)))
    return not why


def failure_of(check: Check, name: str, data: bytes, spent: list[float] | None = None) -> str:
    """Return what is wrong with one input, ``""`` where nothing is."""
    try:
        with within_limits([] if spent is None else spent):
            check(name, data)
    except (TooDear, Wrong) as wrong:
        return str(wrong)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(where.filename).name}, {where.name}"
    return ""


def smallest(check: Check, name: str, data: bytes, why: str) -> bytes:
    """Return less of an input that fails in the same way, pieces of it left out."""
    begin, size = time.process_time(), max(len(data) // 2, 1)
    while size and time.process_time() - begin < _MINIMISING:
        at, shorter = 0, False
        while at < len(data) and time.process_time() - begin < _MINIMISING:
            less = data[:at] + data[at + size :]
            if failure_of(check, name, less) == why:
                data, shorter = less, True
            else:
                at += size
        if not shorter or size > len(data):
            size //= 2
    return data


def _lines(check: Check, name: str, data: bytes) -> set[tuple[str, int]]:
    """Return the lines of the readers that an input reaches."""
    reached: set[tuple[str, int]] = set()

    def within(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return within

    def entering(frame: FrameType, event: str, argument: Any) -> Any:
        return within if frame.f_code.co_filename.startswith(_HERE) else None

    before = sys.gettrace()
    sys.settrace(entering)
    try:
        check(name, data)
    finally:
        sys.settrace(before)
    return reached
