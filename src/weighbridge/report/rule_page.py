"""One rule's page, under the same headings for every rule, and its JSON.

The headings are what somebody asks who reads nothing else: where it is written, what it asks, of
whom, since when, what lifts it, what follows a breach, how sure we are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day
from weighbridge.reason.prose import rule_in_words
from weighbridge.report import rule_asks, rule_breach, rule_links
from weighbridge.report.blocks import STEP, Block, Gap, Heading, Item, Line, Page, leading
from weighbridge.report.facts_words import day_words
from weighbridge.report.pack_cases import PackCase
from weighbridge.report.rule_grounds import Grounds, grounds_of
from weighbridge.report.rule_sure import how_sure
from weighbridge.report.rule_words import (
    CASES,
    HEADINGS,
    NOTHING,
    NOTHING_TO_BREAK,
    NOTHING_TO_MEET,
    ONE_CASE,
)
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import node_to_text

_ASKING = ("duty", "prohibition")


def rule_page(law: Law, rule: Rule, as_of: int, cases: Iterable[PackCase] = ()) -> Page:
    """Return the page of ``rule`` as asked on the day ``as_of``; ``cases`` are those naming it."""
    page = Page()
    page.add(Heading(f"{rule.title} [{rule.id}]", 1))
    for title, blocks in rule_sections(law, rule, as_of, cases):
        page.add(Gap(), Heading(title, 2), *blocks)
    return page


def rule_sections(
    law: Law, rule: Rule, as_of: int, cases: Iterable[PackCase]
) -> Iterator[tuple[str, list[Block]]]:
    """Yield each heading with what stands under it; one with nothing to say says so.

    Where a rule does not stand on ``as_of``, the rest of the law is taken on the nearest day on
    which it does.
    """
    day = rule.interval.nearest(as_of)
    sections: dict[str, Iterable[Block]] = {
        "provision": rule_asks.provision(law, rule),
        "asks": _asks(law, rule, day),
        "of whom": rule_asks.of_whom(law, rule, day),
        "since": [
            *rule_asks.since(law, rule, as_of),
            *rule_breach.first_days(law, rule, as_of),
        ],
        "lifts": rule_links.lifts(law, rule, day),
        "meets": rule_asks.met_by(law, rule),
        "breach": rule_breach.breach(law, rule, day),
        "sure": how_sure(law, rule, as_of),
        "words": _in_words(law, rule, day),
        "facts": rule_links.facts(law, rule, day),
        "bears on": rule_links.bears_on(law, rule, day),
        "notes": [Line(rule.note)] if rule.note else [],
        "tests": _tests(rule, list(cases)),
    }
    for name, title in HEADINGS.items():
        yield title, list(sections[name]) or [Line(_nothing(name, rule), "faint")]


def _nothing(name: str, rule: Rule) -> str:
    if rule.kind not in _ASKING and name in ("breach", "meets"):
        return NOTHING_TO_BREAK if name == "breach" else NOTHING_TO_MEET
    return NOTHING[name]


def _asks(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    if rule.kind == "claim" and rule.binding is not None:
        return rule_breach.claim(law, rule, rule.binding, day)
    return rule_asks.asks(law, rule, day)


def _tests(rule: Rule, cases: list[PackCase]) -> Iterator[Block]:
    if cases:
        yield Line(ONE_CASE if len(cases) == 1 else CASES.format(count=len(cases)))
    for case in cases:
        yield Item(f"{case.title}: {case.expected_of(rule)}", tag=case.place)


def _in_words(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    for line in rule_in_words(law, rule, day, around=False).splitlines():
        text = line.strip()
        if text.startswith("- "):
            yield Item(text[2:], f"{' ' * (leading(line) // STEP * STEP)}·")
        elif text:
            yield Line(text)


def rule_json(law: Law, rule: Rule, as_of: int, cases: int) -> dict[str, Any]:
    """Return one rule as JSON values, days as ISO dates."""
    day = rule.interval.nearest(as_of)
    term = None
    if rule.binding is not None:
        term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    return {
        "format": 1,
        "rule": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "pack": rule.pack,
        "market": law.packs[rule.pack].market,
        "object": rule.object,
        "asks": asdict(rule.binding) if rule.binding else None,
        "roles": list(term.roles) if term else [],
        "in_force": {
            "from": _day_or_none(law.first_day(rule, as_of)),
            "to": _day_or_none(rule.interval.end),
        },
        "moved_by": [each.id for each in law.transitions(rule)],
        "when": node_to_text(rule.when),
        "demands": node_to_text(rule.demands) if "demands" in rule.body else None,
        "forbids": node_to_text(rule.forbids) if rule.forbids is not None else None,
        "facts": sorted(name_of(name) for name in grounds_of(law, rule, day, gates=False).facts),
        "lifts": rule.body.get("lifts"),
        "shelter": rule.shelter or None,
        "exceptions": [each.id for each in (*law.exceptions(rule, day), *law.lighter(rule, day))],
        "discharged_by": {rule.discharged_by: list(rule.discharges)} if rule.discharges else None,
        "breach": _breach_json(law, rule),
        "cite": asdict(rule.cite),
        "read": asdict(rule.read),
        "status": rule.status,
        "authority": rule.authority,
        "ended_by": rule.ended_by,
        "note": rule.note,
        "exception_to": list(rule.exception_to),
        "claims": [
            each.key for each in law.rules if each.binding and rule.id in each.binding.linked
        ],
        "rests_on": _rests_json(law, grounds_of(law, rule, day)),
        "rows": list(rule.rows),
        "known_until": law.packs[rule.pack].known_until,
        "cases": cases,
    }


def _rests_json(law: Law, grounds: Grounds) -> dict[str, list[str]]:
    facts = [law.vocabulary[name] for name in grounds.facts]
    return {
        "readings": [each.name for each in facts if each.name in law.questions],
        "judgements": [each.name for each in facts if each.type == "judgement"],
        "presumptions": [each.key for each in grounds.rules if each.kind == "presumption"],
        "rules": [each.key for each in grounds.rules],
    }


def _breach_json(law: Law, rule: Rule) -> dict[str, Any] | None:
    if not rule.breach:
        return None
    begins = rule.breach.get("enforced_from")
    penalty = law.penalties.get(rule.breach.get("penalty", ""))
    by_size = {"takes": penalty.takes, "lower_for": penalty.lower_for} if penalty else {}
    enforced = read_day(begins).isoformat() if begins else None
    return {**rule.breach, **by_size, "enforced_from": enforced}


def _day_or_none(ordinal: int | None) -> str | None:
    return None if ordinal is None else day_words(ordinal)
