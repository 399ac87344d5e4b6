"""What the methods of compute read, in the spellings and languages in which cards write figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import card_in, findings, ranges, write_card

from weighbridge.release.training import Training


def released(folder: Path, text: str) -> Path:
    """A folder of its own name, since a release is known by that too."""
    (folder / "toy").mkdir()
    write_card(folder / "toy", f"# Toy\n\n{text}")
    return folder / "toy"


def told(folder: Path, text: str) -> Training:
    card, _ = card_in(released(folder, text))
    assert card is not None
    return card.training


def read(folder: Path, text: str, fact: str) -> list[tuple[float | None, float | None]]:
    return ranges(card_in(released(folder, text))[1], fact)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Das Training dauerte 1,25 Mio. GPU-Stunden.", 1.25e6),
        ("Training took 12'345 H100 GPU-days.", 12345 * 24),
        ("Training took 1_234_567 TPU core-hours.", 1234567),
        ("训练共使用 1234 卡天。", 1234 * 24),
        ("학습에는 12,345 GPU 시간이 걸렸습니다.", 12345),
        ("Training took 12,345 GPU·h.", 12345),
        ("Se entrenó durante 1.234.567 horas de GPU.", 1234567),
        ("Trained on 1,024 H100 GPUs for 24.00 days.", 1024 * 24 * 24),
    ],
)
def test_hours_in_any_spelling(tmp_path: Path, text: str, hours: float) -> None:
    ((low, high),) = read(tmp_path, text, "training_gpu_hours")
    assert low is not None and high is not None
    assert low <= hours <= high <= hours * 1.02


def test_hours_of_phases_add_up_in_any_language(tmp_path: Path) -> None:
    text = "Pre-Training: 1,25 Mio. GPU-Stunden.\n\nSFT: 45,000 GPU-Stunden."
    ((low, high),) = read(tmp_path, text, "training_gpu_hours")
    assert low is not None and high is not None
    assert low <= 1.25e6 + 45e3 <= high


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Das Modell wurde mit 1,5 Billionen Tokens trainiert.", None),
        ("Das Vortraining sah 300 Milliarden Tokens im Training.", 300e9),
        ("1兆5000億個のトークンで2エポック学習した。", 1.5e12),
        ("Trained for 2 epochs over 300 milliards tokens.", 600e9),
    ],
)
def test_tokens_in_any_language_with_repeats(
    tmp_path: Path, text: str, tokens: float | None
) -> None:
    found = read(tmp_path, text, "training_tokens")
    if tokens is None:
        assert found == []
        return
    ((low, high),) = found
    assert low is not None and high is not None and low <= tokens <= high


def test_a_table_that_agrees_says_tokens_of_a_phase_more_finely(tmp_path: Path) -> None:
    text = "Pre-trained on 3T tokens, followed by SFT.\n\n"
    text += "| A | B | Training tokens |\n|---|---|---|\n| x | y | 3.014T |\n"
    assert read(tmp_path, text, "training_tokens") == [
        (pytest.approx(3.014e12, rel=0.006), pytest.approx(3.014e12, rel=0.006))
    ]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("We generated 50'000'000'000 tokens with Big-70B.", 50e9),
        ("合成了500亿词元用于训练。", 50e9),
        ("学習のために合成した1兆5000億トークン。", 1.5e12),
        ("We generated 50 milliards tokens with Big-70B.", 50e9),
    ],
)
def test_made_data_in_any_spelling(tmp_path: Path, text: str, tokens: float) -> None:
    (made,) = told(tmp_path, text).made
    assert made.tokens.low is not None and made.tokens.high is not None
    assert made.tokens.low <= tokens <= made.tokens.high


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("Training reached over 400 TFLOP/s per GPU.", None),
        ("Training reached 400.0 TFLOP/s per GPU, etwa wie zuvor.", 400e12),
        ("训练时每卡达到 400 TFLOPS。", 400e12),
    ],
)
def test_speed_in_any_language(tmp_path: Path, text: str, rate: float | None) -> None:
    speed = told(tmp_path, text).rate
    if rate is None:
        assert speed is None
        return
    assert speed is not None and speed.range.low is not None and speed.range.high is not None
    assert speed.range.low <= rate <= speed.range.high


@pytest.mark.parametrize(
    ("formula", "wrong"),
    [
        ("6 × 70億 × 2兆5000億トークン = 1.05×10²³", False),
        ("6 × 70億 × 2兆5000億トークン = 1.05×10²⁵", True),
        ("6 × 7'000'000'000 × 2'000'000'000'000 = 8.4e22", False),
        ("6 × 7'000'000'000 × 2'000'000'000'000 = 8.4e24", True),
        ("6 × 7 Milliarden × 2T = 8.4e22", False),
        ("6 × 7B × 2T, etwa wie zuvor, 6 × 7B × 2T = 8.4e24", True),
    ],
)
def test_products_in_any_spelling(tmp_path: Path, formula: str, wrong: bool) -> None:
    _, seen = card_in(released(tmp_path, f"Training compute:\n\n{formula}\n"))
    assert ("formula-wrong" in findings(seen)) is wrong
