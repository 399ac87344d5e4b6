"""Release folders built by hand, file by file, so that a test shows what it reads."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weighbridge.facts import Fact, Range
from weighbridge.release.config import read_config
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations
from weighbridge.release.settings import read_settings
from weighbridge.release.weights import Weights, read_weights

BYTES = {"F32": 4, "F16": 2, "BF16": 2, "I32": 4, "U8": 1, "I8": 1, "F64": 8}
Shapes = Mapping[str, tuple[str, tuple[int, ...]]]


def header_of(tensors: Shapes) -> tuple[dict[str, Any], int]:
    """The header of a well-formed file, and how many bytes of data it speaks of."""
    header: dict[str, Any] = {}
    end = 0
    for name, (dtype, shape) in tensors.items():
        begin, end = end, end + math.prod(shape) * BYTES[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
    return header, end


def framed(header: bytes | str | dict[str, Any], data: int = 0) -> bytes:
    """Bytes of a file with this header, whatever it says, and this much zeroed data."""
    if isinstance(header, dict):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode()
    return struct.pack("<Q", len(header)) + header + bytes(data)


def write_safetensors(path: Path, tensors: Shapes, *, sparse: bool = False) -> None:
    header, size = header_of(tensors)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = framed(header)
    path.write_bytes(head if sparse else head + bytes(size))
    if sparse:
        with path.open("r+b") as file:
            file.truncate(len(head) + size)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")


def pointer(size: int, digest: str = "a" * 64) -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"


TINY: Shapes = {
    "model.embed_tokens.weight": ("BF16", (64, 16)),
    "model.layers.0.mlp.up_proj.weight": ("BF16", (32, 16)),
    "model.norm.weight": ("BF16", (16,)),
}
TINY_COUNT = 64 * 16 + 32 * 16 + 16


class Seen:
    """What the weight and config readers made of a folder, with short ways to ask."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder.open(path)
        self.observations = Observations(findings=list(self.folder.skipped))
        self.settings = read_settings(self.folder, self.observations)
        self.weights: Weights = read_weights(self.folder, self.settings, self.observations)
        read_config(self.folder, self.settings, self.observations)

    def fact(self, name: str) -> Fact:
        """The first observation of a fact."""
        return self.observations.named(name)[0]

    def value(self, name: str) -> object:
        named = self.observations.named(name)
        return named[0].value if named else None

    def ids(self) -> list[str]:
        return sorted(finding.id for finding in self.observations.findings)

    def messages(self, id: str) -> list[str]:
        return [each.message for each in self.observations.findings if each.id == id]


def exactly(number: float) -> Range:
    return Range.exactly(number)
