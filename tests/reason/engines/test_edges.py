"""Single edges, each engine: what a cell may hold, thresholds to the last bit, markets, gates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from tests.reason.engines.engines import ENGINES, Engine, Task, differences
from tests.reason.engines.tables import ABOVE, BELOW
from tests.reason.laws import (
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

pytestmark = pytest.mark.extra
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
Verdicts = list[bool | None]
YES, NO, UNKNOWN = True, False, None


def judged(
    engine: Engine,
    law_: Law | Rule | str | tuple[Any, ...],
    columns: dict[str, Sequence[Any]],
    fixed: dict[str, Value] | None = None,
    types: dict[str, Any] | None = None,
) -> Verdicts:
    """Return the verdicts of rule 1 for each row; the reference must say the same of the whole."""
    engine.need()
    if not isinstance(law_, Law):
        law_ = law(law_ if isinstance(law_, Rule) else rule("1", when=law_))
    arrays = {name: pa.array(cells, (types or {}).get(name)) for name, cells in columns.items()}
    asked = [(law_.by_id["1"][0], Row(market="EU"))]
    task = Task(law_, pa.table(arrays), asked, TODAY, fixed=fixed or {})
    assert differences(engine, task) == []
    return [applies for applies, _ in engine.judge(task).found[0]]


every_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda each: each.name)


@every_engine
@pytest.mark.parametrize(
    ("operator", "verdicts"),
    [
        (">", [NO, NO, YES]),
        (">=", [NO, YES, YES]),
        ("<", [YES, NO, NO]),
        ("<=", [YES, YES, NO]),
        ("==", [NO, YES, NO]),
    ],
)
def test_a_threshold_to_the_last_bit(engine: Engine, operator: str, verdicts: Verdicts) -> None:
    cells = [BELOW, 10.0, ABOVE, None]
    assert judged(engine, f"x {operator} ten", {"x": cells}) == [*verdicts, UNKNOWN]


@every_engine
def test_ranges_and_their_open_ends(engine: Engine) -> None:
    low = [None, 10.0, ABOVE, None, None, 5.0, 12.0]
    high = [10.0, None, None, BELOW, None, 15.0, 12.0]
    columns = {"x_low": low, "x_high": high}
    assert judged(engine, "x > ten", columns) == [NO, UNKNOWN, YES, NO, UNKNOWN, UNKNOWN, YES]
    assert judged(engine, "x >= ten", columns) == [UNKNOWN, YES, YES, NO, UNKNOWN, UNKNOWN, YES]
    assert judged(engine, "x == ten", {"x_low": [10.0, 9.0], "x_high": [10.0, 10.0]}) == [YES, None]


@every_engine
def test_what_no_fact_can_be_is_unknown(engine: Engine) -> None:
    odd = [math.nan, math.inf, -math.inf, -1.0, -0.0, 1e308]
    assert judged(engine, "x > ten", {"x": odd}) == [None, None, None, None, NO, YES]
    assert judged(engine, "x < ten", {"x": odd}) == [None, None, None, None, YES, NO]
    crossed = {"x_low": [20.0, math.inf, 30.0], "x_high": [11.0, 20.0, -5.0]}
    assert judged(engine, "x > ten", crossed) == [UNKNOWN, UNKNOWN, YES]
    assert judged(engine, "word in {red}", {"word": ["red", "blue", "mauve", None, ""]}) == [
        *(YES, NO, UNKNOWN, UNKNOWN, UNKNOWN)
    ]


@every_engine
def test_a_sum_takes_the_end_that_each_sign_asks_for(engine: Engine) -> None:
    columns = {
        "x_low": [5.0, 0.0, None, 25.0],
        "x_high": [8.0, 1.0, 8.0, 25.0],
        "y_low": [16.0, 1.0, 0.0, None],
        "y_high": [20.0, 3.0, 1.0, 10.0],
    }
    assert judged(engine, "x + y > twenty", columns) == [YES, NO, NO, UNKNOWN]
    assert judged(engine, "x - y <= ten", columns) == [YES, YES, YES, NO]
    assert judged(engine, "x > third * y", columns) == [UNKNOWN, UNKNOWN, UNKNOWN, YES]
    huge = {"x": [1e308, 1e308], "y": [1e308, None]}
    assert judged(engine, "x + y > twenty", huge) == [YES, UNKNOWN]


@every_engine
def test_days_and_months(engine: Engine) -> None:
    days = [date(2025, 8, 30), date(2025, 8, 31), date(2025, 9, 1), None, date.max, date.min]
    assert judged(engine, "day >= start", {"day": days}) == [NO, YES, YES, None, YES, NO]
    # Six months after the last of August is the last of February; of June, the day before its end.
    ends = [date(2026, 6, 30), date(2026, 7, 1), date(2025, 8, 31), date.max]
    moved = "months_after(day, half_year) >= end"
    assert judged(engine, moved, {"day": ends}) == [NO, YES, NO, YES]
    two = {"day_low": [date(2026, 6, 30), None], "day_high": [date(2026, 7, 31), date(2026, 6, 30)]}
    assert judged(engine, moved, two) == [UNKNOWN, NO]


@every_engine
def test_a_column_of_one_market_stands_before_that_of_all(engine: Engine) -> None:
    columns = {"there__EU": [True, None, None, False], "there": [False, False, None, True]}
    assert judged(engine, "there", columns) == [YES, NO, UNKNOWN, NO]
    assert judged(engine, "there", {"there__EU": [None, False]}, {"there": True}) == [YES, NO]
    assert judged(engine, "there", {"there": [None, False]}, {"there[EU]": True}) == [YES, YES]


@every_engine
def test_what_is_the_same_for_all_rows_stands_before_a_column(engine: Engine) -> None:
    assert judged(engine, "a", {"a": [None, False]}, {"a": True}) == [YES, YES]
    assert judged(engine, "reading in {so}", {"b": [None]}, {"reading": "not_so"}) == [NO]


@every_engine
def test_a_given_conclusion_stands_before_its_definition(engine: Engine) -> None:
    whole = law(rule("1", when="p"), definition("p", "a"), presumption("p", True))
    columns = {"p": [True, False, None, None, None], "a": [False, True, True, False, None]}
    assert judged(engine, whole, columns) == [YES, NO, YES, NO, YES]


@every_engine
def test_a_definition_that_is_not_complete_is_never_false(engine: Engine) -> None:
    whole = law(rule("1", when=("not", "p")), definition("p", "a", complete=False))
    assert judged(engine, whole, {"a": [True, False, None]}) == [NO, UNKNOWN, UNKNOWN]


@every_engine
def test_a_presumption_is_silent_where_its_unless_holds(engine: Engine) -> None:
    whole = law(
        rule("1", when="p"),
        definition("p", "c", complete=False),
        presumption("p", True, "a", unless="b"),
    )
    columns = {
        "a": [True, True, True, False, None, True],
        "b": [None, False, True, None, None, True],
        "c": [None, None, None, None, None, True],
    }
    assert judged(engine, whole, columns) == [YES, YES, UNKNOWN, UNKNOWN, UNKNOWN, YES]
    contrary = law(rule("1", when="p"), presumption("p", True), presumption("p", False, "a"))
    assert judged(engine, contrary, {"a": [True, False, None]}) == [UNKNOWN, YES, YES]


@every_engine
def test_scope_and_exceptions_three_deep(engine: Engine) -> None:
    whole = law(
        rule("1", when="a"),
        exception("1", "b"),
        exception("1-but", "c"),
        rule("scope", "scope", "d", scope="toy"),
    )
    columns = {
        "a": [True, True, True, True, False],
        "b": [False, True, True, None, True],
        "c": [None, False, True, True, True],
        "d": [True, True, True, True, None],
    }
    assert judged(engine, whole, columns) == [YES, NO, YES, YES, NO]


@every_engine
def test_what_all_completions_agree_on_is_settled(engine: Engine) -> None:
    either = ("any", ("all", "a", "b"), ("all", ("not", "a"), "c"))
    columns = {"b": [True, True, False, None], "c": [True, False, False, True]}
    assert judged(engine, either, columns) == [YES, UNKNOWN, NO, UNKNOWN]
    window = ("any", "x < twenty", ("all", "x >= twenty", "b"), ("all", "x > ten", "c"))
    columns = {
        "x_low": [15.0, 5.0, 20.0, 15.0],
        "x_high": [25.0, 25.0, 25.0, 20.0],
        "b": [True, True, None, False],
        "c": [None, None, True, False],
    }
    assert judged(engine, window, columns) == [YES, YES, YES, UNKNOWN]
    words = ("any", ("all", "word in {red}", "a"), ("all", "word in {green, blue}", "b"))
    assert judged(engine, words, {"a": [True, True], "b": [True, None]}) == [YES, UNKNOWN]


@every_engine
def test_a_number_that_pulls_both_ways_beside_an_open_one(engine: Engine) -> None:
    if "doubts" in engine.gaps:
        pytest.skip(engine.gaps["doubts"])
    cover = ("any", "x > y", ("all", "x <= y", "a"))
    columns = {"x": [5.0, None, None], "y": [None, 5.0, None], "a": [True, True, False]}
    assert judged(engine, cover, columns) == [YES, YES, UNKNOWN]


@every_engine
def test_a_table_without_rows_and_one_without_columns_that_matter(engine: Engine) -> None:
    assert judged(engine, "a", {"a": []}, types={"a": pa.bool_()}) == []
    assert judged(engine, "a", {"b": [True, None, False]}) == [UNKNOWN] * 3
    assert judged(engine, ("any", "a", "b"), {"b": [True, None]}) == [YES, UNKNOWN]


@every_engine
def test_whole_numbers_and_numbers_of_half_the_size(engine: Engine) -> None:
    for kind in (pa.int64(), pa.int16(), pa.uint8(), pa.float32(), pa.float64()):
        assert judged(engine, "x > ten", {"x": [9, 10, 11, None]}, types={"x": kind}) == [
            *(NO, NO, YES, UNKNOWN)
        ]


@every_engine
def test_more_rows_than_a_word_has_bits(engine: Engine) -> None:
    cells = [None if at % 5 == 0 else at % 3 == 0 for at in range(200)]
    assert judged(engine, "a", {"a": cells}) == cells


@every_engine
def test_a_dictionary_of_words(engine: Engine) -> None:
    words = pa.array(["red", None, "blue", "mauve", "red"]).dictionary_encode()
    assert judged(engine, "word in {red, green}", {"word": words}) == [YES, None, NO, None, YES]
