"""What a written figure may stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts import Range
from weighbridge.release.card.figures import FIGURE, narrowest, read_figure


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("7B", 6.5e9, 7.5e9),
        ("70B", 65e9, 75e9),
        ("2T", 1.5e12, 2.5e12),
        ("2.0T", 1.95e12, 2.05e12),
        ("1,000B", 950e9, 1050e9),
        ("405B", 402.975e9, 407.025e9),
        ("1.5 trillion", 1.45e12, 1.55e12),
        ("1T", 0.75e12, 1.25e12),
        ("45,056", 45056, 45056),
        ("3.00515e11", 3.005145e11, 3.005155e11),
        ("176,247,271,424", 176247271424, 176247271424),
        ("7,000,000,000", 6.95e9, 7.05e9),
        ("3.8e25", 3.75e25, 3.85e25),
        ("3.8 x 10^25", 3.75e25, 3.85e25),
        ("3.8×10^25", 3.75e25, 3.85e25),
        ("10^25", 0.75e25, 1.25e25),
        ("1.2万亿", 1.15e12, 1.25e12),
        ("70亿", 65e8, 75e8),
        ("about 7B", 6e9, 8e9),
        ("~ 15 trillion", 14e12, 16e12),
        ("over 15T", 15e12, None),
        ("15T+", 15e12, None),
        ("up to 3 trillion", None, 3.5e12),
        ("less than 10^25", None, 1.25e25),
    ],
)
def test_rounding(text: str, low: float | None, high: float | None) -> None:
    assert re.fullmatch(FIGURE, text, re.IGNORECASE)
    figure = read_figure(text)
    assert figure is not None
    assert (figure.range.low, figure.range.high) == (low, high)


def test_exponents_beyond_all_measure_are_no_figures() -> None:
    assert read_figure("1e99") is None
    assert read_figure("9" * 18 + "×10^41") is None


@pytest.mark.parametrize("text", ["v7B", "$7B", "Qwen-7B"])
def test_names_prices_and_versions_are_no_figures(text: str) -> None:
    assert re.search(FIGURE, text) is None


def test_neighbouring_sizes_differ_and_finer_figures_agree() -> None:
    seven, eight, fine = (read_figure(text) for text in ("7B", "8B", "6.74B"))
    assert seven and eight and fine
    assert narrowest([seven.range, eight.range]) is None
    assert narrowest([seven.range, fine.range]) == fine.range


@given(st.integers(1, 10**15), st.sampled_from(["", "K", "M", "B", " trillion"]))
def test_a_figure_holds_what_it_says(number: int, scale: str) -> None:
    figure = read_figure(f"{number:,}{scale}")
    assert figure is not None
    assert figure.range.meets(Range.exactly(figure.value))
    low, high = figure.range.low, figure.range.high
    assert low is not None and high is not None
    assert high <= figure.value * 1.2500001
