"""``weighbridge ask``: writes after every answer, loses nothing, can be stopped and resumed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.runs import TOY, Ended, environment, run
from tests.report.toy_law import TOY_CONTRACT
from weighbridge.cli.answers import read_answer
from weighbridge.cli.toml_lines import with_fact, with_note
from weighbridge.facts import FactType
from weighbridge.text.errors import InputError, ParseError


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of which next to nothing is known, so that there is much to ask."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "README.md").write_text("# A model\n", encoding="utf-8")
    return tmp_path / "toy"


def ask(release: Path, typed: str, *more: str | Path) -> Ended:
    return run("ask", release, *TOY, *more, typed=typed)


def facts(path: Path) -> dict[str, object]:
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["facts"])


def test_each_answer_is_written_and_shows_what_it_settled(release: Path) -> None:
    ended = ask(release, "2\nq\n")
    assert (ended.status, ended.err) == (0, "")
    written = facts(release / "weighbridge.toml")
    assert list(written.values()) == [False]
    assert "→ that settles, it does not apply:" in ended.out
    assert f"Next: weighbridge check {release}" in ended.out


def test_no_question_speaks_of_a_place_by_its_brackets(release: Path) -> None:
    ended = ask(release, "d\n" * 20)
    assert "{market}" not in ended.out


def asked(ended: Ended) -> list[int]:
    """Return the numbers of the questions put, each once."""
    numbers = re.findall(r"^(\d+)\. ", ended.out, re.MULTILINE)
    return list(dict.fromkeys(map(int, numbers)))


def test_what_nobody_knows_is_asked_once_and_writes_nothing(release: Path) -> None:
    ended = ask(release, "d\n" * 30)
    assert ended.status == 0
    assert asked(ended) == [1, 2, 3, 4, 5, 6]
    assert not (release / "weighbridge.toml").exists()


def test_never_more_than_ten_questions(release: Path) -> None:
    ended = run("ask", release, typed="d\n" * 30)
    assert ended.status == 0
    assert 5 < len(asked(ended)) <= 10


def test_somebody_else_is_noted_and_named_again(release: Path) -> None:
    first = ask(release, "o\nq\n")
    text = (release / "weighbridge.toml").read_text(encoding="utf-8")
    (note,) = [line for line in text.splitlines() if line.startswith("# ask: ")]
    key, question = note.removeprefix("# ask: ").split(": ", 1)
    assert f"To be asked of somebody else: {question} [{key}]" in first.out
    again = ask(release, "1\nq\n")
    assert f"Still to be asked of somebody else: {question} [{key}]" in again.out
    assert "# ask:" not in (release / "weighbridge.toml").read_text(encoding="utf-8")
    assert key in facts(release / "weighbridge.toml")


def test_a_second_call_goes_on_where_the_first_stopped(release: Path) -> None:
    ask(release, "1\nq\n")
    (first,) = facts(release / "weighbridge.toml")
    ask(release, "2\nq\n")
    assert next(iter(facts(release / "weighbridge.toml"))) == first
    assert len(facts(release / "weighbridge.toml")) == 2


def test_back_takes_the_last_answer_out_again(release: Path) -> None:
    ended = ask(release, "1\nb\nq\n")
    assert ended.status == 0
    assert not (release / "weighbridge.toml").exists()
    ask(release, "1\n1\nb\nq\n")
    assert len(facts(release / "weighbridge.toml")) == 1


def test_a_wrong_answer_is_asked_again_with_a_clear_line(release: Path) -> None:
    ended = ask(release, "\nmaybe\n1\nq\n")
    assert "   `maybe` is none of the choices; type 1 to 2\n" in ended.out
    assert list(facts(release / "weighbridge.toml").values()) == [True]


def test_what_a_person_wrote_stays_letter_by_letter(release: Path) -> None:
    own = release / "weighbridge.toml"
    before = '# mine\nformat = 1\n\n[facts] # said\nusers = "..10" # few\n\n[[use]]\nid = "x"\n'
    own.write_text(before, encoding="utf-8")
    ask(release, "1\nq\n")
    after = own.read_text(encoding="utf-8").splitlines()
    (new,) = [line for line in after if line not in before.splitlines()]
    assert after.index(new) == after.index('users = "..10" # few') + 1
    assert [line for line in after if line != new] == before.splitlines()


def test_another_file_can_be_named(release: Path, tmp_path: Path) -> None:
    target = tmp_path / "answers.toml"
    ask(release, "1\n1\nq\n", "-o", target)
    assert len(facts(target)) == 2
    assert not (release / "weighbridge.toml").exists()


def test_the_end_of_the_input_is_a_stop(release: Path) -> None:
    ended = ask(release, "1\n")
    assert (ended.status, ended.err) == (0, "")
    assert len(facts(release / "weighbridge.toml")) == 1


def test_an_interrupt_ends_with_130_and_loses_nothing(release: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "weighbridge.cli", "ask", str(release), *TOY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        # a shell that runs the tests in its background has interrupts ignored below it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"1\n")
    process.stdin.flush()
    shown = b""
    while b"\n2. " not in shown:
        more = os.read(process.stdout.fileno(), 4096)
        assert more, shown
        shown += more
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130, "it ended before its input did"
    out, err = process.communicate()
    assert b"Traceback" not in err
    assert b"stopped; every answer given is in" in out
    assert len(facts(release / "weighbridge.toml")) == 1


def test_no_folder_and_a_linked_file_are_refused(release: Path, tmp_path: Path) -> None:
    missing = ask(tmp_path / "none", "1\n")
    assert missing.err == f"weighbridge: error: no release folder at `{tmp_path}/none`\n"
    (tmp_path / "elsewhere").write_text("mine")
    (release / "weighbridge.toml").symlink_to(tmp_path / "elsewhere")
    linked = ask(release, "1\n")
    assert linked.status == 2
    assert "is a link\n  help: answers are not written through links: use -o\n" in linked.err
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_a_broken_file_is_told_and_left_alone(release: Path) -> None:
    own = release / "weighbridge.toml"
    own.write_text("format = 1\nfacts = [\n", encoding="utf-8")
    ended = ask(release, "1\n")
    assert ended.status == 2
    assert ended.err.startswith("weighbridge: error: weighbridge.toml: not valid TOML: ")
    assert own.read_text(encoding="utf-8") == "format = 1\nfacts = [\n"


COUNT = FactType("users", "count", "actor-market", "users", unit="persons")
DAY = FactType("release_date", "date", "release", "the day")
FLAG = FactType("narrow_task", "flag", "release", "narrow")
KIND = FactType("actor_kind", "enum", "actor", "kind", values={"one": "alone", "many": "many"})
ANSWERS = [
    (FLAG, "1", "true"),
    (FLAG, "no", "false"),
    (KIND, "2", '"many"'),
    (KIND, "one", '"one"'),
    (COUNT, "1000", "1000"),
    (COUNT, "1e6", "1e6"),
    (COUNT, "1,000", '"1,000"'),
    (COUNT, "..1000", '"..1000"'),
    (COUNT, "10..20", '"10..20"'),
    (DAY, "2025-07-01", "2025-07-01"),
    (DAY, "2025-07", '"2025-07"'),
    (DAY, "2025-06-01..2025-07-31", '"2025-06-01..2025-07-31"'),
]


@pytest.mark.parametrize(("fact", "typed", "written"), ANSWERS)
def test_an_answer_is_written_as_toml(fact: FactType, typed: str, written: str) -> None:
    assert read_answer(fact, typed) == written
    tomllib.loads(f"x = {written}")


REFUSED = [
    (FLAG, "3", "`3` is none of the choices"),
    (KIND, "few", "`few` is none of the choices"),
    (COUNT, "many", "`many` is not a number"),
    (COUNT, "..", "`..` says nothing"),
    (COUNT, "-1", "`-1` is below zero"),
    (DAY, "soon", "`soon` is not a date"),
]


@pytest.mark.parametrize(("fact", "typed", "message"), REFUSED)
def test_an_answer_that_cannot_be_read_says_so(fact: FactType, typed: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_answer(fact, typed)
    assert caught.value.message == message
    assert caught.value.help


LINES = {
    "a new file": ("", "format = 1\n\n[facts]\nusers = 1\n"),
    "no facts yet": ("format = 1\n", "format = 1\n\n[facts]\nusers = 1\n"),
    "a fact said again": (
        "format = 1\n[facts]\nusers = 9 # few\nx = 1\n",
        "format = 1\n[facts]\nusers = 1\nx = 1\n",
    ),
    "a table after it": (
        'format = 1\n[facts]\nx = 1\n\n[[actor]]\nid = "a"\n',
        'format = 1\n[facts]\nx = 1\nusers = 1\n\n[[actor]]\nid = "a"\n',
    ),
    "a fact of the same name elsewhere": (
        'format = 1\n[facts]\n[[actor]]\nid = "a"\nusers = 3\n',
        'format = 1\n[facts]\nusers = 1\n[[actor]]\nid = "a"\nusers = 3\n',
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_fact_is_written_where_it_belongs(name: str) -> None:
    before, after = LINES[name]
    assert with_fact(before, "users", "1") == after


def test_a_key_with_a_subject_is_quoted() -> None:
    assert '"users[a/EU]" = 1' in with_fact("", "users[a/EU]", "1")


@pytest.mark.parametrize(
    "text",
    [
        'format = 1\nnote = """\n[facts]\n"""\n',
        "format = 1\nfacts = {x = 1}\n",
        "format = 1\nfacts.x = 1\n",
        'format = 1\n[facts]\nusers = """\n1"""\n',
    ],
    ids=["facts within a text", "a table on one line", "a dotted key", "a text of two lines"],
)
def test_a_file_that_lines_cannot_change_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(InputError) as caught:
        with_fact(text, "users", "1")
    assert caught.value.help == "write it yourself under [facts]: users = 1"


def test_a_note_goes_once_the_fact_is_there() -> None:
    noted = with_note("", "users", "How many?")
    assert with_note(noted, "users", "How many?") == noted
    assert with_fact(noted, "users", "1") == "format = 1\n\n[facts]\nusers = 1\n"


def test_a_licence_that_an_answer_names_is_told_apart_from_law(release: Path) -> None:
    # No licence that ships is asked about.
    (release / "weighbridge.toml").write_text('format = 1\n\n[facts]\nweights_licence = "other"\n')
    ended = ask(release, "1\nq\n", "--law", TOY_CONTRACT, "--role", "host")
    assert "Under which licence did you get the toy?" in ended.out
    said = ended.out[ended.out.index("Under which licence did you get the toy?") :]
    settled = "→ that settles, owed to the licensor: Keep the notice"
    assert settled in said
    assert "Blue term" not in said, "what other licences ask is settled too, and no news"
    counted = said.index("duties and prohibitions:")
    assert "owed to the licensor: owes 1 · cannot tell" in said[counted:]
