"""Small bodies of law written in the test, with one pack in each of two markets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from weighbridge.facts.values import read_day
from weighbridge.reason.prove.ask import ASK
from weighbridge.reason.prove.found import Asked, Event, Found, Step, Undecided
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law

DAY = read_day("2026-01-01").toordinal()
_PACK = """
pack: {pack}
title: Toy Act
act: Toy Act
market: {market}
status: enacted
authority: statute
known_until: 2026-01-01
read: {{text: copy, on: 2026-01-01, tag: "V:CONS"}}
addressees:
  maker:
    - {{of: model, fact: {name}_maker, roles: [developer, modifier], cite: s. 1}}
"""
_FACTS = """
fact: {name}_maker
type: flag
subject: actor
legal: yes
gloss: the actor makes the toy
cite: s. 1
"""
_MAKER = """
rule: {pack}/maker
title: Who makes toys
cite: s. 1
concludes: {name}_maker
complete: yes
when: makes_toys
"""
_SHARED = """
fact: makes_toys
type: flag
subject: actor
gloss: the actor makes toys
---
fact: keeps_logs
type: flag
gloss: logs are kept
---
fact: red
type: flag
gloss: the toy is red
---
fact: loud
type: flag
gloss: the toy is loud
---
fact: weight
type: count
unit: items
gloss: the weight of the toy
---
fact: power
type: quantity
unit: FLOP
gloss: the power of the toy
---
fact: kind
type: enum
values: {soft: soft, hard: hard, odd: odd}
gloss: the kind of toy
---
fact: is_small
type: flag
legal: yes
gloss: the toy is small
cite: s. 2
---
fact: is_large
type: flag
legal: yes
gloss: the toy is large
cite: s. 2
"""
_PARAMETERS = """
parameter: line
unit: items
gloss: the line
values:
  2020-01-01: {value: 10, cite: s. 3, read: {text: copy, tag: "V:CONS"}}
---
parameter: power_line
unit: FLOP
gloss: the line of power
values:
  2020-01-01: {value: 1e25, cite: s. 3, read: {text: copy, tag: "V:CONS"}}
"""
MARKETS = {"one/act": "AA", "two/act": "BB"}


def toy_law(folder: Path, *rules: str, amend: str = "") -> Law:
    """Return the law of some rules, each one document, filed under the pack its id begins with."""
    body = folder / "law"
    body.mkdir(parents=True)
    (body / "law.yaml").write_text("law: toy\nread_on: 2026-01-01\n")
    for pack, market in MARKETS.items():
        name = pack.split("/")[0]
        below = body / pack
        (below / "rules").mkdir(parents=True)
        names = {"pack": pack, "market": market, "name": name}
        (below / "pack.yaml").write_text(_PACK.format(**names))
        shared = f"---{_SHARED}" if name == "one" else ""
        (below / "facts.yaml").write_text(_FACTS.format(**names) + shared)
        own = [_MAKER.format(**names), *(each for each in rules if f"rule: {pack}/" in each)]
        (below / "rules" / "s.yaml").write_text("---\n".join(own))
    (body / "one/act/parameters.yaml").write_text(_PARAMETERS)
    paths = []
    if amend:
        paths.append(folder / "amend.yaml")
        paths[0].write_text(amend)
    return compile_law([body], paths)


def rule(id_: str, kind: str, when: str = "", **more: str) -> str:
    """Return one rule as YAML; ``kind`` is the line or lines that say its kind."""
    lines = [f"rule: {id_}", f"title: Rule {id_}", f"cite: s. {id_}", kind]
    lines += [f"when: {when}"] if when else []
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in more.items())]) + "\n"


def duty(id_: str, when: str = "", **more: str) -> str:
    """Return a duty of the maker."""
    return rule(id_, "duty: {addressee: maker, family: data, must: do it}", when, **more)


def ban(id_: str, when: str = "", **more: str) -> str:
    """Return a prohibition for the maker."""
    return rule(id_, "prohibition: {addressee: maker, family: data, must_not: do it}", when, **more)


def asked(law: Law, **more: object) -> Asked:
    """Return what is asked of a toy law on its day."""
    return Asked(law=law, as_of=DAY, markets=("AA", "BB"), **more)  # type: ignore[arg-type]


def answer(question: str, law: Law, **more: object) -> list[Found]:
    """Return what is found; nothing may stay undecided."""
    events = list(ASK[question](asked(law, **more)))
    left = [each for each in events if isinstance(each, Undecided)]
    assert not left, left
    return found(events)


def found(events: Iterable[Event]) -> list[Found]:
    """Return the things found among events, which end with everything looked at."""
    listed = list(events)
    last = [each for each in listed if isinstance(each, Step)][-1]
    assert last.done == last.total
    return [each for each in listed if isinstance(each, Found)]


def kinds(founds: Iterable[Found]) -> list[tuple[str, tuple[str, ...]]]:
    """Return kind and rules of each thing found."""
    return [(each.kind, each.rules) for each in founds]
