"""How often models that share nothing look close: ``python -m bench.lineage_chance``.

Pairs of models of other seeds, trained on the same text or on others, and pairs with the
structure of large models, in which what layers do is common and seen through a random rotation.
Of both tests of ``chance.py`` the share of pairs below each level is printed: at most the level
itself, where the test is honest; and what ``compare_pair`` says of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from tests.release.lineage.making import LARGE, MIDDLE, SMALL, Arrays, structured, trained
from tests.release.lineage.writing import write_release

from weighbridge.release.lineage.chance import in_place
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.matching import match_hidden
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.overall import compare_pair
from weighbridge.release.lineage.pairing import pair_up

LEVELS = (0.5, 0.1, 0.01, 0.001)
_MEANS = replace(SMALL, means=True)
_EMBEDDING = "model.embed_tokens.weight"


@dataclass(slots=True)
class Found:
    """What the tests gave on the pairs of one family."""

    places: list[float] = field(default_factory=list)
    signs: list[float] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)


def families(many: int) -> Iterator[tuple[str, list[Callable[[], Arrays]], object]]:
    """Yield a name, the models and their shape."""
    few = max(many // 3, 4)
    yield (
        "trained, 32 hidden, one text",
        [lambda at=at: trained(SMALL, at) for at in range(many)],
        SMALL,
    )
    yield (
        "trained, 32 hidden, other texts",
        [lambda at=at: trained(SMALL, 100 + at, at) for at in range(few)],
        SMALL,
    )
    yield (
        "trained, 32 hidden, norms less their mean",
        [lambda at=at: trained(_MEANS, at) for at in range(many)],
        _MEANS,
    )
    yield (
        "trained, 64 hidden, one text",
        [lambda at=at: trained(MIDDLE, at) for at in range(few)],
        MIDDLE,
    )
    yield (
        "structured, 256 hidden",
        [lambda at=at: structured(LARGE, at) for at in range(few)],
        LARGE,
    )
    yield (
        "structured, 256 hidden, nearly all common",
        [lambda at=at: structured(LARGE, 50 + at, shared=0.95) for at in range(few)],
        LARGE,
    )


def main() -> None:
    """Print both tables."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    heads = " | ".join(f"p < {level:g}" for level in LEVELS)
    print(f"| models | pairs | test | {heads} | said of them |")
    print("| --- | ---: | --- |" + " ---: |" * len(LEVELS) + " --- |")
    for name, models, shape in families(many):
        found = _measured(models, shape)
        words = ", ".join(f"{word} {count}" for word, count in found.words.most_common())
        for test, values in (("places", found.places), ("signs", found.signs)):
            shares = " | ".join(f"{np.mean([v < level for v in values]):.4f}" for level in LEVELS)
            said = words if test == "places" else ""
            print(f"| {name} | {len(values)} | {test} | {shares} | {said} |", flush=True)


def _measured(models: list[Callable[[], Arrays]], shape: object) -> Found:
    found = Found()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        held = []
        for at, model in enumerate(models):
            path = write_release(place / f"model{at}", model(), shape)  # type: ignore[arg-type]
            held.append(stack.enter_context(open_checkpoint(path)))
        for one, other in combinations(held, 2):
            chance = in_place(one, other, pair_up(one, other))[0]
            found.places.append(1.0 if chance is None else chance)
            found.signs.append(match_hidden(_columns(one), _columns(other))[1])
            found.words[compare_pair(one, other).relation.value] += 1
    return found


def _columns(held: Checkpoint) -> np.ndarray:
    return np.ascontiguousarray(held.whole(held.held[_EMBEDDING]).T)


if __name__ == "__main__":
    main()
