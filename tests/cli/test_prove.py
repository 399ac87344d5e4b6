"""``weighbridge prove``: its forms, its gates, its cases, and what becomes of a run cut short."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.runs import run
from tests.law.cases import read_cases
from weighbridge.cli.main import run as run_here
from weighbridge.reason.prove.ask import ASK
from weighbridge.reason.prove.found import Asked, Events, Found, Step, Undecided
from weighbridge.rules.sources import LAW_FOLDER

SCHEMA = LAW_FOLDER.parent / "schemas" / "prove.json"
TWO = ("--pack", "licence/gpl-3.0", "--pack", "licence/gemma")
PAGE = """\
questions about the law itself
as of 2026-11-23; every release shown was judged again by the reference evaluator

contradictions: what one rule demands another forbids, and both can bind one actor
1 found, 0 undecided, 1 looked at

    ! `licence/gemma/3.1.limits` and `licence/gpl-3.0/10` can bind the same actor, and nobody can
      keep both  [opposed]
"""


def test_a_contradiction_is_shown_with_its_release() -> None:
    ended = run("prove", "contradictions", *TWO)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(PAGE)
    assert "    weights_licence: " in ended.out
    assert "    licence/gpl-3.0/10: applies, in force: yes" in ended.out


def test_nothing_found_says_how_much_was_looked_at() -> None:
    ended = run("prove", "contradictions", "--pack", "licence/gpl-3.0")
    assert ended.out.endswith("nothing found; 0 looked at\n")


def test_json_is_format_one_and_the_same_on_every_run() -> None:
    ended, again = (run("prove", "contradictions", *TWO, "--format", "json") for _ in range(2))
    result = json.loads(ended.out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(result)
    assert ended.out == again.out
    (found,) = result["found"]
    assert [each["verdict"] for each in found["witnesses"][0]["expect"]] == ["applies", "applies"]


def test_the_release_shown_is_saved_as_cases(tmp_path: Path) -> None:
    target = tmp_path / "cases.yaml"
    ended = run("prove", "contradictions", *TWO, "--save", target)
    assert ended.status == 0
    cases = list(read_cases(target, ""))
    assert {id_ for case in cases for id_ in case.expect} == {
        "licence/gemma/3.1.limits",
        "licence/gpl-3.0/10",
    }


def test_a_gate_ends_with_one(tmp_path: Path) -> None:
    ended = run("prove", "contradictions", *TWO, "--fail-on", "found")
    assert (ended.status, ended.err) == (1, "weighbridge: gate found reached: 1\n")
    quiet = ("prove", "contradictions", "--pack", "licence/mit", "--fail-on", "found")
    assert run(*quiet).status == 0


def test_an_amendment_alone_asks_for_whom_it_changes_anything() -> None:
    ended = run("prove", "--amend", "reform/release-wait", "--pack", "reform/release-wait")
    assert ended.status == 0
    assert "amendment: for whom an amendment changes anything\n2 found" in ended.out


def test_the_law_is_the_same_as_a_copy_of_itself() -> None:
    same = (
        "prove",
        "same",
        "--against",
        LAW_FOLDER,
        "--pack",
        "us-tn/elvis",
        "--as-of",
        "2026-11-23",
    )
    ended = run(*same, "--fail-on", "found")
    assert (ended.status, ended.err) == (0, "")
    assert "nothing found" in ended.out


def test_an_interrupted_run_shows_what_was_found_until_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut_short(_: Asked) -> Events:
        yield Step("dead", 3, 9)
        yield Found("dead", "never-met", ("a/b/1",), "no release can ever meet `a/b/1`")
        raise KeyboardInterrupt

    monkeypatch.setitem(ASK, "dead", cut_short)
    assert run_here(["prove", "dead", "redundant", "--pack", "us-tn/elvis"]) == 130
    out = capsys.readouterr().out
    assert "stopped before the end: what was found until then is shown" in out
    assert "1 found, 0 undecided, 3 looked at" in out
    assert "no release can ever meet `a/b/1`  [never-met]" in out
    assert "redundant" not in out


def test_a_question_without_an_answer_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hard(_: Asked) -> Events:
        yield Undecided("dead", ("a/b/1",), "Z3 did not decide it")

    monkeypatch.setitem(ASK, "dead", hard)
    arguments = ["prove", "dead", "--pack", "us-tn/elvis"]
    assert run_here([*arguments, "--fail-on", "found"]) == 0
    assert run_here([*arguments, "--fail-on", "undecided"]) == 1
    assert "? a/b/1: Z3 did not decide it  [undecided]" in capsys.readouterr().out
