"""A proof's open part as a classical formula for Z3, with each number bounded by its range.

Imported only when a number pulls both ways. Exact rationals of the doubles; a fixed resource
limit instead of a clock, so that the answer is the same on every machine; what Z3 cannot
decide within it stays unknown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import z3

from weighbridge.facts import Range
from weighbridge.reason.case import Row
from weighbridge.reason.compare import Linear, linear_at
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.rules.nodes import Compare, In

RESOURCE_LIMIT = 2_000_000


def settled_by_z3(evaluator: Evaluator, proof: Proof, row: Row, day: int) -> Verdict:
    """Return true or false where no completion gives the opposite, else ``None``."""
    encoder = _Encoder(evaluator, row, day)
    formula = encoder.formula(proof)
    if _impossible(encoder.domain, z3.Not(formula)):
        return True
    if _impossible(encoder.domain, formula):
        return False
    return None


def _impossible(domain: list[Any], formula: Any) -> bool:
    solver = z3.Solver()
    solver.set("rlimit", RESOURCE_LIMIT)
    solver.set("random_seed", 0)
    solver.add(*domain, formula)
    return bool(solver.check() == z3.unsat)


class _Encoder:
    def __init__(self, evaluator: Evaluator, row: Row, day: int) -> None:
        self.evaluator = evaluator
        self.row = row
        self.day = day
        self.domain: list[Any] = []
        self._symbols: dict[str, Any] = {}

    def formula(self, proof: Proof) -> Any:
        """Return the formula of a proof; what is decided already is a constant."""
        if proof.verdict is not None:
            return z3.BoolVal(proof.verdict)
        conclusion = proof.conclusion
        if conclusion is not None:
            ways = [self.formula(below) for below in conclusion.proofs]
            if not conclusion.complete:
                ways.append(z3.Bool(f"other:{conclusion.key}"))
            return z3.Or(*ways)
        if proof.kind == "compare":
            return self._comparison(proof)
        if proof.kind == "in":
            return self._membership(proof)
        if proof.kind == "flag" or not proof.parts:
            return z3.Bool((proof.keys or (proof.text,))[0])
        parts = [self.formula(part) for part in proof.parts]
        if proof.kind == "not":
            return z3.Not(parts[0])
        return z3.Or(*parts) if proof.kind == "any" else z3.And(*parts)

    def _comparison(self, proof: Proof) -> Any:
        node = proof.detail
        assert isinstance(node, Compare)
        linear = linear_at(node, self.evaluator.law, self.day)
        if linear is None:
            return z3.Bool(f"not in force:{node.text}")
        keys = dict(zip(node.facts, proof.keys, strict=True))
        total = z3.Sum(
            [
                _exact(each) * self._number(fact, keys[fact], months)
                for fact, months, each in linear.coefficients
            ]
        )
        return _related(linear, total)

    def _number(self, fact: str, key: str, months: int) -> Any:
        """Return the variable of a number; a date moved by months is one of its own."""
        name = f"{key}+{months}m" if months else key
        if name not in self._symbols:
            symbol = z3.Real(name)
            known = None if months else self.evaluator.case.value(fact, self.row)
            if isinstance(known, Range):
                self._bound(symbol, known)
            self._symbols[name] = symbol
        return self._symbols[name]

    def _bound(self, symbol: Any, known: Range) -> None:
        if known.low is not None:
            self.domain.append(symbol >= _exact(known.low))
        if known.high is not None:
            self.domain.append(symbol <= _exact(known.high))

    def _membership(self, proof: Proof) -> Any:
        node = proof.detail
        assert isinstance(node, In)
        key = proof.keys[0]
        if key not in self._symbols:
            words = list(self.evaluator.law.vocabulary[node.fact].values)
            symbol = z3.Int(key)
            self.domain += [symbol >= 0, symbol < len(words)]
            self._symbols[key] = (symbol, words)
        symbol, words = self._symbols[key]
        return z3.Or(*[symbol == words.index(word) for word in node.words])


def _exact(number: float) -> Any:
    fraction = Fraction(number)
    return z3.Q(fraction.numerator, fraction.denominator)


def _related(linear: Linear, total: Any) -> Any:
    constant = _exact(linear.constant)
    match linear.operator:
        case ">":
            return total > constant
        case ">=":
            return total >= constant
        case "<":
            return total < constant
        case "<=":
            return total <= constant
    return total == constant
