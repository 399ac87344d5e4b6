"""What DuckDB and Spark write differently; everything else one emitter writes for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_EPOCH = 719_163  # 1 January 1970, counted from the first of year 1


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database writes names, doubles and days.

    double: a literal that is read as exactly this double
    days:   the days of a date since 1970, as a whole number
    date:   the date of a day counted from the first of year 1 (a double)
    later:  a date some months later, the last of the month where there is no such day
    """

    name: str
    quote: str
    double: Callable[[float], str]
    days: Callable[[str], str]
    date: Callable[[str], str]
    later: Callable[[str, int], str]

    def column(self, name: str) -> str:
        """Return the name of a column, quoted."""
        return f"{self.quote}{name.replace(self.quote, 2 * self.quote)}{self.quote}"

    def table(self, name: str) -> str:
        """Return the name of a table, each of its parts quoted."""
        return ".".join(map(self.column, name.split(".")))

    def text(self, text: str) -> str:
        """Return a literal of text; words of the vocabulary hold no backslash."""
        return "'" + text.replace("'", "''") + "'"

    def ordinal(self, date: str) -> str:
        """Return the day of a date, counted from the first of year 1, as a double."""
        return f"CAST({self.days(date)} + {_EPOCH} AS DOUBLE)"


DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    double=lambda number: _with_exponent(number),
    days=lambda date: f"(CAST({date} AS DATE) - DATE '1970-01-01')",
    date=lambda day: f"DATE '0001-01-01' + CAST({day} - 1 AS INTEGER)",
    later=lambda date, months: f"CAST({date} + INTERVAL {months} MONTH AS DATE)",
)

SPARK = Dialect(
    name="spark",
    quote="`",
    double=lambda number: f"{number!r}D",
    days=lambda date: f"datediff(CAST({date} AS DATE), DATE'1970-01-01')",
    date=lambda day: f"date_add(DATE'0001-01-01', CAST({day} - 1 AS INT))",
    later=lambda date, months: f"add_months({date}, {months})",
)

DIALECTS = {each.name: each for each in (DUCKDB, SPARK)}


def _with_exponent(number: float) -> str:
    """Return a double with an exponent, without which DuckDB reads a decimal."""
    text = repr(number)
    return text if "e" in text else f"{text}e0"
