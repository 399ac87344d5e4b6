"""Every engine says what the reference says: random rules, random rows of a table."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reason.engines.engines import ENGINES, Engine, Task, differences
from tests.reason.engines.tables import Maker, arrow_table, fact_types
from tests.reason.laws import (
    CONCLUDED,
    FLAGS,
    TODAY,
    definition,
    exception,
    law,
    presumption,
    rule,
)
from weighbridge.facts import Value
from weighbridge.reason import Row
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import Interval

pytestmark = pytest.mark.extra
PACK = "toy"
LEAVES = (
    *FLAGS[:4],
    *CONCLUDED,
    "there",
    "x > ten",
    "x >= twenty",
    "x < rising",
    "x == ten",
    "y <= twenty",
    "x >= later",
    "x + y > twenty",
    "x > third * y",
    "x - y <= ten",
    "day < start",
    "day >= start",
    "months_after(day, half_year) > end",
    "word in {red}",
    "word in {red, blue}",
    "reading in {so}",
    "role in {modifier}",
)
DAYS = (TODAY, date(2019, 6, 1).toordinal(), date(2030, 6, 1).toordinal())


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=3)
    joined = st.tuples(st.sampled_from(["all", "any"]), several)
    return joined.map(lambda two: (two[0], *two[1])) | inner.map(lambda part: ("not", part))


def trees(leaves: tuple[str, ...], most: int) -> st.SearchStrategy[Any]:
    return st.recursive(st.sampled_from(leaves), branches, max_leaves=most)


PLAIN = tuple(leaf for leaf in LEAVES if leaf not in CONCLUDED)
BELOW = {
    "p": (*PLAIN, "q", "r"),
    "q": (*PLAIN, "r"),
    "r": PLAIN,
}


@st.composite
def laws(draw: st.DrawFn) -> Law:
    """Draw a duty with exceptions two deep, a scope, definitions, presumptions, a transition."""
    intervals = st.sampled_from([Interval(), Interval(None, TODAY), Interval(TODAY + 400, None)])
    rules: list[Rule] = [
        rule("1", when=draw(trees(LEAVES, 7)), interval=draw(intervals)),
        rule("2", when=draw(trees(LEAVES, 4)), status=draw(st.sampled_from(["enacted", "bill"]))),
    ]
    if draw(st.booleans()):
        rules.append(exception("1", draw(trees(LEAVES, 3)), id_="1-but"))
        if draw(st.booleans()):
            rules.append(exception("1-but", draw(trees(LEAVES, 2)), id_="1-but-but"))
    if draw(st.booleans()):
        rules.append(rule("scope", "scope", draw(trees(PLAIN, 2)), scope=PACK))
    if draw(st.booleans()):
        moved = {"moves": ["1", "2"], "to": draw(st.sampled_from(["end", "moved"]))}
        rules.append(rule("later", "transition", draw(trees(LEAVES, 2)), **moved))
    for name in CONCLUDED:
        for at in range(draw(st.integers(0, 2))):
            when = draw(trees(BELOW[name], 3))
            complete = draw(st.booleans())
            rules.append(definition(name, when, complete=complete, id_=f"def-{name}-{at}"))
        for value in draw(st.sampled_from([(), (True,), (False,), (True, False)])):
            unless = draw(st.none() | trees(PLAIN, 2))
            more = {} if unless is None else {"unless": unless}
            rules.append(presumption(name, value, draw(trees(PLAIN, 2)), **more))
    return law(*rules)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    law_ = draw(laws())
    types = fact_types(law_, legal=True)
    facts = [fact for fact in types if draw(st.integers(0, 3))]
    maker = Maker(law_, facts, ["EU"], draw(st.integers(0, 10**6)))
    known = draw(st.sampled_from([0.3, 0.6, 0.9, 1.0]))
    rows = maker.rows(12, known, draw(st.sampled_from([0.0, 0.08])))
    fixed: dict[str, Value] = draw(
        st.fixed_dictionaries({}, optional={"reading": st.just("so"), "a": st.booleans()})
    )
    asked = [
        (each, Row(role=role, market="EU"))
        for each in law_.rules
        if each.id in ("1", "2")
        for role in ("developer", "modifier")
    ]
    return Task(
        law_,
        arrow_table(maker.columns, rows),
        asked,
        draw(st.sampled_from(DAYS)),
        presume=draw(st.booleans()),
        fixed=fixed,
    )


@pytest.mark.parametrize("engine", ENGINES, ids=lambda each: each.name)
def test_random_rules_on_random_rows(engine: Engine) -> None:
    engine.need()

    @given(tasks())
    @settings(max_examples=engine.examples)
    def agrees(task: Task) -> None:
        assert differences(engine, task) == []

    agrees()
