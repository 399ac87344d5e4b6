"""Real small weight files beside the checkout: what the formats' own libraries counted in them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import CORPUS

from weighbridge.facts import Range
from weighbridge.release.folder import Folder
from weighbridge.release.formats import Kind, WeightFile, read_weight_files
from weighbridge.release.formats.gguf import read_metadata
from weighbridge.release.formats.number_formats import common_name
from weighbridge.release.formats.onnx_model import read_model
from weighbridge.release.observations import Observations

_FACTS = CORPUS / "weights" / "facts.jsonl"
RECORDS: list[dict[str, Any]] = (
    [json.loads(line) for line in _FACTS.read_text(encoding="utf-8").splitlines()]
    if _FACTS.is_file()
    else []
)
FORMATS = {
    "onnx": "ONNX",
    "pytorch-zip": "PyTorch archive",
    "pytorch-legacy": "PyTorch pickle",
    "npy": "NumPy array",
    "safetensors": "safetensors",
    "gguf": "GGUF",
    "ggml-legacy-bin": "GGML",
    "keras-hdf5": "HDF5",
}


@pytest.fixture(scope="module")
def files(corpus: Path) -> dict[str, WeightFile]:
    seen = Observations()
    found = read_weight_files(Folder.open(corpus / "weights"), seen)
    assert [each.id for each in seen.findings] == ["format-not-read"]  # the one of GGML
    return {each.path: each for each in found}


@pytest.mark.parametrize("record", RECORDS or [{"path": "absent"}], ids=lambda each: each["path"])
def test_a_file_holds_what_is_on_record(
    record: dict[str, Any], files: dict[str, WeightFile], corpus: Path
) -> None:
    weights = files[record["path"]]
    assert weights.format == FORMATS[record["format"]]
    assert weights.size == record["size"]
    if "tensors" not in record:
        assert weights.tensors is None
        return
    tensors = weights.tensors or ()
    assert len(tensors) == record["tensors"]
    assert sum(each.elements for each in tensors) == record["elements"]
    numbers: Counter[str] = Counter()
    for each in tensors:
        numbers[common_name(each.dtype)] += each.elements
    on_record = record.get("elements_by_dtype", {})
    assert {name: count for name, count in numbers.items() if count} == {
        common_name(name): count for name, count in on_record.items()
    }
    if "model_weights_elements" in record:
        kept = sum(each.elements for each in tensors if each.kind is not Kind.STATE)
        assert kept == record["model_weights_elements"]


@pytest.mark.parametrize(
    "record",
    [each for each in RECORDS if each["format"] == "gguf"] or [{"path": "absent"}],
    ids=lambda each: each["path"],
)
def test_the_words_of_a_file_are_those_on_record(
    record: dict[str, Any], files: dict[str, WeightFile], corpus: Path
) -> None:
    said = {fact.name: fact.value for fact in files[record["path"]].says}
    assert said["model_name"] == record["name"]
    assert said["model_architecture"] == record["architecture"]
    assert isinstance(said["context_length"], Range)
    metadata = read_metadata(Folder.open(corpus / "weights"), record["path"])
    assert metadata.version == record["version"]
    assert len(metadata.values) + len(metadata.counts) == record["kv_count"]
    assert metadata.counts["tokenizer.ggml.tokens"] == record["vocab"]
    assert metadata.values["tokenizer.ggml.model"] == record["tokenizer_model"]


@pytest.mark.parametrize(
    "record",
    [each for each in RECORDS if each["format"] == "onnx"] or [{"path": "absent"}],
    ids=lambda each: each["path"],
)
def test_the_operators_of_a_model_are_those_on_record(record: dict[str, Any], corpus: Path) -> None:
    data = Folder.open(corpus / "weights").map(record["path"])
    model = read_model(data, record["path"])
    assert {domain or "ai.onnx": version for domain, version in model.opsets.items()} == (
        record["opsets"]
    )
    assert set(record["op_types"]) <= {name for _, name in model.operators}
    assert model.producer == record["producer"]
    assert model.constants >= record["constant_node_elements"]
