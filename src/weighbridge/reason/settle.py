"""The verdicts on which all completions of the open facts agree, although Kleene says unknown.

Sound, and complete for what the language can say: flags and enums that pull both ways are
tried (up to twelve); where a number does, or there are more, Z3 is asked within ``rlimit``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from weighbridge.facts import Value
from weighbridge.reason.case import Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.open_facts import OpenFact, open_facts
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.rules.rule import Rule

MOST_TRIED = 12


def settle(evaluator: Evaluator, rule: Rule, row: Row, day: int, proof: Proof) -> Verdict:
    """Return the verdict every completion of ``proof`` agrees on, or ``None``.

    ``proof`` is what ``evaluator`` gave for the rule. Presumptions that speak are kept as they
    are; a legal fact with no way to "no" counts as free, which can only leave more unknown.
    """
    if proof.verdict is not None:
        return proof.verdict
    two_way = [fact for fact in open_facts(proof).values() if fact.two_way]
    if not two_way:
        return None
    if len(two_way) <= MOST_TRIED and all(fact.kind != "number" for fact in two_way):
        found = _try_all(evaluator, rule, row, day, two_way)
        return found.pop() if len(found) == 1 else None
    from weighbridge.reason.smt import settled_by_z3

    return settled_by_z3(evaluator, proof, row, day)


def _try_all(
    evaluator: Evaluator, rule: Rule, row: Row, day: int, facts: list[OpenFact]
) -> set[Verdict]:
    """Return the verdicts of the completions; stops at the second one."""
    judge = _judge_with(evaluator, rule, row, day)
    found: set[Verdict] = set()

    def explore(chosen: dict[str, Value | None], depth: int) -> bool:
        verdict = judge(chosen)
        if verdict is not None or depth == len(facts):
            found.add(verdict)
            return len(found) > 1 or None in found
        fact = facts[depth]
        return any(
            explore({**chosen, _value_key(fact): value}, depth + 1)
            for value in _choices(evaluator, fact)
        )

    explore({}, 0)
    return found


def _judge_with(
    evaluator: Evaluator, rule: Rule, row: Row, day: int
) -> Callable[[dict[str, Value | None]], Verdict]:
    def judge(chosen: dict[str, Value | None]) -> Verdict:
        case: Case = evaluator.case.but(chosen)
        return evaluator.but(case).judge(rule, row, day).verdict

    return judge


def _value_key(fact: OpenFact) -> str:
    """Return the key under which the case holds a fact: a conclusion's without role or day."""
    return fact.key if fact.kind != "concluded" else fact.name


def _choices(evaluator: Evaluator, fact: OpenFact) -> list[Value]:
    if fact.kind != "enum":
        return [True, False]
    known = evaluator.law.vocabulary[fact.name].values
    return list(islice(known, 64))
