"""The smallest change of facts that flips a verdict: an explanation, never advice.

Two answers: the fewest facts of any kind, and the cheapest of those that somebody has in hand,
by how hard each is to change. Thresholds are told by their parameter, and what is found is judged
again by the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import NamedTuple

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.facts import FactType, Range, Value
from weighbridge.facts.keys import name_of
from weighbridge.plan.levers import Levers, shipped_levers
from weighbridge.plan.truths import NO, YES, TooManyBranches, Truths
from weighbridge.plan.weigh import Setting, Weigher
from weighbridge.reason.case import Case, Row
from weighbridge.reason.compare import Linear, linear_at
from weighbridge.reason.proof import Verdict
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import Compare, Flag, In, Node, leaves

MOST_BRANCHES = 200_000
_UPWARD = {">": True, ">=": True, "<": False, "<=": False}
_COSTS = {"easy": 1, "costly": 10}
_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Supposed:
    """One fact as it would have to be.

    before, after: the value it has and one that would do; ``None`` is unknown
    bound:         for a number, the side of which line it lies on: ``more``, ``at-least``,
                   ``less``, ``at-most`` or ``exactly``; empty for the others
    line:          where that line is
    parameters:    the names of the parameters that draw it
    who_loses:     who loses access, where it shuts people out; such facts come last
    never:         why nobody is told to change it, where a plan never does
    """

    key: str
    before: Value | None
    after: Value
    bound: str = ""
    line: float = 0.0
    parameters: tuple[str, ...] = ()
    who_loses: str = ""
    never: str = ""


@dataclass(frozen=True, slots=True)
class Flip:
    """What would flip the verdict of one row.

    wanted:  the verdict it would have
    fewest:  the fewest facts that do it, whatever they are
    in_hand: the cheapest that do it without touching what is history; empty where none does
    known:   whether everything was looked at
    """

    row: RowVerdict
    wanted: bool
    fewest: tuple[Supposed, ...]
    in_hand: tuple[Supposed, ...]
    known: bool = True


def flips(assessment: Assessment, rule: str, levers: Levers | None = None) -> tuple[Flip, ...]:
    """Return for each row of a rule what would flip it; an unknown one is flipped to *no*."""
    rows = [row for row in assessment.verdicts if row.rule.id == rule]
    known = levers or shipped_levers()
    return tuple(_Flipper(assessment, row, known).flip() for row in rows)


class _Option(NamedTuple):
    choice: int
    supposed: Supposed


class _Flipper:
    """Looks for what flips one row."""

    def __init__(self, assessment: Assessment, row: RowVerdict, levers: Levers) -> None:
        self.judge = assessment.judge
        self.law = assessment.law
        self.row = row
        self.levers = levers
        self.truths = Truths(MOST_BRANCHES)
        self.options = self._options()
        self.by_choice = {each.choice: each.supposed for each in self.options}

    def flip(self) -> Flip:
        """Return what was found, each set judged again."""
        wanted = self.row.judged.verdict is False
        settings: dict[str, list[Setting]] = {}
        for choice, supposed in self.options:
            settings.setdefault(supposed.key, []).append(Setting(choice, supposed.after))
        weigher = Weigher(
            self.judge.case,
            self.judge.as_of,
            self.truths,
            settings,
            presume=self.judge.presume,
            authorities=self.judge.authorities,
        )
        try:
            pair = weigher.applies(self.row.rule, self.row.judged.row)
            where = pair.true if wanted else pair.false
            for each in settings.values():
                where = self.truths.both(where, self._one_of(each))
        except TooManyBranches:
            return Flip(self.row, wanted, (), (), known=False)
        fewest = self._best(where, dict.fromkeys(self.by_choice, 1))
        in_hand = self._best(where, self._costs())
        return Flip(self.row, wanted, self._judged(fewest, wanted), self._judged(in_hand, wanted))

    def _one_of(self, settings: list[Setting]) -> int:
        """Return that at most one value of a fact is supposed."""
        none, one = YES, NO
        for choice, _ in reversed(settings):
            made = self.truths.choice(choice)
            other = self.truths.opposite(made)
            one = self.truths.either(self.truths.both(made, none), self.truths.both(other, one))
            none = self.truths.both(none, other)
        return self.truths.either(one, none)

    def _costs(self) -> dict[int, int]:
        found = {}
        for choice, supposed in self.options:
            type_ = self.law.vocabulary[name_of(supposed.key)]
            if type_.mutable in _COSTS and not type_.legal:
                last = _LAST if supposed.who_loses else 0
                found[choice] = last + _COSTS[type_.mutable] * 10 + type_.cost
        return found

    def _best(self, where: int, costs: Mapping[int, int]) -> tuple[Supposed, ...]:
        """Return the cheapest way to a truth; choices without a price are not made."""
        known: dict[int, tuple[float, tuple[str, ...], tuple[int, ...]]] = {
            YES: (0, (), ()),
            NO: (inf, (), ()),
        }

        def cheapest(truth: int) -> tuple[float, tuple[str, ...], tuple[int, ...]]:
            if truth not in known:
                choice, without, made = self.truths.branches[truth]
                best = cheapest(without)
                if choice in costs:
                    cost, keys, rest = cheapest(made)
                    key = self.by_choice[choice].key
                    best = min(best, (cost + costs[choice], (key, *keys), (choice, *rest)))
                known[truth] = best
            return known[truth]

        cost, _, made = cheapest(where)
        return tuple(self.by_choice[each] for each in made) if cost < inf else ()

    def _judged(self, found: tuple[Supposed, ...], wanted: bool) -> tuple[Supposed, ...]:
        """Return a set only if the reference finds that it flips the verdict."""
        if not found:
            return ()
        judge = self.judge.but({each.key: each.after for each in found})
        verdict, _ = judge.verdict(self.row.rule, self.row.judged.row)
        return found if verdict is wanted else ()

    def _options(self) -> list[_Option]:
        day = self.row.rule.interval.nearest(self.judge.as_of)
        spoken = _Spoken(self.law, self.judge.case, self.row.judged.row, day)
        spoken.of_rule(self.row.rule)
        found: list[Supposed] = []
        for key in spoken.names:
            found.extend(self._values(key, spoken))
        return [_Option(choice, self._told(each)) for choice, each in enumerate(found)]

    def _told(self, supposed: Supposed) -> Supposed:
        """Return what is supposed with what the levers say of it."""
        name = name_of(supposed.key)
        type_ = self.law.vocabulary[name]
        who = next(
            (
                lever.who_loses
                for lever in self.levers.levers
                if lever.leaves and name in lever.sets
                if type_.read(lever.sets[name]) == supposed.after
            ),
            "",
        )
        never = next((each.because for each in self.levers.never if name in each.facts), "")
        return replace(supposed, who_loses=who, never=never)

    def _values(self, key: str, spoken: _Spoken) -> Iterator[Supposed]:
        type_ = self.law.vocabulary[name_of(key)]
        before = self.judge.case.value(name_of(key), self.row.judged.row)
        if type_.is_boolean:
            for value in (True, False):
                if value is not before:
                    yield Supposed(key, before, value)
        elif type_.type == "enum":
            for word in type_.values:
                if word != before:
                    yield Supposed(key, before, word)
        else:
            seen: set[Value] = set()
            for line in spoken.lines.get(key, ()):
                for supposed in _sides(key, before, line, type_):
                    if supposed.after not in seen and supposed.after != before:
                        seen.add(supposed.after)
                        yield supposed


class _Line(NamedTuple):
    """Where a comparison turns for one number, and in which direction."""

    at: float
    operator: str
    parameters: tuple[str, ...]


def _sides(key: str, before: Value | None, line: _Line, type_: FactType) -> Iterator[Supposed]:
    """Yield a value on each side of a line, and how that side is told."""
    whole = type_.type in ("date", "count")
    above = line.at + 1 if whole else nextafter(line.at, inf)
    below = line.at - 1 if whole else nextafter(line.at, -inf)
    if line.operator == "==":
        sides = [("exactly", line.at)]
    elif line.operator in (">", "<="):
        sides = [("at-most", line.at), ("more", above)]
    else:
        sides = [("at-least", line.at), ("less", below)]
    for bound, value in sides:
        if value >= 0:
            yield Supposed(key, before, Range.exactly(value), bound, line.at, line.parameters)


class _Spoken:
    """The facts that a rule and all that it stands on speak of, and the lines they are held to."""

    def __init__(self, law: Law, case: Case, row: Row, day: int) -> None:
        self.law, self.case, self.row, self.day = law, case, row, day
        self.names: dict[str, None] = {}
        self.lines: dict[str, list[_Line]] = {}
        self._seen: set[str] = set()

    def of_rule(self, rule: Rule) -> None:
        """Take a rule with its scope, its addressee, its exceptions and what concludes them."""
        if rule.key in self._seen:
            return
        self._seen.add(rule.key)
        self._of_node(rule.when, rule.pack)
        if rule.unless is not None:
            self._of_node(rule.unless, rule.pack)
        for exception in self.law.exceptions(rule, self.day):
            self.of_rule(exception)
        if rule.binding is None:
            return
        for scope in self.law.scope(rule.pack, self.day):
            self.of_rule(scope)
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        if term is not None:
            self._of_fact(term.fact, rule.pack)

    def _of_node(self, node: Node, pack: str) -> None:
        for leaf in leaves(node):
            match leaf:
                case Flag(fact) | In(fact):
                    self._of_fact(fact, pack)
                case Compare():
                    self._of_comparison(leaf, pack)

    def _of_fact(self, fact: str, pack: str) -> None:
        if fact in self.law.concluded:
            for rule in (
                *self.law.definitions(fact, self.day, pack),
                *self.law.presumptions(fact, self.day, pack),
            ):
                self.of_rule(rule)
        elif fact != "role" and fact not in self.law.questions:
            self.names[self.case.key(fact, self.row)] = None

    def _of_comparison(self, node: Compare, pack: str) -> None:
        linear = linear_at(node, self.law, self.day)
        for fact in node.facts:
            self._of_fact(fact, pack)
            if linear is not None:
                self._line(node, linear, fact)

    def _line(self, node: Compare, linear: Linear, fact: str) -> None:
        """Keep where the comparison turns for a fact, the others being what they are."""
        rest, factor = linear.constant, 0.0
        for name, months, each in linear.coefficients:
            if name == fact and not months and not factor:
                factor = each
                continue
            known = self.case.value(name, self.row)
            if months or not isinstance(known, Range) or not known.exact or known.low is None:
                return
            rest -= each * known.low
        if factor:
            operator = linear.operator
            if factor < 0 and operator in _UPWARD:
                operator = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[operator]
            parameters = _parameters(node)
            line = _Line(rest / factor, operator, parameters)
            self.lines.setdefault(self.case.key(fact, self.row), []).append(line)


def _parameters(node: Compare) -> tuple[str, ...]:
    terms: Iterable[tuple[str, ...]] = (term.parameters for term in (*node.left, *node.right))
    return tuple(dict.fromkeys(name for names in terms for name in names))


def flipped_word(verdict: Verdict) -> str:
    """Return the word for a verdict as results write it."""
    return {True: "applies", False: "does-not-apply", None: "unknown"}[verdict]
