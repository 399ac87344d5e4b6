"""Cells of a table: text read as facts, and values that no fact can have, each with its place.

A bad cell is unknown and is told; a row without a name cannot be told apart and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.facts.values import read_dates, read_flag, read_number
from weighbridge.reason.columns import Column
from weighbridge.reason.columns.table import HIGH, LOW, Table
from weighbridge.text.errors import InputError, ParseError, did_you_mean

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Bad:
    """One cell or row at fault: the row (from 1), the column or nothing, and what is wrong."""

    row: int
    column: str
    why: str

    def __str__(self) -> str:
        """Return the place and the reason on one line."""
        at = f"row {self.row:,}"
        return f"{at}, `{self.column}`: {self.why}" if self.column else f"{at}: {self.why}"


@dataclass(slots=True)
class BadCells:
    """What was at fault: how much in all, and the first of it told."""

    cells: int = 0
    rows: int = 0
    told: list[Bad] = field(default_factory=list)

    def add(self, bad: Bad) -> None:
        """Count one fault, and keep it where few were kept before."""
        if bad.column:
            self.cells += 1
        else:
            self.rows += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(bad)

    def count(self, bads: Sequence[Bad], total: int) -> None:
        """Take the first of ``total`` bad cells."""
        for each in bads:
            self.add(each)
        self.cells += total - len(bads)

    def join(self, other: BadCells) -> None:
        """Add what was found elsewhere, later in the table."""
        self.cells += other.cells
        self.rows += other.rows
        self.told += other.told[: MOST_TOLD - len(self.told)]

    def to_json(self) -> dict[str, Any]:
        """Return counts and places as JSON values."""
        told = [{"row": each.row, "column": each.column, "why": each.why} for each in self.told]
        return {"cells": self.cells, "rows": self.rows, "told": told}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> BadCells:
        """Return what :meth:`to_json` wrote."""
        told = [Bad(each["row"], each["column"], each["why"]) for each in data["told"]]
        return cls(data["cells"], data["rows"], told)


def arrow_type(column: Column) -> Any:
    """Return the Arrow type that a column of facts has by the contract."""
    fact = column.fact
    if fact.is_boolean:
        return pa.bool_()
    if fact.is_date:
        return pa.date32()
    return pa.float64() if fact.is_numeric else pa.string()


def read_cell(column: Column, text: str) -> Any:
    """Return the value written in a cell of text; ``None`` for an empty one.

    Raises :class:`ParseError` for a value the fact cannot have.
    """
    text = text.strip()
    if not text:
        return None
    fact = column.fact
    if fact.is_boolean:
        return read_flag(text)
    if fact.is_date:
        return _read_day(column, text)
    if fact.is_numeric:
        number = read_number(text)
        if number < 0:
            raise ParseError(f"`{text[:60]}` is below zero")
        return number
    if fact.type == "enum" and text not in fact.values:
        near = did_you_mean(text, fact.values)
        raise ParseError(f"`{text[:60]}` is none of its words" + (f", {near}" if near else ""))
    return text


def _read_day(column: Column, text: str) -> date:
    days = read_dates(text)
    if column.end == LOW or (days.exact and column.end != HIGH):
        end = days.low
    elif column.end == HIGH:
        end = days.high
    else:
        raise ParseError(f"`{text[:60]}` is not one day, give the two ends")
    assert end is not None
    return date.fromordinal(int(end))


def read_texts(column: Column, texts: Sequence[str], first_row: int) -> tuple[Any, list[Bad], int]:
    """Return a column of text as an Arrow array, the first bad cells and how many there are."""
    known: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for text in texts:
        if text not in known:
            try:
                known[text] = read_cell(column, text)
            except ParseError as error:
                known[text], wrong[text] = None, error.message
    array = pa.array([known[text] for text in texts], arrow_type(column))
    if not wrong:
        return array, [], 0
    places = [at for at, text in enumerate(texts) if text in wrong]
    told = [Bad(first_row + at, column.name, wrong[texts[at]]) for at in places[:MOST_TOLD]]
    return array, told, len(places)


def check_types(table: Table, keys: Sequence[str], schema: Any) -> None:
    """Refuse a column whose Arrow type is not that of its fact (:class:`InputError`)."""
    for name in keys:
        kind = schema.field(name).type
        if not (_is_text(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)):
            raise InputError(f"column `{name}` holds {kind}, not names")
    for name, column in table.columns.items():
        kind = schema.field(name).type
        if not _fits(column, kind):
            wanted = "yes or no" if column.fact.is_boolean else "words"
            if column.fact.is_numeric:
                wanted = "days" if column.fact.is_date else "numbers"
            raise InputError(
                f"column `{name}` holds {kind}, not {wanted}",
                help="a CSV file may hold everything as text",
            )


def _fits(column: Column, kind: Any) -> bool:
    types, fact = pa.types, column.fact
    if types.is_null(kind):
        return True
    if fact.is_boolean:
        return bool(types.is_boolean(kind))
    if fact.is_date:
        return bool(types.is_date(kind) or types.is_timestamp(kind))
    if fact.is_numeric:
        return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))
    return _is_text(kind)


def _is_text(kind: Any) -> bool:
    word = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(word) or pa.types.is_large_string(word))


def bad_cells(table: Table, batch: Any, first_row: int) -> BadCells:
    """Return the cells of a batch that hold what their fact cannot be: engines take it as unknown.

    NaN is a way to write unknown and is no fault.
    """
    found = BadCells()
    for name, column in table.columns.items():
        array = batch.column(name)
        if array.null_count == len(array):
            continue
        for why, mask in _faults(column, array):
            places = np.flatnonzero(mask)
            if len(places):
                told = [
                    Bad(first_row + int(at), name, f"`{_shown(array, int(at))}` {why}")
                    for at in places[:MOST_TOLD]
                ]
                found.count(told, len(places))
    for low, high in _two_ends(table):
        crossed = pc.fill_null(pc.greater(batch.column(low), batch.column(high)), False)
        places = np.flatnonzero(crossed.to_numpy(zero_copy_only=False))
        if len(places):
            why = f"lies above `{high}`"
            told = [Bad(first_row + int(at), low, why) for at in places[:MOST_TOLD]]
            found.count(told, len(places))
    found.told.sort(key=lambda bad: bad.row)
    return found


def _two_ends(table: Table) -> Iterator[tuple[str, str]]:
    lows = {each.key: name for name, each in table.columns.items() if each.end == LOW}
    for name, column in table.columns.items():
        if column.end == HIGH and column.key in lows:
            yield lows[column.key], name


def _faults(column: Column, array: Any) -> Iterator[tuple[str, Any]]:
    fact = column.fact
    if fact.is_numeric and not fact.is_date:
        ends = pc.min_max(array)
        low, high = ends["min"].as_py(), ends["max"].as_py()
        if low is not None and (low < 0 or high == float("inf")):
            yield "is below zero", _mask(pc.less(array, 0))
            yield "is no number", _mask(pc.equal(pc.cast(array, pa.float64()), float("inf")))
    elif fact.type == "enum":
        words = pa.array(list(fact.values), pa.string())
        if pa.types.is_dictionary(array.type):
            array = pc.cast(array, pa.string())
        known = pc.or_(pc.is_in(array, words), pc.is_null(array))
        if not pc.all(known).as_py():
            yield "is none of its words", _mask(pc.invert(known))


def _mask(array: Any) -> Any:
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False)


def _shown(array: Any, at: int) -> str:
    return str(array[at].as_py())[:60]
