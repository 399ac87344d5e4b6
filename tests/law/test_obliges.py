"""Nobody owes what is not law on the day: bills, vetoed, proposed, ended, or not begun."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.judged import Outcome, judged_cases, shipped_law
from weighbridge.assess import Assessment, Request, assess
from weighbridge.report.json import to_json
from weighbridge.rules import Law, Rule

NO_LAW = ("bill", "vetoed", "proposed")


@pytest.fixture(scope="module")
def judged() -> list[tuple[Rule, int, Outcome]]:
    """Return what came of every rule in the cases that name it, with the day asked about."""
    by_key = shipped_law().by_key
    return [
        (by_key[each.rule], case.as_of, each) for case in judged_cases() for each in case.outcomes
    ]


Judged = list[tuple[Rule, int, Outcome]]


def test_what_never_became_law_is_owed_by_nobody(judged: Judged) -> None:
    never = [each for rule, _, each in judged if rule.status in NO_LAW]
    assert not [each.rule for each in never if each.owed]
    assert {each.state for each in never} <= {"never"}


def test_what_has_ended_is_owed_by_nobody(judged: Judged) -> None:
    ended = [
        each
        for rule, as_of, each in judged
        if rule.status not in NO_LAW and rule.interval.end is not None
        if as_of >= rule.interval.end
    ]
    assert ended
    assert {each.state for each in ended} == {"no-longer"}
    assert not [each.rule for each in ended if each.owed]


def test_a_repealed_act_says_what_ended_it_and_when(law: Law) -> None:
    repealed = [rule for rule in law.bindings if rule.status == "repealed"]
    assert repealed
    assert [rule.key for rule in repealed if rule.interval.end is None] == []
    assert [rule.key for rule in repealed if not rule.ended_by] == []


def test_what_is_not_yet_law_says_from_when(judged: Judged) -> None:
    coming = [(as_of, each) for _, as_of, each in judged if each.state == "not-yet"]
    assert coming
    for as_of, each in coming:
        assert each.first is not None, each.rule
        assert each.first > as_of, each.rule
        assert not each.owed


def _weigh(law: Law, as_of: str, *sets: str, roles: tuple[str, ...] = ()) -> Assessment:
    return assess(Request(None, as_of=as_of, sets=sets, roles=roles), law)


HIRING = (
    *("system_there=yes", "system_own_name=yes", "tool_form=interface", "use_ranks_applicants=yes"),
    *("decision_weight=recommends", "based_in=eu", "in_business=yes", "available_there=yes"),
    *("weights_public=yes", "training_compute=5e23", "outputs_text=yes", "personal_use=no"),
)


@pytest.mark.parametrize("as_of", ["2024-01-01", "2025-08-02", "2026-11-23", "2027-12-02"])
def test_an_assessment_owes_nothing_outside_the_days_of_a_rule(law: Law, as_of: str) -> None:
    found = _weigh(law, as_of, *HIRING, roles=("developer", "integrator", "deployer"))
    day = date.fromisoformat(as_of).toordinal()
    for row in found.verdicts:
        rule = row.rule
        if row.judged.owed:
            assert rule.status not in NO_LAW, rule.key
            assert rule.interval.holds(day), rule.key
            assert (law.first_day(rule, day) or 0) <= day, rule.key
    for each in to_json(found)["verdicts"]:
        if each["in_force"]["state"] == "not-yet":
            assert each["in_force"]["from"] > as_of, each["rule"]


def _called_off(law: Law, status: str, pack: str) -> Law:
    """Return the law with every rule of a pack made a bill, or vetoed, or proposed."""
    changed = [_with_status(rule, status) if rule.pack == pack else rule for rule in law.rules]
    return Law(
        law.read_on,
        law.vocabulary,
        law.packs.values(),
        law.parameters.values(),
        law.questions.values(),
        law.discharges.values(),
        changed,
        penalties=law.penalties.values(),
    )


def _with_status(rule: Rule, status: str) -> Rule:
    fields = {name: getattr(rule, name) for name in Rule.__dataclass_fields__}
    return Rule(**(fields | {"status": status}))


@pytest.mark.parametrize("status", NO_LAW)
def test_the_same_act_as_a_bill_would_bind_nobody(law: Law, status: str) -> None:
    enacted = _weigh(law, "2027-12-02", *HIRING, roles=("integrator", "deployer"))
    assert [row for row in enacted.verdicts if row.judged.owed and row.rule.pack == "eu/ai-act"]
    bill = _called_off(law, status, "eu/ai-act")
    found = _weigh(bill, "2027-12-02", *HIRING, roles=("integrator", "deployer"))
    rows = [row for row in found.verdicts if row.rule.pack == "eu/ai-act"]
    assert rows
    assert {row.judged.in_force.state for row in rows} == {"never"}
    assert [row.rule.key for row in rows if row.judged.owed] == []
