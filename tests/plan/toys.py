"""Small laws whose best plans are known: flags a to f, a number x, papers of known hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.reason.laws import PARAMETERS, exception, rule
from weighbridge.assess import Assessment, Request, assess
from weighbridge.facts import FactType, Vocabulary
from weighbridge.plan.levers import Levers, read_levers
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import Addressee, Binding, Discharge, Pack, Position, Question

EASY, COSTLY, NEVER = ("a", "b", "c"), ("d", "e"), ("f",)
PRICES = """\
hours: easy
low: 1
high: 3
---
hours: costly
low: 10
high: 30
---
"""
LEVERS = """\
lever: do-a
does: do a
sets: {a: yes}
---
lever: stop-b
does: stop b
sets: {b: no}
stops: yes
---
lever: do-c-not-a
does: do c and leave a
sets: {c: yes, a: no}
---
lever: do-d
does: do d
sets: {d: yes}
---
lever: close-e
does: close e
sets: {e: no}
stops: yes
leaves: release
who_loses: everybody who used it
"""
ROLES = {"developer": "makes it"}
_POSITIONS = {"so": Position("", ""), "not_so": Position("", "")}


def vocabulary() -> Vocabulary:
    """Return the facts: flags by how easily they change, terms p and q, a number, a role."""
    flags = [
        FactType(
            name, "flag", "release", f"{name} holds", mutable=mutable, question=f"Is it {name}?"
        )
        for names, mutable in ((EASY, "easy"), (COSTLY, "costly"), (NEVER, "never"))
        for name in names
    ]
    legal = [FactType(n, "flag", "release", f"{n} holds", legal=True) for n in ("p", "q", "bearer")]
    number = FactType("x", "quantity", "release", "the x", unit="FLOP", mutable="never")
    role = FactType("role", "enum", "role", "the role", values=ROLES)
    word = FactType("reading", "enum", "release", "whether", values={"so": "", "not_so": ""})
    return Vocabulary([*flags, *legal, number, role, word])


def duty(id_: str, when: Any, *answers: str, every: bool = False, **more: Any) -> Rule:
    """Return a duty that ``answers`` discharge; ``due`` and ``bars`` go to what it asks."""
    return _binding(id_, "duty", when, answers, every, **more)


def prohibition(id_: str, when: Any, **more: Any) -> Rule:
    """Return a prohibition."""
    return _binding(id_, "prohibition", when, (), False, **more)


def _binding(
    id_: str, kind: str, when: Any, answers: tuple[str, ...], every: bool, **more: Any
) -> Rule:
    asks = {word: more.pop(word) for word in ("due", "bars") if word in more}
    made = rule(id_, kind, when, **more)
    binding = Binding("maker", "documentation", f"do {id_}", **asks)
    by = "all" if every else "any"
    return replace(made, binding=binding, discharges=answers, discharged_by=by)


def papers(hours: Mapping[str, tuple[float, float]]) -> list[Discharge]:
    """Return discharges with their hours, from low to high."""
    return [
        Discharge(
            id_, "document", f"Paper {id_}", f"says {id_}", "", {"low": low, "high": high}, False
        )
        for id_, (low, high) in hours.items()
    ]


def law(
    rules: Iterable[Rule],
    hours: Mapping[str, tuple[float, float]],
    markets: Mapping[str, str] | None = None,
) -> Law:
    """Return the law of these rules; ``markets`` gives the market of each pack."""
    places = markets or {"toy": "XA"}
    maker = (Addressee("maker", "", "bearer", ("developer",), "s. 1"),)
    bears = [
        rule(f"{pack}-bearer", "definition", pack=pack, concludes="bearer", complete=True)
        for pack in list(places)[:1]
    ]
    return Law(
        read_on="2026-01-01",
        vocabulary=vocabulary(),
        packs=[
            Pack(pack, "Toy Act", "Toy Act", place, "enacted", "statute", "2026-01-01", "", maker)
            for pack, place in places.items()
        ],
        parameters=PARAMETERS,
        questions=[Question("reading", "toy", "whether", "", _POSITIONS)],
        discharges=papers(hours),
        rules=[*rules, *bears],
    )


def weighed(law_: Law, *sets: str) -> Assessment:
    """Return the assessment of asserted facts alone."""
    return assess(Request(None, roles=("developer",), sets=sets), law_)


def levers(text: str = LEVERS) -> Levers:
    """Return levers, easy ones at 1 to 3 hours and costly ones at 10 to 30."""
    return read_levers(PRICES + text, "levers.yaml")


__all__ = ["duty", "exception", "law", "levers", "papers", "prohibition", "rule", "weighed"]
