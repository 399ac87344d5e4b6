"""From Parquet to Parquet in bounded memory: a few batches are alive at a time.

Reading, judging and writing overlap, one batch each; the order of rows stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from weighbridge.reason.planes.kernel import ROWS
from weighbridge.reason.planes.packed import Packer

T = TypeVar("T")
AHEAD = 2


def read_batches(path: Path, columns: Iterable[str], rows: int = ROWS) -> Iterator[Any]:
    """Yield the record batches of a Parquet file, these columns only, in order."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        yield from file.iter_batches(batch_size=rows, columns=list(columns))


def write_packed(source: Path, to: Path, packer: Packer, rows: int = ROWS) -> int:
    """Write the packed verdicts of a Parquet table to a Parquet file; return how many rows."""
    schema = packer.schema(pq.read_schema(source))
    judged = _ahead(packer.batch, read_batches(source, packer.reads, rows))
    count = 0
    with pq.ParquetWriter(to, schema, compression="zstd", compression_level=1) as writer:
        for batch in judged:
            writer.write_batch(batch, row_group_size=rows)
            count += batch.num_rows
    return count


def _ahead(work: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
    """Yield ``work`` of each item in order, worked out ahead in another thread."""
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(max_workers=AHEAD) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def peak_of_arrow() -> int:
    """Return the most bytes that Arrow held at once, for whoever measures."""
    return int(pa.default_memory_pool().max_memory() or 0)
