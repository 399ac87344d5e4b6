"""Asking Z3 whether any cheaper plan meets the same demands: a second pair of eyes on the search.

Imported only when a plan is made. A fixed resource limit instead of a clock; what Z3 cannot decide
within it stays unproved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import z3

from weighbridge.plan.search import Choices, Chosen, Demand
from weighbridge.plan.truths import NO, YES

RESOURCE_LIMIT = 20_000_000


def nothing_cheaper(
    demands: Iterable[Demand],
    choices: Choices,
    chosen: Chosen,
    barred: Iterable[int] = (),
) -> bool | None:
    """Return whether no plan costs less; ``None`` where Z3 cannot tell within its limit.

    ``barred`` are the changes that no plan makes.
    """
    terms = _Terms(choices)
    solver = z3.Solver()
    solver.set("rlimit", RESOURCE_LIMIT)
    solver.set("random_seed", 0)
    for demand in dict.fromkeys(demands):
        solver.add(terms.met(demand))
    solver.add(*(z3.Not(terms.change(each)) for each in sorted(barred)))
    solver.add(*terms.conflicts(), terms.cheaper(chosen))
    answer = solver.check()
    return None if answer == z3.unknown else bool(answer == z3.unsat)


class _Terms:
    """Demands, conflicts and prices as terms of Z3."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._truths: dict[int, Any] = {YES: z3.BoolVal(True), NO: z3.BoolVal(False)}

    def change(self, choice: int) -> Any:
        return z3.Bool(f"change {choice}")

    def answer(self, name: str) -> Any:
        return z3.Bool(f"answer {name}")

    def truth(self, truth: int) -> Any:
        """Return the term of a truth, each branch once."""
        if truth not in self._truths:
            choice, without, made = self.choices.truths.branches[truth]
            self._truths[truth] = z3.If(self.change(choice), self.truth(made), self.truth(without))
        return self._truths[truth]

    def met(self, demand: Demand) -> Any:
        answers = [self.answer(each) for each in demand.answers]
        given = z3.And(*answers) if demand.every else z3.Or(*answers)
        return z3.Or(self.truth(demand.ends), given) if answers else self.truth(demand.ends)

    def conflicts(self) -> list[Any]:
        return [
            z3.Not(z3.And(self.change(one), self.change(two)))
            for one, others in self.choices.conflicts.items()
            for two in others
            if one < two
        ]

    def cheaper(self, chosen: Chosen) -> Any:
        """Return that fewer changes leave, or as many at fewer hours."""
        leaving = [(self.change(each), 1) for each in sorted(self.choices.leaving)]
        weights = [(self.change(each), weight) for each, weight in self.choices.changes.items()]
        weights += [(self.answer(each), weight) for each, weight in self.choices.answers.items()]
        fewer = _below(leaving, chosen.price.leaves)
        return z3.Or(
            fewer,
            z3.And(_below(leaving, chosen.price.leaves + 1), _below(weights, chosen.price.weight)),
        )


def _below(weights: list[tuple[Any, int]], bound: int) -> Any:
    """Return that the terms that hold weigh less than ``bound`` together."""
    paid = [(term, weight) for term, weight in weights if weight]
    if bound <= 0:
        return z3.BoolVal(False)
    return z3.PbLe(paid, bound - 1) if paid else z3.BoolVal(True)
