"""The smallest change that flips a verdict, beside trying all."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.plan.test_best import TREES, facts
from tests.plan.toys import duty, exception, law, levers, weighed
from tests.reason.laws import definition, presumption
from weighbridge.assess import Assessment
from weighbridge.plan.flip import Flip, flips
from weighbridge.report.flip_page import flip_json, flip_page, supposed_words
from weighbridge.report.text import to_text
from weighbridge.rules import Law, Rule

HOURS = {"one": (1.0, 2.0)}


def flipped(assessment: Assessment, id_: str = "1") -> Flip:
    return flips(assessment, id_, levers())[0]


def keys(assessment: Assessment) -> tuple[list[str], list[str]]:
    flip = flipped(assessment)
    return [each.key for each in flip.fewest], [each.key for each in flip.in_hand]


def toy(*rules: Rule) -> Law:
    return law(rules, HOURS)


def test_the_fewest_facts_and_the_easiest_in_hand_are_told_apart() -> None:
    rule = duty("1", ("any", "f", ("all", "a", "d")), "one")
    assert keys(weighed(toy(rule), "f=no", "a=no", "d=no")) == (["f"], ["a", "d"])
    assert keys(weighed(toy(rule), "f=yes", "a=no", "d=no")) == (["f"], [])


def test_an_easy_fact_goes_before_a_costly_one_and_what_leaves_comes_last() -> None:
    assert keys(weighed(toy(duty("1", ("all", "a", "d"))), "a=yes", "d=yes"))[1] == ["a"]
    both = toy(duty("1", ("all", "e", "d")))
    assert keys(weighed(both, "e=yes", "d=yes"))[1] == ["d"]
    flip = flipped(weighed(toy(duty("1", "e")), "e=yes"))
    assert [each.who_loses for each in flip.in_hand] == ["everybody who used it"]


def test_a_threshold_is_told_by_its_parameter_and_never_by_digits() -> None:
    rule = duty("1", "x > ten", "one")
    for known, said in (("x=11", "at most 10 FLOP (ten)"), ("x=10", "more than 10 FLOP (ten)")):
        assessment = weighed(toy(rule), known)
        flip = flipped(assessment)
        assert [supposed_words(assessment, each) for each in flip.fewest] == [said]
        assert flip.in_hand == ()


def test_what_flips_goes_through_exceptions_definitions_and_presumptions() -> None:
    rules = [
        duty("1", "p"),
        exception("1", "b"),
        definition("p", ("not", "q")),
        presumption("q", False, unless="d"),
        definition("q", "c", complete=False),
    ]
    assert keys(weighed(toy(*rules), "b=yes")) == (["b"], ["b"])
    assert keys(weighed(toy(*rules), "b=no")) == (["b"], ["b"])


def test_where_no_facts_flip_it_the_page_says_what_could() -> None:
    assessment = weighed(toy(duty("1", ("all", "a", "reading in {so}"))), "a=no")
    flip = flipped(assessment)
    assert (flip.fewest, flip.in_hand) == ((), ())
    said = to_text(flip_page(assessment, flip.row.rule, [flip]))
    assert "no other facts would: a reading, a judgement of law or another day could" in said


def test_the_page_and_the_json_of_a_flip() -> None:
    assessment = weighed(toy(duty("1", ("all", "x > ten", "a"))), "x=11", "a=yes")
    flip = flipped(assessment)
    assert to_text(flip_page(assessment, flip.row.rule, [flip])) == (
        "what would make it otherwise: Rule 1\n"
        "1 · as of 2026-01-01 · for developer\n"
        "\n"
        "XA · developer\n"
        "it applies\n"
        "  it would not apply, by the fewest facts, and somebody has them in hand\n"
        "    · a holds: no; it is yes  [a]\n"
        "        easy to change\n"
        "\n"
        "An explanation of the verdict and no advice: nobody is told to state other facts.\n"
        "This reads law and is no advice; whether a paper or a test is good enough it does not "
        "decide.\n"
    )
    one = flip_json(assessment, flip.row.rule, [flip])["flips"][0]
    assert (one["verdict"], one["would_be"]) == ("applies", "does-not-apply")
    assert [each["fact"] for each in one["fewest"]] == ["a"]


FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@FEW
@given(TREES, TREES, facts())
def test_nothing_smaller_flips_it(when: Any, but: Any, known: list[str]) -> None:
    rules = [duty("1", when), exception("1", but), definition("p", ("all", "a", "b"))]
    assessment = weighed(toy(*rules), *known)
    flip = flipped(assessment)
    judge, row = assessment.judge, flip.row
    for size in range(1, len(flip.fewest) or 3):
        for names in combinations("abcdef", size):
            for values in product((True, False), repeat=size):
                changed = dict(zip(names, values, strict=True))
                half = judge.but(changed).settled_half
                day = row.rule.interval.nearest(judge.as_of)
                found = half.judge(row.rule, row.judged.row, day).verdict
                assert found is not flip.wanted, changed
    if flip.fewest:
        changed = {each.key: each.after for each in flip.fewest}
        assert judge.but(changed).verdict(row.rule, row.judged.row)[0] is flip.wanted
