"""Figures by which one unit more or less brings or ends many duties at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from weighbridge.facts import Range, Value
from weighbridge.facts.values import value_to_text
from weighbridge.reason.case import Row
from weighbridge.reason.compare import linear_at
from weighbridge.reason.judge import Judge
from weighbridge.reason.pairs import Term, all_of, both
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.follows import nothing_follows
from weighbridge.reason.prove.found import Asked, Events, Found, Step, Undecided, Witness
from weighbridge.reason.prove.support import Support, comparisons_of
from weighbridge.reason.prove.witness import (
    any_role,
    bound,
    expected,
    of_one_row,
    smallest,
)
from weighbridge.reason.smt_law import ANY_ROLE, LawTerms
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Rule

QUESTION = "cliffs"
BRINGS = "one unit more of `{fact}`, from {low} to {high}, brings {count} duties at once"
ENDS = "one unit more of `{fact}`, from {low} to {high}, ends {count} duties at once"
KINDS = ("duty", "prohibition")
_WHOLE_DOUBLES = 2.0**53
_HUNDREDTH = 0.01


@dataclass(frozen=True, slots=True)
class Edge:
    """Two neighbouring values of a figure between which some comparison turns."""

    fact: str
    low: float
    high: float


def cliffs(asked: Asked) -> Events:
    """Yield the edges at which one release gains or loses at least ``at_least`` duties."""
    law, support = asked.law, Support(asked.law)
    rules = [rule for rule in _standing(asked) if rule.kind in KINDS]
    edges = sorted(set(edges_of(asked)), key=lambda edge: (edge.fact, edge.low, edge.high))
    for done, edge in enumerate(edges):
        yield Step(QUESTION, done, len(edges))
        touched = [each for each in rules if edge.fact in support.of_rule(each, asked.as_of)]
        if len(touched) < asked.at_least:
            continue
        sides = _Sides(law, edge, asked.as_of)
        for begins in (True, False):
            try:
                yield from sides.look(touched, begins, asked.at_least)
            except NotDecided as error:
                yield Undecided(QUESTION, (edge.fact,), str(error))
    yield Step(QUESTION, len(edges), len(edges))


def _standing(asked: Asked) -> Iterator[Rule]:
    """Yield the version of each rule that stands on the day asked about."""
    for rule in asked.law.bindings:
        if rule.interval.holds(asked.as_of) and asked.covers(rule.pack):
            yield rule


def edges_of(asked: Asked) -> Iterator[Edge]:
    """Yield the edges of all figures that rules compare with a constant."""
    vocabulary = asked.law.vocabulary
    for rule in asked.law.rules:
        day = rule.interval.nearest(asked.as_of)
        for leaf in comparisons_of(rule) if asked.covers(rule.pack) else ():
            linear = linear_at(leaf, asked.law, day)
            if linear is None or len(linear.coefficients) != 1:
                continue
            fact, months, factor = linear.coefficients[0]
            if not months:
                type_ = vocabulary[fact]
                whole = type_.type in ("date", "count")
                yield from _around(fact, linear.constant / factor, whole, type_.unit)


def _around(fact: str, cut: float, whole: bool, unit: str | None) -> Iterator[Edge]:
    step = _HUNDREDTH if unit == "ratio" else 1.0
    cut = float(math.floor(cut)) if whole else cut
    above = cut + step if cut < _WHOLE_DOUBLES else math.nextafter(cut, math.inf)
    below = cut - step if cut <= _WHOLE_DOUBLES else math.nextafter(cut, 0.0)
    yield Edge(fact, cut, above)
    if below >= 0:
        yield Edge(fact, below, cut)


class _Sides:
    """The same release on both sides of an edge."""

    def __init__(self, law: Law, edge: Edge, as_of: int) -> None:
        self.law, self.edge, self.as_of = law, edge, as_of
        self.terms = [
            LawTerms(law, fixed=everywhere(law, edge.fact, number))
            for number in (edge.low, edge.high)
        ]
        self.asker = Asker(*(each.symbols for each in self.terms), roomy=True)

    def look(self, rules: Sequence[Rule], begins: bool, at_least: int) -> Iterator[Found]:
        """Yield the most duties that begin, or end, for one release."""
        turns: list[tuple[Rule, Term]] = []
        for rule in rules:
            row = any_role(self.law, rule)
            low, high = (self._binds(terms, rule, row) for terms in self.terms)
            turn = both((low.false, high.true) if begins else (low.true, high.false))
            if turn is not False:
                turns.append((rule, turn))
        found = self._most([turn for _, turn in turns], at_least)
        if found is not None:
            yield self._found([rule for rule, _ in turns], found, begins, at_least)

    def _binds(self, terms: LawTerms, rule: Rule, row: Row) -> Any:
        on = rule.interval.nearest(self.as_of)
        return all_of((terms.applies(rule, row, on), terms.binds(rule, row, self.as_of)))

    def _most(self, turns: list[Term], at_least: int) -> Any | None:
        """Return the model in which most turns hold, ``None`` where fewer than asked can."""
        free = [turn for turn in turns if turn is not True]
        count, best = at_least, None
        while count <= len(turns):
            needed = max(count - (len(turns) - len(free)), 0)
            model = self.asker.model(z3.AtLeast(*free, needed) if needed else True)
            if model is None:
                return best
            best = model
            count = sum(turn is True or z3.is_true(model.eval(turn)) for turn in turns) + 1
        return best

    def _found(self, rules: list[Rule], model: Any, begins: bool, at_least: int) -> Found:
        symbols = next(each.symbols for each in self.terms if ANY_ROLE in each.symbols.met)
        role = symbols.word(model, ANY_ROLE)
        values: dict[str, Value] = {}
        for terms in self.terms:
            values |= of_one_row(terms.symbols.values(model))
        values.pop(self.edge.fact, None)
        turned = self._turned(rules, values, role, begins)
        if len(turned) < at_least:
            raise NotDecided("the reference evaluator does not come to what Z3 says")
        wanted = {rule.key for rule in turned}

        def shows(some: Mapping[str, Value]) -> bool:
            return (
                self._sound(some)
                and {each.key for each in self._turned(turned, some, role, begins)} == wanted
            )

        def quickly(some: Mapping[str, Value]) -> bool:
            found = self._turned(turned, some, role, begins, quick=True)
            return self._sound(some) and len(found) == len(wanted)

        at_low = {self.edge.fact: Range.exactly(self.edge.low)}
        left = smallest(self.law, values, shows, quickly, at_low)
        return self._told(turned, left, role, begins)

    def _sound(self, values: Mapping[str, Value]) -> bool:
        """Return whether the facts say all that follows from them on either side of the edge."""
        return all(
            nothing_follows(self.law.vocabulary, {**values, self.edge.fact: Range.exactly(at)})
            for at in (self.edge.low, self.edge.high)
        )

    def _turned(
        self,
        rules: list[Rule],
        values: Mapping[str, Value],
        role: str,
        begins: bool,
        *,
        quick: bool = False,
    ) -> list[Rule]:
        """Return the rules that the reference evaluator finds to turn."""
        judges = [
            Judge(self.law, {**values, self.edge.fact: Range.exactly(at)}, self.as_of)
            for at in (self.edge.low, self.edge.high)
        ]
        found = []
        for rule in rules:
            row = any_role(self.law, rule)._replace(role=role)
            low, high = (bound(judge, rule, row, quick=quick) for judge in judges)
            if (low, high) == ((False, True) if begins else (True, False)):
                found.append(rule)
        return found

    def _told(
        self, rules: list[Rule], values: Mapping[str, Value], role: str, begins: bool
    ) -> Found:
        edge, type_ = self.edge, self.law.vocabulary[self.edge.fact]
        low, high = (
            value_to_text(Range.exactly(at), dates=type_.is_date, unit=type_.unit)
            for at in (edge.low, edge.high)
        )
        if low == high:
            low, high = (f"{at!r} {type_.unit or ''}".strip() for at in (edge.low, edge.high))
        text = (BRINGS if begins else ENDS).format(
            fact=edge.fact, low=low, high=high, count=len(rules)
        )
        witnesses = []
        for at, where in ((edge.low, "before"), (edge.high, "after")):
            known = {**values, edge.fact: Range.exactly(at)}
            judge = Judge(self.law, known, self.as_of)
            shown = tuple(
                expected(judge, each, any_role(self.law, each)._replace(role=role))
                for each in rules
            )
            witnesses.append(Witness(f"{where} the edge of {edge.fact}", known, shown, self.as_of))
        kind = "brings" if begins else "ends"
        more = {"fact": edge.fact, "low": edge.low, "high": edge.high, "count": len(rules)}
        keys = tuple(rule.key for rule in rules)
        return Found(QUESTION, kind, keys, text, tuple(witnesses), more)


def everywhere(law: Law, fact: str, number: float) -> dict[str, Value]:
    """Return a figure's value under every key that some row of the nameless actor knows it by."""
    found: dict[str, Value] = {fact: Range.exactly(number)}
    for market in law.markets:
        found[f"{fact}[{market}]"] = Range.exactly(number)
    return found
