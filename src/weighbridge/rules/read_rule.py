"""One YAML document to one :class:`Rule`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weighbridge.rules.conditions import ConditionReader
from weighbridge.rules.names import LawNames
from weighbridge.rules.nodes import node_to_json
from weighbridge.rules.read_binding import read_binding, read_breach, read_discharges
from weighbridge.rules.read_pack import PackHeading
from weighbridge.rules.read_parts import read_cite, read_copy, read_interval
from weighbridge.rules.rule import (
    ASKING,
    AUTHORITIES,
    BINDINGS,
    LIFTS,
    OBJECTS,
    SHELTERS,
    STATUSES,
    Interval,
    Penalty,
    Rule,
)
from weighbridge.rules.sources import Document
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Node, Text

_KIND_KEYS = {
    **{kind: kind for kind in BINDINGS},
    "exception_to": "exception",
    "concludes": "definition",
    "presume": "presumption",
    "scope": "scope",
    "transition": "transition",
}


class RuleReader:
    """Reads the rules of one pack, whose defaults fill what a rule leaves out."""

    def __init__(
        self, heading: PackHeading, names: LawNames, penalties: Mapping[str, Penalty]
    ) -> None:
        """Keep the pack with its defaults, and what a rule may name."""
        self.pack = heading.pack
        self.heading = heading
        self.names = names
        self.penalties = penalties

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
        interval = self._interval(fields, body)
        way, discharges = read_discharges(fields)
        if "moved_from" in fields:
            body["moved_from"] = str(fields.text("moved_from"))
        rule = Rule(
            id=id_,
            pack=self.pack.id,
            kind=kind,
            title=str(fields.text("title")),
            cite=read_cite(fields, self.pack.act),
            read=read_copy(fields, self.heading.read),
            interval=interval,
            status=fields.choice("status", STATUSES, self.pack.status),
            authority=fields.choice("authority", AUTHORITIES, self.pack.authority),
            object=fields.choice("of", OBJECTS, "model"),
            body=body,
            binding=read_binding(kind, fields, self.pack, self.names),
            rows=tuple(str(row) for row in fields.texts("rows")),
            discharges=discharges,
            discharged_by=way,
            breach=read_breach(fields, self.names, self.penalties),
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
        elif kind in ASKING:
            for word in ("demands", "forbids"):
                wanted = fields.take(word)
                if wanted is not None:
                    body[word] = node_to_json(conditions.read(wanted))
        elif kind == "exception":
            body["exception_to"] = [str(each) for each in fields.texts("exception_to")]
            body["lifts"] = fields.choice("lifts", LIFTS, "duty")
            shelter = self._shelter(fields)
            if shelter:
                body["shelter"] = shelter
        elif kind == "scope":
            body["scope"] = str(fields.text("scope"))
            if body["scope"] != self.pack.id:
                fields.fail(fields.node["scope"], f"the scope of this pack is `{self.pack.id}`")
        elif kind == "presumption":
            body |= self._presumption(fields, conditions)
        elif kind == "transition":
            body |= self._transition(fields)
        return body

    def _interval(self, fields: Fields, body: dict[str, Any]) -> Interval:
        """Return when the rule stands; a first day named by a parameter is its last value."""
        node = fields.node.get("in_force")
        word = node.get("from") if isinstance(node, Entries) else None
        parameter = self.names.parameters.get(word) if isinstance(word, Text) else None
        if parameter is None or not isinstance(word, Text):
            return read_interval(fields, "in_force", self.heading.interval)
        section = fields.needed("in_force")
        section.take("from")
        if parameter.unit != "date":
            section.fail(word, f"`{word}` is not a parameter of type date")
        body["starts"] = parameter.name
        end = read_interval(fields, "in_force", Interval(), without="from").end
        return Interval(int(parameter.values[-1].value), end)

    def _shelter(self, fields: Fields) -> dict[str, str]:
        section = fields.section("shelter")
        if section is None:
            return {}
        shelter = {
            "of": section.choice("of", SHELTERS),
            "shown_by": str(section.text("shown_by")),
            "ends": str(section.text("ends")),
        }
        section.done()
        return shelter

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
