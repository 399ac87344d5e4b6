"""JSON read strictly: bounded, no duplicate keys, one document, no NaN or Infinity as numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_MAX_DEPTH = 200


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        met: set[str] = set()
        for key, _ in pairs:
            if key in met:
                raise ValueError(f"key `{key[:80]}` stands twice")
            met.add(key)
    return seen


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"`{word}` is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"`{text[:60]}` is too large for a number")
    return number


def _reason(error: ValueError) -> str:
    """Return our own words, or plain ones for Python's refusal of very long integers."""
    text = str(error)
    return text if text.startswith(("key ", "`")) else "a number has too many digits"


def _too_deep(value: Any) -> bool:
    """Return whether containers nest beyond the bound; level by level, so nothing recurses."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        below = (child for each in level for child in _children(each))
        level = [child for child in below if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _nothing(word: str) -> None:
    del word


def read_json(data: bytes | str, file: str, *, infinite_as_null: bool = False) -> Any:
    """Return the one value that ``data`` holds.

    Real model configs hold ``Infinity``, which JSON does not know: with ``infinite_as_null`` it
    and ``NaN`` are read as ``None``.

    Raises :class:`ParseError` for text that is not UTF-8, is not one JSON document, repeats a
    key, nests deeper than 200 levels or holds a number JSON does not know.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise ParseError(f"not UTF-8 text at byte {error.start}", Place(file)) from None
    too_deep = f"JSON nested more than {_MAX_DEPTH} levels"
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_nothing if infinite_as_null else _refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise ParseError(
            f"not valid JSON: {error.msg.lower()}", Place(file, error.lineno, error.colno)
        ) from None
    except RecursionError:
        raise ParseError(too_deep, Place(file)) from None
    except ValueError as error:
        raise ParseError(f"not valid JSON: {_reason(error)}", Place(file)) from None
    if _too_deep(value):
        raise ParseError(too_deep, Place(file))
    return value
