"""What may and may not change a verdict, on every pack that ships.

Narrower facts never reverse a settled verdict; a presumed one is reversed only by facts its own
``unless`` names; wider facts only widen; the presumed half never contradicts the settled one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.law.pack_cases import facts_by_name, placed_cases
from weighbridge.facts import FactType, Range, Value
from weighbridge.facts.values import read_day
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law, Rule
from weighbridge.rules.compile import compile_law
from weighbridge.rules.nodes import facts_of
from weighbridge.rules.sources import LAW_FOLDER

pytestmark = pytest.mark.slow  # every pack, hundreds of times
Facts = dict[str, Value]
RULES_PER_EXAMPLE = 12
DAYS = tuple(
    date.fromisoformat(day).toordinal() for day in ("2024-06-01", "2025-07-31", "2026-11-23")
)


@cache
def law() -> Law:
    return compile_law([LAW_FOLDER])


@cache
def known_facts() -> tuple[FactType, ...]:
    """Return the facts the rules turn on that no definition concludes."""
    defined = {rule.body["concludes"] for rule in law().rules if rule.kind == "definition"}
    names = {
        name
        for rule in law().rules
        for tree in (rule.when, *([rule.unless] if rule.unless is not None else []))
        for name in facts_of(tree)
    }
    return tuple(law().vocabulary[name] for name in sorted(names - defined - {"role"}))


@cache
def points(*, dates: bool) -> tuple[float, ...]:
    """Return numbers just below, at and above every threshold."""
    found = {1.0} if dates else {0.0}
    for parameter in law().parameters.values():
        if (parameter.unit == "date") == dates:
            for dated in parameter.values:
                step = 1.0 if dates else dated.value / 1024
                found.update(dated.value + side * step for side in (-1, 0, 1))
                if not dates:
                    found.add(dated.value / 3)
    return tuple(sorted(n for n in found if n >= 0 and (not dates or n >= 1)))


@st.composite
def values(draw: st.DrawFn, fact: FactType) -> Value:
    if fact.is_boolean:
        return draw(st.booleans())
    if fact.type == "enum":
        return draw(st.sampled_from(sorted(fact.values)))
    point = st.sampled_from(points(dates=fact.is_date))
    one, two = draw(point), draw(point)
    shape = draw(st.sampled_from(["exact", "exact", "between", "above", "below"]))
    low, high = min(one, two), max(one, two)
    if shape == "exact":
        return Range.exactly(one)
    return Range(low if shape != "below" else None, high if shape != "above" else None)


@st.composite
def random_facts(draw: st.DrawFn, most: int) -> Facts:
    chosen = st.lists(st.sampled_from(known_facts()), max_size=most, unique_by=lambda f: f.name)
    return {fact.name: draw(values(fact)) for fact in draw(chosen)}


@st.composite
def situations(draw: st.DrawFn) -> tuple[Facts, Row, int, list[Rule]]:
    """Draw facts, a row, a day and rules: from a case of a pack a little changed, or at random."""
    if draw(st.booleans()):
        return draw(situations_of_cases())
    market = draw(st.sampled_from(law().markets))
    role = draw(st.sampled_from(["developer", "modifier", "integrator", "deployer"]))
    bindings = [rule for rule in law().bindings if law().packs[rule.pack].market in (market, "")]
    row = Row(role=role, market=market)
    return draw(random_facts(40)), row, draw(st.sampled_from(DAYS)), draw(some(bindings))


@st.composite
def situations_of_cases(draw: st.DrawFn) -> tuple[Facts, Row, int, list[Rule]]:
    placed = draw(st.sampled_from(placed_cases()))
    known = {fact.name for fact in known_facts()}
    facts = {k: v for k, v in facts_by_name(law(), placed.case).items() if k in known}
    bindings = [rule for rule in law().bindings if rule.pack == placed.pack]
    day = read_day(placed.case.as_of or law().read_on).toordinal()
    changed = facts | draw(random_facts(3))
    return changed, placed.case.row, day, draw(some(bindings or list(law().bindings)))


def some(rules: list[Rule]) -> st.SearchStrategy[list[Rule]]:
    return st.lists(st.sampled_from(rules), min_size=1, max_size=RULES_PER_EXAMPLE)


@st.composite
def narrowings(draw: st.DrawFn, facts: Facts) -> Facts:
    """Draw facts that say no less than ``facts``: some learnt, some ranges narrowed."""
    learnt = draw(st.lists(st.sampled_from(known_facts()), max_size=4, unique_by=lambda f: f.name))
    more = facts | {f.name: draw(values(f)) for f in learnt if f.name not in facts}
    ranges = sorted(name for name, value in facts.items() if isinstance(value, Range))
    if ranges:
        name = draw(st.sampled_from(ranges))
        known = facts[name]
        assert isinstance(known, Range)
        dates = law().vocabulary[name].is_date
        inside = [n for n in points(dates=dates) if Range.exactly(n).meets(known)]
        if inside:
            more[name] = Range.exactly(draw(st.sampled_from(inside)))
    return more


def changed_names(one: Mapping[str, Value], two: Mapping[str, Value]) -> set[str]:
    return {name for name in {*one, *two} if one.get(name) != two.get(name)}


def check_order(less: Facts, more: Facts, row: Row, day: int, rules: list[Rule]) -> None:
    """Assert what must hold where ``more`` says no less than ``less`` about anything."""
    before, after = Judge(law(), less, day), Judge(law(), more, day)
    for rule in rules:
        judged = before.judge(rule, row)
        verdict, basis = after.verdict(rule, row)
        if judged.verdict is None or verdict is judged.verdict:
            continue
        assert judged.basis == "presumed", f"{rule.key}: a settled verdict became {verdict}"
        if verdict is not None:
            named = {key.split("[")[0].split("@")[0] for key in judged.unless}
            assert named & changed_names(less, more), (
                f"{rule.key}: presumed {judged.verdict} became {verdict} ({basis}) "
                f"by {changed_names(less, more)}, not by {sorted(named)}"
            )


@given(st.data(), situations())
@settings(max_examples=900)
def test_learning_more_never_reverses_what_is_settled(
    data: st.DataObject, situation: tuple[Facts, Row, int, list[Rule]]
) -> None:
    facts, row, day, rules = situation
    check_order(facts, data.draw(narrowings(facts)), row, day, rules)


@given(st.data(), situations())
@settings(max_examples=600)
def test_dropping_a_fact_only_widens(
    data: st.DataObject, situation: tuple[Facts, Row, int, list[Rule]]
) -> None:
    facts, row, day, rules = situation
    if facts:
        name = data.draw(st.sampled_from(sorted(facts)))
        check_order({k: v for k, v in facts.items() if k != name}, facts, row, day, rules)


@given(st.data(), situations())
@settings(max_examples=600)
def test_contradicting_a_fact_only_widens(
    data: st.DataObject, situation: tuple[Facts, Row, int, list[Rule]]
) -> None:
    facts, row, day, rules = situation
    wider = dict(facts)
    for name, value in facts.items():
        other = data.draw(values(law().vocabulary[name]))
        if isinstance(value, Range) and isinstance(other, Range):
            wider[name] = value.hull(other)
        elif value != other:
            del wider[name]
    check_order(wider, facts, row, day, rules)


@given(situations())
@settings(max_examples=600)
def test_presuming_adds_to_what_is_settled_and_never_contradicts_it(
    situation: tuple[Facts, Row, int, list[Rule]],
) -> None:
    facts, row, day, rules = situation
    case = Case(law(), facts)
    settled = Evaluator(law(), case, presume=False, today=day)
    presumed = Evaluator(law(), case, presume=True, today=day)
    for rule in rules:
        on = rule.interval.nearest(day)
        found = settled.judge(rule, row, on).verdict
        assert found in (None, presumed.judge(rule, row, on).verdict), rule.key
    for at, conclusion in settled.conclusions.items():
        if conclusion.verdict is not None:
            assert presumed.conclusions[at].verdict is conclusion.verdict


@given(situations())
@settings(max_examples=200)
def test_with_every_fact_known_exactly_no_test_is_left_open(
    situation: tuple[Facts, Row, int, list[Rule]],
) -> None:
    facts, row, day, rules = situation
    whole = {fact.name: _exact(fact, facts.get(fact.name)) for fact in known_facts()}
    evaluator = Evaluator(law(), Case(law(), whole), presume=False, today=day)
    for rule in rules:
        on = rule.interval.nearest(day)
        for node in evaluator.judge(rule, row, on).everything():
            if node.verdict is None and node.kind in ("flag", "in", "compare"):
                assert node.open == (), f"{rule.key}: {node.text} is open"


def _exact(fact: FactType, value: Value | None) -> Value:
    if fact.is_numeric:
        low = value.low if isinstance(value, Range) else None
        return Range.exactly(low if low is not None else points(dates=fact.is_date)[0])
    if value is not None:
        return value
    return False if fact.is_boolean else sorted(fact.values)[0]


@given(situations(), st.text(max_size=20))
@settings(max_examples=150)
def test_names_and_other_texts_change_no_verdict(
    situation: tuple[Facts, Row, int, list[Rule]], name: str
) -> None:
    facts, row, day, rules = situation
    texts: Facts = {fact.name: name for fact in law().vocabulary if fact.type == "text"}
    plain, named = Judge(law(), facts, day), Judge(law(), facts | texts, day)
    for rule in rules:
        assert plain.verdict(rule, row) == named.verdict(rule, row)


def test_the_facts_and_thresholds_of_the_law_were_found() -> None:
    assert len(known_facts()) > 40
    assert {1e25, 1e23, 1e26} <= set(points(dates=False))
    assert float(date(2025, 8, 2).toordinal()) in points(dates=True)
