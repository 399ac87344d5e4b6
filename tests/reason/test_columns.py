"""The law specialised to a table: which columns are facts, what folds away, what is shared."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.reason.laws import TODAY, definition, law, presumption, rule
from weighbridge.facts import Range
from weighbridge.reason import Row
from weighbridge.reason.columns import Pair, Specialised, Table, specialise
from weighbridge.reason.columns.circuit import FALSE, TRUE
from weighbridge.rules import Law
from weighbridge.rules.rule import Interval
from weighbridge.text.errors import InputError


def special(whole: Law, *columns: str, **more: int) -> Specialised:
    asked = [(each, Row(market="EU")) for each in whole.rules if each.kind == "duty"]
    return specialise(Table(whole, columns), asked, TODAY, **more)


def test_columns_are_named_like_their_facts() -> None:
    whole = law(rule("1", when="there"), rule("2", "duty", "a", pack="toy"))
    names = ["a", "x_low", "x_high", "there__EU", "there", "there__XX", "a__EU", "a_low", "b_c"]
    table = Table(whole, [*names, "role", "source__a"])
    assert list(table.columns) == ["a", "x_low", "x_high", "there__EU", "there"]
    assert table.others == ["there__XX", "a__EU", "a_low", "b_c", "role", "source__a"]
    assert table.columns["there__EU"].key == "there[EU]"


def test_a_number_with_a_value_and_an_end_is_refused() -> None:
    with pytest.raises(InputError) as error:
        Table(law(), ["x", "x_low"])
    assert str(error.value) == "`x`, `x_low` all hold `x`\n  help: keep the value or its two ends"


def test_a_row_becomes_the_facts_that_can_be() -> None:
    whole = law(rule("1", when="there"))
    table = Table(whole, ["a", "x_low", "x_high", "y", "day", "word", "there__EU"], {"b": True})
    row = {"a": False, "x_low": 5, "x_high": None, "y": float("nan"), "word": "mauve"}
    day = datetime(2025, 8, 31, 12)
    assert table.values(row | {"day": day, "there__EU": True}) == {
        "a": False,
        "x": Range(5.0, None),
        "day": Range.exactly(date(2025, 8, 31).toordinal()),
        "there[EU]": True,
        "b": True,
    }
    assert table.values({"x_low": 9.0, "x_high": 5.0, "y": -1.0}) == {"b": True}


def test_a_fact_without_a_column_folds_away() -> None:
    whole = law(rule("1", when=("all", "a", "b")), rule("2", when="a"), rule("3", when="b"))
    found = special(whole, "b", "c")
    one, two, three = found.answers
    assert one.pair == Pair(FALSE, three.pair.false)
    assert two.pair == Pair(FALSE, FALSE)
    assert found.columns == ("b",)
    assert one.facts == ("a", "b")


def test_equal_rests_are_one_tree() -> None:
    whole = law(
        rule("1", when=("all", "a", "b")),
        rule("2", when=("any", ("all", "b", "a"), ("all", "a", "b"))),
        rule("3", when=("not", ("any", ("not", "a"), ("not", "b")))),
        rule("4", when=("any", "a", "c")),
    )
    found = special(whole, "a", "b")
    assert len(found.trees) == 2
    assert found.report()["trees"] == 2
    assert found.report()["same_for_all_rows"] == 0
    assert special(whole).report()["same_for_all_rows"] == 4


def test_a_presumption_shows_in_what_is_settled() -> None:
    whole = law(rule("1", when="p"), definition("p", "a", complete=False), presumption("p", True))
    answer = special(whole, "a").answers[0]
    assert answer.pair == Pair(TRUE, FALSE)
    circuit = special(whole, "a").circuit
    assert answer.settled == circuit.flag("a").true


def test_a_rule_is_in_force_for_all_rows_or_by_its_transition() -> None:
    moved = {"moves": ["1"], "to": "end"}
    whole = law(
        rule("1", when="a"),
        rule("2", when="a", interval=Interval(None, TODAY)),
        rule("3", when="a", interval=Interval(TODAY + 1, None)),
        rule("4", when="a", status="bill"),
        rule("later", "transition", "b", **moved),
    )
    found = special(whole, "a", "b")
    assert [each.force.state for each in found.answers] == [None, "no-longer", "not-yet", "never"]
    flag = found.circuit.flag("b")
    assert found.answers[0].force.pair == Pair(flag.false, flag.true)


def test_few_tries_leave_a_doubt_and_enough_leave_none() -> None:
    either = ("any", ("all", "a", "b"), ("all", ("not", "a"), "c"))
    few = special(law(rule("1", when=either)), "b", "c", tries=0).answers[0]
    enough = special(law(rule("1", when=either)), "b", "c").answers[0]
    assert not few.exact
    assert enough.exact
    assert few.pair.true == FALSE
    assert enough.pair.true != FALSE


def test_a_doubt_is_put_to_the_reference_once_for_alike_rows() -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from weighbridge.reason.planes import Planes

    either = ("any", ("all", "a", "b"), ("all", ("not", "a"), "c"))
    found = special(law(rule("1", when=either)), "b", "c", tries=0)
    engine = Planes(found)
    data = pa.table({"b": [True, True, None] * 40, "c": [True, None, None] * 40})
    verdicts = engine.judge(data)
    assert verdicts.applies(found.answers[0]).to_pylist() == [True, None, None] * 40
    assert engine.doubts is not None
    assert 0 < engine.doubts.asked <= 3
