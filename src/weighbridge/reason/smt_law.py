"""Whole rules as pairs of Z3 terms: scope, addressee, condition, exceptions, conclusions.

The same reading of the tree as the reference evaluator's, half by half, over symbols in place of
values. A row whose role begins with :data:`ANY_ROLE` stands for every role. Whatever a model of Z3
shows is judged again by the reference (``reason/prove/witness.py``) before it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from weighbridge.facts import Value
from weighbridge.reason.case import Case, Row
from weighbridge.reason.compare import linear_at
from weighbridge.reason.pairs import (
    FALSE,
    TRUE,
    UNKNOWN,
    Pair,
    Term,
    all_of,
    any_of,
    both,
    either,
    not_,
    opposite,
)
from weighbridge.reason.smt_compare import Comparer
from weighbridge.reason.smt_facts import ROLE, Symbols
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import All, Any_, Compare, Flag, In, Node, Not
from weighbridge.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY_ROLE = "role?"
"""How the role of a row begins that stands for every role; what follows tells two apart."""


class LawTerms:
    """Makes the terms of the rules of a law, each once.

    fixed:  facts that are given a value instead of a symbol
    linked: whether what facts mean ties them to each other
    judged: the keys of what a person may say because no rule settles it
    """

    def __init__(
        self,
        law: Law,
        *,
        presume: bool = True,
        authorities: frozenset[str] | None = None,
        fixed: Mapping[str, Value] | None = None,
        linked: bool = True,
    ) -> None:
        """Start with nothing encoded."""
        self.law = law
        self.presume = presume
        self.authorities = authorities
        self.symbols = Symbols(law.vocabulary, fixed, linked=linked)
        self.case = Case(law, {})
        self._comparer = Comparer(self.symbols.ends, self.symbols.domain)
        self._concluded: dict[tuple[str, int, str], Pair] = {}
        self._conditions: dict[tuple[str, Row, int], Pair] = {}
        self.judged: dict[str, Pair] = {}
        self._outsiders = {each.pack for each in law.rules if not law.obliges(each)}

    def counts(self, rule: Rule) -> bool:
        """Return whether this kind of text counts here."""
        return self.authorities is None or rule.authority in self.authorities

    def applies(self, rule: Rule, row: Row, day: int) -> Pair:
        """Return ``scope and addressee and when and no exception`` for a role that can bear it."""
        return all_of((*self.reach(rule, row, day), self.condition(rule, row, day)))

    def reach(self, rule: Rule, row: Row, day: int) -> list[Pair]:
        """Return what must hold beside the condition of a rule that makes a row.

        That is a role that can bear it, the scope of its instrument and its addressee.
        """
        if rule.binding is None:
            return []
        found = [self.bears(rule, row)]
        scopes = [each for each in self.law.scope(rule.pack, day) if self.counts(each)]
        if scopes:
            found.append(any_of(self.condition(each, row, day) for each in scopes))
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        found.append(UNKNOWN if term is None else self.flag(term.fact, row, day, rule.pack))
        return found

    def bears(self, rule: Rule, row: Row) -> Pair:
        """Return whether the role of a row can ever bear a rule; there is no row otherwise."""
        if rule.binding is None:
            return TRUE
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        return self._role(row, term.roles) if term is not None else TRUE

    def condition(self, rule: Rule, row: Row, day: int) -> Pair:
        """Return a rule's own condition without its exceptions."""
        at = (rule.key, row, day)
        if at not in self._conditions:
            lifted = [
                not_(self.condition(each, row, day))
                for each in self.law.exceptions(rule, day)
                if self.counts(each)
            ]
            self._conditions[at] = all_of((self.node(rule.when, row, day, rule.pack), *lifted))
        return self._conditions[at]

    def binds(self, rule: Rule, row: Row, as_of: int) -> Pair:
        """Return whether a rule binds on the day asked about, transitions included."""
        start, end = self.law.first_day(rule, as_of), rule.interval.end
        early = start is not None and as_of < start
        if not self.law.obliges(rule) or early or (end is not None and as_of >= end):
            return FALSE
        return all_of(
            not_(self.condition(each, row, each.interval.nearest(as_of)))
            for each in self.law.transitions(rule)
            if self.counts(each) and self._puts_off(each, as_of)
        )

    def _puts_off(self, transition: Rule, as_of: int) -> bool:
        day = transition.interval.nearest(as_of)
        to = self.law.parameters[transition.body["to"]].at(day)
        return to is not None and as_of < to.value

    def node(self, node: Node, row: Row, day: int, pack: str) -> Pair:
        """Return the pair of one condition."""
        match node:
            case Flag(fact):
                return self.flag(fact, row, day, pack)
            case All(parts):
                return all_of(self.node(each, row, day, pack) for each in parts)
            case Any_(parts):
                return any_of(self.node(each, row, day, pack) for each in parts)
            case Not(part):
                return not_(self.node(part, row, day, pack))
            case In(fact, words):
                return self._in(fact, words, row)
            case Compare():
                linear = linear_at(node, self.law, day)
                if linear is None:
                    return UNKNOWN
                return self._comparer.pair(linear, lambda fact: self.case.key(fact, row))
        return TRUE

    def _in(self, fact: str, words: tuple[str, ...], row: Row) -> Pair:
        if fact == ROLE:
            return self._role(row, words)
        known = tuple(self.law.vocabulary[fact].values)
        return _among(self.symbols.words(self.case.key(fact, row), known), words)

    def _role(self, row: Row, words: tuple[str, ...]) -> Pair:
        if not row.role.startswith(ANY_ROLE):
            return TRUE if row.role in words else FALSE
        known = tuple(self.law.vocabulary[ROLE].values)
        return _among(self.symbols.words(row.role, known, always=True), words)

    def flag(self, name: str, row: Row, day: int, pack: str) -> Pair:
        """Return what is known of a flag, concluded or not."""
        if name not in self.law.concluded:
            return self.symbols.flag(self.case.key(name, row))
        at = (self.case.key(name, row, role=True), day, pack if pack in self._outsiders else "")
        if at not in self._concluded:
            self._concluded[at] = self._conclude(name, row, day, pack)
        return self._concluded[at]

    def _conclude(self, name: str, row: Row, day: int, pack: str) -> Pair:
        rules = [each for each in self.law.definitions(name, day, pack) if self.counts(each)]
        complete = any(each.body["complete"] for each in rules)
        found = any_of(self.condition(each, row, day) for each in rules)
        if not complete:
            found = Pair(found.true, False)
        presumed = self._presumed(name, row, day, pack) if self.presume else UNKNOWN
        silent = opposite(found.known)
        spoken = Pair(
            either((found.true, both((silent, presumed.true)))),
            either((found.false, both((silent, presumed.false)))),
        )
        if complete and self.law.vocabulary[name].legal:
            return spoken
        return self._given(name, row, found, spoken)

    def _given(self, name: str, row: Row, found: Pair, spoken: Pair) -> Pair:
        """Let what is said of a fact stand before what follows, where no rule settles it.

        Nobody says of a release the opposite of what its definitions say.
        """
        given = self.symbols.flag(self.case.key(name, row))
        self.judged[self.case.key(name, row)] = given
        self.symbols.domain += [
            term
            for one, two in ((given.false, found.true), (given.true, found.false))
            if not isinstance(term := opposite(both((one, two))), bool)
        ]
        return Pair(
            either((given.true, both((opposite(given.false), spoken.true)))),
            either((given.false, both((opposite(given.true), spoken.false)))),
        )

    def _presumed(self, name: str, row: Row, day: int, pack: str) -> Pair:
        """Return what the presumptions that speak agree on."""
        said: dict[bool, list[Term]] = {True: [], False: []}
        for rule in self.law.presumptions(name, day, pack):
            if self.counts(rule):
                unless = rule.unless
                ends = False if unless is None else self.node(unless, row, day, rule.pack).true
                when = self.condition(rule, row, day).true
                said[bool(rule.body["value"])].append(both((when, opposite(ends))))
        yes, no = either(said[True]), either(said[False])
        return Pair(both((yes, opposite(no))), both((no, opposite(yes))))


def _among(known: Mapping[str, Term], words: Iterable[str]) -> Pair:
    inside = set(words)
    return Pair(
        either(term for word, term in known.items() if word in inside),
        either(term for word, term in known.items() if word not in inside),
    )
