"""Which facts a proof leaves open, and which way each of them pulls.

Kleene logic is exact where every open fact pulls one way (DESIGN 5, *Settling*); a fact that
pulls both ways is where two completions may agree although the evaluator cannot see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from weighbridge.reason.proof import Proof
from weighbridge.rules.nodes import Compare, In

_UPWARD = {">": 1, ">=": 1, "<": -1, "<=": -1}


@dataclass(slots=True)
class OpenFact:
    """A fact a proof leaves open.

    key:   its key; name: its name in the vocabulary
    pulls: the signs with which it bears on the verdict
    tests: the different tests it stands in
    kind:  ``flag``, ``enum``, ``number``, or ``concluded`` for a legal fact with no way to "no"
    """

    key: str
    name: str
    kind: str
    pulls: set[int] = field(default_factory=set)
    tests: set[str] = field(default_factory=set)

    @property
    def two_way(self) -> bool:
        """Whether the fact may pull the verdict both ways."""
        if self.kind == "enum":
            return len(self.tests) > 1 or len(self.pulls) > 1
        return len(self.pulls) > 1


def open_facts(proof: Proof) -> dict[str, OpenFact]:
    """Return the open facts of a proof whose verdict is unknown, by key, in the order met."""
    found: dict[str, OpenFact] = {}
    for leaf, sign in _open_leaves(proof, 1):
        for key, name, kind, pull in _of_leaf(leaf, sign):
            fact = found.setdefault(key, OpenFact(key, name, kind))
            fact.pulls.update((1, -1) if pull == 0 else (pull,))
            fact.tests.add(leaf.text if leaf.kind != "in" else str(leaf.detail))
    return found


def _open_leaves(proof: Proof, sign: int) -> Iterator[tuple[Proof, int]]:
    if proof.verdict is not None:
        return
    if proof.kind == "not":
        sign = -sign
    conclusion = proof.conclusion
    if conclusion is not None:
        if not conclusion.complete:
            yield proof, sign
        else:
            for below in conclusion.proofs:
                yield from _open_leaves(below, sign)
        return
    if proof.kind in ("flag", "in", "compare"):
        yield proof, sign
    for part in proof.parts:
        yield from _open_leaves(part, sign)


def _of_leaf(leaf: Proof, sign: int) -> Iterator[tuple[str, str, str, int]]:
    node = leaf.detail
    if leaf.conclusion is not None:
        yield leaf.text, leaf.conclusion.name, "concluded", sign
    elif isinstance(node, Compare):
        for key, name in zip(leaf.keys, node.facts, strict=True):
            yield key, name, "number", sign * _direction(node, name)
    elif isinstance(node, In):
        if leaf.keys:
            yield leaf.keys[0], node.fact, "enum", sign
    elif leaf.keys:
        yield leaf.keys[0], leaf.text, "flag", sign


def _direction(node: Compare, fact: str) -> int:
    """Return +1 where a larger fact makes the comparison truer, -1 where falser, 0 for both."""
    signs = {term.sign for term in node.left if term.fact == fact}
    signs |= {-term.sign for term in node.right if term.fact == fact}
    if len(signs) != 1 or node.operator == "==":
        return 0
    return signs.pop() * _UPWARD[node.operator]
