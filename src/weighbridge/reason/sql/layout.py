"""The columns of a table laid out for pairs: nothing in them is null.

Here, at the edge, and nowhere else is null looked at. A flag becomes two columns, *is true* and *is
false*; a word a small number, 0 where it is none of the fact's; each end of a number a double, an
infinite one where the end is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weighbridge.reason.columns.circuit import Bound, Ends, FlagIs, Term, Test, WordIn
from weighbridge.reason.columns.table import LAST_DAY, Table
from weighbridge.reason.sql.dialects import Dialect

_NEVER = "CAST('-Infinity' AS DOUBLE)"
_ALWAYS = "CAST('Infinity' AS DOUBLE)"
Source = tuple[tuple[Ends, ...], int, bool]
"""Where a number is looked for, by how many months it is moved, whether it is a day."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One column of the layout and the expression over the table that makes it."""

    name: str
    expression: str


class Layout:
    """The layout that some tests need, and how each test reads on it."""

    def __init__(self, tests: Iterable[Test], table: Table, dialect: Dialect) -> None:
        """Work out the columns."""
        self.table = table
        self.dialect = dialect
        self.columns: dict[str, str] = {}
        self._sources: dict[Source, str] = {}
        self._codes: dict[str, dict[str, int]] = {}
        for test in tests:
            if isinstance(test, FlagIs):
                self._lay_flag(test.column)
            elif isinstance(test, WordIn):
                self._lay_word(test.column)
            else:
                for term in test.terms:
                    self._lay_number(term)

    def test(self, test: Test) -> str:
        """Return a test as a condition that is never null."""
        column = self.dialect.column
        if isinstance(test, FlagIs):
            return column(f"{test.column}:{'yes' if test.value else 'no'}")
        if isinstance(test, WordIn):
            codes = sorted(self._codes[test.column][word] for word in test.words)
            name = column(f"{test.column}:word")
            if len(codes) == 1:
                return f"{name} = {codes[0]}"
            return f"{name} IN ({', '.join(map(str, codes))})"
        return self._bound(test)

    def _lay_flag(self, name: str) -> None:
        column = self.dialect.column(name)
        self.columns[f"{name}:yes"] = f"coalesce({column}, FALSE)"
        self.columns[f"{name}:no"] = f"coalesce(NOT {column}, FALSE)"

    def _lay_word(self, name: str) -> None:
        words = self.table.columns[name].fact.values
        self._codes[name] = {word: code for code, word in enumerate(words, 1)}
        cases = (f"WHEN {self.dialect.text(w)} THEN {c}" for w, c in self._codes[name].items())
        column = self.dialect.column(name)
        whole = f"CASE {column} {' '.join(cases)} ELSE 0 END"
        self.columns[f"{name}:word"] = f"CAST({whole} AS SMALLINT)"

    def _lay_number(self, term: Term) -> None:
        source = (term.found, term.months, term.dates)
        if source in self._sources:
            return
        names = [end for ends in term.found for end in (ends.low, ends.high) if end is not None]
        name = "|".join(dict.fromkeys(map(str, names)))
        self._sources[source] = name = f"{name}+{term.months}m" if term.months else name
        ends = self._low_high(list(term.found), term.dates)
        for side, end in zip(("low", "high"), ends, strict=True):
            self.columns[f"{name}:{side}"] = self._moved(end, term.months)

    def _low_high(self, found: list[Ends], dates: bool) -> tuple[str, str]:
        """Return both ends of a number: those of the first place that says anything."""
        low, high = self._cleaned(found[0], dates)
        if len(found) == 1:
            return low, high
        says = f"({low} > {_NEVER} OR {high} < {_ALWAYS})"
        rest = self._low_high(found[1:], dates)
        one, two = (
            f"CASE WHEN {says} THEN {end} ELSE {other} END"
            for end, other in zip((low, high), rest, strict=True)
        )
        return one, two

    def _cleaned(self, ends: Ends, dates: bool) -> tuple[str, str]:
        """Return the ends of one place, infinite where they say nothing that a fact can be."""
        low_known, low = self._end(ends.low, dates)
        high_known, high = self._end(ends.high, dates)
        if low and high and low != high:
            crossed = f" AND NOT coalesce({low_known} AND {high_known} AND {low} > {high}, FALSE)"
        else:
            crossed = ""
        return (
            f"CASE WHEN {low_known}{crossed} THEN {low} ELSE {_NEVER} END" if low else _NEVER,
            f"CASE WHEN {high_known}{crossed} THEN {high} ELSE {_ALWAYS} END" if high else _ALWAYS,
        )

    def _end(self, end: str | float | None, dates: bool) -> tuple[str, str]:
        """Return the condition that an end says something, and its value; empty for none."""
        if end is None:
            return "", ""
        if not isinstance(end, str):
            return "TRUE", self.dialect.double(end)
        column = self.dialect.column(end)
        if dates:
            within = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
            return within, self.dialect.ordinal(column)
        return f"{column} >= 0 AND {column} < {_ALWAYS}", f"CAST({column} AS DOUBLE)"

    def _moved(self, end: str, months: int) -> str:
        if not months:
            return end
        inside = f"{end} > {_NEVER} AND {end} < {_ALWAYS}"
        later = self.dialect.ordinal(self.dialect.later(self.dialect.date(f"({end})"), months))
        last = self.dialect.double(float(LAST_DAY))
        return f"CASE WHEN {inside} THEN least({later}, {last}) ELSE {end} END"

    def _bound(self, test: Bound) -> str:
        operator = "=" if test.operator == "==" else test.operator
        constant = self.dialect.double(test.constant)
        sums, known = [], []
        for term in test.terms:
            low = test.low == (term.factor > 0)
            name = self._sources[term.found, term.months, term.dates]
            column = self.dialect.column(f"{name}:{'low' if low else 'high'}")
            known.append(f"{column} > {_NEVER}" if low else f"{column} < {_ALWAYS}")
            factor = self.dialect.double(term.factor)
            sums.append(column if term.factor == 1.0 else f"{factor} * {column}")
        compared = f"{' + '.join(sums)} {operator} {constant}"
        return compared if len(sums) == 1 else " AND ".join((*known, compared))
