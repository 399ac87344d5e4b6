"""Markets in which nothing is left to do or to ask are named together, and no others."""

from __future__ import annotations

import pytest

from weighbridge.assess import Assessment, Request, assess
from weighbridge.report.market_section import Shown
from weighbridge.report.markets import days_of_markets
from weighbridge.report.quiet_markets import quiet_blocks, quiet_markets
from weighbridge.rules import Law, load_law

SOME = ("AU", "CA", "KR", "KZ", "VN")
PLAIN = ("outputs_text=yes", "training_compute=1e22", "weights_public=yes")


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


def weigh(law: Law, *sets: str, markets: tuple[str, ...] = SOME) -> Assessment:
    return assess(Request(None, sets=sets, markets=markets), law)


def test_where_nothing_applies_and_nothing_is_open_a_market_is_quiet(law: Law) -> None:
    assert quiet_markets(weigh(law, *PLAIN), Shown()) == SOME


def test_one_or_two_keep_their_sections(law: Law) -> None:
    few = weigh(law, *PLAIN, markets=("AU", "VN"))
    assert quiet_markets(few, Shown()) == ()


def test_nothing_is_joined_where_all_is_shown(law: Law) -> None:
    assert quiet_markets(weigh(law, *PLAIN), Shown(all=True)) == ()


def test_an_open_duty_an_open_claim_a_pointer_or_a_presumption_speaks(law: Law) -> None:
    unknown = weigh(law, "outputs_text=yes", "weights_public=yes")
    assert "KR" not in quiet_markets(unknown, Shown())
    others = ("AU", "CA", "GB", "JP", "SV", "VN")
    quiet = quiet_markets(weigh(law, *PLAIN, markets=others), Shown())
    assert quiet == ("AU", "CA", "VN")


def test_where_no_rule_was_judged_is_told_apart_from_where_nothing_is_owed(law: Law) -> None:
    assessment = weigh(law, *PLAIN)
    said = [str(block) for block in quiet_blocks(assessment, SOME)]
    owed = next(each for each in said if "nothing in force is owed" in each)
    judged = next(each for each in said if "no rule was judged" in each)
    assert "South Korea (KR)" in owed and "Vietnam (VN)" not in owed
    assert "Vietnam (VN)" in judged and "South Korea (KR)" not in judged


def test_without_quiet_markets_nothing_is_said(law: Law) -> None:
    assert list(quiet_blocks(weigh(law, *PLAIN), ())) == []


def test_each_day_is_named_once_with_its_markets() -> None:
    days = {"XB": "2030-05-01", "XA": "2030-05-01", "XC": "2031-01-01", "": "2031-01-01"}
    assert days_of_markets(days) == "2030-05-01 (XA, XB), 2031-01-01 (XC)"
    assert days_of_markets({"": "2030-05-01"}) == "2030-05-01"
