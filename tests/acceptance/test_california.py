"""California day by day: one open image and text model on a public hub, and the hub itself.

The days and what they bring are the as-of matrix of the fact sheet on the United States.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.toys import plain_release
from weighbridge.assess import Assessment
from weighbridge.report.json import to_json
from weighbridge.rules import Law

CA = "us-ca"
MODEL = (
    "outputs_text=yes",
    "outputs_image=yes",
    "outputs_audio=no",
    "outputs_video=no",
    "training_compute=3e25",
    "own_compute=3e25",
    "planned_compute=0",
    "made_by_actor=yes",
    "has_base_model=no",
    "weights_public=yes",
    "available_there=yes",
    "public_service=no",
    "release_date=2024-05-01",
    "users=50000",
    "users_everywhere=50000",
    "actor_kind=company",
    "in_business=yes",
    "revenue=2e7",
    "made_to_care_or_judge=neither",
    "licensed_by_contract=no",
    "own_download_page=no",
    "shared_to_develop_only=no",
    "security_tool_only=no",
    "aircraft_only=no",
    "federal_defence_only=no",
    "game_content_only=no",
    "mainly_assistive=no",
    "called_assistive=no",
    "only_touches_up=no",
)
OPEN_LICENCE_LICENSES = "open_licence_counts_ca=licensing"
SUMMARY = "ab-2013/3111.a"
MARKS = ("ai-transparency/22757.2", "ai-transparency/22757.3.a")
LICENCE = (
    "ai-transparency/22757.3.b-notice",
    "ai-transparency/22757.3.b-removal",
    "ai-transparency/22757.3.b-report",
)
FRONTIER = (
    "sb-53/22757.12.c.1",
    "sb-53/22757.12.e.1",
    "sb-53/22757.13-imminent",
    "sb-53/22757.13-report",
    "sb-53/labor-1107.1-protection",
)
LARGE = (
    "sb-53/22757.12.a",
    "sb-53/22757.12.b-change",
    "sb-53/22757.12.b-review",
    "sb-53/22757.12.c.2",
    "sb-53/22757.12.d",
    "sb-53/22757.12.e.2",
    "sb-53/labor-1107.1-channel",
)
HUB = (
    "outputs_text=yes",
    "outputs_image=yes",
    "outputs_audio=no",
    "outputs_video=no",
    "weights_public=yes",
    "available_there=yes",
    "media_marks=none",
    "knows_unmarked=yes",
    "ships_program=no",
    "carries_sexual_fakes=no",
    "platform_sort=files",
    "busiest_month_users=1500000",
    "carries_only=no",
    "strips_marks=no",
)
HUB_READINGS = ("hosting_words_ca=same", "bare_weights_disclose_ca=weights_count")


def in_california(check: Check, *sets: str, **more: object) -> Assessment:
    return check(None, *sets, markets=("US-CA",), **more)


def owed(assessment: Assessment) -> set[str]:
    """Return what California asks and forbids on these facts and that day."""
    return {
        each.rule.id.removeprefix(f"{CA}/")
        for each in assessment.verdicts
        if each.rule.pack.startswith(f"{CA}/")
        and each.rule.kind in ("duty", "prohibition")
        and each.judged.owed
    }


def unknown(assessment: Assessment) -> set[str]:
    """Return what is in force and cannot be told."""
    return {
        each.rule.id.removeprefix(f"{CA}/")
        for each in assessment.verdicts
        if each.rule.pack.startswith(f"{CA}/")
        and each.rule.kind in ("duty", "prohibition")
        and each.judged.in_force.state == "yes"
        and each.judged.verdict is None
    }


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-06-01", set()),
        ("2025-06-01", set()),
        ("2025-12-31", set()),
        ("2026-01-15", {SUMMARY}),
        ("2026-08-15", {SUMMARY}),
        ("2026-09-29", {SUMMARY}),
        ("2026-09-30", {SUMMARY, *MARKS, *LICENCE}),
        ("2026-10-15", {SUMMARY, *MARKS, *LICENCE}),
        ("2027-01-15", {SUMMARY, *MARKS, *LICENCE}),
    ],
)
def test_what_the_open_model_owes_day_by_day(check: Check, as_of: str, expected: set[str]) -> None:
    found = in_california(check, *MODEL, as_of=as_of, readings=(OPEN_LICENCE_LICENSES,))
    assert owed(found) == expected
    assert unknown(found) == set()


def test_whether_an_open_licence_licenses_is_left_open(check: Check) -> None:
    found = in_california(check, *MODEL, as_of="2026-10-15")
    assert owed(found) == {SUMMARY, *MARKS}
    assert unknown(found) == set(LICENCE)
    for rule in LICENCE:
        assert row(found, f"{CA}/{rule}").judged.missing == (("open_licence_counts_ca",),)
    other = in_california(
        check, *MODEL, as_of="2026-10-15", readings=("open_licence_counts_ca=no_licensing",)
    )
    assert owed(other) == {SUMMARY, *MARKS}
    assert unknown(other) == set()


def test_the_same_model_without_pictures_owes_the_summary_alone(check: Check) -> None:
    for as_of in ("2026-10-15", "2027-01-15", "2028-06-01"):
        found = in_california(check, *MODEL, "outputs_image=no", as_of=as_of)
        assert owed(found) == {SUMMARY}
        assert unknown(found) == set()


@pytest.mark.parametrize(
    ("users", "as_of", "applies"),
    [
        ("999999", "2026-08-15", False),
        ("1000000", "2026-08-15", False),
        ("1000001", "2026-08-15", True),
        ("1000001", "2026-08-01", False),
        ("50000", "2026-09-29", False),
        ("50000", "2026-09-30", True),
    ],
)
def test_the_line_of_users_stood_for_two_months(
    check: Check, users: str, as_of: str, applies: bool
) -> None:
    sets = (*MODEL, f"users={users}", f"users_everywhere={users}")
    found = row(in_california(check, *sets, as_of=as_of), f"{CA}/ai-transparency/22757.3.a")
    assert found.judged.owed is applies


@pytest.mark.parametrize("as_of", ["2026-08-15", "2026-10-15"])
def test_each_vintage_is_answered_by_the_text_of_that_day(check: Check, as_of: str) -> None:
    found = in_california(check, *MODEL, as_of=as_of)
    first = as_of < "2026-09-30"
    mark = row(found, f"{CA}/ai-transparency/22757.3.a").judged
    choice = row(found, f"{CA}/ai-transparency/22757.3-manifest").judged
    assert mark.rule.key.endswith("@2026-08-02" if first else "@2026-09-30")
    assert (mark.rule.ended_by == "SB 1000") is first
    assert choice.in_force.state == ("yes" if first else "no-longer")


@pytest.mark.parametrize(
    ("as_of", "revenue", "expected"),
    [
        ("2025-12-31", "2e7", set()),
        ("2026-01-01", "2e7", set(FRONTIER)),
        ("2026-11-23", "5e8", set(FRONTIER)),
        ("2026-11-23", "6e8", {*FRONTIER, *LARGE}),
        ("2027-01-15", "6e8", {*FRONTIER, *LARGE}),
    ],
)
def test_above_the_line_of_compute_revenue_decides_how_much(
    check: Check, as_of: str, revenue: str, expected: set[str]
) -> None:
    sets = (*MODEL, "training_compute=2e26", "own_compute=2e26", f"revenue={revenue}")
    found = in_california(check, *sets, as_of=as_of)
    assert {each for each in owed(found) if each.startswith("sb-53/")} == expected


def test_who_is_not_large_owes_the_report_and_is_not_named_in_the_penalty_clause(
    check: Check,
) -> None:
    sets = (*MODEL, "training_compute=2e26", "own_compute=2e26")
    small = row(in_california(check, *sets), f"{CA}/sb-53/22757.12.c.1").judged
    assert small.owed
    assert [(each.lifts, each.verdict) for each in small.lifted] == [("penalty", True)]
    large = row(in_california(check, *sets, "revenue=6e8"), f"{CA}/sb-53/22757.12.c.1").judged
    assert large.owed
    assert large.lifted == ()


@pytest.mark.parametrize(
    ("as_of", "state", "is_owed"),
    [
        ("2024-06-01", "not-yet", False),
        ("2026-10-15", "not-yet", False),
        ("2026-12-31", "not-yet", False),
        ("2027-01-01", "yes", True),
        ("2027-01-15", "yes", True),
    ],
)
def test_the_hub_is_asked_nothing_of_its_own_before_2027(
    check: Check, as_of: str, state: str, is_owed: bool
) -> None:
    found = in_california(check, *HUB, as_of=as_of, roles=("host",), readings=HUB_READINGS)
    judged = row(found, f"{CA}/ai-transparency/22757.3.2").judged
    assert judged.in_force.state == state
    assert judged.owed is is_owed
    assert owed(found) == ({"ai-transparency/22757.3.2"} if is_owed else set())
    assert set(judged.rests_on.readings) == {each.partition("=")[0] for each in HUB_READINGS}


def test_for_the_hub_the_words_and_the_weights_are_open_questions(check: Check) -> None:
    found = in_california(check, *HUB, as_of="2027-01-15", roles=("host",))
    judged = row(found, f"{CA}/ai-transparency/22757.3.2").judged
    assert judged.verdict is None
    assert judged.missing == (("bare_weights_disclose_ca",), ("hosting_words_ca",))


@pytest.mark.parametrize("answer", ["knows_unmarked=no", "media_marks=hidden"])
def test_a_hub_that_does_not_know_or_whose_model_marks_owes_nothing_whatever_the_readings(
    check: Check, answer: str
) -> None:
    found = in_california(check, *HUB, answer, as_of="2027-01-15", roles=("host",))
    judged = row(found, f"{CA}/ai-transparency/22757.3.2").judged
    assert judged.verdict is False
    assert judged.basis == "settled"


def test_a_hub_with_a_text_model_cannot_be_told_yet(check: Check) -> None:
    sets = (*HUB, "outputs_image=no")
    found = in_california(check, *sets, as_of="2027-01-15", roles=("host",))
    text = row(found, f"{CA}/ai-transparency/22757.3.2-text").judged
    assert text.verdict is None
    assert row(found, f"{CA}/ai-transparency/22757.3.2").judged.verdict is False
    spared = in_california(
        check,
        *sets,
        as_of="2027-01-15",
        roles=("host",),
        readings=("text_systems_hosted_ca=not_caught",),
    )
    assert row(spared, f"{CA}/ai-transparency/22757.3.2-text").judged.verdict is False


@pytest.mark.parametrize(
    ("as_of", "users", "is_owed"),
    [
        ("2026-12-31", "2000001", False),
        ("2027-01-01", "1999999", False),
        ("2027-01-01", "2000000", False),
        ("2027-01-01", "2000001", True),
    ],
)
def test_a_large_platform_shows_where_content_comes_from(
    check: Check, as_of: str, users: str, is_owed: bool
) -> None:
    sets = (*HUB, "knows_unmarked=no", f"busiest_month_users={users}")
    found = in_california(check, *sets, as_of=as_of, roles=("host",))
    shown = {"ai-transparency/22757.3.1-detect", "ai-transparency/22757.3.1-inspect"}
    assert owed(found) == (shown if is_owed else set())


@pytest.mark.parametrize(("as_of", "lifted"), [("2025-12-31", ["defence"]), ("2026-01-01", [])])
def test_a_defence_goes_and_no_claim_comes(check: Check, as_of: str, lifted: list[str]) -> None:
    rule = f"{CA}/ab-316/common-law"
    sets = (*MODEL, "acted_on_its_own=yes")
    left = row(in_california(check, *sets, as_of=as_of), rule).judged
    assert left.verdict is None
    assert left.missing == (("common_law_reaches_models_us",),)
    assert [each.lifts for each in left.lifted if each.verdict] == lifted
    for position, verdict in (("reaches", True), ("not_yet", False)):
        readings = (f"common_law_reaches_models_us={position}",)
        judged = row(in_california(check, *sets, as_of=as_of, readings=readings), rule).judged
        assert judged.verdict is verdict


def test_the_claim_is_unsettled_in_the_data_and_never_among_what_is_owed(check: Check) -> None:
    found = in_california(check, *MODEL)
    claim = next(
        each for each in to_json(found)["verdicts"] if each["rule"] == f"{CA}/ab-316/common-law"
    )
    assert claim["verdict"] == "unsettled"
    assert "ab-316/common-law" not in owed(found)


def test_one_plain_answer_settles_what_came_after_the_first_two_acts_for_a_text_model(
    check: Check, tmp_path: Path
) -> None:
    folder = plain_release(tmp_path / "a")
    earlier = ("made_by_actor=yes", "has_base_model=no", "release_date=2026-03-01")
    first = unknown(check(folder, *earlier, markets=("US-CA",)))
    assert first == {"ab-489/4999.9", "ccpa/7150", "ccpa/7150-facts"}
    after = check(folder, *earlier, "made_to_care_or_judge=neither", markets=("US-CA",))
    left = [
        each.rule.id
        for each in after.verdicts
        if each.rule.kind in ("duty", "prohibition") and each.judged.verdict is None
    ]
    assert [each for each in left if each.startswith("us-ca/")] == []
    assert owed(after) == {SUMMARY}


def test_no_rule_of_california_is_left_without_a_first_day_but_the_common_law(law: Law) -> None:
    without = {
        each.id
        for each in law.bindings
        if each.pack.startswith(f"{CA}/") and each.interval.start is None
    }
    assert without == {f"{CA}/ab-316/common-law"}
