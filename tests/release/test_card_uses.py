"""Uses that a card says its model is meant for: sentences in both directions for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.release.cards import line_of, seen_in

from weighbridge.facts import Vocabulary
from weighbridge.release.card.uses import use_patterns

SENTENCES = Path(__file__).parent / "uses"
LAW = Path(__file__).parents[2] / "src" / "weighbridge" / "law"

# These take a duty away where nothing else is done with the model, which no sentence can show.
NEVER_READ = {"use_drafts_adverts", "use_detects_fraud", "use_takes_notes_or_schedules"}


def documents() -> Iterator[dict[str, list[str]]]:
    for file in sorted(SENTENCES.glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def sentences(kind: str) -> list[tuple[str, str]]:
    return [(str(each["use"]), text) for each in documents() for text in each[kind]]


def uses_in(folder: Path, text: str) -> set[str]:
    """The uses that a card with one entry of the sets, ``Heading :: text``, is seen to have."""
    heading, _, body = text.rpartition(" :: ")
    above = f"## {heading}\n\n" if heading else ""
    seen = seen_in(folder, f"# Toy\n\n{above}{body}\n")
    return {fact.name for fact in seen.facts if fact.name.startswith("use_")}


@pytest.mark.parametrize(("use", "text"), sentences("meant"))
def test_what_the_model_is_meant_for_is_seen(tmp_path: Path, use: str, text: str) -> None:
    assert uses_in(tmp_path, text) == {use}


@pytest.mark.parametrize(("use", "text"), sentences("mentioned"))
def test_what_is_only_spoken_of_is_not(tmp_path: Path, use: str, text: str) -> None:
    assert uses_in(tmp_path, text) == set(), use


def test_each_use_has_its_sentences_in_both_directions() -> None:
    for each in documents():
        for kind in ("meant", "mentioned"):
            english = [text for text in each[kind] if text.isascii() or "é" in text]
            assert len(english) >= 10, (each["use"], kind)
            assert len(each[kind]) - len(english) >= 2, (each["use"], kind)


def test_every_listed_use_is_read_and_has_sentences() -> None:
    """The uses are those that the law's list names; the flags are facts of a use."""
    listed = set(re.findall(r"\buse_(?!field\b)[a-z_]+", _list_of_uses())) - NEVER_READ
    read = {each.fact for each in use_patterns()}
    assert len(listed) >= 24
    assert listed - read == set()
    assert {str(each["use"]) for each in documents()} == read


def _list_of_uses() -> str:
    return (LAW / "eu" / "ai-act" / "rules" / "annex-iii.yaml").read_text(encoding="utf-8")


def test_uses_are_flags_of_the_vocabulary(vocabulary: Vocabulary) -> None:
    for each in use_patterns():
        type_ = vocabulary[each.fact]
        assert (type_.type, type_.subject) == ("flag", "use")
        assert each.fact not in NEVER_READ


def test_every_pattern_compiles_and_knows_a_hint() -> None:
    for each in use_patterns():
        patterns = (*each.needs, *each.says, *each.unless)
        assert all(pattern.compiled.pattern for pattern in patterns)
        assert each.says
        for hint in each.hints:
            assert not hint.isascii() or re.fullmatch(r"[a-z0-9]+|[a-z]+-[a-z]+", hint), hint


@pytest.mark.parametrize("heading", ["Intended use", "Intended uses and limitations", "Uses"])
def test_the_use_is_declared_with_its_line(tmp_path: Path, heading: str) -> None:
    text = f"# Toy\n\n## {heading}\n\n- Writing.\n- Ranking job applicants for recruiters.\n"
    seen = seen_in(tmp_path, text)
    (fact,) = seen.named("use_ranks_applicants")
    assert fact.value is True
    assert fact.subject is None
    assert fact.note == "the card says: Ranking job applicants for recruiters."
    assert line_of(seen, "use_ranks_applicants") == 6


@pytest.mark.parametrize(
    "heading", ["Out-of-scope use", "Misuse", "Prohibited uses", "Limitations"]
)
def test_what_is_listed_as_misuse_is_no_use(tmp_path: Path, heading: str) -> None:
    text = f"# Toy\n\n## Uses\n\n### {heading}\n\n- Ranking job applicants for recruiters.\n"
    assert seen_in(tmp_path, text).named("use_ranks_applicants") == []


@pytest.mark.parametrize(
    "text",
    [
        "You agree not to use the model:\n\n- to write spam;\n- to rank job applicants;\n",
        "You agree not to use the model:\n\n(a) to write spam;\n\n(b) to rank job applicants;\n",
        "It must not do the following. Rank job applicants. Score pupils.\n",
        "**Out of scope:**\n- Ranking job applicants\n",
        "**Prohibited uses**\n\nRanking job applicants.\n",
        "<ul>Never use it for\n<li>ranking job applicants</li></ul>\n",
        "| | |\n|---|---|\n| Not intended for | ranking job applicants |\n",
        '"It ranks job applicants" is what a user wrote.\n',
        "```\nThe model ranks job applicants.\n```\n",
        "<!-- The model ranks job applicants. -->\n",
        "Llama-2 ranks job applicants.\n",
    ],
)
def test_lists_quotes_and_code_say_nothing(tmp_path: Path, text: str) -> None:
    assert uses_in(tmp_path, text) == set()


def test_a_list_of_uses_ends_where_the_next_paragraph_begins(tmp_path: Path) -> None:
    text = "It must not be used to:\n\n- write spam\n\nThe model ranks job applicants."
    assert uses_in(tmp_path, text) == {"use_ranks_applicants"}


def test_what_the_card_also_denies_is_left_unknown(tmp_path: Path) -> None:
    text = "The model ranks job applicants.\n\nDo not use it to rank job applicants for real."
    assert uses_in(tmp_path, text) == set()


def test_a_model_for_research_alone_has_no_use(tmp_path: Path) -> None:
    text = "The model ranks job applicants.\n\nIt is for research purposes only."
    assert uses_in(tmp_path, text) == set()


def test_two_uses_are_both_seen(tmp_path: Path) -> None:
    text = "The model ranks job applicants.\n\nIt grades student essays."
    assert uses_in(tmp_path, text) == {"use_ranks_applicants", "use_marks_learning"}
