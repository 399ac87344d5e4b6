"""A table, the law specialised to it, and what judges and packs its batches."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weighbridge.reason.columns import Specialised, specialise
from weighbridge.reason.planes.packed import Packer
from weighbridge.reason.planes.verdicts import MakeKernel
from weighbridge.rules.law import Law
from weighbridge.survey.cells import MOST_TOLD, Bad, BadCells, bad_cells, check_types
from weighbridge.survey.contract import ACTOR, RELEASE, ROLE, Contract, read_contract
from weighbridge.survey.derive import Derivation
from weighbridge.survey.question import Asked, Roles, questions, split_roles
from weighbridge.survey.vintage import Vintage

SURVEY = b"weighbridge.survey"
LICENCES = ("licence_weights", "weights_licence")
"""The columns that tell a licence, the first that is there counts."""

_FEW_ROWS = 20_000
_FEW_TRIES = 64


class Frame:
    """Everything that is worked out once for a table.

    contract: its columns        derivation: what follows from them
    law:      specialised to the columns that are there then
    roles:    the roles that are judged and who holds them
    """

    def __init__(
        self,
        law: Law,
        schema: Any,
        rows: int,
        asked: Asked,
        *,
        ignore: bool,
        kernel: MakeKernel | None = None,
    ) -> None:
        """Read the columns of a table and specialise the law to them.

        ``kernel`` makes what runs the law over batches, by default the planes.

        Raises :class:`InputError` for columns that are not as the contract asks.
        """
        self.asked = asked
        self.contract: Contract = read_contract(
            law, schema.names, asked.fixed, unset=asked.unset, ignore=ignore
        )
        check_types(self.contract.table, self.contract.keys, schema)
        self.derivation = Derivation(self.contract.table)
        self.roles = Roles(self.derivation.table, asked.roles)
        tries = {"tries": _FEW_TRIES} if rows <= _FEW_ROWS else {}
        self.law: Specialised = specialise(
            self.derivation.table,
            questions(law, asked, self.roles.judged),
            asked.as_of,
            presume=asked.presume,
            authorities=asked.authorities,
            **tries,
        )
        there = self.derivation.table.columns
        licence = [name for name in LICENCES if name in there][:1]
        actor = [name for name in (ACTOR,) if name in self.contract.keys]
        self.keep = (RELEASE, *actor, ROLE, *licence)
        self.packer = Packer(self.law, self.keep, kernel)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The columns of the table that have to be read."""
        table = self.contract.table
        facts = (
            name
            for name, column in table.columns.items()
            if column.fact.type != "text" or name in self.keep or not self.derivation.keeps(name)
        )
        return (*self.contract.keys, *facts)

    def schema(self, digest: str, vintage: Vintage | None) -> Any:
        """Return the Arrow schema of the verdict table, with all that a reader must know."""
        text = pa.string()
        fields = [pa.field(name, text) for name in self.keep]
        names = self.packer.columns
        fields += [pa.field(name, pa.uint64(), nullable=False) for name in names]
        about = {
            "format": 1,
            "input": digest,
            "keys": list(self.keep),
            "roles": list(self.roles.judged),
            "question": self.asked.to_json(),
            "columns": list(self.contract.facts),
            "ignored": list(self.contract.ignored),
            "kinds": [answer.rule.kind for answer in self.law.answers],
            "owed_to": [
                self.law.table.law.owed_to(answer.rule.pack) for answer in self.law.answers
            ],
        }
        packed = json.dumps(self.packer.metadata(), sort_keys=True, separators=(",", ":"))
        metadata = {
            b"weighbridge": packed.encode(),
            SURVEY: json.dumps(about, sort_keys=True).encode(),
        }
        return pa.schema(fields, metadata | (vintage.metadata() if vintage else {}))

    def judge(
        self, batch: Any, first_row: int, schema: Any, *, tell: bool = True
    ) -> tuple[Any, BadCells]:
        """Return the packed verdicts of a batch of the table, and what is at fault in it.

        Rows without a name are left out, and told where ``tell``.
        """
        bad = bad_cells(self._read_part, batch, first_row)
        ready = self.ready(batch, first_row, bad, tell=tell)
        packed = self.packer.batch(ready)
        return pa.RecordBatch.from_arrays(packed.columns, schema=schema), bad

    def ready(self, batch: Any, first_row: int, bad: BadCells, *, tell: bool = True) -> Any:
        """Return the rows of a batch that name a release, with all that follows from them."""
        if ROLE in batch.schema.names:
            roles = self._roles_given(batch, first_row, bad)
            batch = batch.set_column(batch.schema.get_field_index(ROLE), ROLE, roles)
        batch = _named(batch, first_row, bad if tell else BadCells())
        derived = self.derivation.apply(batch)
        given = batch.column(ROLE) if ROLE in batch.schema.names else None
        columns = dict(zip(derived.schema.names, derived.columns, strict=True))
        columns[ROLE] = self.roles.of(derived, given)
        for name in self.keep:
            columns[name] = _text(columns[name])
        return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))

    def _roles_given(self, batch: Any, first_row: int, bad: BadCells) -> Any:
        """Return the column of roles, null where a cell names what is no role; such are told."""
        coded = _text(batch.column(ROLE)).dictionary_encode()
        roles = set(self.law.table.law.vocabulary[ROLE].values)
        words = coded.dictionary.to_pylist()
        fits = [bool(split_roles(word)) and roles.issuperset(split_roles(word)) for word in words]
        cells = [word if fit else None for word, fit in zip(words, fits, strict=True)]
        if not all(fits):
            codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
            wrong = np.isin(codes, [at for at, fit in enumerate(fits) if not fit and words[at]])
            places = np.flatnonzero(wrong)
            told = [
                Bad(first_row + int(at), ROLE, f"`{words[codes[at]][:60]}` names no role")
                for at in places[:MOST_TOLD]
            ]
            bad.count(told, len(places))
        return pa.array(cells, pa.string()).take(coded.indices)

    @cached_property
    def _read_part(self) -> Any:
        """The columns of facts that are read, as a table of their own."""
        from weighbridge.reason.columns import Table

        table = self.contract.table
        return Table(table.law, [name for name in self.reads if name in table.columns])


def nameless_rows(batch: Any) -> Any:
    """Return which rows of a batch name no release, as an Arrow array."""
    return pc.fill_null(pc.equal(_text(batch.column(RELEASE)), ""), True)


def _named(batch: Any, first_row: int, bad: BadCells) -> Any:
    """Return the rows that name a release; tell those that name none."""
    nameless = nameless_rows(batch)
    if not pc.any(nameless).as_py():
        return batch
    for at in np.flatnonzero(nameless.to_numpy(zero_copy_only=False)):
        bad.add(Bad(first_row + int(at), "", f"no `{RELEASE}`: the row is left out"))
    return batch.filter(pc.invert(nameless))


def _text(array: Any) -> Any:
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())
