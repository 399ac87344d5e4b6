"""The schema of what ``weighbridge prove --format json`` prints."""

from __future__ import annotations

from schema_parts.base import DAY, Schema, choice, document, many, open_mapping
from weighbridge.reason.prove.found import QUESTIONS

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = many(_TEXT)
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_QUESTION: Schema = choice(QUESTIONS)


def prove_schema() -> Schema:
    """Return the schema of an answer, format 1. Keys may be added, so others are allowed."""
    undecided = {"question": _QUESTION, "rules": _TEXTS, "reason": _TEXT}
    body = open_mapping(
        {
            "format": {"const": 1},
            "hash": _TEXT,
            "read_on": DAY,
            "as_of": DAY,
            "amendments": _TEXTS,
            "stopped": {"type": "boolean"},
            "questions": many(open_mapping({"question": _QUESTION, "looked_at": _COUNT})),
            "found": many(_found()),
            "undecided": many(open_mapping(undecided)),
        }
    )
    return document("prove", "What weighbridge prove --format json prints, format 1", body)


def _found() -> Schema:
    witness = {
        "title": _TEXT,
        "as_of": DAY,
        "amendments": _TEXTS,
        "facts": {"type": "object", "additionalProperties": {"type": "object"}},
        "expect": many(_expected()),
    }
    return open_mapping(
        {
            "question": _QUESTION,
            "kind": _TEXT,
            "rules": _TEXTS,
            "says": _TEXT,
            "witnesses": many(open_mapping(witness)),
        }
    )


def _expected() -> Schema:
    return open_mapping(
        {
            "name": _TEXT,
            "market": _TEXT,
            "role": _TEXT,
            "verdict": _TEXT,
            "in_force": _TEXT_OR_NULL,
            "was": _TEXT_OR_NULL,
            "was_in_force": _TEXT_OR_NULL,
        }
    )
