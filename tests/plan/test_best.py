"""The cheapest plan beside brute force: every set of changes and papers, judged again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan.toys import duty, exception, law, levers, prohibition, weighed
from tests.reason.laws import definition, presumption
from weighbridge.plan.plan import Planner
from weighbridge.plan.proof import nothing_cheaper
from weighbridge.plan.result import ENDED, _judged_state, make_plan
from weighbridge.plan.search import Price
from weighbridge.rules import Rule

FLAGS = st.sampled_from(("a", "b", "c", "d", "e", "f"))
LEAVES = st.one_of(FLAGS, FLAGS.map(lambda name: f"not {name}"), st.sampled_from(("p", "q")))
TREES: Any = st.recursive(
    LEAVES,
    lambda below: (
        st.tuples(st.sampled_from(("all", "any")), below, below) | st.tuples(st.just("not"), below)
    ),
    max_leaves=4,
)
PLAIN: Any = st.recursive(
    st.one_of(FLAGS, FLAGS.map(lambda name: f"not {name}")),
    lambda below: st.tuples(st.sampled_from(("all", "any")), below, below),
    max_leaves=3,
)
HOURS = st.sampled_from(((0.5, 1.0), (1.0, 3.0), (2.0, 2.0), (5.0, 15.0), (20.0, 60.0)))
ANSWERS = st.sets(st.sampled_from(("one", "two", "three")), min_size=1)


@st.composite
def rules(draw: st.DrawFn, stops: int) -> list[Rule]:
    made = [
        duty(f"d{at}", draw(TREES), *sorted(draw(ANSWERS)), every=draw(st.booleans()))
        for at in range(draw(st.integers(1, 3)))
    ]
    made += [prohibition(f"s{at}", draw(TREES)) for at in range(draw(st.integers(0, stops)))]
    if draw(st.booleans()):
        made.append(exception("d0", draw(TREES)))
    made.append(definition("p", draw(PLAIN), complete=draw(st.booleans())))
    if draw(st.booleans()):
        made.append(presumption("q", draw(st.booleans()), draw(PLAIN), unless=draw(PLAIN)))
    return made


@st.composite
def facts(draw: st.DrawFn) -> list[str]:
    known = {name: draw(st.sampled_from(("yes", "no", ""))) for name in "abcdef"}
    return [f"{name}={value}" for name, value in known.items() if value]


def subsets(parts: list[Any]) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(combinations(parts, size) for size in range(len(parts) + 1))


def best_by_force(planner: Planner) -> Price | None:
    """Return the price of the best plan of one market in which everything is answered or ended."""
    best: Price | None = None
    choices = planner.choices
    for made in subsets(sorted(choices.changes)):
        if any(two in choices.conflicts.get(one, ()) for one in made for two in made):
            continue
        facts = {key: value for at in made for key, value in planner.changes[at].after.items()}
        judge = planner.judge.but(facts)
        left = [row for row in planner.rows if _judged_state(judge, row) != ENDED]
        for given_ in subsets(sorted(choices.answers)):
            if all(met(row.rule, {each.split("\t")[0] for each in given_}) for row in left):
                ids = sorted([*(planner.changes[at].id for at in made), *given_])
                weight = sum(choices.changes[at] for at in made)
                weight += sum(choices.answers[each] for each in given_)
                leaves = len(planner.leaving & set(made))
                price = Price(leaves, weight, tuple(ids))
                best = price if best is None else min(best, price)
    return best


def met(rule: Rule, given_: set[str]) -> bool:
    if rule.kind != "duty":
        return False
    wanted = set(rule.discharges)
    return wanted <= given_ if rule.discharged_by == "all" else bool(wanted & given_)


SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@SLOW
@given(rules(0), facts(), st.tuples(HOURS, HOURS, HOURS))
def test_the_cheapest_plan_is_the_cheapest_of_all(
    made: list[Rule], known: list[str], hours: tuple[tuple[float, float], ...]
) -> None:
    toy = law(made, dict(zip(("one", "two", "three"), hours, strict=True)))
    planner = Planner(weighed(toy, *known), levers=levers())
    assert planner.whole and planner.found.exhausted
    assert planner.chosen.price == best_by_force(planner)
    assert nothing_cheaper(planner.demands(), planner.choices, planner.chosen, planner.barred)
    assert make_plan(planner.assessment, levers=levers()).otherwise == ()


@SLOW
@given(rules(2), facts())
def test_a_market_opens_where_some_set_of_changes_opens_it(
    made: list[Rule], known: list[str]
) -> None:
    toy = law(made, {"one": (1.0, 3.0), "two": (2.0, 2.0), "three": (5.0, 15.0)})
    planner = Planner(weighed(toy, *known), levers=levers())
    opening = planner.openings[0]
    best = best_by_force(planner)
    if opening.planned and opening.strict:
        assert planner.chosen.price == best
    elif not opening.planned:
        assert best is None
    else:
        assert best is None or best.leaves > 0
    assert make_plan(planner.assessment, levers=levers()).otherwise == ()


def test_z3_finds_the_plan_that_a_poor_search_missed() -> None:
    toy = law([duty("1", "f", "one", "two")], {"one": (1.0, 1.0), "two": (9.0, 9.0)})
    planner = Planner(weighed(toy, "f=yes"), levers=levers())
    poor = planner.chosen._replace(price=Price(0, 18_000, ()))
    assert nothing_cheaper(planner.demands(), planner.choices, planner.chosen) is True
    assert nothing_cheaper(planner.demands(), planner.choices, poor) is False
