"""Amendments: dated patches to rules and parameters, by id, applied to documents.

``set``, ``repeal``, ``move``, ``replace`` and ``add``. What an amendment writes is read and
checked like any other law; one that changes nothing is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from weighbridge.facts.values import read_day, read_number
from weighbridge.rules.read_parts import read_ordinal
from weighbridge.rules.sources import Document, Sources, read_documents, read_text
from weighbridge.text.errors import ParseError, did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Items, Node, Text, text_at

_OPERATIONS = ("set", "repeal", "move", "replace", "add")


def apply_amendments(sources: Sources, paths: list[Path]) -> None:
    """Apply the amendments in ``paths`` to the documents, in order.

    Raises :class:`InputError` for a file that cannot be read and :class:`LanguageError` for an
    unknown id or operation, or a change that changes nothing.
    """
    for path in paths:
        for document in read_documents(read_text(path), path.name, ""):
            _Amender(sources, document).apply()


class _Amender:
    def __init__(self, sources: Sources, document: Document) -> None:
        self.sources = sources
        self.document = document
        self.fields = Fields(document.node, document.file)

    def apply(self) -> None:
        fields = self.fields
        if self.document.heading != "amendment":
            fields.fail(fields.node, "an amendment begins with `amendment: <name>`")
        name = str(fields.text("amendment"))
        fields.provision = name
        fields.text("title", "")
        changes = fields.take("changes")
        fields.done()
        if not isinstance(changes, Items) or not changes:
            fields.fail(fields.node, f"amendment `{name}` changes nothing", "list its `changes:`")
        for change in changes:
            self._change(change)
        self.sources.amendments.append(name)

    def _change(self, node: Node) -> None:
        change = Fields(node, self.document.file, self.fields.provision)
        if len(change.node) != 1:
            change.fail(change.node, f"a change has one of {', '.join(_OPERATIONS)}")
        word = next(iter(change.node))
        if word not in _OPERATIONS:
            hint = did_you_mean(word, _OPERATIONS)
            change.fail(change.node.key(word), f"unknown operation `{word}`", hint)
        section = change.needed(word)
        getattr(self, f"_{word}")(section)

    def _find(self, section: Fields, heading: str) -> Document:
        id_ = section.text(heading)
        known = {each.name: each for each in self.sources.of(heading)}
        if id_ not in known:
            hint = did_you_mean(id_, known)
            section.fail(section.node[heading], f"unknown {heading} `{id_}`", hint)
        return known[id_]

    def _set(self, section: Fields) -> None:
        document = self._find(section, "parameter")
        read_ordinal(section, "from")
        day, value = section.text("from"), section.text("value")
        self._check_value(document, section, value)
        cite = section.text("cite", str(self.fields.provision))
        section.done()
        values = document.node.get("values")
        if not isinstance(values, Entries):  # refused with its own place when it is read
            return
        standing = [key for key in sorted(values) if key <= day]
        before = values[standing[-1]] if standing else None
        if isinstance(before, Entries) and str(before.get("value")) == value:
            self._nothing(section, f"`{document.name}` is {value} on {day} already")
        where = section.node
        dated = Entries()
        dated.line, dated.column = where.line, where.column
        for key, text in (("value", value), ("cite", cite)):
            dated[_text(key, where)] = _text(text, where)
        read = Entries({_text("text", where): _text("memory", where)})
        read.line, read.column = where.line, where.column
        dated[_text("read", where)] = read
        values[_text(day, where)] = dated

    def _check_value(self, document: Document, section: Fields, value: str) -> None:
        """Refuse a value here, where it stands, not in the file of the parameter."""
        dates = document.node.get("type") == "date"
        try:
            read_day(value) if dates else read_number(value)
        except ParseError as error:
            section.fail(section.node["value"], error.message, error.help)

    def _repeal(self, section: Fields) -> None:
        document = self._find(section, "rule")
        read_ordinal(section, "from")
        day = section.optional("from")
        section.done()
        self._set_interval(document, section, None, day or "0001-01-02")

    def _move(self, section: Fields) -> None:
        document = self._find(section, "rule")
        read_ordinal(section, "from")
        read_ordinal(section, "to")
        start, end = section.optional("from"), section.optional("to")
        section.done()
        if start is None and end is None:
            self._nothing(section, "`move` needs `from` or `to`")
        self._set_interval(document, section, start, end)

    def _set_interval(
        self, document: Document, section: Fields, start: str | None, end: str | None
    ) -> None:
        interval = self._interval_of(document)
        before = dict(interval)
        for key, day in (("from", start), ("to", end)):
            if day is not None:
                interval[_text(key, section.node)] = _text(day, section.node)
        if end == "0001-01-02":
            interval.pop("from", None)
        if dict(interval) == before:
            self._nothing(section, f"`{document.name}` has these dates already")
        document.node[_text("in_force", section.node)] = interval

    def _interval_of(self, document: Document) -> Entries:
        own = document.node.get("in_force")
        if not isinstance(own, Entries):
            packs = [each for each in self.sources.of("pack") if each.pack == document.pack]
            own = packs[0].node.get("in_force") if packs else None
        copy = Entries(own if isinstance(own, Entries) else {})
        copy.line, copy.column = document.node.line, document.node.column
        return copy

    def _replace(self, section: Fields) -> None:
        document = self._find(section, "rule")
        changed = {key: node for key, node in section.node.items() if key != "rule"}
        if all(document.node.get(key) == node for key, node in changed.items()):
            self._nothing(section, f"`{document.name}` says this already")
        for key, node in changed.items():
            document.node.pop(key, None)  # an updated dict would keep the old key and its line
            document.node[key] = node
        document.file = self.document.file

    def _add(self, section: Fields) -> None:
        id_ = section.text("rule")
        packs = [each.pack for each in self.sources.of("pack") if id_.startswith(f"{each.pack}/")]
        if not packs:
            section.fail(section.node["rule"], f"no pack for a rule named `{id_}`")
        pack = max(packs, key=len)
        self.sources.documents.append(Document(section.node, self.document.file, pack, "rule"))

    def _nothing(self, section: Fields, why: str) -> NoReturn:
        name = self.fields.provision
        section.fail(section.node, f"amendment `{name}` changes nothing: {why}")


def _text(value: str, where: Entries) -> Text:
    return text_at(value, where.line, where.column)
