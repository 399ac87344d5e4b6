"""The reference evaluator: what a rule means. Every other engine is tested to agree with it.

Kleene's three values as a pair (is true, is false); a proof is always made. The settled half
uses known facts alone; the presumed half adds presumptions (DESIGN 5).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from weighbridge.facts import Range
from weighbridge.reason.case import Case, Row
from weighbridge.reason.compare import Linear, compare, linear_at
from weighbridge.reason.proof import Conclusion, Proof, Verdict
from weighbridge.reason.quick import Quick
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import All, Always, Any_, Compare, Flag, In, Node, Not
from weighbridge.rules.rule import Rule


def conjunction(verdicts: list[Verdict]) -> Verdict:
    """Return Kleene's *and*."""
    if False in verdicts:
        return False
    return None if None in verdicts else True


def disjunction(verdicts: list[Verdict]) -> Verdict:
    """Return Kleene's *or*."""
    if True in verdicts:
        return True
    return None if None in verdicts else False


def negation(verdict: Verdict) -> Verdict:
    """Return Kleene's *not*."""
    return None if verdict is None else not verdict


class Evaluator:
    """Judges rules for one case on one half.

    presume:     whether presumptions speak where a fact is otherwise neither true nor false
    authorities: the kinds of text that count; ``None`` means all
    """

    def __init__(
        self,
        law: Law,
        case: Case,
        *,
        presume: bool = True,
        authorities: frozenset[str] | None = None,
        today: int | None = None,
    ) -> None:
        """Start with nothing concluded yet; conclusions of another day than ``today`` say so."""
        self.law = law
        self.case = case
        self.presume = presume
        self.authorities = authorities
        self.today = today
        self.conclusions: dict[tuple[str, int, str], Conclusion] = {}
        self._linears: dict[tuple[int, int], Linear | None] = {}
        self._fewer: dict[frozenset[str], Evaluator] = {}
        self._walk: dict[type, Callable[[Any, Row, int, str], Proof]] = {
            Flag: self._flag,
            Compare: self._compare,
            In: self._in,
            All: self._all,
            Any_: self._any,
            Not: self._not,
            Always: self._always,
        }

    @cached_property
    def quick(self) -> Quick:
        """The same half and case for those who need the verdict and no proof."""
        return Quick(self, self._linears)

    def but(self, case: Case) -> Evaluator:
        """Return an evaluator of the same half for another case."""
        return Evaluator(
            self.law, case, presume=self.presume, authorities=self.authorities, today=self.today
        )

    def knowing_only(self, keys: frozenset[str]) -> Evaluator:
        """Return an evaluator that knows these facts alone, kept for whoever asks again."""
        if keys not in self._fewer:
            values = {key: value for key, value in self.case.values.items() if key in keys}
            self._fewer[keys] = self.but(Case(self.law, values, self.case.axes))
        return self._fewer[keys]

    def counts(self, rule: Rule) -> bool:
        """Return whether this kind of text counts here."""
        return self.authorities is None or rule.authority in self.authorities

    def judge(self, rule: Rule, row: Row, day: int) -> Proof:
        """Return the proof of ``scope and addressee and when and no exception`` on ``day``."""
        parts = [
            *self._scope(rule, row, day),
            *self._addressee(rule, row, day),
            self._condition(rule, row, day),
        ]
        for exception in self.law.exceptions(rule, day):
            if self.counts(exception):
                parts.append(self._without(exception, row, day))
        verdict = conjunction([part.verdict for part in parts])
        return Proof("rule", verdict, rule.key, tuple(parts))

    def condition(self, rule: Rule, row: Row, day: int) -> Proof:
        """Return the proof of a rule's own ``when`` and its exceptions, without scope."""
        return self._gated("definition", rule, row, day)

    def node(self, node: Node, row: Row, day: int, pack: str) -> Proof:
        """Return the proof of one condition."""
        return self._walk[type(node)](node, row, day, pack)

    def _scope(self, rule: Rule, row: Row, day: int) -> list[Proof]:
        scopes = [each for each in self.law.scope(rule.pack, day) if self.counts(each)]
        if not scopes:
            return []
        proofs = tuple(self._gated("scope", each, row, day) for each in scopes)
        if len(proofs) == 1:
            return [proofs[0]]
        verdict = disjunction([proof.verdict for proof in proofs])
        return [Proof("any", verdict, "", proofs)]

    def _addressee(self, rule: Rule, row: Row, day: int) -> list[Proof]:
        if rule.binding is None:
            return []
        pack = self.law.packs[rule.pack]
        term = pack.addressee(rule.binding.addressee, rule.object)
        if term is None:
            return [Proof("addressee", None, rule.binding.addressee)]
        return [Proof("addressee", *self._leaf_of(term.fact, term.name, row, day, rule.pack))]

    def _leaf_of(
        self, fact: str, name: str, row: Row, day: int, pack: str
    ) -> tuple[Verdict, str, tuple[Proof, ...]]:
        leaf = self._flag(Flag(fact), row, day, pack)
        return leaf.verdict, name, (leaf,)

    def _condition(self, rule: Rule, row: Row, day: int) -> Proof:
        return self.node(rule.when, row, day, rule.pack)

    def _without(self, exception: Rule, row: Row, day: int) -> Proof:
        proof = self._gated("exception", exception, row, day)
        return Proof("not", negation(proof.verdict), "", (proof,))

    def _gated(self, kind: str, rule: Rule, row: Row, day: int) -> Proof:
        parts = [self.node(rule.when, row, day, rule.pack)]
        for exception in self.law.exceptions(rule, day):
            if self.counts(exception):
                parts.append(self._without(exception, row, day))
        return Proof(kind, conjunction([part.verdict for part in parts]), rule.key, tuple(parts))

    def _always(self, *_: object) -> Proof:
        return Proof("always", True)

    def _flag(self, node: Flag, row: Row, day: int, pack: str) -> Proof:
        if node.fact in self.law.concluded:
            conclusion = self._conclude(node.fact, row, day, pack)
            return Proof("concluded", conclusion.verdict, conclusion.key, detail=conclusion)
        value = self.case.value(node.fact, row)
        verdict = value if isinstance(value, bool) else None
        return Proof("flag", verdict, node.fact, keys=(self.case.key(node.fact, row),), detail=node)

    def _in(self, node: In, row: Row, *_: object) -> Proof:
        value = self.case.value(node.fact, row)
        verdict = value in node.words if isinstance(value, str) else None
        keys = () if node.fact == "role" else (self.case.key(node.fact, row),)
        return Proof("in", verdict, node.fact, keys=keys, detail=node)

    def _compare(self, node: Compare, row: Row, day: int, *_: object) -> Proof:
        at = (id(node), day)
        if at not in self._linears:
            self._linears[at] = linear_at(node, self.law, day)
        linear = self._linears[at]
        verdict = compare(linear, lambda fact: self._range(fact, row)) if linear else None
        keys = tuple([self.case.key(fact, row) for fact in node.facts])
        if verdict is not None:
            return Proof("compare", verdict, node.text, keys=keys, detail=node)
        inexact = [fact for fact in node.facts if not self._exact(fact, row)]
        open_ = tuple([self.case.key(fact, row) for fact in inexact]) if linear else ()
        return Proof("compare", None, node.text, keys=keys, detail=node, open=open_)

    def _exact(self, fact: str, row: Row) -> bool:
        known = self._range(fact, row)
        return known is not None and known.exact

    def _range(self, fact: str, row: Row) -> Range | None:
        value = self.case.value(fact, row)
        return value if isinstance(value, Range) else None

    def _all(self, node: All, row: Row, day: int, pack: str) -> Proof:
        parts = tuple([self._walk[type(each)](each, row, day, pack) for each in node.parts])
        return Proof("all", conjunction([part.verdict for part in parts]), "", parts)

    def _any(self, node: Any_, row: Row, day: int, pack: str) -> Proof:
        parts = tuple([self._walk[type(each)](each, row, day, pack) for each in node.parts])
        return Proof("any", disjunction([part.verdict for part in parts]), "", parts)

    def _not(self, node: Not, row: Row, day: int, pack: str) -> Proof:
        part = self.node(node.part, row, day, pack)
        return Proof("not", negation(part.verdict), "", (part,))

    def _conclude(self, name: str, row: Row, day: int, pack: str) -> Conclusion:
        key = self.case.key(name, row, role=True)
        if self.today is not None and day != self.today:
            key = f"{key}@{date.fromordinal(day).isoformat()}"
        at = (key, day, pack)
        if at not in self.conclusions:
            self.conclusions[at] = self._conclusion(key, name, row, day, pack)
        return self.conclusions[at]

    def _conclusion(self, key: str, name: str, row: Row, day: int, pack: str) -> Conclusion:
        given = self.case.value(name, row)
        if isinstance(given, bool):
            leaf = Proof("flag", given, name, keys=(self.case.key(name, row),), detail=Flag(name))
            return Conclusion(key, name, given, (leaf,), True, given=True)
        rules = [each for each in self.law.definitions(name, day, pack) if self.counts(each)]
        proofs = tuple([self._gated("definition", each, row, day) for each in rules])
        complete = any(each.body["complete"] for each in rules)
        verdict = disjunction([proof.verdict for proof in proofs])
        if verdict is False and not complete:
            verdict = None
        if verdict is not None or not self.presume:
            return Conclusion(key, name, verdict, proofs, complete)
        return self._presumed(key, name, row, day, pack, proofs, complete)

    def _presumed(
        self,
        key: str,
        name: str,
        row: Row,
        day: int,
        pack: str,
        proofs: tuple[Proof, ...],
        complete: bool,
    ) -> Conclusion:
        """Let the presumptions of a fact speak: ``when`` is true and ``unless`` is not."""
        speaking = []
        for rule in self.law.presumptions(name, day, pack):
            if not self.counts(rule):
                continue
            when = self._gated("presumption", rule, row, day)
            unless = self.node(rule.unless, row, day, pack) if rule.unless is not None else None
            if when.verdict is True and (unless is None or unless.verdict is not True):
                below = () if unless is None else (Proof("unless", unless.verdict, "", (unless,)),)
                proof = Proof("presumption", rule.body["value"], rule.key, (*when.parts, *below))
                speaking.append(proof)
        if len({proof.verdict for proof in speaking}) != 1:
            return Conclusion(key, name, None, proofs, complete)
        return Conclusion(key, name, speaking[0].verdict, proofs, complete, speaking[0])
