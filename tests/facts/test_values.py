"""How numbers, days and ranges are read, kept and shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts import Range
from weighbridge.facts.values import (
    number_to_json,
    read_dates,
    read_day,
    read_flag,
    read_number,
    read_range,
    value_to_json,
    value_to_text,
)
from weighbridge.text.errors import ParseError

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ENDS = st.none() | FINITE


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    one, two = draw(ENDS), draw(ENDS)
    if one is not None and two is not None and one > two:
        one, two = two, one
    return Range(one, two)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e25", 1e25),
        ("3.8e25", 3.8e25),
        ("45,056", 45056.0),
        ("1,234,567.5", 1234567.5),
        ("1_000", 1000.0),
        ("1/3", 1 / 3),
        (" 7 ", 7.0),
        (".5", 0.5),
        ("-2", -2.0),
        ("0", 0.0),
    ],
)
def test_numbers_people_write(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "much",
        "1,5",
        "1,2345",
        "1e999",
        "nan",
        "inf",
        "1/0",
        "0x10",
        "1 2",
        "9" * 5000,
        "1/" + "3" * 5000,
    ],
)
def test_what_is_no_number_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ParseError) as raised:
        read_number(text)
    assert len(str(raised.value)) < 120


def test_a_hostile_number_takes_no_time() -> None:
    with pytest.raises(ParseError):
        read_number("1" * 1_000_000 + "x")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-01", "2025-07-01", "2025-07-01"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_month_or_a_year_is_all_its_days(text: str, first: str, last: str) -> None:
    days = read_dates(text)
    ends = [date.fromisoformat(each).toordinal() for each in (first, last)]
    assert [days.low, days.high] == ends


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "0000", "1 July", "20250701", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="is not a date"):
        read_dates(text)


def test_a_day_is_one_day() -> None:
    assert read_day("2025-07-01") == date(2025, 7, 1)
    with pytest.raises(ParseError, match="is not one day"):
        read_day("2025-07")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", Range(5.0, 5.0)),
        ("1e22..1e23", Range(1e22, 1e23)),
        ("..1000", Range(None, 1000.0)),
        ("1000..", Range(1000.0, None)),
        ("..", Range(None, None)),
    ],
)
def test_a_range_may_leave_out_either_end(text: str, value: Range) -> None:
    assert read_range(text, dates=False) == value


def test_flags_are_words_of_consent_or_refusal() -> None:
    assert [read_flag(word) for word in ("yes", "TRUE", " y ", "no", "False", "n")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("ends", [(2.0, 1.0), (float("nan"), None), (None, float("inf"))])
def test_a_range_is_never_upside_down_or_endless_by_name(
    ends: tuple[float | None, float | None],
) -> None:
    with pytest.raises(ValueError, match="range"):
        Range(*ends)


@given(ranges(), ranges())
def test_the_hull_holds_both_and_meeting_is_mutual(one: Range, two: Range) -> None:
    hull = one.hull(two)
    for each in (one, two):
        assert hull.low is None or (each.low is not None and hull.low <= each.low)
        assert hull.high is None or (each.high is not None and hull.high >= each.high)
    assert one.meets(two) is two.meets(one)


@given(ranges(), ranges(), FINITE)
def test_a_value_in_both_ranges_is_in_the_intersection(
    one: Range, two: Range, value: float
) -> None:
    point = Range.exactly(value)
    if point.meets(one) and point.meets(two):
        assert one.meets(two)
        assert point.meets(one.intersection(two))
    elif not one.meets(two):
        with pytest.raises(ValueError, match="range"):
            one.intersection(two)


@pytest.mark.parametrize(
    ("value", "dates", "unit", "text"),
    [
        (None, False, None, "unknown"),
        (True, False, None, "yes"),
        (Range.exactly(3.8e25), False, "FLOP", "3.8e25 FLOP"),
        (Range.exactly(45056), False, "parameters", "45,056 parameters"),
        (Range(1.5, None), False, None, "at least 1.5"),
        (Range(None, 1000.0), False, "persons", "at most 1,000 persons"),
        (Range(739068.0, 739098.0), True, None, "2024-07-01 to 2024-07-31"),
        (Range(None, None), False, "FLOP", "unknown"),
        ("company", False, None, "company"),
    ],
)
def test_values_as_people_read_them(
    value: Range | bool | str | None, dates: bool, unit: str | None, text: str
) -> None:
    assert value_to_text(value, dates=dates, unit=unit) == text


def test_json_leaves_open_ends_out_and_keeps_whole_numbers_whole() -> None:
    assert value_to_json(Range(1.0, None)) == {"low": 1}
    assert value_to_json(Range(738337, 738337), dates=True) == {
        "low": "2022-07-01",
        "high": "2022-07-01",
    }
    assert value_to_json(None) == {"value": None}
    assert number_to_json(2.5) == 2.5
    assert isinstance(number_to_json(1e25), float)
