"""SQL: the law over tables of a database as pairs, for DuckDB and Spark."""

from weighbridge.reason.sql.dialects import DIALECTS, DUCKDB, SPARK, Dialect
from weighbridge.reason.sql.emit import Query, query_for

__all__ = ["DIALECTS", "DUCKDB", "SPARK", "Dialect", "Query", "query_for"]
