"""Facts that follow from others in the same row, worked out for whole columns at once.

What follows is what :func:`weighbridge.assess.derive.derive_facts` says of one case: sums, flags
that another fact shows, words that flags tell. A row that is surveyed and a release that is
checked are then judged by the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.facts import FactType, Range, Value
from weighbridge.reason.columns import Table
from weighbridge.reason.columns.table import HIGH, LOW, VALUE

_PASSES = 2  # one sum may be a part of another
_Columns = dict[str, Any]


class _Ends(NamedTuple):
    """Both ends of a number for every row, NaN where nothing is known."""

    low: Any
    high: Any


@dataclass(frozen=True, slots=True)
class _Step:
    """One fact that is filled where it is unknown, and how."""

    fact: FactType
    fill: Callable[[_Rows, FactType], None]


class Derivation:
    """What follows in a table: ``table`` has the columns that are there afterwards."""

    def __init__(self, table: Table) -> None:
        """Find the facts that can follow from the columns and fixed facts of ``table``."""
        self._before = table
        known = {each.key for each in table.columns.values()} | set(table.fixed)
        self._steps: list[_Step] = []
        numbers: set[str] = set()
        told: set[str] = set()
        for fact in self._sums():
            if any(set(parts) <= known for parts in fact.sums):
                self._steps.append(_Step(fact, _add))
                known.add(fact.name)
                numbers.add(fact.name)
        for fact in table.law.vocabulary:
            if not known.isdisjoint(fact.shown_by):
                self._steps.append(_Step(fact, _show))
                told.add(fact.name)
                known.add(fact.name)
            if any(not known.isdisjoint(names) for names in fact.told_by.values()):
                self._steps.append(_Step(fact, _tell))
                told.add(fact.name)
                known.add(fact.name)
        self.changed = numbers | told
        self._sources = {
            name
            for step in self._steps
            for parts in (*step.fact.sums, step.fact.shown_by, *step.fact.told_by.values())
            for name in parts
        }
        names = [name for name, each in table.columns.items() if each.key not in self.changed]
        names += sorted(f"{each}_{end}" for each in numbers for end in (LOW, HIGH))
        fixed = {key: value for key, value in table.fixed.items() if key not in self.changed}
        self.table = Table(table.law, [*names, *sorted(told)], fixed)

    def _sums(self) -> Iterator[FactType]:
        for _ in range(_PASSES):
            yield from (fact for fact in self._before.law.vocabulary if fact.sums)

    def keeps(self, name: str) -> bool:
        """Return whether nothing follows from a column."""
        return self._before.columns[name].key not in self._sources

    def apply(self, batch: Any) -> Any:
        """Return a record batch with what follows filled in."""
        if not self._steps:
            return batch
        rows = _Rows(self._before, batch)
        for step in self._steps:
            step.fill(rows, step.fact)
        gone = {name for name, each in self._before.columns.items() if each.key in self.changed}
        names = [name for name in batch.schema.names if name not in gone]
        arrays = [batch.column(name) for name in names]
        for name, column in self.table.columns.items():
            if column.key in self.changed:
                names.append(name)
                arrays.append(rows.array(column.key, column.end))
        return pa.RecordBatch.from_arrays(arrays, names=names)


class _Rows:
    """The facts of a batch by key, as steps fill them."""

    def __init__(self, table: Table, batch: Any) -> None:
        self.count: int = batch.num_rows
        self._table = table
        self._batch = batch
        self._numbers: dict[str, _Ends] = {}
        self._others: _Columns = {}

    def ends(self, key: str) -> _Ends:
        """Return both ends of a number; wholly unknown where nothing speaks of it."""
        if key not in self._numbers:
            self._numbers[key] = self._read_ends(key)
        return self._numbers[key]

    def set_ends(self, key: str, ends: _Ends) -> None:
        self._numbers[key] = ends

    def other(self, key: str) -> Any:
        """Return a flag, word or text as an Arrow array; ``None`` where nothing speaks of it."""
        if key in self._others:
            return self._others[key]
        fixed = self._table.fixed.get(key)
        if fixed is not None and not isinstance(fixed, Range):
            return self.same(fixed)
        names = [name for name, each in self._table.columns.items() if each.key == key]
        if not names:
            return None
        array = self._batch.column(names[0])
        fact = self._table.columns[names[0]].fact
        return _word(array, fact) if fact.type == "enum" else array

    def set_other(self, key: str, array: Any) -> None:
        self._others[key] = array

    def same(self, value: Value) -> Any:
        """Return one value for all rows."""
        return pa.array([value]).take(pa.array(np.zeros(self.count, np.int64)))

    def known(self, key: str) -> Any:
        """Return in which rows anything is known of a fact."""
        fact = self._table.law.vocabulary[key]
        if fact.is_numeric:
            low, high = self.ends(key)
            return ~(np.isnan(low) & np.isnan(high))
        array = self.other(key)
        if array is None:
            return np.zeros(self.count, np.bool_)
        return pc.is_valid(array).to_numpy(zero_copy_only=False)

    def true(self, key: str) -> Any:
        """Return in which rows a flag is so."""
        array = self.other(key)
        if array is None or not pa.types.is_boolean(array.type):
            return np.zeros(self.count, np.bool_)
        return pc.fill_null(array, False).to_numpy(zero_copy_only=False)

    def array(self, key: str, end: str) -> Any:
        """Return the column of a fact that was filled."""
        if end == VALUE:
            return self.other(key)
        values = self.ends(key)[end == HIGH]
        return pa.array(values, pa.float64(), mask=np.isnan(values))

    def _read_ends(self, key: str) -> _Ends:
        fixed = self._table.fixed.get(key)
        if isinstance(fixed, Range):
            two = [np.nan if end is None else end for end in (fixed.low, fixed.high)]
            return _Ends(*(np.full(self.count, end) for end in two))
        found = {each.end: name for name, each in self._table.columns.items() if each.key == key}
        low, high = (self._number(found.get(end, found.get(VALUE))) for end in (LOW, HIGH))
        crossed = np.greater(low, high)
        return _Ends(np.where(crossed, np.nan, low), np.where(crossed, np.nan, high))

    def _number(self, name: str | None) -> Any:
        if name is None:
            return np.full(self.count, np.nan)
        array = self._batch.column(name)
        if pa.types.is_null(array.type):
            return np.full(self.count, np.nan)
        if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
            array = pc.cast(pc.cast(array, pa.date32(), safe=False), pa.int32())
            return pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
        values = pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.where((values >= 0) & np.isfinite(values), values, np.nan)


def _word(array: Any, fact: FactType) -> Any:
    if pa.types.is_dictionary(array.type):
        array = pc.cast(array, pa.string())
    known = pc.is_in(array, pa.array(list(fact.values), pa.string()))
    return pc.if_else(known, array, None)


def _add(rows: _Rows, fact: FactType) -> None:
    stands = rows.ends(fact.name)
    unknown = np.isnan(stands.low) & np.isnan(stands.high)
    for parts in fact.sums:
        found = [rows.ends(part) for part in parts]
        low, high = found[0]
        for each in found[1:]:
            low, high = low + each.low, high + each.high
        stands = _Ends(np.where(unknown, low, stands.low), np.where(unknown, high, stands.high))
        unknown = np.isnan(stands.low) & np.isnan(stands.high)
    rows.set_ends(fact.name, stands)


def _show(rows: _Rows, fact: FactType) -> None:
    shown = np.zeros(rows.count, np.bool_)
    for name in fact.shown_by:
        shown |= rows.known(name)
    given = rows.other(fact.name)
    value = pa.array(np.ones(rows.count, np.bool_), mask=~shown)
    rows.set_other(fact.name, value if given is None else pc.coalesce(given, value))


def _tell(rows: _Rows, fact: FactType) -> None:
    """Let true flags tell a word; flags of other words than the one given widen it."""
    words = np.array([*fact.told_by, fact.several or None], object)
    told = np.zeros((len(fact.told_by), rows.count), np.bool_)
    for at, names in enumerate(fact.told_by.values()):
        for name in names:
            told[at] |= rows.true(name)
    array = rows.other(fact.name)
    given = np.full(rows.count, None, object)
    if array is not None and not pa.types.is_null(array.type):
        given = array.to_numpy(zero_copy_only=False)
    speaks = told.any(axis=0) & (given != (fact.several or " "))
    for at, word in enumerate(fact.told_by):
        told[at] |= speaks & (given == word)
    count = told.sum(axis=0)
    which = np.where(count == 1, told.argmax(axis=0), len(fact.told_by))
    says = words[which]
    speaks &= says != None  # noqa: E711 - an array of objects
    rows.set_other(fact.name, pa.array(np.where(speaks, says, given).tolist(), pa.string()))
