"""Trains the models of the examples and writes their release folders.

Run ``python tools/make_examples.py`` from the top of the checkout; it needs NumPy
(``requirements/examples.txt``) and a few minutes on one core. On one machine two runs write the
same bytes; another machine's mathematics library may round the last digits differently.
Every number a card states is taken from the run that made the weights beside it.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the order of sums must not change

import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from example_models import decoder, encoder_decoder, image, number_words
from example_models.autograd import FLOP, Tensor
from example_models.files import (
    byte_tokenizer,
    letter_tokenizer,
    read_safetensors,
    write_json,
    write_safetensors,
)
from example_models.layers import Batch, parameter_count

TOP = Path(__file__).parent.parent
EXAMPLES = TOP / "examples"
SOURCES = Path(__file__).parent / "example_models"
LENGTH = 64
SPECIAL_TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}


def main() -> int:
    """Write the folders named as arguments, or all of them."""
    makers: dict[str, Callable[[Path], None]] = {
        "plain-apache": make_plain_apache,
        "hobby-lora": make_hobby_lora,
        "university-model": make_university_model,
        "company-image-model": make_company_image_model,
    }
    for name in sys.argv[1:] or makers:
        if name not in makers:
            print(
                f"error: no example `{name}`\n  help: one of {', '.join(makers)}", file=sys.stderr
            )
            return 2
        folder = EXAMPLES / name
        folder.mkdir(parents=True, exist_ok=True)
        makers[name](folder)
        print(f"wrote {folder.relative_to(TOP)}")
    return 0


def make_plain_apache(folder: Path) -> None:
    """Write a decoder language model with a full card, Apache-2.0."""
    steps, batch = 600, 16
    size = decoder.Size()
    weights = decoder.new_decoder(size, seed=1)
    loss = decoder.train(size, weights, _batches("at_the_scale", steps, batch, seed=2), 4e-3)
    parameters, tokens = parameter_count(weights), steps * batch * LENGTH
    write_safetensors(folder / "model.safetensors", weights)
    write_json(folder / "config.json", _decoder_config(size))
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "max_length": LENGTH},
    )
    _write_tokenizer(folder, byte_tokenizer(), SPECIAL_TOKENS)
    shutil.copyfile(TOP / "LICENSE", folder / "LICENSE")
    shutil.copyfile(SOURCES / "texts" / "at_the_scale.txt", folder / "training_text.txt")
    _write_card(
        folder,
        parameters=f"{parameters:,}",
        parameters_plain=parameters,
        context=LENGTH,
        vocabulary=size.vocab_size,
        text_bytes=f"{len(_text('at_the_scale')):,}",
        tokens=f"{tokens:,}",
        tokens_plain=tokens,
        steps=steps,
        batch=batch,
        length=LENGTH,
        compute=_flop(6 * parameters * tokens),
        loss=f"{loss:.2f}",
    )


def make_hobby_lora(folder: Path) -> None:
    """Write a low-rank adapter of the plain model, with the short card of a hobby."""
    steps, batch, rank = 300, 8, 4
    size = decoder.Size()
    arrays = read_safetensors(EXAMPLES / "plain-apache" / "model.safetensors")
    weights = {name: Tensor(array) for name, array in arrays.items()}
    adapter = decoder.new_adapter(size, rank, seed=3)
    batches = _batches("sea_rhymes", steps, batch, seed=4)
    loss = decoder.train(size, weights, batches, 1e-2, adapter)
    write_safetensors(folder / "adapter_model.safetensors", adapter)
    write_json(
        folder / "adapter_config.json",
        {
            "base_model_name_or_path": "weighbridge-examples/scalekeeper-tiny",
            "bias": "none",
            "lora_alpha": 2 * rank,
            "lora_dropout": 0.0,
            "peft_type": "LORA",
            "r": rank,
            "target_modules": ["q_proj", "v_proj"],
            "task_type": "CAUSAL_LM",
        },
    )
    shutil.copyfile(TOP / "LICENSE", folder / "LICENSE")
    _write_card(
        folder,
        rank=rank,
        parameters=f"{parameter_count(adapter):,}",
        text_bytes=f"{len(_text('sea_rhymes')):,}",
        tokens=f"{steps * batch * LENGTH:,}",
        loss=f"{loss:.2f}",
    )


def make_university_model(folder: Path) -> None:
    """Write an encoder-decoder that says numbers in words, MIT."""
    steps, batch, held = 800, 64, 100
    generator = np.random.default_rng(5)
    numbers = generator.permutation(1000).tolist()
    seen = numbers[held:]
    size = encoder_decoder.Size()
    weights = encoder_decoder.new_model(size, seed=0)
    batches = [
        number_words.encode([seen[place] for place in generator.integers(0, len(seen), batch)])
        for _ in range(steps)
    ]
    FLOP.total = 0
    encoder_decoder.train(size, weights, batches, 3e-3)
    compute = FLOP.total
    exact = encoder_decoder.exact_share(size, weights, number_words.encode(numbers[:held]))
    write_safetensors(folder / "model.safetensors", weights)
    write_json(folder / "config.json", _encoder_decoder_config(size))
    write_json(
        folder / "generation_config.json",
        {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0, "max_length": 28},
    )
    specials = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    _write_tokenizer(folder, letter_tokenizer(number_words.LETTERS), specials)
    shutil.copyfile(SOURCES / "texts" / "mit.txt", folder / "LICENSE")
    tokens = sum(int((side != 0).sum()) for pair in batches for side in pair)
    _write_card(
        folder,
        parameters=f"{parameter_count(weights):,}",
        seen=len(seen),
        held=held,
        tokens=f"{tokens:,}",
        steps=steps,
        batch=batch,
        compute=_flop(compute),
        exact=f"{100 * exact:.0f}",
    )


def make_company_image_model(folder: Path) -> None:
    """Write a diffusion model of small grey pictures, with a use-restricted licence."""
    steps, batch = 400, 32
    size = image.Size()
    weights = image.new_network(size, seed=6)
    FLOP.total = 0
    loss = image.train(size, weights, steps, batch, 3e-3, seed=7)
    write_safetensors(folder / "unet" / "diffusion_pytorch_model.safetensors", weights)
    write_json(folder / "unet" / "config.json", _network_config(size))
    write_json(folder / "scheduler" / "scheduler_config.json", _scheduler_config())
    write_json(
        folder / "model_index.json",
        {
            "_class_name": "DDPMPipeline",
            "_diffusers_version": "0.31.0",
            "scheduler": ["diffusers", "DDPMScheduler"],
            "unet": ["diffusers", "UNet2DModel"],
        },
    )
    shutil.copyfile(SOURCES / "texts" / "openrail-plus-plus.txt", folder / "LICENSE.md")
    _write_card(
        folder,
        parameters=f"{parameter_count(weights):,}",
        pictures=f"{steps * batch:,}",
        steps=steps,
        batch=batch,
        compute=_flop(FLOP.total),
        loss=f"{loss:.2f}",
    )


def _text(name: str) -> bytes:
    return (SOURCES / "texts" / f"{name}.txt").read_bytes()


def _batches(name: str, steps: int, batch: int, seed: int) -> list[Batch]:
    """Return random stretches of a text as tokens, and the same moved on by one."""
    tokens = np.frombuffer(_text(name), np.uint8).astype(np.int64) + 3
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(steps):
        starts = generator.integers(0, len(tokens) - LENGTH - 1, batch)
        rows = np.stack([tokens[start : start + LENGTH + 1] for start in starts])
        made.append((rows[:, :-1], rows[:, 1:]))
    return made


def _flop(number: int) -> str:
    return f"{number:.6g}".replace("e+", "e")


def _write_card(folder: Path, **facts: object) -> None:
    template = (SOURCES / "cards" / f"{folder.name}.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(template.format(**facts), encoding="utf-8")


def _write_tokenizer(folder: Path, tokenizer: object, specials: dict[str, str]) -> None:
    write_json(folder / "tokenizer.json", tokenizer)
    write_json(folder / "special_tokens_map.json", specials)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LENGTH, **specials}
    write_json(folder / "tokenizer_config.json", config)


def _decoder_config(size: decoder.Size) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        **asdict(size),
        "num_key_value_heads": size.num_attention_heads,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "torch_dtype": "float32",
        "transformers_version": "4.46.0",
    }


def _encoder_decoder_config(size: encoder_decoder.Size) -> dict[str, object]:
    return {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": "t5",
        **asdict(size),
        "feed_forward_proj": "relu",
        "dropout_rate": 0.0,
        "layer_norm_epsilon": 1e-6,
        "is_encoder_decoder": True,
        "tie_word_embeddings": True,
        "decoder_start_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 0,
        "torch_dtype": "float32",
        "transformers_version": "4.46.0",
    }


def _network_config(size: image.Size) -> dict[str, object]:
    return {
        "_class_name": "UNet2DModel",
        "_diffusers_version": "0.31.0",
        "sample_size": size.sample_size,
        "in_channels": size.in_channels,
        "out_channels": size.in_channels,
        "block_out_channels": [size.width],
        "layers_per_block": 1,
        "down_block_types": ["DownBlock2D"],
        "up_block_types": ["UpBlock2D"],
        "add_attention": False,
        "norm_num_groups": size.norm_num_groups,
        "norm_eps": 1e-5,
        "act_fn": "silu",
        "time_embedding_type": "positional",
        "flip_sin_to_cos": True,
        "freq_shift": 0,
    }


def _scheduler_config() -> dict[str, object]:
    return {
        "_class_name": "DDPMScheduler",
        "_diffusers_version": "0.31.0",
        "num_train_timesteps": image.NOISE_STEPS,
        "beta_start": 0.001,
        "beta_end": 0.1,
        "beta_schedule": "linear",
        "prediction_type": "epsilon",
        "clip_sample": True,
    }


if __name__ == "__main__":
    sys.exit(main())
