"""What the law itself changed between two days: each kind of change, and both edges of a span."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.rules.changing_law import CHANGING, changing_law
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.history import changes_between, says_otherwise
from weighbridge.text.errors import InputError

A_YEAR = [
    ("enforced", "2031-02-01", "xa/act/3"),
    ("value", "2031-02-15", "share_x"),
    ("begins", "2031-03-01", "xa/act/2-narrow"),
    ("ends", "2031-04-01", "xa/act/5"),
    ("replaced", "2031-05-01", "xa/act/4"),
    ("value", "2031-06-01", "line_x"),
    ("begins", "2031-07-01", "xa/act/6"),
    ("enforced", "2031-08-01", "xa/act/4"),
    ("transition", "2031-09-01", "xa/act/8"),
]


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


SPAN = day("2031-01-01"), day("2031-12-31")


def told(first: str, second: str, law: Law | None = None) -> list[tuple[str, str, str]]:
    found = changes_between(law or changing_law(), day(first), day(second))
    return [(each.kind, date.fromordinal(each.day).isoformat(), each.id) for each in found]


def test_a_year_is_told_in_its_order() -> None:
    assert told("2031-01-01", "2031-12-31") == A_YEAR


def test_spans_laid_end_to_end_tell_each_change_once() -> None:
    cuts = ["2031-01-01", *dict.fromkeys(on for _, on, _ in A_YEAR), "2031-12-31"]
    parts = [told(first, second) for first, second in pairwise(cuts)]
    assert [each for part in parts for each in part] == A_YEAR


@pytest.mark.parametrize("change", A_YEAR, ids=lambda change: f"{change[0]}-{change[2]}")
def test_the_first_day_is_left_out_and_the_second_counts(change: tuple[str, str, str]) -> None:
    on = date.fromisoformat(change[1])
    before = date.fromordinal(on.toordinal() - 1).isoformat()
    after = date.fromordinal(on.toordinal() + 1).isoformat()
    assert told(before, change[1]) == [change]
    assert told(change[1], after) == []


def test_a_bill_changes_nothing_and_what_comes_later_is_not_told() -> None:
    named = {id_ for _, _, id_ in told("2031-01-01", "2034-12-31")}
    assert "xa/act/6" in named
    assert named.isdisjoint({"xa/act/7", "xa/act/9"})
    assert ("begins", "2035-01-01", "xa/act/9") in told("2034-12-31", "2035-01-01")


def test_the_same_value_on_another_citation_is_no_change() -> None:
    assert len(changing_law().parameters["days_x"].values) == 2
    assert told("2031-05-31", "2031-06-01") == [("value", "2031-06-01", "line_x")]


def test_a_value_knows_what_gave_way() -> None:
    line, share = (
        next(each for each in changes_between(changing_law(), *SPAN) if each.id == name)
        for name in ("line_x", "share_x")
    )
    assert [each and each.written for each in line.values] == ["1e23", "1e22"]
    assert [each and each.written for each in share.values] == [None, "1/3"]


def test_a_replaced_version_knows_what_it_says_otherwise() -> None:
    change = next(each for each in changes_between(changing_law(), *SPAN) if each.before)
    assert change.before is not None
    assert change.rule is not None
    parts = says_otherwise(change.before, change.rule)
    assert parts["title"] == ("Tell the office", "Tell the bureau")
    assert parts["says"] == ("tell the office", "tell the bureau")
    assert parts["read"] == ("official", "copy")
    assert set(parts) == {"title", "says", "due", "within", "event", "when", "read", "cite"}
    assert says_otherwise(change.rule, change.rule) == {}


def test_a_moved_first_day_is_told_on_the_day_it_moved() -> None:
    """Until 2033-03-15 rule 10 was to begin on 2033-04-01, from then on in 2034."""
    (moved, value) = changes_between(changing_law(), day("2033-03-10"), day("2033-03-31"))
    assert (value.kind, value.id) == ("value", "moved_x")
    assert (moved.kind, moved.id, moved.day) == ("moved", "xa/act/10", day("2033-03-15"))
    assert moved.moved == (day("2033-04-01"), day("2034-01-01"))
    assert told("2033-03-15", "2033-12-31") == []
    assert told("2033-12-31", "2034-01-01") == [("begins", "2034-01-01", "xa/act/10")]


def test_a_penalty_that_is_lighter_for_some_is_told() -> None:
    (change,) = changes_between(changing_law(), day("2032-04-01"), day("2032-05-01"))
    assert (change.kind, change.id, change.sizes) == ("lighter", "xa/act/p", ("smc",))


def test_a_rule_that_ends_without_a_next_version_ends(tmp_path: Path) -> None:
    amendment = tmp_path / "later.yaml"
    amendment.write_text(
        "amendment: later\nchanges:\n  - repeal: {rule: xa/act/3, from: 2033-01-01}\n"
    )
    law = compile_law([CHANGING], [amendment])
    assert told("2032-12-31", "2033-01-01", law) == [("ends", "2033-01-01", "xa/act/3")]
    assert told("2032-12-31", "2033-01-01") == []


@pytest.mark.parametrize("second", ["2031-01-01", "2030-12-31"])
def test_days_in_the_wrong_order_are_refused(second: str) -> None:
    with pytest.raises(InputError, match=f"`{second}` is not after `2031-01-01`"):
        told("2031-01-01", second)
