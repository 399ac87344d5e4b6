from __future__ import annotations

import struct
from pathlib import Path

import pytest
from tests.release.building import Seen, exactly, write_json, write_safetensors
from tests.release.formats.building import LIST, Gguf, fault, read

from weighbridge.facts import Source
from weighbridge.release.folder import Folder
from weighbridge.release.formats.gguf import read_metadata
from weighbridge.release.reader import read_release

F32, Q4_0, Q6_K = 0, 2, 14
WORDS = {
    "general.architecture": "llama",
    "general.name": "Ruff",
    "llama.context_length": 512,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.chat_template": "{{ messages }}",
}


def sound(maker: Gguf) -> bytes:
    tensors = [
        maker.tensor("token_embd.weight", F32, (4, 64), 0),
        maker.tensor("blk.0.ffn_up.weight", Q4_0, (8, 64), 1024),
        maker.tensor("output.weight", Q6_K, (2, 256), 1312),
    ]
    return maker.file(WORDS, tensors, 1312 + 420)


@pytest.mark.parametrize(("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (3, ">")])
def test_a_sound_file_of_every_version(version: int, order: str, tmp_path: Path) -> None:
    found = read(tmp_path, sound(Gguf(version, order)), "model.gguf")
    assert [(t.name, t.dtype, t.shape, t.bytes) for t in found.file.tensors or ()] == [
        ("token_embd.weight", "F32", (4, 64), 1024),
        ("blk.0.ffn_up.weight", "Q4_0", (8, 64), 288),
        ("output.weight", "Q6_K", (2, 256), 420),
    ]
    assert found.file.unused == 0
    assert found.messages == []
    metadata = read_metadata(Folder.open(tmp_path), "model.gguf")
    assert metadata.chat_template == "{{ messages }}"
    assert metadata.counts == {"tokenizer.ggml.tokens": 3}
    assert metadata.big_endian is (order == ">")


def test_it_is_weighed_and_speaks_where_nothing_else_does(tmp_path: Path) -> None:
    words = WORDS | {
        "general.license": "apache-2.0",
        "general.base_model.count": 2,
        "general.base_model.0.name": "Big Model",
        "general.base_model.0.organization": "Acme",
        "general.base_model.1.repo_url": "https://huggingface.co/acme/other",
    }
    maker = Gguf()
    content = maker.file(words, [maker.tensor("output.weight", Q4_0, (8, 64), 0)], 288)
    (tmp_path / "any-name").write_bytes(content)
    facts = {fact.name: fact for fact in read_release(tmp_path).facts}
    assert facts["params_total"].value == exactly(512)
    assert facts["params_total"].source is Source.MEASURED
    assert facts["weight_dtypes"].value == "Q4_0"
    assert facts["is_quantised"].value is True
    assert facts["model_name"].value == "Ruff"
    assert facts["context_length"].value == exactly(512)
    assert facts["base_model"].value == "Acme/Big-Model, acme/other"
    assert facts["has_base_model"].value is True
    assert facts["licence_weights"].value == "Apache-2.0"
    assert str(facts["licence_weights"].place) == "any-name"


def test_a_card_or_a_config_speaks_first(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(sound(Gguf()))
    write_json(tmp_path / "config.json", {"architectures": ["LlamaForCausalLM"]})
    facts = [fact for fact in read_release(tmp_path).facts if fact.name == "model_architecture"]
    assert [fact.value for fact in facts] == ["LlamaForCausalLM"]


def test_quantisations_of_one_model_count_once_and_the_widest(tmp_path: Path) -> None:
    maker = Gguf()
    for name, kind, size in (("m-Q4_0.gguf", Q4_0, 288), ("m-f32.gguf", F32, 2048)):
        tensor = maker.tensor("output.weight", kind, (8, 64), 0)
        (tmp_path / name).write_bytes(maker.file({}, [tensor], size))
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(512)
    assert seen.value("weight_dtypes") == "F32"
    assert seen.messages("weights-repeated") == [
        "`m-Q4_0.gguf` is taken for a copy of `m-f32.gguf`: counted once"
    ]


def test_a_copy_beside_safetensors_counts_once(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", {"w": ("F32", (8, 64)), "v": ("F32", (3,))})
    maker = Gguf()
    tensors = [maker.tensor("o", F32, (8, 64), 0), maker.tensor("p", F32, (3,), 2048)]
    (tmp_path / "model.gguf").write_bytes(maker.file({}, tensors, 2048 + 12))
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(515)
    assert "weights-repeated" in seen.ids()


def test_parts_add_up_and_a_missing_one_is_told(tmp_path: Path) -> None:
    maker = Gguf()
    for at in (1, 2):
        tensors = [maker.tensor(f"blk.{at}", F32, (8, 4), 0)]
        name = f"m-0000{at}-of-00003.gguf"
        (tmp_path / name).write_bytes(maker.file({"split.count": 3}, tensors, 128))
    seen = Seen(tmp_path)
    assert seen.value("params_total").low == 64  # type: ignore[attr-defined]
    assert seen.messages("shards-missing") == [
        "1 shard is missing, such as `m-00003-of-00003.gguf`, named by `m-00001-of-00003.gguf`"
    ]


def test_a_part_under_another_name_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, Gguf().file({"split.count": 3}), "model.gguf")
    assert found.messages == [
        "the file says that it is one of 3 parts, and its name says otherwise"
    ]


def test_more_words_than_rows_are_told(tmp_path: Path) -> None:
    maker = Gguf()
    tensors = [maker.tensor("token_embd.weight", F32, (2, 4), 0)]
    found = read(tmp_path, maker.file(WORDS, tensors, 32), "model.gguf")
    assert found.messages == [
        "the tokenizer knows 3 words and the input layer has 2 rows",
    ]


def one(kind: int, shape: tuple[int, ...], offset: int, data: int = 64) -> bytes:
    maker = Gguf()
    return maker.file({}, [maker.tensor("w", kind, shape, offset)], data)


def listing(kind: int, count: int, content: bytes = b"") -> bytes:
    maker = Gguf()
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + maker.text("k")
    return head + struct.pack("<IIQ", LIST, kind, count) + content


NESTED = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + Gguf().text("k") + struct.pack("<I", LIST)
NESTED += struct.pack("<IQ", LIST, 1) * 20_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GGUF", "the file ends inside its header"),
        (b"GGUF" + struct.pack("<I", 7), "version 7 of the format is not known"),
        (
            sound(Gguf())[:200],
            "the list `tokenizer.ggml.tokens` claims 3 items and 14 bytes follow",
        ),
        (
            Gguf().file({}, listed=2**60),
            "the header claims 1,152,921,504,606,846,976 tensors and 8 bytes follow",
        ),
        (
            Gguf().file({}, keys=2**60),
            "the header claims 1,152,921,504,606,846,976 keys and 8 bytes follow",
        ),
        (
            listing(8, 2**60),
            "the list `k` claims 1,152,921,504,606,846,976 items and 0 bytes follow",
        ),
        (
            listing(4, 2**60),
            "the list `k` claims 4,611,686,018,427,387,904 bytes and 0 follow",
        ),
        (
            listing(8, 1, struct.pack("<Q", 2**62)),
            "the file ends inside the list `k`",
        ),
        (listing(77, 1), "the list `k` has items of the unknown type 77"),
        (NESTED, "the list `k` is nested more than 16 levels deep"),
        (one(99, (4,), 0), "tensor `w` has the unknown number format 99"),
        (one(F32, (2**31, 2**31), 0), "tensor `w` has a shape too large for any file"),
        (one(Q4_0, (33,), 0), "tensor `w` has rows that are no whole blocks of 32 numbers"),
        (one(F32, (4,), 2**40), "tensor `w` ends 1,099,511,627,728 bytes past the end of the file"),
        (
            Gguf().file(
                {}, [Gguf().tensor("a", F32, (8,), 0), Gguf().tensor("b", F32, (8,), 16)], 64
            ),
            "tensor `b` overlaps the one before it",
        ),
        (
            Gguf().file(
                {}, [Gguf().tensor("a", F32, (8,), 0), Gguf().tensor("a", F32, (8,), 32)], 64
            ),
            "two tensors have one name",
        ),
        (
            Gguf().file({"general.alignment": 7}, [Gguf().tensor("a", F32, (8,), 0)], 64),
            "the alignment is `7`",
        ),
    ],
)
def test_hostile_headers_are_told_and_cost_nothing(
    content: bytes, message: str, tmp_path: Path
) -> None:
    assert fault(tmp_path, content, "model.gguf") == message


@pytest.mark.parametrize("cut", range(0, 700, 7))
def test_a_file_cut_anywhere_is_broken(cut: int, tmp_path: Path) -> None:
    content = sound(Gguf())
    found = read(tmp_path, content[:cut] or b"\0", "model.gguf")
    assert found.file.broken or found.file.tensors is None
    assert found.messages


def test_bytes_behind_the_last_tensor_are_counted(tmp_path: Path) -> None:
    assert read(tmp_path, one(F32, (4,), 0, 96), "model.gguf").file.unused == 64
