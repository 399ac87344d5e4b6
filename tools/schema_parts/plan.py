"""The schemas of what ``weighbridge plan`` prints as JSON: a plan, and what flips a verdict."""

from __future__ import annotations

from schema_parts.base import DAY, Schema, choice, document, many, open_mapping
from weighbridge.facts.vocabulary import MUTABLE
from weighbridge.plan.result import APPLIES, CHECKED_BY, ENDED, MAY_APPLY, OPEN_WORDS
from weighbridge.report.plan_words import BOUNDS
from weighbridge.rules.rule import DUES

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = many(_TEXT)
_FLAG: Schema = {"type": "boolean"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": "number", "minimum": 0}
_HOURS = open_mapping({"low": _NUMBER, "high": _NUMBER})
_VALUE: Schema = {"type": "object"}
_SHOWN = ("none", "draft", "partial", "present", "failed", "stale", "not-checkable")
_STATES = (APPLIES, MAY_APPLY, ENDED)


def plan_schema() -> Schema:
    """Return the schema of a plan, format 1. Keys may be added, so others are allowed."""
    law = {"hash": _TEXT, "as_of": DAY, "amendments": _TEXTS}
    body = open_mapping(
        {
            "format": {"const": 1},
            "weighbridge": _TEXT,
            "law": open_mapping(law),
            "release": open_mapping({"name": _TEXT_OR_NULL, "digest": _TEXT_OR_NULL}),
            "actors": many(open_mapping({"id": _TEXT, "roles": _TEXTS})),
            "plan": _plan(),
            "warnings": _TEXTS,
        }
    )
    return document("plan", "What weighbridge plan --format json prints, format 1", body)


def _plan() -> Schema:
    return open_mapping(
        {
            "markets": many(_market()),
            "discharges": many(_discharge()),
            "changes": many(_change()),
            "leaving": many(_change()),
            "hours": _HOURS,
            "proof": open_mapping(
                {
                    "nothing_cheaper": {"type": ["boolean", "null"]},
                    "checked_by": {"enum": [CHECKED_BY, None]},
                    "otherwise": _TEXTS,
                }
            ),
            "questions": many(
                open_mapping(
                    {"fact": _TEXT, "ask": _TEXT, "saves": _HOURS, "if": _VALUE, "tells": _TEXTS}
                )
            ),
            "settled_only": _FLAG,
        }
    )


def _market() -> Schema:
    return open_mapping(
        {
            "market": _TEXT,
            "open": choice(OPEN_WORDS),
            "bars": many(_entry()),
            "owed": many(_entry()),
            "left_out": {"type": "integer", "minimum": 0},
            "why": _TEXT,
            "stuck": _TEXTS,
        }
    )


def _entry() -> Schema:
    return open_mapping(
        {
            "rule": _TEXT,
            "title": _TEXT,
            "actor": _TEXT,
            "role": _TEXT,
            "use": _TEXT,
            "kind": choice(("duty", "prohibition")),
            "due": choice(DUES),
            "before": choice(_STATES),
            "after": choice(_STATES),
            "answered_by": _TEXTS,
            "present": _TEXTS,
            "ended_by": _TEXTS,
            "stuck": _FLAG,
        }
    )


def _discharge() -> Schema:
    return open_mapping(
        {
            "id": _TEXT,
            "actor": _TEXT,
            "title": _TEXT,
            "kind": _TEXT,
            "hours": _HOURS,
            "grade": _TEXT,
            "answers": _TEXTS,
            "markets": _TEXTS,
            "state": choice(_SHOWN),
            "found": _TEXTS,
        }
    )


def _change() -> Schema:
    return open_mapping(
        {
            "fact": _TEXT,
            "from": _VALUE,
            "to": _VALUE,
            "lever": _TEXT,
            "does": _TEXT,
            "hours": _HOURS,
            "leaves": _FLAG,
            "who_loses": _TEXT_OR_NULL,
            "ends": _TEXTS,
            "brings": _TEXTS,
        }
    )


def flip_schema() -> Schema:
    """Return the schema of what flips a verdict, format 1."""
    body = open_mapping(
        {
            "format": {"const": 1},
            "weighbridge": _TEXT,
            "law": open_mapping({"hash": _TEXT, "as_of": DAY}),
            "rule": _TEXT,
            "flips": many(_flip()),
        }
    )
    return document("flip", "What weighbridge plan --flip --format json prints, format 1", body)


def _flip() -> Schema:
    return open_mapping(
        {
            "market": _TEXT,
            "actor": _TEXT,
            "role": _TEXT,
            "use": _TEXT,
            "verdict": choice(("applies", "does-not-apply", "unknown")),
            "would_be": choice(("applies", "does-not-apply")),
            "known": _FLAG,
            "in_hand": many(_supposed()),
            "fewest": many(_supposed()),
        }
    )


def _supposed() -> Schema:
    line = open_mapping({"bound": choice(tuple(BOUNDS)), "line": {"type": ["number", "string"]}})
    return open_mapping(
        {
            "fact": _TEXT,
            "mutable": choice(MUTABLE),
            "from": _VALUE,
            "says": _TEXT,
            "who_loses": _TEXT_OR_NULL,
            "never": _TEXT_OR_NULL,
            "to": {"anyOf": [line, _VALUE]},
        }
    )
