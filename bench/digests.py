"""Digests of files beside what two cores can do at most: the same bytes digested in memory."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from weighbridge.release.digests import Wanted, digest_files

THREADS = 2
FILES = 8
SIZE = 64 << 20
RUNS = 7


def written(folder: Path) -> list[Wanted]:
    """Return files of random bytes, written just now and so in memory."""
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.bin").write_bytes(os.urandom(SIZE))
    return [Wanted(file.name, file, SIZE) for file in sorted(folder.iterdir())]


def seconds(folder: Path) -> tuple[float, float]:
    """Return the seconds for all files and those for as many bytes in memory, run by turns."""
    wanted = written(folder)
    piece = os.urandom(SIZE)
    ours, bare = [], []
    for _ in range(RUNS):
        bare.append(_timed(lambda: _in_memory(piece)))
        ours.append(_timed(lambda: digest_files(wanted)))
    return median(ours), median(bare)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _in_memory(piece: bytes) -> None:
    """Digest as many bytes: a piece larger than any cache, again and again, in each thread."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: hashlib.sha256(piece).digest(), range(FILES)))
