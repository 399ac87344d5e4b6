"""What one input may cost: CPU time, and memory beyond what the process had before."""

from __future__ import annotations

import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

SECONDS = 2.0
MEMORY = 256 << 20
_GIVEN_UP = 12.0
_CAP = 3 << 30
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class TooSlow(BaseException):
    """An input was given up; no parser that catches ``Exception`` may catch it."""


class TooDear(Exception):
    """An input cost more than it may."""


def cap_memory() -> None:
    """Let an input that asks for everything fail here, not take the machine with it."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_CAP, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _peak() -> int:
    """Return the highest memory since the last reset, or since the start where none is possible."""
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << (
        0 if sys.platform == "darwin" else 10
    )


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TooSlow


@contextmanager
def within_limits(spent: list[float]) -> Iterator[None]:
    """Run one input; raise :class:`TooDear` where it cost too much. Appends its seconds."""
    with suppress(OSError):
        _RESET.write_text("5")
    before, begin = _peak(), time.process_time()
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _GIVEN_UP)
    try:
        yield
    except TooSlow:
        raise TooDear(f"it takes more than {_GIVEN_UP:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds, grown = time.process_time() - begin, _peak() - before
    spent.append(seconds)
    if seconds > SECONDS:
        raise TooDear(f"it takes more than {SECONDS:g} s")
    if grown > MEMORY:
        raise TooDear(f"it takes more than {MEMORY >> 20} MB")


def failure_in(run: Callable[[], object]) -> str:
    """Return how a call costs more than it may, ``""`` where it does not."""
    try:
        with within_limits([]):
            run()
    except TooDear as dear:
        return str(dear)
    return ""
