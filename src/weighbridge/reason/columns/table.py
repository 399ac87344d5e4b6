"""Which column of a table says what of which fact, and one row of it as facts.

A column is named like its fact: ``name``; ``name_low`` and ``name_high`` for the ends of a range;
``name__EU`` (``name_low__EU``) where it holds for one market alone. Null is unknown, and so are
NaN, an infinite end, a number below zero, ends that have crossed, a day no calendar has, a word
that is none of the fact's. Engines and :meth:`Table.values` read a row alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from weighbridge.facts import Range, Value
from weighbridge.facts.vocabulary import FactType
from weighbridge.reason.case import Axes
from weighbridge.reason.columns.circuit import Ends
from weighbridge.rules.law import Law
from weighbridge.text.errors import InputError

VALUE, LOW, HIGH = "value", "low", "high"
LAST_DAY = date.max.toordinal()
_SUFFIXES = {"_low": LOW, "_high": HIGH}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of facts.

    fact:   what it is about
    market: for which market alone, or empty
    end:    :data:`VALUE`, :data:`LOW` or :data:`HIGH`
    """

    name: str
    fact: FactType
    market: str
    end: str

    @property
    def key(self) -> str:
        """The key of the fact: ``name`` or ``name[EU]``."""
        return f"{self.fact.name}[{self.market}]" if self.market else self.fact.name


class Table:
    """The columns of a table that hold facts, and the facts that are the same for all its rows.

    columns: by name, in the order given
    others:  the names that are no column of facts
    """

    def __init__(
        self, law: Law, names: Iterable[str], fixed: Mapping[str, Value] | None = None
    ) -> None:
        """Read the names; ``fixed`` holds values by key, which stand before the column's.

        Raises :class:`InputError` where a number has a column of its own and one of its ends.
        """
        self.law = law
        self.axes = Axes(law)
        self.fixed = dict(fixed or {})
        self.columns: dict[str, Column] = {}
        self.others: list[str] = []
        self._of: dict[str, dict[str, str]] = {}
        for name in names:
            column = self._read(name)
            if column is None:
                self.others.append(name)
            else:
                self.columns[name] = column
                self._of.setdefault(column.key, {})[column.end] = name
        for key, ends in self._of.items():
            if VALUE in ends and len(ends) > 1:
                names_ = ", ".join(f"`{each}`" for each in ends.values())
                raise InputError(
                    f"{names_} all hold `{key}`", help="keep the value or its two ends"
                )

    def _read(self, name: str) -> Column | None:
        bare, _, market = name.partition("__")
        end = VALUE
        if bare not in self.law.vocabulary:
            for suffix, which in _SUFFIXES.items():
                if bare.endswith(suffix):
                    bare, end = bare.removesuffix(suffix), which
        fact = self.law.vocabulary.get(bare)
        if (
            fact is None
            or fact.subject in ("role", "step")
            or (end != VALUE and not fact.is_numeric)
        ):
            return None
        known = market in self.law.markets and "market" in self.axes.of(bare)
        if ("__" in name) and not known:
            return None
        return Column(name, fact, market, end)

    def keys(self, name: str, market: str) -> tuple[str, ...]:
        """Return the keys under which a fact is looked for, the one of the market first."""
        if market and "market" in self.axes.of(name):
            return f"{name}[{market}]", name
        return (name,)

    def found(self, name: str, market: str) -> list[Value | dict[str, str]]:
        """Return where a fact is found, in order: columns by their end, or a value for all rows.

        Nothing after a value is looked at.
        """
        places: list[Value | dict[str, str]] = []
        for key in self.keys(name, market):
            if key in self.fixed:
                return [*places, self.fixed[key]]
            if key in self._of:
                places.append(self._of[key])
        return places

    def ends(self, name: str, market: str) -> tuple[Ends, ...]:
        """Return where the two ends of a number are found, in order."""
        ends = []
        for place in self.found(name, market):
            if isinstance(place, Range):
                ends.append(Ends(place.low, place.high))
            elif isinstance(place, dict):
                value = place.get(VALUE)
                ends.append(Ends(place.get(LOW, value), place.get(HIGH, value)))
        return tuple(ends)

    def values(self, row: Mapping[str, Any]) -> dict[str, Value]:
        """Return the facts of one row by key, those that are the same for all rows included."""
        values: dict[str, Value] = {}
        for key, names in self._of.items():
            fact = self.columns[next(iter(names.values()))].fact
            value = _value(fact, {end: row.get(name) for end, name in names.items()})
            if value is not None:
                values[key] = value
        return values | self.fixed


def _value(fact: FactType, ends: Mapping[str, Any]) -> Value | None:
    if fact.is_numeric:
        low, high = (_number(fact, ends.get(end, ends.get(VALUE))) for end in (LOW, HIGH))
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            return None
        return Range(low, high)
    value = ends[VALUE]
    if fact.is_boolean:
        return value if isinstance(value, bool) else None
    if fact.type == "enum":
        return value if value in fact.values else None
    return value if isinstance(value, str) else None


def _number(fact: FactType, value: Any) -> float | None:
    if fact.is_date:
        value = value.toordinal() if isinstance(value, date) else None
    number = math.nan if value is None else float(value)
    return number if number >= 0 and math.isfinite(number) else None
