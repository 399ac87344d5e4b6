"""Names of tensors, as many libraries write them, and the parts that they speak of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.release.lineage.storing import store

np = pytest.importorskip("numpy", reason="NumPy is not installed")

from weighbridge.release.folder import Folder  # noqa: E402
from weighbridge.release.formats import Tensor  # noqa: E402
from weighbridge.release.formats.base import Where  # noqa: E402
from weighbridge.release.lineage.checkpoint import Checkpoint, Held  # noqa: E402
from weighbridge.release.lineage.decode import decoder_of  # noqa: E402
from weighbridge.release.lineage.naming import (  # noqa: E402
    Role,
    by_head,
    role_of,
    undone_rows,
    unpaired,
)
from weighbridge.release.lineage.opening import open_checkpoint  # noqa: E402

LLAMA = {"format": "GGUF", "architecture": "llama", "heads": 4, "kv_heads": 2}


@pytest.mark.parametrize(
    ("name", "part", "layer"),
    [
        ("model.layers.3.self_attn.q_proj.weight", "attention.q", 3),
        ("model.language_model.layers.3.mlp.gate_proj.weight", "mlp.gate", 3),
        ("anything.model.layers.12.mlp.down_proj.weight", "mlp.down", 12),
        ("model.layers.0.input_layernorm.weight", "norm.input", 0),
        ("model.layers.0.post_attention_layernorm.weight", "norm.post", 0),
        ("model.layers.0.self_attn.q_norm.weight", "norm.q", 0),
        ("model.layers.0.self_attn.k_proj.bias", "bias of attention.k", 0),
        ("model.layers.0.self_attn.qkv_proj.weight", "attention.qkv", 0),
        ("model.layers.0.mlp.gate_up_proj.weight", "mlp.gate_up", 0),
        ("model.norm.weight", "norm.final", None),
        ("lm_head.weight", "head", None),
        ("model.embed_tokens.weight", "embedding", None),
        ("h.4.attn.c_attn.weight", "attention.qkv", 4),
        ("transformer.h.4.attn.c_proj.weight", "attention.o", 4),
        ("transformer.h.4.mlp.c_proj.bias", "bias of mlp.down", 4),
        ("transformer.wte.weight", "embedding", None),
        ("transformer.wpe.weight", "position", None),
        ("gpt_neox.layers.2.attention.query_key_value.weight", "attention.qkv", 2),
        ("gpt_neox.layers.2.attention.dense.weight", "attention.o", 2),
        ("gpt_neox.layers.2.mlp.dense_h_to_4h.weight", "mlp.up", 2),
        ("gpt_neox.final_layer_norm.weight", "norm.final", None),
        ("h.3.self_attention.dense.weight", "attention.o", 3),
        ("word_embeddings_layernorm.weight", "norm.embedding", None),
        ("bert.encoder.layer.3.attention.self.query.weight", "attention.q", 3),
        ("bert.encoder.layer.3.attention.output.dense.weight", "attention.o", 3),
        ("bert.encoder.layer.3.attention.output.LayerNorm.gamma", "norm.attention-out", 3),
        ("bert.encoder.layer.3.attention.output.LayerNorm.beta", "bias of norm.attention-out", 3),
        ("bert.encoder.layer.3.intermediate.dense.weight", "mlp.up", 3),
        ("bert.encoder.layer.3.output.dense.weight", "mlp.down", 3),
        ("bert.encoder.layer.3.output.LayerNorm.weight", "norm.mlp-out", 3),
        ("encoder.block.2.layer.0.layer_norm.weight", "norm.input", 2),
        ("encoder.block.2.layer.1.layer_norm.weight", "norm.post", 2),
        ("encoder.block.2.layer.1.DenseReluDense.wi_0.weight", "mlp.gate", 2),
        ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", "position", 0),
        ("shared.weight", "embedding", None),
        ("model.encoder.layer_norm.weight", "norm.final", None),
        ("model.encoder.conv1.weight", "conv", None),
        ("encoder.blocks.0.mlp.0.weight", "mlp.up", 0),
        ("encoder.blocks.0.mlp.2.bias", "bias of mlp.down", 0),
        ("vit.encoder.layer.0.attention.attention.query.weight", "attention.q", 0),
        ("blk.3.attn_q.weight", "attention.q", 3),
        ("blk.3.attn_output.weight", "attention.o", 3),
        ("blk.3.ffn_norm.weight", "norm.post", 3),
        ("blk.3.ffn_gate_inp.weight", "router", 3),
        ("blk.3.ffn_gate_exps.weight", "experts.gate", 3),
        ("token_embd.weight", "embedding", None),
        ("output.weight", "head", None),
        ("output_norm.weight", "norm.final", None),
        ("layers.0.attention.wq.weight", "attention.q", 0),
        ("layers.0.attention_norm.weight", "norm.input", 0),
        ("layers.0.feed_forward.w1.weight", "mlp.gate", 0),
        ("layers.0.feed_forward.w2.weight", "mlp.down", 0),
        ("layers.0.feed_forward.w3.weight", "mlp.up", 0),
        ("tok_embeddings.weight", "embedding", None),
        ("norm.weight", "norm.final", None),
        ("model.layers.0.block_sparse_moe.gate.weight", "router", 0),
        ("model.layers.0.mlp.experts.gate_up_proj", "experts.gate_up", 0),
        ("model.layers.0.mlp.experts.gate_up_proj_blocks", "experts.gate_up", 0),
        ("model.layers.0.mlp.experts.gate_up_proj_bias", "bias of experts.gate_up", 0),
        ("model.layers.0.mlp.shared_experts.up_proj.weight", "shared.up", 0),
        ("backbone.layers.3.mixer.A_log", "state.a", 3),
        ("model.layers.3.self_attn.q_proj.qweight", "attention.q", 3),
        ("params/layers_0/attention/wq/kernel", "attention.q", 0),
        ("strange.7.thing", "other", 7),
        ("thing", "other", None),
        ("", "other", None),
    ],
)
def test_a_name_tells_part_and_layer(name: str, part: str, layer: int | None) -> None:
    role = role_of(name, {})
    assert (role.part, role.layer, role.expert) == (part, layer, None)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (
            "model.layers.0.block_sparse_moe.experts.2.w3.weight",
            Role("experts.up", 0, expert=2),
        ),
        ("layers.0.feed_forward.experts.3.w1.weight", Role("experts.gate", 0, expert=3)),
        ("blk.3.ffn_gate.5.weight", Role("experts.gate", 3, expert=5)),
        ("model.layers.0.mlp.experts.17.down_proj.weight", Role("experts.down", 0, expert=17)),
    ],
)
def test_experts_are_told_apart(name: str, role: Role) -> None:
    assert role_of(name, {}) == role


@pytest.mark.parametrize(
    ("name", "part", "stack"),
    [
        ("decoder.block.2.layer.0.SelfAttention.q.weight", "attention.q", "decoder"),
        ("decoder.block.2.layer.1.EncDecAttention.k.weight", "cross-attention.k", "decoder"),
        ("decoder.block.2.layer.1.layer_norm.weight", "norm.cross", "decoder"),
        ("dec.blk.2.cross_attn_k.weight", "cross-attention.k", "decoder"),
        ("model.decoder.layers.2.encoder_attn.k_proj.weight", "cross-attention.k", "decoder"),
        ("enc.blk.2.attn_q.weight", "attention.q", ""),
        ("encoder.block.2.layer.0.SelfAttention.q.weight", "attention.q", ""),
        (
            "vision_tower.vision_model.encoder.layers.2.self_attn.q_proj.weight",
            "attention.q",
            "vision",
        ),
        ("v.blk.2.attn_q.weight", "attention.q", "vision"),
        (
            "down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_out.0.weight",
            "cross-attention.o",
            "down.1.0",
        ),
        (
            "up_blocks.2.attentions.1.transformer_blocks.0.ff.net.0.proj.weight",
            "mlp.gate_up",
            "up.1.0",
        ),
    ],
)
def test_halves_of_a_model_are_told_apart(name: str, part: str, stack: str) -> None:
    role = role_of(name, {})
    assert (role.part, role.layer, role.stack) == (part, 2, stack)


@pytest.mark.parametrize(
    ("name", "architecture", "transposed"),
    [
        ("h.0.attn.c_attn.weight", "GPT2LMHeadModel", True),
        ("h.0.attn.c_attn.weight", "gpt2", True),
        ("h.0.attn.c_attn.weight", None, True),
        ("h.0.attn.c_attn.weight", "GPTBigCodeForCausalLM", False),
        ("h.0.attn.c_attn.bias", "GPT2LMHeadModel", False),
        ("h.0.ln_1.weight", "GPT2LMHeadModel", False),
        ("params/layers_0/attention/wq/kernel", None, True),
        ("model.layers.0.mlp.experts.gate_up_proj", None, True),
        ("model.layers.0.mlp.experts.gate_up_proj_blocks", None, False),
    ],
)
def test_layers_with_inputs_as_rows(name: str, architecture: str | None, transposed: bool) -> None:
    assert role_of(name, {"architecture": architecture}).transposed is transposed


def test_norms_around_attention_are_told_apart_where_the_architecture_has_both() -> None:
    name, settings = "model.layers.0.post_attention_layernorm.weight", {"architecture": "gemma2"}
    assert role_of(name, settings).part == "norm.attention-out"
    assert role_of("blk.0.post_attention_norm.weight", {}).part == "norm.attention-out"
    name = "model.layers.0.pre_feedforward_layernorm.weight"
    assert role_of(name, settings).part == role_of("blk.0.ffn_norm.weight", {}).part


def test_hostile_names_cost_nothing() -> None:
    for name in ("." * 100_000, "9" * 100_000, "layers." * 50_000, "layers_" + "1" * 90_000):
        assert role_of(name, {}).part == "other"


def held(name: str, shape: tuple[int, ...]) -> Held:
    decoder = decoder_of("F32")
    assert decoder is not None
    return Held(Tensor(name, "F32", shape, 0), "a.gguf", Where(0), decoder)


def checkpoint(folder: Path, settings: dict[str, Any]) -> Checkpoint:
    (folder / "config.json").write_text("{}")
    return Checkpoint("a", Folder.open(folder), {}, settings=settings)


def paired(rows: Any, heads: int) -> Any:
    """Do what a converter to GGUF does."""
    return rows.reshape(heads, 2, -1).swapaxes(1, 2).reshape(-1)


@pytest.mark.parametrize(
    ("name", "heads"), [("blk.0.attn_q.weight", 4), ("blk.0.attn_k.weight", 2)]
)
def test_the_order_of_a_converter_is_undone(tmp_path: Path, name: str, heads: int) -> None:
    order = undone_rows(held(name, (heads * 8, 32)), checkpoint(tmp_path, LLAMA))
    rows = np.arange(heads * 8)
    assert (paired(rows, heads)[order] == rows).all()
    assert (paired(rows, heads) != rows).any()


@pytest.mark.parametrize(
    ("name", "shape", "changed"),
    [
        ("blk.0.attn_v.weight", (32, 32), {}),
        ("blk.0.attn_q.weight", (32,), {}),
        ("blk.0.attn_q.weight", (31, 32), {}),
        ("blk.0.attn_q.weight", (32, 32), {"architecture": "qwen2"}),
        ("blk.0.attn_q.weight", (32, 32), {"heads": None}),
        ("blk.0.attn_q.weight", (32, 32), {"format": "safetensors"}),
        ("blk.0.attn_qkv.weight", (96, 32), {}),
    ],
)
def test_nothing_is_undone(
    tmp_path: Path, name: str, shape: tuple[int, ...], changed: dict[str, Any]
) -> None:
    assert undone_rows(held(name, shape), checkpoint(tmp_path, LLAMA | changed)) is None


@pytest.mark.parametrize(("heads", "of_keys"), [(4, 4), (4, 2), (6, 1)])
def test_fused_rows_are_put_back_by_head(tmp_path: Path, heads: int, of_keys: int) -> None:
    width, per = 3, heads // of_keys
    rows = np.arange((heads + 2 * of_keys) * width)
    groups = rows.reshape(of_keys, per + 2, width)
    parts = [groups[:, :per], groups[:, per : per + 1], groups[:, per + 1 :]]
    stored = np.concatenate([each.reshape(-1) for each in parts])
    settings = {"format": "GGUF", "architecture": "falcon", "heads": heads, "kv_heads": of_keys}
    tensor = held("blk.0.attn_qkv.weight", (len(rows), 16))
    order = undone_rows(tensor, checkpoint(tmp_path, settings))
    assert (stored[order] == rows).all()


def test_rows_that_are_no_heads_have_no_order() -> None:
    assert unpaired(30, 4) is None
    assert by_head(30, 4, 3) is None
    assert by_head(31, 4, 2) is None


def test_heads_are_told_by_params_beside_weights_of_one_file(tmp_path: Path) -> None:
    name, rows = "layers.0.attention.wq.weight", np.arange(32)
    stored = paired(rows, 4)[:, None] * np.ones((1, 32), np.float32)
    store(tmp_path, {name: stored.astype(np.float32)})
    (tmp_path / "config.json").unlink()
    (tmp_path / "params.json").write_text('{"dim": 32, "n_heads": 4, "n_kv_heads": 2}')
    with open_checkpoint(tmp_path) as opened:
        order = undone_rows(opened.held[name], opened)
        assert order is not None
        assert (opened.rows(opened.held[name], order)[:, 0] == rows).all()
