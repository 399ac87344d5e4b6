"""A law as JSON and back, and what it means as one text.

Compiled law is a table for each kind of thing, so that a run does not pay for a thousand copies of
the same keys. What a law means is said apart from that, with every name: a change of the form
changes no hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from weighbridge.facts import Vocabulary
from weighbridge.rules.law import Law
from weighbridge.rules.rule import (
    Addressee,
    Binding,
    Citation,
    Comparison,
    Copy,
    DatedValue,
    Discharge,
    Interval,
    Pack,
    Parameter,
    Penalty,
    Position,
    Question,
    Rule,
    Twin,
)
from weighbridge.text.errors import LawMissing
from weighbridge.text.table import from_table, to_table


def law_to_json(law: Law) -> dict[str, Any]:
    """Return a law as JSON values; :func:`law_from_json` reads it back.

    All but the line of a rule, which only errors of the compiler speak of.
    """
    return {
        "hash": law.hash,
        "read_on": law.read_on,
        "amendments": list(law.amendments),
        "changed": law.changed,
        "vocabulary": law.vocabulary.to_json(),
        "packs": to_table(Pack, law.packs.values()),
        "parameters": to_table(Parameter, law.parameters.values()),
        "questions": to_table(Question, law.questions.values()),
        "discharges": to_table(Discharge, law.discharges.values()),
        "rules": to_table(Rule, law.rules, leave_out=["line"]),
        "penalties": to_table(Penalty, law.penalties.values()),
        "comparisons": to_table(Comparison, law.comparisons.values()),
        "digests": {pack: law.digest(pack) for pack in law.packs},
    }


def law_from_json(data: dict[str, Any]) -> Law:
    """Return the law that :func:`law_to_json` wrote.

    Raises :class:`LawMissing` where it is empty, and ``KeyError``, ``TypeError`` or
    ``ValueError`` where it is something else.
    """
    law = Law(
        read_on=data["read_on"],
        vocabulary=Vocabulary.from_json(data["vocabulary"]),
        packs=from_table(Pack, data["packs"], _PACK),
        parameters=from_table(Parameter, data["parameters"], _PARAMETER),
        questions=from_table(Question, data["questions"], _QUESTION),
        discharges=from_table(Discharge, data["discharges"], _DISCHARGE),
        rules=from_table(Rule, data["rules"], _RULE),
        amendments=data["amendments"],
        changed=data["changed"],
        penalties=from_table(Penalty, data["penalties"], _PENALTY),
        comparisons=from_table(Comparison, data["comparisons"], _COMPARISON),
    )
    if not law.rules or not law.packs:
        raise LawMissing("the compiled law is empty")
    law.digests = data["digests"]
    law.hash = data["hash"]
    return law


def meaning_hash(law: Law) -> str:
    """Return ``sha256:…`` over what a law means."""
    return f"sha256:{hashlib.sha256(law_meaning(law).encode('utf-8')).hexdigest()}"


def law_meaning(law: Law) -> str:
    """Return everything a law says as JSON, each thing with its fields by name.

    Order counts: that of choices is told to people.
    """
    meaning = {
        "read_on": law.read_on,
        "amendments": law.amendments,
        "changed": law.changed,
        "vocabulary": list(law.vocabulary),
        "packs": list(law.packs.values()),
        "parameters": list(law.parameters.values()),
        "questions": list(law.questions.values()),
        "discharges": list(law.discharges.values()),
        "rules": law.rules,
        "penalties": list(law.penalties.values()),
        "comparisons": list(law.comparisons.values()),
        "digests": {pack: law.digest(pack) for pack in law.packs},
    }
    return json.dumps(meaning, ensure_ascii=False, separators=(",", ":"), default=_by_name)


def _by_name(thing: Any) -> dict[str, Any]:
    """Return the fields of a dataclass, but for the line of a rule."""
    named = {each.name: getattr(thing, each.name) for each in fields(thing)}
    if isinstance(thing, Rule):
        del named["line"]
    return named


Readers = dict[str, Callable[[Any], Any]]
"""For each field that is more than JSON: what makes it of the values written."""


_TUPLES_FROM = [each.name for each in fields(Binding)].index("limits")


def _binding(values: list[Any] | None) -> Binding | None:
    """Return a binding; its last two fields are tuples, and may have been left out as empty."""
    if values is None:
        return None
    return Binding(*values[:_TUPLES_FROM], *map(tuple, values[_TUPLES_FROM:]))


_WRITTEN: Readers = {
    "cite": lambda values: Citation(*values),
    "read": lambda values: Copy(*values),
    "interval": lambda values: Interval(*values),
    "rows": tuple,
}
_RULE: Readers = {**_WRITTEN, "binding": _binding, "discharges": tuple}
_PENALTY: Readers = {**_WRITTEN, "ceiling": tuple}
_PACK: Readers = {
    "addressees": lambda terms: tuple(
        Addressee(name, object_, fact, tuple(roles), cite)
        for name, object_, fact, roles, cite in terms
    )
}
_PARAMETER: Readers = {
    "values": lambda values: tuple(
        DatedValue(start, value, written, cite, Copy(*read))
        for start, value, written, cite, read in values
    )
}
_QUESTION: Readers = {
    "positions": lambda positions: {word: Position(*one) for word, one in positions.items()}
}
_DISCHARGE: Readers = {"looks_for": tuple}
_COMPARISON: Readers = {"twins": lambda twins: tuple(Twin(*twin) for twin in twins)}
