"""One YAML document to one :class:`Rule`."""

from __future__ import annotations

from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.rules.conditions import ConditionReader
from weighbridge.rules.leaf import Names
from weighbridge.rules.nodes import node_to_json
from weighbridge.rules.rule import (
    AUTHORITIES,
    BINDINGS,
    DUES,
    FAMILIES,
    LIFTS,
    OBJECTS,
    READS,
    STATUSES,
    Binding,
    Citation,
    Copy,
    Interval,
    Pack,
    Rule,
)
from weighbridge.rules.sources import Document
from weighbridge.text.errors import ParseError
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Node

_KIND_KEYS = {
    **{kind: kind for kind in BINDINGS},
    "exception_to": "exception",
    "concludes": "definition",
    "presume": "presumption",
    "scope": "scope",
    "transition": "transition",
}
_EXTRA_WORDS = ("to", "holder", "who", "standard")


def read_interval(fields: Fields, key: str, default: Interval) -> Interval:
    """Return ``{from, to}`` under ``key`` as an interval of days."""
    section = fields.section(key)
    if section is None:
        return default
    start, end = read_ordinal(section, "from"), read_ordinal(section, "to")
    section.done()
    if start is not None and end is not None and start >= end:
        section.fail(section.node, "the interval ends before it begins")
    return Interval(start, end)


def read_ordinal(fields: Fields, key: str) -> int | None:
    """Return the day under ``key`` as an ordinal, or ``None``."""
    node = fields.take(key)
    if node is None:
        return None
    try:
        return read_day(fields.scalar(node, key)).toordinal()
    except ParseError as error:
        fields.fail(node, error.message, error.help)


def read_copy(fields: Fields, default: Copy | None) -> Copy:
    """Return who read which copy of the text."""
    section = fields.section("read")
    if section is None:
        if default is None:
            fields.fail(fields.node, "key `read` is missing", "say who read which copy: text, on")
        return default
    copy = Copy(
        section.choice("text", READS, default.text if default else None),
        str(section.text("on", default.on if default else "")),
        str(section.text("tag", "")),
    )
    section.done()
    return copy


def read_cite(fields: Fields, act: str) -> Citation:
    """Return the citation; a plain line is a place in the pack's act."""
    node = fields.node.get("cite")
    if node is None:
        fields.fail(fields.node, "key `cite` is missing", "every rule names its provision")
    if isinstance(node, str):
        return Citation(act, fields.text("cite"))
    section = fields.needed("cite")
    cite = Citation(
        str(section.text("act", act)), str(section.text("at")), str(section.text("eli", ""))
    )
    section.done()
    return cite


class RuleReader:
    """Reads the rules of one pack, whose defaults fill what a rule leaves out."""

    def __init__(self, pack: Pack, read: Copy | None, interval: Interval, names: Names) -> None:
        """Keep the pack's defaults."""
        self.pack = pack
        self.default_read = read
        self.default_interval = interval
        self.names = names

    def read(self, document: Document) -> Rule:
        """Return the rule. Raises :class:`LanguageError` naming it, with the line shown."""
        fields = Fields(document.node, document.file)
        id_ = str(fields.text("rule"))
        fields.provision = id_
        if not id_.startswith(f"{self.pack.id}/"):
            fields.fail(document.node["rule"], f"rule ids of this pack begin `{self.pack.id}/`")
        kind = self._kind(fields)
        conditions = ConditionReader(document.file, id_, self.names)
        body = self._body(kind, fields, conditions)
        way, discharges = self._discharges(fields)
        rule = Rule(
            id=id_,
            pack=self.pack.id,
            kind=kind,
            title=str(fields.text("title")),
            cite=read_cite(fields, self.pack.act),
            read=read_copy(fields, self.default_read),
            interval=read_interval(fields, "in_force", self.default_interval),
            status=fields.choice("status", STATUSES, self.pack.status),
            authority=fields.choice("authority", AUTHORITIES, self.pack.authority),
            object=fields.choice("of", OBJECTS, "model"),
            body=body,
            binding=self._binding(kind, fields),
            rows=tuple(str(row) for row in fields.texts("rows")),
            discharges=discharges,
            discharged_by=way,
            breach=self._breach(fields),
            ended_by=str(fields.text("ended_by", "")),
            note=str(fields.text("note", "")),
            file=document.file.name,
            line=document.node.line,
        )
        fields.done()
        return rule

    def _kind(self, fields: Fields) -> str:
        present = [key for key in _KIND_KEYS if key in fields]
        if len(present) != 1:
            given = ", ".join(f"`{key}`" for key in present) or "none"
            fields.fail(
                fields.node,
                f"a rule is of exactly one kind, given: {given}",
                f"one of {', '.join(_KIND_KEYS)}",
            )
        return _KIND_KEYS[present[0]]

    def _body(self, kind: str, fields: Fields, conditions: ConditionReader) -> dict[str, Any]:
        body: dict[str, Any] = {}
        when = fields.take("when")
        if when is not None:
            body["when"] = node_to_json(conditions.read(when))
        if kind == "definition":
            body["concludes"] = self._concluded(fields, "concludes")
            body["complete"] = fields.flag("complete", False)
        elif kind == "exception":
            body["exception_to"] = [str(each) for each in fields.texts("exception_to")]
            body["lifts"] = fields.choice("lifts", LIFTS, "duty")
        elif kind == "scope":
            body["scope"] = str(fields.text("scope"))
            if body["scope"] != self.pack.id:
                fields.fail(fields.node["scope"], f"the scope of this pack is `{self.pack.id}`")
        elif kind == "presumption":
            body |= self._presumption(fields, conditions)
        elif kind == "transition":
            body |= self._transition(fields)
        return body

    def _concluded(self, fields: Fields, key: str) -> str:
        node: Node | None = fields.take(key)
        name = fields.text(key)
        kind = self.names.kind(name)
        if kind is None:
            fields.fail(node or fields.node, f"unknown fact `{name}`", self.names.near(name))
        if kind != "flag":
            fields.fail(node or fields.node, f"`{name}` is no flag: only flags are concluded")
        return str(name)

    def _presumption(self, fields: Fields, conditions: ConditionReader) -> dict[str, Any]:
        section = fields.needed("presume")
        body: dict[str, Any] = {
            "presumes": self._concluded(section, "fact"),
            "value": section.flag("value", True),
            "basis": section.choice("basis", ("law", "burden", "list")),
        }
        unless = section.take("unless")
        if unless is not None:
            body["unless"] = node_to_json(conditions.read(unless))
        section.done()
        return body

    def _transition(self, fields: Fields) -> dict[str, Any]:
        section = fields.needed("transition")
        to = section.text("to")
        if self.names.unit(to) != "date":
            section.fail(section.node["to"], f"`{to}` is not a parameter of type date")
        body = {"moves": [str(each) for each in section.texts("moves")], "to": str(to)}
        section.done()
        return body

    def _binding(self, kind: str, fields: Fields) -> Binding | None:
        if kind not in BINDINGS:
            return None
        section = fields.needed(kind)
        addressee = section.text("addressee")
        if not any(term.name == addressee for term in self.pack.addressees):
            known = sorted({term.name for term in self.pack.addressees})
            section.fail(
                section.node["addressee"],
                f"`{addressee}` is no addressee of this pack",
                f"pack.yaml knows {', '.join(known) or 'none'}",
            )
        within = str(section.text("within", ""))
        if within and self.names.unit(within) != "days":
            section.fail(section.node["within"], f"`{within}` is not a parameter in days")
        binding = Binding(
            addressee=str(addressee),
            family=section.choice("family", FAMILIES),
            says=str(section.text(BINDINGS[kind])),
            due=section.choice("due", DUES, "within" if within else "ongoing"),
            within=within,
            event=str(section.text("event", "")),
            bars=section.flag("bars", False),
            extra={word: str(section.text(word)) for word in _EXTRA_WORDS if word in section},
        )
        section.done()
        return binding

    def _discharges(self, fields: Fields) -> tuple[str, tuple[str, ...]]:
        section = fields.section("discharged_by")
        if section is None:
            return "any", ()
        way = next((way for way in ("all", "any") if way in section), "any")
        ids = tuple(str(each) for each in section.texts(way))
        section.done()
        return way, ids

    def _breach(self, fields: Fields) -> dict[str, Any]:
        section = fields.section("breach")
        if section is None:
            return {}
        breach: dict[str, Any] = {"fine": str(section.text("fine"))}
        for word in ("by", "enforced_from", "cure"):
            if word in section:
                breach[word] = str(section.text(word))
        if "enforced_from" in section:
            read_ordinal(section, "enforced_from")
        ceiling = section.texts("ceiling")
        for name in ceiling:
            if self.names.kind(name) != "parameter":
                section.fail(name, f"unknown parameter `{name}`", self.names.near(name))
        if ceiling:
            breach["ceiling"] = [str(name) for name in ceiling]
        section.done()
        return breach
