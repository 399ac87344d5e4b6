"""One question to Z3: a model, none, or undecided with the reason.

The bound is a count of Z3's own steps (``rlimit``), never a clock, and the seed is fixed: the same
question has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import z3

from weighbridge.reason.pairs import Term
from weighbridge.reason.smt_compare import ROOMY
from weighbridge.reason.smt_facts import Symbols

STEPS = 24_000_000
"""How many steps Z3 may take for one question."""

OUT_OF_STEPS = "Z3 did not decide it within {steps:,} of its steps ({reason})"
_STOPPED = "interrupted"


class NotDecided(Exception):
    """Z3 came to no answer; the text says why."""


class Asker:
    """Asks about releases: what is so of every release is told once and kept."""

    def __init__(self, *symbols: Symbols, steps: int = STEPS, roomy: bool = False) -> None:
        """Take the symbols whose domains hold in every question.

        roomy: look at no release in which a sum is at the mercy of rounding
        """
        self._roomy = roomy
        self._symbols = symbols
        self._told = [0] * len(symbols)
        self._steps = steps
        self._solver = z3.Solver()
        self._solver.set("rlimit", steps)
        self._solver.set("random_seed", 0)

    def model(self, *terms: Term) -> Any | None:
        """Return a model in which every term holds, ``None`` where there is none.

        One that is not at the mercy of rounding comes first.

        Raises :class:`NotDecided`, and ``KeyboardInterrupt`` where Z3 took the signal.
        """
        if any(term is False for term in terms):
            return None
        self._tell_domains()
        self._solver.push()
        try:
            self._solver.add(*[term for term in terms if term is not True])
            answer = self._solver.check(ROOMY)
            if answer == z3.unsat and not self._roomy and self._solver.unsat_core():
                answer = self._solver.check()
            if answer == z3.sat:
                return self._solver.model()
            if answer == z3.unsat:
                return None
            reason = self._solver.reason_unknown()
        finally:
            self._solver.pop()
        if _STOPPED in reason:
            raise KeyboardInterrupt
        raise NotDecided(OUT_OF_STEPS.format(steps=self._steps, reason=reason))

    @contextmanager
    def supposing(self, *terms: Term) -> Iterator[None]:
        """Let every question asked meanwhile suppose these terms, which are told once."""
        self._tell_domains()
        told = list(self._told)
        self._solver.push()
        try:
            self._solver.add(*[term for term in terms if term is not True])
            yield
        finally:
            self._solver.pop()
            self._told = told

    def possible(self, *terms: Term) -> bool:
        """Return whether some release makes every term hold. Raises :class:`NotDecided`."""
        return self.model(*terms) is not None

    def _tell_domains(self) -> None:
        for index, symbols in enumerate(self._symbols):
            new: Iterable[Term] = symbols.domain[self._told[index] :]
            self._solver.add(*[term for term in new if term is not True])
            self._told[index] = len(symbols.domain)
