"""A condition's tree of ``all``, ``any``, ``not`` and one-line leaves: YAML to nodes."""

from __future__ import annotations

from weighbridge.rules.leaf import LeafError, Names, parse_leaf
from weighbridge.rules.nodes import All, Any_, Node, Not
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import SourceFile
from weighbridge.text.strict_yaml import Entries, Items, Text
from weighbridge.text.strict_yaml import Node as YamlNode

_BRANCHES = ("all", "any", "not")


class ConditionReader:
    """Reads the trees of one rule, so that every error names it."""

    def __init__(self, file: SourceFile, provision: str, names: Names) -> None:
        """Keep what messages and leaves need."""
        self.file = file
        self.provision = provision
        self.names = names

    def read(self, node: YamlNode) -> Node:
        """Return the condition. Raises :class:`LanguageError` at the word that is wrong."""
        if isinstance(node, Text):
            return self._leaf(node)
        if isinstance(node, Items):
            raise self._error(node, "a condition is one leaf, or `all:`, `any:` or `not:`")
        return self._branch(node)

    def _branch(self, node: Entries) -> Node:
        if len(node) != 1:
            raise self._error(node, "a condition has one of `all`, `any`, `not`")
        word, below = next(iter(node.items()))
        if word not in _BRANCHES:
            hint = did_you_mean(word, _BRANCHES)
            raise self._error(node.key(word), f"unknown branch `{word}`", hint)
        if word == "not":
            return Not(self.read(below))
        if not isinstance(below, Items) or not below:
            raise self._error(node.key(word), f"`{word}` takes a list of conditions")
        parts = tuple(self.read(part) for part in below)
        if len(parts) == 1:
            return parts[0]
        return All(parts) if word == "all" else Any_(parts)

    def _leaf(self, text: Text) -> Node:
        try:
            return parse_leaf(text.strip(), self.names)
        except LeafError as error:
            raise self.file.error(
                text,
                error.message,
                error.help,
                provision=self.provision,
                offset=error.offset,
                width=error.width,
            ) from None

    def _error(self, node: YamlNode, message: str, help: str | None = None) -> Exception:
        return self.file.error(node, message, help, provision=self.provision)
