"""Weights made on the spot and what it takes to compare them."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROWS, COLUMNS, TENSORS = 4096, 8192, 8
RUNS = 5

TOP = Path(__file__).parent.parent
BEGIN = (
    f"import sys, time\nfrom pathlib import Path\nsys.path.insert(0, {str(TOP)!r})\n"
    "from bench.lineage import run\n"
)


def run(release: Path, base: Path, device: str | None = None) -> tuple[int, set[str]]:
    """Compare all tensors of two releases; return the bytes of both and the words that came out."""
    from weighbridge.release.lineage.engine import engine_for
    from weighbridge.release.lineage.kinds import relation_of
    from weighbridge.release.lineage.opening import open_checkpoint
    from weighbridge.release.lineage.statistics import compare

    engine, size, words = engine_for(device), 0, set()
    with open_checkpoint(release) as one, open_checkpoint(base) as two:
        for name, held in one.held.items():
            numbers = compare(one, held, two, two.held[name], engine=engine)
            words.add(relation_of(numbers).relation.value)
            size += held.tensor.bytes + two.held[name].tensor.bytes
    return size, words


def pair(folder: Path) -> tuple[Path, Path]:
    """Return two models that another process wrote, so that its memory is not counted here."""
    code = f"{BEGIN}from bench.lineage import write_pair\nwrite_pair(Path({str(folder)!r}))\n"
    subprocess.run([sys.executable, "-c", code], check=True)
    return folder / "release", folder / "base"


def write_pair(folder: Path) -> None:
    """Write two models in bfloat16, all of whose numbers differ a little; 0.54 GB each."""
    import numpy as np

    random = np.random.default_rng(0)
    base = random.standard_normal((ROWS, COLUMNS), np.float32) * np.float32(0.02)
    left = random.standard_normal((ROWS, 512), np.float32) * np.float32(2e-5)
    moved = base + left @ random.standard_normal((512, COLUMNS), np.float32)
    paths = folder / "base", folder / "release"
    for path, values in zip(paths, (base, moved), strict=True):
        path.mkdir()
        bits = values.view(np.uint32)
        halves = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
        with (path / "model.safetensors").open("wb") as file:
            file.write(_header(TENSORS, (ROWS, COLUMNS)))
            for at in range(TENSORS):
                file.write(np.roll(halves, at, axis=0).data)


def write_huge(folder: Path, rows: int = 262_144, columns: int = 16_384) -> tuple[Path, Path]:
    """Write two embeddings of 8.6 GB in sparse files, numbers here and there."""
    paths = folder / "huge-release", folder / "huge-base"
    header = _header(1, (rows, columns))
    for seed, path in enumerate(paths):
        path.mkdir()
        with (path / "model.safetensors").open("wb") as file:
            file.write(header)
            file.truncate(len(header) + rows * columns * 2)
            for at in range(0, rows, rows // 64):
                file.seek(len(header) + at * columns * 2)
                file.write(bytes([1 + seed, 60]) * columns)
    return paths


def _header(tensors: int, shape: tuple[int, int]) -> bytes:
    size = shape[0] * shape[1] * 2
    entries = {
        f"layers.{at}.mlp.up_proj.weight": {
            "dtype": "BF16",
            "shape": list(shape),
            "data_offsets": [at * size, (at + 1) * size],
        }
        for at in range(tensors)
    }
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def processor_time(release: Path, base: Path, device: str | None = None) -> str:
    """Return code that prints the processor's seconds for each gigabyte of both files.

    On a device that is named, it is the seconds that pass.
    """
    call = f"run(Path({str(release)!r}), Path({str(base)!r}), {device!r})"
    clock = "time.perf_counter()" if device else "time.process_time()"
    return BEGIN + (
        f"{call}; begin = {clock}\n"
        f"size, words = {call}; taken = {clock} - begin\n"
        "assert words == {'fine-tuned'}, words\n"
        "print(taken / size * 1e9)\n"
    )


def beside_reading(release: Path, base: Path) -> tuple[float, float]:
    """Return the seconds of comparing files that are not in memory, and of reading them alone."""
    files = [each / "model.safetensors" for each in (release, base)]
    ours, bare = [], []
    for _ in range(RUNS):
        bare.append(_cold(files, lambda: _read(files)))
        ours.append(_cold(files, lambda: run(release, base)))
    return median(ours), median(bare)


def _cold(files: list[Path], work: Callable[[], object]) -> float:
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _read(files: list[Path]) -> None:
    buffer = bytearray(4 << 20)
    for path in files:
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
