"""Releases on which rules that are meant to decide say nothing.

Three kinds: a legal fact that stays neither true nor false although everything about the release is
known; a value of a figure that lies between two rules and falls under neither; days that lie
between two versions of a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

from weighbridge.facts import Range, Value
from weighbridge.facts.values import value_to_text
from weighbridge.reason.case import NOBODY, Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.judge import Judge
from weighbridge.reason.pairs import Pair, opposite
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.cliffs import edges_of, everywhere
from weighbridge.reason.prove.found import (
    Asked,
    Event,
    Events,
    Expected,
    Found,
    Step,
    Undecided,
    Witness,
)
from weighbridge.reason.prove.support import comparisons_of
from weighbridge.reason.prove.witness import (
    NOT_CONFIRMED,
    UNKNOWN,
    any_role,
    concluded,
    expected,
    of_one_row,
    roles_of,
    smallest,
)
from weighbridge.reason.smt_law import ANY_ROLE, LawTerms
from weighbridge.rules.rule import Rule

QUESTION = "gaps"
SILENT = "everything else is known, and no rule says whether {gloss} (`{fact}`)"
BETWEEN = "with `{fact}` at {at} neither `{one}` nor `{two}` holds; just below and above one does"
NO_VERSION = "no version of `{rule}` stands from {start} to the day before {end}"


def gaps(asked: Asked) -> Events:
    """Yield the gaps of a law."""
    facts = [name for name in sorted(asked.law.concluded) if _legal(asked, name)]
    edges = sorted({(edge.fact, edge.high) for edge in edges_of(asked)})
    total = len(facts) + len(edges) + 1
    for done, name in enumerate(facts):
        yield Step(QUESTION, done, total)
        yield from _silent(asked, name)
    for done, (fact, at) in enumerate(edges):
        yield Step(QUESTION, len(facts) + done, total)
        yield from _between(asked, fact, at)
    yield from _days(asked)
    yield Step(QUESTION, total, total)


def _legal(asked: Asked, name: str) -> bool:
    return asked.law.vocabulary[name].legal and any(_defining(asked, name))


def _defining(asked: Asked, name: str) -> Iterator[Rule]:
    for rule in asked.law.rules:
        if rule.body.get("concludes") == name and asked.covers(rule.pack):
            yield rule


def _silent(asked: Asked, name: str) -> Iterator[Event]:
    """Yield a release of which everything is known and for which no rule concludes a fact."""
    rule = next(_defining(asked, name))
    day, market = rule.interval.nearest(asked.as_of), asked.law.packs[rule.pack].market
    row = Row(NOBODY, ANY_ROLE, market, NOBODY)
    terms = LawTerms(asked.law)
    said = terms.flag(name, row, day, rule.pack)
    judged = terms.judged.get(terms.case.key(name, row))
    unsaid = [] if judged is None else [opposite(judged.known)]
    try:
        known = terms.symbols.whole_knowledge(but=terms.case.key(name, row))
        model = Asker(terms.symbols).model(
            opposite(said.true), opposite(said.false), *unsaid, *known
        )
        if model is None:
            return
        role = terms.symbols.word(model, ANY_ROLE) if ANY_ROLE in terms.symbols.met else "developer"
        row = row._replace(role=role)
        values = of_one_row(terms.symbols.values(model))
        if concluded(asked.law, values, name, row, day, rule.pack) is not None:
            raise NotDecided(NOT_CONFIRMED)
    except NotDecided as error:
        yield Undecided(QUESTION, (rule.key,), str(error))
        return
    keys = tuple(each.key for each in _defining(asked, name))
    shown = (Expected(name, row, UNKNOWN),)
    witness = Witness(f"nothing says whether {name}", values, shown, day)
    yield Found(
        QUESTION,
        "silent",
        keys,
        SILENT.format(gloss=asked.law.vocabulary[name].gloss, fact=name),
        (witness,),
        {"fact": name},
    )


@dataclass(frozen=True, slots=True)
class _Three:
    """The same release just below a value, at it and just above."""

    fact: str
    numbers: tuple[float, float, float]
    terms: tuple[LawTerms, ...]


def _between(asked: Asked, fact: str, at: float) -> Iterator[Event]:
    rules = [each for each in _comparing(asked, fact) if each.interval.holds(asked.as_of)]
    pairs = [pair for pair in combinations(rules, 2) if _one_classification(*pair)]
    if not pairs:
        return
    numbers = _around(asked, fact, at)
    fixed = [everywhere(asked.law, fact, number) for number in numbers]
    three = _Three(fact, numbers, tuple(LawTerms(asked.law, fixed=each) for each in fixed))
    asker = Asker(*(each.symbols for each in three.terms), roomy=True)
    for one, two in pairs:
        try:
            for below, above in ((one, two), (two, one)):
                yield from _gap(asked, three, asker, below, above)
        except NotDecided as error:
            yield Undecided(QUESTION, (one.key, two.key), str(error))


def _comparing(asked: Asked, fact: str) -> Iterator[Rule]:
    """Yield the rules that themselves compare a figure, and that conclude or bind."""
    for rule in asked.law.rules:
        names = {name for leaf in comparisons_of(rule) for name in leaf.facts}
        decides = rule.kind == "definition" or rule.binding is not None
        if decides and fact in names and asked.covers(rule.pack):
            yield rule


def _one_classification(one: Rule, two: Rule) -> bool:
    """Return whether two rules could be meant to share out what there is between them."""
    if one.pack != two.pack or one.kind != two.kind:
        return False
    if one.binding is None or two.binding is None:
        return True
    return (one.binding.addressee, one.binding.family) == (
        two.binding.addressee,
        two.binding.family,
    )


def _around(asked: Asked, fact: str, at: float) -> tuple[float, float, float]:
    edges = [edge for edge in edges_of(asked) if edge.fact == fact]
    below = max((edge.low for edge in edges if edge.high == at), default=at)
    above = min((edge.high for edge in edges if edge.low == at), default=at)
    return below, at, above


def _gap(asked: Asked, three: _Three, asker: Asker, below: Rule, above: Rule) -> Iterator[Found]:
    row = any_role(asked.law, below)

    def said(rule: Rule, terms: LawTerms) -> Pair:
        if rule.binding is None:
            return terms.condition(rule, row, asked.as_of)
        return terms.applies(rule, row, asked.as_of)

    low, here, high = three.terms
    terms = (said(below, low).true, said(above, low).false, said(below, here).false)
    more = (said(above, here).false, said(below, high).false, said(above, high).true)
    model = asker.model(*terms, *more)
    if model is None:
        return
    symbols = next((each.symbols for each in three.terms if ANY_ROLE in each.symbols.met), None)
    role = symbols.word(model, ANY_ROLE) if symbols is not None else "developer"
    row = row._replace(role=role)
    values: dict[str, Value] = {}
    for each in three.terms:
        values |= of_one_row(each.symbols.values(model))

    def shows(some: Mapping[str, Value]) -> bool:
        found = tuple(
            _holds(asked, rule, row, {**some, three.fact: Range.exactly(number)})
            for number in three.numbers
            for rule in (below, above)
        )
        return found == (True, False, False, False, False, True)

    values.pop(three.fact, None)
    left = smallest(asked.law, values, shows, beside=_exactly(three))
    yield _found(asked, three, below, above, left | _exactly(three), row)


def _exactly(three: _Three) -> dict[str, Value]:
    return {three.fact: Range.exactly(three.numbers[1])}


def _holds(asked: Asked, rule: Rule, row: Row, values: Mapping[str, Value]) -> bool | None:
    evaluator = Evaluator(asked.law, Case(asked.law, values), presume=True)
    if rule.binding is None:
        return evaluator.condition(rule, row, asked.as_of).verdict
    if row.role not in roles_of(asked.law, rule):
        return False
    return evaluator.judge(rule, row, asked.as_of).verdict


def _found(
    asked: Asked, three: _Three, one: Rule, two: Rule, values: Mapping[str, Value], row: Row
) -> Found:
    type_ = asked.law.vocabulary[three.fact]
    at = value_to_text(Range.exactly(three.numbers[1]), dates=type_.is_date, unit=type_.unit)
    text = BETWEEN.format(fact=three.fact, at=at, one=one.key, two=two.key)
    judge = Judge(asked.law, values, asked.as_of)
    shown = tuple(expected(judge, each, row) for each in (one, two) if each.binding is not None)
    witness = Witness(f"{three.fact} between two rules", values, shown, asked.as_of)
    return Found(QUESTION, "between", (one.key, two.key), text, (witness,), {"fact": three.fact})


def _days(asked: Asked) -> Iterator[Found]:
    """Yield the days between two versions of a rule on which none stands."""
    for id_, versions in asked.law.by_id.items():
        if not asked.covers(versions[0].pack):
            continue
        standing = [each for each in versions if not each.interval.never_applied]
        for one, two in pairwise(sorted(standing, key=lambda each: each.interval.start or 0)):
            end, start = one.interval.end, two.interval.start
            if end is not None and start is not None and end < start:
                text = NO_VERSION.format(
                    rule=id_,
                    start=date.fromordinal(end).isoformat(),
                    end=date.fromordinal(start).isoformat(),
                )
                yield Found(QUESTION, "no-version", (one.key, two.key), text)
