"""Formulas as pairs of a circuit: the fold that all column engines share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weighbridge.facts import Value
from weighbridge.reason.columns.circuit import (
    FALSE,
    TRUE,
    UNKNOWN,
    Bound,
    Circuit,
    Pair,
    Term,
    WordIn,
)
from weighbridge.reason.columns.circuit import Id as Wire
from weighbridge.reason.columns.formula import (
    Concluded,
    Constant,
    Formulas,
    Id,
    Joined,
    Node,
    Number,
    Opposite,
    Supposed,
)
from weighbridge.reason.columns.table import VALUE, Table
from weighbridge.reason.residual import Word

_BESIDE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
KNOWN = Pair(TRUE, FALSE), Pair(FALSE, TRUE)


class Tests:
    """The leaves of formulas as pairs of tests of columns."""

    def __init__(self, circuit: Circuit, table: Table, markets: Mapping[str, tuple[str, str]]):
        """Take the table and whose fact each key is: its name and the market of the row."""
        self.circuit = circuit
        self.table = table
        self.markets = markets

    def found(self, key: str) -> list[Value | dict[str, str]]:
        """Return where a fact is found, in order."""
        return self.table.found(*self.markets[key])

    def truth(self, key: str) -> Pair:
        """Return the pair of a flag."""
        return self.circuit.first(
            KNOWN[not place] if isinstance(place, bool) else self.circuit.flag(place[VALUE])
            for place in self.found(key)
            if isinstance(place, (bool, dict))
        )

    def among(self, key: str, words: tuple[str, ...], known: tuple[str, ...]) -> Pair:
        """Return the pair of a word being among ``words``, of all those it may be."""
        found = []
        for place in self.found(key):
            if isinstance(place, str):
                found.append(KNOWN[place not in words])
            elif isinstance(place, dict):
                others = [word for word in known if word not in words]
                found.append(Pair(*(self._word(place[VALUE], each) for each in (words, others))))
        return self.circuit.first(found)

    def _word(self, column: str, words: tuple[str, ...] | list[str]) -> Wire:
        return self.circuit.node(WordIn(column, tuple(sorted(words)))) if words else FALSE

    def number(self, node: Number) -> Pair:
        """Return the pair of a comparison."""
        linear = node.linear
        terms = tuple(
            Term(self.table.ends(*self.markets[key]), months, factor, self._is_date(key))
            for key, months, factor in linear.coefficients
        )
        bound = Bound(terms, True, linear.operator, linear.constant)
        low = linear.operator in (">", ">=")
        if linear.operator == "==":
            sides = [self.bound(replace(bound, low=low)) for low in (True, False)]
            above = self.bound(replace(bound, operator=">"))
            below = self.bound(replace(bound, low=False, operator="<"))
            return Pair(self.circuit.both(*sides), self.circuit.either(above, below))
        return Pair(
            self.bound(replace(bound, low=low)),
            self.bound(replace(bound, low=not low, operator=_BESIDE[linear.operator])),
        )

    def bound(self, bound: Bound) -> Wire:
        """Return the test of one end, false for all rows where some term never has that end."""
        for term in bound.terms:
            low = bound.low == (term.factor > 0)
            if all((ends.low if low else ends.high) is None for ends in term.found):
                return FALSE
        return self.circuit.node(bound)

    def _is_date(self, key: str) -> bool:
        return self.table.law.vocabulary[self.markets[key][0]].is_date


class Pairs:
    """The pairs of the formulas of one store."""

    def __init__(self, formulas: Formulas, tests: Tests) -> None:
        """Nothing is folded yet."""
        self.formulas = formulas
        self.tests = tests
        self.circuit = tests.circuit
        self._facts: dict[Id, frozenset[str]] = {}
        self._pairs: dict[Id, Pair] = {}

    def pair(self, id_: Id) -> Pair:
        """Return *is true* and *is false* of a formula."""
        found = self._pairs.get(id_)
        if found is None:
            found = self._pairs[id_] = self._pair(self.formulas.nodes[id_])
        return found

    def facts_of(self, id_: Id) -> frozenset[str]:
        """Return the keys of all facts that bear on a formula, what is presumed and given too."""
        if id_ not in self._facts:
            found = {key for key in self.formulas.keys(id_) if key in self.tests.markets}
            node = self.formulas.nodes[id_]
            if isinstance(node, Joined):
                found.update(key for part in node.parts for key in self.facts_of(part))
            elif isinstance(node, Opposite):
                found |= self.facts_of(node.part)
            elif isinstance(node, Concluded):
                presumed = (half for each in node.presumed for half in (each.when, each.unless))
                found.update(key for half in presumed for key in self.facts_of(half))
                found |= self.facts_of(node.ways) | ({node.given} if node.given else set())
            self._facts[id_] = frozenset(found)
        return self._facts[id_]

    def _pair(self, node: Node) -> Pair:
        match node:
            case Constant():
                return KNOWN[not node.value]
            case Opposite():
                return self.pair(node.part).swapped
            case Joined():
                parts = [self.pair(part) for part in node.parts]
                return self.circuit.every(parts) if node.every else self.circuit.some(parts)
            case Concluded():
                return self._concluded(node)
            case Supposed():
                return self.circuit.first((self.pair(node.decided), self.pair(node.ways)))
            case Number():
                return self.tests.number(node)
            case Word():
                return self.tests.among(node.key, node.words, node.known)
        return UNKNOWN if node.free else self.tests.truth(node.key)

    def _concluded(self, node: Concluded) -> Pair:
        given = self.tests.truth(node.given) if node.given else UNKNOWN
        yes, no = self._said(node, True), self._said(node, False)
        alone = Pair(self._alone(yes, no), self._alone(no, yes))
        return self.circuit.first((given, self.pair(node.ways), alone))

    def _alone(self, this: Wire, other: Wire) -> Wire:
        return self.circuit.both(this, self.circuit.negated(other))

    def _said(self, node: Concluded, value: bool) -> Wire:
        speaking = []
        for each in node.presumed:
            if each.value is value:
                unless = self.circuit.negated(self.pair(each.unless).true)
                speaking.append(self.circuit.both(self.pair(each.when).true, unless))
        return self.circuit.either(*speaking)
