"""What one rule rests on: the facts and the other rules that its verdict can turn on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything behind a verdict, in the order in which it is come upon, each once.

    facts: names of facts, readings among them
    rules: the rules that conclude, presume, lift or gate; the rule itself is left out
    """

    facts: tuple[str, ...]
    rules: tuple[Rule, ...]


def grounds_of(law: Law, rule: Rule, day: int, *, gates: bool = True) -> Grounds:
    """Return what ``rule`` rests on as the law stands on ``day``.

    Without ``gates`` its own condition, its addressee and the definitions behind them alone:
    no scope, no exceptions, no presumptions.
    """
    return _Walk(law, day, gates).from_rule(rule)


class _Walk:
    def __init__(self, law: Law, day: int, gates: bool) -> None:
        self.law = law
        self.day = day
        self.gates = gates
        self.facts: dict[str, None] = {}
        self.rules: dict[str, Rule] = {}

    def from_rule(self, rule: Rule) -> Grounds:
        pending = [rule, *(self.law.scope(rule.pack, self.day) if self.gates else ())]
        while pending:
            one = pending.pop(0)
            if one.key in self.rules:
                continue
            self.rules[one.key] = one
            pending.extend(self._beside(one))
        del self.rules[rule.key]
        return Grounds(tuple(self.facts), tuple(self.rules.values()))

    def _beside(self, rule: Rule) -> Iterator[Rule]:
        """Yield the rules that a rule turns on itself, and note its facts."""
        for name in own_facts(self.law, rule):
            if name not in self.facts:
                self.facts[name] = None
                yield from self.law.definitions(name, self.day, rule.pack)
                if self.gates:
                    yield from self.law.presumptions(name, self.day, rule.pack)
        if self.gates:
            yield from self.law.exceptions(rule, self.day)


@lru_cache(maxsize=2)
def readers(law: Law) -> dict[str, tuple[Rule, ...]]:
    """Return the rules that name each fact themselves, by the fact, in the order of the law."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in law.rules:
        for name in own_facts(law, rule):
            found[name].append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


def own_facts(law: Law, rule: Rule) -> tuple[str, ...]:
    """Return the facts a rule names itself: its condition's, its presumption's, its addressee."""
    names = dict.fromkeys(facts_of(rule.when))
    if rule.unless is not None:
        names.update(dict.fromkeys(facts_of(rule.unless)))
    if rule.binding is not None:
        term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        names.update(dict.fromkeys([term.fact] if term else []))
    return tuple(names)
