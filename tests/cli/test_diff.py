"""``weighbridge diff`` as scripts use it: releases, dates, laws, gates, files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import Ended, run
from tests.rules.changing_law import CHANGING

# Facts on which the European Union asks for papers that a free licence spares.
GENERAL = (
    *("--market", "EU", "--set", "training_compute=1e24", "--set", "outputs_text=yes"),
    *("--set", "placed_on_market=yes", "--set", "monetised=no"),
    *("--set", "model_first_available=2026-01-01"),
)
CHANGED = ("--both-law", str(CHANGING), "--market", "XA", "--no-release")
FACTS = (
    *("--set", "made_by_actor=yes", "--set", "training_compute=5e22", "--set", "narrow_task=no"),
    *("--set", "model_first_available=2030-01-01"),
)


@pytest.fixture(scope="module")
def capped(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plain example under a licence that forbids some uses."""
    folder = tmp_path_factory.mktemp("capped") / "plain-apache"
    shutil.copytree(examples / "plain-apache", folder)
    shutil.copyfile(examples / "company-image-model" / "LICENSE.md", folder / "LICENSE")
    return folder


def result(*arguments: str | Path) -> dict[str, Any]:
    ended = run("diff", *arguments, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    return dict(json.loads(ended.out))


def flat(ended: Ended) -> str:
    return " ".join(ended.out.split())


def test_a_changed_licence_is_the_cause_with_its_place(examples: Path, capped: Path) -> None:
    ended = run("diff", capped, examples / "plain-apache", *GENERAL)
    assert (ended.status, ended.err) == (0, "")
    said = flat(ended)
    assert (
        "now settled = because the licence forbids some uses: no (LICENSE), before yes "
        "(LICENSE:6): technical documentation of the model: does not apply [eu/ai-act/53.1.a"
    ) in said
    assert "– gone: the card names Apache-2.0 as the licence, but LICENSE is openrail++" in said
    assert "~ the licence of the weights: Apache-2.0 (LICENSE), before openrail++ (LICENSE)" in said


def test_the_other_way_round_opens_what_was_settled(examples: Path, capped: Path) -> None:
    rows = result(examples / "plain-apache", capped, *GENERAL)["verdicts"]
    duties = {each["rule"]: each for each in rows if each["kind"] == "duty"}
    row = duties["eu/ai-act/53.1.a"]
    assert row["before"]["verdict"] == "does-not-apply"
    assert row["after"]["verdict"] in ("applies", "unknown")
    assert row["causes"][0] == {
        "of": "verdict",
        "kind": "facts",
        "sets": [["licence_use_limits"]],
        "alone": True,
    }


def test_a_release_against_itself_changed_in_nothing(examples: Path) -> None:
    ended = run("diff", examples / "plain-apache", examples / "plain-apache")
    assert ended.status == 0
    assert ended.out.splitlines()[3] == "nothing changed"


def test_an_order_that_ended_between_two_days_is_the_cause() -> None:
    ended = run(
        *("diff", "--no-release", "--as-of", "2024-06-01", "--and-as-of", "2026-11-23"),
        *("--set", "training_compute=2e26", "--set", "actor_kind=company", "--market", "US"),
    )
    assert (ended.status, ended.err) == (0, "")
    assert (
        "gone – because it ended on 2025-01-20, by EO 14148 sec. 2: "
        "report on a very large training run [us/eo-14110/4.2.a.i m]"
    ) in flat(ended)


def test_the_day_of_one_side_alone_may_be_said() -> None:
    data = result("--no-release", "--and-as-of", "2030-01-01", "--market", "US")
    read_on = json.loads(run("law", "--format", "json").out)["read_on"]
    days = [data[side]["law"]["as_of"] for side in ("before", "after")]
    assert days == [read_on, "2030-01-01"]
    assert data["differs_in"] == ["date"]


def test_an_amendment_is_of_the_second_side_alone(tmp_path: Path) -> None:
    path = tmp_path / "lower.yaml"
    path.write_text(
        "amendment: lower\nchanges:\n  - set: {parameter: line_x, from: 2030-01-01, value: 1e21}\n"
    )
    on = ("--as-of", "2030-06-01")
    data = result(*CHANGED, *FACTS, *on, "--amend", path)
    assert data["differs_in"] == ["law"]
    assert data["before"]["law"]["amendments"] == []
    assert data["after"]["law"]["amendments"] == ["lower"]
    (row,) = (each for each in data["verdicts"] if each["rule"] == "xa/act/3")
    assert row["causes"][0]["sets"] == [["line_x"]]
    both = result(*CHANGED, *FACTS, *on, "--both-amend", path, "--and-as-of", "2030-07-01")
    assert both["before"]["law"] == {**both["after"]["law"], "as_of": "2030-06-01"}


def test_a_folder_of_law_is_added_to_the_second_side(examples: Path) -> None:
    data = result(examples / "plain-apache", "--law", CHANGING, "--as-of", "2030-06-01")
    assert data["differs_in"] == ["law"]
    rows = data["verdicts"]
    assert {each["market"] for each in rows} == {"XA"}
    assert {each["before"] for each in rows} == {None}


def test_facts_date_and_law_may_all_differ(examples: Path, capped: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    path.write_text("amendment: more\nchanges:\n  - repeal: {rule: eu/ai-act/53.1.d}\n")
    data = result(
        *(examples / "plain-apache", capped, *GENERAL, "--amend", path),
        *("--as-of", "2025-06-01", "--and-as-of", "2026-11-23"),
    )
    assert data["differs_in"] == ["facts", "date", "law"]
    kinds = {
        each["rule"]: [(cause["of"], cause["kind"]) for cause in each["causes"]]
        for each in data["verdicts"]
    }
    assert kinds["eu/ai-act/53.1.a"] == [("verdict", "facts"), ("in_force", "date")]
    assert ("in_force", "law") in kinds["eu/ai-act/53.1.d"]
    assert kinds["eu/ai-act/53.1.c"] == [("in_force", "date")]


GATES = {
    "owed": "gate owed reached: xa/act/3 XA developer\n",
    "unknown": "",
    "prohibited": "",
    "finding:low": "",
}


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_counts_what_the_second_side_alone_reaches(gate: str) -> None:
    days = ("--as-of", "2031-05-31", "--and-as-of", "2031-06-01")
    ended = run("diff", *CHANGED, *FACTS, *days, "--fail-on", gate)
    told = GATES[gate]
    assert (ended.status, ended.err) == (1 if told else 0, f"weighbridge: {told}" if told else "")
    assert ended.out == run("diff", *CHANGED, *FACTS, *days).out
    again = ("--as-of", "2031-06-01", "--and-as-of", "2031-06-02")
    assert run("diff", *CHANGED, *FACTS, *again, "--fail-on", gate).status == 0


def test_a_new_finding_reaches_its_gate(examples: Path, capped: Path) -> None:
    plain = examples / "plain-apache"
    worse = run("diff", plain, capped, "--fail-on", "finding:high")
    assert worse.status == 1
    assert worse.err == (
        "weighbridge: gate finding:high reached: licence-mismatch LICENSE README.md\n"
    )
    assert run("diff", capped, plain, "--fail-on", "finding:high").status == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_file_holds_what_standard_output_would(form: str, tmp_path: Path) -> None:
    days = ("--as-of", "2031-05-31", "--and-as-of", "2031-06-01")
    call = ("diff", *CHANGED, *FACTS, *days, "--format", form)
    to_file = run(*call, "-o", tmp_path / "result")
    assert (to_file.status, to_file.out, to_file.err) == (0, "", "")
    assert (tmp_path / "result").read_text(encoding="utf-8") == run(*call).out
