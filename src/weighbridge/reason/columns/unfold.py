"""The law unfolded into formulas for one kind of row: what the evaluator walks, once for a table.

It goes the way of :class:`~weighbridge.reason.quick.Quick` step by step, and keeps both what is
known in advance (a role, a reading, a parameter) and what is the same for all rows out of them.
"""

from __future__ import annotations

from weighbridge.reason.case import Row
from weighbridge.reason.columns.formula import NO, YES, Concluded, Formulas, Id, Number, Presumed
from weighbridge.reason.columns.table import Table
from weighbridge.reason.compare import Linear, compare, linear_at
from weighbridge.reason.residual import Truth, Word
from weighbridge.rules.nodes import All, Any_, Compare, Flag, In, Node, Not
from weighbridge.rules.rule import Rule


class Unfolder:
    """Makes formulas of one half: with presumptions or on known facts alone."""

    def __init__(
        self,
        formulas: Formulas,
        table: Table,
        markets: dict[str, tuple[str, str]],
        *,
        presume: bool,
        authorities: frozenset[str] | None = None,
    ) -> None:
        """Share the store of formulas and, by key, whose fact each is; nothing is concluded yet."""
        self.formulas = formulas
        self.table = table
        self.law = table.law
        self.presume = presume
        self.authorities = authorities
        self.markets = markets
        self._concluded: dict[tuple[str, Row, int, str], Id] = {}
        self._gates: dict[tuple[str, Row, int, str], Id] = {}

    def counts(self, rule: Rule) -> bool:
        """Return whether this kind of text counts here."""
        return self.authorities is None or rule.authority in self.authorities

    def judge(self, rule: Rule, row: Row, day: int) -> Id:
        """Return ``scope and addressee and when and no exception`` on ``day``."""
        gate = self._gate(rule, row, day)
        return NO if gate == NO else self.formulas.every((gate, self.condition(rule, row, day)))

    def condition(self, rule: Rule, row: Row, day: int) -> Id:
        """Return a rule's own condition and no exception to it."""
        parts = [self._node(rule.when, row, day, rule.pack)]
        for exception in self.law.exceptions(rule, day):
            if self.counts(exception):
                parts.append(self.formulas.opposite(self.condition(exception, row, day)))
        return self.formulas.every(parts)

    def _gate(self, rule: Rule, row: Row, day: int) -> Id:
        """Return scope and addressee: the same for many rules of a pack."""
        term = rule.binding.addressee if rule.binding else ""
        at = (f"{rule.pack} {rule.object} {term}", row, day, rule.pack)
        if at not in self._gates:
            scope = self._scope(rule, row, day)
            self._gates[at] = self.formulas.every((scope, self._addressee(rule, row, day)))
        return self._gates[at]

    def _scope(self, rule: Rule, row: Row, day: int) -> Id:
        scopes = [each for each in self.law.scope(rule.pack, day) if self.counts(each)]
        if not scopes:
            return YES
        return self.formulas.some(self.condition(each, row, day) for each in scopes)

    def _addressee(self, rule: Rule, row: Row, day: int) -> Id:
        if rule.binding is None:
            return YES
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        if term is None:
            return self.formulas.leaf(Truth(rule.binding.addressee, free=True))
        return self._flag(term.fact, row, day, rule.pack)

    def _node(self, node: Node, row: Row, day: int, pack: str) -> Id:
        match node:
            case Flag():
                return self._flag(node.fact, row, day, pack)
            case All():
                return self.formulas.every(self._node(p, row, day, pack) for p in node.parts)
            case Any_():
                return self.formulas.some(self._node(p, row, day, pack) for p in node.parts)
            case Not():
                return self.formulas.opposite(self._node(node.part, row, day, pack))
            case In():
                return self._in(node, row)
            case Compare():
                return self._compare(node, row, day)
        return YES

    def _key(self, name: str, row: Row) -> str:
        key = self.table.keys(name, row.market)[0]
        self.markets[key] = (name, row.market)
        return key

    def _in(self, node: In, row: Row) -> Id:
        found = [row.role] if node.fact == "role" else self.table.found(node.fact, row.market)
        if found and isinstance(found[0], str):
            return self.formulas.constant(found[0] in node.words)
        known = tuple(self.law.vocabulary[node.fact].values)
        words = tuple(word for word in known if word in node.words)
        return self.formulas.leaf(Word(self._key(node.fact, row), words, known))

    def _compare(self, node: Compare, row: Row, day: int) -> Id:
        linear = linear_at(node, self.law, day)
        if linear is None:
            return self.formulas.leaf(Truth(f"{node.text} (not in force)", free=True))
        fixed = {
            fact: places[0]
            for fact, _, _ in linear.coefficients
            if (places := self.table.found(fact, row.market)) and not isinstance(places[0], dict)
        }
        if len(fixed) == len({fact for fact, _, _ in linear.coefficients}):
            verdict = compare(linear, fixed.get)  # type: ignore[arg-type]
            if verdict is not None:
                return self.formulas.constant(verdict)
        named = tuple(
            (self._key(fact, row), months, each) for fact, months, each in linear.coefficients
        )
        return self.formulas.leaf(Number(Linear(named, linear.operator, linear.constant)))

    def _flag(self, name: str, row: Row, day: int, pack: str) -> Id:
        found = self.table.found(name, row.market)
        if found and isinstance(found[0], bool):
            return self.formulas.constant(found[0])
        if name not in self.law.concluded:
            return self.formulas.leaf(Truth(self._key(name, row)))
        at = (name, row, day, pack)
        if at not in self._concluded:
            self._concluded[at] = self._conclude(name, row, day, pack, bool(found))
        return self._concluded[at]

    def _conclude(self, name: str, row: Row, day: int, pack: str, given: bool) -> Id:
        rules = [each for each in self.law.definitions(name, day, pack) if self.counts(each)]
        ways = [self.condition(each, row, day) for each in rules]
        if not any(each.body["complete"] for each in rules):
            ways.append(self.formulas.leaf(Truth(f"{name}@{day}", free=True)))
        joined = self.formulas.some(ways)
        presumed = self._presumptions(name, row, day, pack) if self.presume else ()
        if not given and (not presumed or joined in (NO, YES)):
            return joined
        key = self._key(name, row) if given else ""
        return self.formulas.leaf(Concluded(key, joined, presumed))

    def _presumptions(self, name: str, row: Row, day: int, pack: str) -> tuple[Presumed, ...]:
        found = []
        for rule in self.law.presumptions(name, day, pack):
            if self.counts(rule):
                when = self.condition(rule, row, day)
                unless = self._node(rule.unless, row, day, rule.pack) if rule.unless else NO
                if when != NO and unless != YES:
                    found.append(Presumed(bool(rule.body["value"]), when, unless))
        return tuple(dict.fromkeys(found))
