"""The questions of ``weighbridge prove`` over all packs: what is found, each thing shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.law.cases import read_cases, run_case, values_of
from tests.law.judged import shipped_law
from tests.law.reform_cases import amended, as_amended, as_it_stands
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day
from weighbridge.reason.prove.ask import ASK
from weighbridge.reason.prove.follows import nothing_follows
from weighbridge.reason.prove.found import Asked, Found, Undecided
from weighbridge.report.prove_cases import cases_yaml, fact_lines
from weighbridge.rules import Law
from weighbridge.rules.amendment import read_amendments, shipped_amendments

pytestmark = pytest.mark.slow

# Exceptions that only say once more what scope or another exception has said already.
SAID_TWICE = {
    "cn/genai-measures/2-research",
    "eu/ai-act/2.2@2025-02-02",
    "eu/ai-act/2.2@2026-07-27",
    "eu/art-50-guidelines/19",
    "eu/art-50-guidelines/21",
}
# Parts that the definition of a term beside them holds already, or that settle a rule early.
SAID_WITH_THE_TERM = {
    "eu/ai-act/3.68",
    "eu/data-protection/opinion-28.keep",
    "eu/data-protection/opinion-28.origin",
    "eu/gpai-guidelines/3.1.3",
    "us-ca/ab-2013/3111.a",
    "us-ca/sb-53/22757.11-developer",
}
# Legal terms of which the sources tell when they hold and not when they do not.
LEFT_TO_JUDGEMENT = {"computes_mt", "free_software", "reached_va"}


def asked(law: Law, other: Law | None = None) -> Asked:
    day = read_day(law.read_on).toordinal()
    return Asked(law, day, law.markets, other=other, later=other is not None)


@cache
def answer(question: str) -> tuple[Found, ...]:
    events = list(ASK[question](asked(shipped_law())))
    assert [each for each in events if isinstance(each, Undecided)] == []
    return tuple(each for each in events if isinstance(each, Found))


def confirm(law: Law, founds: tuple[Found, ...], folder: Path) -> None:
    """Assert that every witness, written as cases and read back, gives what it says."""
    path = folder / "cases.yaml"
    path.write_text(cases_yaml(law.vocabulary, founds), encoding="utf-8")
    for case in read_cases(path, ""):
        assert run_case(law, case) == []
    for witness in (each for found in founds for each in found.witnesses):
        written = dict(line.split(": ", 1) for line in fact_lines(law.vocabulary, witness))
        assert values_of(law, written) == witness.values, "a fact follows that it does not say"
        assert nothing_follows(law.vocabulary, witness.values)


def test_no_exception_is_dead_but_those_that_say_a_thing_twice() -> None:
    assert {each.rules[0] for each in answer("dead")} == SAID_TWICE


def test_no_part_is_redundant_but_those_that_a_term_holds_already() -> None:
    assert {each.rules[0] for each in answer("redundant")} == SAID_WITH_THE_TERM


def test_no_gap_but_terms_left_to_judgement(tmp_path: Path) -> None:
    founds = answer("gaps")
    assert {each.more.get("fact") for each in founds} == LEFT_TO_JUDGEMENT
    confirm(shipped_law(), founds, tmp_path)


def test_terms_that_limit_use_and_terms_that_allow_no_limit_contradict(tmp_path: Path) -> None:
    founds = answer("contradictions")
    assert len(founds) == 7
    assert all("licence/gpl-3.0/10" in each.rules for each in founds)
    confirm(shipped_law(), founds, tmp_path)


def test_the_lines_of_compute_are_cliffs(tmp_path: Path) -> None:
    founds = answer("cliffs")
    counts = {(each.more["fact"], each.more["low"]): each.more["count"] for each in founds}
    assert counts["training_compute", 1e25] >= 9
    assert {"training_compute", "own_compute", "revenue"} <= {fact for fact, _ in counts}
    confirm(shipped_law(), founds, tmp_path)


REFORMS = [
    each.name for each in read_amendments(shipped_amendments().values()) if not each.is_shared
]


@pytest.mark.parametrize("name", REFORMS)
def test_every_reform_changes_something_for_somebody(name: str, tmp_path: Path) -> None:
    law, plain = amended((name,)), shipped_law()
    found = next(each for each in ASK["amendment"](asked(law, plain)) if isinstance(each, Found))
    assert name in found.witnesses[0].amend
    path = tmp_path / "cases.yaml"
    path.write_text(cases_yaml(law.vocabulary, [found]), encoding="utf-8")
    for case in read_cases(path, ""):
        was = as_it_stands(case)
        assert was is None or run_case(plain, was) == []
        new = as_amended(case)
        expect = {id_: each for id_, each in new.expect.items() if each != {"verdict": "absent"}}
        assert not expect or run_case(law, new) == []


def test_the_law_is_the_same_as_itself() -> None:
    law = shipped_law()
    assert [each for each in ASK["same"](asked(law, law)) if isinstance(each, Found)] == []


def test_the_facts_of_witnesses_are_of_the_vocabulary() -> None:
    names = {
        name_of(key)
        for found in (*answer("contradictions"), *answer("gaps"))
        for witness in found.witnesses
        for key in witness.values
    }
    assert names <= {each.name for each in shipped_law().vocabulary}
