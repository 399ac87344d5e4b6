"""The law over a Spark table: as SQL, or by the planes in Spark's Python workers (extra `spark`).

SQL is for what Spark plans best itself, few rules; ``mapInArrow`` for whole packs, of which only
packed words travel between the workers and the JVM. ``docs/spark.md`` shows both on a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from weighbridge.reason.columns.specialised import Specialised
from weighbridge.reason.sql.dialects import SPARK
from weighbridge.reason.sql.emit import query_for
from weighbridge.text.errors import InputError

OPTIONS = {
    "spark.driver.extraJavaOptions": "-XX:-DontCompileHugeMethods",
    "spark.executor.extraJavaOptions": "-XX:-DontCompileHugeMethods",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "262144",
}
"""What a session is best started with: long generated methods are compiled, batches are large."""


def verdict_frame(spark: Any, law: Specialised, view: str, keep: Sequence[str] = ()) -> Any:
    """Return the frame of verdicts of a table or view, with the columns of ``query_for``."""
    return spark.sql(query_for(law, keep=keep, dialect=SPARK).sql(view))


def packed_frame(frame: Any, law: Specialised, keep: Sequence[str] = ()) -> Any:
    """Return the frame of packed verdicts of a frame, judged by the planes in Arrow batches.

    The words are those of :class:`~weighbridge.reason.planes.packed.Packer`; Spark has no unsigned
    numbers, so a word shows as the signed one of the same bits.
    """
    try:
        import pandas  # noqa: F401
        from pyspark.sql.types import LongType, StructField, StructType
    except ImportError as error:
        raise InputError(
            f"Spark's workers need `{error.name}`, which is not installed",
            help="pip install 'weighbridge[survey,spark]'",
        ) from None

    from weighbridge.reason.planes.packed import Packer

    packer = Packer(law, keep)
    words = [StructField(name, LongType(), nullable=False) for name in packer.columns]
    schema = StructType([*(frame.schema[name] for name in keep), *words])
    return frame.select(*packer.reads).mapInArrow(_mapper(packer), schema)


def _mapper(packer: Any) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            packed = packer.batch(batch)
            arrays = [
                each.view(pa.int64()) if name in packer.columns else each
                for name, each in zip(packed.schema.names, packed.columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=packed.schema.names)

    return judge
