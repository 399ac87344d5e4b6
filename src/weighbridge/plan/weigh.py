"""A rule as truths over choices: where it applies and where it does not, on both sides of each.

The same reading of the tree as the reference evaluator's, with presumptions where they may speak.
A fact that a choice sets has the value of the choice made, else its own. What comes out is judged
again by the reference before it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from weighbridge.facts import Range, Value
from weighbridge.plan.truths import NO, YES, Truths
from weighbridge.reason.case import Case, Row
from weighbridge.reason.compare import compare, linear_at
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import All, Any_, Compare, Flag, In, Node, Not


class Pair(NamedTuple):
    """Where something is known to be so, and where it is known not to be so."""

    true: int
    false: int


_VerdictOf = Callable[[Value | None], bool | None]
_PLAIN = {True: Pair(YES, NO), False: Pair(NO, YES), None: Pair(NO, NO)}


class Setting(NamedTuple):
    """A choice that gives a fact a value; ``None`` makes the fact unknown."""

    choice: int
    value: Value | None


def _truth(value: Value | None) -> bool | None:
    return value if isinstance(value, bool) else None


class Weigher:
    """Turns rules into pairs of truths for one case, each once.

    settings: by key of a fact, the choices that set it; at most one of a key is ever made
    """

    def __init__(
        self,
        case: Case,
        as_of: int,
        truths: Truths,
        settings: Mapping[str, Sequence[Setting]],
        *,
        presume: bool = True,
        authorities: frozenset[str] | None = None,
    ) -> None:
        """Start with nothing weighed."""
        self.law: Law = case.law
        self.case = case
        self.as_of = as_of
        self.truths = truths
        self.settings = settings
        self.presume = presume
        self.authorities = authorities
        self._outside = {each.pack for each in self.law.rules if not self.law.obliges(each)}
        self._concluded: dict[tuple[str, int, str], Pair] = {}
        self._conditions: dict[tuple[str, Row, int], Pair] = {}

    def counts(self, rule: Rule) -> bool:
        """Return whether this kind of text counts here."""
        return self.authorities is None or rule.authority in self.authorities

    def applies(self, rule: Rule, row: Row) -> Pair:
        """Return ``scope and addressee and when and no exception``, on its nearest day."""
        day = rule.interval.nearest(self.as_of)
        return self._all([*self._reach(rule, row, day), self.condition(rule, row, day)])

    def put_off(self, rule: Rule, row: Row) -> Pair:
        """Return where a transition moves the first day of a rule beyond the day asked about."""
        found = []
        for each in self.law.transitions(rule):
            day = each.interval.nearest(self.as_of)
            to = self.law.parameters[each.body["to"]].at(day)
            if self.counts(each) and to is not None and self.as_of < to.value:
                found.append(self.condition(each, row, day))
        return self._any(found)

    def _reach(self, rule: Rule, row: Row, day: int) -> list[Pair]:
        found = []
        scopes = [each for each in self.law.scope(rule.pack, day) if self.counts(each)]
        if scopes:
            found.append(self._any(self.condition(each, row, day) for each in scopes))
        if rule.binding is not None:
            term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
            flag = self._flag(term.fact, row, day, rule.pack) if term else _PLAIN[None]
            found.append(flag)
        return found

    def condition(self, rule: Rule, row: Row, day: int) -> Pair:
        """Return where a rule's own condition holds and no exception to it does."""
        at = (rule.key, row, day)
        if at not in self._conditions:
            parts = [self._node(rule.when, row, day, rule.pack)]
            if parts[0] != _PLAIN[False]:
                for each in self.law.exceptions(rule, day):
                    if self.counts(each):
                        parts.append(self._not(self.condition(each, row, day)))
            self._conditions[at] = self._all(parts)
        return self._conditions[at]

    def _all(self, pairs: Iterable[Pair]) -> Pair:
        true, false = YES, NO
        for each in pairs:
            true = self.truths.both(true, each.true)
            false = self.truths.either(false, each.false)
            if false == YES:
                break
        return Pair(true, false)

    def _any(self, pairs: Iterable[Pair]) -> Pair:
        return self._not(self._all(self._not(each) for each in pairs))

    @staticmethod
    def _not(pair: Pair) -> Pair:
        return Pair(pair.false, pair.true)

    def _node(self, node: Node, row: Row, day: int, pack: str) -> Pair:
        match node:
            case Flag(fact):
                return self._flag(fact, row, day, pack)
            case All(parts):
                return self._all(self._node(each, row, day, pack) for each in parts)
            case Any_(parts):
                return self._any(self._node(each, row, day, pack) for each in parts)
            case Not(part):
                return self._not(self._node(part, row, day, pack))
            case In(fact, words):
                return self._leaf(
                    fact, row, lambda value: value in words if isinstance(value, str) else None
                )
            case Compare():
                return self._compare(node, row, day)
        return _PLAIN[True]

    def _cases(self, name: str, row: Row) -> list[tuple[int, Value | None]]:
        """Return the values a fact may have, each with where it has it."""
        own = self.case.value(name, row)
        settings = self.settings.get(self.case.key(name, row), ())
        rest, found = YES, []
        for choice, value in settings:
            made = self.truths.choice(choice)
            found.append((self.truths.both(rest, made), value))
            rest = self.truths.both(rest, self.truths.opposite(made))
        return [*found, (rest, own)]

    def _leaf(self, name: str, row: Row, verdict_of: _VerdictOf) -> Pair:
        return self._spread((where, verdict_of(value)) for where, value in self._cases(name, row))

    def _spread(self, cases: Iterable[tuple[int, bool | None]]) -> Pair:
        """Return the pair of what holds in each of some cases."""
        true, false = NO, NO
        for where, verdict in cases:
            if verdict is True:
                true = self.truths.either(true, where)
            elif verdict is False:
                false = self.truths.either(false, where)
        return Pair(true, false)

    def _compare(self, node: Compare, row: Row, day: int) -> Pair:
        linear = linear_at(node, self.law, day)
        if linear is None:
            return _PLAIN[None]
        found = []
        for cases in product(*(self._cases(fact, row) for fact in node.facts)):
            where = self.truths.all_of(each for each, _ in cases)
            if where != NO:
                values = dict(zip(node.facts, (value for _, value in cases), strict=True))
                ranges = {fact: value for fact, value in values.items() if isinstance(value, Range)}
                found.append((where, compare(linear, ranges.get)))
        return self._spread(found)

    def _flag(self, name: str, row: Row, day: int, pack: str) -> Pair:
        if name not in self.law.concluded:
            return self._leaf(name, row, _truth)
        at = (self.case.key(name, row, role=True), day, pack if pack in self._outside else "")
        if at not in self._concluded:
            self._concluded[at] = self._conclude(name, row, day, pack)
        return self._concluded[at]

    def _conclude(self, name: str, row: Row, day: int, pack: str) -> Pair:
        given = self._leaf(name, row, _truth)
        silent = self._neither(given)
        if silent == NO:
            return given
        rules = [each for each in self.law.definitions(name, day, pack) if self.counts(each)]
        found = self._any(self.condition(each, row, day) for each in rules)
        if not any(each.body["complete"] for each in rules):
            found = Pair(found.true, NO)
        if self.presume and (open_ := self._neither(found)) != NO:
            found = self._joined(found, open_, self._presumed(name, row, day, pack))
        return self._joined(given, silent, found)

    def _joined(self, one: Pair, where: int, two: Pair) -> Pair:
        """Return ``one``, and ``two`` where ``one`` is neither."""
        both, either = self.truths.both, self.truths.either
        true = either(one.true, both(where, two.true))
        return Pair(true, either(one.false, both(where, two.false)))

    def _neither(self, pair: Pair) -> int:
        return self.truths.opposite(self.truths.either(pair.true, pair.false))

    def _presumed(self, name: str, row: Row, day: int, pack: str) -> Pair:
        """Return what the presumptions that speak agree on."""
        said = {True: NO, False: NO}
        for rule in self.law.presumptions(name, day, pack):
            if self.counts(rule):
                speaks = self.condition(rule, row, day).true
                if rule.unless is not None and speaks != NO:
                    ends = self._node(rule.unless, row, day, rule.pack).true
                    speaks = self.truths.both(speaks, self.truths.opposite(ends))
                value = bool(rule.body["value"])
                said[value] = self.truths.either(said[value], speaks)
        yes, no = said[True], said[False]
        opposite, both = self.truths.opposite, self.truths.both
        return Pair(both(yes, opposite(no)), both(no, opposite(yes)))
