"""What all completions agree on, against trying every completion there is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reason.laws import (
    FLAGS,
    GRID,
    ROW,
    TODAY,
    WORDS,
    all_agree,
    completions,
    definition,
    exactly,
    law,
    rule,
    tree,
    verdict,
)
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator, Row, Verdict
from weighbridge.reason.judge import Judge
from weighbridge.reason.residual import residual_of
from weighbridge.reason.settle import settle
from weighbridge.reason.smt import settled_by_z3
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.nodes import facts_of
from weighbridge.rules.sources import LAW_FOLDER

LEAVES = (
    *FLAGS[:4],
    "x > ten",
    "x <= ten",
    "x < twenty",
    "x == twenty",
    "y >= ten",
    "x > y",
    "word in {red}",
    "word in {red, green}",
    "word in {blue}",
)


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=4)
    joined = st.tuples(st.sampled_from(["all", "any"]), several)
    return joined.map(lambda pair: (pair[0], *pair[1])) | inner.map(lambda part: ("not", part))


TREES = st.recursive(st.sampled_from(LEAVES), branches, max_leaves=8)
RANGES = st.tuples(st.sampled_from(GRID), st.sampled_from(GRID)).map(
    lambda two: two[0].hull(two[1])
)
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FLAGS[:4], st.booleans()),
        "x": RANGES,
        "y": RANGES,
        "word": st.sampled_from(WORDS),
    },
)


def brute(written: Any, facts: dict[str, Value]) -> Verdict:
    """Return what every completion gives, by judging each."""
    whole = law(rule("1", when=written))
    names = facts_of(tree(written))
    return all_agree([verdict(whole, each) for each in completions(facts, names)])


@given(TREES, KNOWN)
@settings(max_examples=300)
def test_settling_is_what_all_completions_agree_on(written: Any, facts: dict[str, Value]) -> None:
    whole = law(rule("1", when=written))
    kleene = verdict(whole, facts)
    settled = Judge(whole, facts, TODAY).verdict(whole.rules[0], ROW)[0]
    truth = brute(written, facts)
    assert kleene in (truth, None), "Kleene logic claims too much"
    assert settled is truth


@given(TREES, KNOWN)
@settings(max_examples=60)
def test_z3_gives_the_same_answer(written: Any, facts: dict[str, Value]) -> None:
    whole = law(rule("1", when=written))
    evaluator = Evaluator(whole, Case(whole, facts))
    proof = evaluator.judge(whole.rules[0], ROW, TODAY)
    residual = residual_of(evaluator, proof, ROW, TODAY)
    assume(not isinstance(residual, bool))
    assert settled_by_z3(residual) is settle(residual)


SUMS = ("x + y > twenty", "x - y <= ten", "x > third * y", "x + ten >= y", "x == y", "a", "b")


@given(st.recursive(st.sampled_from(SUMS), branches, max_leaves=6), KNOWN)
@settings(max_examples=80)
def test_no_completion_contradicts_what_is_settled_over_sums(
    written: Any, facts: dict[str, Value]
) -> None:
    whole = law(rule("1", when=written))
    settled = Judge(whole, facts, TODAY).verdict(whole.rules[0], ROW)[0]
    if settled is not None:
        names = facts_of(tree(written))
        assert {verdict(whole, each) for each in completions(facts, names)} == {settled}


def test_flags_that_pull_both_ways_are_tried() -> None:
    either = law(rule("1", when=("any", ("all", "a", "b"), ("all", "b", ("not", "a")))))
    judged = Judge(either, {"b": True}, TODAY).judge(either.rules[0], ROW)
    assert (judged.proof.verdict, judged.verdict) == (None, True)


def test_more_flags_than_are_tried_go_to_z3() -> None:
    pairs = [("any", ("all", each, "x > y"), ("not", each)) for each in FLAGS]
    wide = law(rule("1", when=("any", *pairs, "x <= y")))
    assert Judge(wide, {}, TODAY).verdict(wide.rules[0], ROW)[0] is True


def test_a_number_that_pulls_both_ways_is_bounded_by_what_is_known() -> None:
    window = law(rule("1", when=("all", "x > ten", "x < twenty")))
    rest = law(rule("1", when=("any", "x <= ten", "x >= twenty")))
    cover = law(rule("1", when=("any", "x < twenty", "x > ten")))
    for known, results in (
        (Range(12, 18), (True, False, True)),
        (Range(5, 18), (None, None, True)),
        (None, (None, None, True)),
    ):
        facts: dict[str, Value] = {} if known is None else {"x": known}
        got = tuple(
            Judge(each, facts, TODAY).verdict(each.rules[0], ROW)[0]
            for each in (window, rest, cover)
        )
        assert got == results


def test_a_way_no_rule_describes_keeps_the_verdict_open() -> None:
    for complete, result in ((True, True), (False, None)):
        ways = law(
            rule("1", when=("any", "p", "q")),
            definition("p", "a", complete=complete),
            definition("q", ("not", "a"), complete=False),
        )
        # Whatever a is, one definition holds; that p or q may hold otherwise changes nothing.
        assert Judge(ways, {}, TODAY).verdict(ways.rules[0], ROW)[0] is True
        both = law(
            rule("1", when=("any", ("all", "p", "b"), ("all", ("not", "p"), "b"), "c")),
            definition("p", "a", complete=complete),
        )
        assert Judge(both, {"b": True}, TODAY).verdict(both.rules[0], ROW)[0] is True
        opposite = law(
            rule("1", when=("any", ("not", "p"), "a")), definition("p", "a", complete=complete)
        )
        assert Judge(opposite, {}, TODAY).verdict(opposite.rules[0], ROW)[0] is result


# The rule of one third, on the law that ships -----------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Law:
    return compile_law([LAW_FOLDER])


@pytest.mark.parametrize(
    ("change", "more", "kleene", "settled"),
    [
        (4e24, {}, None, True),
        (1e22, {}, False, False),
        (2e24, {}, None, None),
        (2e24, {"base_has_systemic_risk": False}, True, True),
        (2e24, {"base_has_systemic_risk": True}, False, False),
        (4e24, {"base_has_systemic_risk": True}, True, True),
        (1e24, {"base_compute_obtainable": True, "base_compute": exactly(2e24)}, True, True),
        (1e24, {"base_compute_obtainable": True, "base_compute": exactly(3e24)}, False, False),
        (1e24, {"base_compute_obtainable": True, "base_compute": exactly(2.999e24)}, True, True),
        (1e24, {"base_compute_obtainable": True, "base_compute": exactly(3.001e24)}, False, False),
    ],
)
def test_the_rule_of_one_third(
    shipped: Law, change: float, more: dict[str, Value], kleene: Verdict, settled: Verdict
) -> None:
    facts: dict[str, Value] = {
        "base_compute_obtainable": False,
        "modification_compute": exactly(change),
    }
    day = date(2026, 11, 23).toordinal()
    evaluator = Evaluator(shipped, Case(shipped, facts | more), presume=False)
    row = Row(role="modifier", market="EU")
    proof = evaluator.condition(shipped.version("eu/gpai-guidelines/3.2", day), row, day)
    assert proof.verdict is kleene
    assert settle(residual_of(evaluator, proof, row, day)) is settled
