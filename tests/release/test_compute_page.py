"""The figures in docs/compute.md are those of the code."""

from __future__ import annotations

from pathlib import Path

from weighbridge.release.compute.disagreement import FAR_APART
from weighbridge.release.compute.formula import ADAPTER, FORMULA_MARGIN, FULL
from weighbridge.release.compute.machines import SPEED_MARGIN, UTILISATION, UTILISATION_FP8
from weighbridge.release.compute.merges import MOST_PER_PARAMETER

PAGE = (Path(__file__).parents[2] / "docs" / "compute.md").read_text(encoding="utf-8")


def test_the_page_has_the_figures_of_the_code() -> None:
    assert FORMULA_MARGIN == SPEED_MARGIN == 0.3
    assert PAGE.count("| 30 % |") == 3
    assert f"× peak rate × {UTILISATION.low} to {UTILISATION.high}" in PAGE
    assert f"up to {UTILISATION_FP8.high} of the 8-bit rate" in PAGE
    assert f"at most {MOST_PER_PARAMETER:,.0f} operations" in PAGE
    assert (FULL.low, ADAPTER.low, ADAPTER.high) == (6, 4, 6)
    assert FAR_APART == 10 and "more than ten times apart" in PAGE
