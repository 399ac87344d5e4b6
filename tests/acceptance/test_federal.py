"""The federal law of the United States, day by day: one open model, its hub, and who tests it.

The days and what each owes are the worked examples of the fact sheet.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.acceptance.pages import flowing
from weighbridge.assess import Assessment
from weighbridge.assess.assessment import RowVerdict
from weighbridge.rules import Law

# One model of text and pictures with open weights, on a public hub.
OPEN = (
    "weights_public=yes",
    "licence_allows_redistribution=yes",
    "usage_info_public=yes",
    "outputs_text=yes",
    "outputs_image=yes",
    "outputs_audio=no",
    "outputs_video=no",
    "training_compute=3e25",
    "biological_data=no",
    "params_total=4e9",
    "users=5e4",
    "revenue=2e7",
    "actor_kind=company",
    "based_in=us",
    "made_by_actor=yes",
    "narrow_task=no",
    "sexual_images=none",
    "us_government_ties=none",
    "cluster_speed=..1e18",
)
HUB = (
    *OPEN,
    "made_by_actor=no",
    "available_there=yes",
    "site_holds=models",
    "publishes_for_others=yes",
    "often_shows_intimate=no",
)
DAYS = ("2024-06-01", "2025-06-01", "2026-01-15", "2026-08-15", "2026-10-15", "2027-01-15")
REPORT = "us/eo-14110/4.2.a.i"
REVIEW = "us/executive-orders/14409"


def federal(check: Check, *sets: str, as_of: str, role: str = "developer") -> Assessment:
    """Assess facts alone under the law of the union."""
    return check(None, *sets, as_of=as_of, roles=(role,), markets=("US",))


def owed(assessment: Assessment) -> set[str]:
    """Return the duties and prohibitions that are owed."""
    return {
        each.rule.id
        for each in assessment.verdicts
        if each.judged.owed and each.rule.kind in ("duty", "prohibition")
    }


def _is_open(each: RowVerdict) -> bool:
    """Return whether a row of the Union is open; practices of no market are not looked at."""
    judged = each.judged
    return judged.row.market == "US" and judged.verdict is None and judged.in_force.state == "yes"


@pytest.mark.parametrize("as_of", DAYS)
def test_an_open_model_below_every_line_owes_the_union_nothing(check: Check, as_of: str) -> None:
    found = federal(check, *OPEN, as_of=as_of)
    assert owed(found) == set()
    open_ = [each.rule.id for each in found.verdicts if _is_open(each)]
    assert open_ == ["us/common-law/component"], "only the claim at common law stays unsettled"


@pytest.mark.parametrize(("as_of", "state"), [("2026-01-15", "not-yet"), ("2026-08-15", "yes")])
def test_review_before_release_is_voluntary(check: Check, as_of: str, state: str) -> None:
    found = row(federal(check, *OPEN, as_of=as_of), REVIEW)
    assert found.rule.kind == "practice"
    assert found.judged.verdict is True
    assert found.judged.in_force.state == state


@pytest.mark.parametrize(
    ("as_of", "state", "is_owed"), [("2024-06-01", "yes", True), ("2026-11-23", "no-longer", False)]
)
def test_the_same_large_model_reports_in_2024_and_not_today(
    check: Check, as_of: str, state: str, is_owed: bool
) -> None:
    assessment = federal(check, *OPEN, "training_compute=2e26", as_of=as_of)
    found = row(assessment, REPORT)
    assert found.judged.verdict is True
    assert found.judged.in_force.state == state
    assert found.judged.owed is is_owed
    assert found.rule.ended_by == "EO 14148 sec. 2"
    assert owed(assessment) == ({REPORT} if is_owed else set())


def test_two_days_after_the_report_on_open_weights_nothing_restricts_them(check: Check) -> None:
    able = ("params_total=7e10", "dangerous_ability_eo=yes", "training_compute=2e26")
    assessment = federal(check, *OPEN, *able, as_of="2024-08-01")
    assert row(assessment, "us/eo-14110/4.6-report").judged.owed
    assert owed(assessment) == {REPORT}


@pytest.mark.parametrize(
    ("as_of", "crime", "process"),
    [
        ("2024-06-01", "not-yet", "not-yet"),
        ("2025-06-01", "yes", "not-yet"),
        ("2026-01-15", "yes", "not-yet"),
        ("2026-08-15", "yes", "yes"),
    ],
)
def test_a_hub_meets_the_act_on_intimate_pictures_in_two_steps(
    check: Check, as_of: str, crime: str, process: str
) -> None:
    found = federal(check, *HUB, as_of=as_of, role="host")
    assert row(found, "us/take-it-down/223.h").judged.in_force.state == crime
    removal = row(found, "us/take-it-down/223a").judged
    assert removal.in_force.state == process
    assert removal.verdict is None, "whether a hub of models is a platform nobody has said"
    assert "us/take-it-down/223a" not in owed(found)
    for position, verdict in (("covered", True), ("not_covered", False)):
        chosen = federal(check, *HUB, f"model_hub_is_forum={position}", as_of=as_of, role="host")
        assert row(chosen, "us/take-it-down/223a").judged.verdict is verdict


def test_weights_never_have_to_be_taken_down(law: Law) -> None:
    pack = [rule for rule in law.rules if rule.pack == "us/take-it-down" and rule.binding]
    assert pack
    assert not [rule.id for rule in pack if "weights" in rule.binding.says]  # type: ignore[union-attr]


@pytest.mark.parametrize("role", ["developer", "modifier", "researcher", "host", "deployer"])
def test_sexual_pictures_of_children_are_forbidden_whoever_makes_them_and_why(
    check: Check, role: str
) -> None:
    good = ("good_faith_testing=yes", "research_only=yes", "actor_kind=university")
    found = federal(check, *OPEN, *good, "sexual_images=children", as_of="2026-11-23", role=role)
    assert row(found, "us/csam/2252A").judged.owed


def test_published_weights_are_outside_export_control_on_every_day(check: Check) -> None:
    for as_of in (*DAYS, "2025-03-01", "2025-05-13", "2026-06-20"):
        found = federal(check, *OPEN, "training_compute=2e26", as_of=as_of)
        assert row(found, "us/export-control/4E091").judged.verdict is False
        assert not [id_ for id_ in owed(found) if id_.startswith("us/export-control/")]


def test_no_number_triggers_export_control_today(check: Check) -> None:
    closed = ("weights_public=no", "gated_download=no", "open_model_as_large=no")
    found = federal(check, *OPEN, *closed, "training_compute=9e27", as_of="2026-11-23")
    assert not [id_ for id_ in owed(found) if id_.startswith("us/export-control/")]
    letter = federal(check, *OPEN, *closed, "us_government_ties=letter", as_of="2026-11-23")
    assert row(letter, "us/export-control/744").judged.owed


def test_a_shield_for_hosts_is_a_reading_and_both_positions_are_shown(check: Check) -> None:
    sued = (*HUB, "common_law_reaches_models_us=reaches")
    claim = row(federal(check, *sued, as_of="2026-11-23", role="host"), "us/common-law/host")
    assert claim.judged.verdict is None
    assert claim.turns_on == {"weights_from_another": {"another": False, "own": True}}


@pytest.mark.parametrize("as_of", ["2026-11-23", "2030-01-01"])
def test_bills_are_owed_by_nobody_however_large(check: Check, as_of: str) -> None:
    giant = ("training_compute=9e27", "compute_cost=1e10", "revenue=1e12")
    found = federal(check, *OPEN, *giant, as_of=as_of)
    bills = [each for each in found.verdicts if each.rule.pack == "us/bills"]
    assert len(bills) > 5
    assert {each.judged.in_force.state for each in bills} == {"never"}
    assert not [each.rule.id for each in bills if each.judged.owed]
    assert "kill switch" not in flowing(found)


def test_a_plain_release_is_asked_one_question_for_the_union(check: Check, examples: Path) -> None:
    found = check(examples / "plain-apache", markets=("US",))
    open_ = {
        key for each in found.verdicts if _is_open(each) for keys in each.askable for key in keys
    }
    assert open_ == {"us_government_ties"}
    assert owed(found) == set()
    assert "market prices" not in flowing(found), "what a bill presumes is no news"


def test_a_researcher_at_home_with_open_weights_meets_a_reading(check: Check) -> None:
    home = (*OPEN, "test_way=own_machine", "good_faith_testing=yes")
    found = federal(check, *home, as_of="2026-11-23", role="researcher")
    assert owed(found) == set()
    assert row(found, "us/copyright-research/1030").judged.verdict is None
    clear = federal(
        check, *home, "own_copy_needs_no_leave=no_leave", as_of="2026-11-23", role="researcher"
    )
    assert row(clear, "us/copyright-research/1030").judged.verdict is False
