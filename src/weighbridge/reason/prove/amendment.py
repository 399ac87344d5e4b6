"""For whom an amendment changes anything, and whether two writings of the law come to the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from weighbridge.facts import Value
from weighbridge.reason.case import NOBODY, Row
from weighbridge.reason.judge import Judge
from weighbridge.reason.pairs import FALSE, Pair, Term, alike, all_of, both, opposite
from weighbridge.reason.proof import Verdict
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.found import Asked, Events, Expected, Found, Step, Undecided, Witness
from weighbridge.reason.prove.witness import ABSENT, binds, expected, of_one_row, smallest
from weighbridge.reason.smt_law import ANY_ROLE, LawTerms
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Rule

CHANGES = {
    (False, True): ("begins", "on {day} `{rule}` begins to hold for somebody"),
    (True, False): ("ends", "on {day} `{rule}` no longer holds for somebody"),
    (True, None): ("opens", "on {day} `{rule}` held for somebody and is then unknown"),
    (None, True): ("settles", "on {day} `{rule}` was unknown for somebody and then holds"),
    (False, None): ("opens", "on {day} `{rule}` did not hold for somebody and is then unknown"),
    (None, False): ("settles", "on {day} `{rule}` was unknown for somebody and then does not hold"),
}
"""What a change of whether a rule holds and is in force is called, before and after."""

SAYS_OTHERWISE = "`{rule}` says something else: {what}"
BUT_UNKNOWN = (
    "the two are the same wherever every fact is known; where some are not, they may be told apart"
)
_SAID = ("binding", "discharges", "discharged_by", "breach", "object")
_MOST_DAYS = 8


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two laws with its terms."""

    law: Law
    terms: LawTerms

    def outcome(self, id_: str, row: Row, day: int) -> Pair:
        """Return whether a rule binds in a row: it applies and is in force."""
        if id_ not in self.law.by_id:
            return FALSE
        rule = self.law.version(id_, day)
        on = rule.interval.nearest(day)
        return all_of((self.terms.applies(rule, row, on), self.terms.binds(rule, row, day)))

    def judged(
        self, id_: str, row: Row, day: int, values: Mapping[str, Value], *, quick: bool = False
    ) -> Verdict:
        """Return what the reference says of the same."""
        if id_ not in self.law.by_id:
            return False
        return binds(self.law, values, self.law.version(id_, day), row, day, quick=quick)

    def expected(self, id_: str, row: Row, day: int, values: Mapping[str, Value]) -> Expected:
        """Return what the reference says, ``absent`` where there is no such rule or row."""
        if id_ not in self.law.by_id:
            return Expected(id_, row, ABSENT)
        return expected(Judge(self.law, values, day), self.law.version(id_, day), row)


def amendment(asked: Asked) -> Events:
    """Yield every rule that binds somebody otherwise under the amended law, with who that is."""
    yield from _differences("amendment", asked)


def same(asked: Asked) -> Events:
    """Yield whatever tells two writings of the law apart; nothing where they are the same."""
    yield from _otherwise(asked)
    yield from _differences("same", asked)


def days_of(asked: Asked) -> tuple[int, ...]:
    """Return the day asked about and the next on which one of the two laws changes alone."""
    assert asked.other is not None
    apart = set(asked.law.days) ^ set(asked.other.days)
    later = sorted(day for day in apart if day > asked.as_of) if asked.later else []
    return (asked.as_of, *later[:_MOST_DAYS])


def _differences(question: str, asked: Asked) -> Events:
    assert asked.other is not None
    old, new = (_Side(law, LawTerms(law)) for law in (asked.other, asked.law))
    asker = Asker(old.terms.symbols, new.terms.symbols)
    rules = [each for law in (old.law, new.law) for each in law.bindings]
    ids = sorted({each.id for each in rules if asked.covers(each.pack)})
    days = days_of(asked)
    seen: set[tuple[str, str]] = set()
    for done, (day, id_) in enumerate((day, id_) for day in days for id_ in ids):
        yield Step(question, done, len(days) * len(ids))
        rule = (new.law if id_ in new.law.by_id else old.law).by_id[id_][-1]
        row = Row(NOBODY, ANY_ROLE, _market(old.law, new.law, rule), NOBODY)
        try:
            for found in _changed(question, old, new, asker, id_, row, day):
                if (id_, found.kind) not in seen:
                    seen.add((id_, found.kind))
                    yield found
        except NotDecided as error:
            yield Undecided(question, (id_,), str(error))
    yield Step(question, len(days) * len(ids), len(days) * len(ids))


def _changed(
    question: str, old: _Side, new: _Side, asker: Asker, id_: str, row: Row, day: int
) -> Iterator[Found]:
    """Yield how whether a rule binds changes: what is known first, what becomes unknown else."""
    was, now = old.outcome(id_, row, day), new.outcome(id_, row, day)
    if alike(was.true, now.true) and alike(was.false, now.false):
        return
    told = False
    for (before, after), (kind, says) in CHANGES.items():
        if None in (before, after) and told:
            continue
        model = asker.model(_is(was, before), _is(now, after))
        if model is None:
            continue
        witness = _witness(old, new, id_, row, day, model, (before, after))
        if witness is None:
            _same_where_known(asker, old, new, was, now)
            continue
        text = says.format(rule=id_, day=date.fromordinal(day).isoformat())
        told = True
        yield Found(question, kind, (id_,), text, (witness,))


def _is(pair: Pair, verdict: Verdict) -> Term:
    if verdict is None:
        return both((opposite(pair.true), opposite(pair.false)))
    return pair.true if verdict else pair.false


def _witness(
    old: _Side,
    new: _Side,
    id_: str,
    row: Row,
    day: int,
    model: Any,
    change: tuple[Verdict, Verdict],
) -> Witness | None:
    """Return a release that shows a change; ``None`` where all completions agree after all."""
    symbols = new.terms.symbols if ANY_ROLE in new.terms.symbols.met else old.terms.symbols
    row = row._replace(role=symbols.word(model, ANY_ROLE))
    values = old.terms.symbols.values(model) | new.terms.symbols.values(model)

    def shows(some: Mapping[str, Value], *, quick: bool = False) -> bool:
        sides = (each.judged(id_, row, day, some, quick=quick) for each in (old, new))
        return tuple(sides) == change

    quickly = None if None in change else partial(shows, quick=True)
    try:
        left = smallest(new.law, of_one_row(values), shows, quickly)
    except NotDecided:
        if None in change:
            return None
        raise
    before, after = (side.expected(id_, row, day, left) for side in (old, new))
    title = f"{id_} {'is new to' if before.verdict == ABSENT else 'changes for'} this {row.role}"
    shown = replace(after, was=before.verdict, was_in_force=before.in_force)
    return Witness(title, left, (shown,), day, new.law.amendments)


def _same_where_known(asker: Asker, old: _Side, new: _Side, was: Pair, now: Pair) -> None:
    """Raise :class:`NotDecided` that says how far two outcomes were told to be the same."""
    known = [*old.terms.symbols.whole_knowledge(), *new.terms.symbols.whole_knowledge()]
    for one, two in ((was.true, now.true), (was.false, now.false)):
        for first, second in ((one, opposite(two)), (opposite(one), two)):
            if asker.possible(first, second, *known):
                raise NotDecided("the reference evaluator does not come to what Z3 says")
    raise NotDecided(BUT_UNKNOWN)


def _otherwise(asked: Asked) -> Iterator[Found]:
    """Yield the rules that ask for something else, whomever they bind."""
    assert asked.other is not None
    for rule in asked.law.bindings:
        other = asked.other.by_key.get(rule.key)
        if other is None or not asked.covers(rule.pack):
            continue
        what = [name for name in _SAID if getattr(rule, name) != getattr(other, name)]
        if what:
            text = SAYS_OTHERWISE.format(rule=rule.key, what=", ".join(what))
            yield Found("same", "says-otherwise", (rule.key,), text, more={"what": what})


def _market(old: Law, new: Law, rule: Rule) -> str:
    return (new.packs.get(rule.pack) or old.packs[rule.pack]).market
