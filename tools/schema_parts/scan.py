"""The schema of what ``weighbridge scan --format json`` prints."""

from __future__ import annotations

from schema_parts.base import Schema, choice, document, many, open_mapping
from weighbridge.release.hazards.verdict import VERDICTS, WORDS

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_OFFSET: Schema = {"type": ["integer", "null"], "minimum": 0}


def scan_schema() -> Schema:
    """Return the schema of a scan, format 1. Keys may be added, so others are allowed."""
    body = open_mapping(
        {
            "format": {"const": 1},
            "weighbridge": _TEXT,
            "name": _TEXT,
            "files": many(_file()),
            "not_opened": many(open_mapping({"path": _TEXT, "why": _TEXT})),
            "counts": open_mapping(dict.fromkeys(VERDICTS, _COUNT)),
        }
    )
    return document("scan", "What weighbridge scan --format json prints, format 1", body)


def _file() -> Schema:
    finding = open_mapping(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "member": _TEXT,
            "offset": _OFFSET,
            "message": _TEXT,
            "grade": choice(WORDS.values()),
        }
    )
    return open_mapping(
        {
            "path": _TEXT,
            "verdict": choice(VERDICTS),
            "format": _TEXT,
            "findings": many(finding),
        }
    )
