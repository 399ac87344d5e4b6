"""How often a fingerprint finds the base: ``python -m bench.fingerprints [--quick]``.

Bases of each size stand among 100,000 random fingerprints. For every way of making a model, in
every format, the first place is right or wrong, or nothing is listed; for models that share
nothing with any base, nothing should be.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import (
    LARGE,
    MIDDLE,
    SMALL,
    Arrays,
    Shape,
    initialised,
    structured,
    trained,
)
from tests.release.lineage.writing import FORMATS, write_release

from bench.lineage_kinds import Kind, kinds
from weighbridge.release.fingerprint.index import Adding, Entry, Index
from weighbridge.release.fingerprint.search import RARE, Match, search
from weighbridge.release.fingerprint.take import LANE_BYTES, LANES, Fingerprint, take_fingerprint
from weighbridge.release.lineage.opening import open_checkpoint

AMONG = 100_000
SIZES = {"32": SMALL, "64": MIDDLE, "256": LARGE}
_HEAD = 64
_OTHERS = ("another seed", "same start")
_MORE = {
    "merged of strangers, half": (0.5, 0.5),
    "merged of strangers, 3 of 10": (0.3, 0.7),
    "merged three ways": (0.34, 0.33, 0.33),
}


def write_index(path: Path, among: int = AMONG) -> None:
    """Write an index of random fingerprints."""
    with Adding(path):
        pass
    generator = np.random.default_rng(1)
    lanes = len(LANES) * LANE_BYTES
    records = np.zeros((among, 512), np.uint8)
    records[:, :lanes] = generator.integers(0, 256, (among, lanes))
    records[:, lanes : lanes + len(LANES)] = generator.integers(90, 125, (among, len(LANES)))
    names = b"".join(b"random/%06d".ljust(128, b"\0") % at for at in range(among))
    records[:, 384:] = np.frombuffer(names, np.uint8).reshape(among, -1)[:, :128]
    for record in records:
        record[376:384] = np.frombuffer(_digest(record.tobytes()), np.uint8)
    with path.open("ab") as file:
        file.write(records.tobytes())


def _digest(record: bytes) -> bytes:
    return sha256(record[:376] + record[384:]).digest()[:8]


def base_of(shape: Shape, seed: int) -> Arrays:
    """Return a model: really trained where it is small."""
    made_by = trained if shape.hidden <= MIDDLE.hidden else structured
    return made_by(shape, seed)


def taken(place: Path, weights: Arrays, shape: Shape, format: str = "bf16") -> Fingerprint:
    """Return the fingerprint of weights written in a format."""
    path = write_release(place, weights, shape, format)
    with open_checkpoint(path) as checkpoint:
        found = take_fingerprint(checkpoint)
    for file in path.iterdir():
        file.unlink()
    return found


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv
    formats = ("bf16", "gguf-q4_0") if quick else FORMATS
    with tempfile.TemporaryDirectory() as folder:
        place, path = Path(folder), Path(folder) / "index.wbf"
        write_index(path)
        sizes = {"64": MIDDLE} if quick else SIZES
        with Adding(path) as adding:
            for size, shape in sizes.items():
                for seed in range(3):
                    print_ = taken(place / "base", base_of(shape, seed), shape)
                    adding.add(Entry(f"{size}/{seed}", 0, print_))
        print(f"| made of `size/0`, {AMONG:,} others | size |", " | ".join(formats), "|")
        print("| --- | ---: |", " | ".join("---" for _ in formats), "|")
        with Index(path) as index:
            counts: Counter[str] = Counter()
            for size, shape in sizes.items():
                for line in _lines(place, index, size, shape, formats, counts):
                    print(line, flush=True)
            print(f"\n{dict(sorted(counts.items()))}\n")
            _strangers(place, index)


def _lines(
    place: Path,
    index: Index,
    size: str,
    shape: Shape,
    formats: tuple[str, ...],
    counts: Counter[str],
) -> Iterator[str]:
    base, others = base_of(shape, 0), [base_of(shape, seed) for seed in (0, 1, 2)]
    every = [(kind, kind.make(base, shape)) for kind in kinds() if kind.name not in _OTHERS]
    for name, weights in _MORE.items():
        merged = made.merged(others[: len(weights)], weights)
        every.append((Kind(name, lambda base, _: base, ()), merged))
    for bits in (4, 2):
        turned = made.quantised(made.permuted(base, shape, scaled=True), bits)
        every.append((Kind(f"permuted, scaled, {bits} bits", lambda base, _: base, ()), turned))
    for kind, weights in every:
        cells = []
        for format in formats:
            if kind.name == "renamed" and format.startswith("gguf"):
                cells.append("-")
                continue
            matches = search(index, taken(place / "made", weights, kind.shape(shape), format))
            state, cell = _judged(matches, size, kind.name)
            counts[state] += 1
            cells.append(cell)
        yield f"| {kind.name} | {size} | {' | '.join(cells)} |"


def _judged(matches: list[Match], size: str, kind: str) -> tuple[str, str]:
    """Return whether the first place is right, and what stands there."""
    if not matches:
        return "missed", "**nothing**"
    first = matches[0]
    likeness = first.alike if first.chance is not None else first.order_free
    mark = "" if first.chance is not None else " hint"
    ours = {f"{size}/{at}" for at in range(3)} if "merged" in kind else {f"{size}/0"}
    if first.name in ours:
        return "right", f"{likeness:.2f}{mark}"
    return "wrong", f"**{first.name}**"


def _strangers(place: Path, index: Index) -> None:
    """Print how often something is listed for models that share nothing with any."""
    groups = {
        "trained, other seeds": [(trained(SMALL, seed), SMALL) for seed in range(10, 22)],
        "structured, like data": [(structured(MIDDLE, seed), MIDDLE) for seed in range(10, 40)],
        "structured, other data": [
            (structured(MIDDLE, seed, seed), MIDDLE) for seed in range(40, 70)
        ],
        "initialised": [(initialised(SMALL, seed), SMALL) for seed in range(70, 100)],
    }
    print(f"| share nothing | asked | listed at all, of {len(index):,} each |")
    print("| --- | ---: | ---: |")
    for name, models in groups.items():
        prints = [taken(place / "other", weights, shape) for weights, shape in models]
        listed = sum(len(search(index, each)) for each in prints)
        own = sum(_listed(place, *pair) for pair in combinations(prints, 2))
        print(f"| {name} | {len(prints)} | {listed}; {own} among each other |", flush=True)
    print(f"\nExpected by chance: {RARE:g} of those asked.")


def _listed(place: Path, one: Fingerprint, other: Fingerprint) -> bool:
    path = place / "pair.wbf"
    path.unlink(missing_ok=True)
    with Adding(path) as adding:
        adding.add(Entry("other", 0, other))
    with Index(path) as index:
        return bool(search(index, one))


if __name__ == "__main__":
    main()
