"""Plans of the small examples by the law that ships: what must hold of every one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from weighbridge.assess import Request, assess
from weighbridge.plan import Plan, make_plan
from weighbridge.plan.plan import Planner
from weighbridge.plan.result import ENDED, _judged_state
from weighbridge.report.json import dumps
from weighbridge.report.plan_json import plan_json
from weighbridge.report.plan_page import plan_page
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
NAMES = ("plain-apache", "hobby-lora", "university-model", "company-image-model")
TO = ("EU", "US-CA", "CN")
NEVER_SAID = re.compile(
    r"\b(compliant|cleared|safe|legal|approved|certified|guaranteed|liable)\b", re.IGNORECASE
)
PUBLISHED = (
    "training_compute=3e23",
    "model_first_available=2025-09-01",
    "narrow_task=no",
    "outputs_text=yes",
    "available_there=yes",
    "weights_public=yes",
    "in_business=yes",
    "made_by_actor=yes",
    "own_name=yes",
    "paid_for=nothing",
    "licence_allows_access=yes",
    "licence_allows_use=yes",
    "licence_allows_modification=yes",
    "licence_allows_redistribution=yes",
    "licence_use_limits=no",
    "licence_non_commercial=no",
    "licence_scale_threshold=no",
    "licence_excludes_territory=no",
    "licence_excludes_eu=no",
    "licence_commercial_separate=no",
    "architecture_public=no",
    "usage_info_public=no",
)
"""A large model under a free licence whose architecture and use nobody has described."""


@pytest.fixture(scope="module")
def shipped() -> Law:
    return compile_law([LAW_FOLDER])


@pytest.fixture(scope="module", params=[(n, told) for n in NAMES for told in (False, True)])
def plan(request: pytest.FixtureRequest, shipped: Law) -> Plan:
    name, told = request.param
    answers = (EXAMPLES / "answers" / f"{name}.toml",) if told else ()
    asked = Request(EXAMPLES / name, markets=TO, facts_files=answers)
    return make_plan(assess(asked, shipped), TO)


def test_nothing_cheaper_does_and_the_reference_agrees(plan: Plan) -> None:
    assert plan.proof is True
    assert plan.otherwise == ()


def test_each_change_alone_ends_what_the_reference_says_it_ends(plan: Plan) -> None:
    planner = Planner(plan.assessment, TO)
    made = set(range(len(planner.changes))) - planner.shutting
    told = [at for at in sorted(made) if at in planner.leaving or at % 4 == 0]
    for at in told:
        judge = planner.judge.but(planner.changes[at].after)
        for need in planner.needs:
            ends = planner.truths.holds(need.ends, {at})
            assert ends == (_judged_state(judge, need.row) == ENDED), (at, need.rule.id)


def test_every_row_of_an_open_market_is_answered_ended_or_said_to_be_neither(plan: Plan) -> None:
    for market in plan.markets:
        for entry in (*market.bars, *market.owed):
            ways = [entry.after == ENDED, bool(entry.answered_by), bool(entry.present), entry.stuck]
            assert any(ways) or market.open == "cannot-be-opened", entry.row.rule.id


def test_no_fact_that_is_history_or_a_figure_is_changed(plan: Plan, shipped: Law) -> None:
    for pulled in (*plan.changes, *plan.leaving):
        for key in pulled.change.after:
            type_ = shipped.vocabulary[key.split("[")[0]]
            assert type_.mutable in ("easy", "costly")
            assert not type_.is_numeric


def test_leaving_stands_last_and_says_who_loses(plan: Plan) -> None:
    leaves = [bool(each.change.lever.leaves) for each in plan.changes]
    assert leaves == sorted(leaves)
    assert all(each.change.lever.who_loses for each in plan.leaving)


def test_the_json_is_as_its_schema_says_and_the_same_again(plan: Plan) -> None:
    schema = json.loads((LAW_FOLDER.parent / "schemas" / "plan.json").read_text(encoding="utf-8"))
    data = plan_json(plan)
    jsonschema.Draft202012Validator(schema).validate(json.loads(dumps(data)))
    again = make_plan(plan.assessment, TO)
    assert dumps(plan_json(again)) == dumps(data)


def test_no_page_judges_a_release_or_a_person(plan: Plan) -> None:
    titles = [rule.title for rule in plan.assessment.law.rules]
    said = to_text(plan_page(plan, None), width=10_000)
    assert [line for line in said.splitlines() if NEVER_SAID.search(_ours(line, titles))] == []


def _ours(line: str, titles: list[str]) -> str:
    return "" if any(title in line for title in titles) else line


def test_two_pages_of_the_card_spare_the_papers_that_openness_spares(shipped: Law) -> None:
    asked = Request(None, markets=("EU",), roles=("developer",), sets=PUBLISHED)
    plan = make_plan(assess(asked, shipped), ("EU",), settled_only=True)
    assert [each.change.id for each in plan.changes] == [
        "publish-architecture",
        "publish-usage-information",
    ]
    assert "copyright-policy" in [each.discharge.id for each in plan.discharges]
    assert "model-documentation-form" not in [each.discharge.id for each in plan.discharges]
    assert plan.proof is True


def test_a_large_figure_is_answered_and_never_lowered(shipped: Law) -> None:
    sets = (*PUBLISHED, "training_compute=3e25", "architecture_public=yes", "usage_info_public=yes")
    asked = Request(None, markets=("EU",), roles=("developer",), sets=sets)
    plan = make_plan(assess(asked, shipped), ("EU",), settled_only=True)
    assert "systemic-risk-notification" in [each.discharge.id for each in plan.discharges]
    assert plan.changes == ()
