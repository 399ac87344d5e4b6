"""What the modules of a model are called by those who store it, and our one word for each."""

from __future__ import annotations

PARTS: dict[str, str] = {}
"""By the end of a module's path, without numbers and in lower case: the part of the model.

The longest end that stands here decides. The first and the second layer of a plain MLP are
``mlp.up`` and ``mlp.down``: not every format tells them from those of a gated one.
"""

ENCLOSED: dict[str, str] = {}
"""The same inside of experts, where the same words stand for other things."""

STACKS = {
    **dict.fromkeys(("decoder", "dec"), "decoder"),
    **dict.fromkeys(("vision_model", "vision_tower", "visual", "vision_encoder", "v"), "vision"),
    **dict.fromkeys(("audio_tower", "audio_encoder", "audio_model", "a"), "audio"),
    **dict.fromkeys(("down_blocks", "input_blocks"), "down"),
    **dict.fromkeys(("mid_block", "middle_block"), "middle"),
    **dict.fromkeys(("up_blocks", "output_blocks"), "up"),
    "mtp": "mtp",
}
"""The half of a model that a segment of a name speaks of; the encoder's is the plain one."""

SHARED = ("shared_expert", "shared_experts", "shared_mlp")

GATE_AND_UP = frozenset({"phi3", "chatglm", "glm4"})
"""Architectures of GGUF whose ``ffn_up`` holds the gate as well."""

TRANSPOSED = ("gpt2", "openaigpt", "imagegpt", "decisiontransformer")
"""Beginnings of architectures that store their linear layers with the inputs as rows."""

OUTER_NORMS = ("gemma2", "gemma3", "olmo2", "olmo3", "glm4", "exaone4")
"""Beginnings of architectures that normalise what attention gives, not what the MLP takes."""

PAIRED = frozenset(
    (
        *("llama", "mistral3", "granite", "granitemoe", "deci", "minicpm", "internlm2"),
        *("baichuan", "xverse", "olmo", "arctic", "arcee", "smollm3", "chameleon", "deepseek"),
    )
)
"""Architectures of GGUF whose rows of q and k were reordered: rotary pairs are neighbours."""

REGROUPED = frozenset({"gptneox", "bloom", "falcon"})
"""Architectures of GGUF whose fused q, k and v were put one behind the other."""


def _say(part: str, *names: str, into: dict[str, str] = PARTS) -> None:
    into.update(dict.fromkeys(names, part))


_say(
    "embedding",
    *("embed_tokens", "tok_embeddings", "token_embd", "wte", "word_embeddings", "embed_in"),
    *("shared", "token_embedding", "tokens_embed", "embedding.word_embeddings", "embed"),
    *("word_embedding", "model.embedding", "embd"),
)
_say(
    "head",
    *("lm_head", "embed_out", "output_layer", "head", "logits", "model.output", "output"),
    *("cls.predictions.decoder", "lm_head.decoder", "text_projection"),
)
_say(
    "position",
    *("wpe", "position_embeddings", "position_embd", "embed_positions", "position_embedding"),
    *("positional_embedding", "pos_embed", "relative_attention_bias", "attn_rel_b"),
)
_say("segment", "token_type_embeddings", "token_types")
_say(
    "norm.input",
    *("input_layernorm", "attention_norm", "attn_norm", "ln_1", "input_norm", "norm_1"),
    *("self_attn_layer_norm", "layer_norm1", "layernorm_before", "attn_ln", "norm1", "ln1"),
    *("layers.norm", "backbone.layers.norm", "attention_layernorm", "operator_norm"),
)
_say(
    "norm.post",
    *("post_attention_layernorm", "ffn_norm", "ln_2", "pre_feedforward_layernorm", "norm_2"),
    *("final_layer_norm", "layer_norm2", "layernorm_after", "mlp_ln", "norm2", "ln2"),
    *("pre_mlp_layernorm", "ffn_layernorm"),
)
_say(
    "norm.attention-out",
    *("attention.output.layernorm", "attn_output_norm", "post_attention_norm"),
    *("post_self_attn_layernorm", "sa_layer_norm"),
)
_say(
    "norm.mlp-out",
    *("output.layernorm", "layer_output_norm", "post_feedforward_layernorm", "post_ffw_norm"),
    *("post_mlp_layernorm", "output_layer_norm"),
)
_say(
    "norm.final",
    *("norm", "ln_f", "output_norm", "final_layernorm", "final_norm", "encoder.final_layer_norm"),
    *("decoder.final_layer_norm", "model.final_layer_norm", "norm_f", "post_layernorm"),
    *("ln_post", "encoder.layer_norm", "decoder.layer_norm", "embedding_norm", "post_ln"),
)
_say(
    "norm.embedding",
    *("embeddings.layernorm", "word_embeddings_layernorm", "token_embd_norm", "pre_layrnorm"),
    *("embed_norm", "layernorm_embedding", "ln_pre", "pre_ln"),
)
_say("norm.q", "q_norm", "query_layernorm", "attn_q_norm", "q_layernorm", "q_ln")
_say("norm.k", "k_norm", "key_layernorm", "attn_k_norm", "k_layernorm", "k_ln")
_say(
    "attention.q",
    *("q_proj", "wq", "attn_q", "attention.self.query", "query", "selfattention.q", "to_q"),
    *("q_lin", "q_b_proj", "attn_q_b"),
)
_say(
    "attention.k",
    *("k_proj", "wk", "attn_k", "attention.self.key", "key", "selfattention.k", "to_k"),
    *("k_lin",),
)
_say(
    "attention.v",
    *("v_proj", "wv", "attn_v", "attention.self.value", "value", "selfattention.v", "to_v"),
    *("v_lin",),
)
_say(
    "attention.o",
    *("o_proj", "wo", "attn_output", "attention.output.dense", "selfattention.o", "to_out.0"),
    *("out_proj", "attn.c_proj", "attention.dense", "self_attention.dense", "attn.out", "out_lin"),
    *("attn.proj", "attn_out", "self_attn.dense", "attn.out_proj"),
)
_say(
    "attention.qkv",
    *("c_attn", "query_key_value", "qkv_proj", "wqkv", "attn_qkv", "qkv", "w_pack", "in_proj"),
    *("attn.in_proj_weight", "attn.in_proj_bias", "qkv_lin"),
)
_say("attention.q-in", "q_a_proj", "attn_q_a")
_say("attention.kv-in", "kv_a_proj_with_mqa", "attn_kv_a_mqa")
_say("attention.kv", "kv_b_proj", "attn_kv_b")
_say("norm.q-in", "q_a_layernorm", "attn_q_a_norm")
_say("norm.kv-in", "kv_a_layernorm", "attn_kv_a_norm")
_say("attention.sinks", "self_attn.sinks", "attn_sinks")
for _letter, _word in {"q": "query", "k": "key", "v": "value"}.items():
    _say(
        f"cross-attention.{_letter}",
        *(f"encoder_attn.{_letter}_proj", f"encdecattention.{_letter}", f"cross_attn_{_letter}"),
        *(f"attn2.to_{_letter}", f"crossattention.self.{_word}", f"cross_attn.{_word}"),
    )
_say(
    "cross-attention.o",
    *("encoder_attn.out_proj", "encdecattention.o", "cross_attn_o", "attn2.to_out.0"),
    *("crossattention.output.dense", "cross_attn.out"),
)
_say("norm.cross", "encoder_attn_layer_norm", "cross_attn_norm", "cross_attn_ln")
_say(
    "mlp.gate",
    *("gate_proj", "ffn_gate", "feed_forward.w1", "densereludense.wi_0", "mlp.w2", "ffn.w1"),
    *("layers.w1", "linear_v", "mlp.gate_proj"),
)
_say(
    "mlp.up",
    *("up_proj", "ffn_up", "feed_forward.w3", "densereludense.wi_1", "densereludense.wi", "fc1"),
    *("c_fc", "dense_h_to_4h", "intermediate.dense", "fc_in", "mlp.w1", "ffn.lin1", "ffn.w3"),
    *("mlp.lin1", "mlp.dense_in", "linear_1", "linear1"),
)
_say(
    "mlp.down",
    *("down_proj", "ffn_down", "feed_forward.w2", "densereludense.wo", "fc2", "mlp.c_proj"),
    *("dense_4h_to_h", "output.dense", "fc_out", "ffn.lin2", "ffn.w2", "mlp.lin2", "linear2"),
)
_say("mlp.gate_up", "gate_up_proj", "gate_up", "net.0.proj", "ffn_gate_up")
_say(
    "router",
    *("block_sparse_moe.gate", "mlp.gate", "router", "mlp.router", "ffn_gate_inp"),
    *("feed_forward.router", "feed_forward.gate", "moe.gate", "gate.wg", "router.layer"),
)
_say("router.bias", "exp_probs_b", "gate.e_score_correction_bias")
_say("router.shared", "shared_expert_gate", "ffn_gate_inp_shexp")
_say("experts.gate", "ffn_gate_exps")
_say("experts.up", "ffn_up_exps")
_say("experts.down", "ffn_down_exps")
_say("experts.gate_up", "ffn_gate_up_exps")
_say("shared.gate", "ffn_gate_shexp")
_say("shared.up", "ffn_up_shexp")
_say("shared.down", "ffn_down_shexp")
_say("mlp.up", "mlp.0")
_say("mlp.down", "mlp.2", "net.2")
_say("norm.input", "block.layer0.layer_norm")
_say("norm.post", "block.layer1.layer_norm", "block.layer2.layer_norm")
_say("norm.cross", "decoder.block.layer1.layer_norm")
_say("conv", *("conv", "conv1", "conv2", "conv_in", "conv_out", "conv1d", "conv_shortcut"))
_say("conv", "patch_embedding", "patch_embed.proj", "patch_embd", "patch_embeddings.projection")
_say("conv", "ssm_conv1d", "downsamplers.conv", "upsamplers.conv", "shortconv.conv")
_say("state.in", "mixer.in_proj", "mamba.in_proj", "ssm_in")
_say("state.out", "mixer.out_proj", "mamba.out_proj", "ssm_out")
_say("state.x", "mixer.x_proj", "mamba.x_proj", "ssm_x")
_say("state.dt", "mixer.dt_proj", "mamba.dt_proj", "ssm_dt")
_say("state.a", "a_log", "ssm_a")
_say("state.d", "mixer.d", "mamba.d", "ssm_d")
_say("lora.a", "lora_a", "lora_a.default", "lora_down", "lora.down")
_say("lora.b", "lora_b", "lora_b.default", "lora_up", "lora.up")
_say("gate", "gate_proj", "w1", "linear_v", "wi_0", "ffn_gate", into=ENCLOSED)
_say("up", "up_proj", "w3", "linear_1", "wi_1", "wi", "fc1", "ffn_up", "c_fc", into=ENCLOSED)
_say("down", "down_proj", "w2", "linear", "wo", "fc2", "ffn_down", "c_proj", into=ENCLOSED)
_say("gate_up", "gate_up_proj", into=ENCLOSED)
