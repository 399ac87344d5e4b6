"""What an amendment does to one assessment: rows otherwise, nothing otherwise, orphans."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.amended import orphaned_facts
from weighbridge.report.json import to_json
from weighbridge.rules import Law, load_law

USE_BASED = [Path("reform/use-based")]
FREE = (
    *("licence_allows_access=yes", "licence_allows_use=yes", "licence_allows_modification=yes"),
    *("licence_allows_redistribution=yes", "licence_non_commercial=no", "weights_public=yes"),
    *("licence_scale_threshold=no", "licence_commercial_separate=no", "licence_use_limits=no"),
    *("licence_excludes_territory=no", "architecture_public=yes", "usage_info_public=yes"),
    *("paid_for=nothing", "has_base_model=no", "made_by_actor=yes", "own_name=yes"),
    *("available_there=yes", "in_business=yes", "outputs_text=yes", "training_compute=2e24"),
)
HIRING = ("use_ranks_applicants=yes", "bound_as_high_risk=yes", "used_there=yes", "personal_use=no")


@pytest.fixture(scope="module")
def plain() -> Law:
    return load_law()


@pytest.fixture(scope="module")
def amended() -> Law:
    return load_law([], USE_BASED)


def weighed(
    law: Law, plain: Law, *sets: str, roles: tuple[str, ...] = ("developer",)
) -> Assessment:
    return assess(Request(None, markets=("EU",), sets=sets, roles=roles), law, plain)


def test_it_counts_the_verdicts_that_are_otherwise(plain: Law, amended: Law) -> None:
    found = weighed(amended, plain, *FREE)
    otherwise = {
        row.rule.id
        for row in found.verdicts
        if row.rule.id in ("eu/ai-act/53.1.c", "eu/ai-act/53.1.d", "eu/ai-act/53.3")
        if row.judged.verdict is False
    }
    assert len(otherwise) == 3
    assert found.otherwise is not None
    assert found.otherwise >= 3
    assert f"amended: {found.otherwise} verdicts are otherwise than by the law as it stands" in (
        found.warnings
    )
    assert to_json(found)["amended"]["verdicts_otherwise"] == found.otherwise


def test_an_amendment_that_changes_nothing_here_says_so(plain: Law, amended: Law) -> None:
    found = weighed(amended, plain, *FREE, "paid_for=price")
    assert found.otherwise == 0
    said = "amended, and no verdict is otherwise: on these facts it changes nothing"
    assert said in found.warnings


def test_law_as_it_stands_says_nothing_of_amendments(plain: Law) -> None:
    found = assess(Request(None, markets=("EU",), sets=FREE), plain)
    assert found.otherwise is None
    assert "amended" not in to_json(found)
    assert not [each for each in found.warnings if "amended" in each]


def test_open_switches_are_named_and_a_chosen_one_is_not(plain: Law, amended: Law) -> None:
    request = Request(
        None, markets=("EU",), sets=FREE, readings=("use_based_tier=lifted",), roles=("developer",)
    )
    line = next(each for each in assess(request, amended, plain).warnings if "left open" in each)
    assert "use_based_makers=original|changed_too" in line
    assert "use_based_tier" not in line


def test_a_moved_duty_that_needs_what_the_old_bearer_knows_is_orphaned(
    plain: Law, amended: Law
) -> None:
    found = weighed(amended, plain, *FREE, *HIRING, roles=("deployer",))
    orphans = {each.row.rule.id: each.facts for each in found.orphaned}
    assert orphans["eu/ai-act/10-deployer"] == ("training_datasets",)
    assert "eu/ai-act/14-deployer" not in orphans, "oversight is the deployer's own to arrange"
    told = weighed(
        amended, plain, *FREE, *HIRING, "training_datasets=The Pile", roles=("deployer",)
    )
    assert not told.orphaned, "what the release shows is known to whoever holds it"
    rows = to_json(found)["amended"]["orphaned"]
    assert {
        "rule": "eu/ai-act/10-deployer",
        "moved_from": "eu/ai-act/10",
        "market": "EU",
        "actor": "-",
        "role": "deployer",
        "use": "-",
        "facts": ["training_datasets"],
    } in rows


def test_nothing_is_orphaned_where_nothing_moved(plain: Law, amended: Law) -> None:
    found = weighed(amended, plain, *FREE, "use_ranks_applicants=no", roles=("developer",))
    assert found.orphaned == ()


def test_what_anyone_can_see_orphans_nothing(amended: Law) -> None:
    moved = amended.by_id["eu/ai-act/11-deployer"][0]
    assert orphaned_facts(amended, moved) == ("training_datasets",)
