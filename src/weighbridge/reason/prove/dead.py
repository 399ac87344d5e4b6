"""Exceptions that can never take effect, and rules that no release can meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weighbridge.facts import Value
from weighbridge.reason.case import Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.pairs import Term, both
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.found import Asked, Event, Events, Found, Step, Undecided
from weighbridge.reason.prove.witness import NOT_CONFIRMED, any_role
from weighbridge.reason.smt_law import LawTerms
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Interval, Rule

QUESTION = "dead"
NO_DAY = "`{exception}` is an exception to `{rules}`, and the two never stand on the same day"
NEVER = "`{exception}` can never take anything from `{rules}`: {why} never hold together"
AND_MORE = "{first}` and {more} more of the {of} rules that it names, such as `{last}"
_REACH, _OWN = "its scope or addressee", "its own condition"
_EXCEPTION = "the condition of the exception"
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
    rules = [rule for rule in asked.law.rules if asked.covers(rule.pack)]
    terms = LawTerms(asked.law)
    asker = Asker(terms.symbols)
    for done, rule in enumerate(rules):
        yield Step(QUESTION, done, len(rules))
        yield from _never_met(asked, terms, asker, rule)
        if rule.kind == "exception":
            yield from _dead_exception(asked, terms, asker, rule)
    yield Step(QUESTION, len(rules), len(rules))


def _never_met(asked: Asked, terms: LawTerms, asker: Asker, rule: Rule) -> Iterator[Event]:
    alone = _Pair(rule)
    try:
        if not any(_alive(asked, terms, asker, alone, day) for day in _days(asked, alone)):
            yield Found(QUESTION, "never-met", alone.keys, NEVER_MET.format(rule=rule.key))
    except NotDecided as error:
        yield Undecided(QUESTION, alone.keys, str(error))


def _dead_exception(asked: Asked, terms: LawTerms, asker: Asker, rule: Rule) -> Iterator[Event]:
    pairs = [
        _Pair(each, rule) for above in rule.exception_to for each in _beside(asked.law, above, rule)
    ]
    apart: list[_Pair] = []
    never: list[_Pair] = []
    for pair in pairs:
        try:
            if not rule.interval.overlaps(pair.rule.interval):
                apart.append(pair)
            elif not any(_alive(asked, terms, asker, pair, day) for day in _days(asked, pair)):
                never.append(pair)
        except NotDecided as error:
            yield Undecided(QUESTION, pair.keys, str(error))
    if apart:
        yield _found(rule, apart, "never-together", NO_DAY, len(pairs), "")
    if never:
        day = next(_days(asked, never[0]))
        why = _why(asker, terms, never[0], any_role(asked.law, never[0].rule), day)
        yield _found(rule, never, "dead-exception", NEVER, len(pairs), why)


def _beside(law: Law, above: str, exception: Rule) -> list[Rule]:
    """Return the versions of a rule beside which an exception stands, the last where none does."""
    versions = law.by_id[above]
    beside = [each for each in versions if each.interval.overlaps(exception.interval)]
    return beside or versions[-1:]


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
    return both(_parts(terms, pair, row, day).values())


def _parts(terms: LawTerms, pair: _Pair, row: Row, day: int) -> dict[str, Term]:
    """Return what must hold, by what it is."""
    rule = pair.rule
    reach = both(each.true for each in terms.reach(rule, row, day))
    if pair.exception is None:
        return {_REACH: reach, _OWN: terms.condition(rule, row, day).true}
    own = terms.node(rule.when, row, day, rule.pack).true
    return {_REACH: reach, _OWN: own, _EXCEPTION: terms.condition(pair.exception, row, day).true}


def _why(asker: Asker, terms: LawTerms, pair: _Pair, row: Row, day: int) -> str:
    """Return which parts stand against each other."""
    parts = _parts(terms, pair, row, day)
    left = dict(parts)
    for name in parts:
        fewer = {each: term for each, term in left.items() if each != name}
        if not asker.possible(*fewer.values()):
            left = fewer
    return " and ".join(left)


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
    return own and all(
        each.verdict is True for each in parts if each.kind in ("scope", "addressee")
    )


def _found(exception: Rule, pairs: list[_Pair], kind: str, says: str, of: int, why: str) -> Found:
    keys = [pair.rule.key for pair in pairs]
    rules = keys[0]
    if len(keys) > 1:
        rules = AND_MORE.format(first=keys[0], more=len(keys) - 1, of=of, last=keys[-1])
    text = says.format(exception=exception.key, rules=rules, why=why)
    return Found(QUESTION, kind, (exception.key, *keys), text, more={"of": of})
