"""JSON of strangers: one clear line for what is wrong, and never a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.text.errors import ParseError
from weighbridge.text.strict_json import read_json


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff{}", "f.json: not UTF-8 text at byte 0"),
        (b"", "f.json:1:1: not valid JSON: expecting value"),
        (b'{"a": 1,}', None),
        (b"{} {}", "f.json:1:4: not valid JSON: extra data"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "f.json: not valid JSON: key `c` stands twice"),
        (b'{"a": NaN}', "f.json: not valid JSON: `NaN` is not a JSON number"),
        (b"[-Infinity]", "f.json: not valid JSON: `-Infinity` is not a JSON number"),
        (b"[1e999]", "f.json: not valid JSON: `1e999` is too large for a number"),
        (b"[" + b"9" * 5000 + b"]", "f.json: not valid JSON: a number has too many digits"),
        (b"[" * 201 + b"]" * 201, "f.json: JSON nested more than 200 levels"),
        (b"[" * 100_000, "f.json: JSON nested more than 200 levels"),
        (b'{"a":' * 100_000, "f.json: JSON nested more than 200 levels"),
    ],
)
def test_bad_json_says_what_and_where(data: bytes, message: str | None) -> None:
    with pytest.raises(ParseError) as raised:
        read_json(data, "f.json")
    if message is not None:
        assert str(raised.value) == message
    assert "\n" not in str(raised.value)


def test_two_hundred_levels_are_read() -> None:
    value = read_json("[" * 200 + "]" * 200, "f.json")
    for _ in range(199):
        (value,) = value
    assert value == []


def test_a_key_twice_among_very_many_is_found_in_one_pass() -> None:
    keys = ",".join(f'"k{number}":0' for number in range(200_000))
    with pytest.raises(ParseError, match="key `k199999` stands twice"):
        read_json("{" + keys + ',"k199999":1}', "f.json")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_json_writes_is_read_as_it_was(value: object) -> None:
    assert read_json(json.dumps(value), "f.json") == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_json(data, "f.json")
    except ParseError as error:
        assert str(error).startswith("f.json")


def test_a_config_may_hold_infinity_where_the_reader_says_so() -> None:
    text = '{"time_step_limit": [0.0, Infinity], "a": NaN}'
    assert read_json(text, "config.json", infinite_as_null=True) == {
        "time_step_limit": [0.0, None],
        "a": None,
    }
    with pytest.raises(ParseError, match="`Infinity` is not a JSON number"):
        read_json(text, "config.json")
