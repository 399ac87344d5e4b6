"""Every case of every pack, judged once: what its expectations name and what was looked at."""

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
class JudgedCase:
    """A case with the judge of its facts and what came of the rules and facts it names."""

    placed: Placed
    judge: Judge
    judgements: tuple[Judgement, ...]
    conclusions: tuple[Proof, ...]

    @property
    def as_of(self) -> int:
        """The ordinal of the day the case asks about."""
        return self.judge.as_of

    def nodes(self) -> Iterator[Proof]:
        """Yield every node of every proof of the case, those below conclusions included."""
        for judged in self.judgements:
            yield from judged.proof.everything()
        for proof in self.conclusions:
            yield from proof.everything()


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
    judgements, conclusions = [], []
    for name in case.expect:
        if name in law.vocabulary:
            half = judge._halves[-1]
            conclusion = half._conclude(name, case.row, judge.as_of, next(iter(law.packs)))
            conclusions.append(Proof("concluded", conclusion.verdict, name, detail=conclusion))
        else:
            judgements.append(judge.judge(law.version(name, judge.as_of), case.row))
    return JudgedCase(placed, judge, tuple(judgements), tuple(conclusions))
