"""``weighbridge licence``: its JSON is what its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.runs import run
from weighbridge.rules.sources import LAW_FOLDER

SCHEMA = LAW_FOLDER.parent / "schemas" / "licence.json"
CARD = "---\nlicense: mit\nbase_model: meta-llama/Llama-3.1-8B\n---\n# Scale\n"


@pytest.mark.parametrize(
    "rider", ["", "Products with more than 5 million daily active users pay.\n"]
)
def test_json_is_format_one(checkout: Path, tmp_path: Path, rider: str) -> None:
    text = (checkout / "LICENSE").read_text(encoding="utf-8")
    (tmp_path / "LICENSE").write_text(text + rider, encoding="utf-8")
    (tmp_path / "README.md").write_text(CARD, encoding="utf-8")
    ended = run("licence", tmp_path, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    result = json.loads(ended.out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(result)
    assert result["format"] == 1
    assert result["conditions"]["user_threshold"] == (5_000_000 if rider else False)
    assert {"licence-mismatch"} <= {each["id"] for each in result["findings"]}
    assert [each["from"] for each in result["licences"]] == ["LICENSE", "README.md:2"]
