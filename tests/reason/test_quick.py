"""The quick verdict is the reference's verdict, on every case of the law and both halves."""

from __future__ import annotations

import pytest

from tests.law.cases import values_of
from tests.law.pack_cases import placed_cases
from weighbridge.facts.values import read_day
from weighbridge.reason import Case, Evaluator
from weighbridge.reason.judge import BINDING_AUTHORITIES
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER


@pytest.fixture(scope="module")
def law() -> Law:
    return compile_law([LAW_FOLDER])


@pytest.mark.parametrize("authorities", [None, BINDING_AUTHORITIES], ids=["all", "binding"])
@pytest.mark.parametrize("presume", [False, True], ids=["settled", "presumed"])
def test_it_says_what_the_reference_says(
    law: Law, presume: bool, authorities: frozenset[str] | None
) -> None:
    looked_at = 0
    for placed in placed_cases():
        case = Case(law, values_of(law, placed.case.facts))
        evaluator = Evaluator(law, case, presume=presume, authorities=authorities)
        day = read_day(placed.case.as_of or law.read_on).toordinal()
        for id_ in placed.case.expect:
            if id_ in law.by_id and law.by_id[id_][0].binding is not None:
                rule = law.version(id_, day)
                on = rule.interval.nearest(day)
                reference = evaluator.judge(rule, placed.case.row, on).verdict
                assert evaluator.quick.judge(rule, placed.case.row, on) is reference, (
                    f"{placed.id}: {rule.key}"
                )
                looked_at += 1
    assert looked_at > 1000
