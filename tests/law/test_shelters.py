"""A shelter lifts what it names and nothing else; it says who must show it and what ends it.

For each exception with a `shelter` the law is judged twice on the facts of a case in which it
holds, with the exception and without; every rule of its pack is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.law.judged import JudgedCase, judge_for, judged_cases, shipped_law
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
def sheltered(key: str) -> tuple[JudgedCase, ...]:
    """Return the cases in which a shelter holds."""
    rule = shipped_law().by_key[key]
    return tuple(case for case in judged_cases() if _holds(rule, case))


def _holds(rule: Rule, case: JudgedCase) -> bool:
    if rule.pack != case.placed.pack and not _reaches(rule, case.placed.pack):
        return False
    if not rule.interval.holds(case.as_of) and not _looked_at(rule, case):
        return False
    day = rule.interval.nearest(case.as_of)
    half = case.judge._halves[-1]
    return half.counts(rule) and half.condition(rule, case.placed.case.row, day).verdict is True


def _reaches(rule: Rule, pack: str) -> bool:
    by_id = shipped_law().by_id
    return any(by_id[above][0].pack == pack for above in rule.exception_to)


def _looked_at(rule: Rule, case: JudgedCase) -> bool:
    return any(rule.interval.holds(judged.day) for judged in case.judgements)


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


def _outcome(judge: Judge, rule: Rule, case: JudgedCase) -> tuple[object, ...]:
    judged = judge.judge(rule, case.placed.case.row)
    lifted = tuple(sorted((each.exception.id, str(each.verdict)) for each in judged.lifted))
    return judged.verdict, judged.in_force.state, lifted


def changed(key: str, case: JudgedCase) -> set[str]:
    """Return the ids of the rules of which something else comes without the shelter."""
    law = shipped_law()
    shelter = law.by_key[key]
    packs = {shelter.pack, *(law.by_id[id_][0].pack for id_ in shelter.exception_to)}
    before, after = judge_for(law, case.placed), judge_for(without(key), case.placed)
    return {
        rule.id
        for rule in law.bindings
        if rule.pack in packs and _outcome(before, rule, case) != _outcome(after, rule, case)
    }


def _ids() -> list[str]:
    return [rule.key for rule in shelters()]


@pytest.mark.parametrize("key", _ids())
def test_a_case_shows_the_shelter(key: str) -> None:
    assert sheltered(key), f"no case in which `{key}` holds"
    if not named_by(key):
        pytest.skip("no binding rule rests on it")
    assert any(changed(key, case) & named_by(key) for case in sheltered(key)), (
        f"`{key}` changes nothing in any case in which it holds"
    )


@pytest.mark.parametrize("key", _ids())
def test_nothing_beyond_what_it_names_is_lifted(key: str) -> None:
    for case in sheltered(key):
        beyond = changed(key, case) - named_by(key)
        assert not beyond, f"{case.placed.id}: `{key}` also bears on {', '.join(sorted(beyond))}"


@pytest.mark.parametrize("key", _ids())
def test_a_shelter_says_who_shows_it_and_what_ends_it(key: str) -> None:
    shelter = shipped_law().by_key[key].shelter
    for word in ("shown_by", "ends"):
        assert len(shelter[word].split()) >= 2, f"`{key}` says `{word}: {shelter[word]}`"


@pytest.mark.parametrize("key", _ids())
def test_what_lifts_less_than_the_duty_leaves_the_verdict(key: str) -> None:
    rule = shipped_law().by_key[key]
    if rule.body["lifts"] in ("duty", "claim"):
        pytest.skip("it lifts the rule itself")
    for case in sheltered(key):
        with_it = judge_for(shipped_law(), case.placed)
        without_it = judge_for(without(key), case.placed)
        for id_ in rule.exception_to:
            named = shipped_law().version(id_, case.as_of)
            row = case.placed.case.row
            assert with_it.verdict(named, row) == without_it.verdict(named, row), case.placed.id
