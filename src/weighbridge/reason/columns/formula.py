"""A rule for one kind of row as a formula over columns: three values, every conclusion unfolded.

The same for every row of a table, so it is made once. Nodes are numbers into one store; two that
are written alike are one number, and constants fold as they are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weighbridge.facts import Value
from weighbridge.reason.compare import Linear, compare
from weighbridge.reason.residual import Truth, Word

Id = int
NO: Id = 0
YES: Id = 1


@dataclass(frozen=True, slots=True)
class Constant:
    """True or false for every row."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A comparison over the keys of facts in place of their bare names."""

    linear: Linear


@dataclass(frozen=True, slots=True)
class Opposite:
    """Not its part."""

    part: Id


@dataclass(frozen=True, slots=True)
class Joined:
    """Every part (``every``) or at least one."""

    every: bool
    parts: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Presumed:
    """What one presumption gives: ``value`` where ``when`` is true and ``unless`` is not."""

    value: bool
    when: Id
    unless: Id


@dataclass(frozen=True, slots=True)
class Concluded:
    """A legal fact: as given, else as its definitions conclude, else as presumptions say.

    given: the key under which a table may hold it, or empty where it does not
    ways:  the definitions joined, with a free truth beside them where they are not complete
    """

    given: str
    ways: Id
    presumed: tuple[Presumed, ...]


@dataclass(frozen=True, slots=True)
class Supposed:
    """A concluded fact where facts are supposed: what the row decides stands, else other ways."""

    decided: Id
    ways: Id


Node = Constant | Truth | Word | Number | Opposite | Joined | Concluded | Supposed


class Formulas:
    """The store of nodes; :data:`NO` and :data:`YES` are the constants."""

    def __init__(self) -> None:
        """Start with the two constants."""
        self.nodes: list[Node] = []
        self._ids: dict[Node, Id] = {}
        self._keys: dict[Id, frozenset[str]] = {}
        self._given: dict[tuple[Id, str, Value], Id] = {}
        self.leaf(Constant(False))
        self.leaf(Constant(True))

    def leaf(self, node: Node) -> Id:
        """Return the number of a node that does not fold."""
        if node not in self._ids:
            self._ids[node] = len(self.nodes)
            self.nodes.append(node)
        return self._ids[node]

    def constant(self, value: bool) -> Id:
        """Return :data:`YES` or :data:`NO`."""
        return YES if value else NO

    def opposite(self, part: Id) -> Id:
        """Return *not*."""
        if part in (NO, YES):
            return NO if part == YES else YES
        node = self.nodes[part]
        return node.part if isinstance(node, Opposite) else self.leaf(Opposite(part))

    def every(self, parts: Iterable[Id]) -> Id:
        """Return *and*."""
        return self._joined(True, parts)

    def some(self, parts: Iterable[Id]) -> Id:
        """Return *or*."""
        return self._joined(False, parts)

    def _joined(self, every: bool, parts: Iterable[Id]) -> Id:
        neutral, decisive = (YES, NO) if every else (NO, YES)
        left = sorted({part for part in parts if part != neutral})
        if decisive in left:
            return decisive
        if not left:
            return neutral
        return left[0] if len(left) == 1 else self.leaf(Joined(every, tuple(left)))

    def keys(self, id_: Id) -> frozenset[str]:
        """Return the keys of the facts that supposing can touch in a formula."""
        if id_ not in self._keys:
            self._keys[id_] = frozenset(self._keys_of(self.nodes[id_]))
        return self._keys[id_]

    def _keys_of(self, node: Node) -> Iterable[str]:
        match node:
            case Truth() | Word():
                return (node.key,)
            case Number():
                return (key for key, _, _ in node.linear.coefficients)
            case Opposite():
                return self.keys(node.part)
            case Joined():
                return (key for part in node.parts for key in self.keys(part))
            case Concluded() | Supposed():
                return self.keys(node.ways)
        return ()

    def given(self, id_: Id, key: str, value: Value) -> Id:
        """Return a formula where one fact is supposed to have a value."""
        if key not in self.keys(id_):
            return id_
        at = (id_, key, value)
        if at not in self._given:
            self._given[at] = self._with(id_, key, value)
        return self._given[at]

    def _with(self, id_: Id, key: str, value: Value) -> Id:
        node = self.nodes[id_]
        match node:
            case Opposite():
                return self.opposite(self.given(node.part, key, value))
            case Joined():
                return self._joined(node.every, (self.given(p, key, value) for p in node.parts))
            case Concluded():
                return self.leaf(Supposed(id_, self.given(node.ways, key, value)))
            case Supposed():
                return self.leaf(Supposed(node.decided, self.given(node.ways, key, value)))
            case Word():
                return self.constant(value in node.words)
            case Number():
                verdict = compare(node.linear, {key: value}.get)  # type: ignore[arg-type]
                return id_ if verdict is None else self.constant(verdict)
        return self.constant(value is True)
