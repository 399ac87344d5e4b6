"""Tests of Arrow columns as bit planes: one bit a row, 64 rows a word, the first row lowest.

A missing end of a number is NaN, of which every comparison is false: that is what unknown asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.reason.columns.circuit import Bound, Ends, FlagIs, Term, Test, WordIn
from weighbridge.reason.columns.table import LAST_DAY
from weighbridge.text.errors import InputError

Plane = Any
"""An array of 64-bit words, unsigned."""

_EPOCH = 719_163  # the day that Arrow counts from, counted from the first of year 1
_COMPARE: dict[str, Callable[..., Any]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
}


_BLOCK = 32_768  # rows of a column that stay near the processor while it is compared
_LARGEST = np.float64(np.finfo(np.float64).max).view(np.uint64)  # more: negative, infinite or NaN
_LAST_DAY = np.float64(LAST_DAY).view(np.uint64)
Limits = Mapping[str, Sequence[tuple[str, float]]]
"""For each column compared as it is, the operators and numbers beside which it is set."""


def words_for(rows: int) -> int:
    """Return how many words a plane of so many rows has."""
    return (rows + 63) // 64


def packed(flags: Any, rows: int) -> Plane:
    """Return an array of booleans as a plane."""
    bits = np.packbits(flags, bitorder="little")
    if rows and not rows % 64:
        return bits.view(np.uint64)
    plane = np.zeros(words_for(rows), np.uint64)
    plane.view(np.uint8)[: len(bits)] = bits
    return plane


def bitmap(buffer: Any, offset: int, rows: int) -> Plane:
    """Return the plane of an Arrow bitmap; no copy where it is long enough and starts a word."""
    words = words_for(rows)
    start, shift = divmod(offset, 8)
    if not shift and start % 8 == 0 and buffer.size >= start + 8 * words:
        return np.frombuffer(buffer, np.uint64, words, start)
    length = (shift + rows + 7) // 8
    data = np.frombuffer(buffer, np.uint8, length, start)
    if shift:
        return packed(np.unpackbits(data, bitorder="little")[shift : shift + rows], rows)
    plane = np.zeros(words, np.uint64)
    plane.view(np.uint8)[:length] = data
    return plane


def limits_of(tests: Iterable[Test]) -> Limits:
    """Return what columns are compared with, so that each is read once for all."""
    limits: dict[str, dict[tuple[str, float], None]] = {}
    for test in tests:
        plain = plain_test(test)
        if plain is not None and isinstance(test, Bound):
            limits.setdefault(plain[0], {})[plain[1], test.constant] = None
    return {name: tuple(each) for name, each in limits.items()}


class Plain(NamedTuple):
    """A test of one column as it is: beside which number; whether the opposite is meant."""

    column: str
    operator: str
    opposite: bool


def plain_test(test: Test) -> Plain | None:
    """Return how a test reads on a single column of numbers; ``None`` for any other."""
    if not isinstance(test, Bound):
        return None
    term = test.terms[0]
    if len(test.terms) > 1 or len(term.found) > 1 or term.months or term.factor != 1.0:
        return None
    ends = term.found[0]
    name = ends.low if test.low else ends.high
    if not isinstance(name, str):
        return None
    if ends.low == ends.high and test.operator in ("<", "<="):
        return Plain(name, ">=" if test.operator == "<" else ">", True)
    return Plain(name, test.operator, False)


class Batch:
    """One Arrow record batch; what tests share of its columns is worked out once."""

    def __init__(self, batch: Any, limits: Limits) -> None:
        """Take the batch and what :func:`limits_of` found; columns are read when a test asks."""
        self.batch = batch
        self.rows: int = batch.num_rows
        self._limits = limits
        self._beside: dict[str, dict[tuple[str, float], Plane] | None] = {}
        self._words: dict[tuple[str, str], Plane] = {}
        self._crossed: dict[Ends, bool] = {}
        self._arrays: dict[str, Any] = {}
        self._known: dict[str, Plane] = {}
        self._numbers: dict[tuple[str, bool], tuple[Any, bool]] = {}
        self._codes: dict[str, tuple[Any, list[str]]] = {}
        self._ends: dict[tuple[tuple[Ends, ...], bool], tuple[Any, Any]] = {}

    def test(self, test: Test, plain: Plain | None) -> Plane:
        """Return the plane of one test, ``plain`` being what :func:`plain_test` says of it."""
        if isinstance(test, FlagIs):
            return self._flag(test)
        if isinstance(test, WordIn):
            return self._word(test)
        plane = self._beside_limit(test, plain) if plain is not None else None
        return self._bound(test) if plane is None else plane

    def array(self, name: str) -> Any:
        """Return one column as one Arrow array."""
        if name not in self._arrays:
            column = self.batch.column(name)
            if isinstance(column, pa.ChunkedArray):
                column = column.combine_chunks()
            self._arrays[name] = column
        return self._arrays[name]

    def known(self, name: str) -> Plane | None:
        """Return the plane of the rows in which a column is not null; ``None`` for all rows."""
        array = self.array(name)
        if not array.null_count:
            return None
        if name not in self._known:
            validity = array.buffers()[0]
            if validity is None:  # a column of nothing but nulls has no bitmap
                self._known[name] = np.zeros(words_for(self.rows), np.uint64)
            else:
                self._known[name] = bitmap(validity, array.offset, self.rows)
        return self._known[name]

    def _masked(self, name: str, plane: Plane) -> Plane:
        known = self.known(name)
        return plane if known is None else np.bitwise_and(plane, known)

    def _flag(self, test: FlagIs) -> Plane:
        array = self.array(test.column)
        if pa.types.is_null(array.type):
            return np.zeros(words_for(self.rows), np.uint64)
        if not pa.types.is_boolean(array.type):
            raise _wrong(test.column, "yes or no", array.type)
        values = bitmap(array.buffers()[1], array.offset, self.rows)
        return self._masked(test.column, values if test.value else np.bitwise_not(values))

    def _word(self, test: WordIn) -> Plane:
        if pa.types.is_null(self.array(test.column).type):
            return np.zeros(words_for(self.rows), np.uint64)
        if test.column not in self._codes:
            self._codes[test.column] = self._coded(test.column)
        planes = (self._is(test.column, word) for word in test.words)
        return self._masked(test.column, reduce(np.bitwise_or, planes))

    def _is(self, column: str, word: str) -> Plane:
        """Return the rows that hold a word, and perhaps some in which the column is null."""
        if (column, word) not in self._words:
            codes, words = self._codes[column]
            places = [at for at, each in enumerate(words) if each == word]
            plane = np.zeros(words_for(self.rows), np.uint64)
            for at in places:
                np.bitwise_or(
                    plane, packed(np.equal(codes, codes.dtype.type(at)), self.rows), plane
                )
            self._words[column, word] = plane
        return self._words[column, word]

    def _coded(self, name: str) -> tuple[Any, list[str]]:
        array = self.array(name)
        if not pa.types.is_dictionary(array.type):
            if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
                raise _wrong(name, "words", array.type)
            array = array.dictionary_encode()
        codes = array.indices
        kind = np.dtype(codes.type.to_pandas_dtype())
        start = codes.offset * kind.itemsize
        values = np.frombuffer(codes.buffers()[1], kind, len(codes), start)
        return values, array.dictionary.to_pylist()

    def _beside_limit(self, test: Bound, plain: Plain) -> Plane | None:
        """Return the plane of a test of one column; ``None`` where that holds odd values."""
        name = plain.column
        ends, dates = test.terms[0].found[0], test.terms[0].dates
        if name not in self._beside:
            self._beside[name] = self._all_limits(name, dates)
        planes = self._beside[name]
        if planes is None or self._crosses(ends, dates):
            return None
        raw = planes[plain.operator, test.constant]
        return self._masked(name, np.bitwise_not(raw) if plain.opposite else raw)

    def _all_limits(self, name: str, dates: bool) -> dict[tuple[str, float], Plane] | None:
        """Return a column beside all its limits, read once; ``None`` where it holds odd values."""
        array = self.array(name)
        if pa.types.is_null(array.type):
            return None
        values = _days(name, array) if dates else _doubles(name, array)
        limits = self._limits[name]
        planes = [np.zeros(words_for(self.rows), np.uint64) for _ in limits]
        flags = np.empty(_BLOCK, np.bool_)
        for start in range(0, self.rows, _BLOCK):
            block = values[start : start + _BLOCK]
            if np.max(block.view(np.uint64)) > (_LAST_DAY if dates else _LARGEST):
                return None
            if dates and np.min(block) < 1.0:
                return None
            holds = flags[: len(block)]
            for plane, (operator, limit) in zip(planes, limits, strict=True):
                _COMPARE[operator](block, limit, out=holds)
                bits = np.packbits(holds, bitorder="little")
                plane.view(np.uint8)[start // 8 : start // 8 + len(bits)] = bits
        return dict(zip(limits, planes, strict=True))

    def _crosses(self, ends: Ends, dates: bool) -> bool:
        if ends.low == ends.high or ends.low is None or ends.high is None:
            return False
        if ends not in self._crossed:
            low, high = (self._column(end, dates)[0] for end in (ends.low, ends.high))
            self._crossed[ends] = bool(np.greater(low, high).any())
        return self._crossed[ends]

    def _bound(self, test: Bound) -> Plane:
        total: Any = 0.0
        mask: Plane | None = None
        for at, term in enumerate(test.terms):
            values, known = self._term(term, test.low)
            total = total + values if at else values
            if known is not None:
                mask = known if mask is None else np.bitwise_and(mask, known)
        holds = _COMPARE[test.operator](total, test.constant)
        plane = packed(np.broadcast_to(holds, (self.rows,)), self.rows)
        return plane if mask is None else np.bitwise_and(plane, mask)

    def _term(self, term: Term, low: bool) -> tuple[Any, Plane | None]:
        """Return what a term adds to one end of a sum, and the rows in which it adds anything."""
        at = (term.found, low == (term.factor > 0))
        if at not in self._ends:
            self._ends[at] = self._end(term, at[1])
        values, known = self._ends[at]
        if term.months:
            values = _moved(values, term.months)
        return (values if term.factor == 1.0 else term.factor * values), known

    def _end(self, term: Term, low: bool) -> tuple[Any, Plane | None]:
        found = [self._ends_of(ends, term.dates) for ends in term.found]
        if len(found) == 1:
            return found[0][not low]
        filled: Any = np.full(self.rows, np.nan)
        for two in reversed(found):
            ends = [self._nan_where_unknown(*each) for each in two]
            says = ~(np.isnan(ends[0]) & np.isnan(ends[1]))
            filled = np.where(says, ends[not low], filled)
        return filled, None

    def _nan_where_unknown(self, values: Any, known: Plane | None) -> Any:
        values = np.broadcast_to(values, (self.rows,))
        if known is None:
            return values
        flags = np.unpackbits(known.view(np.uint8), count=self.rows, bitorder="little")
        return np.where(flags.view(np.bool_), values, np.nan)

    def _ends_of(self, ends: Ends, dates: bool) -> list[tuple[Any, Plane | None]]:
        """Return both ends of a number, each NaN or masked out where it says nothing."""
        two = [self._column(end, dates) for end in (ends.low, ends.high)]
        if ends.low == ends.high or ends.low is None or ends.high is None:
            return two
        (low, low_known), (high, high_known) = two
        crossed = np.greater(low, high)
        if not crossed.any():
            return two
        low, high = (
            self._nan_where_unknown(low, low_known),
            self._nan_where_unknown(high, high_known),
        )
        crossed = np.greater(low, high)
        return [(np.where(crossed, np.nan, each), None) for each in (low, high)]

    def _column(self, end: str | float | None, dates: bool) -> tuple[Any, Plane | None]:
        if not isinstance(end, str):
            return (np.nan if end is None else end), None
        if (end, dates) not in self._numbers:
            values, clean = self._number(end, dates)
            self._numbers[end, dates] = values, clean
        values, clean = self._numbers[end, dates]
        return values, (self.known(end) if clean else None)

    def _number(self, name: str, dates: bool) -> tuple[Any, bool]:
        """Return a column as doubles, and whether its nulls are still to be masked out."""
        array = self.array(name)
        if pa.types.is_null(array.type):
            return np.full(self.rows, np.nan), False
        values = _days(name, array) if dates else _doubles(name, array)
        lowest, highest = (1.0, float(LAST_DAY)) if dates else (0.0, np.finfo(np.float64).max)
        if self.rows and np.min(values) >= lowest and np.max(values) <= highest:
            return values, True
        inside = (values >= lowest) & (values <= highest)
        values = np.where(inside, values, np.nan)
        return self._nan_where_unknown(values, self.known(name)), False


def _doubles(name: str, array: Any) -> Any:
    kind = array.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise _wrong(name, "numbers", kind)
    if not pa.types.is_float64(kind):
        array = pc.cast(array, pa.float64(), safe=False)
    return np.frombuffer(array.buffers()[1], np.float64, len(array), array.offset * 8)


def _days(name: str, array: Any) -> Any:
    """Return days counted from the first of year 1."""
    if not (pa.types.is_date(array.type) or pa.types.is_timestamp(array.type)):
        raise _wrong(name, "days", array.type)
    if not pa.types.is_date32(array.type):
        array = pc.cast(array, pa.date32(), safe=False)
    days = np.frombuffer(array.buffers()[1], np.int32, len(array), array.offset * 4)
    return days + np.float64(_EPOCH)


def _moved(days: Any, months: int) -> Any:
    """Return days some months later, the last of the month where there is no such day."""
    known = np.isfinite(days)
    day = np.where(known, days, 1.0).astype(np.int64) - _EPOCH
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    within = date - month.astype("datetime64[D]")
    later = month + np.timedelta64(months, "M")
    first = later.astype("datetime64[D]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - first
    moved = (first + np.minimum(within, last - np.timedelta64(1, "D"))).astype(np.int64) + _EPOCH
    return np.where(known, np.clip(moved, 1, LAST_DAY).astype(np.float64), np.nan)


def _wrong(name: str, wanted: str, found: Any) -> InputError:
    return InputError(f"column `{name}` holds {found}, not {wanted}")
