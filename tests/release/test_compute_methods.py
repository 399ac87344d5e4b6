"""The methods of training compute beyond the plain formula, each by exact arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.release.cards import card_in, findings, ranges, write_card
from tests.release.test_compute import CARD, WEIGHTS, derived, near, seen_with

from weighbridge.facts import Range, Severity
from weighbridge.release.compute import BaseModel, Estimate, derive_compute
from weighbridge.release.compute.merges import by_bases
from weighbridge.release.hardware import accelerators, accelerators_in
from weighbridge.release.observations import Observations
from weighbridge.release.training import (
    PRETRAINING,
    REINFORCEMENT,
    SUPERVISED,
    Figure,
    Generation,
    Phase,
    Speed,
    Training,
)

HOURS = {"training_gpu_hours": 1e6, "training_hardware": "NVIDIA A100"}
WORK = 1e6 * 3600
SFT = Phase(SUPERVISED, True, CARD)
RL = Phase(REINFORCEMENT, True, CARD)
OF_PRETRAINING = Figure("tokens", PRETRAINING, False)


def speed(low: float, high: float, *, model_only: bool = True) -> Speed:
    return Speed(Range(low, high), model_only, CARD, "words")


def made(tokens: float, size: float | None = 70e9, **kinds: bool) -> Generation:
    kinds = {"teacher": False, "kept": False, "own": False} | kinds
    range_ = None if size is None else Range.exactly(size)
    return Generation(Range.exactly(tokens), range_, place=CARD, words="words", **kinds)


# By the hardware.


def test_a_stated_rate_stands_for_peak_and_share() -> None:
    told = Training(rate=speed(150e12, 160e12))
    (found,) = derived(seen_with(**HOURS), "training_compute", told)
    assert found == near(0.7 * WORK * 150e12, 1.3 * WORK * 160e12)


def test_a_rate_that_may_count_work_done_again_is_taken_down() -> None:
    told = Training(rate=speed(150e12, 160e12, model_only=False))
    (found,) = derived(seen_with(**HOURS), "training_compute", told)
    assert found == near(0.7 * WORK * 0.75 * 150e12, 1.3 * WORK * 160e12)


def test_a_stated_rate_needs_no_known_accelerator() -> None:
    told = Training(rate=speed(150e12, 160e12))
    seen = seen_with(training_gpu_hours=1e6)
    assert derived(seen, "training_compute", told) == [
        near(0.7 * WORK * 150e12, 1.3 * WORK * 160e12)
    ]


@pytest.mark.parametrize(("rate", "used"), [(320e12, True), (340e12, False)])
def test_a_rate_above_the_peak_is_none_of_one_accelerator(rate: float, used: bool) -> None:
    told = Training(rate=speed(rate, rate))
    (found,) = derived(seen_with(**HOURS), "training_compute", told)
    assert (found == near(0.7 * WORK * rate, 1.3 * WORK * rate)) is used


def test_a_stated_share_stands_for_the_usual_one() -> None:
    seen = seen_with(**HOURS)
    told = Training(share=speed(0.4, 0.45))
    (found,) = derived(seen, "training_compute", told)
    assert found == near(0.7 * WORK * 312e12 * 0.4, 1.3 * WORK * 312e12 * 0.45)
    (fact,) = seen.named("training_compute")
    assert fact.note == (
        "accelerator-hours × peak rate × stated utilisation 0.4 to 0.45, within 30%: 1,000,000"
        " (README.md:3) hours × 8.736e13 to 1.825e14 FLOP/s of NVIDIA A100"
    )


def test_a_share_of_all_operations_is_taken_down() -> None:
    told = Training(share=speed(0.4, 0.4, model_only=False))
    (found,) = derived(seen_with(**HOURS), "training_compute", told)
    assert found == near(0.7 * WORK * 312e12 * 0.3, 1.3 * WORK * 312e12 * 0.4)


def test_training_in_eight_bit_has_a_higher_upper_end() -> None:
    values = {"training_gpu_hours": 1e6, "training_hardware": "NVIDIA H20"}
    (found,) = derived(
        seen_with(**values), "training_compute", Training(formats=frozenset({"fp8"}))
    )
    assert found == near(WORK * 0.1 * 148e12, WORK * 0.45 * 296e12)
    (found,) = derived(seen_with(**HOURS), "training_compute", Training(formats=frozenset({"fp8"})))
    assert found == near(WORK * 0.1 * 312e12, WORK * 0.6 * 312e12)  # it has no such unit


def test_training_in_thirty_two_bit_has_a_lower_lower_end() -> None:
    told = Training(formats=frozenset({"fp32"}))
    (found,) = derived(seen_with(**HOURS), "training_compute", told)
    assert found == near(WORK * 0.1 / 16 * 312e12, WORK * 0.6 * 312e12)


def test_mixed_hardware_lies_between_its_kinds() -> None:
    seen = seen_with(training_gpu_hours=1e6, training_hardware="NVIDIA A100, NVIDIA H20")
    (found,) = derived(seen, "training_compute")
    assert found == near(WORK * 0.1 * 148e12, WORK * 0.6 * 312e12)


def test_the_rates_of_eight_bit_are_not_below_those_of_sixteen() -> None:
    for each in accelerators():
        if each.fp8:
            assert each.fp8.low is not None and each.fp8.low >= (each.peak.low or 0)
            assert each.fp8.high is not None and each.fp8.high <= 2.1 * (each.peak.high or 0)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("64 A100s", ["NVIDIA A100"]),
        ("L40s", ["NVIDIA L40S"]),
        ("MI300X and MI325X", ["AMD MI300X", "AMD MI325X"]),
        ("Ascend 910C", []),
        ("TPU v2-8", ["Google TPU v2"]),
        ("Trainium2", ["AWS Trainium2"]),
    ],
)
def test_more_accelerators_by_name(text: str, names: list[str]) -> None:
    assert [each.name for each in accelerators_in(text)] == names


# By the architecture.


def test_experts_that_the_card_tells_of_give_an_upper_end_only() -> None:
    seen = seen_with(params_total=16e9, training_tokens=1e12)
    (found,) = derived(seen, "training_compute", Training(experts=True))
    assert found == near(None, 1.3 * 6 * 16e9 * 1e12)


@pytest.mark.parametrize(
    ("media", "holds"),
    [
        ({"outputs_text": True, "inputs_text": True}, True),
        ({"outputs_text": True, "outputs_image": True, "inputs_text": True}, True),
        ({"outputs_image": True, "inputs_text": True}, False),
        ({"outputs_audio": True}, False),
        ({"outputs_text": True, "inputs_text": False, "inputs_audio": True}, False),
        ({}, True),
    ],
)
def test_the_formula_holds_for_tokens_of_text_alone(media: dict[str, bool], holds: bool) -> None:
    seen = seen_with(params_total=1e9, training_tokens=1e12, **media)
    assert bool(derived(seen, "training_compute")) is holds


# Several phases.


def test_tuning_of_one_own_model_is_a_term_of_the_whole() -> None:
    seen = seen_with(params_total=1e9, training_tokens=1e12, tuning_tokens=1e11)
    (found,) = derived(seen, "training_compute")
    assert found == near(0.7 * 6 * 1.1e21, 1.3 * 6 * 1.1e21)
    (fact,) = seen.named("training_compute")
    assert fact.note == (
        "6 × parameters × tokens, within 30%: 6 × 1,000,000,000 (README.md:3)"
        " × 1,000,000,000,000 (README.md:3) + 6 × 1,000,000,000 (README.md:3)"
        " × 100,000,000,000 (README.md:3)"
    )


def test_a_phase_without_a_figure_leaves_a_lower_end() -> None:
    told = Training(phases=(SFT, RL), figures=(OF_PRETRAINING,))
    seen = seen_with(params_total=1e9, training_tokens=1e12, has_base_model=False)
    assert derived(seen, "training_compute", told) == [near(0.7 * 6e21, None)]
    (fact,) = seen.named("training_compute")
    assert fact.note.endswith(
        "; at least, since the card gives no figure for supervised fine-tuning (README.md:3),"
        " reinforcement learning (README.md:3)"
    )
    assert ranges(seen, "own_compute") == [near(0.7 * 6e21, None)]


def test_phases_with_their_figures_leave_both_ends() -> None:
    figures = (OF_PRETRAINING, Figure("tokens", SUPERVISED, True))
    told = Training(phases=(SFT,), figures=figures)
    seen = seen_with(params_total=1e9, training_tokens=1e12, tuning_tokens=1e9)
    assert derived(seen, "training_compute", told) == [near(0.7 * 6.006e21, 1.3 * 6.006e21)]


def test_tuning_alone_is_at_least_what_the_whole_took() -> None:
    seen = seen_with(params_total=1e9, tuning_tokens=1e9)
    assert derived(seen, "training_compute") == [near(0.7 * 6e18, None)]
    assert seen.named("own_compute") == []


def test_hours_of_all_close_what_the_phases_leave_open(tmp_path: Path) -> None:
    text = (
        "# Toy\n\nIt has 1.00B parameters, pre-trained on 1.00T tokens, followed by SFT.\n\n"
        "Training took 100,123 A100 GPU hours.\n"
    )
    (tmp_path / "toy").mkdir()
    write_card(tmp_path / "toy", text)
    card, seen = card_in(tmp_path / "toy")
    assert card is not None
    derive_compute(seen, card.training)
    low, high = 0.7 * 6 * 0.995e9 * 0.995e12, 100_123 * 3600 * 0.6 * 312e12
    assert ranges(seen, "training_compute")[0] == near(low, None)
    assert ranges(seen, "own_compute") == [near(None, high)]
    assert findings(seen) == []


def test_a_tuning_phase_without_a_figure_leaves_the_change_open() -> None:
    told = Training(phases=(SFT, RL), figures=(Figure("tokens", SUPERVISED, True),))
    seen = seen_with(params_total=7e9, tuning_tokens=1e9, has_base_model=True)
    assert derived(seen, "modification_compute", told) == [near(0.7 * 4.2e19, None)]


# Made data.


def test_forward_passes_of_the_model_that_made_data() -> None:
    told = Training(made=(made(50e9),))
    seen = seen_with(params_total=1e9, training_tokens=1e12)
    passes = 2 * 70e9 * 50e9
    assert derived(seen, "generation_compute", told) == [near(0.7 * passes, 1.3 * passes)]
    # The whole holds it or not: some yardsticks count it.
    assert ranges(seen, "training_compute") == [near(0.7 * 6e21, 1.3 * 6e21 + 1.3 * passes)]
    (fact,) = seen.named("generation_compute")
    assert fact.note == (
        "2 × parameters × tokens made, within 30%:"
        " 2 × 70,000,000,000 × 50,000,000,000 (README.md:3)"
    )


def test_what_was_kept_is_a_lower_end() -> None:
    told = Training(made=(made(50e9, kept=True),))
    seen = seen_with(params_total=1e9, training_tokens=1e12)
    assert derived(seen, "generation_compute", told) == [near(0.7 * 2 * 70e9 * 50e9, None)]
    assert ranges(seen, "training_compute") == [near(0.7 * 6e21, 1.3 * 6e21)]


def test_passes_of_a_teacher_may_count() -> None:
    told = Training(made=(made(50e9, teacher=True),))
    passes = 2 * 70e9 * 50e9
    assert derived(seen_with(), "generation_compute", told) == [near(None, 1.3 * passes)]


def test_answers_of_its_own_pass_its_own_parameters() -> None:
    told = Training(made=(made(50e9, None, own=True),))
    seen = seen_with(params_total=1e9)
    assert derived(seen, "generation_compute", told) == [near(0.7 * 1e20, 1.3 * 1e20)]


def test_a_maker_of_unknown_size_gives_nothing() -> None:
    told = Training(made=(made(50e9, None),))
    assert derived(seen_with(), "generation_compute", told) == []


def test_made_data_without_an_amount_is_told_where_an_upper_end_stands() -> None:
    told = Training(made_at=CARD)
    seen = seen_with(params_total=1e9, training_tokens=1e12)
    derive_compute(seen, told)
    (finding,) = seen.findings
    assert (finding.id, finding.severity) == ("made-data-not-counted", Severity.LOW)
    assert finding.message == (
        "the card speaks of training data that a model made and not of how much:"
        " what making it took is not counted"
    )
    seen = seen_with(params_total=1e9)
    derive_compute(seen, told)
    assert findings(seen) == []


def test_made_data_is_no_part_of_a_change() -> None:
    told = Training(made=(made(50e9),))
    seen = seen_with(params_total=7e9, tuning_tokens=1e9, has_base_model=True)
    assert derived(seen, "modification_compute", told) == [near(0.7 * 4.2e19, 1.3 * 4.2e19)]


# Merges and bases.

A = BaseModel("a", Range.exactly(5e22), "x", Range.exactly(4e22), Range.exactly(1e22))
B = BaseModel("b", Range.exactly(6e22), "x", Range.exactly(4e22), Range.exactly(2e22))


@pytest.mark.parametrize(
    ("bases", "low", "high"),
    [
        ((A,), 5e22, 5e22),
        ((A, A), 5e22, 5e22),
        ((A, B), 7e22, 7e22),  # the ancestor once
        ((replace(A, base="y"), B), 6e22, 11e22),
        ((replace(A, base=None), replace(B, base=None)), 6e22, 11e22),
        ((replace(A, base=""), replace(B, base="")), 11e22, 11e22),
        ((replace(A, added=None), B), 6e22, 11e22),
        ((A, replace(B, whole=None, added=None)), 5e22, None),
        ((BaseModel("x", Range.exactly(4e22)), A), 5e22, 5e22),  # within the other already
    ],
)
def test_bases_count_once(bases: tuple[BaseModel, ...], low: float, high: float | None) -> None:
    estimate = by_bases(bases)
    assert estimate is not None
    assert (estimate.range.low, estimate.range.high) == near(low, high)


def test_bases_of_unknown_compute_give_nothing() -> None:
    assert by_bases(()) is None
    assert by_bases((replace(A, whole=None),)) is None


def test_bases_reach_the_whole() -> None:
    seen = seen_with(has_base_model=True, modification_compute=1e20)
    derive_compute(seen, bases=(A, B))
    assert ranges(seen, "base_compute") == [near(7e22, 7e22)]
    assert ranges(seen, "training_compute") == [near(7.01e22, 7.01e22)]


def merge(**values: object) -> Observations:
    seen = seen_with(has_base_model=True, params_total=6e9, **values)
    seen.measured("model_architecture", "LlamaForCausalLM", WEIGHTS)
    seen.declared("base_model", "a/b, c/d", CARD, "the models merged")
    return seen


def test_merging_alone_takes_next_to_nothing() -> None:
    assert derived(merge(), "modification_compute") == [near(None, 1000 * 2 * 6e9)]


@pytest.mark.parametrize(
    ("values", "told"),
    [({}, Training(phases=(SFT,))), ({"tuning_tokens": 1e9}, Training())],
)
def test_a_merge_that_was_tuned_is_no_merge_alone(
    values: dict[str, object], told: Training
) -> None:
    found = derived(merge(**values), "modification_compute", told)
    assert near(None, 1000 * 2 * 6e9) not in found


@pytest.mark.parametrize(("stated", "severity"), [(9.9e23, "medium"), (1.2e24, "high")])
def test_far_apart_is_more_than_ten_times(stated: float, severity: str) -> None:
    seen = seen_with(params_total=7e9, training_tokens=2e12, training_compute=stated)
    derive_compute(seen)
    (finding,) = seen.findings
    assert (finding.id, finding.severity) == ("compute-methods-disagree", Severity(severity))


# What comparing weights hands in.


def test_a_measured_lower_end_of_the_change_joins_the_rest() -> None:
    change = Estimate(Range(3e18, None), "rank of the difference: at least", (WEIGHTS,))
    seen = seen_with(has_base_model=True, params_total=7e9, tuning_tokens=1e8, base_compute=1e22)
    derive_compute(seen, change=change)
    assert ranges(seen, "modification_compute") == [
        near(0.7 * 4.2e18, 1.3 * 4.2e18),
        near(3e18, None),
    ]
    assert ranges(seen, "training_compute") == [near(1e22 + 3e18, 1e22 + 1.3 * 4.2e18)]
    assert findings(seen) == []


def test_a_measured_lower_end_above_what_is_told_is_a_finding() -> None:
    change = Estimate(Range(9e20, None), "rank of the difference: at least", (WEIGHTS,))
    seen = seen_with(has_base_model=True, params_total=7e9, tuning_tokens=1e8)
    derive_compute(seen, change=change)
    (finding,) = seen.findings
    assert (finding.id, finding.severity) == ("compute-methods-disagree", Severity.HIGH)
    assert finding.message == (
        "the methods disagree on `own_compute`: 6 × parameters × tokens, within 30% gives 2.94e18"
        " to 5.46e18 FLOP; rank of the difference gives at least 9e20 FLOP"
    )
    assert finding.where == (CARD, WEIGHTS)


def test_an_open_end_that_was_measured_is_closed_by_the_rest() -> None:
    seen = seen_with(has_base_model=True, modification_compute=5e18, base_compute=1e22)
    seen.measured("modification_compute", Range(3e18, None), WEIGHTS)
    derive_compute(seen)
    assert ranges(seen, "training_compute") == [near(1e22 + 5e18, 1e22 + 5e18)]
