"""Beyond the Union, the United States and China: what a bare release owes, and what changes that.

The matrix of the fact sheet, row by row, through the whole flow; the days to come; what obliges
nobody; and that none of it costs an ordinary publisher an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.acceptance.pages import flowing
from weighbridge.assess import Assessment
from weighbridge.report.groups import OWED_KINDS
from weighbridge.report.json import to_json

TODAY = "2026-11-23"
BARE = (
    "weights_public=yes",
    "available_there=yes",
    "public_service=no",
    "system_there=no",
    "tool_form=weights",
    "outputs_text=yes",
    "outputs_image=yes",
    "training_compute=5e23",
    "military_only=no",
)
"""Weights of a model of text and images on a public hub, and nothing else."""

SERVICE = (
    "public_service=yes",
    "tool_form=interface",
    "system_there=yes",
    "output_leaves_tool=yes",
)
KOREA = (
    *SERVICE,
    "in_house_only=no",
    "plainly_a_machine=no",
    "ordered_there=no",
    "office_there=yes",
    "looks_real=yes",
)
KOREA_LARGE = ("training_compute=1e26", "state_of_the_art_kr=yes", "broad_grave_risk_kr=yes")
INDIA = (
    *SERVICE,
    "looks_real=yes",
    "output_is=content",
    "only_papers_or_teaching=no",
    "carries_synthetic_media=no",
)
ABUSE = (
    "child_abuse_material=meant",
    "generator_offence_begun=begun",
    "weights_are_a_thing=thing",
    "came_unasked=no",
    "suspects_abuse_aim=yes",
    "test_permitted_there=no",
)


@dataclass(frozen=True)
class Flip:
    """What makes a rule owed: in whose role, by which facts beside the bare release."""

    rule: str
    role: str
    facts: tuple[str, ...]


WITHOUT = (
    "passes_on=nothing",
    "carries_synthetic_media=no",
    "weights_release_is_intermediary=outside",
)
"""What a bare release does not do; that weights are no intermediary in India is a reading."""

NOBODY = ("JP", "TW", "SG", "CA", "IN", "VN", "KZ", "AU", "GB", "KR", "CN")
"""The markets of the matrix in which a bare release is said to trigger no duty on its developer."""

FLIPS: Mapping[str, Flip] = {
    "China, a service for the public": Flip("cn/genai-measures/4", "deployer", SERVICE),
    "United Kingdom, made to make abuse images": Flip(
        "gb/crime-and-policing/46A", "developer", ABUSE
    ),
    "Korea, the three limbs": Flip("kr/ai-basic-act/32", "developer", KOREA_LARGE),
    "Korea, a hosted service": Flip("kr/ai-basic-act/31-notice", "deployer", KOREA),
    "Korea, an app": Flip("kr/ai-basic-act/31-label", "integrator", KOREA),
    "India, a tool": Flip("in/it-rules/label", "deployer", INDIA),
    "Vietnam, part of a system": Flip(
        "vn/ai-law/class", "integrator", (*SERVICE, "system_first_there=2026-06-01")
    ),
    "Kazakhstan, a system in operation": Flip("kz/ai-law/21", "deployer", SERVICE),
    "Australia, a hub": Flip("au/online-safety/hub-terms", "host", ("passes_on=models",)),
}


def owed(assessment: Assessment) -> set[str]:
    return {
        each.rule.id
        for each in assessment.verdicts
        if each.judged.owed and each.rule.kind in OWED_KINDS
    }


POSSIBLE = ("cn/ethics", "cn/pipl")
"""China's law on research and on personal data, which reaches a developer before any service."""


@pytest.mark.parametrize("market", NOBODY)
def test_a_bare_release_owes_nothing_there_and_that_is_settled(check: Check, market: str) -> None:
    found = check(None, *BARE, markets=(market,), as_of=TODAY)
    assert owed(found) == set()
    open_ = [
        each.rule.id
        for each in found.verdicts
        if each.rule.kind in OWED_KINDS and each.judged.verdict is None
    ]
    assert [rule for rule in open_ if not rule.startswith(POSSIBLE)] == []


def test_review_of_research_and_export_stay_possible_in_china(check: Check) -> None:
    found = check(None, *BARE, markets=("CN",), as_of=TODAY)
    assert row(found, "cn/ethics/9").judged.verdict is None
    export = [each for each in found.verdicts if each.rule.pack == "cn/export"]
    assert export
    assert {each.judged.verdict for each in export} != {False}


@pytest.mark.parametrize("name", FLIPS)
def test_what_changes_the_facts_of_the_matrix_changes_the_verdict(check: Check, name: str) -> None:
    flip = FLIPS[name]
    market = flip.rule.partition("/")[0].upper()
    asked: dict[str, object] = {"markets": (market,), "roles": (flip.role,), "as_of": TODAY}
    after = row(check(None, *BARE, *flip.facts, **asked), flip.rule)
    assert after.judged.owed, after.judged.missing
    before = row(check(None, *BARE, *WITHOUT, **asked), flip.rule)
    assert before.judged.verdict is False


@pytest.mark.parametrize("limb", KOREA_LARGE)
def test_each_limb_of_korea_is_needed(check: Check, limb: str) -> None:
    missing = {"training_compute=1e26": "training_compute=9.9e25"}
    without = missing.get(limb, limb.replace("=yes", "=no"))
    facts = [each for each in KOREA_LARGE if each != limb]
    found = check(None, *BARE, *facts, without, markets=("KR",), as_of=TODAY)
    assert row(found, "kr/ai-basic-act/32").judged.verdict is False


def test_weights_that_store_works_are_untested_in_the_united_kingdom(check: Check) -> None:
    asked: dict[str, object] = {"markets": ("GB",), "as_of": TODAY}
    plain = row(check(None, *BARE, **asked), "gb/getty/copies").judged
    assert (plain.verdict, plain.basis) == (False, "presumed")
    assert plain.rests_on.authority == "court"
    assert "repeats_works" in plain.unless
    stored = check(None, *BARE, "repeats_works=yes", **asked)
    assert row(stored, "gb/getty/copies").judged.verdict is None
    assert set(row(stored, "gb/getty/copies").turns_on) == {
        "getty_on_appeal",
        "stored_copies_infringe",
    }


# The days to come ---------------------------------------------------------------------------------

CALENDAR: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    "2026-12-10": (
        "2026-12-09",
        "au/privacy/notice",
        "deployer",
        ("use_scores_credit=yes", "decision_weight=recommends", "used_there=yes"),
    ),
    "2027-03-01": (
        "2027-02-28",
        "vn/ai-law/class",
        "integrator",
        (*SERVICE, "use_field=none", "system_first_there=2026-02-28"),
    ),
    "2027-09-01": (
        "2027-08-31",
        "vn/ai-law/class",
        "integrator",
        (*SERVICE, "use_field=schooling", "system_first_there=2026-02-28"),
    ),
}


@pytest.mark.parametrize("day", CALENDAR)
def test_each_day_to_come_is_told_today_and_binds_when_it_is_there(check: Check, day: str) -> None:
    eve, rule, role, facts = CALENDAR[day]
    market = rule.partition("/")[0].upper()
    states = {}
    for as_of in (TODAY, eve, day):
        found = check(None, *BARE, *facts, markets=(market,), roles=(role,), as_of=as_of)
        shown = next(each for each in to_json(found)["verdicts"] if each["rule"] == rule)
        assert shown["verdict"] == "applies"
        states[as_of] = (shown["in_force"]["state"], shown["in_force"]["from"])
    assert states[TODAY] == states[eve] == ("not-yet", day)
    assert states[day][0] == "yes"


def test_korea_fines_at_the_earliest_a_year_after_its_first_day(check: Check) -> None:
    found = check(None, *BARE, *KOREA, markets=("KR",), roles=("deployer",), as_of=TODAY)
    shown = {each["rule"]: each for each in to_json(found)["verdicts"]}
    assert shown["kr/ai-basic-act/31-notice"]["enforced_from"] == "2027-01-22"
    assert "fine" not in str(shown["kr/ai-basic-act/31-label"].get("breach", ""))


# What obliges nobody ------------------------------------------------------------------------------

NO_LAW = ("BR", "CL", "DK")


@pytest.mark.parametrize("market", NO_LAW)
def test_a_bill_or_a_proposal_is_shown_and_owed_by_nobody(check: Check, market: str) -> None:
    facts = (*BARE, *SERVICE, "used_there=yes", "use_fakes_people=yes", "plainly_art=no")
    facts = (*facts, "system_open=no", "in_development_only=no")
    roles = ("developer", "integrator", "deployer", "host")
    found = check(None, *facts, markets=(market,), roles=roles, as_of=TODAY)
    here = [each for each in found.verdicts if each.judged.row.market == market]
    applying = [each for each in here if each.judged.verdict is True]
    assert applying
    assert {each.judged.in_force.state for each in applying} == {"never"}
    assert owed(found) == set()


@pytest.mark.parametrize("kind", ["company", "university", "public_body"])
def test_the_convention_of_the_council_of_europe_binds_nobody(check: Check, kind: str) -> None:
    roles = ("developer", "integrator", "deployer", "host", "researcher")
    found = check(None, *BARE, f"actor_kind={kind}", roles=roles, as_of=TODAY)
    judged = row(found, "coe/cets-225/parties").judged
    assert judged.row.role == "deployer", "the one role a state can have"
    assert judged.verdict is (None if kind == "public_body" else False)
    assert judged.in_force.state == "never"
    assert not judged.owed
    assert "coe/cets-225" not in flowing(found)


def test_the_shield_of_el_salvador_needs_the_register_and_care(check: Check) -> None:
    shield = ("registered_there=yes", "open_or_own_data=yes", "in_business=no")
    claim = "sv/ai-promotion/claim"
    asked: dict[str, object] = {"markets": ("SV",), "as_of": TODAY}
    assert row(check(None, *BARE, **asked), claim).judged.verdict is True
    assert row(check(None, *BARE, *shield, **asked), claim).judged.verdict is None
    judged = row(check(None, *BARE, *shield, "reasonable_care_sv=yes", **asked), claim).judged
    assert (judged.verdict, judged.because) == (False, "exception")


# What it costs an ordinary publisher --------------------------------------------------------------

WORLD = frozenset(
    "AE AU BR CA CL DK GB IL IN IT JP KR KZ PE SG SV TW UZ VN".split(),
)


def test_an_ordinary_release_is_asked_nothing_for_these_markets(
    check: Check, examples: Path
) -> None:
    found = check(examples / "plain-apache", as_of=TODAY)
    rows = [each for each in found.verdicts if each.judged.row.market in WORLD]
    assert rows
    assert [each.rule.id for each in rows if each.judged.verdict is None] == []
    keys = [question.key for question in found.questions]
    assert [key for key in keys if any(f"[{market}]" in key for market in WORLD)] == []


def test_markets_with_nothing_to_do_are_named_together(check: Check, examples: Path) -> None:
    page = flowing(check(examples / "plain-apache", as_of=TODAY))
    elsewhere = page.partition("elsewhere")[2]
    assert "nothing in force is owed on these facts: " in elsewhere
    assert "South Korea (KR)" in elsewhere
    assert "none falls on whom was asked about: " in elsewhere
    assert "Vietnam (VN)" in elsewhere
    assert "El Salvador (SV)" not in elsewhere, "an open claim has a section of its own"


def test_a_market_asked_for_alone_has_its_section(check: Check, examples: Path) -> None:
    page = flowing(check(examples / "plain-apache", as_of=TODAY, markets=("VN",)))
    assert "elsewhere" not in page
    assert "it falls on an integrator (1 rule)" in page
