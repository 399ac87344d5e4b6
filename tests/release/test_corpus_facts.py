"""Everything read of the real releases, beside what is known of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from bench.corpus import HIT, PAGE, UNKNOWN, WIDER, WRONG, Row, page, tables, totals

_LINE = re.compile(r"\| (?P<fact>[^|*]+) \| (?P<hit>\d+) \| (?P<wider>\d+) \| (?P<unknown>\d+) \|")


@pytest.fixture(scope="module")
def found(corpus: Path) -> dict[str, list[Row]]:
    return tables(corpus / "releases")


def test_nothing_read_is_wrong(found: dict[str, list[Row]]) -> None:
    assert [
        (title, row) for title, rows in found.items() for row in rows if row.outcome == WRONG
    ] == []


def test_no_fewer_are_read_than_was_committed(found: dict[str, list[Row]]) -> None:
    """A hit may become more, never fewer; the page is written by ``python -m bench.corpus``."""
    committed = {
        match["fact"]: (int(match["hit"]), int(match["wider"]))
        for match in map(_LINE.match, PAGE.read_text(encoding="utf-8").splitlines())
        if match
    }
    counted = totals(found)
    assert set(committed) == set(counted)
    for title, (hits, wider) in committed.items():
        now = counted[title]
        assert now[HIT] >= hits, title
        assert now[HIT] + now[WIDER] >= hits + wider, title


def test_the_page_names_each_release_and_its_total(found: dict[str, list[Row]]) -> None:
    text = "\n".join(page(found))
    every = sum((Counter(row.outcome for row in rows) for rows in found.values()), Counter())
    assert f"| **all** | {every[HIT]} | {every[WIDER]} | {every[UNKNOWN]} | 0 |" in text
    assert len(re.findall(r"^\| pythia \|", text, re.MULTILINE)) >= 8
