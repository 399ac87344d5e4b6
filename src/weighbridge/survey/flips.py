"""Who flips between two days or two laws: two verdict tables of one population, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from weighbridge.survey.contract import RELEASE
from weighbridge.survey.tally import NO, UNKNOWN, YES, Batch
from weighbridge.text.errors import InputError

STATES = ("not", "may", "owes")
"""What a row does: it does not owe on these facts, it cannot be told, or it owes."""

MOST_NAMES = 20
_Question = tuple[str, str, str]


@dataclass(slots=True)
class Flip:
    """One rule for one role, and how many rows go from one state to another.

    counts: by state before and after    names: the first releases that go there
    """

    rule: str
    market: str
    role: str
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    names: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows change."""
        return sum(self.counts.values())

    def to_json(self) -> dict[str, Any]:
        """Return the flips as JSON values."""
        changes = [
            {"from": a, "to": b, "rows": rows, "first": self.names[a, b]}
            for (a, b), rows in sorted(self.counts.items())
        ]
        return {
            "rule": self.rule,
            "market": self.market,
            "role": self.role,
            "rows": self.total,
            "changes": changes,
        }


def flips(before: Path, after: Path) -> tuple[Flip, ...]:
    """Return the rules under which some row flips, those with most rows first."""
    found: dict[_Question, Flip] = {}
    with pq.ParquetFile(before) as one, pq.ParquetFile(after) as two:
        places = [_places(file.schema_arrow) for file in (one, two)]
        for left, right in zip(_batches(one), _batches(two), strict=True):
            _compare(left, right, places, found)
    flipped = (each for each in found.values() if each.total)
    return tuple(sorted(flipped, key=lambda each: (-each.total, each.rule, each.role)))


def _batches(file: Any) -> Iterator[Any]:
    for group in range(file.num_row_groups):
        yield file.read_row_group(group).combine_chunks().to_batches()[0]


def _places(schema: Any) -> dict[_Question, dict[str, Any]]:
    rows = json.loads(schema.metadata[b"weighbridge"])["rows"]
    return {(row["rule"], row["market"], row["role"]): row for row in rows}


def _compare(
    left: Any,
    right: Any,
    places: list[dict[_Question, dict[str, Any]]],
    found: dict[_Question, Flip],
) -> None:
    if left.num_rows != right.num_rows:
        raise InputError("the two verdict tables have not the same rows")
    batches = Batch(left), Batch(right)
    seen: dict[Any, tuple[Any, Any]] = {}
    for question in sorted({*places[0], *places[1]}):
        rows = [each.get(question) for each in places]
        at = tuple((row["applies"], row["in_force"]) if row else None for row in rows)
        key = (question[2], at)
        if key not in seen:
            states = [_state(b, r, question[2]) for b, r in zip(batches, rows, strict=True)]
            seen[key] = states[0], states[1]
        was, now = seen[key]
        changed = was != now
        if changed.any():
            flip = found.setdefault(question, Flip(*question))
            _count(flip, was, now, changed, left.column(RELEASE))


def _state(batch: Batch, row: dict[str, Any] | None, role: str) -> Any:
    """Return for each row the index of its state in :data:`STATES`."""
    held = batch.holds(role)
    if row is None:
        return np.zeros(len(held), np.uint8)
    applies, force = batch.code(row["applies"]), batch.code(row["in_force"])
    owes = held & (applies == YES) & (force == YES)
    may = held & (applies != NO) & (force != NO) & ((applies == UNKNOWN) | (force == UNKNOWN))
    return np.where(owes, 2, np.where(may, 1, 0)).astype(np.uint8)


def _count(flip: Flip, was: Any, now: Any, changed: Any, names: Any) -> None:
    pairs = was[changed] * np.uint8(3) + now[changed]
    places = np.flatnonzero(changed)
    for pair in np.unique(pairs):
        key = (STATES[int(pair) // 3], STATES[int(pair) % 3])
        rows = places[pairs == pair]
        flip.counts[key] = flip.counts.get(key, 0) + len(rows)
        told = flip.names.setdefault(key, [])
        told += [str(names[int(at)].as_py()) for at in rows[: MOST_NAMES - len(told)]]
