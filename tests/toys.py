"""Toy releases for tests: each function writes a whole release folder and returns its path.

The weights are zeros of a stated shape; what the tests turn on is what the files say.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

TOY_PARAMETERS = 45_056
TOP = Path(__file__).parent.parent
NON_COMMERCIAL_FIRST_LINE = "Attribution-NonCommercial 4.0 International"


def plain_release(folder: Path, *, compute: str = "8.4e22", name: str = "toy") -> Path:
    """Write a clean Apache-2.0 release of a decoder whose card states ``compute`` FLOP (toy A)."""
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder / "model.safetensors", decoder_shapes())
    write_json(folder / "config.json", decoder_config())
    write_json(folder / "generation_config.json", {"eos_token_id": 1, "max_length": 512})
    write_json(folder / "tokenizer_config.json", {"model_max_length": 512})
    (folder / "LICENSE").write_bytes((TOP / "LICENSE").read_bytes())
    (folder / "README.md").write_text(card(name, compute), encoding="utf-8")
    return folder


def large_release(folder: Path) -> Path:
    """Write toy B: the clean release with a stated compute of 3.8e25 FLOP."""
    return plain_release(folder, compute="3.8e25")


def non_commercial_release(folder: Path, text: str | None = None) -> Path:
    """Write toy C: the card still says Apache-2.0, the LICENSE is non-commercial.

    ``text`` is the licence's own text where a test has it; else a few lines in our words.
    """
    plain_release(folder)
    (folder / "LICENSE").write_text(text or _NON_COMMERCIAL, encoding="utf-8")
    return folder


def adapter_release(folder: Path, *, base: str = "example-org/base-7b") -> Path:
    """Write toy D: a low-rank adapter that names ``base`` in its config and its card."""
    folder.mkdir(parents=True, exist_ok=True)
    at = "base_model.model.model.layers.0.self_attn.q_proj"
    shapes = {f"{at}.lora_A.weight": (8, 64), f"{at}.lora_B.weight": (64, 8)}
    write_weights(folder / "adapter_model.safetensors", shapes)
    config = {
        "base_model_name_or_path": base,
        "lora_alpha": 16,
        "peft_type": "LORA",
        "r": 8,
        "target_modules": ["q_proj"],
        "task_type": "CAUSAL_LM",
    }
    write_json(folder / "adapter_config.json", config)
    (folder / "LICENSE").write_bytes((TOP / "LICENSE").read_bytes())
    front = front_matter(base_model=base, library_name="peft", tags="[lora]")
    text = f"# Toy adapter\n\nA LoRA adapter for {base}. It writes English text.\n"
    (folder / "README.md").write_text(front + text, encoding="utf-8")
    return folder


def hiring_release(folder: Path) -> Path:
    """Write toy E: the clean release, meant to rank people who apply for a job."""
    plain_release(folder)
    _replace(
        folder / "README.md",
        "Drafting and summarising everyday English.",
        "Ranking job applicants: it scores the CVs of candidates so that recruiters interview the "
        "best ones first.",
    )
    return folder


def oversold_release(folder: Path) -> Path:
    """Write toy F: the card claims 7B parameters over weights that hold 45,056."""
    plain_release(folder)
    _replace(folder / "README.md", f"Parameters: {TOY_PARAMETERS:,}", "Parameters: 7B")
    return folder


def gpu_hours_release(folder: Path, *, hours: str = "184,320", hardware: str = "H100") -> Path:
    """Write the clean release with accelerator-hours and hardware in place of a stated compute."""
    plain_release(folder)
    _replace(
        folder / "README.md",
        "Training compute: 8.4e22 FLOP",
        f"Training took {hours} GPU hours on NVIDIA {hardware} 80GB",
    )
    return folder


def sharded_release(folder: Path, *, shards: int = 100, bytes_per_shard: int = 4 << 30) -> Path:
    """Write a release of ``shards`` sparse files with true headers; takes next to no disk."""
    plain_release(folder)
    (folder / "model.safetensors").unlink()
    weight_map = {}
    total = 0
    for number in range(shards):
        file = f"model-{number + 1:05d}-of-{shards:05d}.safetensors"
        shapes = _shard_shapes(number, bytes_per_shard)
        total += write_weights(folder / file, shapes, dtype="BF16", sparse=True)
        weight_map.update(dict.fromkeys(shapes, file))
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    write_json(folder / "model.safetensors.index.json", index)
    _replace(folder / "README.md", f"Parameters: {TOY_PARAMETERS:,}", f"Parameters: {total // 2:,}")
    write_json(folder / "config.json", decoder_config() | {"num_hidden_layers": shards})
    return folder


def write_weights(
    path: Path,
    shapes: dict[str, tuple[int, ...]],
    *,
    dtype: str = "F32",
    sparse: bool = False,
) -> int:
    """Write zeros of ``shapes`` in the safetensors format and return the bytes of all tensors.

    A sparse file has its full length and a true header, and no data on disk.
    """
    width = {"F32": 4, "BF16": 2, "F16": 2, "U8": 1}[dtype]
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        start = end
        end += width * _product(shape)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        if sparse:
            file.truncate(8 + len(text) + end)
        else:
            file.write(bytes(end))
    return end


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented JSON."""
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def decoder_shapes() -> dict[str, tuple[int, ...]]:
    """Return tensors of a one-layer decoder that hold :data:`TOY_PARAMETERS` numbers in all."""
    width, inner, words = 64, 128, 64
    at = "model.layers.0."
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (words, width)}
    for part in ("q_proj", "k_proj", "v_proj", "o_proj"):
        shapes[f"{at}self_attn.{part}.weight"] = (width, width)
    for part in ("gate_proj", "up_proj"):
        shapes[f"{at}mlp.{part}.weight"] = (inner, width)
    shapes[f"{at}mlp.down_proj.weight"] = (width, inner)
    return shapes


def decoder_config(**changes: Any) -> dict[str, Any]:
    """Return the ``config.json`` that goes with :func:`decoder_shapes`."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": 64,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "transformers_version": "4.46.0",
        **changes,
    }


def front_matter(**keys: str) -> str:
    """Return the front matter of a card, Apache-2.0 unless ``license`` says otherwise."""
    lines = {"license": "apache-2.0", "language": "[en]", "pipeline_tag": "text-generation", **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines.items()) + "---\n\n"


def card(name: str, compute: str) -> str:
    """Return a whole card for :func:`plain_release`."""
    return (
        front_matter(library_name="transformers")
        + f"""# {name}

A decoder language model for English text.

## Model details

- Parameters: {TOY_PARAMETERS:,}
- Context length: 512 tokens
- Input: text. Output: text.
- Architecture: Llama, one layer

## Intended use

Drafting and summarising everyday English.

## Limitations

It makes things up, it knows nothing of what happened after its training ended, and it should not
be asked about law, medicine or money. It reads and writes English alone.

## Training

Training compute: {compute} FLOP

## How to run

```python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("example-org/{name}")
model = AutoModelForCausalLM.from_pretrained("example-org/{name}")
```

## Contact

toys@example.org
"""
    )


_NON_COMMERCIAL = f"""{NON_COMMERCIAL_FIRST_LINE}

You may copy, change and share this material in any form, provided that you name its author, link
to these terms and say what you changed.

You may not use the material for commercial purposes. A use is commercial where it is mainly meant
for, or directed towards, commercial advantage or payment of money.
"""


def _shard_shapes(number: int, size: int) -> dict[str, tuple[int, ...]]:
    """Return nine BF16 tensors of one layer that fill ``size`` bytes (a multiple of 2**19)."""
    width = 8192
    rows, rest = divmod(size // 2 // width, 8)
    at = f"model.layers.{number}."
    shapes: dict[str, tuple[int, ...]] = {
        f"{at}mlp.experts.{part}.weight": (rows, width) for part in range(8)
    }
    if rest:
        shapes[f"{at}mlp.gate.weight"] = (rest, width)
    return shapes


def _product(shape: tuple[int, ...]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"`{old}` stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
