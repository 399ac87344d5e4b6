"""Every page of the site, one after the other, as an address and a whole text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from weighbridge.report import words
from weighbridge.report.already_page import already_page
from weighbridge.report.blocks import Page
from weighbridge.report.html import Frame, Step, to_html
from weighbridge.report.reform_page import reforms_page
from weighbridge.report.site import site_words
from weighbridge.report.site.article_page import article_page
from weighbridge.report.site.index_page import index_page
from weighbridge.report.site.links import (
    ALREADY,
    DISCHARGES,
    FACTS,
    INDEX,
    READINGS,
    REFORMS,
    Addresses,
    address_of,
    pack_address,
    up_from,
)
from weighbridge.report.site.lists import discharges_page, facts_list, readings_page
from weighbridge.report.site.pack_page import pack_page
from weighbridge.report.site.rows_page import rows_page
from weighbridge.report.site.shelf import Shelf
from weighbridge.rules import Law
from weighbridge.rules.amendment import read_amendments, shipped_amendments
from weighbridge.rules.sources import LAW_FOLDER

SitePage = tuple[str, Page, tuple[Step, ...]]


def site_files(
    law: Law, as_of: str, folders: Iterable[Path] = (LAW_FOLDER,)
) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of each page, the index last.

    ``folders`` are those the law was made from. The same law, day and folders give the same texts.
    """
    shelf = Shelf(law, as_of, folders)
    addresses = Addresses(shelf)
    amended = site_words.AMENDED.format(names=", ".join(law.amendments)) if law.amendments else ""
    stands = site_words.FOOT.format(read_on=law.read_on, as_of=as_of, hash=law.hash)
    foot = tuple(line for line in (stands, amended, words.DISCLAIMER) if line)
    for address, page, trail in _pages(shelf):
        frame = Frame(trail=trail, foot=foot)
        yield address, to_html(page, frame, addresses.link_from(address))


def _pages(shelf: Shelf) -> Iterator[SitePage]:
    for pack in shelf.packs:
        for article in shelf.articles.get(pack.id, ()):
            up = up_from(article.address)
            home = Step(pack.title, up + address_of(pack_address(pack)))
            yield article.address, article_page(shelf, article), (_top(article.address), home)
        address = pack_address(pack)
        yield address, pack_page(shelf, pack), (_top(address),)
    for coverage in shelf.rows_alone:
        address = f"{coverage.pack}/{INDEX}"
        yield address, rows_page(coverage), (_top(address),)
    yield FACTS, facts_list(shelf), (_top(FACTS),)
    yield DISCHARGES, discharges_page(shelf), (_top(DISCHARGES),)
    yield READINGS, readings_page(shelf), (_top(READINGS),)
    yield ALREADY, already_page(shelf.law, shelf.as_of, shelf.levers), (_top(ALREADY),)
    reforms = read_amendments(shipped_amendments().values())
    yield REFORMS, reforms_page(reforms), (_top(REFORMS),)
    yield INDEX, index_page(shelf), ()


def _top(page: str) -> Step:
    return Step(site_words.TOP, up_from(page) + INDEX)
