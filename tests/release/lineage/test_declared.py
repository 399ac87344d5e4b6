"""What a release says of its base model, and where its places disagree."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.building import write_json
from tests.release.cards import findings, line_of, seen_in

from weighbridge.release.folder import Folder
from weighbridge.release.lineage.declared import read_lineage
from weighbridge.release.observations import Observations


def lineage_of(folder: Path, text: str) -> Observations:
    seen = seen_in(folder, text)
    read_lineage(Folder.open(folder), seen)
    return seen


def test_front_matter_names_the_base_and_the_relation(tmp_path: Path) -> None:
    text = "---\nbase_model: a/b\nbase_model_relation: quantized\n---\n# Toy\n"
    seen = lineage_of(tmp_path, text)
    (base,) = seen.named("base_model")
    assert (base.value, base.note) == ("a/b", "relation `quantized`")
    assert [fact.value for fact in seen.named("has_base_model")] == [True]
    assert line_of(seen, "base_model") == 2


@pytest.mark.parametrize(
    "text",
    [
        "It is a fine-tuned version of [a/b](https://example.org/a/b).",
        "This model was finetuned from a/b on poems.",
        "LoRA adapter for a/b",
        "- **Finetuned from model:** a/b",
        "| Base model | a/b |\n|---|---|\n| Epochs | 3 |",
        "| 基础模型 | a/b |\n|---|---|\n| 轮数 | 3 |",
    ],
)
def test_the_body_names_the_base(tmp_path: Path, text: str) -> None:
    # One-letter names are no names of models.
    seen = lineage_of(tmp_path, "# Toy\n\n" + text.replace("a/b", "acme/base-7b"))
    assert [fact.value for fact in seen.named("base_model")] == ["acme/base-7b"]
    assert [fact.value for fact in seen.named("has_base_model")] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "It can be fine-tuned from acme/base-7b too.",
        "The architecture is adapted from the GPT-3 paper.",
        "You may merge it with adapters for acme/base-7b.",
        "It was evaluated against acme/base-7b.",
        "It was trained by the acme team.",
    ],
)
def test_silence_and_possibility_set_nothing(tmp_path: Path, text: str) -> None:
    seen = lineage_of(tmp_path, f"# Toy\n\n{text}\n")
    assert seen.named("has_base_model") == []


@pytest.mark.parametrize(
    "text",
    [
        "Toy is a small model trained from scratch by us.",
        "An encoder and a decoder (T5 architecture), 54,656 parameters, trained from scratch.",
        "The model was pre-trained entirely from scratch.",
        "模型从零开始训练。",
    ],
)
def test_a_stated_training_from_scratch_sets_the_flag_false(tmp_path: Path, text: str) -> None:
    seen = lineage_of(tmp_path, f"# Toy\n\n{text}\n")
    assert [fact.value for fact in seen.named("has_base_model")] == [False]
    assert line_of(seen, "has_base_model") == 3


@pytest.mark.parametrize(
    "text",
    [
        "It was not trained from scratch.",
        "You can train from scratch with this script.",
        "The base model was trained from scratch.",
        "The tokenizer was trained from scratch.",
        "Llama-2 was trained from scratch.",
    ],
)
def test_other_trainings_from_scratch_do_not(tmp_path: Path, text: str) -> None:
    assert lineage_of(tmp_path, f"# Toy\n\n{text}\n").named("has_base_model") == []


def test_a_base_and_from_scratch_in_one_card_conflict(tmp_path: Path) -> None:
    text = "---\nbase_model: a/b\n---\n# Toy\nThe model was trained from scratch.\n"
    seen = lineage_of(tmp_path, text)
    (finding,) = seen.findings
    assert finding.id == "lineage-conflict"
    assert [place.line for place in finding.where] == [2, 5]
    assert finding.message == (
        "one place names the base model `a/b` and another says the model was trained from scratch"
    )


def test_a_trace_in_the_config_decides_nothing(tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"model_type": "llama", "_name_or_path": "acme/other"})
    seen = lineage_of(tmp_path, "---\nbase_model: a/b\n---\n# Toy\n")
    (finding,) = seen.findings
    assert (finding.id, finding.severity) == ("base-model-trace", "low")
    assert [str(place) for place in finding.where] == ["config.json:3", "README.md:2"]
    assert [fact.value for fact in seen.named("base_model")] == ["a/b"]
    seen = lineage_of(tmp_path, "# Toy\n")
    assert findings(seen) == ["base-model-trace"]
    assert seen.named("has_base_model") == []


@pytest.mark.parametrize("trace", ["acme/b", "/data/runs/B", "", "./", 5, None])
def test_a_trace_that_says_nothing_new_is_silent(tmp_path: Path, trace: object) -> None:
    write_json(tmp_path / "config.json", {"_name_or_path": trace})
    assert lineage_of(tmp_path, "---\nbase_model: a/b\n---\n# Toy\n").findings == []


@pytest.mark.parametrize("text", ["{", "[1]", '{"_name_or_path": 1, "_name_or_path": 2}'])
def test_a_broken_config_is_left_to_its_own_reader(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert lineage_of(tmp_path, "# Toy\n").findings == []
