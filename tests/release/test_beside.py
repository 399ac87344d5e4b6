"""What lies beside the weights and what a card tells: true where plainly there."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.release.building import TINY, pointer, write_json, write_safetensors
from tests.release.cards import seen_in

from weighbridge.facts import Fact, Source
from weighbridge.release import read_release

PRACTICES = (
    *("safe_formats_only", "signature_present", "weakness_reports_told"),
    *("evaluation_published", "unwanted_uses_told", "training_data_told"),
)


def fact(folder: Path, name: str) -> Fact | None:
    return next((each for each in read_release(folder).facts if each.name == name), None)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    return tmp_path


def test_a_bare_release_is_silent_on_all_but_its_formats(release: Path) -> None:
    found = {name: fact(release, name) for name in PRACTICES}
    assert {name for name, each in found.items() if each is not None} == {"safe_formats_only"}
    safe = found["safe_formats_only"]
    assert safe is not None
    assert (safe.value, safe.source, str(safe.place)) == (
        *(True, Source.MEASURED),
        "model.safetensors",
    )
    assert safe.note == "every weight file is safetensors"


def test_a_file_that_can_run_a_program_makes_the_formats_unsafe(release: Path) -> None:
    with zipfile.ZipFile(release / "pytorch_model.bin", "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02.")
    unsafe = fact(release, "safe_formats_only")
    assert unsafe is not None
    assert unsafe.value is False
    assert str(unsafe.place) == "pytorch_model.bin"


@pytest.mark.parametrize("name", ["model.onnx", "weights.h5"])
def test_a_format_of_another_kind_leaves_it_open(release: Path, name: str) -> None:
    (release / name).write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(64))
    assert fact(release, "safe_formats_only") is None


def test_a_pointer_shows_no_format(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(1000))
    assert fact(tmp_path, "safe_formats_only") is None


def test_gguf_is_as_safe(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + bytes(64))
    safe = fact(tmp_path, "safe_formats_only")
    assert safe is None or safe.value is True


@pytest.mark.parametrize(
    ("path", "name", "note"),
    [
        ("model.sig", "signature_present", "a signature, not checked"),
        ("model.safetensors.sig", "signature_present", "a signature, not checked"),
        ("release.sigstore.json", "signature_present", "a signature, not checked"),
        ("SECURITY.md", "weakness_reports_told", "a security policy"),
        (".well-known/security.txt", "weakness_reports_told", "a security policy"),
        ("eval_results.json", "evaluation_published", "a file of results"),
        ("USE_POLICY.md", "unwanted_uses_told", "a use policy"),
    ],
)
def test_a_file_shows_it(release: Path, path: str, name: str, note: str) -> None:
    target = release / path
    target.parent.mkdir(exist_ok=True)
    target.write_text("{}")
    found = fact(release, name)
    assert found is not None
    assert (found.value, str(found.place), found.note) == (True, path, note)
    target.write_text("")
    assert fact(release, name) is None


TEXT = "It was written for this test alone and holds nothing else of any interest to anybody.\n"
TABLE = "| task | score |\n| --- | --- |\n| adding | 0.71 |\n| taking away | 0.66 |\n"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Training data", "training_data_told"),
        ("Out-of-scope use", "unwanted_uses_told"),
        ("Misuse", "unwanted_uses_told"),
        ("Reporting vulnerabilities", "weakness_reports_told"),
        ("How to report security issues", "weakness_reports_told"),
    ],
)
def test_a_section_of_the_card_tells_it(tmp_path: Path, heading: str, name: str) -> None:
    (told,) = seen_in(tmp_path, f"# Toy\n\n## {heading}\n\n{TEXT}").named(name)
    assert (told.value, str(told.place)) == (True, "README.md:3")


@pytest.mark.parametrize("under", ["", "TODO\n", "[More Information Needed]\n", "Soon.\n"])
@pytest.mark.parametrize("heading", ["Training data", "Misuse", "Reporting vulnerabilities"])
def test_a_heading_without_text_tells_nothing(tmp_path: Path, heading: str, under: str) -> None:
    seen = seen_in(tmp_path, f"# Toy\n\n## {heading}\n\n{under}")
    assert [each for each in PRACTICES if seen.named(each)] == []


def test_a_table_of_scores_is_a_published_evaluation(tmp_path: Path) -> None:
    (told,) = seen_in(tmp_path, f"# Toy\n\n## Evaluation\n\n{TABLE}").named("evaluation_published")
    assert (told.value, str(told.place)) == (True, "README.md:7")


def test_so_are_results_in_the_front_matter(tmp_path: Path) -> None:
    card = "---\nmodel-index:\n- name: toy\n  results:\n  - metrics: []\n---\n# Toy\n"
    (told,) = seen_in(tmp_path, card).named("evaluation_published")
    assert str(told.place) == "README.md:2"


@pytest.mark.parametrize(
    "card",
    [
        f"# Toy\n\n## Evaluation\n\n{TEXT}",
        f"# Toy\n\n## Sizes\n\n{TABLE}",
        "# Toy\n\n## Evaluation\n\n| task | score |\n| --- | --- |\n| adding | soon |\n",
    ],
)
def test_words_or_other_tables_are_none(tmp_path: Path, card: str) -> None:
    assert seen_in(tmp_path, card).named("evaluation_published") == []


# Parts that count for openness -------------------------------------------------------------------

PARTS = {
    "modeling_toy.py": "architecture_code_open",
    "train.py": "training_code_open",
    "src/train_toy.py": "training_code_open",
    "inference.py": "inference_code_open",
    "evaluation.py": "evaluation_code_open",
    "prepare_data.py": "data_code_open",
    "data_card.md": "data_card_open",
    "toy_technical_report.pdf": "technical_report_open",
    "checkpoint-100/model.safetensors": "checkpoints_open",
}


def licensed(folder: Path, licence: str) -> None:
    (folder / "README.md").write_text(f"---\nlicense: {licence}\n---\n# Toy\n")


@pytest.mark.parametrize("path", PARTS)
def test_a_part_under_an_open_licence_counts(release: Path, path: str) -> None:
    licensed(release, "apache-2.0")
    (release / path).parent.mkdir(exist_ok=True, parents=True)
    if path.endswith(".safetensors"):
        write_safetensors(release / path, TINY)
    else:
        (release / path).write_text("pass\n")
    found = fact(release, PARTS[path])
    assert found is not None
    assert (found.value, found.source, str(found.place)) == (True, Source.DERIVED, path)
    assert found.note == "it lies in the release under its licence (README.md:2)"


@pytest.mark.parametrize("licence", ["cc-by-nc-4.0", "llama3.1", "other"])
def test_no_part_counts_under_another_licence(release: Path, licence: str) -> None:
    licensed(release, licence)
    (release / "train.py").write_text("pass\n")
    assert [each for each in read_release(release).facts if each.name.endswith("_open")] == []


def test_nor_without_any_licence(release: Path) -> None:
    (release / "train.py").write_text("pass\n")
    assert fact(release, "training_code_open") is None


@pytest.mark.parametrize("path", ["trains.py", "constraint.py", "train.txt", "myeval.py"])
def test_other_names_show_nothing(release: Path, path: str) -> None:
    licensed(release, "apache-2.0")
    (release / path).write_text("pass\n")
    assert [each for each in read_release(release).facts if each.name.endswith("_open")] == []


def test_a_class_of_an_open_library_needs_no_code_of_its_own(release: Path) -> None:
    licensed(release, "apache-2.0")
    config = {"architectures": ["LlamaForCausalLM"], "transformers_version": "4.46.0"}
    write_json(release / "config.json", config)
    found = fact(release, "architecture_code_open")
    assert found is not None
    assert found.note == "the config names a class of the open library `transformers`"
    write_json(release / "config.json", config | {"auto_map": {"AutoModel": "modeling.Toy"}})
    assert fact(release, "architecture_code_open") is None
