"""The engines that can judge a survey: the same verdicts for each row, worked out elsewhere."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from importlib import import_module

from weighbridge.reason.planes.verdicts import MakeKernel
from weighbridge.survey.extra import needed
from weighbridge.text.errors import InputError

PLANES, DUCKDB, SPARK = "planes", "duckdb", "spark"
HERE = "local[*]"
_SPARK_NEEDS = ("pyspark", "pandas")


@dataclass(frozen=True, slots=True)
class Engine:
    """Who judges.

    name:   ``planes``, ``duckdb`` or ``spark``
    master: where Spark runs, as Spark names it
    """

    name: str = PLANES
    master: str = HERE

    @property
    def kernel(self) -> MakeKernel | None:
        """What runs the law over batches; ``None`` for the planes, which Spark's workers run."""
        if self.name != DUCKDB:
            return None
        from weighbridge.reason.sql.duck import DuckKernel

        return DuckKernel

    def need(self) -> None:
        """Raise :class:`InputError` unless all that the engine needs is installed."""
        if self.name == DUCKDB:
            needed("duckdb")
        if self.name == SPARK:
            _need_spark()


BY_PLANES = Engine()


def _need_spark() -> None:
    for module in _SPARK_NEEDS:
        try:
            import_module(module)
        except ImportError:
            raise InputError(
                f"--engine spark needs `{module}`, which is not installed",
                help="pip install 'weighbridge[survey,spark]'",
            ) from None
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise InputError(
            "--engine spark needs Java, which is not found",
            help="install Java 17 or later and set JAVA_HOME, or leave --engine out",
        )
