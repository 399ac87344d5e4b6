"""The schemas of what ``weighbridge diff`` and ``weighbridge law --diff`` print as JSON."""

from __future__ import annotations

from schema_parts.base import DAY, Schema, choice, document, many, open_mapping
from schema_parts.result import fact_schema, finding_schema, row_schema
from weighbridge.assess.causes import AXES
from weighbridge.assess.difference import GROUPS
from weighbridge.assess.parts import PARTS
from weighbridge.report.difference_json import ROW_KEYS
from weighbridge.rules.history import KINDS
from weighbridge.rules.rule import BINDINGS

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = many(_TEXT)
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NOTHING: Schema = {"type": "null"}


def difference_schema() -> Schema:
    """Return the schema of a difference, format 1. Keys may be added, so others are allowed."""
    body = open_mapping(
        {
            "format": {"const": 1},
            "weighbridge": _TEXT,
            "before": _side(),
            "after": _side(),
            "differs_in": many(choice(AXES)),
            "changed": {"type": "boolean"},
            "facts": many(_fact()),
            "new_findings": many(finding_schema()),
            "gone_findings": many(finding_schema()),
            "verdicts": many(_row()),
        }
    )
    return document("difference", "What weighbridge diff --format json prints, format 1", body)


def _side() -> Schema:
    law = {"hash": _TEXT, "as_of": DAY, "amendments": _TEXTS}
    return open_mapping(
        {
            "release": open_mapping({"name": _TEXT_OR_NULL, "digest": _TEXT_OR_NULL}),
            "law": open_mapping(law),
            "actors": many(open_mapping({"id": _TEXT, "roles": _TEXTS})),
            "markets": _TEXTS,
        }
    )


def _fact() -> Schema:
    side: Schema = {"anyOf": [fact_schema(), _NOTHING]}
    change = choice(("added", "removed", "changed"))
    return open_mapping({"fact": _TEXT, "change": change, "before": side, "after": side})


def _row() -> Schema:
    of_row = row_schema()["properties"]
    side = open_mapping({"version": _TEXT, **{key: of_row[key] for key in ROW_KEYS}})
    cause = open_mapping(
        {
            "of": choice((*PARTS, "row")),
            "kind": choice((*AXES, "asked")),
            "sets": many(_TEXTS),
            "alone": {"type": "boolean"},
        }
    )
    return open_mapping(
        {
            **dict.fromkeys(("rule", "market", "actor", "role", "use", "title", "why"), _TEXT),
            "kind": choice(BINDINGS),
            "became": choice(GROUPS),
            "changed": many(choice(PARTS)),
            "before": {"anyOf": [side, _NOTHING]},
            "after": {"anyOf": [side, _NOTHING]},
            "causes": many(cause),
        }
    )


def history_schema() -> Schema:
    """Return the schema of what the law changed between two days, format 1."""
    change = open_mapping({"change": choice(KINDS), "on": DAY, "market": _TEXT, "pack": _TEXT})
    named: Schema = {"anyOf": [{"required": [key]} for key in ("rule", "parameter", "penalty")]}
    body = open_mapping(
        {
            "format": {"const": 1},
            "hash": _TEXT,
            "after": DAY,
            "until": DAY,
            "amendments": _TEXTS,
            "changes": many(change | named),
        }
    )
    return document("history", "What weighbridge law --diff --format json prints, format 1", body)
