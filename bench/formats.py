"""Large weight files, made as they are measured: a vocabulary in GGUF, a sparse ONNX model."""

from __future__ import annotations

import struct
from pathlib import Path

WORDS = 152_000
"""Words of the vocabulary, with nearly as many merges."""


def write_gguf(path: Path) -> Path:
    """Write a GGUF file with a large vocabulary and one tensor; return its path."""

    def text(value: bytes) -> bytes:
        return struct.pack("<Q", len(value)) + value

    def listed(key: bytes, items: list[bytes]) -> bytes:
        head = text(key) + struct.pack("<IIQ", 9, 8, len(items))
        return head + b"".join(map(text, items))

    words = [f"word{at}".encode() for at in range(WORDS)]
    merges = [f"wo rd{at}".encode() for at in range(WORDS - 1_000)]
    pairs = text(b"general.architecture") + struct.pack("<I", 8) + text(b"llama")
    pairs += listed(b"tokenizer.ggml.tokens", words) + listed(b"tokenizer.ggml.merges", merges)
    tensor = text(b"token_embd.weight") + struct.pack("<IQQIQ", 2, 64, WORDS, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 3) + pairs + tensor
    head += bytes(-len(head) % 32)
    return _sparse(path, head, b"", 64 * WORDS * 4)


def write_onnx(path: Path, size: int = 500_000_000) -> Path:
    """Write an ONNX model of one tensor, its numbers a hole in the file; return its path."""

    def varint(value: int) -> bytes:
        out = bytearray()
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        return bytes([*out, value])

    def opening(number: int, length: int) -> bytes:
        return varint(number << 3 | 2) + varint(length)

    rows = size // 4
    described = b"\x08" + varint(rows) + b"\x10\x01" + opening(8, 1) + b"w"
    tensor = described + opening(9, rows * 4)
    graph = opening(5, len(tensor) + rows * 4) + tensor
    head = b"\x08\x08" + opening(2, 7) + b"pytorch" + opening(7, len(graph) + rows * 4) + graph
    opset = b"\x10\x11"
    return _sparse(path, head, opening(8, len(opset)) + opset, rows * 4)


def _sparse(path: Path, head: bytes, tail: bytes, hole: int) -> Path:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + hole)
        file.seek(0, 2)
        file.write(tail)
    return path
