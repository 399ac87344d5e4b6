"""What must hold of the law with asserted facts alone (``--no-release``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row, verdicts

PROVIDER = (
    "outputs_text=yes",
    "weights_public=yes",
    "narrow_task=no",
    "training_compute=5e23",
    "in_business=yes",
    "available_there=yes",
    "research_only=no",
    "in_development_only=no",
)
LARGE = ("training_compute=2e26", "own_compute=2e26", "actor_kind=company", "outputs_text=yes")


@pytest.mark.parametrize(
    ("as_of", "state", "owed"),
    [("2024-06-01", "yes", True), ("2025-01-19", "yes", True), ("2025-01-20", "no-longer", False)],
)
def test_the_reporting_order_binds_until_its_revocation(
    check: Check, as_of: str, state: str, owed: bool
) -> None:
    found = row(check(None, *LARGE, as_of=as_of), "us/eo-14110/4.2.a.i")
    assert found.judged.verdict is True
    assert found.judged.in_force.state == state
    assert found.judged.owed is owed
    assert "14148" in found.rule.ended_by


def test_the_same_model_is_no_longer_reported_today_and_the_revocation_is_shown(
    check: Check,
) -> None:
    from weighbridge.report.json import to_json

    assessment = check(None, *LARGE, as_of="2026-11-23")
    data = next(
        each for each in to_json(assessment)["verdicts"] if each["rule"] == "us/eo-14110/4.2.a.i"
    )
    assert data["verdict"] == "applies"
    assert data["in_force"]["state"] == "no-longer"
    assert data["in_force"]["to"] == "2025-01-20"


def test_the_one_third_rule_is_settled_where_every_completion_agrees(check: Check) -> None:
    facts = (
        *PROVIDER,
        "has_base_model=yes",
        "base_compute_obtainable=no",
        "base_model_own=no",
        "changed_through_service=no",
        "made_by_actor=yes",
        "own_name=yes",
        "modification_compute=4e24",
        "training_compute=8e24",
        "excluded_there=no",
        "licence_excludes_eu=no",
    )
    found = row(check(None, *facts, roles=("modifier",)), "eu/ai-act/53.1.c")
    assert found.judged.proof.verdict is None, "Kleene logic alone leaves it unknown"
    assert found.judged.verdict is True
    assert found.judged.basis == "settled"
    assert "modification_compute" in found.judged.reasons
    assert "base_compute_obtainable" in found.judged.reasons
    small = row(
        check(None, *facts, "modification_compute=1e22", roles=("modifier",)), "eu/ai-act/53.1.c"
    )
    assert small.judged.verdict is False
    between = row(
        check(None, *facts, "modification_compute=1e23", roles=("modifier",)), "eu/ai-act/53.1.c"
    )
    assert between.judged.verdict is None


def test_old_and_new_provider_and_a_stranger_differ_in_date_and_addressee(check: Check) -> None:
    mine = ("made_by_actor=yes", "own_name=yes", "has_base_model=no")
    rule = "eu/ai-act/53.1.c"
    old = row(check(None, *PROVIDER, *mine, "model_first_available[EU]=2025-07-01"), rule)
    new = row(check(None, *PROVIDER, *mine, "model_first_available[EU]=2026-11-23"), rule)
    stranger = row(
        check(None, *PROVIDER, "made_by_actor=no", "model_first_available[EU]=2026-11-23"), rule
    )
    assert old.judged.verdict is True
    assert old.judged.in_force.state == "not-yet"
    assert old.judged.in_force.moved_by == "eu/ai-act/111.3"
    assert new.judged.verdict is True
    assert new.judged.in_force.state == "yes"
    assert stranger.judged.verdict is False
    assert stranger.judged.because == "addressee"
    assert stranger.judged.reasons == ("made_by_actor",)


TOML = """format = 1
markets = ["EU", "US-CA"]

[facts]
outputs_text = true
weights_public = true
narrow_task = false
training_compute = 2e26
own_compute = 2e26
available_there = true

[[actor]]
id = "large"
roles = ["developer", "deployer"]
in_business = true
revenue = 6e8

[[actor]]
id = "small"
roles = ["developer"]
in_business = true
revenue = 1e6

[[use]]
id = "hiring"
use_ranks_applicants = true
decision_weight = "recommends"

[[use]]
id = "drafting"
use_ranks_applicants = false
"""


def test_two_actors_two_uses_and_two_markets_give_separate_rows(
    check: Check, tmp_path: Path
) -> None:
    path = tmp_path / "facts.toml"
    path.write_text(TOML, encoding="utf-8")
    found = check(None, facts_files=(path,))
    keys = [
        (e.rule.id, e.judged.row.market, e.judged.row.actor, e.judged.row.role, e.judged.row.use)
        for e in found.verdicts
    ]
    assert len(keys) == len(set(keys))
    assert {key[1] for key in keys} - {""} == {"EU", "US", "US-CA"}
    large = row(found, "us-ca/sb-53/22757.12.a", actor="large")
    small = row(found, "us-ca/sb-53/22757.12.a", actor="small")
    assert (large.judged.verdict, small.judged.verdict) == (True, False)
    assert "revenue[small]" in small.judged.reasons
    uses = {key[4] for key in keys if key[3] == "deployer" and key[0].startswith("eu/ai-act/26")}
    assert uses == {"hiring", "drafting"}


def test_two_runs_are_the_same(check: Check) -> None:
    from weighbridge.report.json import to_json

    first, second = (to_json(check(None, *PROVIDER)) for _ in range(2))
    assert first == second


def test_every_row_has_a_verdict_and_presuming_nothing_only_widens(check: Check) -> None:
    presumed, bare = check(None, *PROVIDER), check(None, *PROVIDER, presume=False)
    before, after = verdicts(presumed), verdicts(bare)
    assert before.keys() == after.keys()
    for each in bare.verdicts:
        assert each.judged.basis == "settled"
    for key, verdict in after.items():
        assert verdict is None or verdict is before[key]


def test_binding_text_alone_leaves_open_what_only_guidance_answers(check: Check) -> None:
    found = row(
        check(None, *PROVIDER, "made_by_actor=yes", "own_name=yes", "has_base_model=no"),
        "eu/ai-act/53.1.c",
    )
    assert found.judged.verdict is True
    assert found.judged.rests_on.authority == "guidance"
    assert found.binding_alone is None
    assert found.differs_by_guidance


def test_the_first_day_is_asked_for_where_only_the_date_is_open(check: Check) -> None:
    mine = ("made_by_actor=yes", "own_name=yes", "has_base_model=no")
    open_ = check(None, *PROVIDER, *mine, markets=("EU",))
    found = row(open_, "eu/ai-act/53.1.c").judged
    assert found.verdict is True
    assert found.in_force.state is None
    assert found.open == (("model_first_available[EU]",),)
    assert "model_first_available[EU]" in {question.key for question in open_.questions}
    closed = check(None, *PROVIDER, *mine, "model_first_available[EU]=2026-01-01", markets=("EU",))
    assert row(closed, "eu/ai-act/53.1.c").judged.open == ()
    assert "model_first_available[EU]" not in {question.key for question in closed.questions}


def test_what_rests_on_a_presumption_further_down_is_called_presumed(check: Check) -> None:
    from weighbridge.report.json import to_json

    facts = tuple(each for each in PROVIDER if not each.startswith("narrow_task"))
    concluded = to_json(check(None, *facts, markets=("EU",)))["concluded"]
    assert concluded["significant_generality"]["basis"] == "presumed"
    assert concluded["is_gpai"]["value"] is True
    assert concluded["is_gpai"]["basis"] == "presumed"
    assert concluded["meets_indicative_criterion"]["basis"] == "settled"
