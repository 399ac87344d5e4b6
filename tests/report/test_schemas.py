"""The schemas of files that people write: fresh, and of one mind with the readers."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.report.conftest import Weigh
from tests.report.toy_law import FULL, TOY_LAW
from weighbridge.facts.vocabulary import vocabulary_files
from weighbridge.report.json import to_json
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.strict_yaml import Entries, read_yaml_documents

SCHEMAS = LAW_FOLDER.parent / "schemas"
HEADINGS = {
    "pack": "pack.json",
    "rule": "rule.json",
    "parameter": "parameter.json",
    "reading": "reading.json",
    "penalty": "penalty.json",
    "discharge": "discharge.json",
    "comparison": "comparison.json",
    "article": "coverage.json",
    "lever": "already.json",
    "knowing": "knowing.json",
    "rule_list": "rule-list.json",
    "fact": "facts.json",
    "case": "case.json",
    "situation": "case.json",
    "amendment": "amendment.json",
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def plain(node: Any) -> Any:
    """Return a YAML node as JSON values, every scalar as text."""
    if isinstance(node, dict):
        return {str(key): plain(each) for key, each in node.items()}
    return [plain(each) for each in node] if isinstance(node, list) else str(node)


def documents(paths: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in paths:
        for node in read_yaml_documents(path.read_text(encoding="utf-8"), path.name):
            if isinstance(node, Entries):
                yield path, plain(node)


def from_toml(path: Path) -> dict[str, Any]:
    text = json.dumps(
        tomllib.loads(path.read_text(encoding="utf-8")), default=datetime.date.isoformat
    )
    return dict(json.loads(text))


@pytest.mark.parametrize("tool", ["make_schemas.py", "make_cli_reference.py"])
def test_what_is_generated_is_fresh(tool: str, checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, checkout / "tools" / tool, "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(checkout / "src"), "PATH": ""},
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", [LAW_FOLDER, TOY_LAW], ids=["shipped", "toy"])
def test_every_document_of_law_is_valid(folder: Path) -> None:
    validators = {heading: validator(name) for heading, name in HEADINGS.items()}
    seen = set()
    for path, document in documents(sorted(folder.rglob("*.yaml"))):
        heading = next((each for each in HEADINGS if each in document), None)
        if heading is None:
            assert "law" in document, f"{path}: {list(document)}"
            continue
        seen.add(heading)
        wrong = jsonschema.exceptions.best_match(validators[heading].iter_errors(document))
        assert wrong is None, f"{path}: {document[heading]}: {wrong.message}"
    assert seen >= {"pack", "rule", "parameter", "reading", "discharge", "fact", "case"}


def test_every_fact_of_the_vocabulary_is_valid() -> None:
    check = validator("facts.json")
    found = [document for _, document in documents(vocabulary_files())]
    assert len(found) > 50
    for document in found:
        check.validate(document)


AMENDMENT = {
    "amendment": "later",
    "title": "Everything a little later",
    "changes": [
        {"set": {"parameter": "toy_big", "from": "2031-01-01", "value": "1e24"}},
        {"repeal": {"rule": "xa/toy-act/7", "from": "2031-01-01"}},
        {"move": {"rule": "xa/toy-act/4", "from": "2032-01-01"}},
        {"replace": {"rule": "xa/toy-act/6", "when": {"all": ["weights_public"]}}},
    ],
}
BAD = {
    "rule.json": [
        {"rule": "xa/a/1", "title": "a", "cite": "b", "scope": "xa/a", "wen": "x"},
        {"rule": "xa/a/1", "title": "a", "cite": "b"},
        {"rule": "xa/a/1", "title": "a", "cite": "b", "scope": "xa/a", "concludes": "x"},
        {"rule": "xa/a/1", "title": "a", "cite": "b", "scope": "x", "when": {"some": ["x"]}},
    ],
    "amendment.json": [
        {"amendment": "a", "changes": []},
        {"amendment": "a", "changes": [{"drop": {"rule": "xa/a/1"}}]},
    ],
    "parameter.json": [{"parameter": "a", "unit": "beans", "gloss": "b", "values": {}}],
    "already.json": [
        {"lever": "a", "title": "a", "says": "a"},
        {"lever": "a", "title": "a", "says": "a", "markets": {"XA": {"state": "so"}}},
        {
            "lever": "a",
            "title": "a",
            "says": "a",
            "markets": {"XA": {"state": "so", "because": "a"}},
        },
        {
            "lever": "a",
            "title": "a",
            "says": "a",
            "markets": {"XA": {"state": "nothing", "because": "a", "rules": ["xa/a/1"]}},
        },
    ],
    "facts.json": [{"fact": "Big", "type": "flag", "gloss": "x"}],
    "case.json": [{"case": "a", "expect": {"xa/a/1": "maybe"}}],
    "weighbridge-toml.json": [
        {},
        {"format": 2},
        {"format": 1, "law": "x"},
        {"format": 1, "facts": {"training_compte": 1}},
        {"format": 1, "facts": {"weights_public": "perhaps"}},
        {"format": 1, "facts": {"actor_kind": "club"}},
        {"format": 1, "facts": {"training_compute": -1}},
        {"format": 1, "actor": [{"roles": ["developer"]}]},
        {"format": 1, "actor": [{"id": "a", "weights_public": True}]},
        {"format": 1, "settle": [{"fact": "a", "value": 1}]},
    ],
}


def test_an_amendment_is_valid() -> None:
    validator("amendment.json").validate(AMENDMENT)


@pytest.mark.parametrize(
    ("name", "document"), [(name, each) for name, many in BAD.items() for each in many]
)
def test_what_a_reader_refuses_the_schema_refuses(name: str, document: dict[str, Any]) -> None:
    assert not validator(name).is_valid(document)


def test_the_answers_of_the_examples_are_valid(examples: Path) -> None:
    check = validator("weighbridge-toml.json")
    answers = sorted((examples / "answers").glob("*.toml"))
    assert answers
    for path in answers:
        check.validate(from_toml(path))


@pytest.mark.parametrize("facts", [FULL, ("weights_public=yes",), ()])
def test_a_result_is_valid(facts: tuple[str, ...], weigh: Weigh) -> None:
    result = to_json(weigh(*facts))
    result["law"]["hash"] = "sha256:" + "0" * 64  # only law that was loaded carries one
    validator("result.json").validate(json.loads(json.dumps(result)))
