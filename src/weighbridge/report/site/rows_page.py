"""The rows of the fact sheets: which rule encodes each, which are out of scope or missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from weighbridge.report.blocks import Block, Fold, Heading, Item, Line, Page
from weighbridge.report.law_page import STATE_WORDS
from weighbridge.report.site import site_words as words
from weighbridge.rules.coverage import Article, Coverage, Row

_MARKS = {"encoded": "·", "out": "–", "missing": "?"}


def rows_page(coverage: Coverage) -> Page:
    """Return the page of rows whose pack has yet to come."""
    page = Page()
    page.add(Heading(words.ROWS_OF.format(folder=coverage.pack), 1), Line(words.NO_PACK_YET))
    page.add(Heading(words.ROWS, 2, words.ROWS_ANCHOR), *rows_blocks(coverage))
    return page


def rows_blocks(coverage: Coverage) -> Iterator[Block]:
    """Yield the rows article by article; those of one that is encoded whole stand folded."""
    yield Line(counts_words(coverage))
    for article in coverage.articles:
        yield Heading(f"{article.head}: {article.subject}", 3)
        items = tuple(_items(article))
        encoded = all(row.state == "encoded" for row in article.rows)
        if encoded and len(items) > 1:
            yield Fold(words.ALL_ENCODED.format(count=len(items)), items)
        else:
            yield from items or (Line(words.NO_ROW, "faint"),)


def counts_words(coverage: Coverage) -> str:
    """Return how many rows are encoded, out of scope and missing."""
    counts = coverage.counts()
    return ", ".join(f"{STATE_WORDS[state]} {count}" for state, count in counts.items())


def counts_cell(coverage: Coverage) -> str:
    """Return the same three counts under a column that names them."""
    return " / ".join(str(count) for count in coverage.counts().values())


def _items(article: Article) -> Iterator[Block]:
    for (state, why), rows in groupby(article.rows, key=lambda row: (row.state, row.why)):
        if state == "encoded":
            yield from (Item(_said(row), tag=", ".join(row.by)) for row in rows)
        else:
            said = ", ".join(map(_said, rows))
            yield Item(f"{said}: {STATE_WORDS[state]}, {why}", _MARKS[state])


def _said(row: Row) -> str:
    tag = f" ({row.tag})" if row.tag else ""
    return f"{row.id}{tag}{words.LEFT_OPEN if row.unsettled else ''}"
