"""How many parameters a model has by the sizes its config states, dense or mixture-of-experts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weighbridge.release.families import FAMILIES, Family
from weighbridge.release.json_files import count_of
from weighbridge.release.settings import first_count

_MOST = 2**60


@dataclass(frozen=True, slots=True)
class ParameterCount:
    """Parameters by arithmetic.

    total:       all of them
    active_low:  those at work on each token, without the input layer
    active_high: the same with the input layer
    experts:     whether only some of them work on each token
    """

    total: int
    active_low: int
    active_high: int
    experts: bool


def count_from_config(config: dict[str, Any]) -> ParameterCount | None:
    """Return the parameters of a decoder of these sizes; ``None`` where its family is unknown."""
    family = FAMILIES.get(str(config.get("model_type")).lower())
    sizes = _sizes(config, family) if family else None
    if family is None or sizes is None:
        return None
    experts = _experts(config, family, sizes)
    shared = sizes.layers * (_attention(config, family, sizes) + _norms(family, sizes))
    ends = _end_layers(config, family, sizes)
    total = shared + experts.stored + ends.stored
    if total > _MOST:
        return None
    active = shared + experts.used + ends.stored
    without = active - (0 if ends.tied else sizes.vocabulary * sizes.width)
    return ParameterCount(total, without, active, experts.used < experts.stored)


@dataclass(frozen=True, slots=True)
class _Sizes:
    width: int
    layers: int
    heads: int
    key_heads: int
    head: int
    block: int
    vocabulary: int


def _sizes(config: dict[str, Any], family: Family) -> _Sizes | None:
    width = first_count(config, "hidden_size", "n_embd", "n_embed", "d_model")
    layers = first_count(config, "num_hidden_layers", "n_layer", "n_layers")
    heads = first_count(config, "num_attention_heads", "n_head", "n_heads")
    vocabulary = first_count(config, "vocab_size")
    if not width or not layers or not heads or not vocabulary:
        return None
    nested = config.get("ffn_config")
    inner = nested if isinstance(nested, dict) else {}
    block = first_count(config, "intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size")
    block = block or first_count(inner, "ffn_hidden_size")
    if not block and family.gated:
        return None
    return _Sizes(
        width,
        layers,
        heads,
        _key_heads(config, heads),
        first_count(config, "head_dim") or width // heads,
        block or 4 * width,
        vocabulary,
    )


def _key_heads(config: dict[str, Any], heads: int) -> int:
    if config.get("multi_query") is True and not config.get("new_decoder_architecture"):
        return 1
    nested = config.get("attn_config")
    inner = nested if isinstance(nested, dict) else {}
    stated = first_count(config, "num_key_value_heads", "n_head_kv", "num_kv_heads")
    return stated or first_count(inner, "kv_n_heads") or heads


def _attention(config: dict[str, Any], family: Family, sizes: _Sizes) -> int:
    if count_of(config.get("kv_lora_rank")):
        return _latent_attention(config, sizes)
    queries, keys = sizes.heads * sizes.head, sizes.key_heads * sizes.head
    count = 2 * sizes.width * queries + 2 * sizes.width * keys
    biased = config.get("attention_bias") is True
    if family.query_bias or biased:
        count += queries + 2 * keys
    if family.out_bias or biased:
        count += sizes.width
    if family.head_norms == "head":
        count += 2 * sizes.head
    elif family.head_norms == "full":
        count += queries + keys
    return count


def _latent_attention(config: dict[str, Any], sizes: _Sizes) -> int:
    """Count attention whose keys and values pass through one narrow layer."""
    keys = first_count(config, "kv_lora_rank") or 0
    queries = first_count(config, "q_lora_rank") or 0
    plain = first_count(config, "qk_nope_head_dim") or 0
    turned = first_count(config, "qk_rope_head_dim") or 0
    values = first_count(config, "v_head_dim") or sizes.head
    wide = sizes.heads * (plain + turned)
    asked = queries * (sizes.width + wide + 1) if queries else sizes.width * wide
    kept = sizes.width * (keys + turned) + keys * sizes.heads * (plain + values) + keys
    return asked + kept + sizes.heads * values * sizes.width


def _norms(family: Family, sizes: _Sizes) -> int:
    return family.norms * sizes.width * (2 if family.norm_bias else 1)


@dataclass(frozen=True, slots=True)
class _Stored:
    stored: int
    used: int = 0
    tied: bool = False


def _block(family: Family, width: int, inner: int) -> int:
    count = (3 if family.gated else 2) * width * inner
    return count + inner + width if family.block_bias else count


def _experts(config: dict[str, Any], family: Family, sizes: _Sizes) -> _Stored:
    """Count the feed-forward blocks of all layers, and those at work on one token."""
    nested = config.get("ffn_config")
    inner = {**config, **nested} if isinstance(nested, dict) else config
    many = first_count(
        inner, "num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"
    )
    dense = _block(family, sizes.width, sizes.block)
    if not many or many == 1:
        return _Stored(sizes.layers * dense, sizes.layers * dense)
    chosen = first_count(inner, "num_experts_per_tok", "moe_top_k", "num_experts_per_token") or many
    size = first_count(inner, "moe_intermediate_size") or sizes.block
    expert = _block(family, sizes.width, size)
    always = _always_used(inner, family, sizes, size) + sizes.width * many
    first = min(count_of(inner.get("first_k_dense_replace")) or 0, sizes.layers)
    mixed = (sizes.layers - first) // (first_count(inner, "decoder_sparse_step") or 1)
    plain = (sizes.layers - mixed) * dense
    stored = plain + mixed * (many * expert + always)
    return _Stored(stored, plain + mixed * (min(chosen, many) * expert + always))


def _always_used(config: dict[str, Any], family: Family, sizes: _Sizes, size: int) -> int:
    own = first_count(config, "shared_expert_intermediate_size")
    if own:
        return _block(family, sizes.width, own) + sizes.width
    shared = first_count(config, "n_shared_experts") or 0
    return _block(family, sizes.width, size * shared) if shared else 0


def _end_layers(config: dict[str, Any], family: Family, sizes: _Sizes) -> _Stored:
    stated = config.get("tie_word_embeddings")
    tied = stated if isinstance(stated, bool) else family.tied
    count = sizes.vocabulary * sizes.width * (1 if tied else 2)
    each = sizes.width * (2 if family.norm_bias else 1)
    count += each * (int(family.end_norm) + int(family.start_norm))
    if family.head_bias:
        count += sizes.vocabulary
    if family.positions is not None:
        longest = first_count(config, "max_position_embeddings", "n_positions", "n_ctx") or 0
        count += sizes.width * (longest + family.positions)
    return _Stored(count, tied=tied)
