"""What differs between families of decoders besides their sizes.

Only families whose counts were checked against a published model stand here: for any other
nothing is worked out, since a wrong count is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Family:
    """The make of one family's layers.

    gated:      three matrices in the feed-forward block, else two
    query_bias: biases on query, key and value
    out_bias:   a bias on the attention's output
    block_bias: biases in the feed-forward block
    norms:      norm vectors of the model's width in each layer
    norm_bias:  norms have a bias beside the weight
    head_norms: query and key are normed: ``none``, ``head`` (one head wide) or ``full``
    tied:       input and output layer are one unless the config says otherwise
    positions:  learned position vectors, with this many spare ones; ``None`` for none
    start_norm: a norm right after the input layer
    end_norm:   a norm before the output layer
    head_bias:  a bias on the output layer
    """

    gated: bool = True
    query_bias: bool = False
    out_bias: bool = False
    block_bias: bool = False
    norms: int = 2
    norm_bias: bool = False
    head_norms: str = "none"
    tied: bool = False
    positions: int | None = None
    start_norm: bool = False
    end_norm: bool = True
    head_bias: bool = False


_GATED = Family()
_PLAIN = Family(
    gated=False, query_bias=True, out_bias=True, block_bias=True, norm_bias=True, tied=True
)
_FALCON = Family(gated=False, norm_bias=True, tied=True)
_PHI = replace(_PLAIN, norms=1, tied=False, head_bias=True)

FAMILIES: dict[str, Family] = {
    "bloom": replace(_PLAIN, start_norm=True),
    "cohere": replace(_GATED, norms=1, tied=True),
    "dbrx": _GATED,
    "deepseek_v2": _GATED,
    "deepseek_v3": _GATED,
    "falcon": _FALCON,
    "gemma": replace(_GATED, tied=True),
    "gemma2": replace(_GATED, tied=True, norms=4),
    "gemma3_text": replace(_GATED, tied=True, norms=4, head_norms="head"),
    "gpt2": replace(_PLAIN, positions=0),
    "gpt_bigcode": replace(_PLAIN, positions=0),
    "gpt_neox": replace(_PLAIN, tied=False),
    "gptj": replace(_PHI, query_bias=False, out_bias=False),
    "granite": _GATED,
    "granitemoe": replace(_GATED, tied=True),
    "llama": _GATED,
    "mistral": _GATED,
    "mixformer-sequential": _PHI,
    "mixtral": _GATED,
    "olmo": replace(_GATED, norms=0, end_norm=False),
    "olmo2": replace(_GATED, head_norms="full"),
    "opt": replace(_PLAIN, positions=2),
    "phi": _PHI,
    "phi3": _GATED,
    "qwen2": replace(_GATED, query_bias=True),
    "qwen2_moe": replace(_GATED, query_bias=True),
    "qwen3": replace(_GATED, head_norms="head"),
    "qwen3_moe": replace(_GATED, head_norms="head"),
    "refinedweb": _FALCON,
    "refinedwebmodel": _FALCON,
}
