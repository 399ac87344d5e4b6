"""Reading one YAML mapping field by field, with errors that show and underline the line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NoReturn

from weighbridge.text.errors import LanguageError, ParseError, did_you_mean
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, Node, Text, read_yaml_documents

_YES = {"true": True, "yes": True, "false": False, "no": False}


class SourceFile:
    """A file's name and lines, kept for messages."""

    __slots__ = ("lines", "name")

    def __init__(self, name: str, text: str) -> None:
        """Split ``text`` once; ``name`` is how messages call the file."""
        self.name = name
        self.lines = text.split("\n")

    def error(
        self,
        node: Node,
        message: str,
        help: str | None = None,
        *,
        provision: str | None = None,
        offset: int = 0,
        width: int | None = None,
    ) -> LanguageError:
        """Return an error at ``node`` (``offset`` characters into it) with its line shown."""
        column = node.column + offset + (0 if not isinstance(node, Text) or node.plain else 1)
        line = self.lines[node.line - 1] if node.line <= len(self.lines) else ""
        span = width if width is not None else len(node) if isinstance(node, Text) else 1
        place = Place(self.name, node.line, column)
        return LanguageError(
            message, place, help, provision=provision, source=line, width=max(span, 1)
        )

    def documents(self) -> Iterator[Node]:
        """Yield the documents of the file that say something.

        Raises :class:`LanguageError` with the line shown where the text is not the YAML we read.
        """
        try:
            for node in read_yaml_documents("\n".join(self.lines), self.name):
                if node is not None and node != "":
                    yield node
        except ParseError as error:
            raise self._shown(error) from None

    def _shown(self, error: ParseError) -> LanguageError:
        line = error.place.line if error.place else None
        source = self.lines[line - 1] if line and line <= len(self.lines) else None
        return LanguageError(error.message, error.place, error.help, source=source)


class Fields:
    """One mapping whose keys are known; each getter consumes its key.

    Every getter raises :class:`LanguageError`; :meth:`done` refuses keys nobody asked for.
    """

    def __init__(self, node: Node | None, file: SourceFile, provision: str | None = None) -> None:
        """Take a mapping node; anything else is an error at its place."""
        self.file = file
        self.provision = provision
        if not isinstance(node, Entries):
            where: Node = node if node is not None else _nowhere()
            raise file.error(where, "expected a mapping of keys to values", provision=provision)
        self.node = node
        self._asked: set[str] = set()

    def fail(self, node: Node, message: str, help: str | None = None) -> NoReturn:
        """Raise an error at ``node``, naming the provision being read."""
        raise self.file.error(node, message, help, provision=self.provision)

    def _absent(self, key: str) -> NoReturn:
        if key in self.node:
            self.fail(self.node.key(key), f"key `{key}` has no value")
        self.fail(self.node, f"key `{key}` is missing")

    def __contains__(self, key: str) -> bool:
        """Return whether the key is present, without consuming it."""
        return key in self.node

    def take(self, key: str) -> Node | None:
        """Return the node under ``key`` or ``None``."""
        self._asked.add(key)
        node = self.node.get(key)
        return None if isinstance(node, Text) and node == "" and node.plain else node

    def text(self, key: str, default: str | None = None) -> str:
        """Return the scalar under ``key``; without a default the key is required."""
        node = self.take(key)
        if node is None:
            if default is None:
                self._absent(key)
            return default
        return self.scalar(node, key)

    def optional(self, key: str) -> str | None:
        """Return the scalar under ``key`` or ``None``."""
        node = self.take(key)
        return None if node is None else self.scalar(node, key)

    def scalar(self, node: Node, key: str) -> Text:
        """Return ``node`` if it is a scalar."""
        if not isinstance(node, Text):
            self.fail(node, f"`{key}` takes one value, not a list or a mapping")
        return node

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return the scalar under ``key``, which must be one of ``allowed``."""
        node = self.take(key)
        if node is None:
            if default is None:
                self._absent(key)
            return default
        word = self.scalar(node, key)
        if word not in allowed:
            hint = did_you_mean(word, allowed) or f"one of {', '.join(sorted(allowed))}"
            self.fail(word, f"`{word}` is not a known {key.replace('_', ' ')}", hint)
        return str(word)

    def flag(self, key: str, default: bool) -> bool:
        """Return ``true``/``yes`` or ``false``/``no`` under ``key``."""
        node = self.take(key)
        if node is None:
            return default
        word = self.scalar(node, key)
        if word not in _YES:
            self.fail(word, f"`{word}` is neither yes nor no")
        return _YES[word]

    def texts(self, key: str) -> list[Text]:
        """Return a list of scalars; a single scalar counts as a list of one."""
        node = self.take(key)
        if node is None:
            return []
        if isinstance(node, Text):
            return [node]
        if not isinstance(node, Items):
            self.fail(node, f"`{key}` takes a list")
        return [self.scalar(item, key) for item in node]

    def section(self, key: str) -> Fields | None:
        """Return the mapping under ``key`` as fields of its own, or ``None``."""
        node = self.take(key)
        return None if node is None else Fields(node, self.file, self.provision)

    def needed(self, key: str) -> Fields:
        """Return the mapping under ``key``, which must be there, as fields of its own."""
        section = self.section(key)
        if section is None:
            self._absent(key)
        return section

    def done(self, also: Iterable[str] = ()) -> None:
        """Raise at the first key that nothing asked for; ``also`` names keys known elsewhere."""
        known = self._asked | set(also)
        for key in self.node:
            if key not in known:
                self.fail(self.node.key(key), f"unknown key `{key}`", did_you_mean(key, known))


def _nowhere() -> Text:
    node = Text("")
    node.line, node.column, node.plain = 1, 1, True
    return node
