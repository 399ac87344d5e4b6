"""A proof as English: what decided, on which values, read where."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reason.laws import (
    ROW,
    TODAY,
    definition,
    exactly,
    exception,
    law,
    presumption,
    rule,
)
from weighbridge.facts import Range, Value
from weighbridge.reason import Row
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.reason.prose import proof_in_words, rule_in_words
from weighbridge.reason.prose_condition import joined, negated
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

LAW = law(
    rule("1", when=("all", "p", "x > ten")),
    definition("p", ("any", "a", "b")),
    presumption("p", True, "word in {red}", unless="c"),
    exception("1", ("all", "d", "e"), id_="2"),
    exception("2", "f", id_="3"),
)
PLACES = {"x": "README.md:12", "a": "config.json"}


def told(facts: dict[str, Value]) -> list[str]:
    judged = Judge(LAW, facts, TODAY).judge(LAW.rules[0], ROW)
    return proof_in_words(LAW, judged.proof, facts, judged.day, PLACES)


def test_what_holds_is_told_with_values_and_places() -> None:
    assert told({"a": True, "x": exactly(12), "d": False}) == [
        "yes: Rule 1 (art. 1)",
        "  yes: p holds",
        "    yes: defined: Rule def-p (art. def-p)",
        "      yes: a holds [config.json]",
        "  yes: the x is more than 10.0 FLOP (10.0 FLOP: the ten, art. 0) [12 FLOP, README.md:12]",
        "  no: exception: Rule 2 (art. 2)",
        "    no: d holds",
    ]


def test_one_failing_part_is_enough() -> None:
    assert told({"a": True, "x": exactly(9), "d": True, "e": True, "f": False}) == [
        "no: Rule 1 (art. 1)",
        "  no: the x is more than 10.0 FLOP (10.0 FLOP: the ten, art. 0) [9 FLOP, README.md:12]",
    ]


def test_an_exception_is_told_with_what_failed_to_lift_it() -> None:
    lines = told({"a": True, "x": exactly(12), "d": True, "e": True, "f": False})
    assert lines == [
        "no: Rule 1 (art. 1)",
        "  yes: exception: Rule 2 (art. 2)",
        "    yes: d holds",
        "    yes: e holds",
        "    no: exception: Rule 3 (art. 3)",
        "      no: f holds",
    ]


def test_a_presumption_is_named_with_what_would_overturn_it() -> None:
    lines = told({"word": "red", "x": Range(11, 20), "d": False})
    assert lines[1:4] == [
        "  yes: p holds",
        "    yes: presumed: Rule presume-p-true (art. presume-p-true)",
        "      yes: the word is “red” [red]",
    ]
    assert lines[4] == "      unknown: c holds"
    assert "[11 to 20 FLOP, README.md:12]" in lines[5]


def test_only_what_is_open_is_told_of_an_unknown() -> None:
    assert told({"a": True, "d": False}) == [
        "unknown: Rule 1 (art. 1)",
        "  unknown: the x is more than 10.0 FLOP (10.0 FLOP: the ten, art. 0)",
    ]


def test_a_conclusion_is_explained_once() -> None:
    twice = law(rule("1", when=("all", "p", ("any", "p", "a"))), definition("p", ("all", "b", "c")))
    facts: dict[str, Value] = {"b": True, "c": True, "a": False}
    judged = Judge(twice, facts, TODAY).judge(twice.rules[0], ROW)
    lines = proof_in_words(twice, judged.proof, facts, judged.day)
    assert sum("p holds" in line for line in lines) == 2
    assert sum("as above" in line for line in lines) == 1
    assert sum("b holds" in line for line in lines) == 1


def test_a_judged_fact_and_an_open_way_are_said() -> None:
    ways = law(rule("1", when="p"), definition("p", "a", complete=False))
    given = Judge(ways, {"p": True}, TODAY).judge(ways.rules[0], ROW)
    assert proof_in_words(ways, given.proof, {"p": True}, TODAY, {"p": "weighbridge.toml:3"}) == [
        "yes: Rule 1 (art. 1)",
        "  yes: p holds",
        "    given: weighbridge.toml:3",
    ]
    open_ = Judge(ways, {"a": False}, TODAY).judge(ways.rules[0], ROW)
    assert proof_in_words(ways, open_.proof, {"a": False}, TODAY)[-1] == (
        "    other ways to it are not excluded"
    )


def test_a_value_known_for_all_is_found_for_the_row() -> None:
    rows = law(rule("1", when="there"))
    facts: dict[str, Value] = {"there[EU]": True}
    judged = Judge(rows, facts, TODAY).judge(rows.rules[0], Row(actor="acme", market="EU"))
    lines = proof_in_words(rows, judged.proof, facts, TODAY, {"there[EU]": "weighbridge.toml:7"})
    assert lines[1] == "  yes: it is there [weighbridge.toml:7]"


@pytest.mark.parametrize(
    ("clause", "opposite"),
    [
        ("the model is open", "the model is not open"),
        ("the model has wide capabilities", "the model does not have wide capabilities"),
        ("the office has named the model", "the office has not named the model"),
        ("the weights are here and free", "it is not so that the weights are here and free"),
        ("what is offered is a system", "it is not so that what is offered is a system"),
        ("the model can only do one task", "it is not so that the model can only do one task"),
        ("anyone can download it", "it is not so that anyone can download it"),
    ],
)
def test_only_a_plain_verb_is_denied_in_place(clause: str, opposite: str) -> None:
    assert negated(clause) == opposite


def test_lists_of_words() -> None:
    assert [joined(list(words)) for words in ("a", "ab", "abc")] == ["a", "a or b", "a, b or c"]


# On the law that ships --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Law:
    return compile_law([LAW_FOLDER])


def test_the_documentation_duty_reads_like_its_article(shipped: Law) -> None:
    day = date(2026, 11, 23).toordinal()
    text = rule_in_words(shipped, shipped.version("eu/ai-act/53.1.a", day), day)
    for sentence in (
        "The provider must draw up technical documentation",
        "if the model is a general-purpose AI model (Art. 3(63))",
        "“Free and open-source models” (Art. 53(2)):",
        "unless “Not for models with systemic risk” (Art. 53(2), ",
        "On breach: up to 15 million euro",
    ):
        assert sentence in text
    lines = text.split("\n")
    lifted = next(i for i, line in enumerate(lines) if "“Free and open-source models”" in line)
    again = next(i for i, line in enumerate(lines) if "“Not for models with systemic risk”" in line)
    assert lines[lifted].startswith("- ")
    assert lines[again].startswith("  - unless ")
    assert lifted < again


def test_a_practice_with_a_time_says_its_days(shipped: Law) -> None:
    day = date(2026, 11, 23).toordinal()
    rule = shipped.version("practice/gpai-code/safety.9-grave", day)
    assert "in time (within 5 days of the moment when the provider learns of it" in rule_in_words(
        shipped, rule, day
    )


def test_the_threshold_is_said_with_its_value_and_place(shipped: Law) -> None:
    day = date(2026, 11, 23).toordinal()
    text = rule_in_words(shipped, shipped.version("eu/ai-act/51.2", day), day)
    assert "is more than 1e25 FLOP (1e25 FLOP: the training compute above which" in text
    assert "Art. 51(2))" in text


def test_every_rule_and_proof_can_be_said(shipped: Law) -> None:
    day = date(2026, 11, 23).toordinal()
    for each in shipped.rules:
        text = rule_in_words(shipped, each, each.interval.nearest(day))
        assert text.strip()
        assert "None" not in text.replace("None of", "")
    facts: dict[str, Value] = {"training_compute": exactly(3e25), "weights_public": True}
    judge = Judge(shipped, facts, day)
    for each in shipped.bindings:
        judged: Judgement = judge.judge(each, Row(market=shipped.packs[each.pack].market))
        lines = proof_in_words(shipped, judged.proof, facts, judged.day)
        assert lines[0].startswith(("yes: ", "no: ", "unknown: "))
        assert all(len(line) - len(line.lstrip()) <= 60 for line in lines)
