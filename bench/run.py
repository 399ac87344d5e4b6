"""Prints the table of benchmarks: ``python -m bench.run`` from the top of the checkout.

Whole processes on a warm disk, median of seven, each beside ``python -c pass``. A row that cannot
be measured says why. Exits with 1 where a figure lies above its limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.toys import sharded_release

from bench.digests import seconds
from bench.measure import Failed, call, empty_python, reported, whole_process
from bench.packs import FACTS, write_law
from bench.size import installed_bytes

TOP = Path(__file__).parent.parent
EXAMPLE = TOP / "examples" / "plain-apache"
_MAIN = "import sys; from weighbridge.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what, how much, of which unit, at most how much, beside which baseline."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    baseline: float | None = None

    @property
    def above(self) -> bool:
        """Whether the figure lies above its limit."""
        return self.limit is not None and self.value > self.limit


@dataclass(frozen=True, slots=True)
class Place:
    """Where measured processes run: an environment with its own cache, and an empty folder."""

    environment: dict[str, str]
    away: Path

    def check(self, *arguments: str) -> list[str]:
        """Return the command of ``weighbridge check``."""
        return [sys.executable, "-c", _MAIN, "check", *arguments]


def checks(place: Place) -> Iterator[Figure]:
    """Yield the small example, as JSON and as text, with every pack."""
    for form, limit in (("json", 0.5), ("text", 0.55)):
        empty = empty_python(place.environment, place.away)
        command = place.check("--format", form, str(EXAMPLE))
        cost = whole_process(command, place.environment, place.away)
        yield Figure(f"check, small example, {form}", cost.seconds, "s", limit, empty.seconds)


def large_release(place: Place) -> Iterator[Figure]:
    """Yield time and memory of a release of 100 shards and 429 GB in sparse files."""
    folder = sharded_release(place.away / "large")
    empty = empty_python(place.environment, place.away)
    command = place.check("--format", "json", str(folder))
    cost = whole_process(command, place.environment, place.away)
    yield Figure("check, 100 shards, 429 GB", cost.seconds, "s", 1.0, empty.seconds)
    yield Figure("the same, peak memory", cost.peak / 1e6, "MB", 200, empty.peak / 1e6)


def one_duty(place: Place) -> Iterator[Figure]:
    """Yield one duty with three exceptions, two levels deep, with its proof."""
    from weighbridge.facts import Range, Value
    from weighbridge.facts.values import read_day
    from weighbridge.reason import Case, Evaluator, Row
    from weighbridge.rules.compile import compile_law

    law = compile_law([write_law(place.away / "duty", 40)])
    values: dict[str, Value] = {
        name: value if isinstance(value, bool) else Range.exactly(value)
        for name, value in FACTS.items()
    }
    case = Case(law, values)
    row = Row(market="ZZ")
    day = read_day("2026-01-01").toordinal()
    duty = law.version("zz/bench/100.1", day)
    if Evaluator(law, case).judge(duty, row, day).verdict is not True:
        raise Failed("the duty of the benchmark does not apply as it should")
    fresh = call(lambda: Evaluator(law, case).judge(duty, row, day))
    shared = Evaluator(law, case)
    again = call(lambda: shared.judge(duty, row, day))
    yield Figure("one duty with exceptions and proof, definitions known", again * 1e6, "µs", 50)
    yield Figure("the same, definitions concluded anew", fresh * 1e6, "µs")


def five_hundred_rules(place: Place) -> Iterator[Figure]:
    """Yield 500 rules from their text and from the cache until ready to judge.

    The limits are on that alone; what importing the program takes is a row of its own.
    """
    folder = write_law(place.away / "rules", 500)
    load = (
        "import time; from pathlib import Path; begin = time.perf_counter()\n"
        "from weighbridge.rules import store; ready = time.perf_counter()\n"
        f"store.LAW_FOLDER = Path({str(folder)!r})\n"
        "law = store.load_law(); law.bindings\n"
    )
    loaded = load + "print(time.perf_counter() - ready)\n"
    uncached = place.environment | {"XDG_CACHE_HOME": os.devnull}
    empty = empty_python(place.environment, place.away).seconds
    cold = reported(loaded, uncached, place.away)
    yield Figure("500 rules, cold", cold, "s", 0.4, empty)
    warm = reported(loaded, place.environment, place.away)
    yield Figure("500 rules, from the cache", warm * 1e3, "ms", 30, empty * 1e3)
    imports = reported(load + "print(ready - begin)\n", place.environment, place.away)
    yield Figure("importing the rule language", imports * 1e3, "ms", None, empty * 1e3)


def shipped_law(place: Place) -> Iterator[Figure]:
    """Yield the law that ships, ready to judge by: from its text and from the cache."""
    load = (
        "import time\n"
        "from weighbridge.rules.store import load_law\n"
        "ready = time.perf_counter()\n"
        "load_law()\n"
        "print(time.perf_counter() - ready)\n"
    )
    empty = empty_python(place.environment, place.away).seconds
    uncached = place.environment | {"XDG_CACHE_HOME": os.devnull}
    cold = reported(load, uncached, place.away, runs=3)
    yield Figure("the law that ships, cold", cold, "s", None, empty)
    warm = reported(load, place.environment, place.away)
    yield Figure("the law that ships, from the cache", warm * 1e3, "ms", 60, empty * 1e3)


def size(place: Place) -> Iterator[Figure]:
    """Yield what the core adds to an empty environment."""
    yield Figure("installed core", installed_bytes(place.away) / 1e6, "MB", 150)


def digests(place: Place) -> Iterator[Figure]:
    """Yield the digests of half a gigabyte, beside the same bytes digested in memory.

    The limit is 0.85 of what two threads reach that read nothing.
    """
    ours, bare = seconds(place.away / "digests")
    yield Figure("digest, 8 files, 0.54 GB; beside it, in memory", ours, "s", bare / 0.85, bare)


BENCHMARKS: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "checks": checks,
    "large": large_release,
    "duty": one_duty,
    "rules": five_hundred_rules,
    "law": shipped_law,
    "digests": digests,
    "size": size,
}


def main() -> int:
    """Measure what is named, or everything, and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="name")
    names = parser.parse_args().names or list(BENCHMARKS)
    print("| what | measured | `python -c pass` | at most | |\n| --- | ---: | ---: | ---: | --- |")
    above = False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="weighbridge-bench-") as folder:
            away = Path(folder)
            environment = os.environ | {"XDG_CACHE_HOME": folder, "PYTHONPATH": str(TOP / "src")}
            try:
                for figure in BENCHMARKS[name](Place(dict(environment), away)):
                    above |= figure.above
                    print(_row(figure), flush=True)
            except (Failed, ImportError) as error:
                above = True
                print(f"| {name} | not measured: {error} | | | |", flush=True)
    return int(above)


def _row(figure: Figure) -> str:
    cells = [figure.what, *(_cell(each, figure.unit) for each in _numbers(figure))]
    return f"| {' | '.join(cells)} | {'above the limit' if figure.above else ''} |"


def _numbers(figure: Figure) -> tuple[float | None, ...]:
    return figure.value, figure.baseline, figure.limit


def _cell(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g} {unit}"


if __name__ == "__main__":
    sys.exit(main())
