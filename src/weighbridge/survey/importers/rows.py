"""One row of somebody else's table: values by path, whatever they are nested in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_NOTHING = frozenset(("", "none", "null", "nan", "n/a"))
_LONGEST_JSON = 1 << 20
_MOST_ITEMS = 1000
_TAGS = "tags"
_RELATIONS = ("adapter", "merge", "quantized", "finetune")


class TheirRow:
    """Values by path: ``safetensors.total`` looks into a struct, a mapping or JSON in text.

    Tags such as ``license:mit`` are found as ``tags.license``, and what a tag says of how a base
    model was used (``base_model:adapter:x``) as ``tags.base_relation``.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the values by column."""
        self._values = values
        self._tags: dict[str, list[str]] | None = None
        self._heads: dict[str, Any] = {}
        self._items: dict[str, list[str]] = {}

    def items(self, path: str) -> list[str]:
        """Return the texts at a path: one, those of a list, or none."""
        found = self._items.get(path)
        if found is None:
            found = self._items[path] = self._read(path)
        return found

    def _read(self, path: str) -> list[str]:
        if path in self._values:
            return _texts(self._values[path])
        head, _, rest = path.partition(".")
        if not rest or (head == _TAGS and not self._values.get(head)):
            return []
        if head == _TAGS:
            return self._tagged().get(rest, [])
        if head not in self._heads:
            self._heads[head] = _opened(self._values.get(head))
        value = self._heads[head]
        for step in rest.split("."):
            value = _opened(value).get(step) if value is not None else None
        return _texts(value)

    def text(self, path: str) -> str:
        """Return the one text at a path; several are joined by commas."""
        return ",".join(self.items(path))

    def words(self, path: str) -> list[str]:
        """Return the words at a path: the items, split at commas where it is one text."""
        found = self.items(path)
        return [word.strip() for text in found for word in text.split(",") if word.strip()]

    def _tagged(self) -> dict[str, list[str]]:
        if self._tags is None:
            self._tags = {}
            for tag in self.items(_TAGS)[:_MOST_ITEMS]:
                name, colon, rest = tag.partition(":")
                if not colon:
                    continue
                relation, _, base = rest.partition(":")
                if name == "base_model" and relation in _RELATIONS:
                    self._tags.setdefault("base_relation", []).append(relation)
                    rest = base
                if rest not in self._tags.setdefault(name, []):
                    self._tags[name].append(rest)
        return self._tags


def _opened(value: Any) -> Mapping[str, Any]:
    """Return what can be looked into: a struct, a map of Arrow, a mapping in JSON; else nothing."""
    if isinstance(value, str) and value[:1] == "{" and len(value) <= _LONGEST_JSON:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for each in value[:_MOST_ITEMS] for text in _texts(each)]
    text = _text(value)
    if text[:1] == "[" and text[-1:] == "]":  # a list that was written as text
        try:
            return _texts(json.loads(text.replace("'", '"')))
        except (ValueError, RecursionError):
            return [text]
    return [] if text.lower() in _NOTHING else [text]


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return "" if isinstance(value, (Mapping, bytes)) else str(value).strip()
