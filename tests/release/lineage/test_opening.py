"""What is opened as weights, what is left out, and files that change while they are read."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.building import write_json
from tests.release.lineage import deriving, making, writing
from tests.release.lineage.storing import store

from weighbridge.release.fingerprint.take import take_fingerprint
from weighbridge.release.lineage import opening
from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.relations import Relation
from weighbridge.release.lineage.whole import LineageReport, compare_releases
from weighbridge.text.errors import InputError, ParseError

SHAPE = making.MIDDLE


@pytest.fixture(scope="module")
def weights() -> making.Arrays:
    return making.structured(SHAPE, seed=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, weights: making.Arrays) -> Path:
    return writing.write_release(tmp_path_factory.mktemp("models") / "base", weights, SHAPE)


def beside(release: Path, base: Path) -> LineageReport:
    return compare_releases(release, [base])


def test_a_file_stands_for_itself_with_the_config_beside_it(base: Path) -> None:
    with open_checkpoint(base / "model.safetensors") as alone, open_checkpoint(base) as whole:
        assert alone.name == "model.safetensors"
        assert (set(alone.held), alone.settings) == (set(whole.held), whole.settings)
        assert take_fingerprint(alone) == take_fingerprint(whole)


def test_a_shard_named_alone_says_that_others_are_missing(
    tmp_path: Path, weights: making.Arrays
) -> None:
    writing.write_release(tmp_path, weights, SHAPE, shards=3)
    name = "model-00002-of-00003.safetensors"
    with open_checkpoint(tmp_path / name) as alone:
        assert alone.left_out == (
            f"2 shards are missing, such as `model-00001-of-00003.safetensors`, named by `{name}`",
        )


def test_a_file_without_weights_is_refused(base: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json` holds no weights that can be compared"):
        open_checkpoint(base / "config.json")


def test_a_link_to_weights_that_leaves_the_folder_is_told(tmp_path: Path, base: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to(base / "model.safetensors")
    (tmp_path / "config.json").write_bytes((base / "config.json").read_bytes())
    with pytest.raises(InputError) as error:
        open_checkpoint(tmp_path)
    told = "a link that leaves the release folder was not followed (model.safetensors)"
    assert error.value.help == told
    with open_checkpoint(tmp_path / "model.safetensors") as named:  # whoever names it means it
        assert len(named.held) == len(making.shapes_of(SHAPE))


def test_what_an_index_counts_wrongly_is_no_weight_left_out(
    tmp_path: Path, weights: making.Arrays
) -> None:
    writing.write_release(tmp_path, weights, SHAPE, shards=2)
    path = tmp_path / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    index["metadata"]["total_size"] += 1000
    write_json(path, index)
    with open_checkpoint(tmp_path) as opened:
        assert opened.left_out == ()


def pipeline(path: Path, second: making.Arrays, weights: making.Arrays) -> Path:
    """Write two text encoders whose tensors have the same names."""
    for part, each in (("text_encoder", weights), ("text_encoder_2", second)):
        writing.write_release(path / part, each, SHAPE)
    parts = {part: ["transformers", "X"] for part in ("text_encoder", "text_encoder_2")}
    write_json(path / "model_index.json", {"_class_name": "XPipeline", **parts})
    return path


def test_parts_of_a_pipeline_with_the_same_names_are_all_compared(
    tmp_path: Path, weights: making.Arrays
) -> None:
    old = pipeline(tmp_path / "old", making.structured(SHAPE, seed=2), weights)
    new = pipeline(tmp_path / "new", deriving.fine_tuned(making.structured(SHAPE, seed=2)), weights)
    report = beside(new, old)
    (pair,) = report.pairs
    assert (report.tensors, report.left_out) == (2 * len(making.shapes_of(SHAPE)), ())
    by_part = {each.name.partition("/")[0] if "/" in each.name else "": [] for each in pair.tensors}
    for each in pair.tensors:
        assert each.base == each.name
        by_part[each.name.partition("/")[0] if "/" in each.name else ""].append(each.relation)
    assert set(by_part[""]) == {Relation.IDENTICAL}
    assert set(by_part["text_encoder_2"]) == {Relation.FINE_TUNED}
    assert pair.relation is Relation.FINE_TUNED


def test_an_adapter_is_said_to_be_one(tmp_path: Path, base: Path) -> None:
    generator = np.random.default_rng(0)
    stem = "base_model.model.model.layers.0.self_attn.q_proj.lora_"
    parts = {
        f"{stem}A.weight": generator.normal(size=(8, 64)).astype(np.float32),
        f"{stem}B.weight": generator.normal(size=(64, 8)).astype(np.float32),
    }
    path = tmp_path / "adapter_model.safetensors"
    path.write_bytes(writing.safetensors_file(parts, "F32"))
    for one, other, who in ((tmp_path, base, "release"), (base, tmp_path, "base")):
        (pair,) = beside(one, other).pairs
        assert pair.relation is Relation.UNDECIDED
        told = f"the {who} is an adapter: what it adds to a model has no counterpart in one"
        assert pair.notes[0] == told
    (pair,) = beside(tmp_path, tmp_path).pairs
    assert pair.relation is Relation.IDENTICAL
    assert not any("adapter" in note for note in pair.notes)


def test_a_change_is_not_called_a_training_where_nothing_is_known_to_be_shared(
    tmp_path: Path, base: Path, weights: making.Arrays
) -> None:
    tuned = deriving.fine_tuned(weights)
    vector = {"model.norm.weight": tuned["model.norm.weight"]}
    (tmp_path / "model.safetensors").write_bytes(writing.safetensors_file(vector, "F32"))
    (pair,) = beside(tmp_path, base).pairs
    assert [each.relation for each in pair.tensors] == [Relation.FINE_TUNED]
    assert (pair.relation, pair.compute) == (Relation.UNDECIDED, None)


def test_sides_too_long_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = {
        "wide.weight": np.ones((2, 64), np.float32),
        "tall.weight": np.ones((64, 2), np.float32),
        "fine.weight": np.ones((63, 63), np.float32),
        "vector.weight": np.ones(64, np.float32),
    }
    store(tmp_path, arrays)
    monkeypatch.setattr(opening, "_LONGEST", 63)
    with open_checkpoint(tmp_path) as opened:
        assert set(opened.held) == {"fine.weight", "vector.weight"}
        told = "rows or columns of more than 63 numbers are not read"
        assert opened.left_out == (f"`wide.weight`, `tall.weight`: {told}",)


@pytest.mark.parametrize("number", [np.inf, np.nan, 3e38])
def test_numbers_that_are_none_warn_of_nothing(
    tmp_path: Path, base: Path, weights: making.Arrays, number: float
) -> None:
    odd = {name: np.where(each > 0.05, np.float32(number), each) for name, each in weights.items()}
    writing.write_release(tmp_path / "odd", odd, SHAPE, "f32")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        beside(tmp_path / "odd", base)
        with open_checkpoint(tmp_path / "odd") as opened:
            take_fingerprint(opened)


def test_shapes_that_do_not_fit_are_counted(tmp_path: Path, base: Path) -> None:
    large = writing.write_release(
        tmp_path / "large", making.initialised(making.LARGE, 1), making.LARGE
    )
    (pair,) = beside(large, base).pairs
    assert [each for each in pair.not_compared if "shape" in each] == [
        "`model.embed_tokens.weight`: shape [1024, 256] in the release, [192, 64] in the base",
        "`model.layers.0.self_attn.q_proj.weight`: shape [256, 256] in the release, [64, 64] in "
        "the base",
        "`model.layers.0.self_attn.k_proj.weight`: shape [128, 256] in the release, [32, 64] in "
        "the base",
        "27 more whose shape is another in the base",
    ]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda path: os.truncate(path, 4000), "the file ends inside its tensors"),
        (lambda path: path.unlink(), "cannot be read: no such file or directory"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path,
    base: Path,
    weights: making.Arrays,
    fault: Callable[[Path], None],
    message: str,
) -> None:
    release = writing.write_release(tmp_path / "cut", weights, SHAPE, shards=2)
    last = release / "model-00002-of-00002.safetensors"
    with open_checkpoint(release) as opened:
        fault(last)
        (name, *_) = (name for name, held in opened.held.items() if held.file == last.name)
        with pytest.raises(ParseError) as error:
            opened.numbers(opened.held[name])
    assert str(error.value) == f"{last.name}: {message}"
