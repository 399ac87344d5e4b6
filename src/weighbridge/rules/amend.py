"""Amendments applied: dated patches to rules and parameters, by id, worked on documents.

``set``, ``repeal``, ``move``, ``replace``, ``add`` and ``shift``. All changes are gathered before
one is made, so that amendments give the same law in any order or are refused as in conflict. What
an amendment writes is read and checked like any other law; one that changes nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from weighbridge.facts.values import read_day, read_number
from weighbridge.rules.amendment import Amendment, read_amendments
from weighbridge.rules.edits import Edits, entries_at, text_in
from weighbridge.rules.read_parts import read_ordinal
from weighbridge.rules.rule_lists import RuleLists
from weighbridge.rules.shift import Shift, make_shifts, read_shift
from weighbridge.rules.sources import Document, Sources
from weighbridge.text.errors import ParseError, did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Node

_OPERATIONS = ("set", "repeal", "move", "replace", "add", "shift")
_NEVER = "0001-01-02"
"""The last day of a rule that is taken away as if it had never stood."""


def apply_amendments(sources: Sources, paths: Iterable[Path]) -> None:
    """Apply the amendments in ``paths``, and those they build on, to the documents.

    Raises :class:`InputError` for a file that cannot be read and :class:`LanguageError` for an
    unknown id or operation, a change that changes nothing, or two that are in conflict.
    """
    amendments = read_amendments(paths)
    edits = Edits()
    lists = RuleLists(amendments)
    changers = [_Changer(sources, amendments, each, edits, lists) for each in amendments]
    for changer in changers:
        changer.gather()
    sources.changed |= edits.make()
    _bring(sources, changers, lists)
    make_shifts(sources, [shift for changer in changers for shift in changer.shifts])
    sources.amendments += [each.name for each in amendments]


def _bring(sources: Sources, changers: list[_Changer], lists: RuleLists) -> None:
    """Add the documents that amendments bring, each with the pack it belongs to."""
    brought: dict[tuple[str, str], Document] = {}
    bringers: dict[tuple[str, str], str] = {}
    for changer in changers:
        own = [] if changer.pack is None else [changer.pack]
        own += [each for each in changer.amendment.brought if each.heading != "rule_list"]
        versions: set[tuple[str, str]] = set()
        for document in (*own, *changer.added):
            lists.spell_out(document)
            key = document.heading, document.name
            known = brought.get(key)
            if known is not None and key not in versions and known.node != document.node:
                where = document.node[document.heading]
                both = f"`{bringers[key]}` and `{changer.amendment.name}`"
                message = f"{both} bring {document.heading} `{document.name}` otherwise"
                help = "give one of them, or a third that says what holds"
                raise document.file.error(where, message, help, provision=changer.amendment.name)
            if known is None or key in versions:
                sources.documents.append(document)
                sources.changed[document.name] = changer.amendment.name
            brought[key] = document
            bringers.setdefault(key, changer.amendment.name)
            versions.add(key)


class _Changer:
    """Gathers what one amendment does."""

    def __init__(
        self,
        sources: Sources,
        amendments: list[Amendment],
        amendment: Amendment,
        edits: Edits,
        lists: RuleLists,
    ) -> None:
        self.sources = sources
        self.amendments = amendments
        self.amendment = amendment
        self.edits = edits
        self.lists = lists
        self.added: list[Document] = []
        self.shifts: list[Shift] = []
        self.pack = _own_pack(amendment)

    def gather(self) -> None:
        for node in self.amendment.changes:
            change = Fields(node, self.amendment.heading.file, self.amendment.name)
            if len(change.node) != 1:
                change.fail(change.node, f"a change has one of {', '.join(_OPERATIONS)}")
            word = next(iter(change.node))
            if word not in _OPERATIONS:
                hint = did_you_mean(word, _OPERATIONS)
                change.fail(change.node.key(word), f"unknown operation `{word}`", hint)
            getattr(self, f"_{word}")(change.needed(word))

    def _find(self, section: Fields, heading: str) -> Document:
        id_ = section.text(heading)
        known = self._known(heading)
        if id_ not in known:
            hint = did_you_mean(id_, known)
            section.fail(section.node[heading], f"unknown {heading} `{id_}`", hint)
        return known[id_]

    def _known(self, heading: str) -> dict[str, Document]:
        """Return what a change may name: law and what amendments bring, by id and ``id@from``.

        An id alone means the last version of a rule.
        """
        brought = [each for one in self.amendments for each in one.brings(heading)]
        documents = [*self.sources.of(heading), *brought]
        versions = {f"{each.name}@{_first_day(each)}": each for each in documents}
        return versions | {each.name: each for each in documents}

    def _put(
        self,
        document: Document,
        slot: tuple[str, ...],
        value: Node | None,
        at: Fields,
        says: object = None,
    ) -> None:
        self.edits.put(document, slot, value, self.amendment.name, at, says)

    def _set(self, section: Fields) -> None:
        document = self._find(section, "parameter")
        read_ordinal(section, "from")
        day, value = section.text("from"), section.text("value")
        self._check_value(document, section, value)
        cite = section.text("cite", self.amendment.name)
        section.done()
        values = document.node.get("values")
        if not isinstance(values, Entries):  # refused with its own place when it is read
            return
        standing = [key for key in sorted(values) if key <= day]
        before = values[standing[-1]] if standing else None
        if isinstance(before, Entries) and str(before.get("value")) == value:
            self._nothing(section, f"`{document.name}` is {value} on {day} already")
        dated = entries_at(section.node, value=value, cite=cite)
        dated[text_in("read", section.node)] = entries_at(section.node, text="memory")
        self._put(document, ("values", str(day)), dated, section, says=value)

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
        self._set_interval(document, section, {"to": str(day)} if day else {"to": _NEVER})

    def _move(self, section: Fields) -> None:
        document = self._find(section, "rule")
        days = {}
        for key in ("from", "to"):
            read_ordinal(section, key)
            day = section.optional(key)
            if day is not None:
                days[key] = str(day)
        section.done()
        if not days:
            self._nothing(section, "`move` needs `from` or `to`")
        self._set_interval(document, section, days)

    def _set_interval(self, document: Document, section: Fields, days: dict[str, str]) -> None:
        interval = self._interval_of(document)
        before = {key: str(day) for key, day in interval.items()}
        if before | days == before:
            self._nothing(section, f"`{document.name}` has these dates already")
        document.node[text_in("in_force", section.node)] = interval
        for key, day in days.items():
            self._put(document, ("in_force", key), text_in(day, section.node), section)
        if days.get("to") == _NEVER:
            self._put(document, ("in_force", "from"), None, section)

    def _interval_of(self, document: Document) -> Entries:
        """Return the days a rule says, or those it has from its pack, as a copy."""
        own = document.node.get("in_force")
        if not isinstance(own, Entries):
            packs = [each for each in self.sources.of("pack") if each.pack == document.pack]
            own = packs[0].node.get("in_force") if packs else None
        copy = entries_at(document.node)
        copy.update(own if isinstance(own, Entries) else {})
        return copy

    def _replace(self, section: Fields) -> None:
        document = self._find(section, "rule")
        changed = {key: node for key, node in section.node.items() if key != "rule"}
        if all(document.node.get(key) == node for key, node in changed.items()):
            self._nothing(section, f"`{document.name}` says this already")
        for key, node in changed.items():
            if key == "in_force" and isinstance(node, Entries):
                interval = {str(end): str(day) for end, day in node.items()}
                self._set_interval(document, section, interval)
            else:
                self._put(document, (str(key),), node, section)

    def _add(self, section: Fields) -> None:
        id_ = section.text("rule")
        packs = [each.pack for each in self.sources.of("pack") if id_.startswith(f"{each.pack}/")]
        if not packs:
            section.fail(section.node["rule"], f"no pack for a rule named `{id_}`")
        file = self.amendment.heading.file
        self.added.append(Document(section.node, file, max(packs, key=len), "rule"))

    def _shift(self, section: Fields) -> None:
        self.shifts.append(read_shift(self.amendment, section, self.lists))

    def _nothing(self, section: Fields, why: str) -> NoReturn:
        message = f"amendment `{self.amendment.name}` changes nothing: {why}"
        section.fail(section.node, message)


def _first_day(document: Document) -> str:
    """Return the first day of a version as written; empty where it has that of its pack."""
    interval = document.node.get("in_force")
    return str(interval.get("from", "")) if isinstance(interval, Entries) else ""


def _own_pack(amendment: Amendment) -> Document | None:
    """Return the pack that an amendment's own documents belong to, if it brings any.

    Its rules are proposals: they count in the amended law alone.
    """
    if not amendment.brought and not any("shift" in each for each in amendment.changes):
        return None
    written = amendment.heading.node
    pack = entries_at(
        written,
        pack=amendment.name,
        title=amendment.title,
        act=amendment.title,
        market=amendment.market,
        status="proposed",
        authority="statute",
        known_until="9999-12-31",
    )
    pack[text_in("read", written)] = entries_at(written, text="copy")
    for key in ("note", "addressees"):
        if key in written:
            pack[text_in(key, written)] = written[key]
    return Document(pack, amendment.heading.file, amendment.name, "pack")
