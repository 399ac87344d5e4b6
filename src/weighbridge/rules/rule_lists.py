"""Named lists of rules, for amendments that speak of many: each name stands for ids.

A document ``rule_list: NAME`` lists ``rules`` and, with a reason each, those ``left_out``. An id
has a slash and a name has none, so a list may be named wherever ids are.
"""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.rules.amendment import Amendment
from weighbridge.rules.sources import Document
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Items, Node, Text

_NAMING = ("exception_to",)


class RuleLists:
    """The lists of all amendments together."""

    def __init__(self, amendments: Iterable[Amendment]) -> None:
        """Read the lists. Raises :class:`LanguageError` for one that is not in form."""
        self._lists: dict[str, list[Text]] = {}
        self.left_out: dict[str, dict[str, str]] = {}
        for amendment in amendments:
            for document in amendment.brings("rule_list"):
                self._read(document)

    def _read(self, document: Document) -> None:
        fields = Fields(document.node, document.file)
        name = str(fields.text("rule_list"))
        fields.provision = name
        fields.text("gloss", "")
        rules = fields.texts("rules")
        if self._lists.setdefault(name, rules) != rules:
            fields.fail(fields.node["rule_list"], f"two lists are named `{name}`")
        left_out = fields.section("left_out")
        if left_out is not None:
            self.left_out[name] = {str(id_): str(left_out.text(id_)) for id_ in left_out.node}
        fields.done()

    def ids(self, named: Iterable[Text], fields: Fields) -> list[Text]:
        """Return ids in place of the names of lists, each id once.

        Raises :class:`LanguageError` for a name that no list bears.
        """
        found: dict[str, Text] = {}
        for each in named:
            if "/" not in each and each not in self._lists:
                fields.fail(each, f"no rule list named `{each}`", did_you_mean(each, self._lists))
            for id_ in [each] if "/" in each else self._lists[each]:
                found.setdefault(str(id_), id_)
        return list(found.values())

    def spell_out(self, document: Document) -> None:
        """Write ids in place of the names of lists into a rule that an amendment brings."""
        for key in _NAMING:
            node: Node | None = document.node.get(key)
            if node is None or document.heading != "rule":
                continue
            fields = Fields(document.node, document.file, document.name)
            ids = Items(self.ids(fields.texts(key), fields))
            ids.line, ids.column = node.line, node.column
            document.node[key] = ids
