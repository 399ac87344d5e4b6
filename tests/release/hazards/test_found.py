"""Inputs that fuzzing or thinking about costs found, each with what it once did."""

from __future__ import annotations

import time
from collections.abc import Callable
from struct import pack

import pytest
from tests.release.hazards.archives import EVIL, hostile_zip
from tests.release.hazards.assembling import (
    EMPTY_LIST,
    NONE,
    PAYLOAD,
    POP,
    REDUCE,
    STOP,
    TUPLE1,
    TUPLE2,
    data,
    get,
    named,
    proto,
    put,
    text2,
)
from tests.release.hazards.hearing import messages, scan

from weighbridge.release.hazards.pickle import walker
from weighbridge.release.hazards.scan import Budget
from weighbridge.release.hazards.template import template_hazards

LOADER = named("torch.storage", "_load_from_bytes")
LINES = b"some text, line of words\n"


def test_a_place_of_the_memo_that_is_only_an_underscore() -> None:
    """The walk raised, so that nothing was said of the call before it."""
    assert scan(b"cos\nsystem\n(S'true'\ntRp_\n0.").verdict == "dangerous"
    assert scan(b"p_\x84").verdict == "inert"
    assert "a place in the memo is no number" in scan(proto(2) + NONE + b"p_\n.").broken


def test_a_number_in_a_template_longer_than_python_reads() -> None:
    """The lexer raised what is no error of a template."""
    found = template_hazards("{{ format(" + "9" * 4301 + ") }}{{ x.__class__ }}")
    assert [each.id for each in found] == ["template-broken"]
    assert found[0].message == "the template cannot be read into tokens: a number is too long"


def test_a_header_of_an_array_with_a_list_for_a_key() -> None:
    """Reading it raised, so that the pickle behind it was not seen."""
    header = b"{[]: 1}"
    content = b"\x93NUMPY\1\0" + pack("<H", len(header)) + header + EVIL
    assert scan(content).verdict == "dangerous"


def test_an_old_stream_that_ends_in_its_header() -> None:
    """The fault was placed behind the end of the file."""
    assert [each.offset for each in scan(b"ZF0x8").hazards] == [5]


# What follows took minutes for a few megabytes.


def overlapping(count: int) -> bytes:
    """Every entry of the directory is a shorter stretch of one text."""
    return hostile_zip(b"a", LINES * 40_000, [(b"a%d" % n, 1_000_000 - n) for n in range(count)])


def long_extra(count: int) -> bytes:
    """Every entry shares a header whose extra field holds sixteen thousand records."""
    extra = b"\x02\0\0\0" * 16_383
    entries = [(b"a%d" % n, 50) for n in range(count)]
    return hostile_zip(b"a", b"x" * 100, entries, extra, 0xFFFFFFFF)


def long_name(count: int) -> bytes:
    """Every entry shares a header with a path of thirty thousand parts."""
    return hostile_zip(b"a/" * 32_000, b"x" * 50, [(b"a%d" % n, 50) for n in range(count)])


def loaded_again(count: int) -> bytes:
    """The same bytes are loaded thousands of times."""
    again = LOADER + get(0) + TUPLE1 + REDUCE + POP
    return proto(3) + data(LINES * 40_000) + put(0) + POP + again * count + NONE + STOP


def encoded_again(count: int) -> bytes:
    """The same text is made bytes and loaded thousands of times."""
    encoded = named("_codecs", "encode") + get(0) + text2("latin1") + TUPLE2 + REDUCE
    again = LOADER + encoded + TUPLE1 + REDUCE + POP
    text = text2("some text, line of words\n" * 40_000)
    return proto(2) + text + put(0) + POP + again * count + NONE + STOP


def configs_cut_off(count: int) -> bytes:
    """Each of thousands of configs was read up to the end of the file."""
    unit = b'\x01{"class_name": ["a", '
    return b"\x89HDF\r\n\x1a\n" + unit * count + b'{"class_name": [' + b"1," * 2_000_000


@pytest.mark.parametrize(
    ("build", "unread"),
    [
        (overlapping, "entries of the archive lie over each other"),
        (long_extra, "entries of the archive lie over each other"),
        (long_name, "entries of the archive lie over each other"),
        (loaded_again, ""),
        (encoded_again, "the file holds more text in its members than is read"),
        (configs_cut_off, "what looks like a config of Keras could not be read"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_refers_again_and_again_to_the_same_bytes(
    build: Callable[[int], bytes], unread: str
) -> None:
    content = build(4000)
    begin = time.process_time()
    report = scan(content)
    assert time.process_time() - begin < 10
    assert report.unread == unread


def test_danger_before_what_is_not_followed_is_told() -> None:
    """Neither limit hides what was met before it."""
    entries = [(b"a%d" % n, len(EVIL)) for n in range(4000)]
    report = scan(hostile_zip(b"a", EVIL + bytes(1000), entries))
    assert report.verdict == "dangerous"
    assert "os.system" in messages(report)
    loads = (LOADER + data(EVIL) + TUPLE1 + REDUCE + POP) * 3
    report = scan(proto(3) + loads + EMPTY_LIST + POP + PAYLOAD + STOP, Budget(bytes=10))
    assert report.verdict == "dangerous"


def test_bytes_that_are_copied_have_a_limit() -> None:
    report = scan(encoded_again(5), Budget(bytes=2_000_000))
    assert report.verdict == "not fully read"
    assert report.unread == "the pickle loads more bytes than are looked at"


def test_text_in_members_has_a_limit() -> None:
    report = scan(loaded_again(1), Budget(text=1000))
    assert report.verdict == "not fully read"
    assert report.unread == "the file holds more text in its members than is read"


def test_marks_count_for_what_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty million marks took 1.4 GB, and were counted as a third of it."""
    monkeypatch.setattr(walker, "MOST_KEPT", 1 << 14)
    monkeypatch.setattr(walker, "STRETCH", 100)
    report = scan(b"\x80\x04" + b"(" * 6000 + b".")
    assert report.unread == "the pickle holds more than a scan may keep in memory"


def test_templates_in_metadata_have_a_limit() -> None:
    """Five thousand templates took fifteen seconds."""
    pairs = [
        pack("<Q", 12) + b"template%04d" % n + pack("<IQ", 8, 7) + b"{{ a }}" for n in range(201)
    ]
    content = b"GGUF" + pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)
    assert scan(content).unread == "more templates than are read"
