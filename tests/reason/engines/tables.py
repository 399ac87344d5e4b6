"""Random tables for a law: every fact a column, near every threshold, with what a table may hold.

Half of the cells are null; numbers lie just below, at and just above the law's own thresholds and
their neighbours in floating point; some are NaN, infinite, negative, crossed or words nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random
from typing import Any

from weighbridge.facts import FactType
from weighbridge.reason.case import Axes
from weighbridge.rules import Law

EPOCH = date(1970, 1, 1).toordinal()
BELOW, ABOVE = math.nextafter(10.0, 0), math.nextafter(10.0, 99)
"""The neighbours of ten, which rules of tests have as a threshold."""

Rows = list[dict[str, Any]]


def thresholds(law: Law, *, dates: bool) -> list[float]:
    """Return numbers just below, at and above every parameter of a law, and a few of their own."""
    found = {1.0} if dates else {0.0, 1.0, 1e300}
    for parameter in law.parameters.values():
        if (parameter.unit == "date") is dates:
            for dated in parameter.values:
                if dates:
                    found.update(dated.value + step for step in (-1, 0, 1))
                else:
                    near = (math.nextafter(dated.value, side) for side in (-math.inf, math.inf))
                    found.update((dated.value, dated.value / 3, *near))
    return sorted(number for number in found if number >= 0)


class Maker:
    """Makes columns and rows for some facts of a law."""

    def __init__(self, law: Law, facts: Iterable[FactType], markets: Sequence[str], seed: int):
        """Take the facts that get columns; those of a market also get one for each of these."""
        self.random = Random(seed)
        self.points = {dates: thresholds(law, dates=dates) for dates in (False, True)}
        axes = Axes(law)
        self.columns: dict[str, tuple[FactType, str]] = {}
        for fact in facts:
            for market in ("", *(markets if "market" in axes.of(fact.name) else ())):
                behind = f"__{market}" if market else ""
                ends = ("low", "high") if fact.is_numeric and self.random.random() < 0.6 else ("",)
                for end in ends:
                    name = f"{fact.name}{'_' if end else ''}{end}{behind}"
                    self.columns[name] = fact, end

    def rows(self, count: int, known: float = 0.5, odd: float = 0.02) -> Rows:
        """Return rows; a share of cells is known, a small one holds what no fact can be."""
        return [self._row(known, odd) for _ in range(count)]

    def _row(self, known: float, odd: float) -> dict[str, Any]:
        row: dict[str, Any] = {}
        before: float | None = None
        for name, (fact, end) in self.columns.items():
            value: Any = None
            if self.random.random() < known:
                value = self._value(fact, before if end == "high" else None, odd)
            row[name] = value
            before = value if end == "low" and isinstance(value, (int, float)) else None
            if end == "low" and isinstance(value, date):
                before = float(value.toordinal())
        return row

    def _value(self, fact: FactType, least: float | None, odd: float) -> Any:
        strange = self.random.random() < odd
        if fact.is_boolean:
            return self.random.random() < 0.5
        if not fact.is_numeric:
            return "nonesuch" if strange else self.random.choice(sorted(fact.values))
        if fact.is_date:
            day = self._point(True, None if strange else least)
            return date.fromordinal(int(day))
        if strange:
            return self.random.choice([math.nan, math.inf, -math.inf, -1.0, -1e30])
        return self._point(False, None if self.random.random() < odd else least)

    def _point(self, dates: bool, least: float | None) -> float:
        points = [p for p in self.points[dates] if least is None or p >= least]
        return self.random.choice(points) if points else float(least or 1)


def arrow_table(columns: dict[str, tuple[FactType, str]], rows: Rows) -> Any:
    """Return rows as an Arrow table with the types that the contract of tables gives."""
    import pyarrow as pa

    def kind(fact: FactType) -> Any:
        if fact.is_boolean:
            return pa.bool_()
        if fact.is_date:
            return pa.date32()
        return pa.float64() if fact.is_numeric else pa.string()

    schema = pa.schema([(name, kind(fact)) for name, (fact, _) in columns.items()])
    return pa.Table.from_pylist(rows, schema=schema)


def fact_types(law: Law, *, legal: bool) -> list[FactType]:
    """Return the facts that can have columns, legal ones (given conclusions, readings) if asked."""
    return [
        fact
        for fact in law.vocabulary
        if fact.type != "text" and fact.subject not in ("role", "step")
        if legal or not fact.legal
    ]
