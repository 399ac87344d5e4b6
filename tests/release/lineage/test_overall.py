"""What is said of whole models: the corpus, and every way of making a model from another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.lineage import deriving as made
from tests.release.lineage.making import MIDDLE, SMALL, Arrays, trained
from tests.release.lineage.writing import write_release

from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.overall import compare_all, compare_pair
from weighbridge.release.lineage.relations import Pair, Relation

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "lineage"
WORDS = {
    "base": "identical",
    "finetune": "fine-tuned",
    "cast": "cast",
    "rename": "renamed",
    "permutation": "permuted",
    "prune": "pruned",
    "merge": "fine-tuned",  # beside one of its two parents alone
    "independent": "unrelated",
}


def base() -> Arrays:
    return made.rounded(trained(MIDDLE))


def pair(release: Path, other: Path) -> Pair:
    with open_checkpoint(release) as mine, open_checkpoint(other) as theirs:
        return compare_pair(mine, theirs)


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("lineage") / "base", base(), MIDDLE)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_every_model_of_the_corpus() -> None:
    for line in (CORPUS / "lineage.jsonl").read_text().splitlines():
        label = json.loads(line)
        found = pair(CORPUS / label["id"], CORPUS / "base")
        assert found.relation.value == WORDS[label["relation"]], label["id"]
        near = found.p_value is not None and found.p_value < 1e-9
        assert near == (label["relation"] != "independent"), label["id"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_the_merge_of_the_corpus_and_its_shares() -> None:
    with (
        open_checkpoint(CORPUS / "merge_linear") as release,
        open_checkpoint(CORPUS / "base") as one,
        open_checkpoint(CORPUS / "ft_full") as two,
    ):
        pairs, merge = compare_all(release, [one, two])
    assert [each.relation for each in pairs] == [Relation.MERGED, Relation.MERGED]
    assert merge is not None
    assert sum(merge.weights.values()) == pytest.approx(1, abs=0.01)
    assert all(0.2 < share < 0.8 for share in merge.weights.values())


Made = Callable[[Arrays], Arrays]
SAME_SHAPE: dict[str, tuple[Made, str]] = {
    "copied": (lambda base: base, "identical"),
    "renamed": (made.renamed, "renamed"),
    "fine-tuned": (lambda base: made.retrained(base, MIDDLE), "fine-tuned"),
    "adapter of rank 1": (lambda base: made.adapted(base, 1), "low-rank"),
    "adapter of rank 8": (lambda base: made.adapted(base, 8), "low-rank"),
    "4 bits": (lambda base: made.quantised(base, 4), "quantised"),
    "2 bits": (lambda base: made.quantised(base, 2), "quantised"),
    "pruned": (made.pruned, "pruned"),
    "layers turned round": (lambda base: made.of_layers(base, [3, 2, 1, 0]), "renamed"),
    "permuted": (lambda base: made.permuted(base, MIDDLE), "permuted"),
    "permuted and scaled": (lambda base: made.permuted(base, MIDDLE, scaled=True), "permuted"),
    "inner units permuted": (
        lambda base: made.permuted(base, MIDDLE, hidden=False, heads=False),
        "permuted",
    ),
    "tampered": (made.tampered, "sparse"),
    "another seed": (lambda _: trained(MIDDLE, 5), "unrelated"),
    "zeros": (lambda base: {name: each * 0 for name, each in base.items()}, "undecided"),
    "no numbers": (lambda base: {name: each * np.nan for name, each in base.items()}, "undecided"),
}


@pytest.mark.parametrize("name", SAME_SHAPE)
def test_a_model_made_from_another(name: str, held: Path, tmp_path: Path) -> None:
    make, word = SAME_SHAPE[name]
    found = pair(write_release(tmp_path / "made", make(base()), MIDDLE), held)
    assert found.relation.value == word
    unrelated = word == "unrelated" or name in ("zeros", "no numbers")
    assert (found.p_value is not None and found.p_value < 1e-9) != unrelated


def test_the_same_start_and_another_text_stay_undecided(tmp_path: Path) -> None:
    other = write_release(tmp_path / "base", trained(SMALL), SMALL)
    found = pair(write_release(tmp_path / "made", made.same_start(SMALL), SMALL), other)
    assert found.relation is Relation.UNDECIDED
    assert found.p_value is not None and found.p_value < 1e-9
    assert found.notes[0] == (
        "units stand in the same places and their numbers are not close, as after a shared "
        "initialisation, or a training that took them far apart"
    )


def test_layers_dropped(held: Path, tmp_path: Path) -> None:
    weights = made.of_layers(base(), [0, 2, 3])
    found = pair(write_release(tmp_path / "made", weights, MIDDLE.of_layers(3)), held)
    assert found.relation is Relation.PRUNED
    assert "layers of the base left out: 1" in found.notes
    layers = {each.layer: each.base_layer for each in found.tensors if each.layer is not None}
    assert layers == {0: 0, 1: 2, 2: 3}


def test_layers_dropped_and_units_in_another_order(held: Path, tmp_path: Path) -> None:
    shape = MIDDLE.of_layers(3)
    weights = made.permuted(made.of_layers(base(), [0, 2, 3]), shape)
    found = pair(write_release(tmp_path / "made", weights, shape), held)
    assert found.relation is Relation.PRUNED
    assert "layers of the base left out: 1" in found.notes


def test_layers_doubled(held: Path, tmp_path: Path) -> None:
    weights = made.of_layers(base(), [0, 1, 2, 1, 2, 3])
    found = pair(write_release(tmp_path / "made", weights, MIDDLE.of_layers(6)), held)
    assert found.relation is Relation.RESIZED
    assert "layers of the base stand more than once" in found.notes


def test_inner_units_left_out(held: Path, tmp_path: Path) -> None:
    weights, shape = made.narrowed(base(), MIDDLE, 128)
    found = pair(write_release(tmp_path / "made", weights, shape), held)
    assert found.relation is Relation.PRUNED
    cosines = [each.cosine for each in found.tensors if each.part == "mlp.up"]
    assert cosines == pytest.approx([1, 1, 1, 1])


@pytest.mark.parametrize("tokens", [MIDDLE.vocabulary + 40, MIDDLE.vocabulary - 40])
def test_tokens_added_or_cut(tokens: int, held: Path, tmp_path: Path) -> None:
    weights = made.resized(base(), tokens)
    shape = made.of_vocabulary(MIDDLE, tokens)
    found = pair(write_release(tmp_path / "made", weights, shape), held)
    assert found.relation is Relation.RESIZED
    assert (
        f"rows of the embedding, {tokens:,} and {MIDDLE.vocabulary:,}, compared by their place: "
        "the tokens of neither release could not be read"
    ) in found.not_compared


def test_a_vocabulary_in_another_order(tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(MIDDLE.vocabulary)
    words = [f"word{at}" for at in range(MIDDLE.vocabulary)]
    other = write_release(tmp_path / "base", base(), MIDDLE, tokens=words)
    weights = made.permuted(made.reordered(base(), order), MIDDLE)
    told = write_release(tmp_path / "made", weights, MIDDLE, tokens=[words[at] for at in order])
    assert pair(told, other).relation is Relation.PERMUTED


def test_an_embedding_of_its_own_and_units_in_another_order(held: Path, tmp_path: Path) -> None:
    weights = made.permuted(base(), MIDDLE)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        weights[name] = np.random.default_rng(1).normal(size=weights[name].shape).astype("f4")
    found = pair(write_release(tmp_path / "made", weights, MIDDLE), held)
    assert found.relation is Relation.RELATED
    assert found.p_value is not None and found.p_value < 1e-6
    inner = [each for each in found.tensors if each.part not in ("embedding", "head")]
    assert {each.relation for each in inner} == {Relation.PERMUTED}


@pytest.mark.parametrize(
    ("format", "word"),
    [
        ("f16", "cast"),
        ("pytorch", "cast"),
        ("gguf-f16", "cast"),
        ("gguf-q8_0", "quantised"),
        ("gguf-q4_0", "quantised"),
    ],
)
def test_a_copy_in_another_format(format: str, word: str, held: Path, tmp_path: Path) -> None:
    release = write_release(tmp_path / "made", base(), MIDDLE, format)
    assert pair(release, held).relation.value == word


def test_a_permuted_model_in_gguf(held: Path, tmp_path: Path) -> None:
    weights = made.permuted(base(), MIDDLE)
    release = write_release(tmp_path / "made", weights, MIDDLE, "gguf-f16")
    assert pair(release, held).relation is Relation.PERMUTED


def test_merges_of_two_and_of_three(tmp_path: Path) -> None:
    parts = [made.fine_tuned(base(), seed, 0.03) for seed in range(3)]
    for shares in ([0.7, 0.3], [0.5, 0.3, 0.2]):
        used = parts[: len(shares)]
        folder = tmp_path / str(len(shares))
        release = write_release(folder / "made", made.merged(used, shares), MIDDLE)
        bases = [
            open_checkpoint(write_release(folder / f"base{at}", each, MIDDLE))
            for at, each in enumerate(used)
        ]
        pairs, merge = compare_all(open_checkpoint(release), bases)
        assert {each.relation for each in pairs} == {Relation.MERGED}
        assert merge is not None
        assert list(merge.weights.values()) == pytest.approx(shares, abs=0.02)


def test_a_shard_that_is_missing_is_no_pruning(held: Path, tmp_path: Path) -> None:
    release = write_release(tmp_path / "made", base(), MIDDLE, shards=3)
    (release / "model-00002-of-00003.safetensors").unlink()
    found = pair(release, held)
    assert found.relation is Relation.IDENTICAL
    assert found.not_compared[0].startswith("in the release: 1 shard is missing")


def test_one_tensor_alone(held: Path, tmp_path: Path) -> None:
    name = "model.layers.0.mlp.up_proj.weight"
    found = pair(write_release(tmp_path / "made", {name: base()[name]}, MIDDLE), held)
    assert found.relation is Relation.RELATED
    assert found.notes[0] == "the release holds counterparts of 5.5% of the numbers of the base"


def test_another_architecture(held: Path, tmp_path: Path) -> None:
    found = pair(write_release(tmp_path / "made", trained(SMALL), SMALL), held)
    assert (found.relation, found.p_value) == (Relation.UNDECIDED, None)
    assert found.notes == ("no matrices could be compared",)
    assert found.not_compared[0] == (
        "`model.embed_tokens.weight`: shape [96, 32] in the release, [192, 64] in the base"
    )
    assert found.not_compared[-1] == "no p-value: no units that could be matched"


def test_names_that_say_nothing(held: Path, tmp_path: Path) -> None:
    weights = {f"x{at}": each for at, each in enumerate(base().values())}
    found = pair(write_release(tmp_path / "made", weights, MIDDLE), held)
    assert found.relation is Relation.RENAMED
    assert found.p_value is not None and found.p_value < 1e-9


def test_the_same_input_gives_the_same_answer(held: Path, tmp_path: Path) -> None:
    release = write_release(tmp_path / "made", made.permuted(base(), MIDDLE), MIDDLE)
    assert pair(release, held).to_json() == pair(release, held).to_json()


def test_progress_is_told_in_bytes(held: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with open_checkpoint(held) as release, open_checkpoint(held) as other:
        compare_pair(release, other, progress=lambda *each: told.append(each))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert {whole for _, _, whole in told} == {2 * sum(each.size * 2 for each in base().values())}
