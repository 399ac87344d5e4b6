"""A residual as a classical formula for Z3, each number bounded by what is known of it.

Imported only where trying completions proves nothing. Exact rationals of the doubles, and a
fixed resource limit instead of a clock, so that the answer is the same on every machine; what
Z3 cannot decide within it stays unknown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import z3

from weighbridge.facts import Range
from weighbridge.reason.proof import Verdict
from weighbridge.reason.residual import Number, Part, Residual, Truth, Word

RESOURCE_LIMIT = 2_000_000


def settled_by_z3(residual: Residual) -> Verdict:
    """Return true or false where no completion gives the opposite, else ``None``."""
    encoder = _Encoder()
    formula = encoder.formula(residual)
    if _impossible(encoder.domain, z3.Not(formula)):
        return True
    return False if _impossible(encoder.domain, formula) else None


def _impossible(domain: list[Any], formula: Any) -> bool:
    solver = z3.Solver()
    solver.set("rlimit", RESOURCE_LIMIT)
    solver.set("random_seed", 0)
    solver.add(*domain, formula)
    return bool(solver.check() == z3.unsat)


class _Encoder:
    """Turns residuals into Z3 terms; ``domain`` holds the bounds of the symbols met."""

    def __init__(self) -> None:
        self.domain: list[Any] = []
        self._symbols: dict[str, Any] = {}
        self._formulas: dict[Residual, Any] = {}

    def formula(self, residual: Residual) -> Any:
        """Return the term of a residual; a part that recurs is encoded once."""
        if residual not in self._formulas:
            self._formulas[residual] = self._encoded(residual)
        return self._formulas[residual]

    def _encoded(self, residual: Residual) -> Any:
        if isinstance(residual, bool):
            return z3.BoolVal(residual)
        if isinstance(residual, Truth):
            return z3.Bool(f"free:{residual.key}" if residual.free else residual.key)
        if isinstance(residual, Word):
            return self._word(residual)
        if isinstance(residual, Number):
            return self._comparison(residual)
        return self._part(residual)

    def _part(self, part: Part) -> Any:
        parts = [self.formula(each) for each in part.parts]
        if part.kind == "not":
            return z3.Not(parts[0])
        return z3.And(*parts) if part.kind == "all" else z3.Or(*parts)

    def _word(self, word: Word) -> Any:
        if word.key not in self._symbols:
            symbol = z3.Int(word.key)
            self.domain += [symbol >= 0, symbol < len(word.known)]
            self._symbols[word.key] = symbol
        symbol = self._symbols[word.key]
        return z3.Or(*[symbol == word.known.index(each) for each in word.words])

    def _comparison(self, number: Number) -> Any:
        ranges = dict(number.ranges)
        products = [
            _exact(factor) * self._number(key, months, ranges[key])
            for key, months, factor in number.linear.coefficients
        ]
        total, constant = z3.Sum(products), _exact(number.linear.constant)
        match number.linear.operator:
            case ">":
                return total > constant
            case ">=":
                return total >= constant
            case "<":
                return total < constant
            case "<=":
                return total <= constant
        return total == constant

    def _number(self, key: str, months: int, known: Range) -> Any:
        """Return the variable of a number; a date moved by months is one of its own, unbounded."""
        name = f"{key}+{months}m" if months else key
        if name not in self._symbols:
            symbol = z3.Real(name)
            if not months and known.low is not None:
                self.domain.append(symbol >= _exact(known.low))
            if not months and known.high is not None:
                self.domain.append(symbol <= _exact(known.high))
            self._symbols[name] = symbol
        return self._symbols[name]


def _exact(number: float) -> Any:
    fraction = Fraction(number)
    return z3.Q(fraction.numerator, fraction.denominator)
