from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.release.building import TINY, Seen, write_json, write_safetensors

from weighbridge.facts import Range, Source
from weighbridge.release.arithmetic import count_from_config
from weighbridge.release.modality import MEDIA, modalities, modality_of

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "vocab_size": 32000,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
}
GPT2 = {
    "model_type": "gpt2",
    "n_embd": 768,
    "n_layer": 12,
    "n_head": 12,
    "n_positions": 1024,
    "vocab_size": 50257,
}
PYTHIA = {
    "model_type": "gpt_neox",
    "hidden_size": 512,
    "intermediate_size": 2048,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "vocab_size": 50304,
    "tie_word_embeddings": False,
}
MIXTRAL = {
    "model_type": "mixtral",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 32000,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
}
DEEPSEEK_V3 = {
    "model_type": "deepseek_v3",
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "moe_intermediate_size": 2048,
    "num_hidden_layers": 61,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "vocab_size": 129280,
    "q_lora_rank": 1536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "num_experts_per_tok": 8,
    "first_k_dense_replace": 3,
}


def with_config(path: Path, **config: Any) -> Seen:
    write_json(path / "config.json", config)
    return Seen(path)


@pytest.mark.parametrize(
    ("config", "published"),
    [
        (LLAMA, 6_738_415_616),
        (GPT2, 124_439_808),
        (PYTHIA, 70_426_624),
        (MIXTRAL, 46_702_792_704),
    ],
    ids=["llama", "gpt2", "gpt_neox", "mixtral"],
)
def test_arithmetic_gives_the_published_count(config: dict[str, Any], published: int) -> None:
    count = count_from_config(config)
    assert count is not None
    assert count.total == published


def test_experts_at_work_are_counted_apart() -> None:
    mixtral, deepseek = count_from_config(MIXTRAL), count_from_config(DEEPSEEK_V3)
    assert mixtral is not None
    assert deepseek is not None
    assert (mixtral.active_low, mixtral.active_high) == (12_748_853_248, 12_879_925_248)
    assert deepseek.total == pytest.approx(671e9, rel=0.002)
    assert deepseek.active_low <= 37e9 <= deepseek.active_high


def test_the_active_count_is_recorded_for_experts_only(tmp_path: Path) -> None:
    dense = with_config(tmp_path / "dense", **LLAMA)
    mixed = with_config(tmp_path / "mixed", **MIXTRAL)
    assert dense.value("params_active") is None
    active = mixed.fact("params_active")
    assert active.source is Source.DERIVED
    assert isinstance(active.value, Range)
    assert active.value.low is not None
    assert active.value.low < 12.9e9


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "unheard_of"},
        {"model_type": 7},
        {"hidden_size": 0},
        {"hidden_size": -4096},
        {"hidden_size": "4096"},
        {"hidden_size": True},
        {"vocab_size": None},
        {"num_hidden_layers": 2**52, "hidden_size": 2**52},
        {"num_attention_heads": [32]},
    ],
)
def test_nothing_is_worked_out_from_nonsense(change: dict[str, Any], tmp_path: Path) -> None:
    seen = with_config(tmp_path, **{**LLAMA, **change})
    assert seen.value("params_total") is None


def test_architecture_context_and_their_lines(tmp_path: Path) -> None:
    seen = with_config(tmp_path, **LLAMA)
    assert seen.value("model_architecture") == "LlamaForCausalLM"
    assert str(seen.fact("model_architecture").place) == "config.json:2"
    assert seen.value("context_length") == Range.exactly(4096)
    assert str(seen.fact("context_length").place) == "config.json:12"
    assert seen.value("architecture_public") is True


def test_a_nested_text_config_is_the_language_model(tmp_path: Path) -> None:
    seen = with_config(
        tmp_path,
        architectures=["Gemma3ForConditionalGeneration"],
        model_type="gemma3",
        text_config={"hidden_size": 8, "num_hidden_layers": 2, "max_position_embeddings": 99},
    )
    assert seen.value("context_length") == Range.exactly(99)
    assert seen.value("architecture_public") is True
    assert seen.value("inputs_image") is True


def test_a_name_alone_describes_no_architecture(tmp_path: Path) -> None:
    seen = with_config(tmp_path, architectures=["LlamaForCausalLM"])
    assert seen.value("architecture_public") is None


@pytest.mark.parametrize(
    ("architecture", "inputs", "outputs", "narrow"),
    [
        ("LlamaForCausalLM", {"text"}, {"text"}, None),
        ("WhisperForConditionalGeneration", {"audio"}, {"text"}, True),
        ("T5ForConditionalGeneration", {"text"}, {"text"}, None),
        ("Qwen2VLForConditionalGeneration", {"text", "image", "video"}, {"text"}, None),
        ("BertForSequenceClassification", {"text"}, set(), True),
        ("ViTForImageClassification", {"image"}, set(), True),
        ("BertModel", {"text"}, set(), None),
        ("VitsModel", {"text"}, {"audio"}, None),
        ("StableDiffusionXLPipeline", {"text"}, {"image"}, None),
        ("FluxPipeline", {"text"}, {"image"}, None),
        ("StableDiffusionUpscalePipeline", {"image"}, {"image"}, True),
        ("CogVideoXPipeline", set(), {"video"}, None),
        ("SomethingNewForCausalLM", {"text"}, {"text"}, None),
    ],
)
def test_modality_by_architecture(
    architecture: str, inputs: set[str], outputs: set[str], narrow: bool | None, tmp_path: Path
) -> None:
    seen = with_config(tmp_path, architectures=[architecture])
    assert {m for m in MEDIA if seen.value(f"inputs_{m}") is True} == inputs
    assert {m for m in MEDIA if seen.value(f"outputs_{m}") is True} == outputs
    assert seen.value("narrow_task") is narrow
    assert all(fact.source is Source.DERIVED for fact in seen.observations.named("outputs_text"))


def test_an_unknown_language_model_may_do_more_than_text(tmp_path: Path) -> None:
    known = with_config(tmp_path / "known", architectures=["LlamaForCausalLM"])
    new = with_config(tmp_path / "new", architectures=["SomethingNewForCausalLM"])
    assert known.value("outputs_image") is False
    assert new.value("outputs_image") is None


def test_an_unknown_architecture_says_nothing(tmp_path: Path) -> None:
    seen = with_config(tmp_path, architectures=["MyOwnThing"])
    assert seen.value("outputs_text") is None
    assert modality_of("MyOwnThing") is None


def test_every_row_of_the_table_can_match_something() -> None:
    for row in modalities():
        sample = row.patterns[0].replace("*", "X")
        assert modality_of(sample) is row, row.patterns


@pytest.mark.parametrize(
    ("value", "is_quantised"),
    [
        ({"quant_method": "gptq", "bits": 4}, True),
        ({"load_in_4bit": True}, True),
        ({"quant_method": "fp8"}, None),
        ({}, None),
        (None, None),
        ("yes", None),
    ],
)
def test_quantisation_by_config(value: object, is_quantised: bool | None, tmp_path: Path) -> None:
    seen = with_config(tmp_path, quantization_config=value)
    assert seen.value("is_quantised") is is_quantised


def test_a_config_that_speaks_of_quantisation_over_full_floats(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    seen = with_config(tmp_path, quantization_config={"quant_method": "gptq"})
    assert seen.ids() == ["quantisation-mismatch"]
    assert [fact.value for fact in seen.observations.named("is_quantised")] == [False]


def test_a_base_on_somebodys_disk(tmp_path: Path) -> None:
    write_json(
        tmp_path / "adapter_config.json",
        {"peft_type": "LORA", "base_model_name_or_path": "/data/models/glm-4-9b-chat/"},
    )
    seen = Seen(tmp_path)
    assert seen.value("base_model") == "glm-4-9b-chat"
    assert seen.value("has_base_model") is True
    assert seen.ids() == ["base-model-local-path"]


def test_an_adapter_without_a_base_still_has_one(tmp_path: Path) -> None:
    write_json(tmp_path / "adapter_config.json", {"peft_type": "LORA"})
    seen = Seen(tmp_path)
    assert seen.value("base_model") is None
    assert seen.value("has_base_model") is True


def test_an_adapter_beside_a_whole_model_does_not_make_it_one(tmp_path: Path) -> None:
    write_json(tmp_path / "extra" / "adapter_config.json", {"base_model_name_or_path": "a/b"})
    seen = with_config(tmp_path, **LLAMA)
    assert seen.value("is_adapter") is None


def test_a_merge_names_all_its_models(tmp_path: Path) -> None:
    (tmp_path / "mergekit_config.yml").write_text(
        "slices:\n  - sources:\n      - model: a/one\n      - model: a/two\n"
        "merge_method: slerp\nbase_model: a/one\n"
    )
    seen = Seen(tmp_path)
    assert seen.value("base_model") == "a/one, a/two"
    assert seen.value("has_base_model") is True
    assert str(seen.fact("base_model").place) == "mergekit_config.yml:6:13"


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x", "models: [", "a: 1\na: 2", "- " * 3000, "!!python/object:os.x {}"]
)
def test_a_hostile_merge_file_is_a_finding(text: str, tmp_path: Path) -> None:
    (tmp_path / "mergekit_config.yml").write_text(text)
    seen = Seen(tmp_path)
    assert seen.ids() == ["unreadable-file"]
    assert seen.value("base_model") is None


def test_a_tokenizer_larger_than_the_model(tmp_path: Path) -> None:
    vocabulary = {str(number): number for number in range(12)}
    write_json(tmp_path / "tokenizer.json", {"model": {"vocab": vocabulary}})
    seen = with_config(tmp_path, vocab_size=10)
    assert seen.messages("vocabulary-mismatch") == [
        "the tokenizer knows 12 words and the config allows 10"
    ]


def test_the_config_of_a_pipelines_part_is_not_the_models(tmp_path: Path) -> None:
    write_json(tmp_path / "model_index.json", {"_class_name": "FluxPipeline"})
    write_json(tmp_path / "text_encoder" / "config.json", {"architectures": ["CLIPTextModel"]})
    seen = Seen(tmp_path)
    assert seen.value("model_architecture") == "FluxPipeline"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a": 1, "a": 2}',
        '{"architectures": "x", "a": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"hidden_size": 1e999}',
        '{"n": ' + "9" * 5000 + "}",
        "\udcff",
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "adapter_config.json",
        "model_index.json",
        "generation_config.json",
        "tokenizer_config.json",
    ],
)
def test_an_unreadable_config_is_a_finding_and_the_rest_is_read(
    name: str, text: str, tmp_path: Path
) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    seen = Seen(tmp_path)
    assert seen.ids() == ["unreadable-file"]
    assert name in seen.messages("unreadable-file")[0]
    assert seen.value("tensor_count") == Range.exactly(3)


@pytest.mark.parametrize(
    "config",
    [
        {"architectures": [None]},
        {"architectures": {"a": 1}},
        {"architectures": ["\u202e\x1b[2J"]},
        {"architectures": ["\ud800"], "max_position_embeddings": "long"},
        {"torch_dtype": 5, "quantization_config": [1]},
        {"text_config": [], "max_position_embeddings": 10**30},
        {"model_type": "dbrx", "ffn_config": 3, "attn_config": "x", "n_heads": 1},
    ],
)
def test_wrong_types_in_a_config_are_passed_over(config: dict[str, Any], tmp_path: Path) -> None:
    seen = with_config(tmp_path, **config)
    for fact in seen.observations.facts:
        assert not isinstance(fact.value, str) or fact.value.isprintable()
    assert seen.value("context_length") is None


def test_patterns_of_the_table_fit_as_a_shell_reads_them() -> None:
    from fnmatch import fnmatchcase

    from weighbridge.release.modality import _fits, modalities

    patterns = {pattern for row in modalities() for pattern in row.patterns}
    names = {
        pattern.replace("*", filling) for pattern in patterns for filling in ("", "X", "Img2Img")
    }
    for name in names:
        assert {p for p in patterns if _fits(name, p)} == {
            p for p in patterns if fnmatchcase(name, p)
        }
