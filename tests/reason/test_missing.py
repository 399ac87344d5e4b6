"""The smallest sets that could settle a verdict, against trying every set; and reasons."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reason.laws import (
    FLAGS,
    GRID,
    ROW,
    TODAY,
    completions,
    definition,
    exactly,
    exception,
    law,
    presumption,
    rule,
    tree,
    verdict,
)
from weighbridge.facts import Value
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law
from weighbridge.rules.nodes import facts_of

READ_ONCE = (*FLAGS[:4], "x > ten", "y <= twenty", "word in {red}")


@st.composite
def read_once(draw: st.DrawFn) -> Any:
    """Draw a tree in which no fact stands twice, where the sets are exact."""
    leaves = draw(st.lists(st.sampled_from(READ_ONCE), min_size=2, max_size=6, unique=True))
    parts: list[Any] = [("not", leaf) if draw(st.booleans()) else leaf for leaf in leaves]
    while len(parts) > 1:
        size = draw(st.integers(2, min(3, len(parts))))
        word = draw(st.sampled_from(["all", "any"]))
        parts = [*parts[size:], (word, *parts[:size])]
    return ("not", parts[0]) if draw(st.booleans()) else parts[0]


def smallest_by_trying(written: Any, facts: dict[str, Value]) -> set[frozenset[str]]:
    whole = law(rule("1", when=written))
    open_ = [name for name in facts_of(tree(written)) if name not in facts]
    found: set[frozenset[str]] = set()
    for size in range(1, len(open_) + 1):
        for names in combinations(open_, size):
            if any(smaller <= set(names) for smaller in found):
                continue
            known = (completions({}, [name]) for name in names)
            for parts in product(*known):
                merged = facts | {k: v for part in parts for k, v in part.items()}
                if verdict(whole, merged) is not None:
                    found.add(frozenset(names))
                    break
    return found


@given(read_once(), st.fixed_dictionaries({}, optional=dict.fromkeys(FLAGS[:2], st.booleans())))
@settings(max_examples=150)
def test_the_sets_are_those_that_trying_finds(written: Any, facts: dict[str, Value]) -> None:
    whole = law(rule("1", when=written))
    judged = Judge(whole, facts, TODAY).judge(whole.rules[0], ROW)
    got = {frozenset(each) for each in judged.missing}
    expected = smallest_by_trying(written, facts) if judged.verdict is None else set()
    assert got == expected


def test_sets_come_smallest_first_and_go_through_definitions() -> None:
    chained = law(
        rule("1", when=("all", "p", "a", "b")),
        definition("p", ("any", "c", "x > ten")),
        exception("1", "d"),
    )
    judged = Judge(chained, {"c": False}, TODAY).judge(chained.rules[0], ROW)
    assert judged.missing == (("a",), ("b",), ("d",), ("x",))
    denied = Judge(chained, {"c": False, "a": True, "b": True}, TODAY)
    assert denied.judge(chained.rules[0], ROW).missing == (("d",), ("x",))
    both = law(rule("1", when=("any", ("all", "a", "b"), ("all", "c", "d"))))
    assert Judge(both, {"a": True}, TODAY).judge(both.rules[0], ROW).missing == (
        ("b",),
        ("c", "d"),
    )


def test_a_fact_with_a_range_is_still_missing_until_it_is_exact_enough() -> None:
    whole = law(rule("1", when="x > ten"))
    assert Judge(whole, {"x": exactly(5).hull(exactly(15))}, TODAY).judge(
        whole.rules[0], ROW
    ).missing == (("x",),)


def test_a_comparison_asks_only_for_the_side_that_is_open() -> None:
    whole = law(rule("1", when="x > y"))
    judged = Judge(whole, {"y": exactly(5)}, TODAY).judge(whole.rules[0], ROW)
    assert judged.missing == (("x",),)
    assert Judge(whole, {}, TODAY).judge(whole.rules[0], ROW).missing == (("x", "y"),)


def test_a_legal_fact_that_only_a_person_can_deny_is_named() -> None:
    whole = law(rule("1", when="p"), definition("p", "a", complete=False))
    assert Judge(whole, {"a": False}, TODAY).judge(whole.rules[0], ROW).missing == (("p",),)


# Reasons ----------------------------------------------------------------------------------------


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    joined = st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=2, max_size=3))
    return joined.map(lambda pair: (pair[0], *pair[1])) | inner.map(lambda part: ("not", part))


TREES = st.recursive(st.sampled_from([*FLAGS, "x > ten", "x <= twenty"]), branches, max_leaves=8)
KNOWN = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(FLAGS, st.booleans()), "x": st.sampled_from(GRID)}
)


@given(TREES, TREES, KNOWN)
@settings(max_examples=250)
def test_reasons_force_the_verdict_and_none_can_be_left_out(
    when: Any, but: Any, facts: dict[str, Value]
) -> None:
    whole = law(rule("1", when=when), exception("1", but))
    judged = Judge(whole, facts, TODAY).judge(whole.rules[0], ROW)
    if judged.verdict is None:
        assert judged.reasons == ()
        return
    # A verdict that only the agreement of all completions gives is forced in the same way.
    found = verdict if judged.proof.verdict is not None else settled
    kept = {key: facts[key] for key in judged.reasons}
    assert found(whole, kept) is judged.verdict
    for key in kept:
        rest = {other: value for other, value in kept.items() if other != key}
        assert found(whole, rest) is not judged.verdict


def settled(whole: Law, facts: dict[str, Value]) -> bool | None:
    return Judge(whole, facts, TODAY).judge(whole.rules[0], ROW).verdict


def test_reasons_are_facts_not_conclusions_and_may_be_none() -> None:
    whole = law(rule("1", when="p"), definition("p", ("any", "a", "b")))
    judged = Judge(whole, {"a": True, "b": True, "c": True}, TODAY).judge(whole.rules[0], ROW)
    assert judged.reasons in (("a",), ("b",))
    presumed = law(rule("1", when="p"), presumption("p", True))
    assert Judge(presumed, {"a": True}, TODAY).judge(presumed.rules[0], ROW).reasons == ()
