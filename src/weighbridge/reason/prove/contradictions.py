"""Rules that cannot both be kept although both can bind one actor for one release.

Two kinds, on what rules say they come to (``demands``, ``forbids``): what one demands is what the
other forbids; or doing what one demands brings the release under a prohibition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.reason.case import NOBODY, Row
from weighbridge.reason.judge import Judge
from weighbridge.reason.pairs import Pair, Term, all_of, both
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.found import Asked, Events, Found, Step, Undecided, Witness
from weighbridge.reason.prove.support import Support
from weighbridge.reason.prove.witness import bound, expected, of_one_row, smallest
from weighbridge.reason.smt_law import ANY_ROLE, LawTerms
from weighbridge.rules.nodes import All, Always, Flag, In, Node, Not
from weighbridge.rules.rule import ASKING, Rule

QUESTION = "contradictions"
OPPOSED = "`{one}` and `{two}` can bind the same actor, and nobody can keep both"
TRIGGERS = "doing what `{one}` demands is what `{two}` forbids, and both can bind the same actor"
_ONE, _TWO = f"{ANY_ROLE}1", f"{ANY_ROLE}2"


def contradictions(asked: Asked) -> Events:
    """Yield the pairs of rules in force that cannot both be kept, with a release for each."""
    rules = [rule for rule in asked.law.bindings if _looked_at(asked, rule)]
    saying = [rule for rule in rules if "demands" in rule.body or rule.forbids is not None]
    search = _Search(asked)
    looks: list[tuple[Callable[[Rule, Rule], Iterator[Found]], Rule, Rule]] = [
        (search.opposed, one, two) for one, two in combinations(saying, 2)
    ]
    looks += [
        (search.triggered, one, two)
        for one in saying
        for two in rules
        if one.id != two.id and search.could_trigger(one, two)
    ]
    for done, (look, one, two) in enumerate(looks):
        yield Step(QUESTION, done, len(looks))
        try:
            yield from look(one, two)
        except NotDecided as error:
            yield Undecided(QUESTION, (one.key, two.key), str(error))
    yield Step(QUESTION, len(looks), len(looks))


def _looked_at(asked: Asked, rule: Rule) -> bool:
    stands = rule.interval.holds(asked.as_of) and asked.law.obliges(rule)
    return rule.kind in ASKING and stands and asked.covers(rule.pack)


@dataclass(frozen=True, slots=True)
class _Both:
    """Two rules in the rows of one actor, who may hold two roles."""

    one: Rule
    two: Rule
    first: Row
    second: Row

    @property
    def rows(self) -> tuple[tuple[Rule, Row], tuple[Rule, Row]]:
        """Each rule with its row."""
        return (self.one, self.first), (self.two, self.second)


class _Search:
    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.law, self.as_of = asked.law, asked.as_of
        self.support = Support(asked.law)
        self.terms = LawTerms(asked.law)
        self.asker = Asker(self.terms.symbols)

    def opposed(self, one: Rule, two: Rule) -> Iterator[Found]:
        """Yield that two rules ask for what cannot be so together."""
        pair = self._pair(one, two)
        wanted = [self._wanted(rule, row) for rule, row in pair.rows]
        if self.asker.possible(*wanted):
            return
        if not all(self.asker.possible(each) for each in wanted):
            return  # what nobody can do is no matter between two
        model = self.asker.model(*(self._binds(self.terms, rule, row) for rule, row in pair.rows))
        if model is None:
            return
        yield self._found("opposed", OPPOSED, pair, self.terms, model)

    def could_trigger(self, one: Rule, two: Rule) -> bool:
        """Return whether doing what a duty demands could bring a prohibition to bear."""
        if two.kind != "prohibition":
            return False
        wanted = plain_facts(one.demands)
        return bool(wanted) and not self.support.of_rule(two, self.as_of).isdisjoint(wanted)

    def triggered(self, one: Rule, two: Rule) -> Iterator[Found]:
        """Yield that doing what a duty demands is what a prohibition forbids."""
        pair = self._pair(one, two)
        wanted = plain_facts(one.demands)
        keys = {self.terms.case.key(name, pair.first): at for name, at in wanted.items()}
        done, undone = (
            LawTerms(self.law, fixed=fixed)
            for fixed in (keys, {key: opposite_of(self.asked, key, at) for key, at in keys.items()})
        )
        asker = Asker(done.symbols, undone.symbols)
        model = asker.model(
            self._binds(done, one, pair.first),
            self._binds(undone, one, pair.first),
            self._binds(done, two, pair.second),
            self._outcome(undone, two, pair.second).false,
        )
        if model is not None:
            found = self._found("triggers", TRIGGERS, pair, done, model, keys)
            yield found

    def _pair(self, one: Rule, two: Rule) -> _Both:
        markets = (self.law.packs[rule.pack].market for rule in (one, two))
        rows = (
            Row(NOBODY, role, market, NOBODY)
            for role, market in zip((_ONE, _TWO), markets, strict=True)
        )
        return _Both(one, two, *rows)

    def _wanted(self, rule: Rule, row: Row) -> Term:
        """Return that what a rule asks for is so."""
        found = [self.terms.node(rule.demands, row, self.as_of, rule.pack).true]
        if rule.forbids is not None:
            found.append(self.terms.node(rule.forbids, row, self.as_of, rule.pack).false)
        return both(found)

    def _outcome(self, terms: LawTerms, rule: Rule, row: Row) -> Pair:
        parts = (terms.applies(rule, row, self.as_of), terms.binds(rule, row, self.as_of))
        return all_of(parts)

    def _binds(self, terms: LawTerms, rule: Rule, row: Row) -> Term:
        return self._outcome(terms, rule, row).true

    def _found(
        self,
        kind: str,
        says: str,
        pair: _Both,
        terms: LawTerms,
        model: Any,
        done: Mapping[str, Value] | None = None,
    ) -> Found:
        symbols = terms.symbols
        roles = [symbols.word(model, each) for each in (_ONE, _TWO)]
        rows = [row._replace(role=role) for (_, row), role in zip(pair.rows, roles, strict=True)]
        values = symbols.values(model)
        if rows[0].market == rows[1].market:
            values = of_one_row(values)
        wanted = {
            key if key in values or "[" not in key else name_of(key): at
            for key, at in (done or {}).items()
        }

        def shows(some: Mapping[str, Value]) -> bool:
            judge = Judge(self.law, {**some, **wanted}, self.as_of)
            rules = zip((pair.one, pair.two), rows, strict=True)
            return all(bound(judge, rule, row) is True for rule, row in rules)

        left = smallest(self.law, values, shows, beside=wanted)
        judge = Judge(self.law, {**left, **wanted}, self.as_of)
        shown = tuple(
            expected(judge, rule, row) for rule, row in zip((pair.one, pair.two), rows, strict=True)
        )
        title = f"one actor under {pair.one.id} and {pair.two.id}"
        witness = Witness(title, {**left, **wanted}, shown, self.as_of)
        keys = (pair.one.key, pair.two.key)
        text = says.format(one=keys[0], two=keys[1])
        return Found(QUESTION, kind, keys, text, (witness,), {"roles": list(dict.fromkeys(roles))})


def plain_facts(node: Node) -> dict[str, Value]:
    """Return the facts that a demand names outright, with the value it wants; none for the rest."""
    match node:
        case Always():
            return {}
        case Flag(fact):
            return {fact: True}
        case Not(Flag(fact)):
            return {fact: False}
        case In(fact, (word,)):
            return {fact: word}
        case All(parts):
            found: dict[str, Value] = {}
            for part in parts:
                found |= plain_facts(part)
            return found
    return {}


def opposite_of(asked: Asked, key: str, at: Value) -> Value:
    """Return a value of a fact that is not the one a demand wants."""
    if isinstance(at, bool):
        return not at
    words = asked.law.vocabulary[name_of(key)].values
    return next(word for word in words if word != at)
