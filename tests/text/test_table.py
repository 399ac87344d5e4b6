"""Dataclasses as a table: what is written is read back, in less."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from weighbridge.text.table import Table, from_table, to_table


@dataclass(frozen=True)
class Place:
    act: str
    at: str = ""
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Thing:
    name: str
    place: Place
    parts: tuple[str, ...] = ()
    line: int = 0


THINGS = [
    Thing("one", Place("act", words={"to": "all"}), ("a", "b")),
    Thing("two", Place("act", "sec. 2")),
    Thing("three", Place("other")),
]
READERS = {"place": lambda values: Place(*values), "parts": tuple}


def through_json(things: list[Thing]) -> Table:
    table: Table = json.loads(json.dumps(to_table(Thing, things)))
    return table


@pytest.mark.parametrize("things", [THINGS, THINGS[:1], []])
def test_what_is_written_is_read_back(things: list[Thing]) -> None:
    assert from_table(Thing, through_json(things), READERS) == things


def test_each_field_is_a_list_and_inner_values_end_before_the_usual_ones() -> None:
    assert to_table(Thing, THINGS, leave_out=["line"]) == {
        "name": ["one", "two", "three"],
        "place": [["act", "", {"to": "all"}], ["act", "sec. 2"], ["other"]],
        "parts": [["a", "b"], [], []],
    }


def test_a_field_that_was_left_out_is_as_usual() -> None:
    table = to_table(Thing, [Thing("one", Place("act"), line=7)], leave_out=["line"])
    assert from_table(Thing, table, READERS) == [Thing("one", Place("act"))]


def test_lists_of_different_lengths_are_no_table() -> None:
    table = through_json(THINGS)
    table["name"].pop()
    with pytest.raises(ValueError, match="longer"):
        from_table(Thing, table, READERS)
