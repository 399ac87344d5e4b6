"""The law specialised to a table: one circuit for everything that is asked of its rows.

A fact without a column is unknown for every row and folds away; rules that are left alike share
what is left. What an engine runs is ``circuit`` down from the outputs of ``answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from weighbridge.facts import Value
from weighbridge.reason.case import Row
from weighbridge.reason.columns.circuit import FALSE, TRUE, Circuit, Id, Pair
from weighbridge.reason.columns.completions import MOST_TRIES, Agreed, Completions
from weighbridge.reason.columns.formula import Formulas
from weighbridge.reason.columns.pairs import Pairs, Tests
from weighbridge.reason.columns.table import Table
from weighbridge.reason.columns.unfold import Unfolder
from weighbridge.reason.judge import Judge
from weighbridge.rules.rule import Rule

Question = tuple[Rule, Row]
"""A rule and the kind of row it is asked of: role and market; actor and use have no name."""


@dataclass(frozen=True, slots=True)
class Force:
    """Whether a rule binds on the as-of date.

    state: ``yes``, ``not-yet``, ``no-longer`` or ``never`` for all rows, else ``None``: then
           ``pair`` says *yes* where true, *not-yet* where false, and where neither, that it is
           unknown whether a transition moves the first day
    """

    state: str | None
    pair: Pair


@dataclass(frozen=True, slots=True)
class Answer:
    """What the circuit says of one question.

    pair:    whether the rule applies: what the reference's verdict is, settled by completions
    settled: true where the verdict follows from known facts alone (basis *settled*)
    doubt:   true where only the reference can tell whether all completions agree, for there was
             too much to try; such rows claim too little: they are unknown or presumed
    facts:   the keys of all facts that bear on it, those without a column included
    """

    rule: Rule
    row: Row
    pair: Pair
    settled: Id
    force: Force
    doubt: Id
    facts: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the pair is what the reference says for every row."""
        return self.doubt == FALSE


class Specialised:
    """The circuit for a table and what was asked of it."""

    def __init__(
        self, table: Table, circuit: Circuit, answers: tuple[Answer, ...], reference: Judge
    ) -> None:
        """Keep the parts; :func:`specialise` makes them."""
        self.table = table
        self.circuit = circuit
        self.answers = answers
        self.as_of = reference.as_of
        self._reference = reference

    def judge(self, values: Mapping[str, Value]) -> Judge:
        """Return the reference for the facts of one row: what every engine must agree with."""
        return self._reference.under(self.table.law, values, self.as_of)

    @cached_property
    def outputs(self) -> tuple[Id, ...]:
        """The nodes that the answers speak of, each once."""
        wires = dict.fromkeys(wire for each in self.answers for wire in _wires(each))
        return tuple(wire for wire in wires if wire not in (FALSE, TRUE))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be read."""
        return self.circuit.columns(self.outputs)

    @cached_property
    def trees(self) -> tuple[Pair, ...]:
        """The distinct pairs that are left of the rules, in the order met."""
        pairs = dict.fromkeys(each.pair for each in self.answers if not each.pair.constant)
        return tuple(pairs)

    def report(self) -> dict[str, int]:
        """Return how much was asked and how much of it is left to compute."""
        constant = sum(each.pair.constant for each in self.answers)
        return {
            "asked": len(self.answers),
            "same_for_all_rows": constant,
            "trees": len(self.trees),
            "steps": len(self.circuit.needed(self.outputs)),
            "columns": len(self.columns),
            "for_the_reference": sum(not each.exact for each in self.answers),
        }


def _wires(answer: Answer) -> Iterator[Id]:
    yield from answer.pair
    yield from (answer.settled, answer.doubt)
    yield from answer.force.pair


def specialise(
    table: Table,
    asked: Iterable[Question],
    as_of: int,
    *,
    presume: bool = True,
    authorities: frozenset[str] | None = None,
    tries: int = MOST_TRIES,
) -> Specialised:
    """Return the circuit that answers every question for each row of a table, as the judge would.

    as_of:       the ordinal of the day asked about
    presume:     whether presumptions may speak
    authorities: the kinds of text that count; ``None`` means all
    tries:       how much may be supposed for one rule to settle its rows here; few for a table of
                 few rows, whose doubts the reference settles sooner
    """
    maker = _Maker(table, as_of, tries, presume=presume, authorities=authorities)
    answers = tuple(maker.answer(rule, row) for rule, row in asked)
    reference = Judge(table.law, {}, as_of, presume=presume, authorities=authorities)
    return Specialised(table, maker.circuit, answers, reference)


class _Maker:
    def __init__(
        self,
        table: Table,
        as_of: int,
        tries: int,
        *,
        presume: bool,
        authorities: frozenset[str] | None,
    ) -> None:
        self.law = table.law
        self.as_of = as_of
        formulas = Formulas()
        markets: dict[str, tuple[str, str]] = {}
        self.circuit = Circuit()
        self.halves = [
            Unfolder(formulas, table, markets, presume=half, authorities=authorities)
            for half in ([False, True] if presume else [False])
        ]
        self.pairs = Pairs(formulas, Tests(self.circuit, table, markets))
        self.completions = Completions(self.pairs, tries)

    def answer(self, rule: Rule, row: Row) -> Answer:
        day = rule.interval.nearest(self.as_of)
        trees = dict.fromkeys(half.judge(rule, row, day) for half in self.halves)
        found = [self.completions.settle(tree) for tree in trees]
        pairs = [Pair(true.least, false.least) for true, false in found]
        settled = self.circuit.either(*pairs[0])
        facts = frozenset().union(*(self.pairs.facts_of(tree) for tree in trees))
        return Answer(
            rule=rule,
            row=row,
            pair=self.circuit.first(pairs),
            settled=settled,
            force=self._force(rule, row),
            doubt=self._doubt(found),
            facts=tuple(sorted(facts)),
        )

    def _doubt(self, found: list[tuple[Agreed, Agreed]]) -> Id:
        """Return the rows that no half before knows and that completions may settle on a half."""
        doubt = known = FALSE
        for true, false in found:
            known = self.circuit.either(known, true.least, false.least)
            if (true.least, false.least) != (true.most, false.most):
                most = self.circuit.either(true.most, false.most)
                doubt = self.circuit.either(
                    doubt, self.circuit.both(most, self.circuit.negated(known))
                )
        return doubt

    def _force(self, rule: Rule, row: Row) -> Force:
        start, end = self.law.first_day(rule, self.as_of), rule.interval.end
        if not self.law.obliges(rule):
            return Force("never", Pair(FALSE, TRUE))
        if end is not None and self.as_of >= end:
            return Force("no-longer", Pair(FALSE, TRUE))
        if start is not None and self.as_of < start:
            return Force("not-yet", Pair(FALSE, TRUE))
        pair = Pair(TRUE, FALSE)
        for transition in reversed(self.law.transitions(rule)):
            if self.halves[0].counts(transition):
                pair = self._moved(transition, row, pair)
        state = {(TRUE, FALSE): "yes", (FALSE, TRUE): "not-yet"}.get(pair)
        return Force(state, pair)

    def _moved(self, transition: Rule, row: Row, else_: Pair) -> Pair:
        """Return *in force*: a transition that holds puts it off; where it does not, the next."""
        day = transition.interval.nearest(self.as_of)
        to = self.law.parameters[transition.body["to"]].at(day)
        if to is None or self.as_of >= to.value:
            return else_
        moves = self.circuit.first(
            self.pairs.pair(half.condition(transition, row, day)) for half in self.halves
        )
        stays, waits = (self.circuit.both(moves.false, each) for each in else_)
        return Pair(stays, self.circuit.either(moves.true, waits))
