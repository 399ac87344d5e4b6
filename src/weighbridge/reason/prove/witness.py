"""A model of Z3 as a release: cut down to what it takes, judged by the reference evaluator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from weighbridge.facts import Range, Value
from weighbridge.facts.keys import name_of
from weighbridge.reason.case import NOBODY, Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.judge import Judge
from weighbridge.reason.proof import Verdict
from weighbridge.reason.prove.asking import NotDecided
from weighbridge.reason.prove.follows import nothing_follows
from weighbridge.reason.prove.found import Expected
from weighbridge.reason.smt_law import ANY_ROLE
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Flag
from weighbridge.rules.rule import Rule

UNKNOWN, ABSENT = "unknown", "absent"
WORDS: dict[Verdict, str] = {True: "applies", False: "does-not-apply", None: UNKNOWN}
NOT_CONFIRMED = "the reference evaluator does not come to what Z3 says"
CLAIM_WORDS: dict[Verdict, str] = {True: "open", False: "barred", None: "unsettled"}
Shows = Callable[[Mapping[str, Value]], bool]
_DIGITS = (1, 2, 3)


def smallest(
    law: Law,
    values: Mapping[str, Value],
    shows: Shows,
    quickly: Shows | None = None,
    beside: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """Return the facts of a release that it takes for ``shows``, numbers as plain as may be.

    ``quickly`` says so of fewer releases and sooner; ``shows`` has the last word; ``beside`` are
    facts that it supposes. Raises
    :class:`NotDecided` where not even all of the facts show it.
    """
    if not shows(values):
        raise NotDecided(NOT_CONFIRMED)
    soonest = quickly if quickly is not None and quickly(values) else shows

    def holds(some: Mapping[str, Value]) -> bool:
        return nothing_follows(law.vocabulary, {**some, **(beside or {})}) and soonest(some)

    if not holds(values):
        raise NotDecided(NOT_CONFIRMED)
    left = _needed(dict(sorted(values.items())), holds)
    for _ in range(2):  # one figure may be plain only once another is
        for key, value in left.items():
            if isinstance(value, Range):
                whole = law.vocabulary[name_of(key)].type in ("date", "count")

                def still(one: Range, key: str = key) -> bool:
                    return holds({**left, key: one})

                left[key] = _plainest(
                    value, whole, _alike(law, {**left, **(beside or {})}, key), still
                )
    if not shows(left):
        raise NotDecided(NOT_CONFIRMED)
    return left


def _needed(values: dict[str, Value], shows: Shows) -> dict[str, Value]:
    """Return the facts of which none can be left out: halves are tried first, then smaller lots."""
    size = len(values)
    while size:
        for start in range(0, len(values), size):
            out = set(list(values)[start : start + size])
            fewer = {key: value for key, value in values.items() if key not in out}
            if out and shows(fewer):
                values = fewer
                break
        else:
            size = min(size // 2, len(values)) if size > 1 else 0
    return values


def _alike(law: Law, values: Mapping[str, Value], key: str) -> list[float]:
    """Return the numbers of the same unit that are known to the last digit, one for all."""
    unit = law.vocabulary[name_of(key)].unit
    return [
        value.low
        for name, value in sorted(values.items())
        if isinstance(value, Range) and value.exact and value.low is not None
        if name != key and law.vocabulary[name_of(name)].unit == unit
    ]


def _plainest(
    known: Range, whole: bool, others: list[float], shows: Callable[[Range], bool]
) -> Range:
    ends = [end for end in (known.low, known.high) if end is not None]
    if known.exact and known.low is not None and float(f"{known.low:.2g}") == known.low:
        return known
    for digits in () if whole else _DIGITS:
        for end in ends:
            for number in (float(f"{end:.{digits}g}"), float(f"{end * 1.1:.{digits}g}")):
                if shows(Range.exactly(number)):
                    return Range.exactly(number)
    for end in (*ends, *others):
        if shows(Range.exactly(end)):
            return Range.exactly(end)
    return known


def binds(
    law: Law, values: Mapping[str, Value], rule: Rule, row: Row, as_of: int, *, quick: bool = False
) -> Verdict:
    """Return what :func:`bound` says of a release."""
    return bound(Judge(law, values, as_of), rule, row, quick=quick)


def bound(judge: Judge, rule: Rule, row: Row, *, quick: bool = False) -> Verdict:
    """Return whether the reference evaluator says that a rule applies and is in force.

    quick: leave what only completions agree on unknown
    """
    if row.role not in roles_of(judge.law, rule):
        return False
    verdict = judge.kleene(rule, row) if quick else judge.verdict(rule, row)[0]
    if verdict is False:
        return False
    force = judge.in_force(rule, row).state
    if force in ("not-yet", "no-longer", "never"):
        return False
    return True if verdict is True and force == "yes" else None


def expected(judge: Judge, rule: Rule, row: Row) -> Expected:
    """Return what the reference evaluator says of a rule on a witness."""
    verdict, force = judge.verdict(rule, row)[0], judge.in_force(rule, row).state
    words = CLAIM_WORDS if rule.kind == "claim" else WORDS
    return Expected(rule.id, row, words[verdict], force or UNKNOWN)


def roles_of(law: Law, rule: Rule) -> tuple[str, ...]:
    """Return the roles that can ever be the addressee of a rule."""
    assert rule.binding is not None
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    return term.roles if term is not None else ()


def concluded(
    law: Law, values: Mapping[str, Value], fact: str, row: Row, day: int, pack: str
) -> Verdict:
    """Return what the reference evaluator concludes of a fact, presumptions included."""
    evaluator = Evaluator(law, Case(law, values), presume=True, today=day)
    return evaluator.node(Flag(fact), row, day, pack).verdict


def of_one_row(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return facts by bare name: where there is one row, its subjects need not be named."""
    return {name_of(key): value for key, value in values.items()}


def any_role(law: Law, rule: Rule) -> Row:
    """Return the row of a rule's market that stands for every role."""
    return Row(NOBODY, ANY_ROLE, law.packs[rule.pack].market, NOBODY)
