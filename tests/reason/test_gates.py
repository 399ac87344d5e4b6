"""Exceptions, scope, definitions, presumptions, transitions, status, readings and rows."""

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
    on,
    presumption,
    rule,
    verdict,
)
from weighbridge.facts import Value
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.judge import Judge
from weighbridge.rules.rule import Interval

# Exceptions -------------------------------------------------------------------------------------

FOREST = law(
    rule("1", when="a"),
    exception("1", "b", id_="2"),
    exception("2", "c", id_="3"),
    exception("3", "d", id_="4"),
)


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"a": True, "b": False}, True),
        ({"a": True, "b": True, "c": False}, False),
        ({"a": True, "b": True, "c": True, "d": False}, True),
        ({"a": True, "b": True, "c": True, "d": True}, False),
        ({"a": False}, False),
        ({"a": True}, None),
        ({"a": True, "b": True}, None),
        ({"a": True, "b": True, "c": True}, None),
        ({"a": False, "b": True}, False),
    ],
)
def test_exceptions_are_a_forest(facts: dict[str, Value], result: bool | None) -> None:
    assert verdict(FOREST, facts) is result


@pytest.mark.parametrize("lifts", ["penalty", "claim", "defence", "proof", "mitigation"])
def test_what_leaves_the_duty_leaves_the_verdict(lifts: str) -> None:
    lighter = law(rule("1", when="a"), exception("1", "b", lifts=lifts))
    assert verdict(lighter, {"a": True, "b": True}) is True
    assert [each.id for each in lighter.lighter(lighter.rules[0], TODAY)] == ["1-but"]


def test_scope_gates_the_whole_instrument_and_has_exceptions_of_its_own() -> None:
    scoped = law(
        rule("1", when="a"),
        rule("scope", "scope", "b", scope="toy"),
        exception("scope", "c"),
    )
    assert verdict(scoped, {"a": True, "b": False}) is False
    assert verdict(scoped, {"a": True, "b": True, "c": False}) is True
    assert verdict(scoped, {"a": True, "b": True, "c": True}) is False


def test_two_scope_rules_are_ways_in() -> None:
    scoped = law(
        rule("1", when="a"),
        rule("s1", "scope", "b", scope="toy"),
        rule("s2", "scope", "c", scope="toy"),
    )
    assert verdict(scoped, {"a": True, "b": False, "c": True}) is True
    assert verdict(scoped, {"a": True, "b": False, "c": False}) is False


# Definitions ------------------------------------------------------------------------------------


def test_a_definition_is_false_only_where_one_is_complete() -> None:
    for complete, result in ((True, False), (False, None)):
        defined = law(
            rule("1", when="p"),
            definition("p", "a", complete=complete),
            definition("p", "b", complete=False, id_="also"),
        )
        assert verdict(defined, {"a": False, "b": False}) is result
        assert verdict(defined, {"a": False, "b": True}) is True


def test_an_exception_to_a_definition_takes_only_that_way_away() -> None:
    defined = law(
        rule("1", when="p"),
        definition("p", "a", id_="one"),
        definition("p", "b", id_="two"),
        exception("one", "c"),
    )
    assert verdict(defined, {"a": True, "b": False, "c": True}) is False
    assert verdict(defined, {"a": True, "b": True, "c": True}) is True


def test_a_legal_fact_that_a_person_judged_is_not_concluded_again() -> None:
    defined = law(rule("1", when="p"), definition("p", "a"))
    assert verdict(defined, {"a": False, "p": True}) is True


def test_definitions_of_other_days_say_nothing() -> None:
    old = definition("p", "a", id_="old", interval=Interval(None, TODAY))
    new = definition("p", "b", id_="new", interval=Interval(TODAY, None))
    changed = law(rule("1", when="p"), old, new)
    evaluator = Evaluator(changed, Case(changed, {"a": True, "b": False}), today=TODAY)
    got = [evaluator.judge(changed.rules[0], ROW, day).verdict for day in (TODAY - 1, TODAY)]
    assert got == [True, False]
    assert sorted(each.key for each in evaluator.conclusions.values()) == ["p", "p@2025-12-31"]


# Presumptions -----------------------------------------------------------------------------------

BURDEN = law(
    rule("1", when="p"),
    definition("p", "a"),
    presumption("p", False, unless="b"),
)


@pytest.mark.parametrize(
    ("facts", "result", "basis"),
    [
        ({}, False, "presumed"),
        ({"b": True}, None, "settled"),
        ({"b": False}, False, "presumed"),
        ({"a": True}, True, "settled"),
        ({"a": True, "b": True}, True, "settled"),
        ({"a": False, "b": True}, False, "settled"),
    ],
)
def test_a_presumption_speaks_where_nothing_else_does(
    facts: dict[str, Value], result: bool | None, basis: str
) -> None:
    judged = Judge(BURDEN, facts, TODAY).judge(BURDEN.rules[0], ROW)
    assert (judged.verdict, judged.basis) == (result, basis)


def test_a_presumption_can_be_switched_off() -> None:
    judged = Judge(BURDEN, {}, TODAY, presume=False).judge(BURDEN.rules[0], ROW)
    assert (judged.verdict, judged.basis) == (None, "settled")


def test_a_presumed_verdict_names_the_presumption_and_what_would_overturn_it() -> None:
    judged = Judge(BURDEN, {}, TODAY).judge(BURDEN.rules[0], ROW)
    assert judged.rests_on.presumptions == ("presume-p-false",)
    assert judged.unless == ("a", "b", "p")


def test_a_presumption_needs_its_own_condition_to_be_true() -> None:
    needs = law(rule("1", when="p"), presumption("p", True, "a", unless="b"))
    assert [verdict(needs, facts) for facts in ({}, {"a": True}, {"a": True, "b": True})] == [
        None,
        True,
        None,
    ]


def test_presumptions_that_disagree_are_silent() -> None:
    both = law(rule("1", when="p"), presumption("p", True, "a"), presumption("p", False, "b"))
    assert verdict(both, {"a": True, "b": True}) is None
    assert verdict(both, {"a": True}) is True


# Kinds of text, status, dates -------------------------------------------------------------------


def test_only_the_kinds_of_text_asked_for_count() -> None:
    mixed = law(
        rule("1", when="p"),
        definition("p", "a", complete=False, id_="statute"),
        definition("p", "b", id_="guide", authority="guidance"),
        exception("1", "c", authority="guidance"),
    )
    binding = frozenset(("statute", "court"))
    for facts, everything, statute in (
        ({"b": True, "c": False}, True, None),
        ({"a": True, "c": True}, False, True),
        ({"a": False, "b": False}, False, None),
    ):
        assert verdict(mixed, facts) is everything
        assert verdict(mixed, facts, authorities=binding) is statute


@pytest.mark.parametrize("status", ["bill", "vetoed", "proposed"])
def test_what_is_not_law_says_nothing_to_other_instruments(status: str) -> None:
    leaky = law(
        rule("1", when="p"),
        definition("p", "a", id_="bill", pack="other", status=status),
        exception("1", "b", pack="other", status=status),
        rule("own", when="p", pack="other", status=status),
        packs=("toy", "other"),
    )
    facts: dict[str, Value] = {"a": True, "b": True}
    assert verdict(leaky, facts) is None
    assert verdict(leaky, facts, "own") is True
    judged = Judge(leaky, facts, TODAY).judge(leaky.by_id["own"][0], ROW)
    assert (judged.in_force.state, judged.owed) == ("never", False)


def test_a_bill_moves_nobodys_first_day() -> None:
    for status, state in (("enacted", "not-yet"), ("bill", "yes")):
        moved = law(
            rule("1", when="a"),
            rule("m", "transition", "b", moves=["1"], to="end", pack="other", status=status),
            packs=("toy", "other"),
        )
        judged = Judge(moved, {"a": True, "b": True}, TODAY).judge(moved.rules[0], ROW)
        assert judged.in_force.state == state


MOVED = law(rule("1", when="a"), rule("m", "transition", "day < start", moves=["1"], to="end"))


@pytest.mark.parametrize(
    ("facts", "as_of", "state"),
    [
        ({"day": on("2025-08-30")}, "2026-12-31", "not-yet"),
        ({"day": on("2025-08-31")}, "2026-12-31", "yes"),
        ({"day": on("2025-09-01")}, "2026-12-31", "yes"),
        ({"day": on("2025-08-30")}, "2027-01-01", "yes"),
        ({}, "2026-12-31", None),
        ({}, "2027-01-01", "yes"),
    ],
)
def test_a_transition_moves_the_first_day_of_those_who_meet_it(
    facts: dict[str, Value], as_of: str, state: str | None
) -> None:
    judge = Judge(MOVED, {"a": True} | facts, date.fromisoformat(as_of).toordinal())
    judged = judge.judge(MOVED.rules[0], ROW)
    assert judged.verdict is True
    assert judged.in_force.state == state


def test_a_rule_outside_its_interval_is_judged_on_the_nearest_day() -> None:
    old = rule("1", when="x > rising", interval=Interval(None, date(2025, 1, 1).toordinal()))
    judged = Judge(law(old), {"x": exactly(15)}, TODAY).judge(old, ROW)
    assert (judged.verdict, judged.in_force.state) == (True, "no-longer")
    assert judged.day == date(2024, 12, 31).toordinal()


def test_versions_are_chosen_by_the_day_and_the_nearest_one_stands_in_a_gap() -> None:
    first = rule("1", when="a", interval=Interval(None, TODAY - 10))
    second = rule("1", when="b", interval=Interval(TODAY, None))
    both = law(first, second)
    days = (TODAY - 11, TODAY - 10, TODAY - 2, TODAY)
    assert [both.version("1", day) is second for day in days] == [False, False, True, True]


REPLACED = law(
    definition("p", "a", interval=Interval(TODAY + 400, None)),
    rule("1", when="p", interval=Interval(TODAY + 400, TODAY + 10), starts="end"),
    rule("1", when=("not", "p"), interval=Interval(TODAY + 400, None), starts="end"),
)


@pytest.mark.parametrize(
    ("as_of", "first", "state", "result"),
    [(0, True, "not-yet", True), (9, True, "not-yet", True), (10, False, "not-yet", False)],
)
def test_a_text_replaced_before_it_applied_is_told_for_the_days_it_stood(
    as_of: int, first: bool, state: str, result: bool
) -> None:
    chosen = REPLACED.version("1", TODAY + as_of)
    assert chosen.interval.never_applied is first
    judged = Judge(REPLACED, {"a": True}, TODAY + as_of).judge(chosen, ROW)
    assert (judged.in_force.state, judged.verdict) == (state, result)
    assert judged.in_force.start == date(2027, 1, 1).toordinal()


def test_a_text_that_never_applied_is_no_longer_in_force_once_replaced() -> None:
    old = REPLACED.by_id["1"][0]
    judged = Judge(REPLACED, {"a": True}, TODAY + 10).judge(old, ROW)
    assert judged.in_force.state == "no-longer"
    assert not old.interval.holds(TODAY + 400)


# Readings and subjects --------------------------------------------------------------------------


def test_a_reading_is_unknown_until_a_position_is_chosen() -> None:
    read = law(rule("1", when=("all", "a", ("any", "reading in {so}", "b"))))
    facts: dict[str, Value] = {"a": True, "b": False}
    assert verdict(read, facts) is None
    assert verdict(read, facts | {"reading": "not_so"}) is False
    judged = Judge(read, facts | {"reading": "so"}, TODAY).judge(read.rules[0], ROW)
    assert judged.verdict is True
    assert judged.rests_on.readings == ("reading",)


def test_where_all_positions_agree_the_verdict_is_settled() -> None:
    read = law(
        rule(
            "1", when=("any", ("all", "reading in {so}", "a"), ("all", "reading in {not_so}", "a"))
        )
    )
    judged = Judge(read, {"a": True}, TODAY).judge(read.rules[0], ROW)
    assert (judged.verdict, judged.basis, judged.proof.verdict) == (True, "settled", None)


def test_a_row_sees_its_own_facts_before_those_of_all() -> None:
    rows = law(rule("1", when="there"))
    case = Case(rows, {"there": False, "there[EU]": True, "there[acme/EU]": False})
    evaluator = Evaluator(rows, case)
    got = [
        evaluator.judge(rows.rules[0], Row(actor=actor, market=market), TODAY).verdict
        for actor, market in (("acme", "EU"), ("other", "EU"), ("other", "US"))
    ]
    assert got == [False, True, False]


def test_a_definition_has_the_subjects_of_its_facts() -> None:
    rows = law(rule("1", when="p"), definition("p", ("all", "there", "a")))
    case = Case(rows, {"there[EU]": True, "there[US]": False, "a": True})
    evaluator = Evaluator(rows, case)
    got = [
        evaluator.judge(rows.rules[0], Row(actor="acme", market=market), TODAY).verdict
        for market in ("EU", "US")
    ]
    assert got == [True, False]
    assert sorted(each.key for each in evaluator.conclusions.values()) == [
        "p[acme/EU]",
        "p[acme/US]",
    ]


def test_because_names_the_part_that_decided() -> None:
    parts = law(
        rule("1", when="a"),
        rule("scope", "scope", "b", scope="toy"),
        exception("1", "c"),
    )
    yes: dict[str, Value] = {"a": True, "b": True, "c": False}
    for facts, because in (
        (yes, "condition"),
        (yes | {"b": False}, "scope"),
        (yes | {"a": False}, "condition"),
        (yes | {"c": True}, "exception"),
    ):
        assert Judge(parts, facts, TODAY).judge(parts.rules[0], ROW).because == because
