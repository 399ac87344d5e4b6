"""Every case of every pack, judged once: what came of it and which rules spoke in it.

Only what the tests ask for is kept: whole proofs of every case would fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.law.cases import values_of
from tests.law.pack_cases import Placed, placed_cases
from weighbridge.facts.values import read_day
from weighbridge.reason import Proof
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER


@dataclass(frozen=True)
class Outcome:
    """What came of one rule that a case names.

    state, first, moved_by: whether it is in force, its first day, the transition that moves it
    """

    rule: str
    id: str
    verdict: bool | None
    state: str | None
    first: int | None
    moved_by: str
    owed: bool


@dataclass(frozen=True)
class JudgedCase:
    """A case with the outcomes of the rules it names and the keys of all rules that spoke."""

    placed: Placed
    as_of: int
    outcomes: tuple[Outcome, ...]
    spoke: frozenset[str]


@cache
def shipped_law() -> Law:
    """Return the law that ships."""
    return compile_law([LAW_FOLDER])


@cache
def judged_cases() -> tuple[JudgedCase, ...]:
    """Return every case, judged."""
    return tuple(_judged(placed) for placed in placed_cases())


def judge_for(law: Law, placed: Placed) -> Judge:
    """Return the judge of the facts and the day of a case, under any version of the law."""
    case = placed.case
    day = read_day(case.as_of or law.read_on).toordinal()
    authorities = frozenset((case.authority, "court")) if case.authority else None
    facts = values_of(law, case.facts)
    return Judge(law, facts, day, presume=case.presume, authorities=authorities)


def _judged(placed: Placed) -> JudgedCase:
    law, case = shipped_law(), placed.case
    judge = judge_for(law, placed)
    outcomes: list[Outcome] = []
    spoke: set[str] = set()
    for name in case.expect:
        if name in law.vocabulary:
            half = judge._halves[-1]
            conclusion = half._conclude(name, case.row, judge.as_of, next(iter(law.packs)))
            spoke |= set(_spoken(Proof("concluded", conclusion.verdict, name, detail=conclusion)))
        else:
            judged = judge.judge(law.version(name, judge.as_of), case.row)
            outcomes.append(_outcome(judged))
            spoke |= set(_spoken_of(judged))
    return JudgedCase(placed, judge.as_of, tuple(outcomes), frozenset(spoke))


def _outcome(judged: Judgement) -> Outcome:
    force = judged.in_force
    rule = judged.rule
    moved_by = force.moved_by if force.state else ""
    return Outcome(
        rule.key, rule.id, judged.verdict, force.state, force.start, moved_by, judged.owed
    )


def _spoken_of(judged: Judgement) -> Iterator[str]:
    """Yield the keys of the rules that hold in a judgement, its own included."""
    if judged.verdict is True:
        yield judged.rule.key
    yield from _spoken(judged.proof)
    yield from (each.exception.key for each in judged.lifted if each.verdict is True)
    if judged.in_force.moved_by and judged.in_force.state:
        yield judged.in_force.moved_by


def _spoken(proof: Proof) -> Iterator[str]:
    for node in proof.everything():
        gate = node.kind in ("scope", "exception", "definition") and node.verdict is True
        if gate or node.kind == "presumption":
            yield node.text
