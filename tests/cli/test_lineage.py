from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

from tests.cli.runs import TOY, run
from tests.release.lineage import deriving, making, writing
from weighbridge.release.reader import read_release

SHAPE = making.MIDDLE


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, what was made from it, and a stranger, each in a folder of its own."""
    top = tmp_path_factory.mktemp("models")
    base = making.structured(SHAPE, seed=1)
    for name, weights in {
        "base": base,
        "tuned": deriving.fine_tuned(base),
        "stranger": making.structured(SHAPE, seed=2),
        "mixed": deriving.merged([base, making.structured(SHAPE, seed=2)], [0.7, 0.3]),
    }.items():
        writing.write_release(top / name, weights, SHAPE)
    return top


def card(folder: Path, text: str) -> None:
    (folder / "README.md").write_text(text, encoding="utf-8")


def test_page_says_what_is_shared_and_never_who_came_first(models: Path) -> None:
    ended = run("lineage", models / "tuned", "--base", models / "base")
    assert (ended.status, ended.err) == (0, "")
    assert "beside base: fine-tuned" in ended.out
    assert "weights tell what is shared and what differs, not who made which first" in ended.out


def test_json_has_the_documented_keys(models: Path) -> None:
    ended = run("lineage", models / "tuned", "--base", models / "base", "--format", "json")
    told = json.loads(ended.out)
    assert (told["format"], told["merge"]) == (1, None)
    (pair,) = told["pairs"]
    assert (pair["base"], pair["relation"]) == ("base", "fine-tuned")
    assert pair["p_value"] < 1e-6
    assert {each["name"] for each in pair["tensors"]} == set(making.shapes_of(SHAPE))
    again = run("lineage", models / "tuned", "--base", models / "base", "--format", "json")
    assert again.out == ended.out


def test_two_bases_give_the_shares_of_a_mixture(models: Path) -> None:
    bases = ("--base", models / "base", "--base", models / "stranger")
    told = json.loads(run("lineage", models / "mixed", *bases, "--format", "json").out)
    assert [each["relation"] for each in told["pairs"]] == ["merged", "merged"]
    assert told["merge"]["weights"] == pytest.approx({"base": 0.7, "stranger": 0.3}, abs=0.01)


def test_a_gate_is_reached_by_the_word_it_names(models: Path) -> None:
    bases = ("--base", models / "base", "--base", models / "stranger")
    ended = run("lineage", models / "tuned", *bases, "--fail-on", "unrelated")
    assert ended.status == 1
    assert ended.err == "weighbridge: gate unrelated reached: stranger\n"
    assert run("lineage", models / "tuned", *bases[:2], "--fail-on", "unrelated").status == 0


def test_what_is_at_fault_is_one_line(models: Path, tmp_path: Path) -> None:
    (tmp_path / "card-only").mkdir()
    card(tmp_path / "card-only", "# A model\n")
    for arguments, line in (
        ((), "which base?"),
        (("--base", tmp_path / "gone"), f"`{tmp_path / 'gone'}` does not exist"),
        (("--base", tmp_path / "card-only"), "holds no weights that can be compared"),
        (
            ("--base", "hf://org/base@v1"),
            "`hf://org/base@v1`: weights are compared on this machine alone\n"
            "  help: download it first, and name its folder",
        ),
        (("--base", models / "base", "--fail-on", "tuned"), "`--fail-on` does not take `tuned`"),
        (("--base", models / "base", "--device", "tpu"), "`--device` does not take `tpu`"),
    ):
        ended = run("lineage", models / "tuned", *arguments)
        assert (ended.status, ended.out) == (2, "")
        assert line in ended.err
        assert ended.err.startswith("weighbridge: error: ")
        assert ended.err.count("\n") <= 2


def findings(release: Path, base: Path) -> dict[str, str]:
    told = read_release(release, (base,)).findings
    return {each.id: str(each.severity) for each in told if each.id.startswith("lineage")}


@pytest.mark.parametrize(
    ("words", "base", "expected"),
    [
        ("base_model: org/base", "base", {}),
        ("license: mit", "base", {"lineage-undeclared": "medium"}),
        ("base_model: org/other", "base", {"lineage-mismatch": "medium"}),
        ("base_model: org/stranger", "stranger", {"lineage-mismatch": "high"}),
        ("license: mit", "stranger", {"lineage-unrelated": "low"}),
        (
            "base_model: org/base\nbase_model_relation: quantized",
            "base",
            {"lineage-mismatch": "low"},
        ),
        ("base_model: org/base\nbase_model_relation: finetune", "base", {}),
    ],
)
def test_check_holds_the_card_against_the_weights(
    models: Path, words: str, base: str, expected: dict[str, str]
) -> None:
    card(models / "tuned", f"---\n{words}\n---\n# A model\n")
    assert findings(models / "tuned", models / base) == expected


def test_a_base_is_known_by_the_name_that_its_own_card_gives_it(models: Path) -> None:
    card(models / "tuned", "---\nbase_model: org/Some-Name\n---\n# tuned\n")
    assert findings(models / "tuned", models / "base") == {"lineage-mismatch": "medium"}
    card(models / "base", "---\nmodel_name: Some Name\n---\n# A model\n")
    assert findings(models / "tuned", models / "base") == {}
    (models / "base" / "README.md").unlink()


def test_check_says_why_nothing_could_be_decided(models: Path, tmp_path: Path) -> None:
    vector = {"model.norm.weight": making.structured(SHAPE, seed=1)["model.norm.weight"] * 1.01}
    (tmp_path / "model.safetensors").write_bytes(writing.safetensors_file(vector, "F32"))
    told = read_release(tmp_path, (models / "base",)).findings
    (found,) = [each for each in told if each.id == "lineage-undecided"]
    assert found.message == (
        "whether the weights share anything with `base` could not be decided: "
        "no matrices could be compared"
    )


def test_check_hears_of_a_training_from_scratch_that_was_none(models: Path) -> None:
    card(models / "tuned", "# tuned\nThis model was trained from scratch.\n")
    assert findings(models / "tuned", models / "base") == {"lineage-mismatch": "high"}


def test_check_takes_the_base_and_what_it_says_of_its_training(models: Path) -> None:
    card(models / "base", "# base\nTraining compute: 3e21 FLOP\n")
    card(models / "tuned", "---\nbase_model: org/base\n---\n# tuned\n")
    ended = run(
        "check", models / "tuned", "--base", models / "base", *TOY, "--all", "--format", "json"
    )
    facts = json.loads(ended.out)["facts"]
    assert facts["has_base_model"]["value"] is True
    stated = facts["base_compute"]
    assert stated["low"] <= 3e21 <= stated["high"]


def test_check_without_weights_to_compare_is_at_fault(models: Path, tmp_path: Path) -> None:
    card(tmp_path, "# A model\n")
    ended = run("check", tmp_path, "--base", models / "base", *TOY)
    assert ended.status == 2
    assert "holds no weights that can be compared" in ended.err


def test_check_takes_the_licence_of_the_base_from_its_own_folder(models: Path) -> None:
    card(models / "base", "---\nlicense: cc-by-nc-4.0\n---\n# base\n")
    card(models / "tuned", "---\nbase_model: org/base\nlicense: mit\n---\n# tuned\n")
    told = read_release(models / "tuned", (models / "base",))
    (found,) = [each for each in told.findings if each.id == "licence-gives-more"]
    assert "CC-BY-NC-4.0, under which `base` came," in found.message
    assert [fact.value for fact in told.facts if fact.name == "base_licence"] == ["cc_by_nc_4_0"]
    assert not [each for each in read_release(models / "tuned").findings if each == found]
