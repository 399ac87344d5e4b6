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


def test_active_and_trainable_parameters_claimed_and_held() -> None:
    for name, id in (
        ("params_active", "active-params-mismatch"),
        ("params_trainable", "trainable-params-mismatch"),
    ):
        seen = Observations()
        seen.declared(name, 3e9, CARD)
        seen.derived(name, Range(2.9e9, 3.3e9), CONFIG, "by arithmetic")
        assert findings(seen) == []
        seen = Observations()
        seen.declared(name, 13e9, CARD)
        seen.derived(name, Range(2.9e9, 3.3e9), CONFIG, "by arithmetic")
        (finding,) = findings(seen)
        assert (finding.id, finding.severity) == (id, Severity.HIGH)
        assert finding.message == (
            f"13,000,000,000 {name.removeprefix('params_')} parameters are claimed and the files"
            " make 2,900,000,000 to 3,300,000,000"
        )


def test_a_card_of_several_sizes_contradicts_only_what_is_larger() -> None:
    several = Range(None, 75e9)
    assert findings(claimed(several, 7e9)) == []
    assert [each.id for each in findings(claimed(several, 400e9))] == ["params-mismatch"]


def test_a_context_stretched_by_the_config_agrees() -> None:
    def seen() -> Observations:
        made = Observations()
        made.declared("context_length", Range(128_000, 131_072), CARD)
        made.measured("context_length", 32_768, CONFIG)
        return made

    assert [each.id for each in findings(seen())] == ["context-mismatch"]
    assert findings(seen(), rope_scaling={"type": "yarn", "factor": 4.0}) == []
    assert [each.id for each in findings(seen(), rope_scaling={"factor": "4"})] == [
        "context-mismatch"
    ]
    assert [each.id for each in findings(seen(), rope_scaling={"factor": 1e9})] == [
        "context-mismatch"
    ]


@pytest.mark.parametrize(
    ("said", "held", "differ"),
    [
        ("BF16", "BF16", False),
        ("BF16", "BF16, F32", False),
        ("F32", "BF16, F32", False),
        ("F16", "BF16", True),
        ("BF16", "Q4_K, F32", True),
    ],
)
def test_a_number_format_stated_by_the_card(said: str, held: str, differ: bool) -> None:
    seen = Observations()
    seen.declared("weight_dtypes", said, CARD, "as the card states")
    seen.measured("weight_dtypes", held, WEIGHTS)
    found = findings(seen)
    assert [each.id for each in found] == (["dtype-mismatch"] if differ else [])
    if differ:
        first = held.split(",", maxsplit=1)[0]
        assert found[0].message == (
            f"the card says that the weights are `{said}` and most of them are `{first}`"
        )


def test_a_card_and_a_config_that_state_different_formats() -> None:
    seen = Observations()
    seen.declared("weight_dtypes", "F16", CARD, "as the card states")
    seen.declared("weight_dtypes", "BF16", CONFIG, "as the config states")
    assert [each.id for each in findings(seen)] == ["dtype-mismatch"]


def test_a_card_that_says_quantised_over_full_floats() -> None:
    seen = Observations()
    seen.declared("is_quantised", True, CARD)
    seen.measured("is_quantised", False, WEIGHTS)
    (finding,) = findings(seen)
    assert finding.id == "is-quantised-mismatch"


@pytest.mark.parametrize(
    ("base", "architecture", "differ"),
    [
        ("meta-llama/Llama-2-7b-hf", "LlamaForCausalLM", False),
        ("meta-llama/Llama-2-7b-hf", "Qwen2ForCausalLM", True),
        ("Qwen/Qwen2.5-7B", "LlamaForCausalLM", True),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "Qwen2ForCausalLM", False),
        ("org/Qwen-llamafied", "LlamaForCausalLM", False),
        ("01-ai/Yi-1.5-6B", "LlamaForCausalLM", False),
        ("org/unheard-of", "Qwen2ForCausalLM", False),
        ("org/dolphin-7b", "LlamaForCausalLM", False),
        ("qwen/finder-7b", "LlamaForCausalLM", False),
        ("org/gemma3-tuned", "LlamaForCausalLM", True),
    ],
)
def test_the_family_of_the_base_against_the_architecture(
    base: str, architecture: str, differ: bool
) -> None:
    seen = Observations()
    seen.declared("base_model", base, CARD)
    seen.measured("model_architecture", architecture, CONFIG)
    found = findings(seen)
    assert [each.id for each in found] == (["base-architecture-mismatch"] if differ else [])
    if differ:
        assert found[0].message == (
            f"the base model is named `{base}` and the architecture is `{architecture}`"
        )
