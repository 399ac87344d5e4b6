"""What the law has already of each lever: every market is told, and rules bear it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from weighbridge.facts.values import read_day
from weighbridge.rules import Law, Rule
from weighbridge.rules.already import NOTHING, SHOWING, STATES, Lever, Standing, read_levers
from weighbridge.rules.nodes import facts_of
from weighbridge.rules.sources import LAW_FOLDER, law_files

LEVERS = (
    "model-duties-lifted",
    "deployer-bears",
    "deployer-answers",
    "practice-instead",
    "practice-proof",
    "research-duty",
    "research-penalty",
    "research-claim",
)

# What an exception that is named for a lever may lift. Who does not owe is not fined either.
LIFTS = {
    "model-duties-lifted": {"duty"},
    "practice-instead": {"duty"},
    "practice-proof": {"proof", "mitigation", "penalty"},
    "research-duty": {"duty"},
    "research-penalty": {"penalty", "duty"},
    "research-claim": {"claim", "defence"},
    "deployer-answers": {"claim", "defence"},
}
# Of a practice that lifts less than proof somebody must have said that it is a practice.
LESS_THAN_PROOF = {"penalty", "mitigation"}

# Facts that say in which field something is used, or that people are decided about with it.
FIELDS = {
    "use_field",
    "use_weighty_decision",
    "use_ranks_applicants",
    "use_manages_workers",
    "use_disciplines_workers",
    "used_on_own_staff",
    "use_scores_credit",
    "use_diagnoses_or_treats",
    "use_counsels",
    "high_risk_interaction_ut",
}
# Rules that read the field of use for another field than health care, hiring and finance. Why.
OTHER_FIELDS = {"us-mt/sb-212/infrastructure": "critical infrastructure alone"}
# Claims for what a model gives out or is made of, whatever the field. Why.
CLAIMS_IN_NO_FIELD = {
    "gb/getty/copies": "weights as copies of works",
    "us-mn/325e-91/claim": "nudified pictures",
    "us-tn/elvis/claim": "copied likenesses",
}


@pytest.fixture(scope="module")
def levers(law: Law) -> dict[str, Lever]:
    return {each.id: each for each in read_levers(law)}


def enacted(law: Law, market: str, *kinds: str) -> list[Rule]:
    """Return what is enacted in a market of these kinds, the rules of no market left out."""
    return [
        rule
        for rule in law.rules
        if law.packs[rule.pack].market == market and rule.status == "enacted" and rule.kind in kinds
    ]


def roles(law: Law, rule: Rule) -> tuple[str, ...]:
    assert rule.binding is not None
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    assert term is not None, rule.key
    return term.roles


def conditions(law: Law) -> Callable[[Rule], frozenset[str]]:
    """Return a function that tells every fact a rule can turn on, definitions included."""
    concluding: dict[str, list[Rule]] = {}
    for rule in law.rules:
        fact = rule.body.get("concludes") or rule.body.get("presumes")
        if fact:
            concluding.setdefault(fact, []).append(rule)

    @cache
    def of(fact: str) -> frozenset[str]:
        found, todo = {fact}, [fact]
        while todo:
            for rule in concluding.get(todo.pop(), ()):
                new = set(facts_of(rule.when)) - found
                found |= new
                todo += new
        return frozenset(found)

    def turns_on(rule: Rule) -> frozenset[str]:
        names = set(facts_of(rule.when))
        assert rule.binding is not None
        term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        if term is not None:
            names.add(term.fact)
        return frozenset().union(*(of(name) for name in names))

    return turns_on


def touched(law: Law, lever: str) -> Callable[[str], list[str]]:
    """Return which enacted rules of a market are of the kind that a lever touches.

    Prohibitions and crimes are never lifted, so that duties alone count where something is.
    """
    turns_on = conditions(law)

    def duties(market: str) -> list[Rule]:
        return enacted(law, market, "duty")

    def model_duties(market: str) -> list[Rule]:
        return [rule for rule in duties(market) if "developer" in roles(law, rule)]

    def fined(market: str) -> list[Rule]:
        return [rule for rule in duties(market) if rule.breach]

    def on_such_uses(market: str) -> list[Rule]:
        asking = enacted(law, market, "duty", "prohibition", "pointer")
        return [rule for rule in asking if turns_on(rule) & FIELDS and rule.id not in OTHER_FIELDS]

    def claims(market: str) -> list[Rule]:
        return enacted(law, market, "claim")

    def claims_in_fields(market: str) -> list[Rule]:
        return [rule for rule in claims(market) if rule.id not in CLAIMS_IN_NO_FIELD]

    kinds: dict[str, Callable[[str], list[Rule]]] = {
        "model-duties-lifted": model_duties,
        "deployer-bears": on_such_uses,
        "deployer-answers": claims_in_fields,
        "practice-instead": duties,
        "practice-proof": duties,
        "research-duty": duties,
        "research-penalty": fined,
        "research-claim": claims,
    }
    return lambda market: [rule.id for rule in kinds[lever](market)]


def law_day(law: Law) -> int:
    return read_day(law.read_on).toordinal()


def cells(levers: dict[str, Lever]) -> Iterator[tuple[str, Standing]]:
    yield from ((id_, each) for id_, lever in levers.items() for each in lever.markets)


def test_every_lever_speaks_of_every_market(law: Law, levers: dict[str, Lever]) -> None:
    assert tuple(levers) == LEVERS
    for lever in levers.values():
        assert tuple(each.market for each in lever.markets) == law.markets
        assert sum(lever.counts().values()) == len(law.markets)


@pytest.mark.parametrize("lever", LEVERS)
def test_nothing_to_lift_is_said_where_no_such_rule_is_and_nowhere_else(
    lever: str, law: Law, levers: dict[str, Lever]
) -> None:
    """Only where the law shows the lever on other rules may such a market say more."""
    found = touched(law, lever)
    faults = []
    for each in levers[lever].markets:
        rules = found(each.market)
        if (each.state == NOTHING) == bool(rules) and not (each.state in SHOWING and not rules):
            faults.append(f"{each.market}: {each.state}, yet {rules[:3] or 'no such rule'}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("lever", LEVERS)
def test_no_names_rules_that_a_reform_would_touch(
    lever: str, law: Law, levers: dict[str, Lever]
) -> None:
    found = touched(law, lever)
    for each in levers[lever].markets:
        if each.state == "no":
            assert set(each.rules) & set(found(each.market)), each


def test_what_shows_a_lever_is_enacted_law_of_the_market(
    law: Law, levers: dict[str, Lever]
) -> None:
    for lever, each in cells(levers):
        for id_ in each.rules if each.state in SHOWING else ():
            rule = law.version(id_, law_day(law))
            assert rule.status == "enacted", (lever, each.market, id_)
            assert law.packs[rule.pack].market in (each.market, ""), (lever, each.market, id_)


def test_what_shows_a_lever_rests_on_more_than_our_view(law: Law, levers: dict[str, Lever]) -> None:
    for lever, each in cells(levers):
        if each.state in SHOWING:
            grades = {law.version(id_, law_day(law)).authority for id_ in each.rules}
            assert grades - {"view"}, (lever, each.market)


def test_an_exception_that_shows_a_lever_lifts_what_the_lever_lifts(
    law: Law, levers: dict[str, Lever]
) -> None:
    for lever, each in cells(levers):
        for id_ in each.rules if each.state in SHOWING else ():
            rule = law.version(id_, law_day(law))
            if rule.kind != "exception":
                continue
            lifts = str(rule.body["lifts"])
            assert lifts in LIFTS[lever], (lever, each.market, id_, lifts)
            if lever == "practice-proof" and lifts in LESS_THAN_PROOF:
                assert rule.shelter["of"] == "code", (each.market, id_)


def test_a_lever_that_lifts_is_shown_by_what_lifts_or_allows(
    law: Law, levers: dict[str, Lever]
) -> None:
    for lever, each in cells(levers):
        if lever in LIFTS and lever != "deployer-answers" and each.state in SHOWING:
            kinds = {law.version(id_, law_day(law)).kind for id_ in each.rules}
            wanted = {"exception", "right"} | ({"pointer"} if lever == "practice-proof" else set())
            assert kinds & wanted, (lever, each.market)


def test_research_says_what_the_harbour_is_keyed_by_and_what_ends_it(
    levers: dict[str, Lever],
) -> None:
    for lever, each in cells(levers):
        if lever.startswith("research-") and each.state in SHOWING:
            assert each.because.startswith("Keyed by "), (lever, each.market)
            assert {"until", "unless", "ends"} & set(each.because.split()), (lever, each.market)


def test_who_bears_or_answers_is_a_deployer(law: Law, levers: dict[str, Lever]) -> None:
    for lever in ("deployer-bears", "deployer-answers"):
        for each in levers[lever].markets:
            if each.state in SHOWING:
                rules = [law.version(id_, law_day(law)) for id_ in each.rules]
                bound = [rule for rule in rules if rule.binding is not None]
                assert any("deployer" in roles(law, rule) for rule in bound), each


def test_a_bill_makes_no_market_so(law: Law, levers: dict[str, Lever]) -> None:
    """Where a market holds nothing enacted, no lever has anything to work on."""
    bare = [m for m in law.markets if not any(r.status == "enacted" for r in of_market(law, m))]
    assert bare
    for _, each in cells(levers):
        if each.market in bare:
            assert each.state == NOTHING, each


def of_market(law: Law, market: str) -> list[Rule]:
    return [rule for rule in law.rules if law.packs[rule.pack].market == market]


def test_the_two_lists_of_other_rules_are_still_needed(law: Law) -> None:
    turns_on = conditions(law)
    for id_ in OTHER_FIELDS:
        assert any(turns_on(rule) & FIELDS for rule in law.by_id[id_])
    for id_ in CLAIMS_IN_NO_FIELD:
        assert all(rule.kind == "claim" and rule.status == "enacted" for rule in law.by_id[id_])


def test_a_reason_is_one_plain_sentence(levers: dict[str, Lever]) -> None:
    for lever, each in cells(levers):
        assert each.state in STATES
        assert not each.because.endswith("."), (lever, each.market)
        assert ". " not in each.because, (lever, each.market)
        assert len(each.because.split()) <= 50, (lever, each.market, len(each.because.split()))


def test_the_table_is_no_part_of_the_law_that_is_compiled() -> None:
    assert "already.yaml" in {path.name for path in (LAW_FOLDER / "reform").iterdir()}
    assert not [path for path in law_files(LAW_FOLDER) if path.name == "already.yaml"]
