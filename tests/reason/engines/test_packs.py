"""Every engine says what the reference says: all packs that ship, random rows of random tables."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from tests.law.judged import shipped_law
from tests.reason.engines.engines import ENGINES, Engine, Task, differences
from tests.reason.engines.tables import Maker, arrow_table, fact_types
from weighbridge.facts.values import read_day
from weighbridge.reason import Row
from weighbridge.reason.columns import Question
from weighbridge.reason.judge import BINDING_AUTHORITIES
from weighbridge.rules import Law

pytestmark = pytest.mark.extra
DAYS = ("2026-11-23", "2025-07-31", "2024-06-01")


@cache
def questions(day: int) -> tuple[Question, ...]:
    """Return every rule that makes a row, for every role that can be its addressee."""
    law = shipped_law()
    asked = []
    for id_ in dict.fromkeys(rule.id for rule in law.bindings):
        rule = law.version(id_, day)
        pack = law.packs[rule.pack]
        assert rule.binding is not None
        term = pack.addressee(rule.binding.addressee, rule.object)
        roles = term.roles if term else ()
        asked += [(rule, Row(role=role, market=pack.market)) for role in roles]
    return tuple(asked)


@cache
def task(law: Law, seed: int, *, columns: int, rows: int, asked: int) -> Task:
    """Return a random table with so many facts, asked so many questions of all packs."""
    random = Random(seed)
    day = read_day(random.choice(DAYS)).toordinal()
    facts = random.sample(fact_types(law, legal=seed % 3 == 0), columns)
    maker = Maker(law, facts, law.markets, seed)
    every = questions(day)
    return Task(
        law,
        arrow_table(maker.columns, maker.rows(rows, random.choice([0.2, 0.5, 0.9]))),
        random.sample(every, min(asked, len(every))),
        day,
        presume=bool(seed % 4),
        authorities=BINDING_AUTHORITIES if seed % 5 == 0 else None,
        tries=64,
    )


@pytest.mark.parametrize("engine", ENGINES, ids=lambda each: each.name)
@pytest.mark.parametrize("seed", range(4))
def test_a_sample_of_all_packs(engine: Engine, seed: int) -> None:
    engine.need()
    asked = task(shipped_law(), seed, columns=(20, 40, 80, 30)[seed], rows=20, asked=120)
    assert differences(engine, asked) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES, ids=lambda each: each.name)
@pytest.mark.parametrize("seed", range(100, 103))
def test_all_packs(engine: Engine, seed: int) -> None:
    engine.need()
    asked = task(shipped_law(), seed, columns=20 + 20 * (seed % 3), rows=40, asked=10**6)
    assert differences(engine, asked) == []
