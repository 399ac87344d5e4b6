"""The answers in ``docs/prove.md`` are what the commands above them print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.runs import run

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "prove.md"
EXAMPLES = re.findall(
    r"```\n\$ weighbridge ([^\n]+)\n([^`].*?)```", DOCUMENT.read_text("utf-8"), re.S
)


@pytest.mark.parametrize(("command", "answer"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_an_example_prints_what_it_shows(
    command: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DOCUMENT.parent.parent)
    ended = run(*command.split())
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.split("\n\n", 1)[1] == answer


def test_every_question_has_an_example() -> None:
    words = {command.split()[1] for command, _ in EXAMPLES}
    assert words == {"contradictions", "gaps", "dead", "redundant", "cliffs", "--amend", "same"}
