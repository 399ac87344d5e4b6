"""What of a release on the Hub is fetched, asked of a Hub in memory."""

from __future__ import annotations

import struct

import pytest
from tests.release.building import TINY, framed, header_of
from tests.release.hub.fakes import folder_of

from weighbridge.release.folder import NotFetched
from weighbridge.release.formats import read_weight_files
from weighbridge.release.gguf_header import header_end
from weighbridge.release.hub_folder import FIRST_PART
from weighbridge.release.observations import Observations
from weighbridge.text.errors import InputError

MEBI = 1 << 20


def text(value: str, count: str = "Q", order: str = "<") -> bytes:
    return struct.pack(order + count, len(value)) + value.encode()


def gguf(words: int, order: str = "<", version: int = 3) -> bytes:
    """The header of a file with one tensor and a vocabulary of so many words."""
    count = "I" if version == 1 else "Q"

    def pack(code: str, *values: int) -> bytes:
        return struct.pack(order + code, *values)

    def string(value: str) -> bytes:
        return text(value, count, order)

    head = b"GGUF" + pack("I", version) + pack(count * 2, 1, 5)
    head += string("general.architecture") + pack("I", 8) + string("llama")
    head += string("a.flag") + pack("I", 7) + b"\1"
    head += string("a.nested") + pack("I", 9) + pack("I", 9) + pack(count, 1)
    head += pack("I", 4) + pack(count, 3) + pack("III", 1, 2, 3)
    head += string("tokenizer.ggml.tokens") + pack("I", 9) + pack("I", 8) + pack(count, words)
    head += b"".join(string(f"word {number}") for number in range(words))
    head += string("a.scores") + pack("I", 9) + pack("I", 6) + pack(count, words) + bytes(4 * words)
    return head + string("w") + pack("I", 1) + pack(count, 32) + pack("I", 0) + pack("Q", 0)


@pytest.mark.parametrize(("order", "version"), [("<", 3), (">", 3), ("<", 2), ("<", 1)])
def test_where_a_header_ends(order: str, version: int) -> None:
    head = gguf(7, order, version)
    assert header_end(head) == len(head)
    assert header_end(head + bytes(1000)) == len(head)
    assert [size for size in range(len(head)) if header_end(head[:size]) is not None] == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"PK\3\4" + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0) + b"\xff" * 999,
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60) + bytes(9),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<I", 77) + bytes(99),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1) * 999,
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 5, 1 << 62),
    ],
)
def test_what_is_no_header_has_no_end(data: bytes) -> None:
    assert header_end(data) is None


def test_of_a_gguf_file_the_header_is_fetched_and_zeros_stand_for_the_rest() -> None:
    head = gguf(100_000)
    folder, hub = folder_of({"m.gguf": head + b"\xff" * 4096}, {"m.gguf": 5_000_000_000})
    view = folder.map("m.gguf")
    assert len(view) == 5_000_000_000
    assert bytes(view[: len(head)]) == head
    assert not any(view[len(head) : len(head) + 4096])
    assert hub.total <= 4 * MEBI
    spans = [(offset, offset + length) for _, length, offset in hub.asked if offset is not None]
    assert spans == sorted(spans), "a part was fetched twice"


def test_a_header_longer_than_what_is_fetched_is_not_read() -> None:
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 0, 1 << 30)
    folder, hub = folder_of({"m.gguf": head}, {"m.gguf": 1 << 31})
    with pytest.raises(NotFetched, match="no whole header in the first 16,777,216 bytes"):
        folder.map("m.gguf")
    assert hub.total <= FIRST_PART


def test_of_a_file_that_readers_would_look_anywhere_in_only_the_first_bytes_are_fetched() -> None:
    folder, hub = folder_of({"pytorch_model.bin": b"PK\3\4" + bytes(2 * MEBI)})
    assert folder.read_bytes("pytorch_model.bin", 256)[:4] == b"PK\3\4"
    with pytest.raises(NotFetched, match="only its first bytes are fetched from the Hub"):
        folder.map("pytorch_model.bin")
    assert hub.asked == [("pytorch_model.bin", 256, 0)]


def test_a_small_weight_file_of_any_kind_is_fetched_by_one_range() -> None:
    content = b"PK\3\4" + bytes(9999)
    folder, hub = folder_of({"small.pt": content})
    assert bytes(folder.map("small.pt")) == content
    assert hub.asked == [("small.pt", len(content), 0)]


def test_of_safetensors_the_length_and_the_header_are_fetched_once() -> None:
    head = framed(header_of(TINY)[0])
    folder, hub = folder_of({"m.safetensors": head + b"\xff" * 10_000_000})
    assert folder.read_bytes("m.safetensors", 256) == head[:256]
    assert folder.read_bytes("m.safetensors", len(head) - 8, 8) == head[8:]
    assert folder.read_bytes("m.safetensors", 1 << 20, len(head)) == b""
    assert hub.asked == [("m.safetensors", 8, 0), ("m.safetensors", len(head) - 8, 8)]


def test_weights_that_would_cost_too_much_are_told_and_are_not_called_broken() -> None:
    length = 60 * MEBI
    files = {f"{n:02}.safetensors": length.to_bytes(8, "little") + b"{" for n in range(12)}
    folder, hub = folder_of(files, dict.fromkeys(files, 100 * MEBI))
    seen = Observations()
    found = read_weight_files(folder, seen)
    assert hub.total <= 512 * MEBI + 12 * 8
    told = [each for each in seen.findings if each.id == "not-fetched"]
    assert [(each.severity.name, each.message) for each in told[:1]] == [
        ("LOW", "too much of it would have to be fetched to read it: not read: not counted")
    ]
    last = next(each for each in found if each.path == told[0].where[0].file)
    assert (last.broken, last.tensors) == (False, None)
    assert "format-not-read" not in {each.id for each in seen.findings}


def test_texts_are_fetched_whole_once_and_held_to_the_commit() -> None:
    folder, hub = folder_of({"README.md": b"# A model\n", "config.json": b"{}"})
    assert folder.read_text("README.md").text == "# A model\n"
    assert folder.read_bytes("README.md", 3, 2) == b"A m"
    assert hub.asked == [("README.md", 10, None)]
    hub.contents = {"config.json": b"[]"}
    with pytest.raises(InputError) as caught:
        folder.read_bytes("config.json", 10)
    assert "`config.json` is not the file of commit 0123" in str(caught.value)


def test_of_a_long_text_no_more_is_fetched_than_is_read() -> None:
    folder, hub = folder_of({"notes.txt": b"x" * 9 * MEBI})
    assert folder.read_text("notes.txt", 1000).truncated
    assert hub.asked == [("notes.txt", 1001, 0)]


def test_media_and_unknown_files_are_refused() -> None:
    files = {"a.png": b"x", "b.parquet": b"x", "c.unknown": b"x", "LICENSE": b"MIT", "big": b"y"}
    folder, hub = folder_of(files, {"big": 3 * MEBI}, lfs=False)
    for name in ("a.png", "b.parquet", "c.unknown", "big"):
        with pytest.raises(NotFetched, match="neither text nor weights: not fetched"):
            folder.read_bytes(name, 256)
    assert hub.asked == []
    assert folder.read_bytes("LICENSE", 256) == b"MIT"
