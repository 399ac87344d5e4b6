"""What Z3 is told a rule means against the reference evaluator: random laws, random facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reason.laws import (
    FLAGS,
    ROW,
    TODAY,
    WORDS,
    definition,
    exactly,
    exception,
    law,
    on,
    presumption,
    rule,
)
from tests.reason.prove.toy import answer, asked, duty, toy_law
from tests.reason.test_settle import branches
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator
from weighbridge.reason import smt_law as module
from weighbridge.reason.pairs import Pair
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.dead import dead
from weighbridge.reason.prove.found import Undecided
from weighbridge.reason.prove.witness import NOT_CONFIRMED
from weighbridge.reason.smt_facts import Ends, Symbols
from weighbridge.reason.smt_law import LawTerms
from weighbridge.rules import Law

LEAVES = (
    *FLAGS[:3],
    "p",
    "q",
    "x > ten",
    "x >= ten",
    "x <= twenty",
    "x == twenty",
    "y < later",
    "x + y > twenty",
    "x - third * y <= ten",
    "word in {red}",
    "word in {red, green}",
    "role in {developer}",
    "day < start",
    "months_after(day, half_year) >= start",
)
TREES = st.recursive(st.sampled_from(LEAVES), branches, max_leaves=6)
PLAIN = st.recursive(
    st.sampled_from([*FLAGS[:3], "x > ten", "word in {red}"]), branches, max_leaves=3
)
NUMBERS = st.sampled_from([exactly(n) for n in (0, 9, 10, 11, 19, 20, 21, 30)])
DAYS = st.sampled_from(
    [on(day) for day in ("2025-02-27", "2025-02-28", "2025-03-01", "2025-08-31")]
)


def ranges(ends: st.SearchStrategy[Range]) -> st.SearchStrategy[Range]:
    closed = st.tuples(ends, ends).map(lambda two: two[0].hull(two[1]))
    return (
        closed
        | ends.map(lambda one: Range(one.low, None))
        | ends.map(lambda one: Range(None, one.high))
    )


KNOWN = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FLAGS[:3], st.booleans()),
        "x": ranges(NUMBERS),
        "y": ranges(NUMBERS),
        "day": ranges(DAYS),
        "word": st.sampled_from(WORDS),
    },
)
LAWS = st.builds(
    lambda when, p, q, but, deeper, presumed, unless, complete, value: law(
        rule("1", when=when),
        definition("p", p, complete=complete),
        definition("q", q, complete=not complete, id_="q1"),
        exception("1", but),
        exception("1-but", deeper),
        presumption("p", value, presumed, unless=unless),
    ),
    TREES,
    PLAIN,
    PLAIN,
    TREES,
    PLAIN,
    PLAIN,
    PLAIN,
    st.booleans(),
    st.booleans(),
)


def known(symbols: Symbols, facts: dict[str, Value]) -> list[Any]:
    """Return that exactly these facts are known, of the symbols met."""
    terms: list[Any] = []
    for key, symbol in symbols.met.items():
        value = facts.get(key)
        if isinstance(symbol, Pair):
            terms += [symbol.true == (value is True), symbol.false == (value is False)]
        elif isinstance(symbol, Ends):
            spoken = value if isinstance(value, Range) else Range(None, None)
            for end, at in ((symbol.low, spoken.low), (symbol.high, spoken.high)):
                terms.append(end.known == (at is not None))
                terms += [end.at == z3.Q(int(at), 1)] if at is not None else []
        else:
            terms += [term == (word == value) for word, term in symbol.items()]
    return terms


def halves(whole: Law, facts: dict[str, Value], *, presume: bool) -> tuple[bool, bool]:
    """Return what Z3 makes of the first rule: known to hold, known not to."""
    terms = LawTerms(whole, presume=presume)
    node = whole.by_id["1"][0]
    pair = terms.condition(node, ROW, TODAY)
    solver = z3.Solver()
    solver.add(*[each for each in terms.symbols.domain if each is not True])
    solver.add(*known(terms.symbols, facts))
    assert solver.check() == z3.sat
    found = []
    for half in pair:
        solver.push()
        solver.add(half)
        can = solver.check() == z3.sat
        solver.pop()
        solver.push()
        solver.add(z3.Not(half) if not isinstance(half, bool) else not half)
        can_not = solver.check() == z3.sat
        solver.pop()
        assert can != can_not, "a half that known facts leave open"
        found.append(can)
    return found[0], found[1]


@given(LAWS, KNOWN, st.booleans())
@settings(max_examples=150)
def test_z3_means_by_a_rule_what_the_reference_means(
    whole: Law, facts: dict[str, Value], presume: bool
) -> None:
    evaluator = Evaluator(whole, Case(whole, facts), presume=presume, today=TODAY)
    verdict = evaluator.condition(whole.by_id["1"][0], ROW, TODAY).verdict
    assert halves(whole, facts, presume=presume) == (verdict is True, verdict is False)


def _deaf(pairs: Any) -> Pair:
    """Return *and* as a mutant has it that does not hear the last part."""
    return _all_of(list(pairs)[:-1])


_all_of = module.all_of


def test_an_engine_that_drops_a_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = law(rule("1", when=("all", "a", "b")))
    facts: dict[str, Value] = {"a": True, "b": False}
    assert halves(whole, facts, presume=False) == (False, True)
    monkeypatch.setattr(module, "all_of", _deaf)
    assert halves(whole, facts, presume=False) != (False, True)


def test_what_a_mutant_finds_is_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = toy_law(tmp_path, duty("one/act/do", "{all: [red, not red]}"))
    assert [each.kind for each in answer("dead", whole)] == ["never-met"]
    monkeypatch.setattr(module, "all_of", _deaf)
    events = list(dead(asked(whole)))
    reasons = {each.reason for each in events if isinstance(each, Undecided)}
    assert reasons == {NOT_CONFIRMED}


def test_out_of_steps_is_undecided_with_the_reason() -> None:
    names = [f"n{n}" for n in range(7)]
    holes = range(6)
    sits = {(name, hole): z3.Bool(f"{name} {hole}") for name in names for hole in holes}
    terms = [z3.Or([sits[name, hole] for hole in holes]) for name in names]
    terms += [z3.AtMost(*[sits[name, hole] for name in names], 1) for hole in holes]
    asker = Asker(Symbols(law().vocabulary), steps=200)
    with pytest.raises(NotDecided, match="did not decide it within 200 of its steps"):
        asker.model(*terms)
