"""A licence beside the law that ships: its terms stand apart, and law says what it said before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.shell import here
from tests.report.toy_law import TOY_CONTRACT
from tests.toys import adapter_release
from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.terms import owed_by_law
from weighbridge.report.check_page import summary
from weighbridge.report.json import to_json
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import SCREEN_LINES, one_screen
from weighbridge.report.text import to_text
from weighbridge.rules import load_law

Weighed = Callable[..., Assessment]
HEADING = "\nowed to the licensor"
MOST_LINES = 8


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that names its base, so that a modifier is asked about too."""
    return adapter_release(tmp_path_factory.mktemp("toys") / "adapter")


@pytest.fixture(scope="module")
def weighed(release: Path) -> Weighed:
    """Return ``weighed(*sets, toy=…)`` under the law that ships, with the toy licences or not."""
    laws = {False: load_law(), True: load_law([TOY_CONTRACT])}

    def run(*sets: str, toy: bool = True, **more: object) -> Assessment:
        return assess(Request(release, sets=sets, **more), laws[toy])  # type: ignore[arg-type]

    return run


def screen(assessment: Assessment) -> str:
    return to_text(one_screen(assessment, Shown(target="toy")))


def spared(assessment: Assessment) -> list[tuple[str, list[str], list[str]]]:
    """Return what openness spares and what it keeps, by market."""
    return [
        (each.market, [row.rule.id for row in each.spared], [row.rule.id for row in each.kept])
        for each in assessment.sheltered
    ]


@pytest.mark.parametrize("licence", ["red", "blue", "other", "unknown"])
def test_every_row_and_count_of_law_is_what_it_was(licence: str, weighed: Weighed) -> None:
    having, without = weighed(f"toy_base_licence={licence}"), weighed(toy=False)
    assert summary(having) == summary(without)
    rows, before = (
        [
            (row["rule"], row["market"], row["role"], row["verdict"])
            for row in to_json(each)["verdicts"]
            if row["owed_to"] == "law"
        ]
        for each in (having, without)
    )
    assert rows == before
    assert spared(having) == spared(without)
    assert len(owed_by_law(having.verdicts)) < len(having.verdicts)


@pytest.mark.parametrize("licence", ["red", "blue", "unknown"])
@pytest.mark.parametrize("markets", [(), ("EU", "US-CA")])
def test_the_page_has_one_section_on_licences_and_is_one_screen_where_it_was(
    licence: str, markets: tuple[str, ...], weighed: Weighed
) -> None:
    having = screen(weighed(f"toy_base_licence={licence}", markets=markets))
    without = screen(weighed(toy=False, markets=markets))
    assert having.count(HEADING) == 1
    assert having.split("\n\n")[-2].startswith(HEADING.strip()), "after the last market"
    before, after = without.count("\n"), having.count("\n")
    assert after <= SCREEN_LINES or (before > SCREEN_LINES and after <= before + MOST_LINES)


def test_an_unknown_licence_adds_one_question_and_no_row_to_the_page(weighed: Weighed) -> None:
    said = screen(weighed(markets=("EU",)))
    section = said[said.index(HEADING) :].strip().split("\n\n")[0]
    assert "Under which licence did you get the toy you made it from?" in section
    assert "Blue licence, Red licence 2" in section
    assert "licence/red" not in said and "Blue term" not in said


def test_who_publishes_a_model_of_its_own_hears_of_no_licence() -> None:
    arguments = ("check", "--no-release", "--role", "developer", "--law", TOY_CONTRACT)
    ended = here(*arguments)
    assert ended.status == 0
    assert HEADING not in ended.out and "licence/" not in ended.out


def test_terms_are_judged_in_no_market_and_shown_whichever_is_asked() -> None:
    for market in ("EU", "KR"):
        ended = here(
            *("check", "--no-release", "--role", "host", "--market", market),
            *("--set", "toy_licence=red", "--law", TOY_CONTRACT),
        )
        assert "owed to the licensor: Red licence 2" in ended.out
        assert "keep the notice" in ended.out
