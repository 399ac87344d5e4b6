"""YAML as text with places: no typing, no aliases, no tags, no duplicate keys, bounded depth.

PyYAML reads ``NO`` as false and ``1e25`` as a string, and its composer recurses until the
process dies on deep nesting. Here libyaml's events are folded into three small classes that
are a ``str``, a ``list`` and a ``dict`` and know their line and column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = 40
_STANDARD_TAGS = (None, "!")


class Text(str):
    """A scalar as it is written. ``line`` and ``column`` count from 1."""

    __slots__ = ("column", "line", "plain")
    line: int
    column: int
    plain: bool


class Items(list[Any]):
    """A sequence of :data:`Node`."""

    __slots__ = ("column", "line")
    line: int
    column: int


class Entries(dict[str, Any]):
    """A mapping from :class:`Text` to :data:`Node`, in the order written."""

    __slots__ = ("column", "line")
    line: int
    column: int

    def key(self, name: str) -> Text:
        """Return the key as written, with its place. Raises ``KeyError`` if absent."""
        for key in self:
            if key == name:
                return key if isinstance(key, Text) else text_at(key, self.line, self.column)
        raise KeyError(name)


Node = Text | Items | Entries


def text_at(value: str, line: int = 1, column: int = 1, *, plain: bool = True) -> Text:
    """Return ``value`` as a :class:`Text` that stands at ``line`` and ``column``."""
    text = Text(value)
    text.line, text.column, text.plain = line, column, plain
    return text


def read_yaml_documents(source: str, file: str, first_line: int = 1) -> Iterator[Node | None]:
    """Yield each document of ``source``; an empty document is ``None``.

    ``first_line`` is the line of ``file`` on which ``source`` begins (front matter of a card).
    Raises :class:`ParseError` with the place for text that is not YAML and for aliases, tags,
    duplicate keys, keys that are not plain text, or nesting beyond :data:`MAX_DEPTH`.
    """
    shift = first_line - 1
    builder = _Builder(file, shift)
    try:
        for event in yaml.parse(source, Loader=_Loader):
            if builder.feed(event):
                yield builder.take()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1 + shift, mark.column + 1) if mark else Place(file)
        raise ParseError(f"not valid YAML: {error.problem or 'broken'}", place) from None
    except yaml.YAMLError as error:
        reason = str(error).split("\n", 1)[0]
        raise ParseError(f"not valid YAML: {reason}", Place(file)) from None


def read_yaml(source: str, file: str, first_line: int = 1) -> Node | None:
    """Return the only document of ``source``. Raises :class:`ParseError` if there are more."""
    documents = list(read_yaml_documents(source, file, first_line))
    if len(documents) > 1:
        raise ParseError("more than one YAML document where one is expected", Place(file))
    return documents[0] if documents else None


class _Builder:
    """Folds a stream of YAML events into nodes without recursion."""

    def __init__(self, file: str, shift: int) -> None:
        self.file = file
        self.shift = shift
        self.stack: list[Items | Entries] = []
        self.keys: list[Text | None] = []
        self.root: Node | None = None

    def take(self) -> Node | None:
        root, self.root = self.root, None
        return root

    def feed(self, event: yaml.Event) -> bool:
        """Take one event; return whether a document has just ended."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(Entries(), event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(Items(), event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise ParseError("YAML aliases are not read", self._place(event))
        return isinstance(event, yaml.DocumentEndEvent)

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.file, *self._start(event))

    def _start(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        assert mark is not None  # libyaml marks every event
        return mark.line + 1 + self.shift, mark.column + 1

    def _scalar(self, event: yaml.ScalarEvent) -> Text:
        self._refuse_tag(event)
        text = Text(event.value)
        text.line, text.column = self._start(event)
        text.plain = event.style in (None, "")
        return text

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag not in _STANDARD_TAGS:
            raise ParseError(f"YAML tag `{event.tag[:60]}` is not read", self._place(event))

    def _open(self, node: Items | Entries, event: yaml.CollectionStartEvent) -> None:
        self._refuse_tag(event)
        if len(self.stack) >= MAX_DEPTH:
            raise ParseError(f"YAML nested more than {MAX_DEPTH} levels", self._place(event))
        node.line, node.column = self._start(event)
        self._add(node)
        self.stack.append(node)
        self.keys.append(None)

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Items):
            parent.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self._take_key(parent, node)
        else:
            parent[key] = node
            self.keys[-1] = None

    def _take_key(self, parent: Entries, node: Node) -> None:
        place = Place(self.file, node.line, node.column)
        if not isinstance(node, Text):
            raise ParseError("a key must be plain text", place)
        if node in parent:
            raise ParseError(f"key `{node[:80]}` stands twice", place)
        self.keys[-1] = node
