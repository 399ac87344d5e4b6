"""Counts over a verdict table: by rule, market, role, licence and organisation.

They are read from the packed verdicts alone, so that a table that was written can be counted again.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc

from weighbridge.reason.planes.packed import COLUMN, SLOTS
from weighbridge.rules.rule import LAW
from weighbridge.survey.contract import ACTOR, ROLE
from weighbridge.survey.frame import LICENCES, SURVEY
from weighbridge.survey.question import split_roles

OWED_KINDS = ("duty", "prohibition")
YES, NO, UNKNOWN = 1, 2, 0
_CODES = {"yes": YES, "unknown": UNKNOWN}
NOBODY = "-"


class Place(NamedTuple):
    """Where the verdicts of one question lie: a slot, or the word that holds for all rows."""

    role: str
    applies: int | str
    settled: int | str
    in_force: int | str


@dataclass(slots=True)
class Counts:
    """Rows of one question: all that hold the role, and what came of them.

    owed:     it applies and is in force        open: either is unknown, so it may be owed
    presumed: of what applies, those that also rest on a presumption
    example:  the first row in which it is open, from 0, or -1
    first:    the first row in which it is owed, from 0, or -1
    """

    rows: int = 0
    applies: int = 0
    does_not: int = 0
    unknown: int = 0
    owed: int = 0
    open: int = 0
    presumed: int = 0
    example: int = -1
    first: int = -1


@dataclass(slots=True)
class Group:
    """Rows that share a licence or an organisation; verdicts are counted over all questions."""

    rows: int = 0
    owed: int = 0
    open: int = 0
    owing: int = 0


@dataclass
class Tally:
    """The counts so far.

    questions: as the metadata of the verdict table lists them
    weighty:   the questions about duties and prohibitions of law: they alone count for groups
    weighs:    for each place, by market, how many of those it answers
    """

    questions: list[dict[str, Any]]
    places: list[Place]
    judged: tuple[str, ...]
    licence: str
    has_actor: bool
    weighty: frozenset[int]
    weighs: dict[Place, Counter[str]]
    rows: int = 0
    by_place: dict[Place, Counts] = field(default_factory=dict)
    by_market: dict[str, Group] = field(default_factory=dict)
    by_role: dict[str, Group] = field(default_factory=dict)
    by_licence: dict[str, Group] = field(default_factory=dict)
    by_actor: dict[str, Group] = field(default_factory=dict)

    @classmethod
    def of_schema(cls, schema: Any) -> Tally:
        """Return an empty tally for a verdict table with this schema."""
        rows = json.loads(schema.metadata[b"weighbridge"])["rows"]
        about = json.loads(schema.metadata[SURVEY])
        places = [
            Place(row["role"], row["applies"], row["settled"], row["in_force"]) for row in rows
        ]
        licence = next((name for name in LICENCES if name in schema.names), "")
        weighty = frozenset(
            at
            for at, kind in enumerate(about["kinds"])
            if kind in OWED_KINDS and about["owed_to"][at] == LAW
        )
        weighs: dict[Place, Counter[str]] = defaultdict(Counter)
        for at in weighty:
            weighs[places[at]][rows[at]["market"]] += 1
        has_actor = ACTOR in schema.names
        tally = cls(rows, places, tuple(about["roles"]), licence, has_actor, weighty, weighs)
        tally.by_place = {place: Counts() for place in places}
        return tally

    def counts(self, question: int) -> Counts:
        """Return the counts of one question."""
        return self.by_place[self.places[question]]

    def add(self, batch: Any) -> None:
        """Count a batch of the verdict table."""
        codes = Batch(batch)
        held = {role: codes.holds(role) for role in {place.role for place in self.places}}
        totals = _Totals(batch.num_rows)
        for place, counts in self.by_place.items():
            owed, open_ = self._count(codes, held[place.role], place, counts)
            if place in self.weighs:
                totals.add(place.role, self.weighs[place], owed, open_)
        self._groups(batch, totals, held)
        self.rows += batch.num_rows

    def _count(self, batch: Batch, held: Any, place: Place, counts: Counts) -> tuple[Any, Any]:
        applies, force = batch.code(place.applies), batch.code(place.in_force)
        yes, no = held & (applies == YES), held & (applies == NO)
        unknown = held & (applies == UNKNOWN)
        owed = yes & (force == YES)
        open_ = (unknown & (force != NO)) | (yes & (force == UNKNOWN))
        settled = batch.code(place.settled) == YES
        if counts.example < 0 and open_.any():
            counts.example = self.rows + int(open_.argmax())
        if counts.first < 0 and owed.any():
            counts.first = self.rows + int(owed.argmax())
        counts.rows += int(held.sum())
        counts.applies += int(yes.sum())
        counts.does_not += int(no.sum())
        counts.unknown += int(unknown.sum())
        counts.owed += int(owed.sum())
        counts.open += int(open_.sum())
        counts.presumed += int((yes & ~settled).sum())
        return owed, open_

    def _groups(self, batch: Any, totals: _Totals, held: Mapping[str, Any]) -> None:
        for names, rows, groups in (
            (sorted(totals.markets), totals.markets, self.by_market),
            (sorted(held), totals.roles, self.by_role),
        ):
            for name in names:
                mask = held[name] if groups is self.by_role else np.ones(batch.num_rows, np.bool_)
                owed, open_ = rows.get(name, (np.zeros(1, np.int64),) * 2)
                group = groups.setdefault(name, Group())
                group.rows += int(mask.sum())
                group.owed += int(owed.sum())
                group.open += int(open_.sum())
                group.owing += int((owed > 0).sum())
        if self.licence:
            _grouped(batch.column(self.licence), totals, self.by_licence)
        if self.has_actor:
            _grouped(batch.column(ACTOR), totals, self.by_actor)


class _Totals:
    """For each row how many verdicts are owed and open: in all, by market, by role."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.owed = np.zeros(rows, np.int64)
        self.open = np.zeros(rows, np.int64)
        self.markets: dict[str, tuple[Any, Any]] = {}
        self.roles: dict[str, tuple[Any, Any]] = {}

    def add(self, role: str, weights: Counter[str], owed: Any, open_: Any) -> None:
        """Count one place that answers so many questions of each market."""
        every = weights.total()
        kinds = [(self.roles, role, every)]
        kinds += [(self.markets, market, weight) for market, weight in weights.items()]
        for kind, name, _ in kinds:
            if name not in kind:
                kind[name] = (np.zeros(self.rows, np.int64), np.zeros(self.rows, np.int64))
        for at, mask in ((0, owed), (1, open_)):
            if mask.any():
                (self.owed, self.open)[at][mask] += every
                for kind, name, weight in kinds:
                    kind[name][at][mask] += weight


class Batch:
    """The codes of one batch of a verdict table by place, each read once."""

    def __init__(self, batch: Any) -> None:
        """Take the batch; its words are read when somebody asks."""
        self._batch = batch
        self._codes: dict[int | str, Any] = {}
        self._words: dict[int, Any] = {}
        self._held: dict[str, Any] = {}

    def holds(self, role: str) -> Any:
        """Return which rows hold a role."""
        if role not in self._held:
            coded = self._batch.column(ROLE).dictionary_encode()
            words = [role in split_roles(text or "") for text in coded.dictionary.to_pylist()]
            indices = pc.fill_null(coded.indices, len(words)).to_numpy(zero_copy_only=False)
            self._held[role] = np.array([*words, False])[indices]
        return self._held[role]

    def code(self, place: int | str) -> Any:
        """Return the code of each row at a place."""
        if isinstance(place, str):
            return np.uint8(_CODES.get(place, NO))
        if place not in self._codes:
            at = place // SLOTS
            if at not in self._words:
                column = self._batch.column(f"{COLUMN}{at}")
                self._words[at] = column.to_numpy(zero_copy_only=False)
            bits = self._words[at] >> np.uint64(2 * (place % SLOTS))
            self._codes[place] = (bits & np.uint64(3)).astype(np.uint8)
        return self._codes[place]


def _grouped(column: Any, totals: _Totals, groups: dict[str, Group]) -> None:
    coded = column.dictionary_encode()
    names = [NOBODY if name is None else name for name in coded.dictionary.to_pylist()]
    codes = pc.fill_null(coded.indices, len(names)).to_numpy(zero_copy_only=False)
    names.append(NOBODY)
    size = len(names)
    rows = np.bincount(codes, minlength=size)
    owed = np.bincount(codes, weights=totals.owed, minlength=size)
    open_ = np.bincount(codes, weights=totals.open, minlength=size)
    owing = np.bincount(codes, weights=totals.owed > 0, minlength=size)
    for at, name in enumerate(names):
        if rows[at]:
            group = groups.setdefault(name, Group())
            group.rows += int(rows[at])
            group.owed += int(owed[at])
            group.open += int(open_[at])
            group.owing += int(owing[at])
