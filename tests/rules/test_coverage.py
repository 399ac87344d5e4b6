"""What is encoded, out of scope or missing, read from a list beside the toy pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.cases import TOY
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.coverage import UNNAMED, Article, Coverage, read_coverage, unlisted_rows
from weighbridge.rules.rule import Citation
from weighbridge.rules.sources import law_files

LIST = """\
article: s. 1
subject: paper about toys
words: [paper, quiet]
missing: comes with the paint
rows:
  T1: {tag: M}
  T2: {tag: "V:CONS", out: says nothing of toys}
  T3: {tag: none, unsettled: yes}
  T4: {tag: M, missing: nobody knows how}
  T5: {tag: M, parameters: [toy_line, toy_share]}
---
article: s. 2
act: Another Act
subject: paint
rows:
  "7.1": {tag: M}
  T8: {tag: M}
"""


@pytest.fixture(scope="module")
def toy() -> Law:
    return compile_law([TOY])


@pytest.fixture
def coverage(toy: Law, tmp_path: Path) -> Coverage:
    home = tmp_path / "toy" / "act"
    home.mkdir(parents=True)
    (home / "coverage.yaml").write_text(LIST, encoding="utf-8")
    (found,) = read_coverage(toy, [tmp_path])
    return found


def test_each_row_says_where_it_stands(coverage: Coverage) -> None:
    assert coverage.pack == "toy/act"
    assert [(row.id, row.state, row.why) for row in coverage.rows] == [
        ("T1", "encoded", ""),
        ("T2", "out", "says nothing of toys"),
        ("T3", "missing", "comes with the paint"),
        ("T4", "missing", "nobody knows how"),
        ("T5", "encoded", ""),
        ("7.1", "missing", UNNAMED),
        ("T8", "encoded", ""),
    ]
    assert coverage.counts() == {"encoded": 3, "out": 1, "missing": 3}


def test_a_row_knows_what_encodes_it(coverage: Coverage) -> None:
    rows = {row.id: row for row in coverage.rows}
    assert rows["T1"].by == ("toy/act/1", "toy/act/1-quiet")
    assert rows["T5"].by == ("toy_line", "toy_share")
    assert rows["T8"].by == ("toy/act/8",)
    assert (rows["T3"].tag, rows["T3"].unsettled) == ("", True)
    assert (rows["T2"].tag, rows["T2"].unsettled) == ("V:CONS", False)


def test_a_rule_that_names_no_listed_row_is_found(toy: Law, coverage: Coverage) -> None:
    assert unlisted_rows(toy, [coverage]) == {}
    assert unlisted_rows(toy, []) == {
        "toy/act/1": ["T1"],
        "toy/act/1-quiet": ["T1"],
        "toy/act/8": ["T8"],
    }


@pytest.mark.parametrize(
    ("head", "at", "holds"),
    [
        ("Art. 5", "Art. 5", True),
        ("Art. 5", "Art. 5(1)(ba)", True),
        ("Art. 5", "Art. 5, what ends it", True),
        ("Art. 5", "Art. 53(1)", False),
        ("Art. 4", "Art. 4a(1)", False),
        ("Art. 10", "Arts. 10 and 11", True),
        ("Art. 5", "recital 5", False),
        ("section 2", "section 2.1", True),
    ],
)
def test_a_citation_begins_with_its_article(head: str, at: str, holds: bool) -> None:
    assert Article(head, "", "", (), ()).holds(Citation("Toy Act", at)) is holds


def test_the_longest_head_and_the_act_decide(coverage: Coverage) -> None:
    articles = [Article(head, "", "", (), ()) for head in ("s. 2", "s. 2.1")]
    both = Coverage("toy/act", tuple(articles))
    assert both.article_of(Citation("Toy Act", "s. 2.1(a)")) is articles[1]
    assert both.article_of(Citation("Toy Act", "s. 3")) is None
    assert coverage.article_of(Citation("Toy Act", "s. 2")) is None
    found = coverage.article_of(Citation("Another Act", "s. 2"))
    assert found is not None
    assert found.subject == "paint"


def test_a_text_speaks_of_an_article_by_the_beginnings_of_words() -> None:
    article = Article("s. 1", "", "", ("pap", "opt-out"), ())
    assert article.speaks_of("A Paper about toys")
    assert article.speaks_of("rules of opt-outs")
    assert not article.speaks_of("wallpaper")
    assert not Article("s. 1", "", "", (), ()).speaks_of("paper")


def test_lists_are_no_part_of_the_law_that_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("pack: a\n", encoding="utf-8")
    (tmp_path / "coverage.yaml").write_text("article: s. 1\n", encoding="utf-8")
    assert [path.name for path in law_files(tmp_path)] == ["pack.yaml"]
