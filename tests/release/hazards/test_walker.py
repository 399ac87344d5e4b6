"""The walk over pickles against the real unpickler, on pickles that nobody wrote by hand."""

from __future__ import annotations

import collections
import datetime
import decimal
import pickle
from struct import pack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.release.hazards.assembling import named, proto, stacked, text, text2
from tests.release.hazards.hearing import scan, walk
from tests.release.hazards.unpickling import real_finds

from weighbridge.release.hazards.pickle import walker
from weighbridge.release.hazards.pickle.opcodes import TABLE
from weighbridge.release.hazards.scan import Budget

NAMES = st.sampled_from(["os", "system", "collections", "OrderedDict", "cPickle", "loads", "a.b"])
SMALL = st.integers(0, 3)
BYTE = SMALL.map(lambda number: bytes([number]))
WORD = st.binary(max_size=6)

INSTRUCTIONS = st.one_of(
    st.sampled_from([bytes([op]) for op in b"(012N)]}.tldaeus\x85\x86\x87\x88\x89\x8f\x90\x91"]),
    st.sampled_from([bytes([op]) for op in b"RbQo\x81\x92\x93\x94\x93\x94"]),
    BYTE.map(lambda place: b"q" + place),
    BYTE.map(lambda place: b"h" + place),
    SMALL.map(lambda place: b"r" + pack("<I", place)),
    SMALL.map(lambda place: b"j" + pack("<I", place)),
    SMALL.map(lambda place: b"p%d\n" % place),
    SMALL.map(lambda place: b"g%d\n" % place),
    st.integers(0, 5).map(proto),
    NAMES.map(text),
    NAMES.map(text2),
    NAMES.map(lambda name: b"V" + name.encode() + b"\n"),
    NAMES.map(lambda name: b"S'" + name.encode() + b"'\n"),
    NAMES.map(lambda name: b"U" + bytes([len(name)]) + name.encode()),
    st.tuples(NAMES, NAMES).map(lambda pair: named(*pair)),
    st.tuples(NAMES, NAMES).map(lambda pair: stacked(*pair)),
    st.tuples(NAMES, NAMES).map(lambda pair: f"i{pair[0]}\n{pair[1]}\n".encode()),
    st.integers(1, 200).map(lambda code: b"\x82" + bytes([code])),
    st.integers(0, 255).map(lambda number: b"K" + bytes([number])),
    st.integers(-9, 9).map(lambda number: b"I%d\n" % number),
    st.integers(-9, 9).map(lambda number: b"L%dL\n" % number),
    st.just(b"F1.5\n"),
    st.just(b"Pid\n"),
    WORD.map(lambda content: b"C" + bytes([len(content)]) + content),
    WORD.map(lambda content: b"B" + pack("<I", len(content)) + content),
    WORD.map(lambda content: b"\x8e" + pack("<Q", len(content)) + content),
    WORD.map(lambda content: b"\x8a" + bytes([len(content)]) + content),
)
PICKLES = st.lists(INSTRUCTIONS, max_size=40).map(lambda parts: b"".join(parts) + b".")


@settings(max_examples=1500, deadline=None)
@given(PICKLES)
def test_the_walk_finds_what_the_real_unpickler_finds(content: bytes) -> None:
    real, came_to_the_end = real_finds(content)
    ear, walked = walk(content)
    assert ear.found_names[: len(real)] == real
    if came_to_the_end:
        assert ear.found_names == real
        assert walked.stopped


@settings(max_examples=500, deadline=None)
@given(st.one_of(PICKLES, st.binary(max_size=200)))
def test_the_quick_way_and_the_table_tell_the_same(content: bytes) -> None:
    quick, first = walk(content)
    slow, second = walk(content, quick=False)
    assert quick.events == slow.events
    assert quick.faults == slow.faults
    assert (first.pos, first.stopped, first.memo) == (second.pos, second.stopped, second.memo)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(),
        st.binary(),
        st.dates(),
        st.decimals(allow_nan=False),
    ),
    lambda inner: st.one_of(
        st.lists(inner),
        st.tuples(inner, inner),
        st.dictionaries(st.text(), inner),
        st.frozensets(st.integers()),
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(VALUES, st.integers(0, 5))
def test_what_the_pickler_writes_has_no_fault(value: object, protocol: int) -> None:
    content = pickle.dumps(value, protocol)
    ear, walked = walk(content)
    assert ear.faults == []
    assert (walked.stopped, walked.pos) == (True, len(content))
    assert ear.found_names == real_finds(content)[0]


BIG = {
    "long": [10**400, -(10**400)],
    "bytes": [b"x" * 200_000, bytearray(b"y" * 70_000), "z" * 100_000, b"w" * 66_000],
    "many": [(number, str(number)) for number in range(20_000)],
    "shared": [["a"] * 3] * 50,
    "library": [
        collections.OrderedDict(a=1),
        collections.Counter("abca"),
        collections.defaultdict(list, a=[1]),
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        decimal.Decimal("1.5"),
        {1, 2},
        1j,
        slice(1, 2),
    ],
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", BIG)
@pytest.mark.parametrize("pickler", [pickle._Pickler, pickle.Pickler])  # type: ignore[attr-defined]
def test_big_and_usual_pickles_are_clean(name: str, protocol: int, pickler: Any) -> None:
    import io

    whole = io.BytesIO()
    pickler(whole, protocol).dump(BIG[name])
    report = scan(whole.getvalue())
    assert (report.hazards, report.format) == ((), "pickle")
    assert report.verdict in ("inert", "tensor data only", "known library objects")


def test_every_instruction_of_the_protocols_is_known() -> None:
    import pickletools

    known = {ord(opcode.code) for opcode in pickletools.opcodes}
    assert {op for op in range(256) if TABLE[op] is not TABLE[0]} == known


def test_deep_lists_are_walked_without_recursion() -> None:
    content = b"\x80\x04" + b"]" * 300_000 + b"a" * 299_999 + b"."
    assert scan(content).verdict == "inert"


def test_a_length_is_never_believed() -> None:
    for op, size in ((b"B", "<I"), (b"\x8e", "<Q"), (b"\x8d", "<Q"), (b"\x96", "<Q"), (b"X", "<I")):
        report = scan(b"\x80\x04" + op + pack(size, 2**31) + b"abc")
        assert report.broken == "the pickle ends within an instruction"


def test_what_is_kept_in_memory_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "STRETCH", 100)
    monkeypatch.setattr(walker, "MOST_KEPT", 5000)
    for kept in (b"N", b"]", b"(", b"]\x94", b")\x94"):
        report = scan(b"\x80\x04" + kept * 10_000 + b"cos\nsystem\n.")
        assert report.unread == "the pickle holds more than a scan may keep in memory", kept
    assert scan(b"\x80\x04" + b"N0" * 10_000 + b"N.").verdict == "inert"


def test_many_findings_are_listed_up_to_a_limit_and_the_worst_always() -> None:
    names = b"".join(b"cevil%d\nrun\n0" % number for number in range(3000))
    report = scan(b"\x80\x02" + names + b"cos\nsystem\n.")
    assert len(report.hazards) == 1001
    assert (report.verdict, report.hazards[-1].id) == ("dangerous", "pickle-dangerous-name")


def test_a_file_of_millions_of_pickles_is_not_read_for_ever() -> None:
    assert scan(b"N." * 2000, Budget(parts=1000)).unread == "the file holds too many pickles"
