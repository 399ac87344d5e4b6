"""Ten facts of 2026 that break tools written before: what the law that ships makes of each."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.judged import shipped_law
from tests.law.test_roles_and_objects import (
    ACT,
    CLOSED_HIRING,
    FOSS_APP,
    FOSS_GPAI,
    MADE,
    SYSTEMIC_MODEL,
    UNION,
    weigh,
)
from weighbridge.assess import Assessment
from weighbridge.assess.assessment import RowVerdict
from weighbridge.rules import Rule
from weighbridge.rules.nodes import facts_of

DEVICE = {
    "use_field": "products",
    "use_diagnoses_or_treats": "yes",
    "product_law": "medical_device",
    "part_in_product": "whole",
    "outside_test": "for_health",
    "system_first_there": "2028-08-02",
    "system_redesigned_on": "2028-08-02",
}
NUDES = {"nude_fakes": "able", "abuse_barriers": "leaky", "abuse_reports_mended": "no"}


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def version(number: str, as_of: str) -> Rule:
    return shipped_law().version(f"{ACT}/{number}", day(as_of))


def row(assessment: Assessment, number: str) -> RowVerdict:
    (found,) = [each for each in assessment.verdicts if each.rule.id == f"{ACT}/{number}"]
    return found


def state(facts: dict[str, str], role: str, as_of: str, number: str) -> tuple[str | None, str]:
    """Return whether a duty that applies is in force, and from which day."""
    judged = row(weigh(facts, role, as_of), number).judged
    assert judged.verdict is True, (number, as_of, judged.missing)
    first = judged.in_force.start
    return judged.in_force.state, date.fromordinal(first).isoformat() if first else ""


def test_1_the_amending_regulation_is_law_since_the_summer_of_2026() -> None:
    assert [version("4", on).interval.start for on in ("2026-07-26", "2026-07-27")] == [
        day("2025-02-02"),
        day("2026-07-27"),
    ]
    first = shipped_law().first_day
    assert first(version("9", "2026-07-26"), day("2026-07-26")) == day("2026-08-02")
    assert first(version("9", "2026-07-27"), day("2026-07-27")) == day("2027-12-02")


def test_2_high_risk_begins_late_in_2027_and_for_products_in_2028() -> None:
    hiring = CLOSED_HIRING
    assert state(hiring, "integrator", "2027-12-01", "9") == ("not-yet", "2027-12-02")
    assert state(hiring, "integrator", "2027-12-02", "9") == ("yes", "2027-12-02")
    device = CLOSED_HIRING | {"use_ranks_applicants": "no"} | DEVICE
    assert state(device, "integrator", "2027-12-02", "9") == ("not-yet", "2028-08-02")
    assert state(device, "integrator", "2028-08-02", "9")[0] == "yes"


def test_3_transparency_was_not_put_off_but_for_marks_on_older_systems() -> None:
    older = FOSS_APP | {"system_first_there": "2026-08-01"}
    newer = FOSS_APP | {"system_first_there": "2026-08-02"}
    assert state(newer, "integrator", "2026-08-01", "50.2") == ("not-yet", "2026-08-02")
    assert state(newer, "integrator", "2026-08-02", "50.2") == ("yes", "2026-08-02")
    assert state(older, "integrator", "2026-12-01", "50.2") == ("not-yet", "2026-12-02")
    assert state(older, "integrator", "2026-12-02", "50.2")[0] == "yes"
    assert state(older, "integrator", "2026-08-02", "50.1")[0] == "yes"


@pytest.mark.parametrize("number", ["5.1.ba-placing", "5.1.bb-placing"])
def test_4_two_new_prohibitions_reach_open_tools_from_december_2026(number: str) -> None:
    tool = FOSS_APP | {"use_practice": "none"} | NUDES
    tool |= {"child_abuse_material": "able", "abuse_material_by_right": "no"}
    tool |= {"edits_show_no_more": "no", "safeguards_adequate": "no"}
    assert state(tool, "integrator", "2026-12-01", number) == ("not-yet", "2026-12-02")
    assert state(tool, "integrator", "2026-12-02", number) == ("yes", "2026-12-02")


def test_5_general_models_are_fined_since_august_2026_and_old_ones_have_a_year_more() -> None:
    for number in ("53.1.c", "53.1.d"):
        assert version(number, "2026-11-23").breach["enforced_from"] == "2026-08-02"
    new = FOSS_GPAI | MADE
    old = new | {"model_first_available": "2025-08-01"}
    assert state(new, "developer", "2026-11-23", "53.1.c")[0] == "yes"
    assert state(old, "developer", "2027-08-01", "53.1.c") == ("not-yet", "2027-08-02")
    assert state(old, "developer", "2027-08-02", "53.1.c")[0] == "yes"


def test_6_a_code_of_practice_gives_no_presumption() -> None:
    packs = shipped_law().packs
    european = [rule for rule in shipped_law().rules if packs[rule.pack].market == "EU"]
    codes = [rule for rule in european if rule.shelter.get("of") == "code"]
    assert codes
    assert [rule.key for rule in codes if rule.body["lifts"] != "mitigation"] == []
    presumptions = [rule for rule in shipped_law().rules if rule.kind == "presumption"]
    signed = {"code_signed", "signed_content_code"}
    assert not [
        rule.key
        for rule in presumptions
        if signed & set(facts_of(rule.when)) and rule.body["basis"] != "burden"
    ]


def test_7_literacy_is_a_duty_to_take_measures() -> None:
    before, after = version("4", "2026-07-26"), version("4", "2026-07-27")
    assert before.binding and after.binding
    assert "ensure" in before.binding.says
    assert "ensure" not in after.binding.says and "support" in after.binding.says


def test_8_suppliers_of_general_models_agree_in_writing_open_or_not() -> None:
    hiring = CLOSED_HIRING | FOSS_GPAI | MADE
    hiring |= {key: CLOSED_HIRING[key] for key in ("system_there", "tool_form", "used_there")}
    assert state(hiring, "developer", "2027-12-02", "25.4-supplier")[0] == "yes"
    small = hiring | {"training_compute": "1e22"}
    judged = row(weigh(small, "developer", "2027-12-02"), "25.4-supplier").judged
    assert (judged.verdict, judged.because) == (False, "exception")
    assert version("25.4", "2027-12-02").breach["penalty"] == f"{ACT}/99.4"


def test_9_open_systems_owe_transparency_models_do_not_hosts_do_not_deploy() -> None:
    assert row(weigh(FOSS_APP, "integrator", "2026-11-23"), "50.2").judged.owed
    weights = FOSS_APP | {"tool_form": "weights", "system_there": "no", "used_there": "no"}
    assert row(weigh(weights, "integrator", "2026-11-23"), "50.2").judged.verdict is False
    carried = FOSS_APP | UNION | {"part_in_use": "carrier"}
    assert row(weigh(carried, "deployer", "2026-11-23"), "50.4-fake").judged.verdict is False
    code = FOSS_APP | {"output_is": "code"}
    assert row(weigh(code, "integrator", "2026-11-23"), "50.2").judged.verdict is False


def test_10_a_listed_use_without_risk_is_still_registered() -> None:
    harmless = CLOSED_HIRING | {
        "decision_weight": "procedural",
        "profiles_people": "no",
        "low_risk_assessment_written": "yes",
    }
    assert state(harmless, "integrator", "2027-12-02", "49.2")[0] == "yes"
    assert row(weigh(harmless, "integrator", "2027-12-02"), "9").judged.verdict is False


def test_being_general_hides_no_high_risk_use_and_the_other_way_round() -> None:
    both = CLOSED_HIRING | MADE
    assert row(weigh(both, "developer", "2027-12-02"), "53.1.c").judged.owed
    assert row(weigh(both, "integrator", "2027-12-02"), "9").judged.owed
    systemic = both | SYSTEMIC_MODEL
    assert row(weigh(systemic, "developer", "2027-12-02"), "55.1.a").judged.owed
