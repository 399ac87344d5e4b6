"""The pages of a rule, the law, the vocabulary and a licence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.toy_law import TOY_LAW
from weighbridge.assess.assessment import KnownFact
from weighbridge.facts import Range
from weighbridge.facts.values import read_day
from weighbridge.release.licence import licence_report
from weighbridge.report.facts_page import fact_page, facts_json, facts_page
from weighbridge.report.facts_words import fact_words, question_words
from weighbridge.report.law_page import law_json, law_page
from weighbridge.report.licence_page import licence_page
from weighbridge.report.markets import fill_market, market_name
from weighbridge.report.pack_cases import cases_naming
from weighbridge.report.rule_page import rule_json, rule_page
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.text.errors import InputError

DAY = read_day("2030-06-01").toordinal()
HEADINGS = [
    *("what it asks", "of whom", "since when", "in words", "exceptions", "what it needs"),
    *("on breach", "where it is written", "notes", "what is unknown", "tests"),
]


def flowing(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("id", ["xa/toy-act/4", "xa/toy-act/3", "xa/toy-act/17", "xa/toy-act/18"])
def test_every_rule_has_the_same_headings(id: str, toy_law: Law) -> None:
    lines = to_text(rule_page(toy_law, toy_law.version(id, DAY), DAY, 0)).splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS


def test_a_rule_page_says_what_of_whom_since_when_and_on_which_copy(toy_law: Law) -> None:
    rule = toy_law.version("xa/toy-act/4", DAY)
    said = flowing(to_text(rule_page(toy_law, rule, DAY, cases_naming(rule, [TOY_LAW]))))
    for phrase in (
        "duty: publish a paper on the model",
        "release waits for it",
        "it can fall on: developer, modifier (s. 1)",
        "from 2030-01-01 · enacted",
        "moved to 2031-01-01 for some: Old models may wait [xa/toy-act/18]",
        "Small models, s. 4(2) [xa/toy-act/4-small]",
        "Toy paper: a page that describes the model [toy-paper] document, 1 to 2 hours",
        "up to 5 beans",
        "by: the office · enforced from: 2030-09-01",
        "Toy Act, s. 4",
        "authority: statute · text read: official, 2030-05-02",
        "1 case of its pack names it",
    ):
        assert phrase in said


def test_what_is_unknown_follows_definitions_to_readings_and_judgements(toy_law: Law) -> None:
    passing_on = to_text(rule_page(toy_law, toy_law.version("xa/toy-act/10", DAY), DAY, 0))
    assert "? a question of law: whether passing on counts as making  [toy_question]" in passing_on
    danger = to_text(rule_page(toy_law, toy_law.version("xa/toy-act/9", DAY), DAY, 0))
    assert "? a judgement: whether the model is dangerous  [dangerous_toy]" in danger


def test_a_rule_as_json(toy_law: Law) -> None:
    data = rule_json(toy_law, toy_law.version("xa/toy-act/4", DAY), DAY, 3)
    assert data["in_force"] == {"from": "2030-01-01", "to": None}
    assert data["roles"] == ["developer", "modifier"]
    assert data["when"] == "big_toy"
    assert data["facts"] == ["big_toy", "made_by_actor", "maker_toy", "training_compute"]
    assert data["exceptions"] == ["xa/toy-act/4-small"]
    assert data["moved_by"] == ["xa/toy-act/18"]
    assert data["breach"]["enforced_from"] == "2030-09-01"
    assert data["cases"] == 3


def test_cases_are_counted_where_they_stand(toy_law: Law, tmp_path: Path) -> None:
    rule = toy_law.version("xa/toy-act/4", DAY)
    assert cases_naming(rule) == 0
    tests = tmp_path / "xa" / "toy-act" / "tests"
    tests.mkdir(parents=True)
    (tests / "a.yaml").write_text("case: a\nexpect: {xa/toy-act/4: unknown}\n---\ncase: b\n")
    (tests / "broken.yaml").write_text("[")
    assert cases_naming(rule, [tmp_path]) == 1


def test_the_law_page_shows_age_and_trust(toy_law: Law) -> None:
    (pack,) = law_json(toy_law, "2030-06-01")["packs"]
    assert pack["rules"] == 26
    assert pack["binding"] == 17
    assert pack["days_since_known"] == 31
    assert pack["newest_read"] == "2030-05-02"
    assert pack["authorities"] == {"statute": 24, "guidance": 1, "practice": 1}
    assert pack["read"] == {"official": 25, "memory": 1}
    assert law_json(toy_law, "2030-04-01")["packs"][0]["days_since_known"] == 0
    said = flowing(to_text(law_page(toy_law, "2030-06-01")))
    assert "xa/toy-act statute 26 2030-05-02 2030-05-01 31 25/0/0/1 – standing:" in said
    assert "its pack: toy_question each article" in said


def test_the_vocabulary_as_a_page_and_one_fact(toy_law: Law) -> None:
    listed = to_text(facts_page(toy_law.vocabulary))
    assert "maker_toy" in listed.split("terms of law")[1]
    assert "training_compute" in listed.split("terms of law")[0]
    one = to_text(fact_page(toy_law.vocabulary["actor_kind"]))
    assert "of: each actor" in one
    assert "a person alone  [individual]" in one
    data = facts_json(toy_law.vocabulary, "training_compute")["facts"]
    assert list(data) == ["training_compute"]
    assert data["training_compute"]["unit"] == "FLOP"
    names = list(facts_json(toy_law.vocabulary, None)["facts"])
    assert names == sorted(each.name for each in toy_law.vocabulary)
    with pytest.raises(InputError, match="unknown fact `training_compte`"):
        facts_json(toy_law.vocabulary, "training_compte")


def test_a_licence_page_names_the_text_and_answers_each_condition(checkout: Path) -> None:
    said = flowing(to_text(licence_page(licence_report(checkout / "LICENSE"))))
    assert "Apache-2.0 [LICENSE]" in said
    assert "non commercial no LICENSE" in said


def test_an_unknown_text_leaves_every_condition_unknown(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("Ask my aunt before you use this.\n", encoding="utf-8")
    said = flowing(to_text(licence_page(licence_report(tmp_path / "LICENSE"))))
    assert "not recognised" in said
    assert "use unknown" in said


def test_a_question_names_the_market_and_whom_it_is_about(toy_law: Law) -> None:
    for key, asked in {
        "users": "How many in that place?",
        "users[XA]": "How many in XA?",
        "users[acme/XA]": "How many in XA? (about acme)",
    }.items():
        assert question_words(toy_law, "How many in {market}?", key) == asked


def test_ends_that_look_the_same_are_said_once(toy_law: Law) -> None:
    compute = toy_law.vocabulary["training_compute"]
    for ends, said in {
        (1e22, 1e23): "1e22 to 1e23 FLOP",
        (1.00001e23, 1.00002e23): "about 1e23 FLOP",
    }.items():
        shown = fact_words(KnownFact("training_compute", compute, Range(*ends)))
        assert shown == said


def test_markets_have_names_and_questions_are_filled() -> None:
    assert market_name("US-CA") == "California"
    assert market_name("XA") == "XA"
    assert fill_market("In {market}?", "users[acme/US-CA]") == "In California?"
    assert fill_market("In {market}?", "users[XA]") == "In XA?"
    assert fill_market("In {market}?", "users") == "In that place?"
    assert fill_market("Who?", "actor_kind[acme]") == "Who?"
