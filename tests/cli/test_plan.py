"""``weighbridge plan`` as people call it: two forms, faults in one line, a file written whole."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.runs import run
from tests.report.toy_law import TOY_LAW
from weighbridge.rules.sources import LAW_FOLDER

TOY = ("--law", str(TOY_LAW), "--as-of", "2030-06-01", "--no-release")
OWED = ("--set", "made_by_actor=yes", "--set", "training_compute=5e23", "--set", "narrow_task=no")
SCHEMAS = LAW_FOLDER.parent / "schemas"


def test_a_plan_is_written_as_json_whole(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    ended = run("plan", *TOY, *OWED, "--to", "XA", "--format", "json", "-o", file)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    data = json.loads(file.read_text(encoding="utf-8"))
    schema = json.loads((SCHEMAS / "plan.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    assert [each["market"] for each in data["plan"]["markets"]] == ["XA"]


def test_a_plan_is_the_same_bytes_each_time() -> None:
    call = ("plan", *TOY, *OWED, "--to", "XA")
    first, again = run(*call), run(*call)
    assert first.status == 0
    assert first.out == again.out


def test_what_flips_a_rule_is_as_its_schema_says() -> None:
    ended = run("plan", *TOY, *OWED, "--flip", "xa/toy-act/4", "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    schema = json.loads((SCHEMAS / "flip.json").read_text(encoding="utf-8"))
    data = json.loads(ended.out)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["rule"] == "xa/toy-act/4"
    assert data["flips"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            (),
            "weighbridge: error: which markets?\n  help: for example --to EU,US-CA,CN\n",
        ),
        (
            ("--to", "XZ"),
            "weighbridge: error: no law here for market `XZ`\n",
        ),
        (
            ("--flip", "xa/toy-act/24-open"),
            "weighbridge: error: rule `xa/toy-act/24-open` makes no row\n"
            "  help: a duty, a prohibition, a right or the like has a verdict to flip\n",
        ),
        (
            ("--to", "XA", "--format", "sarif"),
            "weighbridge: error: format `sarif` is not one of this command\n"
            "  help: one of text, json, markdown, html\n",
        ),
    ],
)
def test_a_call_at_fault_is_told_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    ended = run("plan", *TOY, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(says)


def test_a_role_that_a_rule_never_falls_on_is_said_so() -> None:
    ended = run("plan", *TOY, "--role", "researcher", "--flip", "xa/toy-act/4")
    assert ended.status == 0
    assert "no row was judged: it falls on" in ended.out
