from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.release.building import TINY, TINY_COUNT, Seen, pointer, write_json, write_safetensors

from weighbridge.facts import Range, Severity, Source

NAMES = list(TINY)
SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
SIZE = 2 * TINY_COUNT


def index_value(**metadata: Any) -> dict[str, Any]:
    weight_map = {NAMES[0]: SHARDS[0], NAMES[1]: SHARDS[1], NAMES[2]: SHARDS[1]}
    return {"metadata": {"total_size": SIZE, **metadata}, "weight_map": weight_map}


def sharded(path: Path, **metadata: Any) -> Path:
    """Two shards and their index; returns the index's path."""
    write_safetensors(path / SHARDS[0], {NAMES[0]: TINY[NAMES[0]]})
    write_safetensors(path / SHARDS[1], {name: TINY[name] for name in NAMES[1:]})
    index = path / "model.safetensors.index.json"
    write_json(index, index_value(**metadata))
    return index


def test_the_shards_of_an_index_are_summed_once(tmp_path: Path) -> None:
    sharded(tmp_path)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)
    assert seen.fact("params_total").source is Source.MEASURED
    assert seen.ids() == []


def test_numbered_shards_need_no_index(tmp_path: Path) -> None:
    sharded(tmp_path).unlink()
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)
    assert seen.ids() == []


def test_two_documents_glued_together(tmp_path: Path) -> None:
    index = sharded(tmp_path)
    text = index.read_text()
    index.write_text(text + "\n=======\n" + text)
    seen = Seen(tmp_path)
    (message,) = seen.messages("index-glued")
    assert message == (
        "the index is several documents glued together: only the first was used, and"
        " `=======` follows it"
    )
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


@pytest.mark.parametrize(
    ("stated", "message", "severity"),
    [
        (0, "the index states a total size of `0` bytes", Severity.MEDIUM),
        (-5, "the index states a total size of `-5` bytes", Severity.MEDIUM),
        ("big", "the index states a total size of `big` bytes", Severity.MEDIUM),
        (
            float(SIZE),
            f"the index states its total size as the fraction `{float(SIZE)!r}`",
            Severity.LOW,
        ),
        (
            10 * SIZE,
            f"the index states {10 * SIZE:,} bytes and its shards hold {SIZE:,}",
            Severity.MEDIUM,
        ),
    ],
)
def test_a_wrong_total_size_is_said(
    stated: object, message: str, severity: Severity, tmp_path: Path
) -> None:
    sharded(tmp_path, total_size=stated)
    seen = Seen(tmp_path)
    (finding,) = [each for each in seen.observations.findings if each.id == "index-size-wrong"]
    assert (finding.message, finding.severity) == (message, severity)
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


def test_missing_shards_are_counted_and_named(tmp_path: Path) -> None:
    sharded(tmp_path)
    (tmp_path / SHARDS[1]).unlink()
    write_json(tmp_path / "config.json", {"torch_dtype": "bfloat16"})
    seen = Seen(tmp_path)
    (finding,) = [each for each in seen.observations.findings if each.id == "shards-missing"]
    assert finding.message == (
        f"1 shard is missing, such as `{SHARDS[1]}`, named by `model.safetensors.index.json`"
    )
    assert finding.severity is Severity.HIGH
    total = seen.fact("params_total")
    assert total.value == Range.exactly(TINY_COUNT)
    assert total.source is Source.DERIVED
    assert seen.value("weight_bytes") is None


def test_a_missing_shard_without_an_index_is_noticed(tmp_path: Path) -> None:
    write_safetensors(tmp_path / SHARDS[0], TINY)
    seen = Seen(tmp_path)
    assert "shards-missing" in seen.ids()
    assert seen.value("params_total") == Range(TINY_COUNT, None)


@pytest.mark.parametrize(
    "outside", ["../secret.safetensors", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", ""]
)
def test_an_index_cannot_point_outside(outside: str, tmp_path: Path) -> None:
    release = tmp_path / "release"
    index = sharded(release)
    write_safetensors(tmp_path / "secret.safetensors", {"secret": ("F32", (1000,))})
    value = json.loads(index.read_text())
    value["weight_map"]["more"] = outside
    write_json(index, value)
    seen = Seen(release)
    (finding,) = [each for each in seen.observations.findings if each.id == "index-leaves-folder"]
    assert finding.severity is Severity.HIGH
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


def test_tensors_that_only_the_index_knows(tmp_path: Path) -> None:
    index = sharded(tmp_path)
    value = json.loads(index.read_text())
    value["weight_map"]["ghost"] = SHARDS[0]
    write_json(index, value)
    (message,) = Seen(tmp_path).messages("index-tensors-differ")
    assert message == ("the index lists 4 tensors and its shards hold 3: `ghost` is in one only")


@pytest.mark.parametrize("text", ["[]", "{}", '{"weight_map": []}', "{", '{"a":1,"a":2}', "\x00"])
def test_an_unreadable_index_leaves_the_shards(text: str, tmp_path: Path) -> None:
    index = sharded(tmp_path)
    index.write_text(text)
    seen = Seen(tmp_path)
    assert seen.ids() == ["unreadable-file"]
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)


def test_pointers_give_a_derived_count(tmp_path: Path) -> None:
    index = sharded(tmp_path)
    for shard in SHARDS:
        (tmp_path / shard).write_text(pointer(5000))
    write_json(index, index_value())
    write_json(tmp_path / "config.json", {"torch_dtype": "bfloat16"})
    seen = Seen(tmp_path)
    total = seen.fact("params_total")
    assert (total.value, total.source) == (Range.exactly(TINY_COUNT), Source.DERIVED)
    assert seen.fact("weight_bytes").source is Source.DERIVED
    assert seen.value("weight_bytes") == Range.exactly(10_000)
    assert seen.messages("weights-absent") == [
        "2 weight files are git-lfs pointers: the tensor data is absent"
    ]
    assert {file.sha256 for file in seen.weights.files} == {"a" * 64}


def test_an_unknown_number_format_gives_a_range(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(4000))
    assert Seen(tmp_path).value("params_total") == Range(1000, 2000)


@pytest.mark.parametrize("tied", [True, None])
def test_a_tied_output_layer_may_be_stored_twice(tied: bool | None, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(9000))
    weight_map = dict.fromkeys(["lm_head.weight", "embed_tokens.weight", "x"], "model.safetensors")
    index = {"metadata": {"total_size": 8000}, "weight_map": weight_map}
    write_json(tmp_path / "model.safetensors.index.json", index)
    config = {"dtype": "torch.float16", "vocab_size": 100, "hidden_size": 10}
    write_json(
        tmp_path / "config.json", config | ({} if tied is None else {"tie_word_embeddings": tied})
    )
    assert Seen(tmp_path).value("params_total") == Range(3000, 4000)


def test_a_broken_pointer_is_said(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(5).replace("oid", "old"))
    (message,) = Seen(tmp_path).messages("unreadable-file")
    assert "a git-lfs pointer without sha256 or size" in message


def test_a_consolidated_file_beside_shards_is_a_copy(tmp_path: Path) -> None:
    sharded(tmp_path)
    renamed = {name.replace("model.", ""): shape for name, shape in TINY.items()}
    write_safetensors(tmp_path / "consolidated.safetensors", renamed)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)
    assert seen.messages("weights-repeated") == [
        "`consolidated.safetensors` is taken for a copy of `model.safetensors.index.json`:"
        " counted once"
    ]


def test_half_and_full_precision_are_one_model(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", {"w": ("F32", (10, 10)), "b": ("F32", (3,))})
    write_safetensors(
        tmp_path / "model.fp16.safetensors", {"w": ("F16", (10, 10)), "b": ("F16", (3,))}
    )
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(103)
    assert seen.value("weight_dtypes") == "F32"
    assert seen.ids() == ["weights-repeated"]


def test_pointers_in_half_and_full_precision_tell_the_width(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(pointer(400_000))
    (tmp_path / "model.fp16.safetensors").write_text(pointer(200_000))
    assert Seen(tmp_path).value("params_total") == Range(99_000, 100_000)


def test_a_link_to_the_weights_counts_once(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    (tmp_path / "pytorch.safetensors").symlink_to("model.safetensors")
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(TINY_COUNT)
    assert seen.ids() == []


def test_files_with_distinct_tensors_are_summed(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "a.safetensors", {"x": ("F32", (7,))})
    write_safetensors(tmp_path / "b.safetensors", {"y": ("F32", (5,))})
    assert Seen(tmp_path).value("params_total") == Range.exactly(12)


def test_what_may_be_several_models_is_a_range(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "small" / "model.safetensors", {"w": ("F32", (10,))})
    write_safetensors(tmp_path / "large" / "model.safetensors", {"w": ("F32", (90,))})
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range(90, 100)
    assert seen.ids() == ["several-models"]


def test_the_components_of_a_pipeline_are_summed_and_its_copies_are_not(tmp_path: Path) -> None:
    write_json(
        tmp_path / "model_index.json",
        {
            "_class_name": "StableDiffusionPipeline",
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        },
    )
    write_safetensors(tmp_path / "unet" / "m.safetensors", {"u": ("F32", (100,))})
    write_safetensors(tmp_path / "unet" / "m.fp16.safetensors", {"u": ("F16", (100,))})
    write_safetensors(tmp_path / "vae" / "m.safetensors", {"v": ("F32", (20,))})
    write_safetensors(tmp_path / "vae_old" / "m.safetensors", {"v": ("F32", (21,))})
    write_safetensors(tmp_path / "all-in-one.safetensors", {"q": ("F32", (120,))})
    seen = Seen(tmp_path)
    assert seen.value("params_total") == Range.exactly(120)
    assert seen.value("model_architecture") == "StableDiffusionPipeline"
    assert seen.value("outputs_image") is True


def test_an_adapter_has_trainable_parameters_only(tmp_path: Path) -> None:
    lora = {"l.lora_A.weight": ("F32", (8, 16)), "l.lora_B.weight": ("F32", (16, 8))}
    write_safetensors(tmp_path / "adapter_model.safetensors", lora)
    write_json(
        tmp_path / "adapter_config.json",
        {"peft_type": "LORA", "base_model_name_or_path": "org/base-7b"},
    )
    seen = Seen(tmp_path)
    assert seen.value("params_trainable") == Range.exactly(256)
    assert seen.value("params_total") is None
    assert seen.value("is_adapter") is True
    assert seen.value("base_model") == "org/base-7b"
    assert str(seen.fact("base_model").place) == "adapter_config.json:3"


def test_an_adapter_is_known_by_its_tensors_alone(tmp_path: Path) -> None:
    lora = {"u.lora_down.weight": ("F16", (4, 9)), "u.lora_up.weight": ("F16", (9, 4))}
    write_safetensors(tmp_path / "style.safetensors", lora)
    seen = Seen(tmp_path)
    assert seen.value("params_trainable") == Range.exactly(72)
    assert seen.value("params_total") is None
    assert seen.value("is_adapter") is True
    assert seen.value("has_base_model") is True


def test_parameters_stated_against_those_held(tmp_path: Path) -> None:
    tensors = {"a": ("F32", (4, 6)), "bn.running_mean": ("F32", (6,))}
    write_safetensors(tmp_path / "model-00001-of-00001.safetensors", tensors)
    index = tmp_path / "model.safetensors.index.json"
    weight_map = dict.fromkeys(tensors, "model-00001-of-00001.safetensors")
    for stated, wrong in ((24, False), (30, False), (60, True)):
        metadata = {"total_size": 120, "total_parameters": stated}
        write_json(index, {"metadata": metadata, "weight_map": weight_map})
        messages = Seen(tmp_path).messages("index-parameters-wrong")
        told = [f"the index states {stated} parameters and its shards hold 24"]
        assert messages == (told if wrong else [])


def test_parameters_stated_against_the_bytes_stated(tmp_path: Path) -> None:
    name = "model-00001-of-00001.safetensors"
    (tmp_path / name).write_text(pointer(2_000), encoding="utf-8")
    write_json(tmp_path / "config.json", {"torch_dtype": "bfloat16"})
    for stated, wrong in ((1_000, False), (1_100, True)):
        metadata = {"total_size": 2_000, "total_parameters": stated}
        index = {"metadata": metadata, "weight_map": {"a": name}}
        write_json(tmp_path / "model.safetensors.index.json", index)
        messages = Seen(tmp_path).messages("index-parameters-wrong")
        told = "the index states 1,100 parameters, and 2,000 bytes that hold 1,000 of `bfloat16`"
        assert messages == ([told] if wrong else [])
