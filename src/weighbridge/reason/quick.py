"""The verdict alone, without a proof: what the reference evaluator says, for whoever asks often.

It stops at the first part that decides. A test holds it to the reference on every case of the law.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.facts import Range
from weighbridge.reason.case import Case, Row
from weighbridge.reason.compare import Linear, compare, linear_at
from weighbridge.reason.proof import Verdict
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import All, Any_, Compare, Flag, In, Node, Not
from weighbridge.rules.rule import Rule

if TYPE_CHECKING:
    from weighbridge.reason.evaluate import Evaluator


class Quick:
    """Judges rules for the case, half and authorities of an evaluator, verdicts only."""

    def __init__(self, evaluator: Evaluator, linears: dict[tuple[int, int], Linear | None]) -> None:
        """Share the evaluator's case and its comparisons; nothing is concluded yet."""
        self.law: Law = evaluator.law
        self.case: Case = evaluator.case
        self.presume = evaluator.presume
        self.counts = evaluator.counts
        self._linears = linears
        self._concluded: dict[tuple[str, int, str], Verdict] = {}

    def judge(self, rule: Rule, row: Row, day: int) -> Verdict:
        """Return ``scope and addressee and when and no exception`` on ``day``."""
        addressee = self._addressee(rule, row, day)
        if addressee is False:
            return False
        scope = self._scope(rule, row, day)
        if scope is False:
            return False
        gated = self.condition(rule, row, day)
        if gated is False:
            return False
        return None if addressee is None or scope is None or gated is None else True

    def _addressee(self, rule: Rule, row: Row, day: int) -> Verdict:
        if rule.binding is None:
            return True
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        return self._flag(term.fact, row, day, rule.pack) if term is not None else None

    def _scope(self, rule: Rule, row: Row, day: int) -> Verdict:
        scopes = [each for each in self.law.scope(rule.pack, day) if self.counts(each)]
        return self._any_gated(scopes, row, day) if scopes else True

    def _any_gated(self, rules: Iterable[Rule], row: Row, day: int) -> Verdict:
        found: Verdict = False
        for rule in rules:
            verdict = self.condition(rule, row, day)
            if verdict is True:
                return True
            if verdict is None:
                found = None
        return found

    def condition(self, rule: Rule, row: Row, day: int) -> Verdict:
        """Return whether a rule's own condition holds and no exception to it does."""
        verdict = self._node(rule.when, row, day, rule.pack)
        if verdict is False:
            return False
        for exception in self.law.exceptions(rule, day):
            if self.counts(exception):
                lifted = self.condition(exception, row, day)
                if lifted is True:
                    return False
                if lifted is None:
                    verdict = None
        return verdict

    def _node(self, node: Node, row: Row, day: int, pack: str) -> Verdict:
        match node:
            case Flag():
                return self._flag(node.fact, row, day, pack)
            case All():
                return self._parts(node.parts, False, row, day, pack)
            case Any_():
                return self._parts(node.parts, True, row, day, pack)
            case Not():
                verdict = self._node(node.part, row, day, pack)
                return None if verdict is None else not verdict
            case In():
                value = self.case.value(node.fact, row)
                return value in node.words if isinstance(value, str) else None
            case Compare():
                return self._compare(node, row, day)
        return True  # Always

    def _parts(
        self, parts: Iterable[Node], decisive: bool, row: Row, day: int, pack: str
    ) -> Verdict:
        found: Verdict = not decisive
        for part in parts:
            verdict = self._node(part, row, day, pack)
            if verdict is decisive:
                return decisive
            if verdict is None:
                found = None
        return found

    def _compare(self, node: Compare, row: Row, day: int) -> Verdict:
        at = (id(node), day)
        if at not in self._linears:
            self._linears[at] = linear_at(node, self.law, day)
        linear = self._linears[at]
        return compare(linear, lambda fact: self._range(fact, row)) if linear else None

    def _range(self, fact: str, row: Row) -> Range | None:
        value = self.case.value(fact, row)
        return value if isinstance(value, Range) else None

    def _flag(self, name: str, row: Row, day: int, pack: str) -> Verdict:
        if name not in self.law.concluded:
            value = self.case.value(name, row)
            return value if isinstance(value, bool) else None
        at = (self.case.key(name, row, role=True), day, pack)
        if at not in self._concluded:
            self._concluded[at] = self._conclude(name, row, day, pack)
        return self._concluded[at]

    def _conclude(self, name: str, row: Row, day: int, pack: str) -> Verdict:
        given = self.case.value(name, row)
        if isinstance(given, bool):
            return given
        rules = [each for each in self.law.definitions(name, day, pack) if self.counts(each)]
        verdict = self._any_gated(rules, row, day)
        if verdict is False and not any(each.body["complete"] for each in rules):
            verdict = None
        if verdict is not None or not self.presume:
            return verdict
        return self._presumed(self.law.presumptions(name, day, pack), row, day)

    def _presumed(self, rules: Iterable[Rule], row: Row, day: int) -> Verdict:
        """Return what the presumptions that speak agree on, or ``None``."""
        said = {
            bool(rule.body["value"])
            for rule in rules
            if self.counts(rule)
            and self.condition(rule, row, day) is True
            and (rule.unless is None or self._node(rule.unless, row, day, rule.pack) is not True)
        }
        return said.pop() if len(said) == 1 else None
