"""The tree of a condition: seven kinds of node, plain data that every engine reads.

One typed tree per rule is what all engines share (DESIGN 4). A node says nothing of truth; the
reference evaluator defines that, and the other engines are tested to agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS = (">", ">=", "<", "<=", "==")


@dataclass(frozen=True, slots=True)
class Always:
    """A condition that was left out: true."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag, judgement or concluded fact by its name."""

    fact: str


@dataclass(frozen=True, slots=True)
class In:
    """An enum's word is among ``words``."""

    fact: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One product of a sum.

    sign:       +1 or -1
    parameters: names multiplied together
    fact:       the one fact in the product, or ``None``
    months:     for ``months_after(x, p)``: the parameter that holds the length
    """

    sign: int
    parameters: tuple[str, ...] = ()
    fact: str | None = None
    months: str | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two sums, with the text it was written as."""

    left: tuple[Term, ...]
    operator: str
    right: tuple[Term, ...]
    text: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts compared, each once, in order."""
        names = [term.fact for term in (*self.left, *self.right) if term.fact]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its part."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part."""

    parts: tuple[Node, ...]


Node = Always | Flag | In | Compare | Not | All | Any_


def leaves(node: Node) -> Iterator[Flag | In | Compare]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(node, (All, Any_)):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif not isinstance(node, Always):
        yield node


def facts_of(node: Node) -> tuple[str, ...]:
    """Return the names of all facts a tree speaks of, each once, in order."""
    names: dict[str, None] = {}
    for leaf in leaves(node):
        for name in leaf.facts if isinstance(leaf, Compare) else (leaf.fact,):
            names[name] = None
    return tuple(names)


def parameters_of(node: Node) -> tuple[str, ...]:
    """Return the names of all parameters a tree speaks of, each once, in order."""
    names: dict[str, None] = {}
    for leaf in leaves(node):
        if isinstance(leaf, Compare):
            for term in (*leaf.left, *leaf.right):
                names.update(dict.fromkeys(term.parameters))
                if term.months:
                    names[term.months] = None
    return tuple(names)


def node_to_json(node: Node) -> Any:
    """Return a node as JSON values; :func:`node_from_json` reads it back."""
    match node:
        case Always():
            return True
        case Flag(fact):
            return fact
        case In(fact, words):
            return ["in", fact, list(words)]
        case Compare(left, operator, right, text):
            sums = [
                [[t.sign, list(t.parameters), t.fact, t.months] for t in s] for s in (left, right)
            ]
            return ["compare", sums[0], operator, sums[1], text]
        case Not(part):
            return ["not", node_to_json(part)]
        case All(parts):
            return ["all", [node_to_json(part) for part in parts]]
        case Any_(parts):
            return ["any", [node_to_json(part) for part in parts]]


def _terms(data: Any) -> tuple[Term, ...]:
    return tuple(Term(sign, tuple(params), fact, months) for sign, params, fact, months in data)


_READERS: dict[str, Callable[..., Node]] = {
    "in": lambda fact, words: In(fact, tuple(words)),
    "compare": lambda left, op, right, text: Compare(_terms(left), op, _terms(right), text),
    "not": lambda part: Not(node_from_json(part)),
    "all": lambda parts: All(tuple(map(node_from_json, parts))),
    "any": lambda parts: Any_(tuple(map(node_from_json, parts))),
}


def node_from_json(data: Any) -> Node:
    """Return the node that :func:`node_to_json` wrote."""
    if data is True:
        return Always()
    if isinstance(data, str):
        return Flag(data)
    return _READERS[data[0]](*data[1:])


def node_to_text(node: Node) -> Any:
    """Return a tree in the form a pack writes it: a leaf as one line, a tree as a mapping."""
    match node:
        case Always():
            return []
        case Flag(fact):
            return fact
        case In(fact, words):
            return f"{fact} in {{{', '.join(words)}}}"
        case Compare(text=text):
            return text
        case Not(Flag(fact)):
            return f"not {fact}"
        case Not(part):
            return {"not": node_to_text(part)}
        case All(parts):
            return {"all": [node_to_text(part) for part in parts]}
        case Any_(parts):
            return {"any": [node_to_text(part) for part in parts]}
