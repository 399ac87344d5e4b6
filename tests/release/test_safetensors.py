from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from tests.release.building import TINY, TINY_COUNT, Seen, framed, header_of, write_safetensors

from weighbridge.facts import Range, Severity, Source
from weighbridge.release.formats import formats
from weighbridge.release.formats import safetensors as reader

ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def entry(**changes: object) -> dict[str, object]:
    return {"w": {**ENTRY, **changes}}


def test_a_sound_file_is_weighed(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    seen = Seen(tmp_path)
    total = seen.fact("params_total")
    assert total.value == Range.exactly(TINY_COUNT)
    assert total.source is Source.MEASURED
    assert str(total.place) == "model.safetensors"
    assert seen.value("tensor_count") == Range.exactly(3)
    assert seen.value("weight_dtypes") == "BF16"
    assert seen.value("is_quantised") is False
    size = (tmp_path / "model.safetensors").stat().st_size
    assert seen.value("weight_bytes") == Range.exactly(size)
    assert seen.ids() == []


def test_scalars_and_empty_tensors_count_as_they_are(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "m.safetensors", {"a": ("F32", ()), "b": ("F32", (0, 5))})
    assert Seen(tmp_path).value("params_total") == Range.exactly(1)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "weights.dat", TINY)
    assert Seen(tmp_path).value("params_total") == Range.exactly(TINY_COUNT)


BROKEN = {
    "only 3 bytes long: no room for a safetensors header": b"abc",
    "the header claims 200,000,000 bytes, more than the 100,000,000 the format allows": (
        struct.pack("<Q", 200_000_000) + b"{}"
    ),
    "the header claims 50 bytes but only 2 follow": struct.pack("<Q", 50) + b"{}",
    "the header claims 18,446,744,073,709,551,615 bytes": b"\xff" * 8 + b"{}",
    "an HTML page saved under the name of a safetensors file": b"\n<!DOCTYPE html><html>404",
    "an empty file under the name of a safetensors file": b"",
    "not valid JSON": framed('{"w": '),
    "key `w` stands twice": framed('{"w": {}, "w": {}}'),
    "the header is not a JSON object": framed("[1, 2]"),
    "tensor `w` is not described by an object": framed('{"w": 7}'),
    "tensor `w` has the unknown number format `F31`": framed(entry(dtype="F31"), 8),
    "tensor `w` has the unknown number format `7`": framed(entry(dtype=7), 8),
    "tensor `w` has the impossible shape `[-2]`": framed(entry(shape=[-2]), 8),
    "tensor `w` has the impossible shape `[True]`": framed(entry(shape=[True]), 8),
    "tensor `w` has the impossible shape `[2.5]`": framed(entry(shape=[2.5]), 8),
    "tensor `w` has the impossible shape `None`": framed(entry(shape=None), 8),
    "tensor `w` has a shape too large for any file": framed(entry(shape=[2**40, 2**40]), 8),
    "tensor `w` has the impossible offsets `[8, 0]`": framed(entry(data_offsets=[8, 0]), 8),
    "tensor `w` has the impossible offsets `[-8, 0]`": framed(entry(data_offsets=[-8, 0]), 8),
    "tensor `w` has the impossible offsets `[0]`": framed(entry(data_offsets=[0]), 8),
    "tensor `w` ends 4 bytes past the end of the file": framed(entry(), 4),
    "tensor `w` needs 12 bytes and is given 8": framed(entry(shape=[3]), 8),
    "tensors `a` and `b` overlap": framed(
        {
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
        },
        12,
    ),
    "not UTF-8 text": framed(b'{"\xff": 1}'),
    "nested more than": framed('{"w": ' + "[" * 100_000 + "]" * 100_000 + "}"),
}


@pytest.mark.parametrize("message", BROKEN)
def test_each_fault_is_named_and_nothing_is_counted(message: str, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(BROKEN[message])
    seen = Seen(tmp_path)
    (finding,) = [each for each in seen.observations.findings if each.id == "unreadable-file"]
    assert message in finding.message
    assert finding.message.startswith("`model.safetensors` could not be read: ")
    assert finding.severity is Severity.HIGH
    assert [place.file for place in finding.where] == ["model.safetensors"]
    assert seen.value("params_total") is None
    assert seen.value("weight_bytes") is None
    assert seen.value("weights_public") is None


def test_a_header_of_one_byte_more_than_the_file(tmp_path: Path) -> None:
    whole = framed(header_of(TINY)[0])
    (tmp_path / "model.safetensors").write_bytes(whole[:-1])
    assert "unreadable-file" in Seen(tmp_path).ids()


def test_more_tensors_than_are_read_are_refused_before_the_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_MAX_TENSORS", 5)
    tensors = {f"t{number}": ("F32", (1,)) for number in range(6)}
    write_safetensors(tmp_path / "model.safetensors", tensors)
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert "more than 5 tensors" in message


def test_bytes_of_no_tensor_are_a_finding(tmp_path: Path) -> None:
    header, size = header_of(TINY)
    (tmp_path / "model.safetensors").write_bytes(framed(header, size + 100))
    seen = Seen(tmp_path)
    assert seen.messages("bytes-outside-tensors") == [
        "100 bytes of `model.safetensors` belong to no tensor"
    ]
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


def test_a_tensor_name_cannot_steer_a_terminal(tmp_path: Path) -> None:
    header = json.dumps({"\x1b[2J\ud800": {**ENTRY, "dtype": "nope"}})
    (tmp_path / "model.safetensors").write_bytes(framed(header, 8))
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert message.isprintable()
    assert message.encode()


def test_a_broken_shard_leaves_a_lower_bound(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model-00001-of-00002.safetensors", TINY)
    (tmp_path / "model-00002-of-00002.safetensors").write_bytes(b"abc")
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range(TINY_COUNT, None)
    assert seen.value("weight_bytes") is None


def test_every_format_module_is_found_by_being_there() -> None:
    names = [each.name for each in formats()]
    assert {"safetensors", "git-lfs pointer", "GGUF", "ONNX"} <= set(names)


@pytest.mark.parametrize(
    ("name", "head", "format_name"),
    [
        ("whisper.bin", b"lmgg\x00\x00", "GGML"),
        ("odd-name.weights", b"\x18\x00\x00\x00TFL3", "TensorFlow Lite"),
        ("what.bin", b"\x00\x01\x02", "binary of unknown kind"),
    ],
)
def test_other_formats_are_named_and_not_counted(
    name: str, head: bytes, format_name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(head)
    seen = Seen(tmp_path)
    (finding,) = [each for each in seen.observations.findings if each.id == "format-not-read"]
    assert finding.message == (
        f"`{name}` is in the format {format_name}, which is not read in this version: not counted"
    )
    assert finding.severity is Severity.LOW
    assert seen.value("params_total") is None
    assert seen.value("weights_public") is True


def test_a_zip_of_anything_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "photos.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "training_args.bin").write_bytes(b"\x80\x02.")
    seen = Seen(tmp_path)
    assert seen.ids() == []
    assert seen.value("weights_public") is None


def test_packed_numbers_are_unpacked(tmp_path: Path) -> None:
    write_safetensors(
        tmp_path / "model.safetensors",
        {
            "l.qweight": ("I32", (16, 8)),
            "l.qzeros": ("I32", (2, 8)),
            "l.scales": ("F16", (2, 8)),
            "norm.weight": ("F16", (8,)),
        },
    )
    (tmp_path / "config.json").write_text(
        '{"quantization_config": {"quant_method": "gptq", "bits": 4}}'
    )
    seen = Seen(tmp_path)
    total = seen.fact("params_total")
    assert total.value == Range.exactly(16 * 8 * 8 + 8)
    assert total.source is Source.DERIVED
    assert seen.value("is_quantised") is True
