"""One rule's page, under the same headings for every rule, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import bare_name, day_words
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of, node_to_text
from weighbridge.rules.rule import Interval

NONE = "nothing is written here"
_LEVEL_WIDTH = 2


def rule_page(law: Law, rule: Rule, day: int, cases: int) -> Page:
    """Return the page of ``rule`` as it stands on ``day``; ``cases`` is how many tests name it."""
    page = Page()
    page.add(Heading(f"{rule.title} [{rule.id}]", 1))
    sections: tuple[tuple[str, list[Block]], ...] = (
        ("what it asks", list(_asks(law, rule))),
        ("of whom", list(_of_whom(law, rule))),
        ("since when", list(_since(law, rule))),
        ("in words", list(_in_words(law, rule, day))),
        ("exceptions", list(_exceptions(law, rule, day, 0))),
        ("what it needs", list(_discharges(law, rule))),
        ("on breach", list(_breach(law, rule, day))),
        ("where it is written", list(_written(law, rule))),
        ("notes", [Line(rule.note)] if rule.note else []),
        ("what is unknown", list(_unknown(law, rule))),
        ("tests", [Line(_cases_words(cases))]),
    )
    for title, blocks in sections:
        page.add(Gap(), Heading(title, 2), *(blocks or [Line(NONE, "faint")]))
    return page


def _cases_words(cases: int) -> str:
    return "1 case of its pack names it" if cases == 1 else f"{cases} cases of its pack name it"


def _asks(law: Law, rule: Rule) -> Iterator[Block]:
    if rule.binding is None:
        concluded = rule.body.get("concludes") or rule.body.get("presumes")
        what = f": {law.vocabulary[concluded].gloss}" if concluded else ""
        yield Line(f"nothing of its own; of the kind {rule.kind}{what}")
        return
    yield Line(f"{rule.kind}: {rule.binding.says}")
    due = [f"due: {rule.binding.due}", f"family: {rule.binding.family}", f"of: {rule.object}"]
    if rule.binding.event:
        due.append(f"event: {rule.binding.event}")
    if rule.binding.bars:
        due.append("release waits for it")
    due += [f"{word}: {text}" for word, text in rule.binding.extra.items()]
    yield Line(" · ".join(due), "faint")


def _of_whom(law: Law, rule: Rule) -> Iterator[Block]:
    if rule.binding is None:
        return
    yield Line(rule.binding.addressee.replace("_", " "))
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    if term is not None:
        roles = ", ".join(role.replace("_", " ") for role in term.roles)
        yield Line(
            f"it can fall on: {roles} ({term.cite})" if term.cite else f"it can fall on: {roles}"
        )
        yield Line(f"concluded from `{term.fact}`: {law.vocabulary[term.fact].gloss}", "faint")


def _since(law: Law, rule: Rule) -> Iterator[Block]:
    yield Line(f"{_interval_words(rule.interval)} · {rule.status}")
    if rule.ended_by:
        yield Line(f"ended by {rule.ended_by}")
    for transition in law.transitions(rule):
        parameter = law.parameters[transition.body["to"]]
        dated = parameter.at(transition.interval.nearest(_LATEST))
        to = dated.written if dated else parameter.gloss
        yield Item(f"moved to {to} for some: {transition.title}", tag=transition.id)
    versions = [each for each in law.by_id[rule.id] if each is not rule]
    for each in versions:
        yield Item(f"another version: {_interval_words(each.interval)}", tag=each.key)


_LATEST = 3_652_059


def _interval_words(interval: Interval) -> str:
    start = f"from {day_words(interval.start)}" if interval.start is not None else "no first day"
    return f"{start} until {day_words(interval.end)}" if interval.end is not None else start


def _in_words(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    from weighbridge.reason.prose import rule_in_words

    for line in rule_in_words(law, rule, day).splitlines():
        text = line.strip()
        depth = (len(line) - len(line.lstrip())) // _LEVEL_WIDTH
        if text.startswith("- "):
            yield Item(text[2:], "·" if depth == 0 else "  " * depth + "·")
        elif text:
            yield Line(text)


def _exceptions(law: Law, rule: Rule, day: int, depth: int) -> Iterator[Block]:
    for each in [*law.exceptions(rule, day), *law.lighter(rule, day)]:
        lifts = "" if each.body["lifts"] == "duty" else f" (lifts {each.body['lifts']})"
        yield Item(f"{each.title}, {each.cite.at}{lifts}", "  " * depth + "·", each.id)
        yield from _exceptions(law, each, day, depth + 1)


def _discharges(law: Law, rule: Rule) -> Iterator[Block]:
    known = [law.discharges[id_] for id_ in rule.discharges]
    if len(known) > 1:
        yield Line("all of:" if rule.discharged_by == "all" else "any of:")
    for each in known:
        effort = f"{each.effort['low']:g} to {each.effort['high']:g} {each.effort['unit']}"
        yield Item(f"{each.title}: {each.says}", tag=each.id, details=(f"{each.kind}, {effort}",))


def _breach(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    if not rule.breach:
        return
    yield Line(rule.breach["fine"])
    for name in rule.breach.get("ceiling", ()):
        dated = law.parameters[name].at(day)
        value = f"{dated.written} {law.parameters[name].unit}" if dated else "not in force"
        yield Item(f"{law.parameters[name].gloss}: {value}", tag=name)
    rest = [
        f"{word.replace('_', ' ')}: {rule.breach[word]}"
        for word in _BREACH_WORDS
        if word in rule.breach
    ]
    if rest:
        yield Line(" · ".join(rest), "faint")


_BREACH_WORDS = ("by", "enforced_from", "cure")


def _written(law: Law, rule: Rule) -> Iterator[Block]:
    yield Line(str(rule.cite))
    if rule.cite.eli:
        yield Line(rule.cite.eli, "faint")
    read = ", ".join(part for part in (rule.read.text, rule.read.on, rule.read.tag) if part)
    yield Line(f"authority: {rule.authority} · text read: {read}")
    pack = law.packs[rule.pack]
    yield Line(f"{pack.title}, known until {pack.known_until} · {rule.file}", "faint")


def _unknown(law: Law, rule: Rule) -> Iterator[Block]:
    names = list(_facts_behind(law, rule))
    for name in names:
        question = law.questions.get(name)
        if question is not None:
            held = tuple(f"{word}: {each.says}" for word, each in question.positions.items())
            yield Item(f"a question of law: {question.gloss}", "?", name, held)
    for name in names:
        fact = law.vocabulary.get(name)
        if fact is not None and fact.type == "judgement":
            yield Item(f"a judgement: whether {fact.gloss}", "?", name)


def _facts_behind(law: Law, rule: Rule) -> Iterator[str]:
    """Yield every fact a rule rests on, through definitions, each once."""
    pending = list(facts_of(rule.when))
    if rule.binding is not None:
        term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        pending += [term.fact] if term else []
    seen: set[str] = set()
    while pending:
        name = pending.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        for each in law.rules:
            if each.kind == "definition" and each.body["concludes"] == name:
                pending.extend(facts_of(each.when))


def rule_json(law: Law, rule: Rule, day: int, cases: int) -> dict[str, Any]:
    """Return one rule as JSON values, days as ISO dates."""
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
            "from": _day_or_none(rule.interval.start),
            "to": _day_or_none(rule.interval.end),
        },
        "moved_by": [each.id for each in law.transitions(rule)],
        "when": node_to_text(rule.when),
        "facts": sorted(bare_name(name) for name in _facts_behind(law, rule)),
        "exceptions": [each.id for each in (*law.exceptions(rule, day), *law.lighter(rule, day))],
        "discharged_by": {rule.discharged_by: list(rule.discharges)} if rule.discharges else None,
        "breach": _breach_json(rule),
        "cite": asdict(rule.cite),
        "read": asdict(rule.read),
        "status": rule.status,
        "authority": rule.authority,
        "ended_by": rule.ended_by,
        "note": rule.note,
        "cases": cases,
    }


def _breach_json(rule: Rule) -> dict[str, Any] | None:
    if not rule.breach:
        return None
    begins = rule.breach.get("enforced_from")
    return {**rule.breach, "enforced_from": read_day(begins).isoformat() if begins else None}


def _day_or_none(ordinal: int | None) -> str | None:
    return None if ordinal is None else day_words(ordinal)
