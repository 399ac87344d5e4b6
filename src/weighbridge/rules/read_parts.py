"""What documents of law have in common: days, intervals, citations, who read which copy."""

from __future__ import annotations

from weighbridge.facts.values import read_day
from weighbridge.rules.rule import READS, Citation, Copy, Interval
from weighbridge.text.errors import ParseError
from weighbridge.text.fields import Fields


def read_interval(fields: Fields, key: str, default: Interval, without: str = "") -> Interval:
    """Return ``{from, to}`` under ``key`` as an interval of days; ``without`` leaves one unread."""
    section = fields.section(key)
    if section is None:
        return default
    ends = [None if each == without else read_ordinal(section, each) for each in ("from", "to")]
    start, end = ends
    section.take(without)
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
