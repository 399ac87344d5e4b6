"""Prints how training compute worked out compares with public figures: ``python -m bench.compute``.

Two tables, in the form of ``bench/COMPUTE.md``: the releases of the corpus, read from end to end,
and the methods alone on what Epoch AI publishes of models (parameters, tokens, hours, hardware).
Exits with 1 where a release of the corpus comes out wrong.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from weighbridge.facts import Range
from weighbridge.facts.values import value_to_text
from weighbridge.release.compute import derive_compute
from weighbridge.release.compute.quantities import known
from weighbridge.release.hardware import accelerators_in
from weighbridge.release.observations import Observations
from weighbridge.release.reader import read_release
from weighbridge.release.training import Speed, Training
from weighbridge.text.places import Place

SHARED = Path(__file__).parent.parent.parent / "shared"
ATTRIBUTION = "Epoch AI, 'Data on AI Models', epoch.ai, CC BY 4.0"
_TABLES = ("epoch_notable_2026-07-23.csv.gz", "epoch_large_scale_2025-12-02.csv.gz")
_ROUND = 1.005  # public figures are rounded


@dataclass(frozen=True, slots=True)
class Row:
    """One release: what was worked out beside 6 × parameters × tokens and the public figure."""

    name: str
    found: Range | None
    product: tuple[float, ...]
    public: float | None

    @property
    def verdict(self) -> str:
        """Hit, unknown or wrong; a range open at one end is a hit where it holds the figures."""
        figures = self.product or ((self.public,) if self.public else ())
        if self.found is None:
            return "unknown"
        if not figures:
            return "no figure"
        return "hit" if all(holds(self.found, each) for each in figures) else "wrong"


def holds(range_: Range, value: float) -> bool:
    """Return whether a public figure lies in a range, as finely as it is rounded."""
    return range_.meets(Range(value / _ROUND, value * _ROUND))


def corpus_rows(corpus: Path) -> Iterator[Row]:
    """Yield the releases of the corpus in the order of their names."""
    for folder in sorted(each for each in (corpus / "releases").iterdir() if each.is_dir()):
        facts = json.loads((folder / "facts.json").read_text("utf-8"))
        seen = Observations(facts=list(read_release(folder / "files").facts))
        compute = known(seen, "training_compute")
        public = (facts.get("epoch_ai") or {}).get("training_compute_flop")
        yield Row(
            folder.name,
            compute.range if compute else None,
            tuple((facts.get("compute_6nd_flop") or {}).values()),
            float(public) if public else None,
        )


def epoch_models(data: Path) -> list[dict[str, str]]:
    """Return language models with a public figure, trained from the beginning, each once."""
    found: dict[str, dict[str, str]] = {}
    for name in _TABLES:
        with gzip.open(data / name, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                sure = row["Confidence"] in ("Confident", "Likely")
                language = row.get("Domain", "") == "Language"
                if sure and language and not row.get("Base model"):
                    found.setdefault(row["Model"], row)
    return [row for row in found.values() if _number(row, "Training compute (FLOP)")]


def by_method(models: Iterable[dict[str, str]], method: str) -> Iterator[tuple[str, str]]:
    """Yield each model that a method can judge, with ``hit`` or ``wrong``."""
    for row in models:
        seen = Observations()
        told = _put(row, method, seen)
        if told is None:
            continue
        derive_compute(seen, told)
        compute = known(seen, "training_compute")
        if compute is not None:
            hit = holds(compute.range, _number(row, "Training compute (FLOP)"))
            yield row["Model"], "hit" if hit else "wrong"


def _put(row: dict[str, str], method: str, seen: Observations) -> Training | None:
    """Put what a method needs of one model into observations; ``None`` where it is not told."""
    place = Place("epoch.csv")
    if method == "formula":
        if row["Publication date"] < "2023":
            return None
        size, tokens = _number(row, "Parameters"), _number(row, "Training dataset size (total)")
        told = (row["Parameters notes"] + row["Training compute notes"]).lower()
        if not size or not tokens or any(word in told for word in ("expert", "moe", "activ")):
            return None  # how many parameters work on each token is not in the table
        seen.declared("params_total", size, place)
        seen.declared("training_tokens", tokens * (_number(row, "Epochs") or 1), place)
        return Training()
    hours = _number(row, "Training time (hours)") * _number(row, "Hardware quantity")
    share = _number(row, "Hardware utilization (MFU)")
    if not hours or not accelerators_in(row["Training hardware"]):
        return None
    if method == "hardware, utilisation stated" and not share:
        return None
    seen.declared("training_gpu_hours", hours, place)
    seen.declared("training_hardware", row["Training hardware"], place)
    if method == "hardware, utilisation stated":
        return Training(share=Speed(Range(share * 0.99, share * 1.01), True, place, "MFU"))
    return Training()


def _number(row: dict[str, str], key: str) -> float:
    try:
        return float(row.get(key) or 0)
    except ValueError:
        return 0.0


METHODS = ("formula", "hardware", "hardware, utilisation stated")


def main() -> int:
    """Print both tables; return the exit status."""
    corpus, data = SHARED / "corpus", SHARED / "data"
    if not corpus.is_dir() or not data.is_dir():
        print("the shared corpus and data are not beside this checkout", file=sys.stderr)
        return 2
    rows = list(corpus_rows(corpus))
    print("# Training compute beside public figures\n")
    print("`python -m bench.compute`. Public figures: " + ATTRIBUTION + ", as of 2026-07-23.\n")
    print("## Releases of the corpus\n")
    print("| release | worked out | 6 × parameters × tokens | public | |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        found = value_to_text(row.found, unit="FLOP") if row.found else "unknown"
        product = ", ".join(f"{each:.3g}".replace("e+", "e") for each in row.product)
        public = f"{row.public:.3g}".replace("e+", "e") if row.public else ""
        print(f"| {row.name} | {found} | {product} | {public} | {row.verdict} |")
    counted = Counter(row.verdict for row in rows)
    print("\n" + ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) + ".\n")
    print("## Methods on published inputs\n")
    print(
        "Language models trained from the beginning. Of published amounts of data some are not what"
    )
    print("was seen in training, and some hours are those of another run: these are the others.\n")
    print(
        "| method | models | public figure within our range | others |\n| --- | ---: | ---: | --- |"
    )
    models = epoch_models(data)
    for method in METHODS:
        results = list(by_method(models, method))
        hits = sum(verdict == "hit" for _, verdict in results)
        others = ", ".join(sorted(name for name, verdict in results if verdict == "wrong"))
        print(f"| {method} | {len(results)} | {hits} | {others} |")
    return int(counted["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
