"""A circuit of plain and, or and not over tests of columns: what every column engine runs.

Nothing in it is unknown: each test is true or false of a row, and a verdict is a pair of outputs,
*is true* and *is false*. Nodes are numbers into one store; two that are written alike are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

Id = int
FALSE: Id = 0
TRUE: Id = 1


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a number is found: its two ends, each a column's name, a constant or ``None``."""

    low: str | float | None
    high: str | float | None


@dataclass(frozen=True, slots=True)
class Term:
    """One product of a sum.

    found:  where the number is looked for, in order; the first place that says anything counts
    months: how far a date is moved first
    factor: what it is multiplied by
    dates:  whether it is a day, counted from the first of year 1
    """

    found: tuple[Ends, ...]
    months: int
    factor: float
    dates: bool = False


@dataclass(frozen=True, slots=True)
class FlagIs:
    """A column of flags holds ``value``."""

    column: str
    value: bool


@dataclass(frozen=True, slots=True)
class WordIn:
    """A column of words holds one of ``words`` (sorted)."""

    column: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a sum is known and lies so beside a constant.

    low:      whether the low end of the sum is meant, else the high one
    operator: one of ``> >= < <= ==``
    """

    terms: tuple[Term, ...]
    low: bool
    operator: str
    constant: float


Test = FlagIs | WordIn | Bound


@dataclass(frozen=True, slots=True)
class Both:
    """Every part is true."""

    parts: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Some part is true."""

    parts: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part is false."""

    part: Id


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same for every row."""

    value: bool


Node = Fixed | FlagIs | WordIn | Bound | Both | Either | Negated


class Pair(NamedTuple):
    """Is true, is false: unknown is neither, and never are both."""

    true: Id
    false: Id

    @property
    def swapped(self) -> Pair:
        """Kleene's *not*."""
        return Pair(self.false, self.true)

    @property
    def constant(self) -> bool:
        """Whether the same holds of every row."""
        return self.true in (FALSE, TRUE) and self.false in (FALSE, TRUE)


UNKNOWN = Pair(FALSE, FALSE)


class Circuit:
    """The store of nodes; :data:`FALSE` and :data:`TRUE` are the constants.

    INVARIANT: a node's parts have smaller numbers than it.
    """

    def __init__(self) -> None:
        """Start with the two constants."""
        self.nodes: list[Node] = []
        self._ids: dict[Node, Id] = {}
        self._rivals: dict[Id, Id] = {}
        self.node(Fixed(False))
        self.node(Fixed(True))

    def node(self, node: Node) -> Id:
        """Return the number of a node that does not fold."""
        if node not in self._ids:
            self._ids[node] = len(self.nodes)
            self.nodes.append(node)
        return self._ids[node]

    def flag(self, column: str) -> Pair:
        """Return the pair of a column of flags, each of which excludes the other."""
        pair = Pair(self.node(FlagIs(column, True)), self.node(FlagIs(column, False)))
        self._rivals[pair.true], self._rivals[pair.false] = pair.false, pair.true
        return pair

    def both(self, *parts: Id) -> Id:
        """Return *and*."""
        left = sorted({part for part in parts if part != TRUE})
        if FALSE in left or any(self._rivals.get(part) in left for part in left):
            return FALSE
        if not left:
            return TRUE
        return left[0] if len(left) == 1 else self.node(Both(tuple(left)))

    def either(self, *parts: Id) -> Id:
        """Return *or*."""
        left = sorted({part for part in parts if part != FALSE})
        if TRUE in left:
            return TRUE
        if not left:
            return FALSE
        return left[0] if len(left) == 1 else self.node(Either(tuple(left)))

    def negated(self, part: Id) -> Id:
        """Return *not*."""
        if part in (FALSE, TRUE):
            return TRUE - part
        node = self.nodes[part]
        return node.part if isinstance(node, Negated) else self.node(Negated(part))

    def every(self, pairs: Iterable[Pair]) -> Pair:
        """Return Kleene's *and* of pairs."""
        held = list(pairs)
        return Pair(self.both(*(p.true for p in held)), self.either(*(p.false for p in held)))

    def some(self, pairs: Iterable[Pair]) -> Pair:
        """Return Kleene's *or* of pairs."""
        held = list(pairs)
        return Pair(self.either(*(p.true for p in held)), self.both(*(p.false for p in held)))

    def first(self, pairs: Iterable[Pair]) -> Pair:
        """Return the first of the pairs that is known."""
        found = UNKNOWN
        for pair in reversed(list(dict.fromkeys(pairs))):
            true = self._else(pair.true, pair.false, found.true)
            found = Pair(true, self._else(pair.false, pair.true, found.false))
        return found

    def _else(self, this: Id, other: Id, later: Id) -> Id:
        """Return ``this``, or ``later`` where the ``other`` half does not hold."""
        if later == this:
            return this
        return self.either(this, self.both(later, self.negated(other)))

    def parts(self, id_: Id) -> tuple[Id, ...]:
        """Return the numbers of a node's parts."""
        node = self.nodes[id_]
        if isinstance(node, (Both, Either)):
            return node.parts
        return (node.part,) if isinstance(node, Negated) else ()

    def needed(self, outputs: Iterable[Id]) -> list[Id]:
        """Return the nodes that outputs stand on, parts first, each once."""
        seen: set[Id] = set()
        order: list[Id] = []
        stack = [(each, False) for each in reversed(list(outputs))]
        while stack:
            id_, done = stack.pop()
            if done:
                order.append(id_)
            elif id_ not in seen:
                seen.add(id_)
                stack.append((id_, True))
                stack.extend((part, False) for part in reversed(self.parts(id_)))
        return order

    def columns(self, outputs: Iterable[Id]) -> tuple[str, ...]:
        """Return the names of the columns that outputs turn on, sorted."""
        return tuple(sorted({name for id_ in self.needed(outputs) for name in self._of(id_)}))

    def _of(self, id_: Id) -> Iterator[str]:
        node = self.nodes[id_]
        if isinstance(node, (FlagIs, WordIn)):
            yield node.column
        elif isinstance(node, Bound):
            for term in node.terms:
                for ends in term.found:
                    yield from (end for end in (ends.low, ends.high) if isinstance(end, str))
