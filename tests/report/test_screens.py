"""What is printed, to the letter. ``python -m tests.report.screens`` writes the files again."""

from __future__ import annotations

import re

import pytest

from tests.report.conftest import Weigh
from tests.report.screens import FACTS, FOLDER, screens
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import SCREEN_LINES, one_screen
from weighbridge.report.text import WIDTH, to_text

NAMES = sorted(
    [
        *(f"{name}.txt" for name in FACTS),
        "applies-all.txt",
        "applies.md",
        "applies-all.md",
        "applies.json",
    ]
)
NEVER_SAID = re.compile(
    r"\b(compliant|cleared|safe|approved|certified|guaranteed|liable|legal)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def printed(weigh: Weigh) -> dict[str, str]:
    return screens(weigh)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_what_is_written(name: str, printed: dict[str, str]) -> None:
    assert printed[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_no_screen_is_left_over(printed: dict[str, str]) -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(printed) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_screen_judges_a_person_or_a_release(name: str, printed: dict[str, str]) -> None:
    assert NEVER_SAID.findall(printed[name]) == []


@pytest.mark.parametrize("name", FACTS)
def test_a_screen_fits_a_terminal(name: str, printed: dict[str, str]) -> None:
    lines = printed[f"{name}.txt"].splitlines()
    assert len(lines) <= SCREEN_LINES
    assert max(map(len, lines)) <= WIDTH


def test_the_same_assessment_prints_the_same_bytes(weigh: Weigh) -> None:
    assert screens(weigh) == screens(weigh)


def test_a_narrow_terminal_is_kept(weigh: Weigh) -> None:
    page = one_screen(weigh(*FACTS["applies"]), Shown(target="toy"))
    assert max(map(len, to_text(page, width=60).splitlines())) <= 60


def test_colour_wraps_lines_and_changes_no_word(weigh: Weigh) -> None:
    page = one_screen(weigh(*FACTS["applies"]), Shown(target="toy"))
    coloured = to_text(page, colour=True)
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == to_text(page)
