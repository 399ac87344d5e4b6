"""What all completions agree on, as a circuit: settling done for every row at once.

Kleene logic is exact where every open fact pulls one way. So the facts that pull both ways are
supposed to have each value they may have, one after the other: a verdict is settled where each
value is either excluded by what the row knows or leads to it. A number is supposed in each of the
cells that its thresholds cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from weighbridge.facts import Range, Value
from weighbridge.reason.columns.circuit import FALSE, TRUE, Bound, Circuit, Pair, Term
from weighbridge.reason.columns.circuit import Id as Wire
from weighbridge.reason.columns.formula import (
    Concluded,
    Formulas,
    Id,
    Joined,
    Number,
    Opposite,
    Supposed,
)
from weighbridge.reason.columns.pairs import Pairs, Tests
from weighbridge.reason.residual import DATE_DOMAIN, NUMBER_DOMAIN, Truth, Word

MOST_TRIES = 1024
_FAR_ABOVE = 1e300
Leaf = Truth | Word | Number


@dataclass(slots=True)
class Pull:
    """How a fact bears on a formula: the signs of its pulls, the leaves it stands in."""

    signs: set[int] = field(default_factory=set)
    leaves: dict[Leaf, None] = field(default_factory=dict)

    @property
    def two_way(self) -> bool:
        """Whether the fact may pull both ways."""
        several_words = isinstance(next(iter(self.leaves)), Word) and len(self.leaves) > 1
        return several_words or len(self.signs) > 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that stands for a part of what a fact may be, and the test that a row excludes it."""

    value: Value
    excluded: Wire


class Agreed(NamedTuple):
    """The rows for which completions agree: at least these, at most those."""

    least: Wire
    most: Wire


class Completions:
    """Settles formulas of one store."""

    def __init__(self, pairs: Pairs, most_tries: int = MOST_TRIES) -> None:
        """Share the pairs folded so far; suppose at most so many facts for one formula."""
        self.pairs = pairs
        self.formulas: Formulas = pairs.formulas
        self.circuit: Circuit = pairs.circuit
        self.tests: Tests = pairs.tests
        self.most_tries = most_tries
        self._tries = 0
        self._done: dict[tuple[Id, bool], Agreed] = {}
        self._pulls: dict[Id, dict[str, Pull]] = {}

    def settle(self, id_: Id) -> tuple[Agreed, Agreed]:
        """Return for which rows all completions make a formula true, and for which false.

        The bounds differ where too much had to be tried, or a number pulls both ways beside another
        open one: a row between them is for the reference to settle.
        """
        self._tries = 0
        return self._over(id_, True), self._over(id_, False)

    def _over(self, id_: Id, wanted: bool) -> Agreed:
        """Return the rows for which every completion makes a formula ``wanted``."""
        at = (id_, wanted)
        if at not in self._done:
            self._done[at] = self._agreed(id_, wanted)
        return self._done[at]

    def _agreed(self, id_: Id, wanted: bool) -> Agreed:
        kleene = self.pairs.pair(id_)
        plain = Agreed(kleene[not wanted], kleene[not wanted])
        if TRUE in kleene:
            return plain
        two_way = {key: pull for key, pull in self.pulls(id_).items() if pull.two_way}
        if not two_way or self._at_most(id_, wanted, two_way) == plain.least:
            return plain
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                return self._over(node.part, not wanted)
            case Concluded():
                return self._beside(kleene, node.ways, wanted)
            case Supposed():
                return self._beside(self.pairs.pair(node.decided), node.ways, wanted)
            case Joined():
                return self._joined(id_, node, wanted, two_way)
        return plain

    def _beside(self, decided: Pair, ways: Id, wanted: bool) -> Agreed:
        """Settle the ways to a fact where the row does not decide it."""
        free = self.circuit.negated(decided[wanted])
        ends = (self.circuit.both(free, each) for each in self._over(ways, wanted))
        return Agreed(*(self.circuit.either(decided[not wanted], each) for each in ends))

    def _joined(self, id_: Id, node: Joined, wanted: bool, two_way: Mapping[str, Pull]) -> Agreed:
        """Settle each part by itself where that is exact: all must agree, or they share no fact."""
        if node.every is wanted:
            return self._all_of(self._over(part, wanted) for part in node.parts)
        groups = _connected({p: self.formulas.keys(p) & two_way.keys() for p in node.parts})
        if len(groups) == 1:
            return self._supposed(id_, wanted, two_way)
        join = self.formulas.every if node.every else self.formulas.some
        found = [self._over(join(group), wanted) for group in groups]
        return Agreed(*(self.circuit.either(*ends) for ends in zip(*found, strict=True)))

    def _supposed(self, id_: Id, wanted: bool, two_way: Mapping[str, Pull]) -> Agreed:
        """Suppose each value of one fact that parts share, and settle what is left."""
        self._tries += 1
        key = self._next(id_, two_way)
        choices = self._choices(key, two_way[key]) if self._tries <= self.most_tries else None
        if choices is None:
            most = self._at_most(id_, wanted, two_way)
            return Agreed(self.pairs.pair(id_)[not wanted], most)
        left = [(each.excluded, self.formulas.given(id_, key, each.value)) for each in choices]
        open_ = {each: pull for each, pull in two_way.items() if each != key}
        left.sort(key=lambda each: self._at_most(each[1], wanted, open_) != FALSE)
        return self._all_of(
            Agreed(*(self.circuit.either(out, end) for end in self._over(tree, wanted)))
            for out, tree in left
        )

    def _all_of(self, found: Iterable[Agreed]) -> Agreed:
        """Return *and*, looking no further once nothing is left to agree on."""
        agreed = Agreed(TRUE, TRUE)
        for each in found:
            agreed = Agreed(*map(self.circuit.both, agreed, each))
            if agreed.most == FALSE:
                break
        return agreed

    def _next(self, id_: Id, two_way: Mapping[str, Pull]) -> str:
        """Return the fact to suppose next: one that rows know, to cut the rest short."""
        node = self.formulas.nodes[id_]
        parts = node.parts if isinstance(node, Joined) else ()

        def rank(key: str) -> tuple[bool, int, int, str]:
            known = key in self.tests.markets and bool(self.tests.found(key))
            shared = sum(key in self.formulas.keys(part) for part in parts)
            return known, shared, len(two_way[key].leaves), key

        return max(two_way, key=rank)

    def _at_most(self, id_: Id, wanted: bool, two_way: Mapping[str, Pull]) -> Wire:
        return _AtMost(self.pairs, frozenset(two_way)).pair(id_)[not wanted]

    def pulls(self, id_: Id) -> dict[str, Pull]:
        """Return how each open fact bears on a formula, in the order met."""
        if id_ not in self._pulls:
            found: dict[str, Pull] = {}
            for leaf, sign in self._leaves(id_, 1, set()):
                for key, signs in _bearing(leaf, sign):
                    pull = found.setdefault(key, Pull())
                    pull.leaves[leaf] = None
                    pull.signs.update(signs)
            self._pulls[id_] = found
        return self._pulls[id_]

    def _leaves(self, id_: Id, sign: int, seen: set[tuple[Id, int]]) -> Iterator[tuple[Leaf, int]]:
        if (id_, sign) in seen or TRUE in self.pairs.pair(id_):
            return
        seen.add((id_, sign))
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                yield from self._leaves(node.part, -sign, seen)
            case Joined():
                for part in node.parts:
                    yield from self._leaves(part, sign, seen)
            case Concluded() | Supposed():
                yield from self._leaves(node.ways, sign, seen)
            case Truth() | Word() | Number():
                yield node, sign

    def _choices(self, key: str, pull: Pull) -> list[Choice] | None:
        leaf = next(iter(pull.leaves))
        if isinstance(leaf, Truth):
            pair = Pair(FALSE, FALSE) if leaf.free else self.tests.truth(key)
            return [Choice(True, pair.false), Choice(False, pair.true)]
        if isinstance(leaf, Word):
            return self._words(key, [each for each in pull.leaves if isinstance(each, Word)])
        return self._cells(key, [each for each in pull.leaves if isinstance(each, Number)])

    def _words(self, key: str, leaves: Sequence[Word]) -> list[Choice]:
        """Return one word for all that stand in the same leaves."""
        alike: dict[tuple[bool, ...], list[str]] = {}
        for word in leaves[0].known:
            alike.setdefault(tuple(word in leaf.words for leaf in leaves), []).append(word)
        return [
            Choice(words[0], self.tests.among(key, tuple(words), leaves[0].known).false)
            for words in alike.values()
        ]

    def _cells(self, key: str, leaves: Sequence[Number]) -> list[Choice] | None:
        """Return the thresholds of a number and what lies between them, where they are its own."""
        if any(
            len(leaf.linear.coefficients) > 1
            or leaf.linear.coefficients[0][1]
            or abs(leaf.linear.coefficients[0][2]) != 1.0
            for leaf in leaves
        ):
            return None
        name, market = self.tests.markets[key]
        dates = self.tests.table.law.vocabulary[name].is_date
        domain = DATE_DOMAIN if dates else NUMBER_DOMAIN
        cuts = {leaf.linear.constant * leaf.linear.coefficients[0][2] for leaf in leaves}
        inside = sorted(cut for cut in cuts if Range.exactly(cut).meets(domain))
        term = Term(self.tests.table.ends(name, market), 0, 1.0, dates)
        line = _Line(self.tests, term, domain.low or 0.0, domain.high or _FAR_ABOVE)
        return list(line.cells(inside))


def _connected(keys: Mapping[Id, frozenset[str]]) -> list[list[Id]]:
    """Return the parts in groups: two that share a key are in one."""
    groups: list[tuple[set[str], list[Id]]] = []
    for part, own in keys.items():
        touched = [group for group in groups if group[0] & own]
        groups = [group for group in groups if not group[0] & own]
        names = set(own).union(*(group[0] for group in touched))
        groups.append((names, [*(each for _, parts in touched for each in parts), part]))
    return [parts for _, parts in groups]


def _bearing(leaf: Leaf, sign: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the keys of the facts of a leaf with the ways in which each pulls."""
    if not isinstance(leaf, Number):
        yield leaf.key, (sign,)
        return
    for key, _, factor in leaf.linear.coefficients:
        if leaf.linear.operator == "==":
            yield key, (1, -1)
        else:
            upward = (factor > 0) == (leaf.linear.operator in (">", ">="))
            yield key, (sign if upward else -sign,)


@dataclass(frozen=True, slots=True)
class _Line:
    """The values a number may have, cut into cells; the outer cells have no outer bound."""

    tests: Tests
    term: Term
    lowest: float
    highest: float

    def cells(self, cuts: Sequence[float]) -> Iterator[Choice]:
        """Yield each threshold and what lies between two, below the first and above the last."""
        for cut in cuts:
            above, below = self._lies(True, ">", cut), self._lies(False, "<", cut)
            yield Choice(Range.exactly(cut), self.tests.circuit.either(above, below))
        edges = [self.lowest, *cuts, self.highest]
        for low, high in pairwise(edges):
            if low < high:
                above = self._lies(True, ">=", high) if high < self.highest else FALSE
                below = self._lies(False, "<=", low) if low > self.lowest else FALSE
                excluded = self.tests.circuit.either(above, below)
                yield Choice(Range.exactly(low / 2 + high / 2), excluded)

    def _lies(self, low: bool, operator: str, constant: float) -> Wire:
        return self.tests.bound(Bound((self.term,), low, operator, constant))


class _AtMost:
    """What settling could come to at most: each place of a two-way fact helps by itself."""

    def __init__(self, pairs: Pairs, two_way: frozenset[str]) -> None:
        self.pairs = pairs
        self.circuit = pairs.circuit
        self.formulas = pairs.formulas
        self.two_way = two_way
        self._done: dict[Id, Pair] = {}

    def pair(self, id_: Id) -> Pair:
        if id_ not in self._done:
            self._done[id_] = self._pair(id_)
        return self._done[id_]

    def _pair(self, id_: Id) -> Pair:
        known = self.pairs.pair(id_)
        if TRUE in known or self.formulas.keys(id_).isdisjoint(self.two_way):
            return known
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                return self.pair(node.part).swapped
            case Joined():
                parts = [self.pair(part) for part in node.parts]
                return self.circuit.every(parts) if node.every else self.circuit.some(parts)
            case Concluded():
                return self.circuit.first((known, self.pair(node.ways)))
            case Supposed():
                return self.circuit.first((self.pairs.pair(node.decided), self.pair(node.ways)))
        return Pair(self.circuit.negated(known.false), self.circuit.negated(known.true))
