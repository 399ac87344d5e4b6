"""The reforms that ship: each does what its policy sentence says, and nothing the rest forbids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from tests.law.cases import PackCase, run_case, values_of
from tests.law.judged import _spoken_of
from tests.law.reform_cases import (
    amended,
    as_amended,
    as_it_stands,
    compile_plain,
    not_absent,
    reform_cases,
)
from weighbridge.facts.values import read_day
from weighbridge.reason.judge import BINDING_AUTHORITIES, Judge
from weighbridge.rules import Law, Rule
from weighbridge.rules.amendment import read_amendments, shipped_amendments
from weighbridge.rules.compile import compile_law
from weighbridge.rules.rule_lists import RuleLists
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.rules.store import _compiled_text
from weighbridge.text.errors import LanguageError

REFORMS = sorted(shipped_amendments())
SHARED = "reform/common"
OPEN = "unknown"
BALANCED = ("reform/research-harbour", "reform/self-regulation", "reform/use-based")
MAKERS = {"developer", "modifier"}


@pytest.mark.parametrize("case", reform_cases(), ids=lambda case: f"{case.where} {case.title}")
def test_case(case: PackCase) -> None:
    wrong = run_case(amended(case.amend), as_amended(case))
    wrong += not_absent(case)
    before = as_it_stands(case)
    wrong += (
        [f"as it stands: {each}" for each in run_case(compile_plain(), before)] if before else []
    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in REFORMS if name != SHARED])
def test_each_reform_changes_something_and_leaves_something_alone(name: str) -> None:
    cases = [case for case in reform_cases() if name in case.amend]
    said = [
        (wanted.get("was"), wanted.get("verdict", wanted.get("lifted", "")))
        for case in cases
        for wanted in case.expect.values()
        if isinstance(wanted, dict)
    ]
    assert any(was and was != now for was, now in said), "no case in which it changes a verdict"
    assert any(was and was == now for was, now in said), "no case in which it leaves one alone"


@pytest.mark.parametrize("name", REFORMS)
def test_each_reform_says_what_it_encodes(name: str) -> None:
    amendment = next(
        each for each in read_amendments([shipped_amendments()[name]]) if each.name == name
    )
    assert amendment.title
    assert amendment.policy.endswith(".")
    for switch in amendment.brings("reading"):
        assert "policy" in str(switch.node["cite"]), f"{switch.name}: which words leave it open"


def _own(law: Law, name: str) -> list[Rule]:
    return [rule for rule in law.rules if law.changed.get(rule.id) == name]


@pytest.mark.parametrize("name", REFORMS)
def test_every_rule_of_a_reform_speaks_in_some_case(name: str) -> None:
    spoken: set[str] = set()
    for case in reform_cases():
        if name in case.amend or name == SHARED:
            spoken |= set(_spoken(case))
    law = amended((name,))
    # Of many duties moved alike one may speak for the rest.
    own = [rule for rule in _own(law, name) if "moved_from" not in rule.body]
    standing = [rule for rule in own if rule.pack == name]
    assert not sorted({rule.key for rule in standing} - spoken)


def _spoken(case: PackCase) -> Iterator[str]:
    law = amended(case.amend)
    day = read_day(case.as_of or law.read_on).toordinal()
    judge = Judge(law, values_of(law, case.facts), day, presume=case.presume)
    for id_ in case.expect:
        if id_ not in law.vocabulary:
            yield from _spoken_of(judge.judge(law.version(id_, day), case.row))


@pytest.mark.parametrize("name", REFORMS)
def test_every_position_of_a_switch_stands_in_some_case(name: str) -> None:
    law = amended((name,))
    switches = [each for each in law.questions.values() if each.pack == name]
    told = [case.facts for case in reform_cases() if name in case.amend]
    missing = [
        f"{switch.name}={position}"
        for switch in switches
        for position in switch.positions
        if not any(facts.get(switch.name) == position for facts in told)
    ]
    missing += [
        f"{switch.name} left open"
        for switch in switches
        if not any(facts.get(switch.name, OPEN) == OPEN for facts in told)
    ]
    assert not missing


@pytest.mark.parametrize("name", REFORMS)
def test_no_reform_lifts_a_prohibition(name: str) -> None:
    law = amended((name,))
    lifted = {
        above
        for rule in _own(law, name)
        if rule.kind == "exception"
        for above in rule.exception_to
        if law.by_id[above][0].kind == "prohibition"
    }
    ended = {
        rule.id
        for rule in compile_plain().bindings
        if rule.kind == "prohibition" and rule.status == "enacted"
        if [each.interval for each in law.by_id[rule.id]]
        != [each.interval for each in compile_plain().by_id[rule.id]]
        if "starts" not in rule.body
    }
    assert not lifted | ended


def _on_makers(law: Law) -> Iterator[Rule]:
    """Yield the duties that bind now and can fall on whoever makes a model, because of it."""
    for rule in law.bindings:
        assert rule.binding is not None
        binds = rule.status == "enacted" and rule.authority in BINDING_AUTHORITIES
        if rule.kind == "duty" and binds and "developer" in _roles(law, rule):
            yield rule


def test_the_lists_of_the_balanced_approach_leave_no_duty_on_makers_unspoken_of() -> None:
    amendments = read_amendments([shipped_amendments()[SHARED]])
    lists = RuleLists(amendments)
    documents = {each.name: each for each in amendments[0].brings("rule_list")}
    named = {
        str(id_)
        for name in ("model_duties", "tier_duties")
        for id_ in documents[name].node["rules"]
    } | set(lists.left_out["model_duties"])
    found = {rule.id for rule in _on_makers(compile_plain())}
    assert sorted(found - named) == [], "name these in law/reform/common.yaml"
    assert sorted(named - found) == [], "these are no duties on makers"


def test_the_lists_leave_no_claim_against_makers_unspoken_of() -> None:
    amendments = read_amendments([shipped_amendments()[SHARED]])
    lists = RuleLists(amendments)
    document = next(
        each for each in amendments[0].brings("rule_list") if each.name == "model_claims"
    )
    named = {str(id_) for id_ in document.node["rules"]} | set(lists.left_out["model_claims"])
    law = compile_plain()
    found = {
        rule.id
        for rule in law.bindings
        if rule.kind == "claim" and rule.status == "enacted" and rule.binding is not None
        if MAKERS & set(_roles(law, rule))
    }
    assert sorted(found ^ named) == []


def test_pre_emption_speaks_of_everything_that_a_state_lays_on_people() -> None:
    name = "reform/us-preemption"
    amendments = read_amendments([shipped_amendments()[name]])
    lists = RuleLists(amendments)
    own = next(each for each in amendments if each.name == name)
    listed = {str(id_) for each in own.brings("rule_list") for id_ in each.node["rules"]}
    kept = {id_ for each in own.brings("rule_list") for id_ in lists.left_out[each.name]}
    law = compile_plain()
    kinds = ("duty", "prohibition", "claim")
    laid = {
        rule.id: rule
        for rule in law.bindings
        if law.packs[rule.pack].market.startswith("US-") and rule.kind in kinds
        if rule.status in ("enacted", "repealed")
    }
    assert sorted(set(laid) ^ (listed | kept)) == []
    assert {laid[id_].kind for id_ in listed} == {"duty"}


def _roles(law: Law, rule: Rule) -> tuple[str, ...]:
    assert rule.binding is not None
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    return term.roles if term is not None else ()


def _compiled(names: tuple[str, ...]) -> str:
    """Return the law amended in this order as text, or the words of the conflict."""
    try:
        law = compile_law([LAW_FOLDER], [shipped_amendments()[name] for name in names])
    except LanguageError as error:
        assert "otherwise" in error.message, error
        return error.message
    return _compiled_text(law, "")


def test_the_parts_of_the_balanced_approach_combine_in_any_order() -> None:
    texts = {_compiled(names) for names in (BALANCED, BALANCED[::-1])}
    assert len(texts) == 1
    assert '"reform/use-based"' in texts.pop(), "they are in conflict"


@pytest.mark.slow
@pytest.mark.parametrize("pair", list(combinations(REFORMS, 2)), ids="+".join)
def test_any_two_reforms_give_the_same_in_either_order(pair: tuple[str, str]) -> None:
    assert _compiled(pair) == _compiled(pair[::-1])
