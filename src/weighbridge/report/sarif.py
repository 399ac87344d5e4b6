"""Results as SARIF 2.1.0: one run of one tool, rules once each, results that point at them.

Standard: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. No clock and no
absolute path stand in it, so the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import weighbridge

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = ("none", "note", "warning", "error")
ROOT = "RELEASE"
"""The name of the folder that places count from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a result says that something breaks, or meets.

    short: one line     help: what to read or do, one paragraph
    """

    id: str
    short: str
    help: str


@dataclass(frozen=True, slots=True)
class Where:
    """A place: a file, and a line and column, or bytes, or a part of the file."""

    path: str
    line: int | None = None
    column: int | None = None
    offset: int | None = None
    member: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One result; ``open`` where it could not be told."""

    rule: str
    level: str
    message: str
    where: tuple[Where, ...] = ()
    open: bool = False
    properties: dict[str, Any] = field(default_factory=dict)


def sarif_log(
    rules: Iterable[Rule], results: Iterable[Result], notes: Iterable[Result] = ()
) -> dict[str, Any]:
    """Return a log with one run; ``notes`` tell of what the tool could not look at."""
    known = {rule.id: rule for rule in sorted(rules, key=lambda each: each.id)}
    index = {id: place for place, id in enumerate(known)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "weighbridge",
                "version": weighbridge.__version__,
                "rules": [_rule(each) for each in known.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_note(each) for each in notes],
            }
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder that was read"}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, index) for each in results],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.short},
        "help": {"text": rule.help},
    }


def _result(result: Result, index: dict[str, int]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": index[result.rule],
        # Where it could not be told, the standard asks for no level.
        "kind": "open" if result.open else "fail",
        "level": "none" if result.open else result.level,
        "message": {"text": result.message},
        "locations": [_location(each) for each in result.where],
    }
    return data | ({"properties": result.properties} if result.properties else {})


def _note(note: Result) -> dict[str, Any]:
    return {
        "level": note.level,
        "message": {"text": note.message},
        "locations": [_location(each) for each in note.where],
    }


def _location(where: Where) -> dict[str, Any]:
    # A name that is not UTF-8 is quoted byte by byte.
    uri = quote(where.path.encode("utf-8", "surrogateescape"), safe="/")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}}
    region: dict[str, Any] = {}
    if where.line is not None:
        region["startLine"] = where.line
        if where.column is not None:
            region["startColumn"] = where.column
    elif where.offset is not None and not where.member:
        region["byteOffset"] = where.offset
    if region:
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if where.member:
        location["logicalLocations"] = [{"fullyQualifiedName": where.member, "kind": "member"}]
    return location
