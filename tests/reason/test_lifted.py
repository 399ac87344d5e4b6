"""What exceptions take from a rule that stays, and what they take from a claim."""

from __future__ import annotations

import pytest

from tests.reason.laws import ROW, TODAY, definition, exception, law, presumption, rule
from weighbridge.facts import Value
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.rules import Law

Facts = dict[str, Value]


def judged(law_: Law, facts: Facts, id_: str = "1", **more: object) -> Judgement:
    judge = Judge(law_, facts, TODAY, **more)  # type: ignore[arg-type]
    return judge.judge(law_.by_id[id_][0], ROW)


def told(found: Judgement) -> list[tuple[str, str, bool | None, str]]:
    return [(each.exception.id, each.lifts, each.verdict, each.basis) for each in found.lifted]


SANDBOX = law(rule("1", when="a"), exception("1", "b", lifts="penalty"))


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"a": True, "b": True}, [("1-but", "penalty", True, "settled")]),
        ({"a": True, "b": False}, []),
        ({"a": True}, [("1-but", "penalty", None, "settled")]),
        ({"b": True}, [("1-but", "penalty", True, "settled")]),
        ({"a": False, "b": True}, []),
    ],
)
def test_what_is_lifted_is_told_of_a_rule_that_stays_or_may(
    facts: Facts, result: list[tuple[str, str, bool | None, str]]
) -> None:
    found = judged(SANDBOX, facts)
    assert told(found) == result
    assert found.verdict is facts.get("a")


def test_a_lift_that_is_open_says_what_would_tell() -> None:
    (lift,) = judged(SANDBOX, {"a": True}).lifted
    assert lift.missing == (("b",),)
    (lift,) = judged(SANDBOX, {"a": True, "b": True}).lifted
    assert lift.missing == ()


def test_a_lift_may_rest_on_a_presumption_though_the_verdict_does_not() -> None:
    eased = law(
        rule("1", when="a"),
        exception("1", "p", lifts="proof"),
        definition("p", "b", complete=False),
        presumption("p", True, unless="c"),
    )
    found = judged(eased, {"a": True})
    assert told(found) == [("1-but", "proof", True, "presumed")]
    assert (found.verdict, found.basis) == (True, "settled")
    assert told(judged(eased, {"a": True}, presume=False)) == [("1-but", "proof", None, "settled")]


def test_a_lift_has_exceptions_of_its_own() -> None:
    lost = law(
        rule("1", when="a"),
        exception("1", "b", id_="2", lifts="penalty"),
        exception("2", "c", id_="3"),
    )
    assert told(judged(lost, {"a": True, "b": True, "c": True})) == []
    kept = judged(lost, {"a": True, "b": True, "c": False})
    assert told(kept) == [("2", "penalty", True, "settled")]


def test_several_lifts_stand_side_by_side() -> None:
    eased = law(
        rule("1", when="a"),
        exception("1", "b", id_="2", lifts="penalty"),
        exception("1", "c", id_="3", lifts="mitigation"),
        exception("1", "d", id_="4"),
    )
    found = judged(eased, {"a": True, "b": True, "c": True, "d": False})
    assert [lift for _, lift, _, _ in told(found)] == ["penalty", "mitigation"]
    assert judged(eased, {"a": True, "b": True, "c": True, "d": True}).lifted == ()


def test_texts_that_do_not_count_lift_nothing() -> None:
    viewed = law(rule("1", when="a"), exception("1", "b", lifts="penalty", authority="view"))
    facts: Facts = {"a": True, "b": True}
    assert told(judged(viewed, facts)) == [("1-but", "penalty", True, "settled")]
    assert told(judged(viewed, facts, authorities=frozenset({"statute"}))) == []


def test_an_immunity_takes_a_claim_away_and_a_defence_does_not() -> None:
    asked = law(
        rule("1", "claim", "a"),
        exception("1", "b", id_="immune", lifts="claim"),
        exception("1", "c", id_="defends", lifts="defence"),
    )
    barred = judged(asked, {"a": True, "b": True, "c": True})
    assert (barred.verdict, barred.because, barred.lifted) == (False, "exception", ())
    defended = judged(asked, {"a": True, "b": False, "c": True})
    assert defended.verdict is True
    assert told(defended) == [("defends", "defence", True, "settled")]
    assert judged(asked, {"a": True, "c": True}).verdict is None


def test_what_lifts_the_claim_of_a_duty_leaves_the_duty() -> None:
    spared = law(rule("1", when="a"), exception("1", "b", lifts="claim"))
    found = judged(spared, {"a": True, "b": True})
    assert found.verdict is True
    assert told(found) == [("1-but", "claim", True, "settled")]
