"""Every case beside the rules gives what it expects."""

from __future__ import annotations

import pytest

from tests.law.cases import run_case
from tests.law.pack_cases import Placed, placed_cases
from weighbridge.rules import Law


@pytest.mark.parametrize("placed", placed_cases(), ids=lambda placed: placed.id)
def test_case(law: Law, placed: Placed) -> None:
    wrong = run_case(law, placed.case)
    assert not wrong, "\n".join(wrong)


def test_every_pack_has_cases(law: Law) -> None:
    assert {placed.pack for placed in placed_cases()} == set(law.packs)


def test_every_rule_that_makes_a_row_is_expected_by_some_case(law: Law) -> None:
    expected = {id_ for placed in placed_cases() for id_ in placed.case.expect}
    missing = sorted({rule.id for rule in law.bindings} - expected)
    assert not missing, f"no case says what comes of: {', '.join(missing)}"
