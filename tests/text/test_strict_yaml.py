"""YAML as text: nothing typed, nothing expanded, every word with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.text.errors import ParseError, did_you_mean
from weighbridge.text.places import Place, underline
from weighbridge.text.strict_yaml import MAX_DEPTH, Entries, Items, read_yaml, read_yaml_documents


def test_words_stay_words() -> None:
    node = read_yaml("country: NO\nsize: 1e25\ndate: 2025-08-02\nempty:\nhex: 0x10\n", "f")
    assert node == {
        "country": "NO",
        "size": "1e25",
        "date": "2025-08-02",
        "empty": "",
        "hex": "0x10",
    }


def test_every_node_knows_its_place() -> None:
    node = read_yaml("a:\n  - b: 'c'\n    d: [e, f]\n", "f", first_line=10)
    assert isinstance(node, Entries)
    item = node["a"][0]
    places = [(each.line, each.column) for each in (node.key("a"), item, item["b"], item["d"][1])]
    assert places == [(10, 1), (11, 5), (11, 8), (12, 12)]
    assert isinstance(item["d"], Items)
    assert (item["b"].plain, item["d"][0].plain) == (False, True)


def test_documents_come_one_by_one_and_an_empty_one_is_none() -> None:
    assert list(read_yaml_documents("a: 1\n---\n---\nb: 2\n", "f"))[::2] == [{"a": "1"}, {"b": "2"}]
    assert read_yaml("", "f") is None


def test_forty_levels_are_read_and_one_more_is_not() -> None:
    assert read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f") is not None
    with pytest.raises(ParseError, match="nested more than 40 levels"):
        read_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f")


def test_deep_nesting_does_not_end_the_process() -> None:
    with pytest.raises(ParseError):
        read_yaml("{a: " * 100_000, "f")


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    with pytest.raises(ParseError, match="aliases are not read"):
        read_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "f")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        list(read_yaml_documents(text, "f"))
    except ParseError as error:
        assert str(error).startswith("f")


@pytest.mark.parametrize(
    ("column", "width", "shown"),
    [(1, 1, "abc\n^"), (2, 2, "abc\n ^^"), (3, 9, "abc\n  ^"), (9, 1, "abc\n        ^")],
)
def test_carets_stand_below_the_word(column: int, width: int, shown: str) -> None:
    assert underline("abc", column, width) == shown


def test_a_very_long_line_is_cut_around_the_word() -> None:
    line, carets = underline("x" * 5000 + "WORD" + "y" * 5000, 5001, 4).split("\n")
    assert len(line) == 160
    assert line[carets.index("^") : carets.index("^") + 4] == "WORD"


def test_a_tab_counts_as_one_column() -> None:
    assert underline("\tword", 2, 4) == " word\n ^^^^"


def test_places_print_as_editors_open_them() -> None:
    assert [str(Place("f")), str(Place("f", 3)), str(Place("f", 3, 4))] == ["f", "f:3", "f:3:4"]


def test_the_nearest_word_is_offered_and_no_far_one() -> None:
    assert did_you_mean("trainig_compute", ["training_compute", "x"]) == (
        "did you mean `training_compute`?"
    )
    assert did_you_mean("zebra", ["training_compute"]) is None
    assert did_you_mean("z" * 10_000_000, ["training_compute"] * 300) is None
