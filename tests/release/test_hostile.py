"""Whole folders made to break a reader: each gives facts or findings, never a traceback."""

from __future__ import annotations

import json
import random
import struct
import time
from pathlib import Path

import pytest
from tests.release.building import (
    TINY,
    TINY_COUNT,
    Seen,
    framed,
    header_of,
    pointer,
    write_json,
    write_safetensors,
)

from weighbridge.facts import Range
from weighbridge.release.digest import release_digest
from weighbridge.release.folder import Folder

SHARDS = 100


def sharded_release(path: Path, shards: int, rows: int) -> int:
    """A release of sparse shards with an index; returns its parameters."""
    weight_map: dict[str, str] = {}
    for number in range(1, shards + 1):
        shard = f"model-{number:05d}-of-{shards:05d}.safetensors"
        names = [f"model.layers.{number}.{part}.weight" for part in "abcdefgh"]
        write_safetensors(path / shard, dict.fromkeys(names, ("BF16", (rows, 1024))), sparse=True)
        weight_map |= dict.fromkeys(names, shard)
    parameters = shards * 8 * rows * 1024
    index = {"metadata": {"total_size": 2 * parameters}, "weight_map": weight_map}
    write_json(path / "model.safetensors.index.json", index)
    return parameters


def test_many_large_shards_are_weighed_by_their_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = sharded_release(tmp_path, SHARDS, 2560)  # 40 MiB each
    read = 0
    plain = Folder.read_bytes

    def counting(self: Folder, path: str, limit: int, offset: int = 0) -> bytes:
        nonlocal read
        data = plain(self, path, limit, offset)
        read += len(data)
        return data

    monkeypatch.setattr(Folder, "read_bytes", counting)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(parameters)
    assert seen.ids() == []
    assert read < 2 << 20
    assert release_digest(seen.folder).startswith("sha256-sampled:")
    assert read < 120 << 20


def test_a_header_cut_at_every_place_is_a_finding(tmp_path: Path) -> None:
    whole = framed(*header_of(TINY))
    path = tmp_path / "model.safetensors"
    for cut in range(0, len(whole) - 1, 37):
        path.write_bytes(whole[:cut])
        seen = Seen(tmp_path)
        assert seen.ids() == ["unreadable-file"], cut
        assert seen.value("params_total") is None


def test_flipped_bytes_never_break_the_reader(tmp_path: Path) -> None:
    whole = framed(*header_of(TINY))
    header = struct.unpack("<Q", whole[:8])[0] + 8
    chance = random.Random(7)
    path = tmp_path / "model.safetensors"
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(header)] = chance.randrange(256)
        path.write_bytes(data)
        seen = Seen(tmp_path)
        assert all(finding.message.isprintable() for finding in seen.observations.findings)


def test_a_header_of_very_many_keys_ends_soon(tmp_path: Path) -> None:
    keys = ",".join(f'"k{number}":0' for number in range(200_000))
    (tmp_path / "model.safetensors").write_bytes(framed("{" + keys + ',"k199999":0}'))
    begin = time.monotonic()
    assert Seen(tmp_path).ids() == ["unreadable-file"]
    assert time.monotonic() - begin < 10


def test_a_bomb_of_metadata_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(framed("[" + "0," * 4_000_000 + "0]"))
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert "more values than are read" in message


def test_an_oversized_header_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 5 << 30) + b"{")
        file.truncate(6 << 30)
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert "more than the 100,000,000 the format allows" in message


def test_zeroes_for_a_header(tmp_path: Path) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(1 << 20)
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert "not valid JSON" in message


def test_a_large_config_is_refused_and_the_weights_are_read(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    with (tmp_path / "config.json").open("wb") as file:
        file.write(b"{")
        file.truncate(100 << 20)
    seen = Seen(tmp_path)
    (message,) = seen.messages("unreadable-file")
    assert message == "`config.json` could not be read: longer than the 16 MiB that are read"
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


def test_a_pointer_that_promises_the_moon(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(10**17))
    total = Seen(tmp_path).value("params_total")
    assert isinstance(total, Range)
    assert total.high == 5e16


def test_a_pointer_with_digits_without_end(tmp_path: Path) -> None:
    text = pointer(1).replace("size 1", "size " + "9" * 500)
    (tmp_path / "model.safetensors").write_text(text)
    assert Seen(tmp_path).ids() == ["unreadable-file"]


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").mkdir()
    (tmp_path / "model.safetensors").mkdir()
    (tmp_path / "README.md").write_text("x")
    assert Seen(tmp_path).ids() == []


def test_weights_that_link_outside_are_not_weighed(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    release = tmp_path / "release"
    release.mkdir()
    (release / "model.safetensors").symlink_to(tmp_path / "model.safetensors")
    (release / "README.md").write_text("x")
    seen = Seen(release)
    assert seen.ids() == ["link-leaves-folder"]
    assert seen.value("params_total") is None


def test_an_index_that_claims_a_million_shards(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model-00001-of-99999.safetensors", TINY)
    seen = Seen(tmp_path)
    (message,) = seen.messages("shards-missing")
    assert message.startswith("99,998 shards are missing, such as `model-00002-of-99999.")
    assert seen.value("params_total") == Range(TINY_COUNT, None)


def test_a_folder_of_many_small_files_ends_soon(tmp_path: Path) -> None:
    for number in range(600):
        write_safetensors(tmp_path / f"{number}.safetensors", {f"t{number}": ("F32", (number,))})
    begin = time.monotonic()
    assert Seen(tmp_path).value("params_total") == Range.exactly(sum(range(600)))
    assert time.monotonic() - begin < 10


def test_an_index_in_which_every_value_is_wrong(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    index = {"metadata": [], "weight_map": {"a": 1, "b": None, "c": ["x"], "\ud800": "y"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert Seen(tmp_path).value("params_total") == Range.exactly(TINY_COUNT)


def test_two_readings_of_a_broken_folder_are_equal(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"<html>")
    (tmp_path / "config.json").write_text("{")
    (tmp_path / "link").symlink_to("/")
    one, two = Seen(tmp_path).observations, Seen(tmp_path).observations
    assert (one.facts, one.findings) == (two.facts, two.findings)
    assert one.findings
