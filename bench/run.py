"""Prints the table of benchmarks: ``python -m bench.run`` from the top of the checkout.

Whole processes on a warm disk, median of seven, each beside ``python -c pass``. A row that cannot
be measured says why. Exits with 1 where a figure lies above its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.toys import sharded_release

from bench.digests import seconds
from bench.formats import write_gguf, write_onnx
from bench.licences import write_release
from bench.measure import Failed, call, empty_python, reported, whole_process
from bench.packs import FACTS, write_law
from bench.pickles import DENSE, GENOPS, MANY, command, write_dense, write_many
from bench.size import installed_bytes
from weighbridge.rules import load_law

TOP = Path(__file__).parent.parent
EXAMPLE = TOP / "examples" / "plain-apache"
_MAIN = "import sys; from weighbridge.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what, how much, of which unit, at most how much, beside which baseline.

    A value of ``None`` was not measured, for the reason in ``what``.
    """

    what: str
    value: float | None
    unit: str
    limit: float | None = None
    baseline: float | None = None

    @property
    def above(self) -> bool:
        """Whether the figure lies above its limit."""
        return None not in (self.limit, self.value) and self.value > self.limit


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


def plans(place: Place) -> Iterator[Figure]:
    """Yield the plan of the small example, proof included: to three markets and to all."""
    empty = empty_python(place.environment, place.away)
    asked = (("plan, small example, three markets", ("--to", "EU,US-CA,CN")),)
    asked += (("the same, every market", ("--to", ",".join(load_law().markets))),)
    for what, options in asked:
        command = [sys.executable, "-c", _MAIN, "plan", *options, str(EXAMPLE)]
        cost = whole_process(command, place.environment, place.away)
        yield Figure(what, cost.seconds, "s", 2.0, empty.seconds)


def large_release(place: Place) -> Iterator[Figure]:
    """Yield time and memory of a release of 100 shards and 429 GB in sparse files."""
    folder = sharded_release(place.away / "large")
    empty = empty_python(place.environment, place.away)
    command = place.check("--format", "json", str(folder))
    cost = whole_process(command, place.environment, place.away)
    yield Figure("check, 100 shards, 429 GB", cost.seconds, "s", 1.0, empty.seconds)
    yield Figure("the same, peak memory", cost.peak / 1e6, "MB", 200, empty.peak / 1e6)


def weight_formats(place: Place) -> Iterator[Figure]:
    """Yield the headers of large files of single formats, beside their libraries if installed."""
    folder = place.away / "formats"
    folder.mkdir()
    files = (
        ("GGUF, 152,000 words and as many merges", write_gguf(folder / "model.gguf"), 100.0),
        ("ONNX, 500 MB", write_onnx(folder / "model.onnx"), 5.0),
    )
    for what, path, limit in files:
        read = (
            "import sys, time\nfrom pathlib import Path\n"
            "from weighbridge.release.folder import Folder\n"
            "from weighbridge.release.formats import formats\n"
            f"folder = Folder.open(Path({str(folder)!r})); entry = folder.get({path.name!r})\n"
            "head = folder.read_bytes(entry.path, 512)\n"
            "reader = next(each for each in formats() if each.recognises(head, entry))\n"
            "begin = time.perf_counter(); found = reader.read(folder, entry)\n"
            "assert found.tensors; print(time.perf_counter() - begin)\n"
        )
        mine = reported(read, place.environment, place.away)
        yield Figure(f"{what}, header", mine * 1e3, "ms", limit)
    library = (
        "import time; from gguf import GGUFReader\nbegin = time.perf_counter()\n"
        f"GGUFReader({str(folder / 'model.gguf')!r}); print(time.perf_counter() - begin)\n"
    )
    if find_spec("gguf") is not None:
        theirs = reported(library, place.environment, place.away, runs=1)
        yield Figure("the same GGUF by the gguf library", theirs * 1e3, "ms")


def without_weights(place: Place) -> Iterator[Figure]:
    """Yield the facts of a release folder whose weights are elsewhere: 400 files of text."""
    folder = place.away / "texts"
    folder.mkdir()
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    (folder / "model.safetensors").unlink()
    for at in range(400):
        (folder / f"notes-{at:03d}.json").write_text('{"a": [1, 2, 3]}\n' * 200, encoding="utf-8")
    read = (
        "import time; from pathlib import Path\n"
        "from weighbridge.release.reader import read_release\n"
        f"begin = time.perf_counter(); read_release(Path({str(folder)!r}))\n"
        "print(time.perf_counter() - begin)\n"
    )
    taken = reported(read, place.environment, place.away)
    yield Figure("facts of a folder without weights, 400 files", taken, "s", 0.5)


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


def pickles(place: Place) -> Iterator[Figure]:
    """Yield 463 pickles, and one of seven million instructions beside the standard library."""
    empty = empty_python(place.environment, place.away).seconds
    many = command(MANY, write_many(place.away / "many"))
    yield Figure(
        "scan of 463 pickles", reported(many, place.environment, place.away), "s", 1.5, empty
    )
    dense = write_dense(place.away / "dense.pkl")
    ours = reported(command(DENSE, dense), place.environment, place.away, runs=3)
    theirs = reported(command(GENOPS, dense), place.environment, place.away, runs=3)
    yield Figure("scan of a pickle of 7 M instructions", ours, "s", 2.5, empty)
    yield Figure("the same, share of `pickletools.genops`", ours / theirs, "", 0.5)


def scans(place: Place) -> Iterator[Figure]:
    """Yield keys looked for in 50 MB of text, a large tokenizer, and a folder without weights."""
    from weighbridge.release.hazards.secrets import secrets

    sources = sorted((TOP / "src").rglob("*.py")) + sorted((TOP / "src").rglob("*.yaml"))
    text = b"".join(path.read_bytes() for path in sources)
    text *= 50_000_000 // len(text) + 1
    seconds = call(lambda: list(secrets(text[:50_000_000])), loops=1, runs=3)
    yield Figure("keys and tokens, 50 MB of text", seconds, "s", 1.0)
    folder = place.away / "release"
    folder.mkdir()
    words = {f"word{number}": number for number in range(150_000)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": words}}))
    for number in range(150):
        config = {"model_type": "x", "auto_map": {"AutoModel": f"modeling_{number}.X"}}
        (folder / f"config-{number}.json").write_text(json.dumps(config))
    command = [sys.executable, "-c", _MAIN, "scan", "--format", "json", str(folder)]
    empty = empty_python(place.environment, place.away)
    cost = whole_process(command, place.environment, place.away)
    yield Figure("scan, 151 files without weights", cost.seconds, "s", 0.5, empty.seconds)


def licences(place: Place) -> Iterator[Figure]:
    """Yield the licences of a folder, in a fresh process after its imports, and their data."""
    folders = [("AI licences of a folder, 5 files", write_release(place.away / "licences"))]
    real = TOP.parent / "shared" / "corpus" / "releases" / "qwen-1" / "files"
    if real.is_dir():
        folders.append(("the same of a real one, 4 files", real))
    for what, folder in folders:
        read = (
            "import time; from pathlib import Path\n"
            "from weighbridge.release.licence import licence_report\n"
            "begin = time.process_time()\n"
            f"found = licence_report(Path({str(folder)!r}))\n"
            "assert len(found.licences) > 3; print(time.process_time() - begin)\n"
        )
        taken = reported(read, place.environment, place.away)
        yield Figure(what, taken * 1e3, "ms", 50)
    data = TOP / "src" / "weighbridge" / "release" / "licence" / "data"
    size = sum(path.stat().st_size for path in data.iterdir())
    yield Figure("data on licences", size / 1e6, "MB", 2)


def size(place: Place) -> Iterator[Figure]:
    """Yield what the core adds to an empty environment."""
    yield Figure("installed core", installed_bytes(place.away) / 1e6, "MB", 150)


def digests(place: Place) -> Iterator[Figure]:
    """Yield the digests of half a gigabyte, beside the same bytes digested in memory.

    The limit is 0.85 of what two threads reach that read nothing.
    """
    ours, bare = seconds(place.away / "digests")
    yield Figure("digest, 8 files, 0.54 GB; beside it, in memory", ours, "s", bare / 0.85, bare)


def fingerprints(place: Place) -> Iterator[Figure]:
    """Yield the search among 100,000 fingerprints, with the reading of their file."""
    from bench.fingerprints import AMONG, write_index

    path = place.away / "index"
    write_index(path)
    search = (
        "import time; from pathlib import Path\n"
        "from weighbridge.release.fingerprint.index import Index\n"
        "from weighbridge.release.fingerprint.search import search\n"
        f"index = Index(Path({str(path)!r})); asked = index.entry(4321).fingerprint\n"
        "search(index, asked); begin = time.process_time()\n"
        "assert search(index, asked)[0].name == index.entry(4321).name\n"
        "print(time.process_time() - begin)\n"
    )
    taken = reported(search, place.environment, place.away)
    yield Figure(f"nearest of {AMONG:,} fingerprints, a core's time", taken * 1e3, "ms", 50)


def lineage(place: Place) -> Iterator[Figure]:
    """Yield comparing two models of 0.54 GB, from memory and from disk, and two of 8.6 GB.

    The time is the processor's for each gigabyte of both files: 0.333 s are 3 GB/s on one core.
    From disk the limit is nine tenths of what reading alone reaches.
    """
    from bench import lineage as weights

    release, base = weights.pair(place.away)
    taken = reported(weights.processor_time(release, base), place.environment, place.away)
    yield Figure("lineage, bfloat16 in memory, a core's time for 1 GB", taken, "s", 1 / 3)
    ours, bare = weights.beside_reading(release, base)
    yield Figure("lineage from disk, 1.1 GB; beside it, reading", ours, "s", bare / 0.9, bare)
    huge = weights.write_huge(place.away)
    code = f"{weights.BEGIN}run(Path({str(huge[0])!r}), Path({str(huge[1])!r}))\n"
    command = [sys.executable, "-c", code]
    cost = whole_process(command, place.environment, place.away, runs=1)
    yield Figure("lineage, two embeddings of 8.6 GB, peak memory", cost.peak / 1e6, "MB", 1000)
    if _has_gpu():
        taken = reported(
            weights.processor_time(release, base, "cuda"), place.environment, place.away
        )
        yield Figure("lineage on a GPU, for 1 GB", taken, "s")
    else:
        yield Figure("lineage on a GPU: not run, there is none", None, "s")


def _has_gpu() -> bool:
    if find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


BENCHMARKS: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "checks": checks,
    "large": large_release,
    "formats": weight_formats,
    "texts": without_weights,
    "duty": one_duty,
    "rules": five_hundred_rules,
    "law": shipped_law,
    "pickles": pickles,
    "scans": scans,
    "digests": digests,
    "fingerprints": fingerprints,
    "lineage": lineage,
    "licences": licences,
    "plans": plans,
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
