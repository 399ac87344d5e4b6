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
    exactly,
    law,
    on,
    rule,
    verdict,
)
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.compare import compare, linear_at
from weighbridge.reason.judge import Judge
from weighbridge.rules.leaf import parse_leaf
from weighbridge.rules.nodes import Compare

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
