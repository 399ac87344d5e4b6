from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.release.building import TINY, TINY_COUNT, Seen, write_json, write_safetensors

from weighbridge.facts import Fact, Finding, Range, Severity, Source, Vocabulary
from weighbridge.release import Folder, Release, read_release
from weighbridge.release.reader import sorted_findings
from weighbridge.text.errors import InputError
from weighbridge.text.places import Place

# What the corpus records of releases whose headers, index or config are there.
KNOWN_COUNTS = {
    "bloom-176b-hf": 176_247_271_424,
    "dbrx": 131_596_523_520,
    "falcon-40b-hf-preapache": 41_303_293_952,
    "gemma-2b-hf": 2_506_172_416,
    "granite-3.1-1b-a400m-hf": 1_334_628_352,
    "llama2-7b-chat-hf": 6_738_415_616,
    "phi-2-msr-hf": 2_779_683_840,
    "yi-1.5-6b-slerp-merge": 6_061_035_520,
}
RELEASES = [
    "bloom-176b-hf",
    "dbrx",
    "deepseek-r1",
    "deepseek-v3",
    "exaone-3.5",
    "falcon-40b-hf-preapache",
    "flux-1",
    "gemma-2b-hf",
    "glm4-lora-kangya",
    "gpt-oss",
    "granite-3.1-1b-a400m-hf",
    "kimi-k2",
    "llama2-7b-chat-hf",
    "meta-llama2",
    "meta-llama3_1",
    "meta-llama4",
    "olmo-2",
    "phi-2-msr-hf",
    "pythia",
    "qwen-1",
    "qwen3",
    "sdxl-base-1.0-hf",
    "stable-diffusion-v1-4-compvis",
    "starcoder",
    "whisper",
    "yi-1.5-6b-slerp-merge",
    "yi-34b",
]


def facts_named(release: Release, name: str) -> list[Fact]:
    return [fact for fact in release.facts if fact.name == name]


def total_of(facts: list[Fact]) -> Range:
    """What all observations together leave: their intersection."""
    values = [fact.value for fact in facts if isinstance(fact.value, Range)]
    common = values[0]
    for value in values[1:]:
        common = common.intersection(value)
    return common


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "tiny"
    write_safetensors(path / "model.safetensors", TINY)
    write_json(path / "config.json", {"architectures": ["LlamaForCausalLM"]})
    (path / "README.md").write_text("---\nlicense: mit\n---\n# Tiny\n\nA 7B parameter model.\n")
    return path


def test_a_release_is_read_from_end_to_end(release: Path) -> None:
    read = read_release(release)
    assert read.name == "tiny"
    assert read.digest.startswith("sha256:")
    (total,) = [
        each for each in facts_named(read, "params_total") if each.source is Source.MEASURED
    ]
    assert total.value == Range.exactly(TINY_COUNT)
    assert read.card is not None


def test_two_readings_are_equal(release: Path) -> None:
    assert read_release(release) == read_release(release)


def test_the_name_changes_nothing_else(release: Path, tmp_path: Path) -> None:
    other = tmp_path / "llama-405b-instruct"
    shutil.copytree(release, other)
    one, two = read_release(release), read_release(other)
    assert one.name != two.name
    assert (one.digest, one.facts, one.findings) == (two.digest, two.facts, two.findings)


@pytest.mark.parametrize("name", ["absent", "file"])
def test_only_a_bad_path_raises(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError):
        read_release(tmp_path / name)


def test_findings_are_sorted_worst_first_and_told_once() -> None:
    low = Finding("a", Severity.LOW, "x", (Place("f"),))
    high = Finding("z", Severity.HIGH, "x", (Place("f"),))
    middle = [Finding("m", Severity.MEDIUM, "x", (Place(name),)) for name in "ba"]
    assert sorted_findings([low, *middle, high, low]) == (high, middle[1], middle[0], low)


@pytest.mark.parametrize("name", RELEASES)
def test_real_releases_are_read_with_known_facts(
    name: str, corpus: Path, vocabulary: Vocabulary
) -> None:
    read = read_release(corpus / "releases" / name / "files")
    for fact in read.facts:
        assert fact.name in vocabulary
        assert fact.place is None or not fact.place.file.startswith("/")
    for finding in read.findings:
        assert finding.message[:1] == finding.message[:1].lower() or finding.message[:1] == "`"
        assert not finding.message.endswith(".")


@pytest.mark.parametrize("name", KNOWN_COUNTS)
def test_counts_agree_with_what_is_known(name: str, corpus: Path) -> None:
    seen = Seen(corpus / "releases" / name / "files")
    total = total_of(seen.observations.named("params_total"))
    assert total.low is not None
    assert total.high is not None
    assert total.low <= KNOWN_COUNTS[name] <= total.high
    assert total.high / total.low < 1.03


def test_active_experts_of_real_releases(corpus: Path) -> None:
    for name, active in (("dbrx", 36e9), ("granite-3.1-1b-a400m-hf", 0.43e9)):
        value = Seen(corpus / "releases" / name / "files").value("params_active")
        assert isinstance(value, Range)
        assert value.meets(Range.exactly(active))


def test_the_lineage_set_is_counted_to_the_last_number(corpus: Path) -> None:
    lines = (corpus / "lineage" / "lineage.jsonl").read_text().splitlines()
    assert lines
    for known in map(json.loads, lines):
        seen = Seen(corpus / "lineage" / known["id"])
        assert seen.fact("params_total").value == Range.exactly(known["parameters"])
        assert seen.fact("params_total").source is Source.MEASURED
        assert seen.value("tensor_count") == Range.exactly(known["tensors"])


def test_a_glued_index_and_other_traps_of_the_corpus(corpus: Path) -> None:
    def ids(name: str) -> list[str]:
        return Seen(corpus / "releases" / name / "files").ids()

    assert "index-glued" in ids("bloom-176b-hf")
    assert "base-model-local-path" in ids("glm4-lora-kangya")
    assert "weights-repeated" in ids("sdxl-base-1.0-hf")
    merge = Seen(corpus / "releases" / "yi-1.5-6b-slerp-merge" / "files")
    assert merge.value("base_model") == "01-ai/Yi-1.5-6B-Chat, 01-ai/Yi-1.5-6B"


def test_weights_of_the_corpus_in_other_formats(corpus: Path) -> None:
    seen = Seen(corpus / "weights")
    formats = {file.format for file in seen.weights.files}
    assert {"safetensors", "GGUF", "ONNX", "PyTorch archive", "HDF5", "GGML"} <= formats
    assert Folder.open(corpus / "weights").skipped == ()


def test_reading_imports_neither_numbers_nor_networks(release: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from weighbridge.release import read_release;"
        "read_release(Path(sys.argv[1])); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(release)], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"numpy", "torch", "safetensors", "z3", "jinja2", "rich", "pickle"})
