"""The first page of the site: markets, their packs, and how each was read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from weighbridge.report.blocks import Block, Heading, Item, Line, Page, Table
from weighbridge.report.markets import market_words
from weighbridge.report.site import site_words as words
from weighbridge.report.site.links import LISTS
from weighbridge.report.site.pack_page import kinds_words, rules_of
from weighbridge.report.site.rows_page import counts_cell, counts_words
from weighbridge.report.site.shelf import Shelf
from weighbridge.rules import Pack
from weighbridge.rules.rule import AUTHORITIES, BINDINGS, READS

_COLUMNS = (
    *("pack", "what it is", "status", "rules", "known until", "authority", "text read"),
    words.ROWS_COLUMN,
)
_ALONE = ("folder", "rows")


def index_page(shelf: Shelf) -> Page:
    """Return the first page."""
    page = Page()
    page.add(Heading(words.TITLE, 1), *_head(shelf))
    for market, packs in groupby(shelf.packs, lambda pack: pack.market):
        page.add(Heading(market_words(market) if market else words.ANYWHERE, 2))
        page.add(Table(_COLUMNS, tuple(_row(shelf, pack) for pack in packs)))
    alone = [
        (words.FOLDER.format(folder=each.pack), counts_words(each)) for each in shelf.rows_alone
    ]
    if alone:
        page.add(Heading(words.ROWS_ALONE, 2), Table(_ALONE, tuple(alone)))
    page.add(Heading(words.GO_TO, 2), *(Item(words.LISTS[name], tag=name) for name in LISTS))
    return page


def _head(shelf: Shelf) -> Iterator[Block]:
    law = shelf.law
    yield Line(words.LEAD)
    binding = sum(rule.kind in BINDINGS for rule in law.rules)
    counted = words.COUNTED.format(packs=len(law.packs), rules=len(law.rules), binding=binding)
    yield Line(counted, "faint")
    yield Line(words.ROWS_LEGEND, "faint")
    if law.amendments:
        yield Line(words.AMENDED.format(names=", ".join(law.amendments)), "warn")


def _row(shelf: Shelf, pack: Pack) -> tuple[str, ...]:
    rules, coverage = rules_of(shelf, pack), shelf.coverage.get(pack.id)
    return (
        pack.id,
        pack.title,
        pack.status,
        str(len(rules)),
        words.KNOWN_CELL.format(known=pack.known_until, days=shelf.days_old(pack)),
        kinds_words((rule.authority for rule in rules), AUTHORITIES),
        kinds_words((rule.read.text for rule in rules), READS),
        counts_cell(coverage) if coverage is not None else words.NO_ROWS,
    )
