"""JSON read strictly: bounded, no duplicate keys, no NaN or Infinity, one document."""

from __future__ import annotations

import json
from typing import Any

from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_MAX_DEPTH = 200


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        keys = [key for key, _ in pairs]
        again = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key `{again[:80]}` stands twice")
    return seen


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"`{word}` is not a JSON number")


def _depth(text: str) -> int:
    """Return the deepest nesting of brackets; a bound that holds before anything recurses."""
    deepest = level = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def read_json(data: bytes | str, file: str) -> Any:
    """Return the one value that ``data`` holds.

    Raises :class:`ParseError` for text that is not UTF-8, is not one JSON document, repeats a
    key, nests deeper than 200 levels or holds a number JSON does not know.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise ParseError(f"not UTF-8 text at byte {error.start}", Place(file)) from None
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ParseError(
            f"not valid JSON: {error.msg.lower()}", Place(file, error.lineno, error.colno)
        ) from None
    except RecursionError:
        raise ParseError(f"JSON nested {_depth(text)} levels deep", Place(file)) from None
    except ValueError as error:
        raise ParseError(f"not valid JSON: {error}", Place(file)) from None
