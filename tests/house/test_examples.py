"""The examples are true: what their cards state is what their files hold."""

from __future__ import annotations

import json
import re
import struct
from math import prod
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import TOP
from tests.toys import TOY_PARAMETERS, oversold_release, sharded_release
from weighbridge.assess.declaration import read_declaration
from weighbridge.facts import Source
from weighbridge.rules.store import load_law

EXAMPLES = TOP / "examples"
RELEASES = ("plain-apache", "hobby-lora", "university-model", "company-image-model")


def header(path: Path) -> dict[str, Any]:
    """Return the tensors a safetensors file declares, after checking that it holds them all."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        tensors = json.loads(file.read(length))
    tensors.pop("__metadata__", None)
    end = max(tensor["data_offsets"][1] for tensor in tensors.values())
    assert path.stat().st_size == 8 + length + end
    return dict(tensors)


def parameters(folder: Path) -> int:
    """Return how many numbers the weights of a release hold."""
    return sum(
        prod(tensor["shape"])
        for path in folder.rglob("*.safetensors")
        for tensor in header(path).values()
    )


def stated(folder: Path, pattern: str) -> float:
    """Return the number that ``pattern`` finds in the card."""
    found = re.search(pattern, (folder / "README.md").read_text(encoding="utf-8"))
    assert found, pattern
    return float(found[1].replace(",", ""))


def test_the_examples_are_small() -> None:
    sizes = [path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()]
    assert sum(sizes) < 1_000_000


@pytest.mark.parametrize("name", RELEASES)
def test_a_card_states_the_parameters_of_its_weights(name: str) -> None:
    folder = EXAMPLES / name
    claim = stated(
        folder, r"(?:Parameters: |layer each [^,]*, |, )([\d,]{5,}) ?(?:\n|parameters|train)"
    )
    assert claim == parameters(folder)


def test_the_plain_card_multiplies_right() -> None:
    folder = EXAMPLES / "plain-apache"
    tokens = stated(folder, r"Training tokens: ([\d,]+)")
    steps = stated(folder, r"\(([\d,]+) steps")
    batch = stated(folder, r"steps of ([\d,]+) sequences")
    length = stated(folder, r"sequences of ([\d,]+) tokens")
    assert tokens == steps * batch * length
    compute = stated(folder, r"Training compute: ([\d.e]+) FLOP")
    assert compute == pytest.approx(6 * parameters(folder) * tokens, rel=1e-5)
    assert (
        stated(folder, r"text of ([\d,]+) bytes") == (folder / "training_text.txt").stat().st_size
    )


def test_the_config_of_the_plain_model_fits_its_weights() -> None:
    folder = EXAMPLES / "plain-apache"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = header(folder / "model.safetensors")
    embedding = tensors["model.embed_tokens.weight"]["shape"]
    assert embedding == [config["vocab_size"], config["hidden_size"]]
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"][
        "vocab"
    ]
    assert sorted(vocabulary.values()) == list(range(config["vocab_size"]))


def test_the_adapter_fits_its_base() -> None:
    base = header(EXAMPLES / "plain-apache" / "model.safetensors")
    config = json.loads(
        (EXAMPLES / "hobby-lora" / "adapter_config.json").read_text(encoding="utf-8")
    )
    for name, tensor in header(EXAMPLES / "hobby-lora" / "adapter_model.safetensors").items():
        part = name.removeprefix("base_model.model.").rsplit(".lora_", 1)[0]
        side = 1 if ".lora_A." in name else 0
        assert tensor["shape"][side] == base[f"{part}.weight"]["shape"][side]
        assert config["r"] in tensor["shape"]


@pytest.mark.parametrize("name", RELEASES)
def test_each_release_carries_its_licence_and_answers(name: str) -> None:
    assert list((EXAMPLES / name).glob("LICENSE*"))
    path = EXAMPLES / "answers" / f"{name}.toml"
    answers = read_declaration(path, path.name, load_law().vocabulary, Source.ASSERTED)
    assert answers.facts
    assert answers.actors


def test_apache_texts_are_the_projects_own_to_the_byte() -> None:
    for name in ("plain-apache", "hobby-lora"):
        assert (EXAMPLES / name / "LICENSE").read_bytes() == (TOP / "LICENSE").read_bytes()


def test_the_toys_are_what_they_say(tmp_path: Path) -> None:
    assert parameters(oversold_release(tmp_path / "f")) == TOY_PARAMETERS
    folder = sharded_release(tmp_path / "big")
    shards = sorted(folder.glob("*.safetensors"))
    assert len(shards) == 100
    assert sum(path.stat().st_size for path in shards) > 400e9
    assert header(shards[0])
    assert sum(path.stat().st_blocks for path in shards) * 512 < 8 << 20
