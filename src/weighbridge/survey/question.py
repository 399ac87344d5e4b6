"""What is asked of a table: which rules, for which roles, on which day, on which facts besides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.assess.rows import BASE_ROLE, DEFAULT_ROLE, USE_ROLES, RowMaker
from weighbridge.facts import Value
from weighbridge.reason import Case, Row
from weighbridge.reason.columns import Question, Table
from weighbridge.rules.law import Law

_BASE = "has_base_model"
_APART = ","


@dataclass(frozen=True)
class Asked:
    """One question to every row of a table.

    as_of:       the ordinal of the day asked about
    markets:     the markets, as chosen
    roles:       as asked; empty for those that each row itself brings up
    fixed:       facts by key that replace what the rows say, readings among them
    unset:       keys of facts that count as unknown in every row
    presume:     whether presumptions may speak
    authorities: the kinds of text that count; ``None`` for all
    """

    as_of: int
    markets: tuple[str, ...]
    roles: tuple[str, ...] = ()
    fixed: Mapping[str, Value] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    presume: bool = True
    authorities: frozenset[str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the question as JSON values, to tell it from others."""
        kinds = None if self.authorities is None else sorted(self.authorities)
        return {
            "as_of": self.as_of,
            "markets": list(self.markets),
            "roles": list(self.roles),
            "fixed": {key: repr(value) for key, value in sorted(self.fixed.items())},
            "unset": sorted(self.unset),
            "presume": self.presume,
            "authorities": kinds,
        }

    @property
    def digest(self) -> str:
        """Return a name for the question: the SHA-256 of its JSON."""
        text = json.dumps(self.to_json(), sort_keys=True)
        return sha256(text.encode()).hexdigest()


class Roles:
    """Which roles are judged, and which of them a row holds.

    A row holds those that its column ``role`` names; where it names none, those asked, or those
    that ``check`` would judge by itself: developer, modifier where a base is named, integrator and
    deployer where a use is stated.
    """

    def __init__(self, table: Table, asked: tuple[str, ...]) -> None:
        """Work out the roles that any row can hold without naming them."""
        self._asked = asked
        self._uses = [
            name
            for name, column in table.columns.items()
            if column.fact.is_boolean and column.fact.subject in ("use", "actor-use")
        ]
        self._fixed_use = any(
            value is True
            and table.law.vocabulary[key.partition("[")[0]].subject in ("use", "actor-use")
            for key, value in table.fixed.items()
            if key.partition("[")[0] in table.law.vocabulary
        )
        self._base = [name for name, each in table.columns.items() if each.key == _BASE]
        self._fixed_base = table.fixed.get(_BASE) is True
        uses = bool(self._uses) or self._fixed_use
        base = bool(self._base) or self._fixed_base
        brought = (DEFAULT_ROLE, *((BASE_ROLE,) if base else ()), *(USE_ROLES if uses else ()))
        self.judged: tuple[str, ...] = asked or brought

    def of(self, batch: Any, given: Any) -> Any:
        """Return the roles of each row of a batch as text; ``given`` is its column or ``None``."""
        count = batch.num_rows
        if self._asked:
            own = np.full(count, _APART.join(self._asked), object)
        else:
            own = np.full(count, DEFAULT_ROLE, object)
            based = self._fixed_base | self._any(batch, self._base)
            used = self._fixed_use | self._any(batch, self._uses)
            own[based] += _APART + BASE_ROLE
            own[used] += _APART + _APART.join(USE_ROLES)
        array = pa.array(own, pa.string())
        if given is None or pa.types.is_null(given.type):
            return array
        return pc.coalesce(pc.cast(given, pa.string()), array)

    @staticmethod
    def _any(batch: Any, names: Iterable[str]) -> Any:
        found = np.zeros(batch.num_rows, np.bool_)
        for name in names:
            array = batch.column(name)
            if pa.types.is_boolean(array.type):
                found |= pc.fill_null(array, False).to_numpy(zero_copy_only=False)
        return found


def split_roles(text: str) -> tuple[str, ...]:
    """Return the roles that a cell of the column ``role`` names."""
    return tuple(word.strip().replace("-", "_") for word in text.split(_APART) if word.strip())


def questions(law: Law, asked: Asked, roles: Iterable[str]) -> Iterator[Question]:
    """Yield every rule of the markets for every role that can ever be its addressee."""
    maker = RowMaker(law, Case(law, {}), asked.as_of)
    wanted = tuple(roles)
    for rule in maker.rules(asked.markets):
        possible = maker.roles_of(rule)
        market = law.packs[rule.pack].market
        for role in wanted:
            if role in possible:
                yield rule, Row(role=role, market=market)
