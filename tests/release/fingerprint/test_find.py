"""Fingerprints of models made from others find the one they were made from, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from tests.release.lineage import deriving as made  # noqa: E402
from tests.release.lineage.making import MIDDLE, Arrays, Shape, structured  # noqa: E402
from tests.release.lineage.writing import FORMATS, write_release  # noqa: E402

from weighbridge.release.fingerprint.index import Adding, Entry, Index  # noqa: E402
from weighbridge.release.fingerprint.search import RARE, Match, search  # noqa: E402
from weighbridge.release.fingerprint.take import (  # noqa: E402
    LANES,
    Fingerprint,
    take_fingerprint,
)
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402
from weighbridge.text.errors import InputError  # noqa: E402

SHAPE = MIDDLE
CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus" / "lineage"


def taken(folder: Path, weights: Arrays, shape: Shape = SHAPE, format: str = "bf16") -> Fingerprint:
    with open_checkpoint(write_release(folder, weights, shape, format)) as checkpoint:
        return take_fingerprint(checkpoint)


@pytest.fixture(scope="module")
def bases() -> list[Arrays]:
    """Models that share the geometry of their tokens and nothing else."""
    return [structured(SHAPE, seed) for seed in range(4)]


@pytest.fixture(scope="module")
def index(bases: list[Arrays], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("bases")
    with Adding(folder / "index") as adding:
        for at, weights in enumerate(bases):
            assert adding.add(Entry(f"base {at}", 1, taken(folder / str(at), weights)))
    with Index(folder / "index") as opened:
        yield opened


def only(matches: list[Match], name: str) -> Match:
    assert [each.name for each in matches] == [name]
    return matches[0]


@pytest.mark.parametrize("format", FORMATS)
def test_a_copy_in_any_format(
    tmp_path: Path, bases: list[Arrays], index: Index, format: str
) -> None:
    match = only(search(index, taken(tmp_path, bases[2], format=format)), "base 2")
    assert match.alike is not None
    assert match.alike > 0.97
    assert match.chance is not None
    assert match.chance < 1e-100


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("fine-tuned", 0.98),
        ("changed by a half", 0.75),
        ("adapter", 0.98),
        ("8 bits", 0.99),
        ("4 bits", 0.97),
        ("2 bits", 0.65),
        ("pruned", 0.97),
        ("renamed", 1.0),
        ("noise", 0.97),
        ("direction out", 0.97),
    ],
)
def test_what_was_made_from_one(
    tmp_path: Path, bases: list[Arrays], index: Index, what: str, least: float
) -> None:
    base = bases[1]
    weights = {
        "fine-tuned": lambda: made.fine_tuned(base),
        "changed by a half": lambda: made.fine_tuned(base, change=0.5),
        "adapter": lambda: made.adapted(base, 16),
        "8 bits": lambda: made.quantised(base, 8),
        "4 bits": lambda: made.quantised(base, 4),
        "2 bits": lambda: made.quantised(base, 2),
        "pruned": lambda: made.pruned(base),
        "renamed": lambda: made.renamed(base),
        "noise": lambda: made.noised(base, 0.05),
        "direction out": lambda: made.without_direction(base, SHAPE),
    }[what]()
    match = only(search(index, taken(tmp_path, weights)), "base 1")
    assert match.alike is not None
    assert match.alike >= least


@pytest.mark.parametrize("layers", [[0, 1, 3], [0, 1, 1, 2, 2, 3], [1, 2, 3], [0, 1]])
def test_layers_left_out_or_doubled(
    tmp_path: Path, bases: list[Arrays], index: Index, layers: list[int]
) -> None:
    weights = made.of_layers(bases[3], layers)
    only(search(index, taken(tmp_path, weights, SHAPE.of_layers(len(layers)))), "base 3")


@pytest.mark.parametrize("tokens", [160, 224])
def test_tokens_cut_or_added(
    tmp_path: Path, bases: list[Arrays], index: Index, tokens: int
) -> None:
    weights = made.resized(bases[3], tokens)
    shape = made.of_vocabulary(SHAPE, tokens)
    only(search(index, taken(tmp_path, weights, shape)), "base 3")


def test_a_merge_finds_all_it_was_made_of(
    tmp_path: Path, bases: list[Arrays], index: Index
) -> None:
    weights = made.merged(bases[:3], [0.5, 0.3, 0.2])
    matches = search(index, taken(tmp_path, weights))
    assert [each.name for each in matches] == ["base 0", "base 1", "base 2"]


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("bits", [None, 4])
def test_another_order_of_units_is_a_hint_without_a_chance(
    tmp_path: Path, bases: list[Arrays], index: Index, scaled: bool, bits: int | None
) -> None:
    weights = made.permuted(bases[2], SHAPE, scaled=scaled)
    weights = weights if bits is None else made.quantised(weights, bits)
    match = only(search(index, taken(tmp_path, weights)), "base 2")
    assert match.chance is None
    assert match.order_free is not None
    assert match.order_free > 0.85
    assert match.alike is not None
    assert abs(match.alike) < 0.3


def test_nothing_is_listed_for_strangers(tmp_path: Path, index: Index) -> None:
    for seed in range(50, 53):
        assert search(index, taken(tmp_path / str(seed), structured(SHAPE, seed))) == []


def test_other_architectures_are_compared_in_what_they_have(
    tmp_path: Path, bases: list[Arrays], index: Index
) -> None:
    weights = {name: each for name, each in bases[3].items() if "self_attn" not in name}
    fingerprint = taken(tmp_path, weights)
    absent = {name for name, code in zip(LANES, fingerprint.codes, strict=True) if not code}
    assert absent == {"first.attention", "last.attention", "others", "seen", "moved"}
    only(search(index, fingerprint), "base 3")


def test_names_that_nobody_knows(tmp_path: Path) -> None:
    weights = {
        f"net.{at}.thing.weight": each for at, each in enumerate(structured(MIDDLE).values())
    }
    fingerprint = taken(tmp_path / "a", weights)
    assert [name for name, code in zip(LANES, fingerprint.codes, strict=True) if code] == ["others"]
    moved = {f"model.{name}": each * 2 for name, each in weights.items()}
    with Adding(tmp_path / "index") as adding:
        adding.add(Entry("a", 0, fingerprint))
    with Index(tmp_path / "index") as index:
        only(search(index, taken(tmp_path / "b", moved)), "a")


def test_the_same_release_gives_the_same_bytes(tmp_path: Path, bases: list[Arrays]) -> None:
    one, other = (taken(tmp_path / name, bases[0]) for name in "ab")
    assert one.to_bytes() == other.to_bytes()
    assert len(one.to_bytes()) < 1024
    assert len(str(one)) < 1024


def test_too_few_numbers(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        taken(tmp_path / "few", {"a.weight": np.ones((4, 4), np.float32)})
    assert str(caught.value) == (
        "`few` holds too few numbers for a fingerprint\n"
        "  help: a fingerprint needs matrices of weights that are not all alike"
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_models_of_known_descent(tmp_path: Path) -> None:
    prints = {}
    for folder in sorted(each for each in CORPUS.iterdir() if each.is_dir()):
        with open_checkpoint(folder) as checkpoint:
            prints[folder.name] = take_fingerprint(checkpoint)
    with Adding(tmp_path / "index") as adding:
        adding.add(Entry("base", 0, prints["base"]))
    with Index(tmp_path / "index") as index:
        found = {name: search(index, each) for name, each in prints.items()}
    assert found.pop("independent") == []
    assert all(matches for matches in found.values())
    hints = {name for name, matches in found.items() if matches[0].chance is None}
    assert hints == {"permuted_hidden"}


def test_chance_is_as_rare_as_said(tmp_path: Path) -> None:
    """Of random fingerprints asked among each other about one in a thousand is listed."""
    generator = np.random.default_rng(0)
    with Adding(tmp_path / "index") as adding:
        for at in range(100):
            lanes = tuple(generator.bytes(32) for _ in LANES)
            adding.add(Entry(str(at), 0, Fingerprint(lanes, bytes([120] * len(LANES)))))
    listed = 0
    with Index(tmp_path / "index") as index:
        for _ in range(300):
            lanes = tuple(generator.bytes(32) for _ in LANES)
            listed += len(search(index, Fingerprint(lanes, bytes([120] * len(LANES)))))
    assert listed <= 10 * RARE * 300


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38, -3e38, 1e-40, 0.0])
@pytest.mark.parametrize("everywhere", [False, True])
def test_any_numbers_give_a_fingerprint_or_a_clear_line(
    tmp_path: Path, bases: list[Arrays], index: Index, value: float, everywhere: bool
) -> None:
    weights = {name: each.copy() for name, each in bases[0].items()}
    for each in weights.values():
        each[... if everywhere else (0,) * each.ndim] = value
    try:
        fingerprint = taken(tmp_path, weights, format="f32")
        if not everywhere:
            match = only(search(index, fingerprint), "base 0")
            assert match.alike is not None
            assert match.alike > 0.9
    except InputError as error:
        assert everywhere
        assert "holds too few numbers for a fingerprint" in str(error)
