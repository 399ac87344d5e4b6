"""What stands around the rules of a pack: its heading, parameters, readings, discharges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day, read_number
from weighbridge.facts.vocabulary import UNITS
from weighbridge.rules.names import LawNames
from weighbridge.rules.read_parts import read_cite, read_copy, read_interval, read_ordinal
from weighbridge.rules.rule import (
    AUTHORITIES,
    OBJECTS,
    SHELTERS,
    STATUSES,
    TAKES,
    Addressee,
    Comparison,
    Copy,
    DatedValue,
    Discharge,
    Interval,
    Pack,
    Parameter,
    Penalty,
    Position,
    Question,
    Twin,
)
from weighbridge.rules.sources import Document
from weighbridge.text.errors import ParseError, did_you_mean
from weighbridge.text.fields import Fields
from weighbridge.text.strict_yaml import Entries, Items, Text

DISCHARGE_KINDS = ("document", "evaluation", "filing", "label", "signature", "arrangement")


@dataclass(frozen=True, slots=True)
class PackHeading:
    """A pack with the defaults its rules inherit."""

    pack: Pack
    read: Copy | None
    interval: Interval


def read_pack(document: Document) -> PackHeading:
    """Return the pack that a pack.yaml declares. Its id must be its folder."""
    fields = Fields(document.node, document.file)
    id_ = str(fields.text("pack"))
    fields.provision = id_
    if id_ != document.pack:
        fields.fail(document.node["pack"], f"the folder of this pack is `{document.pack}`")
    pack = Pack(
        id=id_,
        title=str(fields.text("title")),
        act=str(fields.text("act")),
        market=str(fields.text("market", "")),
        status=fields.choice("status", STATUSES, "enacted"),
        authority=fields.choice("authority", AUTHORITIES),
        known_until=str(fields.text("known_until")),
        note=str(fields.text("note", "")),
        addressees=tuple(_read_addressees(fields)),
    )
    read_ordinal(fields, "known_until")
    read = read_copy(fields, None) if "read" in fields else None
    interval = read_interval(fields, "in_force", Interval())
    fields.done()
    return PackHeading(pack, read, interval)


def _read_addressees(fields: Fields) -> list[Addressee]:
    section = fields.section("addressees")
    terms: list[Addressee] = []
    if section is None:
        return terms
    for name, node in section.node.items():
        for item in node if isinstance(node, Items) else [node]:
            one = Fields(item, fields.file, fields.provision)
            terms.append(
                Addressee(
                    name=str(name),
                    object=one.choice("of", (*OBJECTS, ""), ""),
                    fact=str(one.text("fact")),
                    roles=tuple(str(role) for role in one.texts("roles")),
                    cite=str(one.text("cite", "")),
                )
            )
            one.done()
    return terms


def read_parameter(document: Document, default: Copy | None) -> Parameter:
    """Return a parameter with its dated values in order."""
    fields = Fields(document.node, document.file)
    name = str(fields.text("parameter"))
    fields.provision = name
    is_date = fields.choice("type", ("date", "number"), "number") == "date"
    unit = "date" if is_date else fields.choice("unit", UNITS)
    gloss = str(fields.text("gloss"))
    section = fields.needed("values")
    values = [
        _dated_value(section, key, is_date, default)
        for key in section.node
        if isinstance(key, Text)
    ]
    fields.done()
    values.sort(key=lambda value: value.start)
    return Parameter(name, document.pack, unit, gloss, tuple(values))


def _dated_value(section: Fields, day: Text, is_date: bool, default: Copy | None) -> DatedValue:
    fields = section.needed(day)
    node = fields.take("value")
    text = fields.text("value")
    try:
        start = read_day(day).toordinal()
    except ParseError as error:
        section.fail(day, error.message, error.help)
    try:
        value = float(read_day(text).toordinal()) if is_date else read_number(text)
    except ParseError as error:
        fields.fail(node or fields.node, error.message, error.help)
    cite = str(fields.text("cite"))
    read = read_copy(fields, default)
    fields.done()
    return DatedValue(start, value, str(text), cite, read)


def read_question(document: Document) -> Question:
    """Return a reading with its positions."""
    fields = Fields(document.node, document.file)
    name = str(fields.text("reading"))
    fields.provision = name
    section = fields.section("positions")
    if section is None or len(section.node) < 2:
        fields.fail(fields.node, "a reading has at least two positions")
    positions: dict[str, Position] = {}
    for word in section.node:
        one = section.needed(word)
        positions[str(word)] = Position(str(one.text("says")), str(one.text("held_by", "")))
        one.done()
    question = Question(
        name,
        document.pack,
        str(fields.text("gloss")),
        str(fields.text("cite", "")),
        positions,
    )
    fields.done()
    return question


def read_penalty(
    document: Document, heading: PackHeading, parameters: Mapping[str, Parameter]
) -> Penalty:
    """Return what may follow a breach, with its ceilings and the sizes that fare better."""
    fields = Fields(document.node, document.file)
    id_ = str(fields.text("penalty"))
    fields.provision = id_
    ceiling = fields.texts("ceiling")
    for name in ceiling:
        if name not in parameters:
            fields.fail(name, f"unknown parameter `{name}`", did_you_mean(name, parameters))
    penalty = Penalty(
        id=id_,
        pack=document.pack,
        says=str(fields.text("says")),
        cite=read_cite(fields, heading.pack.act),
        read=read_copy(fields, heading.read),
        interval=read_interval(fields, "in_force", heading.interval),
        by=str(fields.text("by")),
        ceiling=tuple(str(name) for name in ceiling),
        takes=fields.choice("takes", TAKES, "higher"),
        size=str(fields.text("size", "")),
        lower_for=_read_sizes(fields),
        rows=tuple(str(row) for row in fields.texts("rows")),
        note=str(fields.text("note", "")),
    )
    fields.take("cite")
    fields.done()
    return penalty


def _read_sizes(fields: Fields) -> dict[str, str]:
    section = fields.section("lower_for")
    if section is None:
        return {}
    days = {str(word): read_ordinal(section, word) for word in section.node}
    return {word: date.fromordinal(day).isoformat() for word, day in days.items() if day}


def read_discharge(document: Document) -> Discharge:
    """Return what would meet a duty, with its effort in hours."""
    fields = Fields(document.node, document.file)
    id_ = str(fields.text("discharge"))
    fields.provision = id_
    discharge = Discharge(
        id=id_,
        kind=fields.choice("kind", DISCHARGE_KINDS),
        title=str(fields.text("title")),
        says=str(fields.text("says")),
        form=str(fields.text("form", "")),
        effort=_read_effort(fields),
        inheritable=fields.flag("inheritable", False),
        looks_for=tuple(str(name) for name in fields.texts("looks_for")),
    )
    fields.done()
    return discharge


def read_comparison(document: Document, names: LawNames) -> Comparison:
    """Return twins of a release to be judged side by side."""
    fields = Fields(document.node, document.file)
    name = str(fields.text("comparison"))
    fields.provision = name
    section = fields.needed("twins")
    if len(section.node) < 2:
        section.fail(section.node, "a comparison has at least two twins")
    comparison = Comparison(
        name=name,
        title=str(fields.text("title")),
        twins=tuple(_read_twin(section, word, names) for word in section.node),
        shelter=fields.choice("shelter", (*SHELTERS, ""), ""),
    )
    fields.done()
    return comparison


def _read_twin(twins: Fields, word: str, names: LawNames) -> Twin:
    fields = twins.needed(word)
    section = fields.needed("facts")
    facts: dict[str, str] = {}
    for key in section.node:
        type_ = names.vocabulary.get(name_of(key))
        if type_ is None:
            section.fail(section.node.key(key), f"unknown fact `{key}`", names.near(key))
        node = section.take(key)
        try:
            type_.read(section.text(key))
        except ParseError as error:
            section.fail(node or section.node, error.message, error.help)
        facts[str(key)] = str(section.text(key))
    twin = Twin(str(word), str(fields.text("title")), facts)
    fields.done()
    return twin


def _read_effort(fields: Fields) -> dict[str, Any]:
    section = fields.needed("effort")
    effort: dict[str, Any] = {}
    for end in ("low", "high"):
        try:
            effort[end] = read_number(section.text(end))
        except ParseError as error:
            section.fail(section.node[end], error.message)
    for word in ("unit", "grade", "source"):
        effort[word] = str(section.text(word, "hours" if word == "unit" else ""))
    section.done()
    return effort


def read_law_heading(documents: list[Entries]) -> str:
    """Return the day the law was last read (``read_on``), the default as-of date."""
    for node in documents:
        if isinstance(node.get("read_on"), Text):
            return str(node["read_on"])
    return ""
