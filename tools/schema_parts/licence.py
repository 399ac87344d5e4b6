"""The schema of what ``weighbridge licence --format json`` prints."""

from __future__ import annotations

from schema_parts.base import Schema, choice, document, many, open_mapping
from weighbridge.facts import Severity, Source
from weighbridge.release.licence.covers import PARTS
from weighbridge.release.licence.identify import How
from weighbridge.release.licence.table import CONDITIONS

_TEXT: Schema = {"type": "string"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_THRESHOLDS = ("user_threshold", "revenue_threshold")


def licence_schema() -> Schema:
    """Return the schema of a licence report, format 1. Keys may be added, so others are allowed."""
    body = open_mapping(
        {
            "format": {"const": 1},
            "licences": many(_licence()),
            "conditions": open_mapping({name: _answer(name) for name in CONDITIONS}),
            "evidence": {"type": "object", "additionalProperties": _evidence()},
            "findings": many(_finding()),
        }
    )
    return document("licence", "What weighbridge licence --format json prints, format 1", body)


def _licence() -> Schema:
    return open_mapping(
        {
            "id": _TEXT,
            "score": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "from": _TEXT,
            "of": choice(PARTS),
            "nearest": _MAYBE_TEXT,
            "difference": many(_passage()),
            "how": choice(str(each) for each in How),
            "kind": choice(("licence", "policy", "notice")),
        }
    )


def _passage() -> Schema:
    passage: Schema = {
        "type": "object",
        "properties": {
            "line": {"type": ["integer", "null"], "minimum": 1},
            "added": _TEXT,
            "missing": _TEXT,
        },
        "required": ["line"],
    }
    return passage


def _answer(name: str) -> Schema:
    """Return the answer to a condition; a threshold is its number where the text tells one."""
    if name in _THRESHOLDS:
        return {"type": ["boolean", "integer", "null"], "minimum": 0}
    return {"type": ["boolean", "null"]}


def _evidence() -> Schema:
    return open_mapping(
        {"from": _TEXT, "source": choice(str(each) for each in Source), "words": _TEXT}
    )


def _finding() -> Schema:
    return open_mapping(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "severity": choice(str(each) for each in Severity),
            "message": _TEXT,
            "where": many(_TEXT),
        }
    )
