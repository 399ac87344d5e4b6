"""Which facts a rule turns on, through definitions, exceptions, scope and addressee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Compare, Node, facts_of, leaves
from weighbridge.rules.rule import Rule


class Support:
    """The facts below facts and rules, each worked out once."""

    def __init__(self, law: Law) -> None:
        """Link the facts that a meaning ties together."""
        self.law = law
        self._below: dict[str, frozenset[str]] = {}
        self._rules: dict[str, frozenset[str]] = {}
        self._tied: dict[str, set[str]] = {}
        for type_ in law.vocabulary:
            told = {name for names in type_.told_by.values() for name in names}
            summed = {name for names in type_.sums for name in names}
            tied = {*told, *summed, *type_.shown_by}
            for name in {type_.name, *tied} if tied else ():
                self._tied.setdefault(name, set()).update(tied | {type_.name})

    def of_names(self, names: Iterable[str]) -> frozenset[str]:
        """Return everything that these facts rest on or are tied to, themselves among it."""
        return frozenset().union(*(self._of(name) for name in names))

    def of_node(self, node: Node) -> frozenset[str]:
        """Return everything that a condition rests on."""
        return self.of_names(facts_of(node))

    def of_rule(self, rule: Rule, day: int) -> frozenset[str]:
        """Return everything that a verdict of a rule rests on, transitions included."""
        if rule.key not in self._rules:
            self._rules[rule.key] = self.of_names(set(self._names(rule, day)))
        return self._rules[rule.key]

    def _names(self, rule: Rule, day: int) -> Iterator[str]:
        pending = [rule, *self.law.scope(rule.pack, day), *self.law.transitions(rule)]
        while pending:
            each = pending.pop()
            yield from facts_of(each.when)
            pending.extend(self.law.exceptions(each, day))
        if rule.binding is not None:
            term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
            yield from (term.fact,) if term is not None else ()

    def _of(self, name: str) -> frozenset[str]:
        if name not in self._below:
            found: set[str] = set()
            pending = [name]
            while pending:
                each = pending.pop()
                if each not in found:
                    found.add(each)
                    pending.extend(self.law.concluded_from.get(each, ()))
                    pending.extend(self._tied.get(each, ()))
            self._below[name] = frozenset(found)
        return self._below[name]


def comparisons_of(rule: Rule) -> Iterator[Compare]:
    """Yield the comparisons that a rule itself makes."""
    for tree in (rule.when, rule.unless):
        if tree is not None:
            yield from (leaf for leaf in leaves(tree) if isinstance(leaf, Compare))
