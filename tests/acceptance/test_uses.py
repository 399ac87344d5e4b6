"""Health, hiring and finance are judged by use: who builds it, who uses it, who made the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.acceptance.pages import flowing
from weighbridge.assess import Assessment
from weighbridge.assess.assessment import RowVerdict
from weighbridge.rules import Law
from weighbridge.rules.nodes import facts_of

PACK = "eu/ai-act"
BOUND = frozenset({"bound_as_high_risk"})
ROLES = ("developer", "integrator", "deployer")
TODAY = "2026-11-23"
LISTED_DAY, LISTED_EVE = "2027-12-02", "2027-12-01"
PRODUCT_DAY, PRODUCT_EVE = "2028-08-02", "2028-08-01"

OPEN_MODEL = (
    "outputs_text=yes",
    "narrow_task=no",
    "training_compute=5e23",
    "weights_public=yes",
    "architecture_public=yes",
    "usage_info_public=yes",
    "licence_allows_access=yes",
    "licence_allows_use=yes",
    "licence_allows_modification=yes",
    "licence_allows_redistribution=yes",
    "licence_non_commercial=no",
    "licence_scale_threshold=no",
    "licence_commercial_separate=no",
    "licence_excludes_territory=no",
    "licence_use_limits=no",
    "paid_for=nothing",
    "available_there=yes",
    "excluded_there=no",
    "in_business=yes",
    "made_by_actor=yes",
    "own_name=yes",
    "has_base_model=no",
    "research_only=no",
    "in_development_only=no",
    "model_first_available=2026-01-01",
    "matches_most_advanced=no",
    "told_most_capable=no",
)
TOOL = (
    "system_there=yes",
    "system_own_name=yes",
    "system_open=no",
    "system_first_there=2028-09-01",
    "system_redesigned_on=2028-09-01",
    "used_there=yes",
    "personal_use=no",
    "military_only=no",
    "decision_weight=recommends",
    "profiles_people=yes",
)


@dataclass(frozen=True)
class Use:
    """What is said of a use, and from when the duties for it bind; ``None``: never."""

    told: tuple[str, ...]
    point: str = ""
    day: str | None = None
    eve: str | None = None


_LISTED: Mapping[str, str | None] = {"day": LISTED_DAY, "eve": LISTED_EVE}
USES: Mapping[str, Use] = {
    "proposing a diagnosis": Use(
        ("use_diagnoses_or_treats=yes", "part_in_product=whole", "outside_test=for_health"),
        "annex_i_section_a",
        PRODUCT_DAY,
        PRODUCT_EVE,
    ),
    "sorting emergency patients": Use(
        ("use_dispatches_emergency=yes",), "annex_iii_services", **_LISTED
    ),
    "deciding who is eligible for care": Use(
        ("use_decides_benefits_or_care=yes",), "annex_iii_services", **_LISTED
    ),
    "taking notes of a consultation": Use(("use_takes_notes_or_schedules=yes",)),
    "ranking applicants": Use(("use_ranks_applicants=yes",), "annex_iii_employment", **_LISTED),
    "drafting a job advert": Use(("use_drafts_adverts=yes",)),
    "scoring credit": Use(("use_scores_credit=yes",), "annex_iii_services", **_LISTED),
    "looking for fraud": Use(("use_detects_fraud=yes",)),
    "pricing life insurance": Use(
        ("use_prices_life_health_insurance=yes",), "annex_iii_services", **_LISTED
    ),
}
BINDING = [name for name, use in USES.items() if use.day]
FREE = [name for name, use in USES.items() if not use.day]


@dataclass(frozen=True)
class Duties:
    """The ids of the duties that every high-risk system brings, by who bears them."""

    provider: frozenset[str]
    deployer: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Both together."""
        return self.provider | self.deployer


@pytest.fixture(scope="module")
def duties(law: Law) -> Duties:
    plain = [
        rule
        for rule in law.bindings
        if rule.kind == "duty" and frozenset(facts_of(rule.when)) == BOUND and rule.binding
    ]
    found = {
        who: frozenset(rule.id for rule in plain if rule.binding and rule.binding.addressee == who)
        for who in ("high_risk_provider", "deployer")
    }
    assert len(found["high_risk_provider"]) >= 10
    assert len(found["deployer"]) >= 3
    return Duties(found["high_risk_provider"], found["deployer"])


def assessed(check: Check, use: str, as_of: str, **more: object) -> Assessment:
    asked: dict[str, object] = {"roles": ROLES, "markets": ("EU",), "as_of": as_of, **more}
    return check(None, *OPEN_MODEL, *TOOL, *USES[use].told, **asked)


def rows_of(assessment: Assessment, rules: frozenset[str], role: str) -> dict[str, RowVerdict]:
    return {
        each.rule.id: each
        for each in assessment.verdicts
        if each.rule.id in rules and each.judged.row.role == role
    }


def borne(assessment: Assessment, duties: Duties) -> list[RowVerdict]:
    """Return the rows of building for who builds and those of using for who uses."""
    built = rows_of(assessment, duties.provider, "integrator")
    used = rows_of(assessment, duties.deployer, "deployer")
    assert set(built) == duties.provider
    assert set(used) == duties.deployer
    return [*built.values(), *used.values()]


def owed_by(assessment: Assessment, role: str) -> set[str]:
    return {
        each.rule.id
        for each in assessment.verdicts
        if each.judged.owed and each.judged.row.role == role
    }


@pytest.mark.parametrize("name", BINDING)
def test_duties_of_building_fall_on_who_builds_and_of_using_on_who_uses(
    check: Check, duties: Duties, name: str
) -> None:
    found = assessed(check, name, USES[name].day or "")
    for each in borne(found, duties):
        assert each.judged.owed, each.rule.id
    assert not owed_by(found, "deployer") & duties.provider
    assert not owed_by(found, "integrator") & duties.deployer


@pytest.mark.parametrize("name", BINDING)
def test_nothing_of_it_binds_the_day_before_or_today(
    check: Check, duties: Duties, name: str
) -> None:
    for as_of in (USES[name].eve or "", TODAY):
        found = assessed(check, name, as_of)
        for each in borne(found, duties):
            assert each.judged.verdict is True, each.rule.id
            assert each.judged.in_force.state == "not-yet", each.rule.id
            assert not each.judged.owed


@pytest.mark.parametrize("name", BINDING)
def test_a_use_is_found_on_its_own_list(check: Check, name: str) -> None:
    found = assessed(check, name, TODAY)
    concluded = {key.partition("@")[0]: each.verdict for key, each in found.conclusions.items()}
    assert concluded[USES[name].point] is True
    assert concluded["high_risk_system"] is True


@pytest.mark.parametrize("name", FREE)
@pytest.mark.parametrize("as_of", [TODAY, LISTED_DAY, PRODUCT_DAY])
def test_help_around_a_decision_is_on_neither_list(
    check: Check, duties: Duties, name: str, as_of: str
) -> None:
    found = assessed(check, name, as_of)
    for each in borne(found, duties):
        assert each.judged.verdict is False, each.rule.id
        assert each.judged.because == "condition"


@pytest.mark.parametrize("name", USES)
def test_whoever_made_the_open_model_owes_what_models_ask_and_nothing_of_the_use(
    check: Check, duties: Duties, name: str
) -> None:
    found = assessed(check, name, PRODUCT_DAY)
    assert not owed_by(found, "developer") & duties.all
    for rule in ("53.1.c", "53.1.d"):
        assert row(found, f"{PACK}/{rule}", role="developer").judged.owed
    for rule in ("53.1.a", "53.1.b"):
        judged = row(found, f"{PACK}/{rule}", role="developer").judged
        assert (judged.verdict, judged.because) == (False, "exception")


def test_alone_the_developer_sees_on_whom_the_rest_falls(check: Check, duties: Duties) -> None:
    found = assessed(check, "ranking applicants", LISTED_DAY, roles=("developer",))
    falls_on = {each.rule.id: each.roles for each in found.falls_on}
    assert duties.all <= set(falls_on)
    for rule in duties.provider:
        assert "integrator" in falls_on[rule], rule
    for rule in duties.deployer:
        assert "deployer" in falls_on[rule], rule
    assert "it falls on" in flowing(found)


OWN = """format = 1
markets = ["EU"]

[[actor]]
id = "clinic"
roles = ["integrator", "deployer"]

[[actor]]
id = "authors"
roles = ["developer"]
"""


@pytest.mark.parametrize("name", BINDING)
def test_one_who_builds_for_itself_bears_both_and_the_authors_stand_beside(
    check: Check, duties: Duties, name: str, tmp_path: Path
) -> None:
    told = tmp_path / "actors.toml"
    told.write_text(OWN, encoding="utf-8")
    found = check(
        None,
        *OPEN_MODEL,
        *TOOL,
        *USES[name].told,
        facts_files=(told,),
        as_of=USES[name].day,
    )
    owed = {
        (each.judged.row.actor, each.judged.row.role, each.rule.id)
        for each in found.verdicts
        if each.judged.owed
    }
    assert {("clinic", "integrator", rule) for rule in duties.provider} <= owed
    assert {("clinic", "deployer", rule) for rule in duties.deployer} <= owed
    assert ("authors", "developer", f"{PACK}/53.1.c") in owed
    assert not {rule for actor, _, rule in owed if actor == "authors"} & duties.all


def test_whoever_makes_the_model_and_the_tool_owes_both(check: Check, duties: Duties) -> None:
    found = assessed(check, "scoring credit", LISTED_DAY)
    owed = {each.rule.id for each in found.verdicts if each.judged.owed}
    assert duties.all | {f"{PACK}/53.1.c", f"{PACK}/53.1.d"} <= owed


def test_a_listed_use_is_bound_on_the_earlier_day_though_it_is_a_product_too(
    check: Check, duties: Duties
) -> None:
    both = ("use_dispatches_emergency=yes", *USES["proposing a diagnosis"].told)
    found = check(None, *OPEN_MODEL, *TOOL, *both, roles=ROLES, markets=("EU",), as_of=LISTED_DAY)
    for each in borne(found, duties):
        assert each.judged.owed, each.rule.id


def test_one_answer_settles_that_no_list_holds_the_use(check: Check, duties: Duties) -> None:
    asked = {"roles": ("integrator", "deployer"), "markets": ("EU",), "as_of": TODAY}
    before = check(None, *OPEN_MODEL, *TOOL, **asked)
    assert "use_field" in {question.key for question in before.questions}
    after = check(None, *OPEN_MODEL, *TOOL, "use_field=none", **asked)
    for each in borne(before, duties):
        assert each.judged.verdict is None, each.rule.id
        assert ("use_field",) in each.judged.missing
    for each in borne(after, duties):
        assert each.judged.verdict is False, each.rule.id
        assert each.judged.reasons == ("use_field",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ranking applicants", "drafting a job advert"),
        ("scoring credit", "looking for fraud"),
        ("proposing a diagnosis", "taking notes of a consultation"),
    ],
)
def test_like_uses_on_either_side_of_the_line_differ_in_the_use_alone(
    check: Check, duties: Duties, one: str, other: str
) -> None:
    left = borne(assessed(check, one, PRODUCT_DAY), duties)
    right = borne(assessed(check, other, PRODUCT_DAY), duties)
    for here, there in zip(left, right, strict=True):
        assert here.rule.id == there.rule.id
        assert (here.judged.verdict, there.judged.verdict) == (True, False)
        assert [key for key in there.judged.reasons if not key.startswith("use_")] == []


def test_a_product_left_to_its_own_law_points_there_and_owes_nothing_here(
    check: Check, duties: Duties
) -> None:
    car = ("use_field=products", "product_law=motor_vehicle", "part_in_product=protects")
    found = check(
        None,
        *OPEN_MODEL,
        *TOOL,
        *car,
        "failure_harm=people",
        "outside_test=for_health",
        roles=ROLES,
        markets=("EU",),
        as_of=PRODUCT_DAY,
    )
    for each in borne(found, duties):
        assert each.judged.verdict is False, each.rule.id
    assert row(found, f"{PACK}/2.2-sector", role="integrator").judged.verdict is True
    assert "the product's own law" in flowing(found)
