"""Figures that a card states of its own model, and those it must not be taken to state."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import findings, ranges, seen_in

TITLE = "# Toy\n\n"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("This model has 7B parameters.", 6.5e9, 7.5e9),
        ("Toy is a 7-billion-parameter language model.", 6.5e9, 7.5e9),
        ("- **Parameters:** 45,056", 45056, 45056),
        ("- Number of parameters: about 1.3B (GPT-3 has 175B parameters)", 1.2e9, 1.4e9),
        ("| **Total Parameters** | 1.04T |\n|---|---|\n| Layers | 61 |", 1.0348e12, 1.0452e12),
        ("| Model | #Total Params |\n|---|---|\n| Toy | 671B |", 667.645e9, 674.355e9),
        ("<table><tr><th>Params</th></tr>\n<tr><td>7B</td></tr></table>", 6.5e9, 7.5e9),
        ("模型参数量为70亿。", 65e8, 75e8),
        ("It has 7B parameters and outperforms models with 13B parameters.", 6.5e9, 7.5e9),
        ("It has 1.1M parameters, including 0.3M embedding parameters.", 1.05e6, 1.15e6),
    ],
)
def test_stated_parameters(tmp_path: Path, text: str, low: float, high: float) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert ranges(seen, "params_total") == [(low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "Unlike Llama-2, which has 70B parameters, this one is small.",
        "GPT-3 has 175B parameters.",
        "It is competitive with models of 13B parameters.",
        "It is larger than the 7B parameter baseline.",
        "Distilled from a 70B parameter teacher.",
        "The model cost $7B and has a 128K context.",
        "It was trained on 7B tokens.",
        "Try Toy-7B or Qwen-7B.",
        "Tune 3 parameters: temperature, top-p and top-k.",
        "It uses a vision encoder of 300M parameters.",
        "It has 0.36B non-embedding parameters.",
        "```\nThis model has 7B parameters.\n```",
        "<!-- This model has 7B parameters. -->",
        "![7B parameters](size.png)",
    ],
)
def test_figures_of_other_things_are_no_parameters(tmp_path: Path, text: str) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "params_total") == []


@pytest.mark.parametrize(
    "text",
    [
        "A mixture-of-experts model with 16B total, 3B active parameters.",
        "It has 16B total parameters of which 3B parameters are active on any input.",
        "It has 16B total parameters with 3B activated for each token.",
        "| #Total Params | #Activated Params |\n|---|---|\n| 16B | 3B |",
    ],
)
def test_total_and_active(tmp_path: Path, text: str) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert ranges(seen, "params_total") == [(15.5e9, 16.5e9)]
    assert ranges(seen, "params_active") == [(2.5e9, 3.5e9)]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("The family comes in sizes of 7B, 13B and 70B parameters.", 75e9),
        ("Models ranging from 7 billion to 70 billion parameters.", 75e9),
        ("- `toy-a` (117B parameters)\n- `toy-b` (21B parameters)", 117.585e9),
        ("| Size | Parameters |\n|---|---|\n| tiny | 39 M |\n| large | 1550 M |", 1557.75e6),
        ("Parameters: 7B, 13B, 70B", 75e9),
        ("Parameters — 7B / 13B", 13.5e9),
        ("It has 7B and 13B parameters.", 13.5e9),
        ("| a | b |\n|---|---|\n| Parameters | 7B, 13B |", 13.5e9),
        ("Sizes of 7B and 13B.\n\n## Toy-70B\n\nThe largest model.", 75e9),
        ("Sizes of 7B and 13B. It beats Llama-2-70B.", 75e9),
    ],
)
def test_several_sizes_declare_the_largest_at_most(tmp_path: Path, text: str, most: float) -> None:
    """Whichever of them the release is, it is no larger than the largest the card names."""
    seen = seen_in(tmp_path, TITLE + text)
    assert ranges(seen, "params_total") == [(None, pytest.approx(most))]
    assert "card-several-sizes" in findings(seen)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("It was trained on 2T tokens.", 1.5e12, 2.5e12),
        ("Pre-trained on 14.8 trillion diverse and high-quality tokens.", 14.726e12, 14.874e12),
        ("Total seen tokens: **366B**", 364.17e9, 367.83e9),
        ("Trained on 1.2万亿 token 的数据。", 1.15e12, 1.25e12),
        ("It was trained on ~15 trillion tokens with batches of 4M tokens.", 14e12, 16e12),
        ("Trained on 500M tokens for 3 epochs.", 495e6, 1515e6),
        ("Trained on up to 3 trillion tokens.", None, 3.5e12),
        ("| | |\n|---|---|\n| Training tokens | 1,324,610 (letters) |", 1324610, 1324610),
        (
            "Stage one trained on 3T tokens.\n\nStage two trained on 1.00T tokens.",
            3.495e12,
            4.505e12,
        ),
    ],
)
def test_training_tokens(tmp_path: Path, text: str, low: float | None, high: float) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "training_tokens") == [(low, high)]


@pytest.mark.parametrize(
    "text",
    [
        "Trained with a context length of 32K tokens.",
        "A global batch-size of 4M tokens was used in training.",
        "The vocabulary has 32,000 tokens learned from data.",
        "The tokenizer was trained; it generates 100 tokens per second.",
        "Trained on 300B tokens per day.",
        "Llama-2 was trained on 2T tokens.",
        "We train on 4T or 5T tokens.",
        "Converted into 350B unique tokens of training data.",
    ],
)
def test_other_tokens_are_not_training_tokens(tmp_path: Path, text: str) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert ranges(seen, "training_tokens") == ranges(seen, "tuning_tokens") == []


def test_tokens_of_tuning_never_pass_for_the_whole(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, TITLE + "It was fine-tuned on 10M tokens.")
    assert ranges(seen, "training_tokens") == []
    assert ranges(seen, "tuning_tokens") == [(7.5e6, 12.5e6)]
    based = "---\nbase_model: a/b\n---\n# Toy\nIt was trained on 2B tokens.\n"
    seen = seen_in(tmp_path, based)
    assert ranges(seen, "training_tokens") == []
    assert ranges(seen, "tuning_tokens") == [(1.5e9, 2.5e9)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Total training compute: 3.8e25 FLOP.", 3.75e25, 3.85e25),
        ("Training compute: 3.8e25", 3.75e25, 3.85e25),
        (r"Training took $3.8 \times 10^{25}$ FLOPs.", 3.75e25, 3.85e25),
        ("Training compute was 3.8×10²⁵ FLOP.", 3.75e25, 3.85e25),
        ("It was trained with 3.8 x 10<sup>25</sup> FLOPs.", 3.75e25, 3.85e25),
        ("Training used about 38.0 yottaFLOPs.", 37.62e24, 38.38e24),
        ("Training took 12.0 ZFLOPs.", 11.94e21, 12.06e21),
        ("- Training compute: 5.70163e11 FLOP, counted by hand", 5.701625e11, 5.701635e11),
        ("| | |\n|---|---|\n| Training compute | 3.8e25 FLOP |", 3.75e25, 3.85e25),
        ("Training took 1.00 petaflop/s-days.", 8.5968e19, 8.6832e19),
        ("It was trained with less than 10^25 FLOPs.", None, 1.25e25),
        ("Training took 3.8e25 FLOP, above the threshold of 1e25 FLOP.", 3.75e25, 3.85e25),
    ],
)
def test_stated_compute(tmp_path: Path, text: str, low: float | None, high: float) -> None:
    found = ranges(seen_in(tmp_path, TITLE + text), "training_compute")
    assert found == [(pytest.approx(low) if low else None, pytest.approx(high))]


@pytest.mark.parametrize(
    "text",
    [
        "Training reached 150 TFLOP per GPU per second.",
        "The peak rate in training is 989 TFLOPs per GPU.",
        "Models trained above the threshold of 1e25 FLOP are large.",
        "Inference takes 2e12 FLOPs per token of compute.",
        "GPT-3 took 3.14e23 FLOP to train.",
    ],
)
def test_other_flops_are_not_training_compute(tmp_path: Path, text: str) -> None:
    assert ranges(seen_in(tmp_path, TITLE + text), "training_compute") == []


def test_beside_a_base_a_bare_figure_bounds_the_whole_and_its_own(tmp_path: Path) -> None:
    text = "---\nbase_model: a/b\n---\n# Toy\nTraining compute: 1.0e18 FLOP.\n"
    seen = seen_in(tmp_path, text)
    assert ranges(seen, "training_compute") == [(pytest.approx(9.5e17), None)]
    assert ranges(seen, "own_compute") == [(None, pytest.approx(1.05e18))]


@pytest.mark.parametrize(
    ("text", "low", "high", "hardware"),
    [
        ("It took 1,720,320 H100 GPU hours.", 1720320, 1720320, "NVIDIA H100"),
        ("Training took 3.3M GPU hours on A100-80GB.", 3.25e6, 3.35e6, "NVIDIA A100"),
        ("Training: 2,345 A100-hours.", 2345, 2345, "NVIDIA A100"),
        ("Trained on 64 A100 GPUs for 21 days.", 31488, 33024, "NVIDIA A100"),
        ("- **Hardware Type:** V100\n- **Hours used:** 1234", 1234, 1234, "NVIDIA V100"),
        (
            "| Model | GPU hours |\n|---|---|\n| Toy | 1234 |\n\nTrained on TPU v4 chips.",
            1234,
            1234,
            "Google TPU v4",
        ),
        (
            "Pre-training took 2.664M H800 GPU hours.\n\nFull training took 2.788M H800 GPU hours.",
            2787500,
            2788500,
            "NVIDIA H800",
        ),
    ],
)
def test_accelerator_hours(
    tmp_path: Path, text: str, low: float, high: float, hardware: str
) -> None:
    seen = seen_in(tmp_path, TITLE + text)
    assert ranges(seen, "training_gpu_hours") == [(pytest.approx(low), pytest.approx(high))]
    assert [fact.value for fact in seen.named("training_hardware")] == [hardware]


def test_hours_of_several_sizes_together_are_an_upper_end(tmp_path: Path) -> None:
    text = "Sizes of 7B, 13B and 70B parameters.\n\nTraining took 3.3M GPU hours in total."
    assert ranges(seen_in(tmp_path, TITLE + text), "training_gpu_hours") == [(None, 3.35e6)]


def test_hardware_to_run_on_is_not_hardware_trained_on(tmp_path: Path) -> None:
    text = "Fits on a single H100.\n\nThe trained model runs on one A100."
    assert seen_in(tmp_path, TITLE + text).named("training_hardware") == []


@pytest.mark.parametrize(
    "formula",
    [
        "6 x 7e9 x 2e12 = 8.4e22 FLOP",
        "6 * 7B * 2T = 8.4e22",
        r"$6 \times 7 \times 10^9 \times 2 \times 10^{12} = 8.4 \times 10^{22}$",
        "6 · 7B params · 2T tokens ≈ 8e22",
        "2 x 3 = 7",
    ],
)
def test_right_or_trifling_formulas_pass(tmp_path: Path, formula: str) -> None:
    assert "formula-wrong" not in findings(seen_in(tmp_path, f"{TITLE}Compute: {formula}\n"))


@pytest.mark.parametrize(
    "formula",
    [
        "6 x 7e9 x 2e12 = 8.4e23 FLOP",
        "6 × 7B × 2T ≈ 9.9e22 FLOP",
        r"$6 \times 7 \times 10^9 \times 2 \times 10^{12} = 8.4 \times 10^{21}$",
    ],
)
def test_wrong_formulas_are_recomputed(tmp_path: Path, formula: str) -> None:
    seen = seen_in(tmp_path, f"{TITLE}Compute: {formula}\n")
    finding = next(each for each in seen.findings if each.id == "formula-wrong")
    assert finding.message.endswith("but the product is 8.4e22")
    assert finding.where[0].line == 3


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("December 18th, 2024", "2024-12-18..2024-12-18"),
        ("18 December 2024", "2024-12-18..2024-12-18"),
        ("2024-12-18", "2024-12-18..2024-12-18"),
        ("2024.12.18", "2024-12-18..2024-12-18"),
        ("2024年12月18日", "2024-12-18..2024-12-18"),
        ("Dec 2024", "2024-12-01..2024-12-31"),
    ],
)
def test_release_date(tmp_path: Path, written: str, iso: str) -> None:
    from weighbridge.facts.values import read_range

    seen = seen_in(tmp_path, f"{TITLE}- **Release Date**: {written}\n")
    assert [fact.value for fact in seen.named("release_date")] == [read_range(iso, dates=True)]


@pytest.mark.parametrize("written", ["12/18/2024", "soon", "February 31, 2024", "2024-13-01"])
def test_no_date_is_guessed(tmp_path: Path, written: str) -> None:
    assert seen_in(tmp_path, f"{TITLE}Release date: {written}\n").named("release_date") == []


def test_texts_with_their_lines(tmp_path: Path) -> None:
    text = (
        "# Toy\n\n**Supported Languages:** English, German\n\n## Uses\n\n### Direct Use\n\n"
        "Chatting with people.\n\n## Contact\n\nWrite to toy@example.org\n"
    )
    seen = seen_in(tmp_path, text)
    told = {fact.name: (fact.value, fact.place and fact.place.line) for fact in seen.facts}
    assert told["languages"] == ("English, German", 3)
    assert told["intended_use"] == ("Chatting with people.", 9)
    assert told["contact"] == ("toy@example.org", 13)


def test_a_template_left_empty_says_nothing(tmp_path: Path) -> None:
    text = (
        "# Toy\n\n## Uses\n\n### Direct Use\n\n[More Information Needed]\n\n"
        "- **Language(s) (NLP):** [More Information Needed]\n"
        "- **Finetuned from model [optional]:** [More Information Needed]\n"
    )
    assert seen_in(tmp_path, text).facts == []


def test_every_fact_is_in_the_vocabulary(tmp_path: Path, vocabulary) -> None:  # type: ignore[no-untyped-def]
    text = (
        "---\nbase_model: a/b-7B\nlanguage: en\ndatasets: c/d\nmodel_name: Toy\n---\n# Toy\n"
        "It has 16B total parameters, 3B active, 2M trainable parameters.\n"
        "It was fine-tuned on 2B tokens in 1,234 H100 GPU hours. Contact: toy@example.org\n"
        "LoRA training took 1e18 FLOP of compute. The base model was trained with 1e22 FLOP.\n"
        "It ranks job applicants. Release date: 2026-03-01.\n"
    )
    seen = seen_in(tmp_path, text)
    assert len(seen.facts) >= 10
    assert [fact.name for fact in seen.facts if fact.name not in vocabulary] == []
