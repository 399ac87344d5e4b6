"""What is taken for a pickle that says nothing of itself, and what is not."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.release.hazards.assembling import DANGER, EVIL, PLAIN
from tests.release.hazards.hearing import scan

from weighbridge.release.hazards.pickle.plausible import plausible


def _header(length: int) -> bytes:
    text = json.dumps({"__metadata__": {"format": "pt"}}).encode().ljust(length)
    return struct.pack("<Q", length) + text


@pytest.mark.parametrize("length", [0x280, 0x380, 0x480, 0x580, 0x28_0280, 0x4E_0480])
def test_a_length_that_looks_like_the_mark_is_none(length: int) -> None:
    content = _header(length)
    assert not plausible(content, 0, len(content))


@pytest.mark.parametrize(
    "content",
    [
        b"click\ncolorama\ntqdm\n",
        b"cat\ndog\nNew York\n",
        b"import os\nos.system('true')\n",
        b"Version 1.0\nfirst release\n",
        b"(c) the authors\n",
        b"True\nFalse\n",
        b"Note that\nthis is prose.\n",
        b"Some text\nand more.\n",
        b'{"a": 1}',
        b"[PAD]\n[UNK]\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
        b"PK\x03\x04" + b"\0" * 40,
        b"GGUF\x03\0\0\0" + b"\0" * 16,
        b"\x7fELF\2\1\1" + b"\0" * 40,
        b"\0" * 64,
        b"",
        b".",
    ],
)
def test_texts_and_other_formats_are_no_pickles(content: bytes) -> None:
    assert not plausible(content, 0, len(content))
    assert scan(content).format != "pickle"


@pytest.mark.parametrize(
    "content",
    [
        EVIL,
        DANGER,
        PLAIN,
        b"cos\nsystem\n",
        b"cos\nsystem\n\xff",
        b"cevil\nrun\n",
        b"cevil\nrun\n(lI1\naI2\na",
        b"(dS'a'\nI1\ns.",
        b"I42\n.",
        b"\x80\x04N.",
        b"N0" * 5000,
    ],
)
def test_pickles_without_a_mark_are_seen(content: bytes) -> None:
    assert plausible(content, 0, len(content))


@settings(max_examples=400, deadline=None)
@given(st.text())
def test_json_is_never_a_pickle(text: str) -> None:
    for value in ({text: 1}, [text, text]):
        content = json.dumps(value).encode()
        assert not plausible(content, 0, len(content))
