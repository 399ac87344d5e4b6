"""Training compute by each method, and what a fine-tune's own figures never become."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import findings, ranges, seen_in

from weighbridge.facts import Range, Severity, Source
from weighbridge.release.compute import derive_compute
from weighbridge.release.hardware import accelerators, accelerators_in
from weighbridge.release.observations import Observations
from weighbridge.release.training import Training
from weighbridge.text.places import Place

CARD = Place("README.md", 3)
WEIGHTS = Place("model.safetensors")


def seen_with(**values: object) -> Observations:
    """Declared facts, as a card would give them."""
    seen = Observations()
    for name, value in values.items():
        assert isinstance(value, (bool, float, int, str, Range))
        seen.declared(name, value, CARD)
    return seen


Ends = tuple[float | None, float | None]


def derived(seen: Observations, name: str, told: Training | None = None) -> list[Ends]:
    derive_compute(seen, told)
    facts = seen.named(name, Source.DERIVED)
    return [(v.low, v.high) for v in (fact.value for fact in facts) if isinstance(v, Range)]


def near(low: float | None, high: float | None) -> Ends:
    """These ends, as far as six digits go."""
    ends = (None if end is None else pytest.approx(end, rel=1e-5) for end in (low, high))
    return tuple(ends)  # type: ignore[return-value]


def test_formula_with_thirty_percent_either_way() -> None:
    (found,) = derived(seen_with(params_total=7e9, training_tokens=2e12), "training_compute")
    assert found == near(0.7 * 8.4e22, 1.3 * 8.4e22)


def test_the_note_names_formula_and_inputs() -> None:
    seen = seen_with(params_total=7e9, training_tokens=2e12)
    derive_compute(seen)
    (fact,) = seen.named("training_compute")
    assert fact.note == (
        "6 × parameters × tokens, within 30%: 6 × 7,000,000,000 (README.md:3)"
        " × 2,000,000,000,000 (README.md:3)"
    )
    assert fact.place == CARD


def test_ranges_of_inputs_widen_the_result() -> None:
    seen = seen_with(params_total=Range(6.5e9, 7.5e9), training_tokens=Range(1.5e12, None))
    (found,) = derived(seen, "training_compute")
    assert found == near(0.7 * 6 * 6.5e9 * 1.5e12, None)


def test_measured_parameters_go_before_claimed_ones() -> None:
    seen = seen_with(params_total=7e9, training_tokens=1e9)
    seen.measured("params_total", 45_056, WEIGHTS)
    (found,) = derived(seen, "training_compute")
    assert found[1] == pytest.approx(1.3 * 6 * 45_056 * 1e9, rel=1e-5)


def test_experts_count_by_their_active_parameters() -> None:
    seen = seen_with(params_total=16e9, params_active=3e9, training_tokens=1e12)
    (found,) = derived(seen, "training_compute")
    assert found[0] == pytest.approx(0.7 * 6 * 3e9 * 1e12)


def test_experts_of_unknown_activity_give_an_upper_end_only() -> None:
    seen = seen_with(
        params_total=16e9, training_tokens=1e12, model_architecture="MixtralForCausalLM"
    )
    (found,) = derived(seen, "training_compute")
    assert found == near(None, 1.3 * 6 * 16e9 * 1e12)


def test_a_token_may_pass_one_half_of_an_encoder_decoder() -> None:
    seen = seen_with(
        params_total=1e9, training_tokens=1e12, model_architecture="T5ForConditionalGeneration"
    )
    assert derived(seen, "training_compute") == [near(0.7 * 3e21, 1.3 * 6e21)]


def test_hardware_hours() -> None:
    seen = seen_with(training_gpu_hours=1e6, training_hardware="NVIDIA A100")
    (found,) = derived(seen, "training_compute")
    work = 1e6 * 3600 * 312e12
    assert found == near(0.1 * work, 0.6 * work)


def test_hours_on_unnamed_or_unknown_hardware_give_nothing() -> None:
    assert derived(seen_with(training_gpu_hours=1e6), "training_compute") == []
    seen = seen_with(training_gpu_hours=1e6, training_hardware="a big cluster")
    assert derived(seen, "training_compute") == []


@pytest.mark.parametrize("missing", ["params_total", "training_tokens"])
def test_no_method_no_fact(missing: str) -> None:
    values: dict[str, object] = {"params_total": 7e9, "training_tokens": 2e12}
    del values[missing]
    seen = seen_with(**values)
    derive_compute(seen)
    assert seen.named("training_compute") == seen.named("own_compute") == []


def test_own_compute_is_the_whole_only_where_no_base_is_said() -> None:
    values: dict[str, object] = {"params_total": 7e9, "training_tokens": 2e12}
    (own,) = derived(seen_with(**values, has_base_model=False), "own_compute")
    assert own == near(0.7 * 8.4e22, 1.3 * 8.4e22)
    (own,) = derived(seen_with(**values), "own_compute")
    assert own == near(None, 1.3 * 8.4e22)


def test_tuning_belongs_to_the_change_and_not_to_the_whole() -> None:
    seen = seen_with(params_total=7e9, tuning_tokens=1e7, has_base_model=True)
    (own,) = derived(seen, "own_compute")
    assert own == near(0.7 * 4.2e17, 1.3 * 4.2e17)
    assert ranges(seen, "modification_compute") == [own]
    assert seen.named("training_compute") == []


def test_an_adapter_spares_two_of_six_operations() -> None:
    seen = seen_with(params_total=7e9, tuning_tokens=1e7, has_base_model=True, is_adapter=True)
    (own,) = derived(seen, "own_compute")
    assert own == near(0.7 * 4 * 7e16, 1.3 * 6 * 7e16)


def test_base_and_change_make_the_whole() -> None:
    seen = seen_with(base_compute=8e22, modification_compute=1e18, has_base_model=True)
    (whole,) = derived(seen, "training_compute")
    assert whole == near(8.0001e22, 8.0001e22)


def test_a_base_with_an_unknown_change_is_a_lower_end() -> None:
    (whole,) = derived(seen_with(base_compute=8e22, has_base_model=True), "training_compute")
    assert whole == near(8e22, None)


def test_pretraining_told_beside_a_base_is_the_base_s() -> None:
    seen = seen_with(params_total=2e9, training_tokens=6e12, has_base_model=True)
    (base,) = derived(seen, "base_compute")
    assert base[1] == pytest.approx(1.3 * 7.2e22)
    assert seen.named("own_compute") == []


def test_methods_that_meet_are_no_finding() -> None:
    seen = seen_with(
        params_total=7e9,
        training_tokens=2e12,
        training_compute=9e22,
        training_gpu_hours=184_320,
        training_hardware="NVIDIA A100",
    )
    derive_compute(seen)
    assert len(seen.named("training_compute")) == 3
    assert findings(seen) == []


def test_methods_that_do_not_meet_are_named_with_their_ranges() -> None:
    seen = seen_with(params_total=7e9, training_tokens=2e12, training_compute=3.8e25)
    derive_compute(seen)
    (finding,) = seen.findings
    assert finding.id == "compute-methods-disagree"
    assert finding.severity is Severity.HIGH
    assert finding.where == (CARD,)
    assert finding.message == (
        "the methods disagree on `training_compute`: stated gives 3.8e25 FLOP;"
        " 6 × parameters × tokens, within 30% gives 5.88e22 to 1.092e23 FLOP"
    )


def test_from_a_card_to_compute(tmp_path: Path) -> None:
    text = "# Toy\nTrained from scratch. It has 45,056 parameters, trained on 3.0M tokens.\n"
    seen = seen_in(tmp_path, text)
    derive_compute(seen)
    low, high = 0.7 * 6 * 45_056 * 2.95e6, 1.3 * 6 * 45_056 * 3.05e6
    expected = [near(low, high)]
    assert ranges(seen, "training_compute") == ranges(seen, "own_compute") == expected


def test_the_table_of_accelerators_is_whole() -> None:
    table = accelerators()
    names = [name.lower() for each in table for name in each.names]
    assert len(names) == len(set(names))
    for each in table:
        assert each.peak.low is not None and each.peak.high is not None
        assert 1e12 <= each.peak.low <= each.peak.high <= 5e15
        assert each.source
        assert accelerators_in(f"on {each.names[0]} cards") == (each,)


def test_a_name_is_read_as_a_word_of_its_own() -> None:
    assert [each.name for each in accelerators_in("H100-80GB and tpu-v4")] == [
        "NVIDIA H100",
        "Google TPU v4",
    ]
    assert accelerators_in("A1000, GH1001 and XA100Y") == ()
