"""What a check of a release tells of hazards: small files, and weights that need a scan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.release.building import pointer

from weighbridge.facts import Finding
from weighbridge.release.folder import Folder
from weighbridge.release.hazards.cheap import read_hazards
from weighbridge.release.observations import Observations
from weighbridge.release.reader import read_release

KEY = "hf" + "_" + "kD3vQz8RtY2mWp7LsX4nBc6HgJ9fTqZe5V"


def told(folder: Path) -> list[tuple[str, str, str]]:
    seen = Observations()
    read_hazards(Folder.open(folder), seen)
    assert seen.facts == []
    return [(each.id, str(each.severity), str(each.where[0])) for each in seen.findings]


def test_small_files_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{\n"auto_map": {"AutoModel": "modeling_x.X"}}')
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "{{ x.__class__ }}"}')
    (tmp_path / "train.py").write_text(f"import os\n\nos.environ['TOKEN'] = '{KEY}'\n")
    assert told(tmp_path) == [
        ("auto-map", "medium", "config.json:2"),
        ("template-internals", "high", "tokenizer_config.json"),
        ("secret", "high", "train.py:3"),
    ]


def test_many_of_a_kind_are_one_finding(tmp_path: Path) -> None:
    classes = {f"Auto{number}": f"modeling_x.X{number}" for number in range(5)}
    (tmp_path / "config.json").write_text(json.dumps({"auto_map": classes}))
    seen = Observations()
    read_hazards(Folder.open(tmp_path), seen)
    (finding,) = seen.findings
    assert finding.message.endswith("remote code is allowed and 4 more like it")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.ckpt", "a.pkl", "m.h5", "m.keras"])
def test_weights_that_can_run_code_are_said_not_to_be_scanned(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x02N.")
    assert told(tmp_path) == [("weights-not-scanned", "low", name)]
    (tmp_path / name).write_text(pointer(5))
    assert told(tmp_path) == []


def test_large_files_and_other_kinds_are_left_to_a_scan(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_text('{"auto_map": "modeling_x.X"}' + " " * (1 << 18))
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x02N.")
    assert told(tmp_path) == []


def test_a_release_carries_the_findings(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auto_map": {"AutoModel": "other/repo--m.X"}}')
    findings: tuple[Finding, ...] = read_release(tmp_path).findings
    assert "auto-map-elsewhere" in [each.id for each in findings]


def test_the_corpus_tells_of_nothing_but_remote_code(corpus: Path) -> None:
    for release in sorted((corpus / "releases").iterdir()):
        assert {id for id, _, _ in told(release / "files")} <= {"auto-map"}, release.name
