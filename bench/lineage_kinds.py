"""What is said of models made from others: ``python -m bench.lineage_kinds [--quick]``.

Every way of making a model, at each size and in each format; a word is right, undecided or wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import (
    HUGE,
    LARGE,
    MIDDLE,
    SMALL,
    Arrays,
    Shape,
    structured,
    trained,
)
from tests.release.lineage.writing import FORMATS, write_release

from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.overall import compare_pair

SIZES = {"32": SMALL, "64": MIDDLE, "256": LARGE, "512": HUGE}
QUANTISED = ("gguf-q8_0", "gguf-q4_0")
Made = Callable[[Arrays, Shape], Arrays]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of making a model.

    make: the weights
    right: the words that are right where it is stored in halves; in a coarser format
           ``quantised`` is right too
    """

    name: str
    make: Made
    right: tuple[str, ...]
    shape: Callable[[Shape], Shape] = lambda shape: shape
    rank: int = 0

    def words(self, shape: Shape, format: str) -> tuple[str, ...]:
        """Return the words that are right at a size and in a format."""
        full = 3 * self.rank > shape.kv_heads * shape.width  # no low rank in so small a matrix
        right = (*self.right, "fine-tuned") if self.rank and full else self.right
        return (*right, "quantised") if format in QUANTISED and right != ("unrelated",) else right


def _other(shape: Shape, seed: int, data: int = 0) -> Arrays:
    trains = shape.hidden <= MIDDLE.hidden
    return trained(shape, seed, data) if trains else structured(shape, seed, data)


def _fine_tuned(base: Arrays, shape: Shape) -> Arrays:
    return made.retrained(base, shape) if shape.hidden <= 64 else made.fine_tuned(base)


def kinds() -> Iterator[Kind]:
    """Yield every way of making a model of one base."""
    yield from _trained_or_stored()
    yield from _of_other_layers()
    yield from _in_another_order()
    yield from _of_other_numbers()


def _trained_or_stored() -> Iterator[Kind]:
    yield Kind("copied", lambda base, _: base, ("identical", "cast", "renamed"))
    yield Kind("renamed", lambda base, _: made.renamed(base), ("renamed", "cast"))
    yield Kind("fine-tuned", _fine_tuned, ("fine-tuned",))
    for rank in (1, 8, 64):
        yield Kind(
            f"adapter, rank {rank}",
            lambda base, _, rank=rank: made.adapted(base, rank),
            ("low-rank",),
            rank=rank,
        )
    for bits in (8, 4, 2):
        yield Kind(
            f"{bits} bits", lambda base, _, bits=bits: made.quantised(base, bits), ("quantised",)
        )


def _of_other_layers() -> Iterator[Kind]:
    yield Kind("pruned by size", lambda base, _: made.pruned(base), ("pruned",))
    yield Kind(
        "inner units out",
        lambda base, shape: made.narrowed(base, shape, made.narrowed_shape(shape).inner)[0],
        ("pruned",),
        lambda shape: made.narrowed_shape(shape),
    )
    yield Kind(
        "a layer dropped",
        lambda base, shape: made.of_layers(base, _without(shape)),
        ("pruned",),
        lambda shape: shape.of_layers(shape.layers - 1),
    )
    yield Kind(
        "layers doubled",
        lambda base, shape: made.of_layers(base, _stacked(shape)),
        ("resized",),
        lambda shape: shape.of_layers(len(_stacked(shape))),
    )
    yield Kind(
        "layers turned round",
        lambda base, shape: made.of_layers(base, range(shape.layers - 1, -1, -1)),
        ("renamed", "cast"),
    )


def _in_another_order() -> Iterator[Kind]:
    yield Kind("permuted", lambda base, shape: made.permuted(base, shape), ("permuted",))
    yield Kind(
        "permuted, scaled",
        lambda base, shape: made.permuted(base, shape, scaled=True),
        ("permuted",),
    )
    yield Kind(
        "inner permuted",
        lambda base, shape: made.permuted(base, shape, hidden=False, heads=False),
        ("permuted",),
    )


def _of_other_numbers() -> Iterator[Kind]:
    yield Kind("noise 1 %", lambda base, _: made.noised(base, 0.01), ("related", "fine-tuned"))
    yield Kind("noise 50 %", lambda base, _: made.noised(base, 0.5), ("related", "fine-tuned"))
    yield Kind(
        "tokens added",
        lambda base, shape: made.resized(base, shape.vocabulary + 32),
        ("resized",),
        lambda shape: made.of_vocabulary(shape, shape.vocabulary + 32),
    )
    yield Kind(
        "tokens cut",
        lambda base, shape: made.resized(base, shape.vocabulary - 32),
        ("resized",),
        lambda shape: made.of_vocabulary(shape, shape.vocabulary - 32),
    )
    yield Kind("64 numbers", lambda base, _: made.tampered(base), ("sparse",))
    yield Kind(
        "direction out",
        lambda base, shape: made.without_direction(base, shape),
        ("low-rank", "fine-tuned"),
    )
    yield Kind("merged half", lambda base, shape: _half(base, shape), ("fine-tuned", "merged"))
    yield Kind("another seed", lambda _, shape: _other(shape, 5), ("unrelated",))
    yield Kind(
        "same start",
        lambda base, shape: made.same_start(shape) if shape.hidden <= 64 else _far(base),
        ("undecided", "related"),
    )


def _far(base: Arrays) -> Arrays:
    return made.fine_tuned(base, change=1.2)


def _half(base: Arrays, shape: Shape) -> Arrays:
    return made.merged([base, _fine_tuned(base, shape)], [0.5, 0.5])


def _without(shape: Shape) -> list[int]:
    return [at for at in range(shape.layers) if at != 1]


def _stacked(shape: Shape) -> list[int]:
    return [*range(shape.layers - 1), *range(1, shape.layers)]


def main() -> None:
    """Print the table."""
    quick = "--quick" in sys.argv
    only = [each for each in sys.argv[1:] if not each.startswith("-")]
    sizes = {"64": MIDDLE} if quick else SIZES
    if only:
        sizes = {each: SIZES[each] for each in only if each in SIZES} or sizes
    formats = ("bf16",) if quick else FORMATS
    counts: Counter[str] = Counter()
    print("| made | size |", " | ".join(formats), "|")
    print("| --- | ---: |", " | ".join("---" for _ in formats), "|")
    for name, shape in sizes.items():
        base = made.rounded(_other(shape, 0))
        with tempfile.TemporaryDirectory() as place:
            held = write_release(Path(place) / "base", base, shape, "bf16")
            for kind in kinds():
                words = list(_row(Path(place), kind, held, base, shape, formats, counts))
                print(f"| {kind.name} | {name} |", " | ".join(words), "|", flush=True)
    print(f"\n{counts['right']} right, {counts['undecided']} undecided, {counts['wrong']} wrong")


def _row(
    place: Path,
    kind: Kind,
    held: Path,
    base: Arrays,
    shape: Shape,
    formats: tuple[str, ...],
    counts: Counter[str],
) -> Iterator[str]:
    weights, size = kind.make(base, shape), kind.shape(shape)
    for format in formats:
        if format != "bf16" and kind.name == "renamed" and format.startswith("gguf"):
            yield "-"
            continue
        path = write_release(place / "other", weights, size, format)
        with open_checkpoint(path) as release, open_checkpoint(held) as other:
            word = compare_pair(release, other).relation.value
        for file in path.iterdir():
            file.unlink()
        state = (
            "right"
            if word in kind.words(shape, format)
            else word
            if word == "undecided"
            else "wrong"
        )
        counts[state] += 1
        yield word if state == "right" else f"**{word}**"


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
