"""First days that were moved by a later law, and first days that depend on facts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reason.laws import ROW, exception, law, on, rule
from weighbridge.facts import Value
from weighbridge.reason.judge import InForce, Judge
from weighbridge.rules import Law
from weighbridge.rules.rule import Interval


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def in_force(law_: Law, as_of: str, facts: dict[str, Value] | None = None) -> InForce:
    return Judge(law_, facts or {}, day(as_of)).in_force(law_.by_id["1"][0], ROW)


# A first day named by a parameter ---------------------------------------------------------------

MOVED = law(rule("1", when="a", interval=Interval(day("2026-09-01")), starts="moved"))
"""Law from 2026-03-01 as first adopted; on 2025-12-01 that was moved to 2026-09-01."""


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        ("2019-01-01", "2026-03-01"),
        ("2025-11-30", "2026-03-01"),
        ("2025-12-01", "2026-09-01"),
        ("2026-03-01", "2026-09-01"),
        ("2027-01-01", "2026-09-01"),
    ],
)
def test_the_first_day_is_the_one_that_was_law_on_the_day_asked_about(
    as_of: str, first: str
) -> None:
    assert MOVED.first_day(MOVED.rules[0], day(as_of)) == day(first)


@pytest.mark.parametrize(
    ("as_of", "state", "first"),
    [
        ("2025-11-30", "not-yet", "2026-03-01"),
        ("2025-12-01", "not-yet", "2026-09-01"),
        ("2026-02-28", "not-yet", "2026-09-01"),
        ("2026-03-01", "not-yet", "2026-09-01"),
        ("2026-08-31", "not-yet", "2026-09-01"),
        ("2026-09-01", "yes", "2026-09-01"),
    ],
)
def test_a_rule_whose_day_was_moved_begins_on_the_later_day(
    as_of: str, state: str, first: str
) -> None:
    found = in_force(MOVED, as_of)
    assert (found.state, found.start) == (state, day(first))


def test_a_rule_with_a_day_of_its_own_has_one_first_day() -> None:
    plain = law(rule("1", when="a", interval=Interval(day("2026-09-01"))))
    assert plain.first_day(plain.rules[0], day("2020-01-01")) == day("2026-09-01")
    always = law(rule("1", when="a"))
    assert always.first_day(always.rules[0], day("2020-01-01")) is None


def test_before_its_day_the_rule_is_judged_by_the_text_of_that_day() -> None:
    sheltered = law(
        rule("1", when="a", interval=Interval(day("2026-09-01")), starts="moved"),
        exception("1", "b", interval=Interval(None, day("2026-09-01")), id_="old"),
    )
    judge = Judge(sheltered, {"a": True, "b": True}, day("2026-01-01"))
    found = judge.judge(sheltered.by_id["1"][0], ROW)
    assert (found.verdict, found.in_force.state, found.owed) == (True, "not-yet", False)


# A first day that a transition moves ------------------------------------------------------------


def moved_by_facts(start: str | None) -> Law:
    """Return a law that begins on a day, and later, on 2027-01-01, for those before 2025-08-31."""
    first = day(start) if start else None
    return law(
        rule("1", when="a", interval=Interval(first)),
        rule("old-ones", "transition", "day < start", moves=["1"], to="end"),
    )


OLD: dict[str, Value] = {"day": on("2025-08-30")}
NEW: dict[str, Value] = {"day": on("2025-08-31")}


@pytest.mark.parametrize(
    ("facts", "first", "moved_by"),
    [(OLD, "2027-01-01", "old-ones"), (NEW, "2026-06-01", ""), ({}, "2026-06-01", "")],
)
def test_a_first_day_to_come_is_put_off_further_for_those_who_meet_the_transition(
    facts: dict[str, Value], first: str, moved_by: str
) -> None:
    found = in_force(moved_by_facts("2026-06-01"), "2026-01-01", facts)
    assert (found.state, found.start, found.moved_by) == ("not-yet", day(first), moved_by)


def test_a_transition_to_an_earlier_day_brings_nothing_forward() -> None:
    late = moved_by_facts("2028-01-01")
    found = in_force(late, "2026-01-01", OLD)
    assert (found.state, found.start, found.moved_by) == ("not-yet", day("2028-01-01"), "")


@pytest.mark.parametrize(
    ("as_of", "facts", "state", "first"),
    [
        ("2026-05-31", OLD, "not-yet", "2027-01-01"),
        ("2026-06-01", OLD, "not-yet", "2027-01-01"),
        ("2026-06-01", NEW, "yes", "2026-06-01"),
        ("2026-06-01", {}, None, "2026-06-01"),
        ("2026-12-31", OLD, "not-yet", "2027-01-01"),
        ("2027-01-01", OLD, "yes", "2026-06-01"),
        ("2027-01-01", {}, "yes", "2026-06-01"),
    ],
)
def test_a_transition_holds_until_its_day(
    as_of: str, facts: dict[str, Value], state: str | None, first: str
) -> None:
    found = in_force(moved_by_facts("2026-06-01"), as_of, facts)
    assert (found.state, found.start) == (state, day(first))


def test_where_facts_may_move_the_day_the_missing_ones_are_named() -> None:
    found = in_force(moved_by_facts("2026-06-01"), "2026-06-01")
    assert found.missing == (("day",),)
    assert found.moved_by == "old-ones"
