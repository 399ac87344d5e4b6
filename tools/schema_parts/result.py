"""The schema of what ``weighbridge check --format json`` prints."""

from __future__ import annotations

from schema_parts.base import DAY, Schema, choice, document, many, open_mapping
from weighbridge.facts import Severity, Source
from weighbridge.facts.vocabulary import UNITS
from weighbridge.rules.rule import (
    AUTHORITIES,
    BINDINGS,
    DUES,
    FAMILIES,
    LIFTS,
    OBJECTS,
    READS,
    STATUSES,
)

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DAY_OR_NULL: Schema = {"anyOf": [DAY, {"type": "null"}]}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_VERDICT = choice(("applies", "does-not-apply", "unknown"))
_ROW_VERDICT = choice(("applies", "does-not-apply", "unknown", "open", "barred", "unsettled"))
_STATES = ["yes", "not-yet", "no-longer", "never", None]
_SHOWN = ("none", "draft", "partial", "present", "failed", "stale", "not-checkable")


def result_schema() -> Schema:
    """Return the schema of a result, format 1. Keys may be added, so others are allowed."""
    body = open_mapping(
        {
            "format": {"const": 1},
            "weighbridge": _TEXT,
            "law": _law(),
            "release": open_mapping({"name": _TEXT_OR_NULL, "digest": _TEXT_OR_NULL}),
            "actors": many(open_mapping({"id": _TEXT, "roles": _TEXTS})),
            "facts": {"type": "object", "additionalProperties": fact_schema()},
            "concluded": {"type": "object", "additionalProperties": _concluded()},
            "findings": many(finding_schema()),
            "verdicts": many(row_schema()),
            "openness": many(_openness()),
            "falls_on": many(
                open_mapping({"rule": _TEXT, "market": _TEXT, "addressee": _TEXT, "roles": _TEXTS})
            ),
            "markets": _TEXTS,
            "uses": _TEXTS,
            "questions": many(
                open_mapping(
                    {"fact": _TEXT, "ask": _TEXT, "bears_on": {"type": "integer", "minimum": 0}}
                )
            ),
            "what_if": _TEXTS,
            "warnings": _TEXTS,
        }
    )
    return document("result", "What weighbridge check --format json prints, format 1", body)


def _law() -> Schema:
    by_pack: Schema = {"type": "object", "additionalProperties": _TEXT}
    digest: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
    return open_mapping(
        {
            "hash": digest,
            "as_of": DAY,
            "known_until": {"type": "object", "additionalProperties": DAY},
            "packs": by_pack | {"additionalProperties": digest},
            "amendments": _TEXTS,
        }
    )


def fact_schema() -> Schema:
    """Return the schema of what stands for one key."""
    end: Schema = {"type": ["number", "string"]}
    return {
        "type": "object",
        "properties": {
            "value": {"type": ["boolean", "string", "null"]},
            "low": end,
            "high": end,
            "unit": choice(UNITS),
            "source": {"enum": [*map(str, Source), None]},
            "from": _TEXT_OR_NULL,
            "others": many({"type": "object"}),
            "conflict": {"type": "boolean"},
            "ask": _TEXT,
        },
    }


def _concluded() -> Schema:
    return open_mapping(
        {
            "value": {"type": ["boolean", "null"]},
            "basis": choice(("settled", "presumed")),
            "rules": _TEXTS,
            "proof": {"type": "object"},
        }
    )


def finding_schema() -> Schema:
    """Return the schema of one finding."""
    return open_mapping(
        {"id": _TEXT, "severity": choice(map(str, Severity)), "message": _TEXT, "where": _TEXTS}
    )


def row_schema() -> Schema:
    """Return the schema of one row with its verdict."""
    return open_mapping(
        {
            **dict.fromkeys(("rule", "market", "actor", "role", "use", "addressee"), _TEXT),
            "object": choice(OBJECTS),
            "kind": choice(BINDINGS),
            "family": choice(FAMILIES),
            "verdict": _ROW_VERDICT,
            "basis": choice(("settled", "presumed")),
            "unless": _TEXTS,
            "because": choice(("scope", "addressee", "condition", "exception")),
            "in_force": open_mapping(
                {"state": {"enum": _STATES}, "from": _DAY_OR_NULL, "to": _DAY_OR_NULL}
            ),
            "enforced_from": _DAY_OR_NULL,
            "due": choice(DUES),
            "bars": {"type": "boolean"},
            "missing": many(_TEXTS),
            "discharges": many(
                open_mapping({"id": _TEXT, "state": choice(_SHOWN), "found": _TEXTS})
            ),
            "rests_on": open_mapping(
                {
                    "authority": choice(AUTHORITIES),
                    "status": choice(STATUSES),
                    "read": choice(READS),
                    "presumptions": _TEXTS,
                    "readings": _TEXTS,
                }
            ),
            "cite": _TEXT,
            "proof": {"type": "object"},
            "title": _TEXT,
            "says": _TEXT,
            "reasons": _TEXTS,
            "binding_alone": _VERDICT,
            "turns_on": {"type": "object"},
            "lifted": many(_lifted()),
        }
    )


def _openness() -> Schema:
    return open_mapping({"market": _TEXT, "spared": _TEXTS, "kept": _TEXTS, "could": _TEXTS})


def _lifted() -> Schema:
    return open_mapping(
        {
            "rule": _TEXT,
            "lifts": choice(LIFTS),
            "verdict": _VERDICT,
            "basis": choice(("settled", "presumed")),
            "missing": many(_TEXTS),
        }
    )
