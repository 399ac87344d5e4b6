"""A shelter lifts what it names and nothing else; it says who must show it and what ends it.

For each exception with a `shelter` a case is looked for in which it holds and changes something of
what it names. On the facts of that case the whole pack is judged twice, with the exception and
without: nothing else may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.law.judged import judge_for, shipped_law
from tests.law.pack_cases import Placed, placed_cases
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of


@cache
def shelters() -> tuple[Rule, ...]:
    """Return the exceptions that shelter somebody."""
    return tuple(rule for rule in shipped_law().rules if rule.shelter)


@cache
def without(key: str) -> Law:
    """Return the law that ships less one rule."""
    law = shipped_law()
    return Law(
        law.read_on,
        law.vocabulary,
        law.packs.values(),
        law.parameters.values(),
        law.questions.values(),
        law.discharges.values(),
        [rule for rule in law.rules if rule.key != key],
        penalties=law.penalties.values(),
    )


@cache
def sheltered() -> dict[str, list[Placed]]:
    """Return the cases in which each shelter holds."""
    found: dict[str, list[Placed]] = {rule.key: [] for rule in shelters()}
    for placed in placed_cases():
        judge = judge_for(shipped_law(), placed)
        for rule in shelters():
            if placed.pack in _packs(rule) and _holds(rule, judge, placed):
                found[rule.key].append(placed)
    return found


def _packs(rule: Rule) -> set[str]:
    by_id = shipped_law().by_id
    return {rule.pack, *(by_id[above][0].pack for above in rule.exception_to)}


def _holds(rule: Rule, judge: Judge, placed: Placed) -> bool:
    half = judge._halves[-1]
    if not half.counts(rule):
        return False
    day = rule.interval.nearest(judge.as_of)
    return half.quick.condition(rule, placed.case.row, day) is True


@cache
def named_by(key: str) -> frozenset[str]:
    """Return the ids of the binding rules that a shelter may bear on.

    Those it names; where it names a scope or a definition, or an exception, those that rest on it.
    """
    law = shipped_law()
    reached: set[str] = set()
    facts: set[str] = set()
    open_ = list(law.by_key[key].exception_to)
    while open_:
        id_ = open_.pop()
        if id_ in reached:
            continue
        reached.add(id_)
        for rule in law.by_id[id_]:
            if rule.kind == "exception":
                open_.extend(rule.exception_to)
            elif rule.kind == "scope":
                open_.extend(each.id for each in law.bindings if each.pack == rule.pack)
            elif rule.kind in ("definition", "presumption"):
                fact = rule.body.get("concludes") or rule.body["presumes"]
                if fact not in facts:
                    facts.add(fact)
                    open_.extend(_resting_on(law, fact))
    return frozenset(id_ for id_ in reached if law.by_id[id_][0].binding is not None)


def _resting_on(law: Law, fact: str) -> Iterator[str]:
    """Yield the rules whose condition, ``unless`` or addressee asks for a fact."""
    for rule in law.rules:
        asked = set(facts_of(rule.when))
        if rule.unless is not None:
            asked |= set(facts_of(rule.unless))
        if rule.binding is not None:
            term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
            asked |= {term.fact} if term is not None else set()
        if fact in asked:
            yield rule.id


def _outcome(judge: Judge, rule: Rule, placed: Placed) -> tuple[object, ...]:
    day = rule.interval.nearest(judge.as_of)
    row = placed.case.row
    lifted = sorted((each.exception.id, str(each.verdict)) for each in judge.lifted(rule, row, day))
    return judge.verdict(rule, row)[0], judge.in_force(rule, row).state, tuple(lifted)


def changed(key: str, placed: Placed, ids: frozenset[str] | None = None) -> set[str]:
    """Return the ids of the rules, all or those of ``ids``, that come out otherwise without it."""
    law = shipped_law()
    packs = _packs(law.by_key[key])
    before, after = judge_for(law, placed), judge_for(without(key), placed)
    return {
        rule.id
        for rule in law.bindings
        if (rule.id in ids if ids is not None else rule.pack in packs)
        if _outcome(before, rule, placed) != _outcome(after, rule, placed)
    }


@cache
def telling(key: str) -> Placed | None:
    """Return a case in which a shelter holds and changes something of what it names."""
    named = named_by(key)
    return next((each for each in sheltered()[key] if changed(key, each, named)), None)


def _ids() -> list[str]:
    return [rule.key for rule in shelters()]


@pytest.mark.slow
@pytest.mark.parametrize("key", _ids())
def test_a_case_shows_the_shelter(key: str) -> None:
    assert sheltered()[key], f"no case in which `{key}` holds"
    assert named_by(key), f"no rule that binds rests on what `{key}` is an exception to"
    assert telling(key), f"`{key}` changes nothing in any case in which it holds"


@pytest.mark.slow
@pytest.mark.parametrize("key", _ids())
def test_nothing_beyond_what_it_names_is_lifted(key: str) -> None:
    case = telling(key)
    if case is not None:
        beyond = changed(key, case) - named_by(key)
        assert not beyond, f"{case.id}: `{key}` also bears on {', '.join(sorted(beyond))}"


@pytest.mark.parametrize("key", _ids())
def test_a_shelter_says_who_shows_it_and_what_ends_it(key: str) -> None:
    shelter = shipped_law().by_key[key].shelter
    for word in ("shown_by", "ends"):
        assert len(shelter[word].split()) >= 2, f"`{key}` says `{word}: {shelter[word]}`"


def _lighter() -> list[str]:
    """Return the shelters that leave the rule and lift a fine, a proof or the like."""
    return [rule.key for rule in shelters() if rule.body["lifts"] not in ("duty", "claim")]


@pytest.mark.parametrize("key", _lighter())
def test_what_lifts_less_than_the_duty_leaves_the_verdict(key: str) -> None:
    rule = shipped_law().by_key[key]
    for placed in sheltered()[key]:
        with_it = judge_for(shipped_law(), placed)
        without_it = judge_for(without(key), placed)
        for id_ in rule.exception_to:
            named = shipped_law().version(id_, with_it.as_of)
            row = placed.case.row
            assert with_it.verdict(named, row) == without_it.verdict(named, row), placed.id
