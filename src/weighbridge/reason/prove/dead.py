"""Exceptions that can never take effect, and rules that no release can meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weighbridge.facts import Value
from weighbridge.reason.case import Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.pairs import Term, both
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.found import Asked, Events, Found, Step, Undecided
from weighbridge.reason.prove.witness import NOT_CONFIRMED, any_role
from weighbridge.reason.smt_law import LawTerms
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Interval, Rule

QUESTION = "dead"
NO_DAY = "`{exception}` is an exception to `{rule}`, and the two never stand on the same day"
NEVER = "`{exception}` can never take anything from `{rule}`: the two never hold together"
NEVER_MET = "no release can ever meet `{rule}`"


@dataclass(frozen=True, slots=True)
class _Pair:
    """An exception and a rule it is an exception to; or a rule alone."""

    rule: Rule
    exception: Rule | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rules that are looked at."""
        return (self.exception.key, self.rule.key) if self.exception else (self.rule.key,)

    @property
    def interval(self) -> Interval:
        """The days on which all of it stands."""
        if self.exception is None:
            return self.rule.interval
        return self.rule.interval.common(self.exception.interval)


def dead(asked: Asked) -> Events:
    """Yield every exception that can never take effect and every rule that can never hold."""
    pairs = list(_pairs(asked))
    terms = LawTerms(asked.law)
    asker = Asker(terms.symbols)
    for done, pair in enumerate(pairs):
        yield Step(QUESTION, done, len(pairs))
        try:
            yield from _look(asked, terms, asker, pair)
        except NotDecided as error:
            yield Undecided(QUESTION, pair.keys, str(error))
    yield Step(QUESTION, len(pairs), len(pairs))


def _pairs(asked: Asked) -> Iterator[_Pair]:
    for rule in asked.law.rules:
        if asked.covers(rule.pack):
            yield _Pair(rule)
            for above in rule.exception_to if rule.kind == "exception" else ():
                yield from (_Pair(each, rule) for each in _beside(asked.law, above, rule))


def _beside(law: Law, above: str, exception: Rule) -> list[Rule]:
    """Return the versions of a rule beside which an exception stands, the last where none does."""
    versions = law.by_id[above]
    beside = [each for each in versions if each.interval.overlaps(exception.interval)]
    return beside or versions[-1:]


def _look(asked: Asked, terms: LawTerms, asker: Asker, pair: _Pair) -> Iterator[Found]:
    exception, rule = pair.exception, pair.rule
    if exception is not None and not exception.interval.overlaps(rule.interval):
        says = NO_DAY.format(exception=exception.key, rule=rule.key)
        yield Found(QUESTION, "never-together", pair.keys, says)
    elif not any(_alive(asked, terms, asker, pair, day) for day in _days(asked, pair)):
        yield _found(pair)


def _days(asked: Asked, pair: _Pair) -> Iterator[int]:
    """Yield the day asked about, or the nearest; then those on which the law changes."""
    interval = pair.interval
    first = interval.nearest(asked.as_of)
    yield first
    yield from (day for day in asked.law.days if interval.holds(day) and day != first)


def _alive(asked: Asked, terms: LawTerms, asker: Asker, pair: _Pair, day: int) -> bool:
    """Return whether some release shows a pair at work. Raises :class:`NotDecided`."""
    row = any_role(asked.law, pair.rule)
    model = asker.model(_holds(terms, pair, row, day))
    if model is None:
        return False
    role = terms.symbols.word(model, row.role) if row.role in terms.symbols.met else ""
    if not _shown(asked.law, terms.symbols.values(model), pair, row._replace(role=role), day):
        raise NotDecided(NOT_CONFIRMED)
    return True


def _holds(terms: LawTerms, pair: _Pair, row: Row, day: int) -> Term:
    """Return that a rule's own condition holds, and the exception's where there is one."""
    rule = pair.rule
    if pair.exception is None:
        parts = [*terms.reach(rule, row, day), terms.condition(rule, row, day)]
    else:
        own = terms.node(rule.when, row, day, rule.pack)
        parts = [*terms.reach(rule, row, day), own, terms.condition(pair.exception, row, day)]
    return both(each.true for each in parts)


def _shown(law: Law, values: Mapping[str, Value], pair: _Pair, row: Row, day: int) -> bool:
    """Return whether the reference evaluator says the same of what a model shows."""
    evaluator = Evaluator(law, Case(law, values), presume=True)
    rule, exception = pair.rule, pair.exception
    if exception is None:
        if rule.binding is None:
            return evaluator.condition(rule, row, day).verdict is True
        return evaluator.judge(rule, row, day).verdict is True
    if evaluator.condition(exception, row, day).verdict is not True:
        return False
    parts = evaluator.judge(rule, row, day).parts if rule.binding is not None else ()
    own = evaluator.node(rule.when, row, day, rule.pack).verdict is True
    return own and all(each.verdict is True for each in parts if each.kind in ("scope", "addressee"))


def _found(pair: _Pair) -> Found:
    if pair.exception is None:
        return Found(QUESTION, "never-met", pair.keys, NEVER_MET.format(rule=pair.rule.key))
    says = NEVER.format(exception=pair.exception.key, rule=pair.rule.key)
    return Found(QUESTION, "dead-exception", pair.keys, says)
