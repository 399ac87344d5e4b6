"""The schema of one row of a table of releases, as JSON has it: every column that may stand."""

from __future__ import annotations

from schema_parts.base import WORDS, Schema, choice, document
from weighbridge.facts import FactType
from weighbridge.reason.case import Axes
from weighbridge.rules import Law
from weighbridge.survey.contract import column_names

_NUMBER: Schema = {"type": ["number", "null"], "minimum": 0}
_DAY: Schema = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXT: Schema = {"type": ["string", "null"]}


def table_schema(law: Law) -> Schema:
    """Return the schema of one row."""
    axes = Axes(law)
    markets = "|".join(law.markets)
    own: dict[str, Schema] = {
        "release": {"type": "string", "minLength": 1},
        "actor": _TEXT,
        "role": _TEXT,
    }
    by_market: dict[str, Schema] = {}
    for fact in law.vocabulary:
        if fact.subject in ("role", "step"):
            continue
        for name in column_names(fact):
            own[name] = _cell(fact)
            if "market" in axes.of(fact.name):
                by_market[f"^{name}__({markets})$"] = _cell(fact)
    body: Schema = {
        "type": "object",
        "properties": own,
        "patternProperties": {**by_market, "^source__.": _TEXT, "^about__.": {}},
        "required": ["release"],
        "additionalProperties": False,
    }
    return document("table", "One row of a table of releases: docs/tables.md", body)


def _cell(fact: FactType) -> Schema:
    if fact.is_boolean:
        return {"type": ["boolean", "null"]}
    if fact.is_date:
        return _DAY
    if fact.is_numeric:
        return _NUMBER
    if fact.type == "enum":
        return {"enum": [*fact.values, None]}
    return _TEXT


def knowing_schema(law: Law) -> Schema:
    """Return the schema of one document of ``knowing.yaml``."""
    names: Schema = {"type": "array", "items": WORDS}
    body: Schema = {
        "type": "object",
        "properties": {
            "knowing": WORDS,
            "says": WORDS,
            "facts": names,
            "rules": names,
            "roles": {"type": "array", "items": choice(law.vocabulary["role"].values)},
            "clock": WORDS,
            "event": WORDS,
        },
        "required": ["knowing", "says"],
        "anyOf": [{"required": ["facts"]}, {"required": ["rules"]}],
        "additionalProperties": False,
    }
    return document("knowing", "One kind of knowledge: a document of knowing.yaml", body)
