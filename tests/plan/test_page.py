"""What the page of a plan says, to the letter."""

from __future__ import annotations

import pytest

from tests.plan.screens import FOLDER, screens, whole_plan
from tests.plan.toys import duty, law, levers, prohibition, weighed
from weighbridge.plan import make_plan
from weighbridge.report.html import to_html
from weighbridge.report.plan_page import plan_page
from weighbridge.report.text import to_text

NAMES = ("whole.txt", "whole.md", "settled-only.txt")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_what_is_written(name: str) -> None:
    assert screens()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_no_screen_is_left_over() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(NAMES) == sorted(screens())


def test_long_lists_are_bounded_and_say_how_many_more() -> None:
    said = to_text(plan_page(whole_plan(), 1))
    assert "and 2 more: --all" in said
    assert "and 2 more: --all" not in to_text(plan_page(whole_plan(), None))


def test_a_state_points_to_the_country_that_keeps_it_shut() -> None:
    rules = [prohibition("1", "f"), duty("2", "f", "one", pack="state")]
    toy = law(rules, {"one": (1.0, 2.0)}, {"toy": "XA", "state": "XA-B"})
    plan = make_plan(weighed(toy, "f=yes"), levers=levers())
    assert "it turns on what XA (XA) asks: see there" in to_text(plan_page(plan))


def test_the_page_is_html_too() -> None:
    assert "<h2" in to_html(plan_page(whole_plan()))
