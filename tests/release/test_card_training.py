"""What cards tell of phases, speed, made data and counts of accelerators, and what they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import card_in, findings, ranges, seen_in, write_card

from weighbridge.release.card.epochs import stated_epochs
from weighbridge.release.training import Training

TITLE = "# Toy\n\n"


def told(folder: Path, text: str) -> Training:
    card, _ = card_in(released(folder, text))
    assert card is not None
    return card.training


def released(folder: Path, text: str) -> Path:
    """A folder of its own name, since a release is known by that too."""
    (folder / "toy").mkdir()
    write_card(folder / "toy", TITLE + text)
    return folder / "toy"


SFT, DPO, RL = "supervised fine-tuning", "preference tuning", "reinforcement learning"


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("It was pre-trained on 2T tokens, followed by SFT and DPO.", {"pre-training", SFT, DPO}),
        ("We pretrained it, then annealed on 50B tokens.", {"pre-training", "annealing"}),
        ("Post-training used supervised fine-tuning and RLHF.", {"post-training", SFT, RL}),
        ("The model was then fine-tuned.", {"fine-tuning"}),
        ("Toy-Instruct is an instruction-tuned model.", {SFT}),
        ("We applied GRPO for reinforcement learning.", {RL}),
        ("Stage 1: we train on text. Stage 2: we train on code.", {"stage 1", "stage 2"}),
        (
            "It underwent continued pretraining and long-context extension.",
            {"continued pre-training", "context extension"},
        ),
        ("先预训练，然后经过监督微调和强化学习。", {"pre-training", SFT, RL}),
        ("事前学習の後、強化学習を使用。", {"pre-training", RL}),
    ],
)
def test_phases_named(tmp_path: Path, text: str, phases: set[str]) -> None:
    assert {each.name for each in told(tmp_path, text).phases} == phases


@pytest.mark.parametrize(
    "text",
    [
        "The model can be fine-tuned on your data.",
        "Use it for fine-tuning or RLHF if you like.",
        "See our scripts for SFT and DPO.",
        "Unlike Llama-2, which was trained with RLHF, it is small.",
        "We quantised it by post-training quantization.",
        "We trained with DeepSpeed ZeRO stage 3.",
        "No reinforcement learning or SFT was done: not instruction-tuned.",
        "## How to fine-tune\n\nWe use SFT with LoRA.",
        "## Evaluation\n\nIt was tested after reinforcement learning.",
    ],
)
def test_phases_of_others_or_of_readers_are_none(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).phases == ()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        # Named phases add up.
        ("Pre-trained on 3.00T tokens.\n\nAnnealed on 1.00T tokens.", 2.985e12 + 0.995e12, 4.02e12),
        # Told twice with the same amount, and a part said to be one: at least the whole.
        ("Pre-trained on 3.00T tokens.\n\nStage 1: trained on 3.00T tokens.", 2.985e12, 6.03e12),
        (
            "Pre-trained on 3.00T tokens, of which 1.00T tokens in annealing.",
            2.985e12,
            4.02e12,
        ),
        # Two epochs over so many are twice as many; seen is after repeats.
        ("Trained for two epochs over 5.00B tokens.", 9.95e9, 10.05e9),
        ("Trained for 2 epochs; it has seen 5.00B tokens.", 4.975e9, 5.025e9),
        ("Trained for 1.5 epochs on a corpus of 5.00B tokens.", 4.975e9 * 1.5, 5.025e9 * 1.5),
    ],
)
def test_tokens_of_phases_and_epochs(tmp_path: Path, text: str, low: float, high: float) -> None:
    found = ranges(card_in(released(tmp_path, text))[1], "training_tokens")
    assert found == [(pytest.approx(low), pytest.approx(high))]


@pytest.mark.parametrize(
    ("text", "trained", "tuned"),
    [
        ("Pre-trained on 2.00T tokens and annealed on 1.00T tokens, followed by SFT.", 3e12, 0),
        ("Trained on 2.00T tokens, then fine-tuned.", 2e12, 0),
        ("Trained on 2.00T tokens, followed by SFT on 10.0B tokens.", 2e12, 10e9),
        ("Fine-tuned on 10.0B tokens.", 0, 10e9),
        ("It took 10.0B tokens for fine-tuning in training.", 0, 10e9),
    ],
)
def test_what_follows_is_another_phase(
    tmp_path: Path, text: str, trained: float, tuned: float
) -> None:
    _, seen = card_in(released(tmp_path, text))
    for name, value in (("training_tokens", trained), ("tuning_tokens", tuned)):
        found = ranges(seen, name)
        assert found == (
            [(pytest.approx(0.995 * value), pytest.approx(1.005 * value))] if value else []
        )


def test_the_note_has_each_phase(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, TITLE + "Pre-trained on 3.00T tokens.\n\nAnnealed on 1.00T tokens.")
    (fact,) = seen.named("training_tokens")
    expected = "the card says `pre-training: 3.00T tokens; annealing: 1.00T tokens`"
    assert fact.note == expected


def test_epochs_of_a_label_may_or_may_not_be_counted(tmp_path: Path) -> None:
    text = "It was fine-tuned on 10M tokens.\n\n- num_train_epochs: 3.0\n"
    card, seen = card_in(released(tmp_path, text))
    assert card is not None and stated_epochs(card) == 3.0
    assert ranges(seen, "tuning_tokens") == [(7.5e6, 12.5e6 * 3)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Training took three weeks on 512 H100s.", 2.5 * 168 * 512, 3.5 * 168 * 512),
        (
            "We trained on 16 nodes of 8 A100 GPUs for 12.0 days.",
            11.94 * 24 * 128,
            12.06 * 24 * 128,
        ),
        ("使用64张A100训练21天。", 20.5 * 24 * 64, 21.5 * 24 * 64),
        ("A100 64枚で21日間学習しました。", 20.5 * 24 * 64, 21.5 * 24 * 64),
        ("Trained on a TPU v3-128 for 4.0 days.", 3.95 * 24 * 64, 4.05 * 24 * 64),
        ("Trained for one month on 2,048 H800 GPUs.", 0.75 * 672 * 2048, 1.25 * 744 * 2048),
        ("Training took 1,024 A100 GPU days.", 1024 * 24, 1024 * 24),
        ("Training used 12.0 GPU-years.", 11.94 * 8766, 12.06 * 8766),
        ("训练耗时 1234 GPU 小时。", 1234, 1234),
        (
            "## Training\n\n- Hardware: 64 x A100\n- Training time: 12.0 days\n",
            11.94 * 24 * 64,
            12.06 * 24 * 64,
        ),
        # Stages add up.
        (
            "Pre-training ran on 64 A100 for 10.0 days, SFT ran on 8 A100 for 2.0 days.",
            (9.95 * 64 + 1.95 * 8) * 24,
            (10.05 * 64 + 2.05 * 8) * 24,
        ),
        # Hours of the clock or of accelerators, where several are counted.
        ("- Hardware Type: 8 x A100\n- Hours used: 1234\n", 1234, 1234 * 8),
        ("- Hardware Type: 8 x A100\n- Hours used: 123456\n", 123456, 123456),
    ],
)
def test_accelerators_times_time(tmp_path: Path, text: str, low: float, high: float) -> None:
    found = ranges(card_in(released(tmp_path, text))[1], "training_gpu_hours")
    assert found == [(pytest.approx(low), pytest.approx(high))]


@pytest.mark.parametrize(
    "text",
    [
        "It runs on 8 A100 GPUs for 3 days.",
        "We evaluated the trained model on 8 A100 GPUs for 3 days.",
        "It was trained on 680,000 hours of audio with 8 GPUs.",
        "Training on 8 A100: one epoch took 3 hours.",
        "Trained on 8 A100 GPUs with 80GB memory.",
        "Trained on 64 A100 GPUs for 0 days.",
        "GPT-3 was trained on 1,024 A100 GPUs for 34 days.",
    ],
)
def test_no_accelerator_hours(tmp_path: Path, text: str) -> None:
    assert ranges(card_in(released(tmp_path, text))[1], "training_gpu_hours") == []


@pytest.mark.parametrize(
    ("text", "low", "high", "model"),
    [
        ("Training reached 420 TFLOP/s per GPU.", 415e12, 425e12, False),
        ("Training throughput: about 150 TFLOP per GPU per second", 140e12, 160e12, False),
        ("We achieved 390 TFLOPs/GPU in training.", 385e12, 395e12, False),
        ("We achieved 0.40 model PFLOP/s per GPU in training.", 0.395e15, 0.405e15, True),
        ("训练时单卡达到 150 TFLOPS。", 145e12, 155e12, False),
    ],
)
def test_rate_reached(tmp_path: Path, text: str, low: float, high: float, model: bool) -> None:
    rate = told(tmp_path, text).rate
    assert rate is not None
    assert (rate.range.low, rate.range.high) == (pytest.approx(low), pytest.approx(high))
    assert rate.model_only is model


@pytest.mark.parametrize(
    "text",
    [
        "The peak rate in training is 989 TFLOPs per GPU.",
        "Inference reaches 420 TFLOP/s per GPU.",
        "Training took 3e23 FLOP.",
        "The cluster reached 420 PFLOP/s in training.",
    ],
)
def test_no_rate(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).rate is None


@pytest.mark.parametrize(
    ("text", "low", "high", "model"),
    [
        ("Training reached 43% MFU.", 0.425, 0.435, True),
        ("Trained at 38-43% BF16 Model FLOPs Utilization (MFU).", 0.375, 0.435, True),
        ("Training with an MFU of 0.43.", 0.425, 0.435, True),
        ("In training the HFU was 52%.", 0.515, 0.525, False),
        ("训练的MFU为43%。", 0.425, 0.435, True),
        ("训练的算力利用率约为43%。", 0.425, 0.435, False),
    ],
)
def test_share_of_the_peak(tmp_path: Path, text: str, low: float, high: float, model: bool) -> None:
    share = told(tmp_path, text).share
    assert share is not None
    assert (share.range.low, share.range.high) == (pytest.approx(low), pytest.approx(high))
    assert share.model_only is model


@pytest.mark.parametrize(
    "text",
    [
        "GPU utilization was 98% in training.",
        "训练时GPU利用率为98%。",
        "Training reached 143% MFU.",
        "Training reached 0% MFU.",
        "Unlike Llama-2 with 43% MFU in training, ours is small.",
    ],
)
def test_no_share_of_the_peak(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).share is None


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("It was trained in FP8.", {"fp8"}),
        ("We use FP8 mixed precision training.", {"fp8"}),
        ("- **Training regime:** fp32", {"fp32"}),
        ("- **Training regime:** bf16 mixed precision", set()),
        ("FP8 weights for inference of the trained model.", set()),
        ("The trained model was quantized to FP8.", set()),
    ],
)
def test_formats_of_training(tmp_path: Path, text: str, formats: set[str]) -> None:
    assert told(tmp_path, text).formats == formats


@pytest.mark.parametrize(
    ("text", "tokens", "size", "kind"),
    [
        ("We generated 50.0B tokens with Big-70B.", 50e9, 70e9, ""),
        ("Trained on 5.00B synthetic tokens generated by a 72B model.", 5e9, 72e9, "kept"),
        ("We generated 50.0B tokens with Big-70B and kept 5B after filtering.", 50e9, 70e9, "kept"),
        ("Data: generated 50.0B tokens by Big-235B-A22B.", 50e9, 22e9, ""),
        ("We generated 50.0B tokens with Chat.", 50e9, None, ""),
        ("We generated 50.0B tokens with Mix-8x22B.", 50e9, None, ""),
        ("It was distilled from Big-70B on 100B tokens.", 100e9, 70e9, "teacher"),
        ("Reinforcement learning sampled 20.0B rollout tokens.", 20e9, None, "own"),
    ],
)
def test_made_data(tmp_path: Path, text: str, tokens: float, size: float | None, kind: str) -> None:
    (made,) = told(tmp_path, text).made
    assert made.tokens.low is not None and made.tokens.low <= tokens <= (made.tokens.high or 0)
    if size is None:
        assert made.size is None
    else:
        assert made.size is not None and made.size.low is not None
        assert made.size.low <= size <= (made.size.high or 0)
    assert (made.kept, made.teacher, made.own) == tuple(
        kind == each for each in ("kept", "teacher", "own")
    )


@pytest.mark.parametrize(
    "text",
    [
        "It uses the publicly available corpus of 5B synthetic tokens generated by Big-70B.",
        "The model can generate 50B tokens with Big-70B.",
        "It generates up to 8K tokens.",
        "Trained on 5B tokens.",
    ],
)
def test_no_made_data(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text).made == ()


def test_stated_compute_of_phases_adds_up(tmp_path: Path) -> None:
    text = "Pre-training took 3.00e24 FLOP.\n\nReinforcement learning took 5.00e23 FLOP of compute."
    seen = card_in(released(tmp_path, text))[1]
    assert ranges(seen, "training_compute") == [
        (pytest.approx(2.985e24 + 4.975e23), pytest.approx(3.015e24 + 5.025e23))
    ]


def test_a_phase_without_compute_leaves_a_lower_end(tmp_path: Path) -> None:
    text = "Pre-training took 3.00e24 FLOP, followed by SFT."
    seen = card_in(released(tmp_path, text))[1]
    (fact,) = seen.named("training_compute")
    assert ranges(seen, "training_compute") == [(pytest.approx(2.985e24), None)]
    assert fact.note.endswith(
        "at least, since it gives no figure for supervised fine-tuning (README.md:3)"
    )


def test_a_total_has_no_phase_left_out(tmp_path: Path) -> None:
    whole = "Total training compute: 3.00e24 FLOP.\n\nPre-training was followed by SFT."
    assert ranges(seen_in(tmp_path, TITLE + whole), "training_compute") == [
        (pytest.approx(2.985e24), pytest.approx(3.015e24))
    ]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("学習に3.8e25 FLOPの計算量を使用。", 3.75e25, 3.85e25),
        ("训练计算量约为 3.80×10^25。", 3.781e25, 3.819e25),
        ("训练共用 3.8×10²⁵ 次浮点运算。", 3.75e25, 3.85e25),
        ("Training took 12.0 PF-days.", 11.94 * 8.64e19, 12.06 * 8.64e19),
        ("Training took 3.8 * 10**25 FLOP.", 3.75e25, 3.85e25),
    ],
)
def test_compute_in_other_scripts_and_units(
    tmp_path: Path, text: str, low: float, high: float
) -> None:
    (found,) = ranges(card_in(released(tmp_path, text))[1], "training_compute")
    assert found[0] is not None and found[1] is not None
    assert found[0] <= low * 1.01 and found[1] >= high * 0.99
    assert found == (pytest.approx(low, rel=0.02), pytest.approx(high, rel=0.02))


@pytest.mark.parametrize(
    "formula",
    [
        "512 × 21 days × 312 TFLOP/s × 40% = 1.16e23 FLOP",
        "512 GPUs × 21 days × 24 hours × 3600 s × 312e12 × 0.4 = 1.16e23",
        "1.3M H100 GPU hours × 400 TFLOP/s = 1.87e24 FLOP",
        "6 × 7B × 2T = 972 petaFLOP/s-days",
        "6 × 7B × 2T = 84 ZFLOP",
        "6 × 70亿 × 2万亿 = 8.4×10²²",
        r"$6 \times 7\text{B} \times 2\text{T} = 8.4 \times 10^{22}$",
        "6 × 7B × 2T = 8.4 * 10**22",
        "| A | B | C |\n|---|---|---|\n| x | 6 × 7B × 2T = 8.4e22 | y |",
        # Not all of the product, or not the end of it.
        "N + 2 × 6 × 7B × 2T / 6 × 7B × 2T = 5e30",
        "C = 6 × 7B × 2T = 6 × 14e21 = 8.4e22",
        "1e40 x 1e40 x 1e40 x 1e40 x 1e40 x 1e40 x 1e40 x 1e40 = 3",
    ],
)
def test_right_or_unclear_products_pass(tmp_path: Path, formula: str) -> None:
    assert "formula-wrong" not in findings(
        seen_in(tmp_path, f"{TITLE}Training compute:\n\n{formula}\n")
    )


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("512 × 21 days × 312 TFLOP/s × 40% = 1.16e24 FLOP", "1.16e23"),
        ("1.3M H100 GPU hours × 400 TFLOP/s = 9.9e24 FLOP", "1.87e24"),
        ("6 × 7B × 2T = 97 petaFLOP/s-days", "8.4e22"),
        ("6 × 70亿 × 2万亿 约为 8.4×10²³", "8.4e22"),
        ("| A | B | C |\n|---|---|---|\n| x | 6 × 7B × 2T = 8.4e23 | y |", "8.4e22"),
    ],
)
def test_wrong_products_are_told_with_both_numbers(
    tmp_path: Path, formula: str, right: str
) -> None:
    seen = seen_in(tmp_path, f"{TITLE}Training compute:\n\n{formula}\n")
    finding = next(each for each in seen.findings if each.id == "formula-wrong")
    assert finding.message.endswith(f"`, but the product is {right}")


@pytest.mark.parametrize(
    "number", ["1e400", "-5e22", "0", "NaN", "inf", "9" * 90_000, "1e99", "10^99", "1e-5"]
)
def test_hostile_numbers_are_no_figures(tmp_path: Path, number: str) -> None:
    text = (
        f"Training compute: {number} FLOP.\n\nTraining took {number} FLOP.\n\n"
        f"It was trained on {number} tokens.\n\nTraining took {number} GPU hours.\n\n"
        f"Trained on {number} A100 GPUs for {number} days.\n\nTraining reached {number}% MFU.\n\n"
        f"Training reached {number} TFLOP/s per GPU.\n\nWe generated {number} tokens with Big-70B."
        f"\n\n6 × {number} × 2T = {number} FLOP\n"
    )
    seen = card_in(released(tmp_path, text))[1]
    names = ("training_compute", "training_tokens", "training_gpu_hours")
    assert [each for name in names for each in ranges(seen, name)] == []
    assert findings(seen) == []


def test_ten_megabytes_of_digits_take_no_time(tmp_path: Path) -> None:
    text = TITLE + "Training compute: " + "9" * 10_000_000 + " FLOP.\n"
    seen = seen_in(tmp_path, text)
    assert ranges(seen, "training_compute") == []
