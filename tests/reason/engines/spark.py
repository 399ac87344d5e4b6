"""One Spark session in this process, for the tests that have Java and pyspark."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from functools import cache
from typing import Any

import pytest

from tests.extras import needed


@cache
def session() -> Any:
    """Return a session on two cores; the test is skipped without pyspark or Java."""
    needed("pyspark", "pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    from weighbridge.reason.sql.spark import OPTIONS

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = SparkSession.builder.master("local[2]").appName("weighbridge tests")
        settings = OPTIONS | {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()


def frame_of(data: Any, folder: Any) -> Any:
    """Return an Arrow table as a Spark frame, by way of Parquet as a cluster would."""
    import pyarrow.parquet as pq

    path = folder / "table.parquet"
    pq.write_table(data, path)
    return session().read.parquet(str(path))


def on_spark(query: str, data: Any) -> list[dict[str, Any]]:
    """Return the rows of a query over ``facts``."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame_of(data, Path(folder)).createOrReplaceTempView("facts")
        return [row.asDict() for row in session().sql(query).collect()]
