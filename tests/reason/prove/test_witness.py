"""A witness holds what it takes and no more, and says what follows from its facts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.reason.laws import exactly, law
from weighbridge.facts import FactType, Range, Value, Vocabulary
from weighbridge.reason.prove.asking import NotDecided
from weighbridge.reason.prove.follows import nothing_follows
from weighbridge.reason.prove.witness import smallest

TIED = Vocabulary(
    [
        FactType("whole", "quantity", "release", "whole", unit="FLOP", sums=(("one", "two"),)),
        FactType("one", "quantity", "release", "one", unit="FLOP"),
        FactType("two", "quantity", "release", "two", unit="FLOP"),
        FactType("told", "flag", "release", "told", shown_by=("one",)),
        FactType("red", "flag", "release", "red"),
        FactType("blue", "flag", "release", "blue"),
        FactType(
            "colour",
            "enum",
            "release",
            "colour",
            values={"warm": "w", "cold": "c", "mixed": "m"},
            told_by={"warm": ("red",), "cold": ("blue",)},
            several="mixed",
        ),
    ]
)


@pytest.mark.parametrize(
    ("values", "sound"),
    [
        ({}, True),
        ({"two": exactly(5)}, True),
        ({"one": exactly(5)}, False),
        ({"one": exactly(5), "told": True}, True),
        ({"one": exactly(5), "told": False}, False),
        ({"one": exactly(5), "told": True, "two": exactly(6)}, False),
        ({"one": exactly(5), "told": True, "two": exactly(6), "whole": exactly(11)}, True),
        ({"one": exactly(5), "told": True, "two": exactly(6), "whole": exactly(12)}, False),
        ({"two": exactly(6), "whole": exactly(5)}, False),
        ({"two": Range(6, None), "whole": Range(None, 7)}, True),
        ({"red": True}, False),
        ({"red": False}, True),
        ({"red": True, "colour": "warm"}, True),
        ({"red": True, "colour": "cold"}, False),
        ({"red": True, "blue": True, "colour": "warm"}, False),
        ({"red": True, "blue": True, "colour": "mixed"}, True),
    ],
)
def test_what_follows_has_to_be_said(values: dict[str, Value], sound: bool) -> None:
    assert nothing_follows(TIED, values) is sound


def test_no_fact_of_a_witness_could_be_left_out() -> None:
    def shows(some: Mapping[str, Value]) -> bool:
        number = some.get("x")
        big = isinstance(number, Range) and number.low is not None and number.low > 10
        return big and some.get("b") is True

    values: dict[str, Value] = dict.fromkeys("abcdef", True)
    values |= {"x": Range(10.000000000000002, None), "y": exactly(3), "word": "red"}
    assert smallest(law(), values, shows) == {"b": True, "x": exactly(11)}


def test_a_release_that_the_reference_does_not_confirm_is_no_witness() -> None:
    with pytest.raises(NotDecided, match="the reference evaluator does not come to what Z3 says"):
        smallest(law(), {"a": True}, lambda _: False)
