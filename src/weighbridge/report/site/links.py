"""Where the site shows each thing that has a name, and how one page points to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from weighbridge.report.html import Link
from weighbridge.report.rule_words import PENALTY_TAG
from weighbridge.report.site.shelf import Shelf
from weighbridge.report.site.site_words import FOLDER
from weighbridge.rules import Pack

INDEX = "index.html"
FACTS = "facts.html"
DISCHARGES = "discharges.html"
READINGS = "readings.html"
ALREADY = "already.html"
REFORMS = "reforms.html"
LISTS = {
    "facts": FACTS,
    "discharges": DISCHARGES,
    "readings": READINGS,
    "already": ALREADY,
    "reforms": REFORMS,
}
"""The lists over all packs, by the name that leads to each."""

_PLAIN = "/@.:,_-+~()"
_WEB = ("https://", "http://")


def pack_address(pack: Pack) -> str:
    """Return the address of a pack's page, from the site's top."""
    return f"{pack.id}/{INDEX}"


class Addresses:
    """The address of every name, from the site's top.

    A name that two different things bear leads nowhere: no link is better than a wrong one.
    """

    def __init__(self, shelf: Shelf) -> None:
        """Walk everything the site shows."""
        self.known: dict[str, str] = {}
        doubtful: set[str] = set()
        for name, address in _named(shelf):
            if self.known.setdefault(name, address) != address:
                doubtful.add(name)
        for name in doubtful:
            del self.known[name]

    def link_from(self, page: str) -> Link:
        """Return the link function of the page at ``page``."""
        up = up_from(page)

        def link(name: str) -> str:
            address = self.known.get(name, "")
            return address if not address or address.startswith(_WEB) else up + address

        return link


def up_from(page: str) -> str:
    """Return the way from a page to the site's top."""
    return "../" * page.count("/")


def address_of(page: str, anchor: str = "") -> str:
    """Return a page's address as a link needs it, with an anchor where one is meant."""
    at = quote(page, safe=_PLAIN)
    return f"{at}#{quote(anchor, safe=_PLAIN)}" if anchor else at


def _named(shelf: Shelf) -> Iterator[tuple[str, str]]:
    law = shelf.law
    yield from LISTS.items()
    for pack in shelf.packs:
        home = pack_address(pack)
        yield pack.id, address_of(home)
        figures = (each for each in law.parameters.values() if each.pack == pack.id)
        yield from _on(home, (each.name for each in figures))
        for penalty in law.penalties.values():
            if penalty.pack == pack.id:
                yield PENALTY_TAG.format(id=penalty.id), address_of(home, penalty.id)
        for article in shelf.articles.get(pack.id, ()):
            yield article.name, address_of(article.address)
            for rule in article.rules:
                yield rule.key, address_of(article.address, rule.key)
                if rule.cite.eli.startswith(_WEB):
                    yield rule.cite.eli, rule.cite.eli
    for coverage in shelf.rows_alone:
        yield FOLDER.format(folder=coverage.pack), address_of(f"{coverage.pack}/{INDEX}")
    yield from _on(READINGS, law.questions)
    yield from _on(DISCHARGES, law.discharges)
    yield from _on(FACTS, (each.name for each in law.vocabulary if each.name not in law.questions))


def _on(page: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, address_of(page, name)) for name in names)
