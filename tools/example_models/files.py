"""Writers for the files a release holds: weights, tokenizers, configs."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from example_models.layers import Weights


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_safetensors(path: Path, weights: Weights) -> None:
    """Write ``weights`` as 32-bit floats in the safetensors format, names in order."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, tensor in sorted(weights.items()):
        data = np.ascontiguousarray(tensor.data, "<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.data.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file that :func:`write_safetensors` wrote."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    return {
        name: np.frombuffer(body[slice(*each["data_offsets"])], "<f4").reshape(each["shape"])
        for name, each in header.items()
        if name != "__metadata__"
    }


def byte_tokenizer() -> dict[str, Any]:
    """Return a ``tokenizer.json`` with one token for each byte and three special ones."""
    specials = ["<pad>", "<s>", "</s>"]
    vocabulary = {**{s: i for i, s in enumerate(specials)}}
    vocabulary |= {sign: 3 + byte for byte, sign in enumerate(_byte_signs())}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_special(i, s) for i, s in enumerate(specials)],
        "normalizer": None,
        "pre_tokenizer": _byte_level(),
        "post_processor": None,
        "decoder": _byte_level(),
        "model": {"type": "BPE", "vocab": vocabulary, "merges": []},
    }


def letter_tokenizer(letters: str) -> dict[str, Any]:
    """Return a ``tokenizer.json`` with one token for each letter; 0 pads, 1 ends, 2 is unknown."""
    specials = ["<pad>", "</s>", "<unk>"]
    vocabulary = {sign: place for place, sign in enumerate([*specials, *letters])}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_special(i, s) for i, s in enumerate(specials)],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": ""},
            "behavior": "Isolated",
            "invert": False,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 0}},
            ],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        },
        "decoder": {"type": "Fuse"},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"},
    }


def _special(id: int, text: str) -> dict[str, Any]:
    return {
        "id": id,
        "content": text,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _byte_level() -> dict[str, Any]:
    return {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }


def _byte_signs() -> list[str]:
    """Return the printable character that stands for each byte in byte-level vocabularies."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    signs, extra = [], 0
    for byte in range(256):
        if byte in printable:
            signs.append(chr(byte))
        else:
            signs.append(chr(256 + extra))
            extra += 1
    return signs
