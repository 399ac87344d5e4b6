from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.release.building import Seen, write_json, write_safetensors

from weighbridge.facts import Finding, Range, Severity
from weighbridge.release.crosscheck import crosscheck
from weighbridge.release.observations import Observations
from weighbridge.release.settings import Document, Settings
from weighbridge.release.tolerance import close, factor, gap
from weighbridge.text.places import Place

CARD = Place("README.md", 3)
WEIGHTS = Place("model.safetensors")
CONFIG = Place("config.json", 7)


def findings(seen: Observations, **config: Any) -> list[Finding]:
    crosscheck(Settings(Document("config.json", config)) if config else Settings(), seen)
    return seen.findings


def claimed(claim: float | Range, held: float | Range) -> Observations:
    seen = Observations()
    seen.declared("params_total", claim, CARD)
    seen.measured("params_total", held, WEIGHTS)
    return seen


def test_seven_billion_claimed_over_forty_five_thousand() -> None:
    (finding,) = findings(claimed(7e9, 45_056))
    assert finding.id == "params-mismatch"
    assert finding.severity is Severity.HIGH
    assert finding.message == "7,000,000,000 parameters are claimed and the weights hold 45,056"
    assert [str(place) for place in finding.where] == ["README.md:3", "model.safetensors"]


@pytest.mark.parametrize(
    ("claim", "held", "severity"),
    [
        (7e9, 6_738_415_616, None),
        (7e9, 7e9 / 1.099, None),
        (7e9, 7e9 / 1.11, Severity.MEDIUM),
        (7e9, 7e9 / 1.21, Severity.HIGH),
        (6.74e9, 6_738_415_616, None),
        (6.74e9, 6.74e9 / 1.06, Severity.MEDIUM),
        (1e9, 1.3e9, Severity.HIGH),
        (8e9, 1_334_628_352, Severity.HIGH),
        (Range(1e9, 8e9), 2e9, None),
        (Range(7.5e9, 8.5e9), 8.4e9, None),
        (Range(7.5e9, 8.5e9), 7.3e9, None),
        (Range(7.5e9, 8.5e9), 7e9, Severity.MEDIUM),
        (Range(7.5e9, 8.5e9), 1_334_628_352, Severity.HIGH),
        (7e9, Range(6e9, 8e9), None),
        (7e9, Range(1e9, None), None),
    ],
)
def test_rounding_is_no_contradiction(
    claim: float | Range, held: float | Range, severity: Severity | None
) -> None:
    assert [each.severity for each in findings(claimed(claim, held))] == (
        [severity] if severity else []
    )


def test_a_rounded_claim_is_told_as_it_was_written() -> None:
    (finding,) = findings(claimed(Range(6.5e9, 7.5e9), 45_056))
    assert finding.message == (
        "about 7,000,000,000 parameters are claimed and the weights hold 45,056"
    )


def test_one_of_several_claims_is_enough() -> None:
    seen = claimed(70e9, 6_738_415_616)
    seen.declared("params_total", 7e9, Place("README.md", 9))
    assert findings(seen) == []


def test_an_adapter_may_name_the_size_of_its_base() -> None:
    seen = claimed(7e9, 45_056)
    seen.measured("is_adapter", True, Place("adapter_config.json"))
    assert findings(seen) == []


def test_the_active_parameters_explain_a_smaller_claim() -> None:
    seen = claimed(3e9, 30.5e9)
    seen.derived("params_active", Range(2.9e9, 3.3e9), CONFIG, "by arithmetic")
    assert findings(seen) == []


def test_packing_explains_a_larger_claim_and_never_a_smaller_one() -> None:
    packed, other = claimed(7e9, 1e9), claimed(1e9, 7e9)
    for seen in (packed, other):
        seen.measured("is_quantised", True, CONFIG)
    assert findings(packed) == []
    assert [each.id for each in findings(other)] == ["params-mismatch"]


def test_a_name_may_leave_out_the_input_layer() -> None:
    config = {"vocab_size": 256_000, "hidden_size": 2048}
    assert findings(claimed(2e9, 2_506_172_416), **config) == []
    assert [each.id for each in findings(claimed(2e9, 2_506_172_416))] == ["params-mismatch"]


def test_context_claimed_and_configured() -> None:
    seen = Observations()
    seen.declared("context_length", 128_000, CARD)
    seen.measured("context_length", 131_072, CONFIG)
    assert findings(seen) == []
    seen = Observations()
    seen.declared("context_length", 32_768, CARD)
    seen.measured("context_length", 4096, CONFIG)
    (finding,) = findings(seen)
    assert finding.message == ("a context of 32,768 tokens is claimed and the config gives 4,096")


def test_config_arithmetic_against_the_weights(tmp_path: Path) -> None:
    config = {
        "model_type": "llama",
        "hidden_size": 64,
        "intermediate_size": 192,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 320,
    }
    write_json(tmp_path / "config.json", config)
    write_safetensors(tmp_path / "model.safetensors", {"w": ("BF16", (1000, 10))})
    seen = Seen(tmp_path)
    crosscheck(seen.settings, seen.observations)
    (finding,) = [f for f in seen.observations.findings if f.id == "config-weights-mismatch"]
    assert finding.severity is Severity.HIGH
    assert "the weights hold 10,000, more than 5% apart" in finding.message
    assert [place.file for place in finding.where] == ["config.json", "model.safetensors"]


def test_config_arithmetic_that_agrees_is_silent(tmp_path: Path) -> None:
    config = {
        "model_type": "llama",
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "vocab_size": 4,
    }
    write_json(tmp_path / "config.json", config)
    write_safetensors(tmp_path / "model.safetensors", {"w": ("BF16", (536,))})
    seen = Seen(tmp_path)
    crosscheck(seen.settings, seen.observations)
    assert seen.ids() == []


def test_a_config_that_states_another_number_format() -> None:
    seen = Observations()
    seen.measured("weight_dtypes", "F32, I64", WEIGHTS)
    (finding,) = findings(seen, torch_dtype="bfloat16")
    assert finding.id == "dtype-mismatch"
    assert [place.file for place in finding.where] == ["config.json", "model.safetensors"]
    seen = Observations()
    seen.measured("weight_dtypes", "BF16, F32", WEIGHTS)
    assert findings(seen, torch_dtype="torch.bfloat16") == []


@pytest.mark.parametrize(
    ("card", "adapter", "differ"),
    [
        ("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b-hf", False),
        ("THUDM/glm-4-9b-chat", "glm-4-9b-chat", False),
        ("org/My_Model.v2", "other/my-model-v2", False),
        ("a/one, a/two", "a/two", False),
        ("mistralai/Mistral-7B-v0.1", "meta-llama/Llama-2-7b-hf", True),
    ],
)
def test_base_models_named_by_two_files(card: str, adapter: str, differ: bool) -> None:
    seen = Observations()
    seen.declared("base_model", card, CARD)
    seen.declared("base_model", adapter, Place("adapter_config.json", 4))
    found = findings(seen)
    assert [each.id for each in found] == (["base-model-mismatch"] if differ else [])
    if differ:
        assert card in found[0].message
        assert adapter in found[0].message
        assert len(found[0].where) == 2


@pytest.mark.parametrize(
    ("stated", "derived", "severity"),
    [
        (8e22, Range(7e22, 9e22), None),
        (8.8e22, Range(7e22, 8.5e22), None),
        (3.8e25, Range(7e22, 9e22), Severity.HIGH),
        (2e23, Range(7e22, 9e22), Severity.MEDIUM),
    ],
)
def test_compute_stated_and_worked_out(
    stated: float, derived: Range, severity: Severity | None
) -> None:
    seen = Observations()
    seen.declared("training_compute", stated, CARD)
    seen.derived("training_compute", derived, None, "6·N·D")
    found = findings(seen)
    assert [(each.id, each.severity) for each in found] == (
        [("compute-mismatch", severity)] if severity else []
    )


def test_a_card_that_says_another_modality_than_the_config() -> None:
    seen = Observations()
    seen.declared("outputs_audio", True, CARD)
    seen.derived("outputs_audio", False, CONFIG, "a language model")
    (finding,) = findings(seen)
    assert finding.id == "modality-mismatch"
    assert finding.message == ("`README.md` says yes to `outputs_audio` and `config.json` says no")


def test_the_licence_reader_compares_its_own_flags() -> None:
    seen = Observations()
    seen.declared("licence_non_commercial", True, CARD)
    seen.declared("licence_non_commercial", False, Place("LICENSE"))
    assert findings(seen) == []


def test_nothing_seen_is_nothing_found() -> None:
    assert findings(Observations()) == []


def test_gaps_and_factors() -> None:
    one, two = Range(10, 20), Range(30, 40)
    assert gap(one, two) == pytest.approx(1 / 3)
    assert gap(two, one) == pytest.approx(0.5)
    assert gap(one, Range(15, None)) == 0
    assert gap(one, Range(0, 0)) == float("inf")
    assert factor(one, two) == pytest.approx(1.5)
    assert close(Range.exactly(7e9), Range.exactly(6.4e9))
    assert not close(Range.exactly(7.01e9), Range.exactly(6.4e9))
