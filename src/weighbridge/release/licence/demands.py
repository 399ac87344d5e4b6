"""What licences ask of changed copies, and which of it cannot be kept together: read from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from weighbridge.facts import Severity
from weighbridge.release.licence.fingerprints import DATA
from weighbridge.release.licence.table import CONDITIONS
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Entries, Items, read_yaml

_WEIGHTS = tuple(str(each) for each in Severity)
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What one licence asks of changed copies that are given on.

    demands: words of the table
    others:  ids under which a copy may be given on too, or of which that is not known
    begins:  what the name of a copy begins with, or ``""``
    """

    demands: frozenset[str] = _NOTHING
    others: frozenset[str] = _NOTHING
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two demands of two bases that one changed copy cannot both meet."""

    one: str
    other: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Offer:
    """A demand, and the conditions of which the licence of a changed copy must then have one."""

    demand: str
    conditions: tuple[str, ...]
    severity: Severity


@dataclass(frozen=True, slots=True)
class Demands:
    """The table of demands.

    phrases:   how each demand is told after "changed copies"
    licences:  what each licence asks, by id
    conflicts: demands that cannot be kept together
    offers:    what the licence of a changed copy must have
    clauses:   the demand that a condition comes to where only the clause is known
    """

    phrases: Mapping[str, str]
    licences: Mapping[str, Asked]
    conflicts: tuple[Conflict, ...]
    offers: tuple[Offer, ...]
    clauses: Mapping[str, str]


@cache
def load_demands() -> Demands:
    """Return the shipped table, read once."""
    return read_demands((DATA / "inheritance.yaml").read_text("utf-8"), "inheritance.yaml")


def read_demands(text: str, file: str) -> Demands:
    """Return the table in ``text``. Raises :class:`LanguageError` for what its form forbids."""
    source = SourceFile(file, text)
    top = Fields(read_yaml(text, file), source)
    phrases = _plain(top.needed("demands"))
    licences = top.needed("licences")
    asked = {
        str(id): _asked(Fields(node, source, str(id)), phrases)
        for id, node in licences.node.items()
    }
    table = Demands(
        phrases,
        asked,
        tuple(_conflict(each, phrases) for each in _rows(top, "conflicts")),
        tuple(_offer(each, phrases) for each in _rows(top, "offers")),
        _plain(top.needed("clauses")),
    )
    top.done()
    return table


def _plain(section: Fields) -> dict[str, str]:
    assert isinstance(section.node, Entries)
    return {str(key): section.text(str(key)) for key in section.node}


def _rows(top: Fields, key: str) -> list[Fields]:
    node = top.take(key)
    if not isinstance(node, Items):
        top.fail(top.node, f"`{key}` takes a list")
    return [Fields(each, top.file, key) for each in node]


def _asked(fields: Fields, phrases: Mapping[str, str]) -> Asked:
    words = fields.text("asks").split()
    unknown = next((word for word in words if word not in phrases), None)
    if unknown is not None:
        fields.fail(fields.node, f"`{unknown}` is not a known demand")
    asked = Asked(
        frozenset(words),
        frozenset(fields.text("with", "").split()),
        fields.text("begins", ""),
    )
    fields.done()
    return asked


def _conflict(fields: Fields, phrases: Mapping[str, str]) -> Conflict:
    one, other = fields.choice("one", phrases), fields.choice("other", phrases)
    conflict = Conflict(one, other, Severity(fields.choice("weight", _WEIGHTS)))
    fields.done()
    return conflict


def _offer(fields: Fields, phrases: Mapping[str, str]) -> Offer:
    demand = fields.choice("demand", phrases)
    conditions = [fields.choice("condition", CONDITIONS)]
    if "or" in fields:
        conditions.append(fields.choice("or", CONDITIONS))
    offer = Offer(demand, tuple(conditions), Severity(fields.choice("weight", _WEIGHTS)))
    fields.done()
    return offer
