"""What clauses say in other words than those of any licence: both directions, both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from weighbridge.release.licence.clauses import find_clauses

FILE = Path(__file__).parent / "paraphrases" / "licence_clauses.txt"
HEAD = re.compile(r"\[(\w+) (en|zh) (yes|no)\]")
NINE = (
    "non_commercial",
    "eu_excluded",
    "user_threshold",
    "revenue_threshold",
    "naming_duty",
    "no_improving_other_models",
    "use_limits",
    "military_excluded",
    "patent_grant",
)


def paraphrases() -> list[tuple[str, str, bool, object, str]]:
    """Return condition, language, whether it is said, the answer and the sentence."""
    found: list[tuple[str, str, bool, object, str]] = []
    condition, language, said = "", "", False
    for line in FILE.read_text("utf-8").splitlines():
        head = HEAD.fullmatch(line)
        if head:
            condition, language, said = head[1], head[2], head[3] == "yes"
        elif line and not line.startswith("#"):
            sentence, _, answer = line.partition(" = ")
            number = int(answer) if answer.isdigit() else True
            found.append((condition, language, said, number, sentence))
    return found


SENTENCES = paraphrases()


@pytest.mark.parametrize(
    ("condition", "answer", "sentence"),
    [(each[0], each[3], each[4]) for each in SENTENCES if each[2]],
)
def test_what_is_said_is_found(condition: str, answer: object, sentence: str) -> None:
    found = find_clauses(f"A first line.\n\n{sentence}\nA last line.\n")
    assert condition in found
    assert found[condition].answer == answer
    assert found[condition].line == 3


@pytest.mark.parametrize(
    ("condition", "sentence"), [(each[0], each[4]) for each in SENTENCES if not each[2]]
)
def test_what_is_near_and_not_said_is_not_found(condition: str, sentence: str) -> None:
    assert condition not in find_clauses(f"A first line.\n\n{sentence}\nA last line.\n")


def test_each_condition_has_eight_sentences_each_way_in_both_languages() -> None:
    for condition in NINE:
        for language in ("en", "zh"):
            for said in (True, False):
                here = [each for each in SENTENCES if each[:3] == (condition, language, said)]
                assert len({each[4] for each in here}) >= 8, (condition, language, said)
