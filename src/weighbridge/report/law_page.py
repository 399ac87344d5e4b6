"""The packs of a body of law: status, coverage, age and how far each can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table
from weighbridge.report.json import pack_digest
from weighbridge.rules import Law, Pack, Rule
from weighbridge.rules.rule import AUTHORITIES, BINDINGS, READS


def law_page(law: Law, as_of: str) -> Page:
    """Return the table of packs with their age on ``as_of``, and the questions of law left open."""
    entries = [_entry(law, pack, as_of) for pack in _sorted(law.packs.values())]
    page = Page()
    page.add(
        Heading("the law that is judged by", 1),
        Line(f"read on {law.read_on} · as of {as_of} · {law.hash}", "faint"),
        Gap(),
        Table(
            ("pack", "market", "status", "rules", "known until", "days", "authority", "text read"),
            tuple(_cells(each) for each in entries),
        ),
    )
    if law.amendments:
        page.add(Gap(), Line(f"amended, a what-if: {', '.join(law.amendments)}", "warn"))
    if law.questions:
        page.add(Gap(), Heading("questions of law left open (--reading ID=POSITION)", 2))
    for question in law.questions.values():
        held = tuple(f"{word}: {each.says}" for word, each in question.positions.items())
        page.add(Item(question.gloss, "?", question.name, held))
    return page


def law_json(law: Law, as_of: str) -> dict[str, Any]:
    """Return the packs, readings and parameters' number as JSON values."""
    return {
        "format": 1,
        "hash": law.hash,
        "read_on": law.read_on,
        "as_of": as_of,
        "amendments": list(law.amendments),
        "packs": [_entry(law, pack, as_of) for pack in _sorted(law.packs.values())],
        "readings": [
            {
                "reading": question.name,
                "gloss": question.gloss,
                "cite": question.cite,
                "positions": {word: each.says for word, each in question.positions.items()},
            }
            for question in law.questions.values()
        ],
    }


def _sorted(packs: Iterable[Pack]) -> list[Pack]:
    return sorted(packs, key=lambda pack: (pack.market, pack.id))


def _entry(law: Law, pack: Pack, as_of: str) -> dict[str, Any]:
    rules = [rule for rule in law.rules if rule.pack == pack.id]
    age = read_day(as_of).toordinal() - read_day(pack.known_until).toordinal()
    return {
        "pack": pack.id,
        "title": pack.title,
        "act": pack.act,
        "market": pack.market,
        "status": pack.status,
        "authority": pack.authority,
        "rules": len(rules),
        "binding": sum(rule.kind in BINDINGS for rule in rules),
        "newest_read": max((rule.read.on for rule in rules), default="") or None,
        "known_until": pack.known_until,
        "days_since_known": max(age, 0),
        "authorities": _counted((rule.authority for rule in rules), AUTHORITIES),
        "read": _counted((rule.read.text for rule in rules), READS),
        "digest": pack_digest(law, pack.id),
    }


def _counted(words: Iterable[str], order: tuple[str, ...]) -> dict[str, int]:
    counts = Counter(words)
    return {word: counts[word] for word in order if counts[word]}


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    return (
        entry["pack"],
        entry["market"] or "any",
        entry["status"],
        str(entry["rules"]),
        entry["known_until"],
        str(entry["days_since_known"]),
        _counts_words(entry["authorities"]),
        _counts_words(entry["read"]),
    )


def _counts_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counts.items())


def rules_listed(rules: Iterable[Rule]) -> Page:
    """Return a page that lists rules by id, for an id that names a whole pack."""
    page = Page()
    for rule in sorted(rules, key=lambda rule: rule.key):
        page.add(Item(rule.title, "·", rule.key))
    return page
