"""Results as SARIF: of the standard's shape, every rule named once, every place in the release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.report.conftest import Weigh
from tests.report.sarif_subset import SARIF
from tests.report.toy_law import FULL
from weighbridge.facts import Finding, Severity
from weighbridge.release.hazards.whole import scan_path
from weighbridge.report.check_sarif import check_sarif
from weighbridge.report.sarif import Result, Rule, Where, sarif_log
from weighbridge.report.scan_sarif import scan_sarif
from weighbridge.text.places import Place


def checked(log: dict[str, Any]) -> dict[str, Any]:
    """The one run of a log that is of the standard's shape and of one piece."""
    jsonschema.Draft202012Validator.check_schema(SARIF)
    log = json.loads(json.dumps(log))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    run = log["runs"][0]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])
    assert {each["ruleId"] for each in run["results"]} == set(rules)
    return dict(run)


def test_a_scan(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "ü:#.jinja").write_text("\n{{ x.__class__ }}")
    (tmp_path / "config.json").write_text('{"chat_template": "{{ x.__class__ }}"}')
    (tmp_path / "cut.json").write_text("{")
    (tmp_path / "out").symlink_to("/")
    run = checked(scan_sarif(scan_path(tmp_path)))
    first, second, third = run["results"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/%C3%BC%3A%23.jinja", "uriBaseId": "RELEASE"},
        "region": {"byteOffset": 1},
    }
    assert (first["level"], first["properties"]["verdict"]) == ("error", "dangerous")
    assert second["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "chat_template", "kind": "member"}
    ]
    assert (third["ruleId"], third["level"]) == ("broken", "warning")
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("not opened: a link that leaves the folder")


def test_a_check_tells_what_is_owed_and_what_cannot_be_told(weigh: Weigh) -> None:
    run = checked(check_sarif(weigh(*FULL)))
    assert any(each["kind"] == "fail" for each in run["results"])
    assert any(each["message"]["text"].startswith("owed (") for each in run["results"])
    run = checked(check_sarif(weigh()))
    unknown = [each for each in run["results"] if each["kind"] == "open"]
    assert unknown
    assert all(each["message"]["text"].startswith("cannot tell yet (") for each in unknown)
    assert all(each["level"] == "none" for each in unknown)
    assert all("weighbridge rule" in each["help"]["text"] for each in _rules_of_law(run))


def _rules_of_law(run: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for each in run["tool"]["driver"]["rules"] if "/" in each["id"]]
    assert found
    return found


def test_findings_stand_in_it_at_their_places(weigh: Weigh) -> None:
    from dataclasses import replace

    where = (Place("README.md", 3, 7), Place("model.safetensors"))
    finding = Finding("params-mismatch", Severity.HIGH, "the card says 7B", where)
    run = checked(check_sarif(replace(weigh(), findings=(finding,))))
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("params-mismatch", "error")
    regions = [each["physicalLocation"].get("region") for each in first["locations"]]
    assert regions == [{"startLine": 3, "startColumn": 7}, None]


def test_the_shape_refuses_what_the_standard_refuses() -> None:
    rule = Rule("a", "a", "a")
    good = sarif_log([rule], [Result("a", "note", "m", (Where("x/y"),))])
    check = jsonschema.Draft202012Validator(SARIF)
    assert check.is_valid(good)
    for path in ("/etc/passwd", "c:\\x"):
        log = sarif_log([rule], [Result("a", "note", "m", (Where(path),))])
        uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert check.is_valid(log) is (uri["uri"][0] != "/")
    good["runs"][0]["results"][0]["kind"] = "open"
    assert not check.is_valid(good)
