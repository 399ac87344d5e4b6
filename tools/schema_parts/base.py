"""Small schemas that the others are built from.

A YAML file is read as text, while an editor's YAML reader types ``yes`` and ``1e25``; the
schemas take both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": ["string", "number", "boolean"]}
WORDS: Schema = {"type": "string", "minLength": 1}
YES_NO: Schema = {"enum": [True, False, "yes", "no", "true", "false"]}
DAY: Schema = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"}
DATES: Schema = {"type": "string", "pattern": r"^[0-9.\- ]+$|^unknown$"}
NUMBER: Schema = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^[0-9.,_eE+\-/ ]+( ?[A-Za-z]+)?$"},
    ]
}
QUANTITY: Schema = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": r"^[0-9.,_eE+\-/ ]+( ?[A-Za-z]+)?$|^unknown$"},
    ]
}


def choice(words: Iterable[str]) -> Schema:
    """Return the schema of one word among ``words``."""
    return {"enum": list(words)}


def one_or_many(item: Schema) -> Schema:
    """Return the schema of one thing or a list of such things."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def mapping(keys: dict[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    schema: Schema = {"type": "object", "properties": keys, "additionalProperties": False, **more}
    return schema | ({"required": sorted(required)} if required else {})


def open_mapping(keys: dict[str, Schema]) -> Schema:
    """Return the schema of a mapping of a result: these keys are there, others may be added."""
    return {"type": "object", "properties": keys, "required": sorted(keys)}


def many(item: Schema) -> Schema:
    """Return the schema of a list of such things."""
    return {"type": "array", "items": item}


def document(name: str, title: str, body: Schema) -> Schema:
    """Return a whole schema with its dialect, name and title."""
    return {"$schema": DIALECT, "$id": f"weighbridge/{name}", "title": title, **body}
