"""People are asked everyday things: no word of law, at most 25 words, never a legal fact."""

from __future__ import annotations

import re

import pytest

from weighbridge.facts import FactType
from weighbridge.rules import Law
from weighbridge.rules.nodes import facts_of

WORDS_OF_LAW = (
    "provider deployer market markets placed systemic high-risk GPAI general-purpose Annex Article "
    "Art Art. compliance compliant regulation regulations regulated legal legally law laws lawful "
    "statute monetise monetised monetisation addressee exemption exempt liability liable "
    "conformity operator importer obligation obligations duty duties provision provisions "
    "jurisdiction open-source-exemption downstream establishment established put-into-service "
    "making-available frontier covered entity"
).split()
# The licence's own words say it; who shut a place out in other ways is asked by `excluded_there`.
READ_FROM_FILES = {"licence_excludes_eu"}
_LAW = re.compile(
    r"(?<![\w-])(?:" + "|".join(map(re.escape, WORDS_OF_LAW)) + r")(?![\w-])", re.IGNORECASE
)


def words_of_law(text: str) -> list[str]:
    """Return the words of law in a question; ``{market}`` stands for a country's name."""
    return _LAW.findall(text.replace("{market}", "there"))


def asked(law: Law) -> list[FactType]:
    return [fact for fact in law.vocabulary if fact.question]


def test_there_are_questions_to_look_at(law: Law) -> None:
    assert len(asked(law)) >= 40


def test_no_question_or_answer_holds_a_word_of_law(law: Law) -> None:
    faults = [
        f"{fact.name}: {word}"
        for fact in asked(law)
        for text in (fact.question or "", *fact.values.values())
        for word in words_of_law(text)
    ]
    assert not faults, "\n".join(faults)


def test_no_question_is_longer_than_25_words(law: Law) -> None:
    assert [f.name for f in asked(law) if len((f.question or "").split()) > 25] == []


def test_every_question_ends_as_one_and_says_why_it_is_asked(law: Law) -> None:
    assert [f.name for f in asked(law) if not (f.question or "").endswith("?")] == []
    assert [f.name for f in asked(law) if not f.why] == []


def test_no_legal_fact_is_asked(law: Law) -> None:
    defined = {rule.body["concludes"] for rule in law.rules if rule.kind == "definition"}
    assert [f.name for f in asked(law) if f.legal or f.name in defined] == []


def test_every_everyday_fact_a_rule_turns_on_can_be_asked(law: Law) -> None:
    used = {
        name
        for rule in law.rules
        for tree in (rule.when, *([rule.unless] if rule.unless is not None else []))
        for name in facts_of(tree)
    }
    everyday = [law.vocabulary[name] for name in sorted(used) if not law.vocabulary[name].legal]
    silent = [fact.name for fact in everyday if not fact.question and fact.subject != "role"]
    assert silent == sorted(READ_FROM_FILES)


@pytest.mark.parametrize(
    "question",
    [
        "Is the model monetised?",
        "Was it placed on the market?",
        "Are you the deployer of a high-risk system?",
        "Does Art. 53 reach you?",
        "Is there an exemption in the law?",
    ],
)
def test_questions_of_law_are_seen(question: str) -> None:
    assert words_of_law(question)


def test_a_countrys_name_is_no_word_of_law() -> None:
    assert words_of_law("Can people in {market} download it?") == []
