"""What the states of the United States ask of one open model, day by day, or never did."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acceptance.conftest import Check
from weighbridge.assess import Assessment
from weighbridge.rules import Law

OWED_KINDS = ("duty", "prohibition")

# An open model for text and pictures on a public hub, by a company, fifty thousand users.
MODEL = (
    *("has_base_model=no", "weights_public=yes", "available_there=yes", "public_service=no"),
    *("outputs_text=yes", "outputs_image=yes", "outputs_audio=no", "outputs_video=no"),
    *(
        "narrow_task=no",
        "made_to_care_or_judge=neither",
        "made_for_likeness=no",
        "nude_fakes=unable",
        "ill_intent=none",
    ),
    *("actor_kind=company", "based_in=us", "research_only=no", "business_there=yes"),
    *("users=5000", "users_everywhere=50000", "planned_compute=0", "made_by_actor=yes"),
    *("release_date=2024-05-01", "shared_to_develop_only=no", "new_york_academic=none"),
    *("security_tool_only=no", "aircraft_only=no", "federal_defence_only=no"),
)
ORDINARY = (*MODEL, "training_compute=3e25", "own_compute=3e25", "revenue=2e7")
SMALL = (*MODEL, "training_compute=2e26", "own_compute=2e26", "revenue=2e7")
LARGE = (*MODEL, "training_compute=2e26", "own_compute=2e26", "revenue=6e8")
FRONTIER = ("us-ca/sb-53", "us-ny/raise", "us-il/ai-safety", "us-ct/pa-26-15")
STATES = (
    *("US-CO", "US-CT", "US-IL", "US-MN", "US-MT", "US-NY"),
    *("US-TN", "US-TX", "US-UT", "US-VA", "US-WA"),
)


def weigh(check: Check, as_of: str, sets: tuple[str, ...], *roles: str) -> Assessment:
    return check(None, *sets, as_of=as_of, roles=roles or ("developer",))


def owed(assessment: Assessment, *packs: str) -> set[str]:
    """Return the ids of what is owed, in the packs or everywhere."""
    return {
        row.rule.id
        for row in assessment.verdicts
        if row.judged.owed and row.rule.kind in OWED_KINDS and (not packs or row.rule.pack in packs)
    }


def ids(pack: str, *numbers: str) -> set[str]:
    return {f"{pack}/{number}" for number in numbers}


CALIFORNIA = ids(
    "us-ca/sb-53",
    *("22757.12.c.1", "22757.12.e.1", "22757.13-report", "22757.13-imminent"),
    "labor-1107.1-protection",
)
CALIFORNIA_LARGE = CALIFORNIA | ids(
    "us-ca/sb-53",
    *("22757.12.a", "22757.12.b-review", "22757.12.b-change", "22757.12.c.2", "22757.12.d"),
    *("22757.12.e.2", "labor-1107.1-channel"),
)
CONNECTICUT = ids("us-ct/pa-26-15", "2-protection")
NEW_YORK = ids("us-ny/raise", "1421.3", "1421.4-risk", "1422-report", "1422-imminent")
NEW_YORK_LARGE = NEW_YORK | ids(
    "us-ny/raise",
    *("1421.1", "1421.2-review", "1421.2-change", "1421.3-large", "1421.4-framework"),
    *("1428-file", "1428-pay"),
)
ILLINOIS = ids("us-il/ai-safety", "10.c", "15-report", "15-imminent")
ILLINOIS_LARGE = ILLINOIS | ids("us-il/ai-safety", "10.c-large", "18-file", "18-pay")
ILLINOIS_AUDITED = ILLINOIS_LARGE | ids(
    "us-il/ai-safety", "10.a", "10.d", "10.d-first", "10.d-publish", "10.d-keep"
)
CONNECTICUT_LARGE = CONNECTICUT | ids("us-ct/pa-26-15", "2.c")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-06-01", set()),
        ("2025-12-31", set()),
        ("2026-01-01", CALIFORNIA),
        ("2026-09-30", CALIFORNIA),
        ("2026-10-01", CALIFORNIA | CONNECTICUT),
        ("2026-12-31", CALIFORNIA | CONNECTICUT),
        ("2027-01-01", CALIFORNIA | CONNECTICUT | NEW_YORK | ILLINOIS),
        ("2028-01-01", CALIFORNIA | CONNECTICUT | NEW_YORK | ILLINOIS),
    ],
)
def test_a_small_developer_above_the_line_reports_and_needs_no_framework(
    check: Check, as_of: str, expected: set[str]
) -> None:
    assert owed(weigh(check, as_of, SMALL), *FRONTIER) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-12-31", set()),
        ("2026-01-01", CALIFORNIA_LARGE),
        ("2026-12-31", CALIFORNIA_LARGE | CONNECTICUT),
        ("2027-01-01", CALIFORNIA_LARGE | CONNECTICUT_LARGE | NEW_YORK_LARGE | ILLINOIS_LARGE),
        ("2027-12-31", CALIFORNIA_LARGE | CONNECTICUT_LARGE | NEW_YORK_LARGE | ILLINOIS_LARGE),
        ("2028-01-01", CALIFORNIA_LARGE | CONNECTICUT_LARGE | NEW_YORK_LARGE | ILLINOIS_AUDITED),
    ],
)
def test_a_large_developer_owes_a_framework_state_by_state_and_the_audit_last(
    check: Check, as_of: str, expected: set[str]
) -> None:
    assert owed(weigh(check, as_of, LARGE), *FRONTIER) == expected


@pytest.mark.parametrize(
    "as_of", ["2024-06-01", "2025-06-01", "2026-01-15", "2026-10-15", "2027-02-15", "2028-01-15"]
)
def test_an_ordinary_model_owes_none_of_these_states_anything(check: Check, as_of: str) -> None:
    assessment = weigh(check, as_of, ORDINARY, "developer", "host")
    assert not owed(assessment, *FRONTIER)
    rows = [row for row in assessment.verdicts if row.judged.row.market in STATES]
    assert {row.judged.row.market for row in rows} >= set(STATES) - {"US-UT"}
    asked = [row for row in rows if row.rule.kind in OWED_KINDS]
    assert asked
    assert [row.rule.id for row in asked if row.judged.verdict is not False] == []


def test_the_same_answers_serve_every_state(law: Law) -> None:
    """Compute, revenue and plans are asked once: no pack has a number of its own to ask for."""
    terms = {"ca", "ny", "il", "ct"}
    lines = [law.parameters[f"{term}_frontier_compute"] for term in sorted(terms)]
    assert {each.values[-1].value for each in lines} == {1e26}
    mine = [fact.name for fact in law.vocabulary if fact.name.rpartition("_")[2] in terms]
    assert mine
    assert [name for name in mine if law.vocabulary[name].question] == []


def test_no_day_found_colorados_act_of_2024_binding(check: Check) -> None:
    sets = ("made_to_care_or_judge=judging", "made_for_decisions=yes", "use_weighty_decision=yes")
    states = {}
    day = date(2024, 1, 1)
    days = [day + timedelta(days=30 * step) for step in range(50)]
    days += [date(2026, 1, 31), date(2026, 2, 1), date(2026, 5, 13), date(2026, 5, 14)]
    days += [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1)]
    for day in days:
        found = check(
            None,
            *sets,
            as_of=day.isoformat(),
            roles=("developer", "deployer"),
            markets=("US-CO",),
        )
        rows = [row for row in found.verdicts if row.rule.pack == "us-co/sb-24-205"]
        assert {row.judged.verdict for row in rows} == {True}
        assert not [row.rule.id for row in rows if row.judged.owed], day
        states[day] = {row.judged.in_force.state for row in rows}
    assert {word for words in states.values() for word in words} == {"not-yet", "no-longer"}
    assert states[date(2026, 5, 13)] == {"not-yet"}
    assert states[date(2026, 5, 14)] == {"no-longer"}


def test_new_yorks_fines_were_ten_times_as_high_before_they_were_ever_due(law: Law) -> None:
    for name, signed, replaced in (("ny_first_fine", 1e7, 1e6), ("ny_later_fine", 3e7, 3e6)):
        parameter = law.parameters[name]
        values = {}
        for each in (date(2025, 12, 18), date(2025, 12, 19), date(2026, 3, 26), date(2026, 3, 27)):
            dated = parameter.at(each.toordinal())
            values[each] = dated.value if dated else None
        assert list(values.values()) == [None, signed, signed, replaced]


def test_a_hub_is_judged_by_what_the_tool_does_and_by_what_it_is_for(check: Check) -> None:
    able = (*(each for each in ORDINARY if not each.startswith("nude_fakes")), "nude_fakes=able")
    able = (*able, "needs_artists_skill=no", "advertises_nude_fakes=no")
    found = weigh(check, "2026-11-23", able, "host")
    assert owed(found, "us-mn/325e-91") == {"us-mn/325e-91/access"}
    assert not owed(found, "us-tn/elvis")
    voice = (*(each for each in ORDINARY if "likeness" not in each), "made_for_likeness=yes")
    found = weigh(check, "2026-11-23", voice, "host")
    assert owed(found, "us-tn/elvis") == {"us-tn/elvis/1105.a.3"}
    assert not owed(found, "us-mn/325e-91")


def test_a_vetoed_bill_stands_in_no_list(check: Check) -> None:
    rows = [
        row
        for row in weigh(check, "2026-11-23", ORDINARY, "developer", "deployer").verdicts
        if row.rule.pack == "us-va/hb-2094"
    ]
    assert rows
    assert {row.judged.in_force.state for row in rows} == {"never"}
    assert not [row for row in rows if row.judged.owed]
