"""Which licence a text is, and that nothing near is ever called exact."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from weighbridge.release.licence.difference import Passage
from weighbridge.release.licence.fingerprints import (
    Fingerprints,
    Reference,
    gram_hashes,
    load_fingerprints,
    order_hash,
    pack,
)
from weighbridge.release.licence.identify import How, Identity, identify
from weighbridge.release.licence.table import load_table
from weighbridge.release.licence.words import read_words

MIT = """MIT License

Copyright (c) 2025 The Weighing Company

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
APACHE = (Path(__file__).parents[2] / "LICENSE").read_text("utf-8")


def what(text: str, *, whole: bool = True) -> Identity:
    return identify(text, load_fingerprints(), load_table(), whole=whole)


@pytest.mark.parametrize(
    "text",
    [
        MIT,
        MIT.replace("MIT License", "The MIT License (MIT)"),
        MIT.replace("\n", "\r\n"),
        MIT.replace("\n", " ").replace("Copyright (c) 2025 The Weighing Company", "\n"),
        MIT.replace('"', "``"),
        MIT.upper(),
        "> " + MIT.replace("\n", "\n> "),
        MIT.replace("Copyright (c) 2025", "Copyright © 2019-2025"),
        "\ufeff" + MIT,
    ],
)
def test_layout_quotes_case_title_and_holder_do_not_matter(text: str) -> None:
    assert (what(text).id, what(text).how, what(text).score) == ("MIT", How.EXACT, 1.0)


def test_apache_is_known_with_and_without_its_appendix() -> None:
    assert what(APACHE).how is How.EXACT
    without = APACHE.split("APPENDIX:")[0]
    assert (what(without).id, what(without).how) == ("Apache-2.0", How.EXACT)


@pytest.mark.parametrize(
    "clause",
    [
        "The Software may not be used for commercial purposes.",
        "No commercial use.",
        "Коммерческое использование запрещено без письменного согласия автора.",
        "本软件不得用于商业用途。",
        "Kein Einsatz in Rüstungsgütern.",
    ],
)
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_plain_text_with_a_clause_more_is_modified(clause: str, where: str) -> None:
    text = f"{clause}\n\n{MIT}" if where == "before" else f"{MIT}\n{clause}\n"
    found = what(text)
    assert (found.id, found.how, found.nearest) == (
        "LicenseRef-modified-MIT",
        How.MODIFIED,
        "MIT",
    )
    first_word = read_words(clause).words[0]
    assert any(first_word in passage.added for passage in found.difference)
    assert found.score is not None and found.score < 1


def test_the_passage_and_its_line_are_shown() -> None:
    text = APACHE + "\nThe Work is for research at universities and for nothing else.\n"
    found = what(text)
    assert found.id == "LicenseRef-modified-Apache"
    line = len(text.splitlines())
    passage = "the work is for research at universities and for nothing else"
    assert Passage(line, passage) in found.difference


@pytest.mark.parametrize(
    "title",
    ["MIT License (research only)", "MIT License, military use excluded", "MIT License 禁止商用"],
)
def test_a_title_that_limits_is_not_left_out(title: str) -> None:
    found = what(MIT.replace("MIT License", title))
    assert found.how is How.MODIFIED


@pytest.mark.parametrize(
    "notice",
    [
        "Copyright (c) 2025 Acme. Military applications are excluded.",
        "Copyright (c) 2025 Acme; universities pay half of it.",
        "Copyright (c) 2025 Acme, without warfare",
        "(c) 2025 Acme 禁止商用",
    ],
)
def test_a_clause_beside_a_copyright_line_is_not_left_out(notice: str) -> None:
    found = what(MIT.replace("Copyright (c) 2025 The Weighing Company", notice))
    assert found.how is How.MODIFIED


@pytest.mark.parametrize(
    "notice",
    [
        "Copyright (c) 2025 Acme, Inc. All rights reserved.",
        "Copyright 2019-2025 The Allen Institute for Scales (AIS), Seattle.",
        "Copyright (c) 2025 Acme Co., Ltd. <scales@example.org>",
        "© 2025 Société des Balances S.A.",
    ],
)
def test_a_copyright_line_is_left_out_however_it_names_its_holder(notice: str) -> None:
    found = what(MIT.replace("Copyright (c) 2025 The Weighing Company", notice))
    assert found.how is How.EXACT


def test_the_same_runs_of_words_in_another_order_are_not_exact() -> None:
    link = "a b c d"
    text = f"{link} one {link} two {link} three {link}"
    other = f"{link} two {link} one {link} three {link}"
    words, moved = text.split(), other.split()
    assert set(gram_hashes(words)) == set(gram_hashes(moved))
    known = Fingerprints(
        pack([Reference("x", "y", frozenset(gram_hashes(words)), order_hash(words))])
    )
    assert identify(text, known, load_table()).how is How.EXACT
    assert identify(other, known, load_table()).how is How.NEAR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("does not grant permission", "does grant permission"),
        ("irrevocable", "revocable"),
        ("irrevocable", "irrevocable sometimes"),
    ],
)
def test_one_word_changed_left_out_or_added_is_not_exact(old: str, new: str) -> None:
    assert old in APACHE
    found = what(APACHE.replace(old, new, 1))
    assert found.how is not How.EXACT
    assert found.nearest == "Apache-2.0"
    assert found.score is not None and 0.9 < found.score < 1
    assert any(passage.line for passage in found.difference)


def test_a_text_cut_short_is_near_and_says_how_much_is_missing() -> None:
    found = what(APACHE[: len(APACHE) * 2 // 3])
    assert (found.id, found.how) == ("Apache-2.0", How.NEAR)
    assert any("% of the known text" in passage.gap for passage in found.difference)


def test_the_beginning_of_a_longer_file_is_never_exact() -> None:
    assert what(MIT).how is How.EXACT
    assert what(MIT, whole=False).how is not How.EXACT


def test_other_text_is_unknown() -> None:
    prose = Path(__file__).read_text("utf-8").split("MIT =")[0] * 3
    assert what(prose) == Identity("unknown", How.UNKNOWN)
    assert what("") == Identity("unknown", How.UNKNOWN)
    assert what("yes\n") == Identity("unknown", How.UNKNOWN)


def test_somebody_elses_clause_is_not_taken_for_theirs() -> None:
    # A known changed MIT text asks for the name of its own model to be shown.
    text = MIT + (
        "\nOur only modification part is that, if the Software (or any derivative works thereof)"
        "\nis used for any of your commercial products, you shall prominently display the name."
    )
    assert what(text).id == "LicenseRef-modified-MIT"
    assert what(text).nearest == "MIT"


def test_a_title_alone_is_no_proof() -> None:
    found = what("META LLAMA 3 COMMUNITY LICENSE AGREEMENT\n\nMeta Llama 3 Version Release Date\n")
    assert (found.id, found.how) == ("llama3", How.TITLE)
    found = what("# Mistral AI Research License\n\nArticle 1. Scope\n")
    assert (found.id, found.how, found.score) == ("mrl", How.TITLE, None)


def test_packing_is_the_same_bytes_and_reads_back() -> None:
    small = Reference("b", "x", frozenset({7, 3, 2**32 - 1}))
    large = Reference("a", "x", frozenset(range(1000)))
    data = pack([small, large])
    assert data == pack([large, small])
    opened = Fingerprints(data)
    assert opened.ids() == ["a", "b"]
    assert opened.candidates(small.hashes) == [small]
    assert opened.candidates(large.hashes) == [large, small]


def test_hashes_follow_the_words_in_order() -> None:
    words = "one two three four five six".split()
    first, second = gram_hashes(words)
    assert gram_hashes(words[1:]) == [second]
    assert first != second
    assert gram_hashes(words[:4]) == []


def test_data_is_small() -> None:
    data = Path(__file__).parents[2] / "src/weighbridge/release/licence/data"
    assert sum(path.stat().st_size for path in data.iterdir()) < 2_000_000
    assert len(load_fingerprints().ids()) >= 120


def test_every_reference_has_its_terms() -> None:
    table = load_table()
    assert [id for id in load_fingerprints().ids() if table.get(id) is None] == []


@pytest.mark.parametrize(
    "text",
    [
        "in no event shall x be liable " * 30_000,
        "neither the name of x nor the names of " * 20_000,
        "license " * 120_000,
        "\n".join(["copyright (c) 2024 x"] * 40_000),
        "<" * 1_000_000,
        "(" * 1_000_000,
        "grant " * 170_000,
    ],
    ids=["blanks", "names", "word", "notices", "tags", "brackets", "grants"],
)
def test_a_hostile_text_takes_no_more_than_moments(text: str) -> None:
    start = time.process_time()
    assert what(text[: 1 << 20]).how is not How.EXACT
    assert time.process_time() - start < 5
