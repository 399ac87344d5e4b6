"""Several files of weights in one folder: adapters, chained modules, recipes, copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.building import TINY, TINY_COUNT, Seen, exactly, write_json, write_safetensors
from tests.release.formats.building import torch_tensor, torch_zip

from weighbridge.facts import Range


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("LORA", ("base_model.model.q.lora_A.weight", "base_model.model.q.lora_B.weight")),
        ("IA3", ("base_model.model.k.ia3_l", "base_model.model.v.ia3_l")),
        ("PREFIX_TUNING", ("prompt_embeddings",)),
        ("PROMPT_TUNING", ("prompt_embeddings",)),
        ("LOHA", ("base_model.model.q.hada_w1_a", "base_model.model.q.hada_w2_a")),
        ("LOKR", ("base_model.model.q.lokr_w1", "base_model.model.q.lokr_w2")),
        ("OFT", ("base_model.model.q.oft_r",)),
    ],
)
@pytest.mark.parametrize("form", ["safetensors", "bin"])
def test_adapters_of_every_kind(
    kind: str, names: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    config = {"peft_type": kind, "base_model_name_or_path": "acme/big"}
    write_json(tmp_path / "adapter_config.json", config)
    if form == "bin":
        tensors = {name: torch_tensor(str(at), 6, (2, 3)) for at, name in enumerate(names)}
        content = torch_zip(tensors, {str(at): 24 for at in range(len(names))})
        (tmp_path / "adapter_model.bin").write_bytes(content)
    else:
        shapes = dict.fromkeys(names, ("F32", (2, 3)))
        write_safetensors(tmp_path / "adapter_model.safetensors", shapes)
    seen = Seen(tmp_path)
    assert seen.value("is_adapter") is True
    assert seen.value("base_model") == "acme/big"
    assert seen.value("params_trainable") == exactly(6 * len(names))
    assert seen.value("params_total") is None


@pytest.mark.parametrize("mark", ["x.lora_A.weight", "x.ia3_l", "prompt_embeddings", "x.hada_w1_a"])
def test_an_adapter_without_its_config_is_known_by_its_tensors(mark: str, tmp_path: Path) -> None:
    write_safetensors(tmp_path / "weights.safetensors", {mark: ("F32", (2, 3))})
    seen = Seen(tmp_path)
    assert seen.value("is_adapter") is True
    assert seen.value("has_base_model") is True


def test_chained_modules_add_up(tmp_path: Path) -> None:
    package = "sentence_transformers.models"
    write_json(
        tmp_path / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Dense", "type": f"{package}.Dense"},
        ],
    )
    write_safetensors(tmp_path / "model.safetensors", TINY)
    write_safetensors(
        tmp_path / "2_Dense" / "model.safetensors", {"linear.weight": ("F32", (8, 4))}
    )
    write_safetensors(tmp_path / "onnx" / "model.safetensors", TINY)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(TINY_COUNT + 32)
    assert "several-models" not in seen.ids()


@pytest.mark.parametrize(
    "text", ["[", "{}", "[1]", '[{"path": 3}]', '[{"type": "other.Thing", "path": ""}]']
)
def test_other_lists_of_modules_say_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(text, encoding="utf-8")
    write_safetensors(tmp_path / "model.safetensors", TINY)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(TINY_COUNT)
    assert seen.ids() == (["unreadable-file"] if text == "[" else [])


def test_a_recipe_under_any_name_names_what_was_merged(tmp_path: Path) -> None:
    recipe = (
        "# our recipe\n"
        "models:\n  - model: acme/one\n  - model: acme/two\n"
        "merge_method: dare_ties\nbase_model: acme/base\n"
    )
    (tmp_path / "merge.yaml").write_text(recipe, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("models:\n  - model: acme/three\n", encoding="utf-8")
    write_safetensors(tmp_path / "model.safetensors", TINY)
    seen = Seen(tmp_path)
    fact = seen.fact("base_model")
    assert fact.value == "acme/base, acme/one, acme/two"
    assert fact.place is not None
    assert fact.place.file == "merge.yaml"
    assert seen.value("has_base_model") is True


def test_statistics_and_masks_are_no_parameters(tmp_path: Path) -> None:
    tensors = {
        "conv.weight": ("F32", (4, 4)),
        "bn.running_mean": ("F32", (4,)),
        "bn.running_var": ("F32", (4,)),
        "h.0.attn.bias": ("F32", (1, 1, 8, 8)),
        "h.0.attn.c_attn.bias": ("F32", (12,)),
        "rotary.inv_freq": ("F32", (3,)),
    }
    write_safetensors(tmp_path / "model.safetensors", tensors)
    fact = Seen(tmp_path).fact("params_total")
    assert fact.value == Range.exactly(28)
    assert fact.note == "counted from the headers, without 75 numbers of buffers"


def test_three_formats_of_one_model_count_once(tmp_path: Path) -> None:
    torch = {"a": torch_tensor("0", 6, (6,)), "b": torch_tensor("1", 4, (2, 2))}
    (tmp_path / "pytorch_model.bin").write_bytes(torch_zip(torch, {"0": 24, "1": 16}))
    (tmp_path / "tf_model.h5").write_bytes(b"\x89HDF\r\n\x1a\n\x09" + bytes(90))
    write_safetensors(tmp_path / "model.safetensors", {"a": ("F16", (6,)), "b": ("F16", (2, 2))})
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(10)
    assert seen.value("weight_dtypes") == "F16"
    (message,) = seen.messages("weights-repeated")
    assert message.endswith(
        "taken for a copy of `model.safetensors` and 1 more for copies likewise: counted once"
    )


def test_files_of_no_tensor_count_nothing(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "empty.safetensors", {})
    assert Seen(tmp_path).value("params_total") is None
