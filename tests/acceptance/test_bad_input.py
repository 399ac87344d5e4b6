"""One file of a release is at fault: a finding says so, and all the rest is still assessed."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shell import Ended, here, tree, weighbridge
from tests.toys import (
    adapter_release,
    decoder_config,
    front_matter,
    plain_release,
    write_json,
)

MEBIBYTE = 1 << 20


def assessed(ended: Ended) -> dict[str, Any]:
    """Assert that a run went through quietly, and return its JSON."""
    assert ended.status == 0, ended.err
    assert ended.err == ""
    data: dict[str, Any] = json.loads(ended.out)
    assert data["verdicts"]
    return data


def weights(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """Return a safetensors file of this header, with a false length where one is given."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(begin: int, end: int, shape: list[Any], dtype: str = "F32") -> dict[str, Any]:
    """Return the description of one tensor in a safetensors header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


# One file is at fault: the rest is assessed and a finding says what could not be read.

_GOOD = decoder_config()
_DEEP = b'{"a":' * 5_000 + b"1" + b"}" * 5_000

SPOILED_WEIGHTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "model.safetensors"),
    "shorter than its length": (b"\x10\x00", "2 bytes"),
    "truncated header": (weights({"a": tensor(0, 4, [1])})[:20], "header"),
    "header past the end": (weights({"a": tensor(0, 4, [1])}, bytes(4), 4096), "4,096"),
    "oversized header": (weights({}, length=1 << 40), "1,099,511,627,776"),
    "negative as unsigned": (weights({}, length=(1 << 64) - 1), "header"),
    "header no JSON": (weights(b"{not json"), "model.safetensors"),
    "header a list": (weights([1, 2]), "object"),
    "header not UTF-8": (weights(b'{"\xff": 1}'), "model.safetensors"),
    "header too deep": (weights(_DEEP), "model.safetensors"),
    "duplicate tensor": (
        weights(b'{"a":%s,"a":%s}' % ((json.dumps(tensor(0, 4, [1])).encode(),) * 2), bytes(4)),
        "`a`",
    ),
    "overlapping": (
        weights({"a": tensor(0, 8, [2]), "b": tensor(4, 12, [2])}, bytes(12)),
        "overlap",
    ),
    "negative offset": (weights({"a": tensor(-4, 0, [1])}, bytes(4)), "offsets"),
    "backwards": (weights({"a": tensor(8, 4, [1])}, bytes(8)), "offsets"),
    "past the end": (weights({"a": tensor(0, 400, [100])}, bytes(4)), "past the end"),
    "wrong size": (weights({"a": tensor(0, 8, [100])}, bytes(8)), "needs 400 bytes"),
    "absurd shape": (weights({"a": tensor(0, 4, [1 << 62, 1 << 62])}, bytes(4)), "shape"),
    "negative shape": (weights({"a": tensor(0, 4, [-1, -1])}, bytes(4)), "shape"),
    "shape of words": (weights({"a": tensor(0, 4, ["x"])}, bytes(4)), "shape"),
    "thousand dimensions": (weights({"a": tensor(0, 4, [1] * 1000)}, bytes(4)), "shape"),
    "unknown dtype": (weights({"a": tensor(0, 4, [1], "F99")}, bytes(4)), "`F99`"),
    "infinite offset": (
        weights(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}}', bytes(4)),
        "model.safetensors",
    ),
}


@pytest.mark.parametrize("case", SPOILED_WEIGHTS)
def test_spoiled_weights(tmp_path: Path, case: str) -> None:
    data, said = SPOILED_WEIGHTS[case]
    folder = plain_release(tmp_path / "toy")
    (folder / "model.safetensors").write_bytes(data)
    before = tree(tmp_path)
    result = assessed(here("check", folder, "--format", "json"))
    found = [each for each in result["findings"] if "model.safetensors" in " ".join(each["where"])]
    unread = [each for each in found if each["id"] == "unreadable-file"]
    assert len(unread) == 1, result["findings"]
    assert said in f"{unread[0]['message']} {unread[0]['where']}"
    facts = result["facts"]
    assert facts["licence_weights"]["value"] == "Apache-2.0"
    assert facts["training_compute"]["from"].startswith("README.md:")
    assert facts.get("params_total", {"source": None})["source"] != "measured"
    assert tree(tmp_path) == before


def test_spoiled_weights_in_a_process_of_its_own(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "model.safetensors").write_bytes(SPOILED_WEIGHTS["oversized header"][0])
    result = assessed(weighbridge("check", folder, "--format", "json"))
    assert [each["id"] for each in result["findings"]] == ["unreadable-file"]
    page = weighbridge("check", folder)
    assert (page.status, page.err) == (0, "")
    assert "model.safetensors" in page.out


SPOILED_JSON: dict[str, bytes] = {
    "broken": b'{"model_type": ',
    "empty": b"",
    "not an object": b"[1, 2, 3]",
    "duplicate key": b'{"model_type": "llama", "model_type": "gpt2"}',
    "too deep": _DEEP,
    "not UTF-8": b'{"model_type": "\xff\xfe"}',
    "zero bytes": bytes(64),
    "number past all bounds": b'{"rope_theta": 1e999}',
    "huge number": b'{"hidden_size": 1' + b"0" * 5_000 + b"}",
    "too long": b'{"a": "' + b"x" * (17 * MEBIBYTE) + b'"}',
}


@pytest.mark.parametrize("case", SPOILED_JSON)
def test_a_spoiled_config(tmp_path: Path, case: str) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "config.json").write_bytes(SPOILED_JSON[case])
    result = assessed(here("check", folder, "--format", "json"))
    said = [each for each in result["findings"] if "config.json" in " ".join(each["where"])]
    assert [each["id"] for each in said] == ["unreadable-file"], result["findings"]
    assert result["facts"]["params_total"]["source"] == "measured"
    assert result["facts"]["licence_weights"]["value"] == "Apache-2.0"


@pytest.mark.parametrize(
    "name", ["generation_config.json", "tokenizer_config.json", "adapter_config.json"]
)
def test_a_spoiled_file_beside_the_config(tmp_path: Path, name: str) -> None:
    adapter = name.startswith("adapter")
    folder = (adapter_release if adapter else plain_release)(tmp_path / "toy")
    (folder / name).write_bytes(b'{"a": 1, "a": 2}')
    result = assessed(here("check", folder, "--format", "json"))
    assert any(name in " ".join(each["where"]) for each in result["findings"])


@pytest.mark.parametrize(
    "index",
    [
        b'{"weight_map": ',
        b'{"weight_map": {"a": "../../secret.safetensors"}}',
        b'{"weight_map": {"a": "absent-00001-of-00002.safetensors"}}',
        b'{"weight_map": [1, 2]}',
        b'{"metadata": {"total_size": -1}, "weight_map": {"a": 7}}',
    ],
)
def test_a_spoiled_index(tmp_path: Path, index: bytes) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "model.safetensors.index.json").write_bytes(index)
    result = assessed(here("check", folder, "--format", "json"))
    assert any("index" in " ".join(each["where"]) for each in result["findings"])
    assert "secret" not in json.dumps(result["facts"])


FRONT_MATTERS: dict[str, str] = {
    "broken": "license: [apache-2.0\nbase_model: x",
    "duplicate key": "license: apache-2.0\nlicense: mit",
    "alias": "a: &x [1, 2]\nb: *x\nlicense: apache-2.0",
    "billion laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nlicense: apache-2.0",
    "tag": "license: !!python/object/apply:os.system ['true']",
    "tab": "license:\tapache-2.0\n\tx: y",
    "too deep": "a: " + "[" * 3_000 + "]" * 3_000,
}


@pytest.mark.parametrize("case", FRONT_MATTERS)
def test_front_matter_that_cannot_be_read(tmp_path: Path, case: str) -> None:
    folder = plain_release(tmp_path / "toy")
    card = folder / "README.md"
    body = card.read_text(encoding="utf-8").removeprefix(front_matter(library_name="transformers"))
    card.write_text(f"---\n{FRONT_MATTERS[case]}\n---\n\n{body}", encoding="utf-8")
    result = assessed(here("check", folder, "--format", "json"))
    said = [each for each in result["findings"] if each["id"] == "front-matter-broken"]
    if case != "tab":
        assert said, result["findings"]
        assert said[0]["where"][0].startswith("README.md:")
    assert result["facts"]["training_compute"]["from"].startswith("README.md:")
    assert result["facts"]["params_total"]["source"] == "measured"


def test_front_matter_without_an_end(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n", encoding="utf-8")
    result = assessed(here("check", folder, "--format", "json"))
    assert "front-matter-unclosed" in {each["id"] for each in result["findings"]}


def test_a_card_that_is_not_utf8_is_still_read(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    card = folder / "README.md"
    card.write_bytes(card.read_bytes().replace(b"everyday", b"\xff\xfe\x80day"))
    result = assessed(here("check", folder, "--format", "json"))
    said = [each for each in result["findings"] if each["id"] == "card-not-utf8"]
    assert [each["where"] for each in said] == [["README.md"]]
    assert result["facts"]["training_compute"]["source"] == "declared"


def test_a_card_of_a_hundred_megabytes_is_read_in_part(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    card = folder / "README.md"
    text = card.read_bytes()
    with card.open("wb") as file:
        file.write(text)
        for _ in range(100):
            file.write(b"Ranking applicants 7B 1e26 FLOP {{ x }} | a | b |\n" * (MEBIBYTE // 50))
    assert card.stat().st_size > 100_000_000
    result = assessed(here("check", folder, "--format", "json"))
    assert "card-truncated" in {each["id"] for each in result["findings"]}
    assert result["facts"]["params_total"]["source"] == "measured"


def test_a_card_of_one_endless_line(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "README.md").write_bytes(b"---\nlicense: mit\n---\n" + b"a7B " * (2 * MEBIBYTE))
    assessed(here("check", folder, "--format", "json"))


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "config.json", "model.safetensors"])
def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    secret = plain_release(tmp_path / "elsewhere", compute="9.9e25")
    folder = plain_release(tmp_path / "toy")
    (folder / name).unlink()
    (folder / name).symlink_to(secret / name)
    result = assessed(here("check", folder, "--format", "json"))
    said = [each for each in result["findings"] if each["id"] == "link-leaves-folder"]
    assert [each["where"] for each in said] == [[name]]
    assert "9.9e+25" not in json.dumps(result)


def test_links_in_a_circle_pipes_and_names_that_steer_a_terminal(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "circle").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    os.mkfifo(folder / "LICENSE.pipe")
    (folder / "a\x1b[2Jb.json").write_text("{}", encoding="utf-8")
    (folder / "a\nb.md").write_text("x", encoding="utf-8")
    data = assessed(here("check", folder, "--format", "json"))
    assert {"broken-link", "special-file", "odd-file-name"} <= {
        each["id"] for each in data["findings"]
    }
    page = weighbridge("check", folder, "--all")
    assert page.status == 0
    assert "\x1b" not in page.out


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    try:
        (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.json"))).write_text("{}")
    except OSError:
        pytest.skip("this file system keeps no such names")
    assessed(here("check", folder, "--format", "json"))


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "config.json", "model.safetensors"])
def test_a_folder_where_a_file_should_be(tmp_path: Path, name: str) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / name).unlink()
    (folder / name).mkdir()
    (folder / name / "x").write_text("x", encoding="utf-8")
    assessed(here("check", folder, "--format", "json"))


@pytest.mark.parametrize(
    "text",
    [b"", b"\x00" * 4096, b"\xff\xfe" * 64, b"(" * 20_000],
    ids=["empty", "zero", "bom", "("],
)
def test_a_licence_that_is_no_text(tmp_path: Path, text: bytes) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "LICENSE").write_bytes(text)
    result = assessed(here("check", folder, "--format", "json"))
    assert any("LICENSE" in " ".join(each["where"]) for each in result["findings"])
    assert result["facts"].get("licence_known", {"value": None})["value"] is not True


STRANGE_VALUES: tuple[dict[str, Any], ...] = (
    {"hidden_size": -1, "num_hidden_layers": 10**30},
    {"vocab_size": "many", "num_attention_heads": None},
    {"architectures": {"a": "b"}},
    {"architectures": [[["deep"]]], "model_type": 7},
    {"quantization_config": "none", "torch_dtype": 32},
    {"num_hidden_layers": 1e308, "hidden_size": 1e308},
    {"num_experts": 0, "num_local_experts": -8, "num_attention_heads": 0},
    {"vocab_size": float("nan"), "num_hidden_layers": float("inf")},
    {"max_position_embeddings": True, "rope_scaling": []},
)


@pytest.mark.parametrize("changes", STRANGE_VALUES, ids=lambda each: next(iter(each)))
def test_strange_values_in_a_config_never_crash(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = plain_release(tmp_path / "toy")
    write_json(folder / "config.json", {**_GOOD, **changes})
    result = assessed(here("check", folder, "--format", "json"))
    assert result["facts"]["params_total"]["source"] == "measured"
