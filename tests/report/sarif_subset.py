"""What SARIF 2.1.0 asks of the parts that are written here, as a JSON Schema of our own writing."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def thing(keys: dict[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": keys,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT: Schema = {"type": "string", "minLength": 1}
MESSAGE = thing({"text": TEXT}, "text")
COUNT: Schema = {"type": "integer", "minimum": 1}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}
REGION = {
    **thing(
        {
            "startLine": COUNT,
            "startColumn": COUNT,
            "byteOffset": {"type": "integer", "minimum": 0},
        }
    ),
    "anyOf": [{"required": ["startLine"]}, {"required": ["byteOffset"]}],
}
ARTIFACT = thing(
    {
        # A relative reference: no scheme, no leading slash, no backslash, no blank.
        "uri": {"type": "string", "pattern": r"^(?![A-Za-z][A-Za-z0-9+.-]*:)[^/\\ ][^\\ ]*$"},
        "uriBaseId": TEXT,
    },
    "uri",
)
LOCATION = thing(
    {
        "physicalLocation": thing(
            {"artifactLocation": ARTIFACT, "region": REGION}, "artifactLocation"
        ),
        "logicalLocations": {
            "type": "array",
            "items": thing({"fullyQualifiedName": TEXT, "kind": TEXT}),
        },
    }
)
RULE = thing(
    {"id": TEXT, "shortDescription": MESSAGE, "help": MESSAGE}, "id", "shortDescription", "help"
)
RESULT = {
    **thing(
        {
            "ruleId": TEXT,
            "ruleIndex": {"type": "integer", "minimum": 0},
            "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
            "level": LEVEL,
            "message": MESSAGE,
            "locations": {"type": "array", "items": LOCATION},
            "properties": {"type": "object"},
        },
        "message",
    ),
    # Section 3.27.10: a level other than none only where the kind is fail.
    "if": {"properties": {"kind": {"not": {"const": "fail"}}}, "required": ["kind"]},
    "then": {"properties": {"level": {"const": "none"}}},
}
NOTIFICATION = thing(
    {"level": LEVEL, "message": MESSAGE, "locations": {"type": "array", "items": LOCATION}},
    "message",
)
RUN = thing(
    {
        "tool": thing(
            {
                "driver": thing(
                    {
                        "name": TEXT,
                        "version": TEXT,
                        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
                    },
                    "name",
                )
            },
            "driver",
        ),
        "invocations": {
            "type": "array",
            "items": thing(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {"type": "array", "items": NOTIFICATION},
                },
                "executionSuccessful",
            ),
        },
        "originalUriBaseIds": {
            "type": "object",
            "additionalProperties": thing({"description": MESSAGE}),
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    "tool",
)
SARIF = thing(
    {
        "$schema": TEXT,
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1, "maxItems": 1},
    },
    "version",
    "runs",
)
