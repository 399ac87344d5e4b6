"""Weights of formats that carry numbers: templates, configs, graphs, paths, damage."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from tests.release.building import framed
from tests.release.hazards.scanning import ids, scanned

from weighbridge.release.hazards.keras_config import keras_in_bytes
from weighbridge.release.hazards.verdict import Grade


def gguf(values: dict[str, str], tensors: int = 0) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, len(values))
    for key, value in values.items():
        text = value.encode()
        head += struct.pack("<Q", len(key)) + key.encode()
        head += struct.pack("<IQ", 8, len(text)) + text
    return head


def message(*fields: tuple[int, bytes | int | str]) -> bytes:
    """A message of protocol buffers."""
    data = b""
    for number, value in fields:
        if isinstance(value, int):
            data += varint(number << 3) + varint(value)
        else:
            text = value.encode() if isinstance(value, str) else value
            data += varint(number << 3 | 2) + varint(len(text)) + text
    return data


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 127:
        data.append(value & 127 | 128)
        value >>= 7
    return bytes([*data, value])


def onnx(location: str | None = None, domain: str = "", said: tuple[str, ...] = ()) -> bytes:
    node = message((1, "x"), (2, "y"), (4, "Op"), (7, domain))
    fields: list[tuple[int, bytes | int | str]] = [(1, node), (2, "graph")]
    if location is not None:
        told = [message((1, "location"), (2, location))]
        told += [message((1, key), (2, "1")) for key in said]
        outside = [(13, each) for each in told]
        fields.append((5, message((1, 4), (2, 1), (8, "w"), *outside, (14, 1))))
    opset = message((1, domain), (2, 1))
    return message((1, 8), (2, "test"), (7, message(*fields)), (8, opset))


def test_a_template_in_the_metadata_is_judged(tmp_path: Path) -> None:
    bad = gguf({"general.name": "x", "tokenizer.chat_template": "{{ x.__class__ }}"})
    report = scanned(tmp_path, "model.gguf", bad)
    assert (report.verdict, report.format) == ("dangerous", "GGUF")
    assert report.hazards[0].member == "tokenizer.chat_template"
    other = gguf({"tokenizer.chat_template.tool_use": "{{ x.__class__ }}"})
    assert scanned(tmp_path, "no-ending", other).verdict == "dangerous"
    good = gguf({"tokenizer.chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}"})
    assert (scanned(tmp_path, "good.gguf", good).verdict) == "inert"


def test_damaged_weights_are_broken(tmp_path: Path) -> None:
    cut = gguf({"general.name": "x"})[:-1]
    assert scanned(tmp_path, "model.gguf", cut).verdict == "broken"
    overlap = {
        "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
    }
    assert scanned(tmp_path, "model.safetensors", framed(overlap, 12)).verdict == "broken"


def test_danger_is_not_hidden_by_damage(tmp_path: Path) -> None:
    config = {"class_name": "Lambda", "config": {"function": ["4wEA"]}}
    data = b"\x89HDF\r\n\x1a\n" + b"\xff" * 90 + json.dumps(config).encode() + b"\xff" * 20
    report = scanned(tmp_path, "model.h5", data)
    assert report.verdict == "dangerous"
    assert {"keras-lambda"} <= set(ids(report))


def test_configs_in_binary_data_are_found_where_they_stand() -> None:
    lambda_ = json.dumps({"name": "a", "class_name": "Lambda", "config": {"function": ["4wEA"]}})
    data = b"\0\1{" + b"\0" * 9 + lambda_.encode() + b"\0\0" + lambda_.encode() + b"\0"
    found, whole = keras_in_bytes(data, 0, len(data))
    assert whole
    assert [(begin, each.id) for begin, each in found] == [
        (12, "keras-lambda"),
        (14 + len(lambda_), "keras-lambda"),
    ]
    cut = data[:-20]
    assert keras_in_bytes(cut, 0, len(cut))[1] is False


@pytest.mark.parametrize(
    "location",
    ["../weights.bin", "/etc/passwd", "a/../../b", "c:\\x", "..\\x", "\\\\host\\x", "file:///x"],
)
def test_onnx_data_outside_the_folder_is_dangerous(location: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, "model.onnx", onnx(location))
    assert (report.verdict, ids(report)) == ("dangerous", ["onnx-path"])


def test_onnx_data_says_nothing_but_where_it_lies(tmp_path: Path) -> None:
    usual = onnx("weights.bin", said=("offset", "length", "checksum"))
    assert scanned(tmp_path, "usual.onnx", usual).verdict == "inert"
    odd = scanned(tmp_path, "odd.onnx", onnx("weights.bin", said=("__class__",)))
    assert (odd.verdict, ids(odd)) == ("dangerous", ["onnx-attribute"])
    assert "`__class__`" in odd.hazards[0].message
    many = scanned(tmp_path, "many.onnx", onnx("weights.bin", said=("offset",) * 17))
    assert (many.verdict, ids(many)) == ("dangerous", ["onnx-attribute"])


@pytest.mark.parametrize("location", ["weights.bin", "a/b.data", "./x", "..data"])
def test_onnx_data_beside_it_is_nothing(location: str, tmp_path: Path) -> None:
    assert scanned(tmp_path, "model.onnx", onnx(location)).verdict == "inert"


def test_operators_of_somebodys_own_are_named(tmp_path: Path) -> None:
    report = scanned(tmp_path, "model.onnx", onnx(domain="my.ops"))
    assert (report.verdict, ids(report)) == ("unlisted callables", ["onnx-operators"])
    for domain in ("", "ai.onnx.ml", "com.microsoft", "pkg.onnxscript.torch_lib"):
        assert scanned(tmp_path, "model.onnx", onnx(domain=domain)).verdict == "inert", domain


def saved_model(*operators: str) -> bytes:
    nodes = b"".join(message((1, message((1, "n"), (2, each)))) for each in operators)
    return message((1, 1), (2, message((2, nodes + bytes(40)))))


def test_operators_that_touch_files_are_named(tmp_path: Path) -> None:
    grades = {
        "WriteFile": "dangerous",
        "PyFunc": "dangerous",
        "ReadFile": "unlisted callables",
        "MatMul": "known library objects",
    }
    for operator, verdict in grades.items():
        report = scanned(tmp_path, "saved_model.pb", saved_model("Add", operator))
        assert (report.verdict, report.format) == (verdict, "TensorFlow SavedModel"), operator


# Whole folders are labelled there: these files alone hold nothing that runs.
HARMLESS_ALONE = {"modelscan/keras0__unsafe"}
NOT_PICKLES = (".h5", ".pb")


def test_keras_and_graphs_of_the_corpus_get_their_verdicts(corpus: Path) -> None:
    folder = corpus / "serialization"
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    wrong = {}
    for row in rows:
        if not row["path"].endswith(NOT_PICKLES) or row["path"] in HARMLESS_ALONE:
            continue
        from weighbridge.release.hazards.scan import scan_one

        report, _ = scan_one(folder / row["path"], row["path"])
        bad = report.grade >= Grade.UNLISTED
        if bad is not (row["expected"] == "malicious"):
            wrong[row["path"]] = (row["expected"], report.verdict)
    assert wrong == {}


def test_real_weights_hold_nothing(corpus: Path) -> None:
    from weighbridge.release.hazards.whole import scan_path

    report = scan_path(corpus / "weights")
    assert report.counts["dangerous"] == report.counts["broken"] == 0
