"""What a rule means, step by step; the truth tables are those of docs/language.md."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.reason.laws import (
    NAMES,
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
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.compare import compare, linear_at
from weighbridge.reason.judge import Judge
from weighbridge.rules.leaf import parse_leaf
from weighbridge.rules.nodes import Compare
from weighbridge.rules.rule import Interval

PAGE = Path(__file__).parent.parent.parent / "docs" / "language.md"
VALUES = {"true": True, "false": False, "unknown": None}


def _truth_table() -> list[tuple[str, bool | None, bool | None, bool | None]]:
    """Return (operator, left, right, result) for every cell of the page's table."""
    lines = [line.strip("| ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    columns: list[str] = []
    cells = []
    for line in lines:
        words = [word.strip() for word in line.split("|")]
        if words == ["true", "false", "unknown"]:
            columns = words
            continue
        named = re.fullmatch(r"\*\*(and|or|not)\*\* ?(true|false|unknown)?", words[0])
        if columns and named and len(words) == 4:
            left = VALUES[named[2]] if named[2] else None
            for right, result in zip(columns, words[1:], strict=True):
                cells.append((named[1], left, VALUES[right], VALUES[result]))
    return cells


TABLE = _truth_table()


def test_the_page_has_the_whole_table() -> None:
    assert [sum(row[0] == word for row in TABLE) for word in ("and", "or", "not")] == [9, 9, 3]


@pytest.mark.parametrize(("word", "left", "right", "result"), TABLE)
def test_the_page_is_what_the_evaluator_does(
    word: str, left: bool | None, right: bool | None, result: bool | None
) -> None:
    given = {"a": left, "b": right}
    facts: dict[str, Value] = {key: value for key, value in given.items() if value is not None}
    tree = ("not", "b") if word == "not" else ({"and": "all", "or": "any"}[word], "a", "b")
    assert verdict(law(rule("1", when=tree)), facts) is result


LEAVES = ["x > ten", "x >= ten", "x < ten", "x <= ten", "x == ten"]


@pytest.mark.parametrize(
    ("known", "results"),
    [
        (exactly(9.999), [False, False, True, True, False]),
        (exactly(10), [False, True, False, True, True]),
        (exactly(10.001), [True, True, False, False, False]),
        (Range(9, 10), [False, None, None, True, None]),
        (Range(10, 11), [None, True, False, None, None]),
        (Range(9, 11), [None] * 5),
        (Range(None, 9), [False, False, True, True, False]),
        (Range(11, None), [True, True, False, False, False]),
        (Range(10, None), [None, True, False, None, None]),
        (Range(None, 10), [False, None, None, True, None]),
        (None, [None] * 5),
    ],
)
def test_a_range_against_a_threshold(known: Range | None, results: list[bool | None]) -> None:
    facts: dict[str, Value] = {} if known is None else {"x": known}
    got = [verdict(law(rule("1", when=leaf)), facts) for leaf in LEAVES]
    assert got == results


@pytest.mark.parametrize(
    ("leaf", "x", "y", "result"),
    [
        ("x + y > twenty", Range(5, 6), Range(15.5, 16), True),
        ("x + y > twenty", Range(5, 6), Range(14, 16), None),
        ("x + y > twenty", Range(5, 6), Range(13, 14), False),
        ("x - y > ten", Range(20, 25), Range(5, 9), True),  # at least 11
        ("x - y > ten", Range(20, 25), Range(9, 12), None),  # 8 to 16
        ("x - y > ten", Range(20, 25), Range(15, 16), False),  # at most 10
        ("x > third * y", Range(4, 5), Range(9, 11), True),
        ("x > third * y", Range(3, 5), Range(9, 11), None),
        ("x > third * y", Range(1, 2), Range(9, 11), False),
        ("x + ten > y + ten", exactly(5), exactly(4), True),
        ("x - y > ten", Range(20, 25), Range(None, 5), True),
        ("x - y > ten", Range(20, 25), Range(5, None), None),
    ],
)
def test_each_end_of_a_sum_takes_the_side_its_sign_asks_for(
    leaf: str, x: Range, y: Range, result: bool | None
) -> None:
    assert verdict(law(rule("1", when=leaf)), {"x": x, "y": y}) is result


def test_a_fact_twice_in_a_comparison_is_collected_first() -> None:
    twice = law(rule("1", when="x + x > x + ten"))
    assert verdict(twice, {"x": Range(11, 99)}) is True
    assert verdict(law(rule("1", when="x - x >= ten - ten")), {"x": Range(0, 99)}) is True


def test_a_parameter_has_the_value_of_the_day() -> None:
    rising = law(rule("1", when="x > rising"))
    evaluator = Evaluator(rising, Case(rising, {"x": exactly(15)}))
    days = ("2024-12-31", "2025-01-01")
    got = [
        evaluator.judge(rising.rules[0], ROW, date.fromisoformat(day).toordinal()).verdict
        for day in days
    ]
    assert got == [True, False]


def test_before_its_first_day_a_parameter_is_not_zero_but_absent() -> None:
    early = law(rule("1", when="x > later"))
    assert verdict(early, {"x": exactly(5)}) is None
    assert Judge(early, {"x": exactly(5)}, TODAY).judge(early.rules[0], ROW).missing == ()


@pytest.mark.parametrize(
    ("day", "result"),
    [("2026-02-27", True), ("2026-02-28", False), ("2026-03-01", False)],
)
def test_half_a_year_after_the_last_of_august_is_the_last_of_february(
    day: str, result: bool
) -> None:
    assert verdict(
        law(rule("1", when="day < months_after(start, half_year)")), {"day": on(day)}
    ) is (result)


@pytest.mark.parametrize(
    ("day", "result"),
    [("2026-06-30", True), ("2026-07-01", False), ("2026-07-02", False)],
)
def test_months_after_a_fact(day: str, result: bool) -> None:
    tree = "months_after(day, half_year) < end"
    assert verdict(law(rule("1", when=tree)), {"day": on(day)}) is result


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_do_not_break(day: str) -> None:
    moved = law(rule("1", when="months_after(day, half_year) > start"))
    assert verdict(moved, {"day": on(day)}) is (day > "2025")


def test_a_date_known_to_the_month_may_be_neither() -> None:
    month = Range(on("2025-08-01").low, on("2025-08-31").high)
    assert verdict(law(rule("1", when="day < start")), {"day": month}) is None
    assert verdict(law(rule("1", when="day <= start")), {"day": month}) is True


def test_a_word_is_among_the_words_or_not_or_unknown() -> None:
    words = law(rule("1", when="word in {red, green}"))
    assert [verdict(words, {"word": word}) for word in ("red", "green", "blue")] == [
        True,
        True,
        False,
    ]
    assert verdict(words, {}) is None


def test_the_role_is_that_of_the_row() -> None:
    roles = law(rule("1", when="role in {modifier}"))
    evaluator = Evaluator(roles, Case(roles, {}))
    got = [
        evaluator.judge(roles.rules[0], Row(role=role), TODAY).verdict
        for role in ("modifier", "developer")
    ]
    assert got == [True, False]


def test_comparisons_are_the_same_with_their_sides_exchanged() -> None:
    for one, two in (("x > ten", "ten < x"), ("x >= ten", "ten <= x"), ("x == ten", "ten == x")):
        nodes = [parse_leaf(text, NAMES) for text in (one, two)]
        for known in (exactly(9), exactly(10), exactly(11), Range(9, 10), Range(10, 11)):
            results = []
            for node in nodes:
                assert isinstance(node, Compare)
                linear = linear_at(node, law(rule("1")), TODAY)
                assert linear is not None
                results.append(compare(linear, lambda _, known=known: known))
            assert results[0] is results[1]


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
