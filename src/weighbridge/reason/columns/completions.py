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
    Truth,
    Word,
)
from weighbridge.reason.columns.pairs import Chosen, Pairs, Tests
from weighbridge.reason.residual import DATE_DOMAIN, NUMBER_DOMAIN

MOST_TRIES = 64
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


_Supposed = frozenset[tuple[str, Value]]


class Agreed(NamedTuple):
    """The rows for which completions agree: at least these, at most those."""

    least: Wire
    most: Wire


class Completions:
    """Settles formulas of one store."""

    def __init__(self, pairs: Pairs) -> None:
        """Share the pairs folded so far."""
        self.pairs = pairs
        self.formulas: Formulas = pairs.formulas
        self.circuit: Circuit = pairs.circuit
        self.tests: Tests = pairs.tests
        self._tries = 0
        self._done: dict[tuple[Id, bool, _Supposed], Agreed] = {}
        self._pulls: dict[tuple[Id, _Supposed], dict[str, Pull]] = {}

    def settle(self, id_: Id) -> tuple[Agreed, Agreed]:
        """Return for which rows all completions make a formula true, and for which false.

        The bounds differ where too much had to be tried, or a number pulls both ways beside another
        open one: a row between them is for the reference to settle.
        """
        self._tries = 0
        return self._over(id_, True, {}), self._over(id_, False, {})

    def _over(self, id_: Id, wanted: bool, chosen: Chosen) -> Agreed:
        """Return the test that every completion makes a formula ``wanted``."""
        keys = self.pairs.keys_of(id_)
        bearing = {key: value for key, value in chosen.items() if key in keys}
        at = (id_, wanted, frozenset(bearing.items()))
        if at not in self._done:
            self._done[at] = self._agreed(id_, wanted, bearing)
        return self._done[at]

    def _agreed(self, id_: Id, wanted: bool, chosen: Chosen) -> Agreed:
        kleene = self.pairs.pair(id_, chosen)
        plain = Agreed(kleene[not wanted], kleene[not wanted])
        if TRUE in kleene:
            return plain
        two_way = {key: pull for key, pull in self.pulls(id_, chosen).items() if pull.two_way}
        if not two_way or self._at_most(id_, wanted, two_way, chosen) == plain.least:
            return plain
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                return self._over(node.part, not wanted, chosen)
            case Concluded():
                decided = self.pairs.pair(id_)
                below = self._over(node.ways, wanted, chosen)
                free = self.circuit.negated(decided[wanted])
                ends = (self.circuit.both(free, each) for each in below)
                return Agreed(*(self.circuit.either(decided[not wanted], each) for each in ends))
            case Joined():
                return self._joined(id_, node, wanted, two_way, chosen)
        return plain

    def _joined(
        self, id_: Id, node: Joined, wanted: bool, two_way: Mapping[str, Pull], chosen: Chosen
    ) -> Agreed:
        """Settle each part by itself where that is exact: all must agree, or they share no fact."""
        if node.every is wanted:
            return self._all_of(self._over(part, wanted, chosen) for part in node.parts)
        groups = _connected({p: self.pairs.keys_of(p) & two_way.keys() for p in node.parts})
        if len(groups) == 1:
            return self._supposed(id_, wanted, two_way, chosen)
        join = self.formulas.every if node.every else self.formulas.some
        found = [self._over(join(group), wanted, chosen) for group in groups]
        return Agreed(*(self.circuit.either(*ends) for ends in zip(*found, strict=True)))

    def _supposed(
        self, id_: Id, wanted: bool, two_way: Mapping[str, Pull], chosen: Chosen
    ) -> Agreed:
        """Suppose each value of one fact that parts share, and settle what is left."""
        self._tries += 1
        choices = self._choices(*self._next(id_, two_way))
        if choices is None or self._tries > MOST_TRIES:
            least = self.pairs.pair(id_, chosen)[not wanted]
            return Agreed(least, self._at_most(id_, wanted, two_way, chosen))
        key, values = choices

        def at_most(choice: Choice) -> Wire:
            return self._at_most(id_, wanted, two_way, {**chosen, key: choice.value})

        values.sort(key=lambda choice: at_most(choice) != FALSE)
        return self._all_of(
            self._unless(each.excluded, self._over(id_, wanted, {**chosen, key: each.value}))
            for each in values
        )

    def _unless(self, excluded: Wire, agreed: Agreed) -> Agreed:
        return Agreed(*(self.circuit.either(excluded, end) for end in agreed))

    def _all_of(self, found: Iterable[Agreed]) -> Agreed:
        """Return *and*, looking no further once nothing is left to agree on."""
        agreed = Agreed(TRUE, TRUE)
        for each in found:
            agreed = Agreed(*map(self.circuit.both, agreed, each))
            if agreed.most == FALSE:
                break
        return agreed

    def _next(self, id_: Id, two_way: Mapping[str, Pull]) -> tuple[str, Pull]:
        """Return the fact to suppose next: one that rows know, so that the rest can be cut short."""
        node = self.formulas.nodes[id_]
        parts = node.parts if isinstance(node, Joined) else ()

        def rank(key: str) -> tuple[bool, int, int, str]:
            known = key in self.tests.markets and bool(self.tests.found(key))
            shared = sum(key in self.pairs.keys_of(part) for part in parts)
            return known, shared, len(two_way[key].leaves), key

        key = max(two_way, key=rank)
        return key, two_way[key]

    def _at_most(
        self, id_: Id, wanted: bool, two_way: Mapping[str, Pull], chosen: Chosen
    ) -> Wire:
        open_ = frozenset(two_way) - chosen.keys()
        return _AtMost(self, open_, chosen).pair(id_)[not wanted]

    def pulls(self, id_: Id, chosen: Chosen) -> dict[str, Pull]:
        """Return how each fact that is not chosen and not known to all rows bears on a formula."""
        at = (id_, frozenset(chosen.items()))
        if at not in self._pulls:
            self._pulls[at] = self._pulls_of(id_, chosen)
        return self._pulls[at]

    def _pulls_of(self, id_: Id, chosen: Chosen) -> dict[str, Pull]:
        found: dict[str, Pull] = {}
        for leaf, sign in self._leaves(id_, 1, set(), chosen):
            if isinstance(leaf, Number):
                linear = leaf.linear
                for key, _, factor in linear.coefficients:
                    pull = found.setdefault(key, Pull())
                    pull.leaves[leaf] = None
                    upward = (factor > 0) == (linear.operator in (">", ">="))
                    pull.signs.update((1, -1) if linear.operator == "==" else
                                      (sign if upward else -sign,))
            else:
                pull = found.setdefault(leaf.key, Pull())
                pull.leaves[leaf] = None
                pull.signs.add(sign)
        return found

    def _leaves(
        self, id_: Id, sign: int, seen: set[tuple[Id, int]], chosen: Chosen
    ) -> Iterator[tuple[Leaf, int]]:
        if (id_, sign) in seen or TRUE in self.pairs.pair(id_, chosen):
            return
        seen.add((id_, sign))
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                yield from self._leaves(node.part, -sign, seen, chosen)
            case Joined():
                for part in node.parts:
                    yield from self._leaves(part, sign, seen, chosen)
            case Concluded():
                yield from self._leaves(node.ways, sign, seen, chosen)
            case Truth() | Word() | Number():
                yield node, sign

    def _choices(self, key: str, pull: Pull) -> tuple[str, list[Choice]] | None:
        leaf = next(iter(pull.leaves))
        if isinstance(leaf, Truth):
            pair = Pair(FALSE, FALSE) if leaf.free else self.tests.truth(key)
            return key, [Choice(True, pair.false), Choice(False, pair.true)]
        if isinstance(leaf, Word):
            return key, self._words(key, [each for each in pull.leaves if isinstance(each, Word)])
        cells = self._cells(key, [each for each in pull.leaves if isinstance(each, Number)])
        return None if cells is None else (key, cells)

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

    def __init__(self, completions: Completions, two_way: frozenset[str], chosen: Chosen) -> None:
        self.pairs = completions.pairs
        self.circuit = completions.circuit
        self.formulas = completions.formulas
        self.two_way = two_way
        self.chosen = chosen
        self._done: dict[Id, Pair] = {}

    def pair(self, id_: Id) -> Pair:
        if id_ not in self._done:
            self._done[id_] = self._pair(id_)
        return self._done[id_]

    def _pair(self, id_: Id) -> Pair:
        known = self.pairs.pair(id_, self.chosen)
        if TRUE in known or not self.pairs.keys_of(id_) & self.two_way:
            return known
        node = self.formulas.nodes[id_]
        match node:
            case Opposite():
                return self.pair(node.part).swapped
            case Joined():
                parts = [self.pair(part) for part in node.parts]
                return self.circuit.every(parts) if node.every else self.circuit.some(parts)
            case Concluded():
                return self.circuit.first((self.pairs.pair(id_), self.pair(node.ways)))
        return Pair(self.circuit.negated(known.false), self.circuit.negated(known.true))

