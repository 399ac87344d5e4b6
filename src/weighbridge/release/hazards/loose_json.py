"""JSON read to be looked at, not to be believed: repeated keys stand side by side.

Readers disagree on which of two equal keys holds and on what follows the first document, so what
could be meant by either is kept. Depth is bounded before Python's reader sees the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_MAX_DEPTH = 200
_MAX_DOCUMENTS = 1 << 16
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")


class Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, repeated keys and all."""

    def values(self, key: str) -> list[Any]:
        """Return every value that stands under a key."""
        return [value for name, value in self if name == key]

    def texts(self, key: str) -> list[str]:
        """Return every text that stands under a key."""
        return [value for name, value in self if name == key and isinstance(value, str)]

    def has(self, key: str) -> bool:
        """Return whether a key is there."""
        return any(name == key for name, _ in self)


class _LongNumber(Exception):
    """A number has more digits than Python turns into one."""


def loose_json(text: str) -> tuple[list[Any], str]:
    """Return the documents of a text, and why the text is broken, ``""`` where it is not.

    Several documents, one a line, are JSON lines; otherwise what follows the first is a fault.
    """
    text = text.removeprefix("\ufeff")
    try:
        _refuse_depth(text)
    except ParseError as error:
        return [], error.message
    try:
        return _documents(text, json.JSONDecoder(object_pairs_hook=Pairs, parse_float=str))
    except _LongNumber:
        decoder = json.JSONDecoder(object_pairs_hook=Pairs, parse_float=str, parse_int=str)
        return _documents(text, decoder)


def _documents(text: str, decoder: json.JSONDecoder) -> tuple[list[Any], str]:
    documents: list[Any] = []
    at, why = _skip(text, 0), ""
    while at < len(text) and len(documents) < _MAX_DOCUMENTS and not why:
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            why = error.msg.lower()
            break
        except ValueError:  # Python's own reader of numbers refuses thousands of digits
            raise _LongNumber from None
        documents.append(value)
        at = _skip(text, end)
        if at < len(text) and "\n" not in text[end:at]:
            why = "something follows the first JSON document"
    if not documents and not why:
        why = "no JSON document"
    if len(documents) > 1 and not why and _lines_of(text) != len(documents):
        why = "more than one JSON document stands in the file"
    return documents, why


def repeated_key(documents: list[Any]) -> str | None:
    """Return a key that stands twice in one object, if there is one."""
    for node in objects(documents):
        names = [name for name, _ in node]
        if len(set(names)) != len(names):
            times = Counter(names)
            return next(name for name in names if times[name] > 1)
    return None


def objects(value: Any) -> Iterator[Pairs]:
    """Yield every object within a value, those outside first; nothing recurses."""
    level = [value]
    while level:
        below: list[Any] = []
        for each in level:
            if isinstance(each, Pairs):
                yield each
                below.extend(child for _, child in each if isinstance(child, list))
            elif isinstance(each, list):
                below.extend(child for child in each if isinstance(child, list))
        level = below


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= _MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        sign = text[match.start()]
        if sign in "[{":
            depth += 1
            if depth > _MAX_DEPTH:
                raise ParseError(f"JSON nested more than {_MAX_DEPTH} levels", Place(""))
        elif sign in "]}":
            depth -= 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _lines_of(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())
