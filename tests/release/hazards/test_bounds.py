"""Hostile sizes: every text costs time in proportion to its length, and no bytes make it fail."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.release.hazards.found import MOST_FOUND
from weighbridge.release.hazards.scan import Scan, scan_view
from weighbridge.release.hazards.scanners.text import SCANNERS
from weighbridge.release.hazards.template import template_hazards
from weighbridge.release.hazards.view import View

SIZE = 60_000
TEXTS = {
    "brackets without an end": "[" * SIZE,
    "braces without an end": '{"a":' * SIZE,
    "expressions": "{{ x.__a__ }}" * (SIZE // 10),
    "parentheses": "{{ " + "(" * SIZE + ")" * SIZE + ".__class__ }}",
    "subscripts": "{{ x" + "[a" * SIZE + "]" * SIZE + " ~ __a__ }}",
    "filters": "{{ x" + "|map(a, b)" * (SIZE // 4) + ".__a__ }}",
    "formats": "{{ x" + "|format('a')" * (SIZE // 4) + ".__a__ }}",
    "many names": "{{ " + " ".join(f"x.__a{n}__" for n in range(SIZE // 4)) + " }}",
    "opened and not closed": "{{" * SIZE,
    "underscores": "{{ '" + "__a" * SIZE + "' }}",
    "blanks": "{%" + " " * SIZE + "__",
    "many keys of one name": "{" + ", ".join(['"auto_map": "a.b"'] * SIZE) + "}",
    "many references": json.dumps({"auto_map": {str(n): f"a.B{n}" for n in range(SIZE // 4)}}),
    "a key that stands twice at the end": json.dumps(dict.fromkeys(map(str, range(SIZE))))[:-1]
    + ', "auto_map": 1, "auto_map": 2}',
    "targets": "".join(f"- _target_: a.b{n}\n" for n in range(SIZE // 8)),
    "aliases": "a: &a x\n_target_: a.b\nc: [" + "*a, " * SIZE + "]\n",
    "marks of keys": "hf_sk-ghp_xox-----BEGIN " * (SIZE // 8),
    "long digits": '{"auto_map": ' + "9" * SIZE + "}",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_texts_take_their_time_and_no_more(kind: str) -> None:
    data = TEXTS[kind].encode()
    begin = time.process_time()
    report = scan_view(View(data, "config.json", "", 0, len(data)))
    assert time.process_time() - begin < 5, "the time grows faster than the text"
    assert "a scanner failed" not in report.unread
    assert len(report.hazards) <= 4 * MOST_FOUND


def test_what_is_dangerous_is_told_beyond_the_bound() -> None:
    odd = "".join(f"{{{{ x._a{n} }}}}" for n in range(500))
    found = template_hazards(odd + "{{ x.__class__ }}")
    assert len(found) == MOST_FOUND + 1
    assert found[-1].id == "template-internals"


def test_json_of_too_many_values_is_not_fully_read() -> None:
    data = b'{"auto_map": [' + b"[]," * (1 << 21) + b"[],1]}"
    report = scan_view(View(data, "config.json", "", 0, len(data)))
    assert report.verdict == "not fully read"


WORDS = r'{" ": {{ }} {% auto_map class_name \u005f [ ] } " , - _target_: &a *a !!python/x'
PIECES = st.sampled_from([*WORDS.split(" "), "\n", " ", "__class__", "|attr(", ")", "\x00", "é"])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=24), st.sampled_from(["a.json", "a.yaml", "a.jinja", "a", "a.py"]))
def test_no_text_makes_a_scanner_fail(pieces: list[str], name: str) -> None:
    data = "".join(pieces).encode()
    view, scan = View(data, name, "", 0, len(data)), Scan(name)
    for scanner in SCANNERS:
        if scanner.claims(view):
            scanner.scan(view, scan)
    scan.report()


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_make_a_scan_fail(data: bytes) -> None:
    for name in ("model.safetensors", "config.json", "x"):
        report = scan_view(View(data, name, "", 0, len(data)))
        assert "a scanner failed" not in report.unread


def test_progress_steers_no_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from weighbridge.cli.scan import _Progress

    progress = _Progress()
    progress(0, 3, "a\x1b[2J" + "b" * 200)
    progress(1, 3, "not told")
    progress.done()
    said = capsys.readouterr().err
    assert said.startswith("\r\x1b[Kscanned 0 of 3 files: a\\x1b[2Jbbb")
    assert said.endswith("…\r\x1b[K")
    assert "not told" not in said
