"""``weighbridge check`` as scripts use it: exit statuses, gates, files, bytes, what is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import environment, run, toy_facts
from tests.report.toy_law import FULL, TOY_CONTRACT, TOY_LAW
from tests.report.wellformed import read_html
from weighbridge.assess import Request, assess
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import one_screen
from weighbridge.report.text import to_text
from weighbridge.rules import load_law

OWED, NOT_OWED = FULL, ("training_compute=1e20", "made_by_actor=yes", "weights_public=no")


def test_the_screen_of_the_shell_is_the_screen_of_the_report() -> None:
    ended = run(*toy_facts(*FULL))
    request = Request(None, as_of="2030-06-01", markets=("XA",), sets=FULL)
    assessment = assess(request, load_law([TOY_LAW]))
    assert ended.out == to_text(one_screen(assessment, Shown()))
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_two_runs_give_the_same_bytes(form: str) -> None:
    first, second = (run(*toy_facts(*FULL), "--format", form) for _ in range(2))
    assert first == second
    assert first.status == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_file_holds_what_standard_output_would(form: str, tmp_path: Path) -> None:
    target = tmp_path / "result"
    target.write_text("old")
    to_file = run(*toy_facts(*FULL), "--format", form, "-o", target)
    assert (to_file.status, to_file.out, to_file.err) == (0, "", "")
    assert target.read_text(encoding="utf-8") == run(*toy_facts(*FULL), "--format", form).out
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_call_at_fault_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "result"
    target.write_text("old")
    assert run(*toy_facts("userss=1"), "-o", target).status == 2
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


GATES = {
    ("owed", OWED): "gate owed reached: xa/toy-act/4 XA developer and 2 more",
    ("owed", NOT_OWED): "",
    ("prohibited", OWED): "",
    ("prohibited", ("made_by_actor=yes", "dangerous_toy=yes")): (
        "gate prohibited reached: xa/toy-act/9 XA developer"
    ),
    ("unknown", OWED): "gate unknown reached: xa/toy-act/10 XA developer and 2 more",
    ("finding:low", OWED): "",
}


@pytest.mark.parametrize(("gate", "facts"), GATES)
def test_a_gate_ends_with_status_1_and_says_which(gate: str, facts: tuple[str, ...]) -> None:
    told = GATES[gate, facts]
    ended = run(*toy_facts(*facts), "--fail-on", gate)
    assert ended.status == (1 if told else 0)
    assert ended.err == (f"weighbridge: {told}\n" if told else "")
    assert ended.out == run(*toy_facts(*facts)).out


def test_law_not_in_force_reaches_no_gate() -> None:
    before = [word if word != "2030-06-01" else "2028-01-01" for word in toy_facts(*FULL)]
    assert run(*before, "--fail-on", "owed").status == 0


def test_with_a_baseline_only_what_is_new_counts(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    run(*toy_facts(*OWED), "--format", "json", "-o", earlier)
    same = run(*toy_facts(*OWED), "--fail-on", "owed", "--baseline", earlier)
    assert (same.status, same.err) == (0, "")
    more = run(*toy_facts(*OWED, "outputs_image=yes"), "--fail-on", "owed", "--baseline", earlier)
    assert more.status == 1
    assert more.err == "weighbridge: gate owed reached: xa/toy-act/7 XA developer\n"


def test_findings_reach_a_gate_at_their_severity_and_above(examples: Path, tmp_path: Path) -> None:
    release = examples / "company-image-model"
    result = json.loads(run("check", release, "--format", "json").out)
    worst = {each["severity"] for each in result["findings"]}
    for severity, statuses in {
        "low": worst,
        "medium": worst - {"low"},
        "high": worst & {"high"},
    }.items():
        ended = run("check", release, "--fail-on", f"finding:{severity}")
        assert ended.status == (1 if statuses else 0), severity


def test_roles_are_taken_with_a_hyphen_as_well() -> None:
    ended = run(*toy_facts(), "--role", "dataset-publisher", "--format", "json")
    assert json.loads(ended.out)["actors"] == [{"id": "-", "roles": ["dataset_publisher"]}]


def test_the_last_set_wins_and_unknown_unsets() -> None:
    arguments = toy_facts("users=1", "users=5..10", "weights_public=yes", "weights_public=unknown")
    facts = json.loads(run(*arguments, "--format", "json").out)["facts"]
    assert (facts["users"]["low"], facts["users"]["high"]) == (5, 10)
    assert facts["weights_public"]["value"] is None


def test_today_is_the_one_way_to_use_the_clock() -> None:
    asked = run("check", "--no-release", "--as-of", "today", "--format", "json")
    default = run("check", "--no-release", "--format", "json")
    assert json.loads(asked.out)["law"]["as_of"] != "today"
    assert len(json.loads(asked.out)["law"]["as_of"]) == 10
    read_on = json.loads(run("law", "--format", "json").out)["read_on"]
    assert json.loads(default.out)["law"]["as_of"] == read_on


def test_no_colour_when_piped_whatever_the_environment_says() -> None:
    for more in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}):
        assert "\x1b" not in run(*toy_facts(*FULL), **more).out


def on_a_terminal(**more: str) -> str:
    """Return what a run prints on a pseudo terminal."""
    code = "import pty, sys\npty.spawn([sys.executable, '-m', 'weighbridge.cli', *sys.argv[1:]])\n"
    done = subprocess.run(
        [sys.executable, "-c", code, *toy_facts(*FULL)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment(**more),
        check=False,
        timeout=60,
    )
    return done.stdout.decode("utf-8", "replace")


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo terminal needs a Unix system")
def test_colour_on_a_terminal_unless_no_color_is_set() -> None:
    assert "\x1b[1mXA" in on_a_terminal(TERM="xterm", NO_COLOR="")
    plain = on_a_terminal(TERM="xterm", NO_COLOR="1")
    assert "publish a paper" in plain
    assert "\x1b" not in plain
    assert "\x1b" not in on_a_terminal(TERM="dumb", NO_COLOR="")


LOADED = """
import sys
from weighbridge.cli.main import run
status = run(sys.argv[1:])
wanted = ("z3", "jinja2", "rich", "asyncio", "license_expression")
sys.stderr.write(" ".join(name for name in wanted if name in sys.modules))
sys.exit(status)
"""


@pytest.mark.parametrize("form", ["json", "text", "markdown", "html"])
def test_what_is_not_used_is_not_imported(form: str, examples: Path) -> None:
    arguments = ["check", examples / "plain-apache", "--format", form]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_reader_that_stops_early_is_no_error(examples: Path) -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "weighbridge.cli",
            "check",
            examples / "plain-apache",
            "--format",
            "json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(timeout=60), told) == (0, b"")


HELP = ["check", "ask", "diff", "rule", "law", "facts", "licence"]


@pytest.mark.parametrize("command", HELP)
def test_every_command_has_help_with_examples(command: str) -> None:
    ended = run(command, "--help")
    assert (ended.status, ended.err) == (0, "")
    assert f"Usage: weighbridge {command}" in ended.out
    assert f"  weighbridge {command}" in ended.out.split("Examples:")[1]


def test_the_first_help_lists_every_command() -> None:
    for arguments in ((), ("--help",), ("-h",)):
        ended = run(*arguments)
        assert ended.status == 0
        assert all(f"  {command} " in ended.out for command in HELP)
    assert run("--version").out.startswith("weighbridge 0.")


def test_the_other_commands_print_text_json_markdown_and_html(examples: Path) -> None:
    calls = (
        ("rule", "xa/toy-act/4", "--law", toy_facts()[3]),
        ("law",),
        ("law", "xa/toy-act", "--law", toy_facts()[3]),
        ("law", "--diff", "2026-07-26", "2026-12-02"),
        ("diff", str(examples / "plain-apache"), str(examples / "hobby-lora")),
        ("facts",),
        ("facts", "users"),
        ("licence", str(examples / "plain-apache")),
    )
    for call in calls:
        text, data, markdown, html = (
            run(*call, "--format", form) for form in ("text", "json", "markdown", "html")
        )
        assert (text.status, data.status, markdown.status, html.status) == (0, 0, 0, 0)
        assert json.loads(data.out)["format"] == 1
        assert markdown.out.startswith("# ")
        assert text.out != markdown.out
        assert read_html(html.out).headings[0] == 1


def test_a_pack_is_listed_rule_by_rule() -> None:
    ended = run("rule", "xa/toy-act", "--law", toy_facts()[3])
    assert "publish a paper" not in ended.out
    assert "Publish a paper  [xa/toy-act/4]" in ended.out


def test_a_pack_is_shown_article_by_article_with_the_rules_that_encode_its_rows() -> None:
    (pack, *_) = (
        each for each in json.loads(run("law", "--format", "json").out)["packs"] if each["rows"]
    )
    ended = run("law", pack["pack"])
    assert (ended.status, ended.err) == (0, "")
    assert f"rows of the fact sheets: {pack['rows']['encoded']} encoded, " in ended.out
    data = json.loads(run("law", pack["pack"], "--format", "json").out)
    states = [row["state"] for article in data["articles"] for row in article["rows"]]
    assert {state: states.count(state) for state in pack["rows"]} == pack["rows"]


WITH_TERMS = ("--law", TOY_CONTRACT, "--role", "modifier")
TERMS = {
    ("owed", ("toy_base_licence=red",)): (
        "gate owed reached by terms owed to a licensor: licence/red/3 modifier and 1 more"
    ),
    ("owed", ("toy_base_licence=other",)): "",
    ("prohibited", ("toy_base_licence=red", "outputs_audio=yes")): (
        "gate prohibited reached by terms owed to a licensor: licence/red/5 modifier"
    ),
    ("unknown", ("toy_base_licence=red",)): (
        "gate unknown reached by terms owed to a licensor: licence/red/5 modifier and 2 more"
    ),
}


@pytest.mark.parametrize(("gate", "facts"), TERMS)
def test_what_is_owed_to_a_licensor_reaches_a_gate_on_a_line_of_its_own(
    gate: str, facts: tuple[str, ...]
) -> None:
    told = TERMS[gate, facts]
    # No licence that ships is meant.
    owed = (*OWED, "base_licence=other", "weights_licence=other")
    by_law = run(*toy_facts(*owed), "--role", "modifier", "--fail-on", gate).err
    ended = run(*toy_facts(*owed, *facts), *WITH_TERMS, "--fail-on", gate)
    assert ended.err == by_law + (f"weighbridge: {told}\n" if told else "")
    assert ended.status == (1 if ended.err else 0)


def test_terms_alone_reach_a_gate_and_a_baseline_takes_them_out(tmp_path: Path) -> None:
    nothing = toy_facts("made_by_actor=no", "weights_public=no", "toy_base_licence=red")
    assert run(*nothing, *WITH_TERMS, "--fail-on", "owed").status == 1
    earlier = tmp_path / "earlier.json"
    run(*nothing, *WITH_TERMS, "--format", "json", "-o", earlier)
    same = run(*nothing, *WITH_TERMS, "--fail-on", "owed", "--baseline", earlier)
    assert (same.status, same.err) == (0, "")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    ended = run(*toy_facts(*FULL), "--format", "json", "-o", pipe)
    out, _ = reader.communicate(timeout=30)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert json.loads(out)["format"] == 1
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
