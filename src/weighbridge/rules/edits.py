"""Changes to documents gathered before any is made, so that their order cannot matter.

Each change fills a slot: one key of one rule, one day of one parameter. Two amendments that
fill a slot alike agree; two that fill it otherwise are in conflict and are refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.rules.sources import Document
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Node, Text, text_at

Slot = tuple[str, ...]
"""Keys from the top of a document down to the place that is written."""


@dataclass(frozen=True, slots=True)
class _Edit:
    value: Node | None
    says: object
    amendment: str
    fields: Fields


class Edits:
    """The changes to documents that stand already."""

    def __init__(self) -> None:
        """Start with none."""
        self._edits: dict[tuple[int, Slot], _Edit] = {}
        self._documents: dict[int, Document] = {}

    def put(
        self,
        document: Document,
        slot: Slot,
        value: Node | None,
        amendment: str,
        fields: Fields,
        says: object = None,
    ) -> None:
        """Note that ``amendment`` writes ``value`` into a slot; ``None`` takes it away.

        ``says`` is what of the value counts, where that is not all of it. Raises
        :class:`LanguageError` where another change says something else.
        """
        edit = _Edit(value, value if says is None else says, amendment, fields)
        known = self._edits.setdefault((id(document), slot), edit)
        self._documents[id(document)] = document
        if known.says != edit.says:
            self._conflict(document, slot, known, amendment, fields)

    def _conflict(
        self, document: Document, slot: Slot, known: _Edit, amendment: str, fields: Fields
    ) -> None:
        what = f"`{slot[-1]}` of `{document.name}`"
        if known.amendment == amendment:
            message = f"amendment `{amendment}` writes {what} twice"
            fields.fail(fields.node, message, "keep one of the two")
        message = f"`{known.amendment}` and `{amendment}` write {what} otherwise"
        fields.fail(fields.node, message, "give one of them, or a third that says what holds")

    def make(self) -> dict[str, str]:
        """Make all changes; return the names of the documents written, with the amendment's."""
        changed = {}
        for (key, slot), edit in sorted(self._edits.items(), key=lambda item: item[0][1]):
            document = self._documents[key]
            _write(document, slot, edit)
            changed[document.name] = edit.amendment
        return changed


def _write(document: Document, slot: Slot, edit: _Edit) -> None:
    where = edit.fields.node
    node = document.node
    for key in slot[:-1]:
        below = node.get(key)
        if not isinstance(below, Entries):
            below = entries_at(where)
            node[text_in(key, where)] = below
        node = below
    node.pop(slot[-1], None)  # an updated dict would keep the old key and its line
    if edit.value is not None:
        node[text_in(slot[-1], where)] = edit.value
    if len(slot) == 1:
        document.file = edit.fields.file  # what is wrong with it is shown where it is written


def entries_at(where: Node, **values: str) -> Entries:
    """Return a mapping of these values that stands where ``where`` does."""
    entries = Entries()
    entries.line, entries.column = where.line, where.column
    for key, value in values.items():
        entries[text_in(key, where)] = text_in(value, where)
    return entries


def text_in(value: str, where: Node) -> Text:
    """Return a scalar that stands where ``where`` does."""
    return text_at(value, where.line, where.column)
