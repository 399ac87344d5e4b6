"""Markets in which nothing is left to do or to ask, named together rather than one by one."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.assess.assessment import Assessment
from weighbridge.assess.terms import owed_by_law
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item
from weighbridge.report.groups import OWED_KINDS, Joined, grouped, rows_of
from weighbridge.report.market_section import Shown
from weighbridge.report.markets import market_words
from weighbridge.report.tight_market import has_duties

_FEWEST = 3
_SILENT = ("not-yours", "may", "power", "voluntary", "voluntary-open", "past", "never", "claim")


def quiet_markets(assessment: Assessment, shown: Shown) -> tuple[str, ...]:
    """Return the markets without a section of their own; one or two keep theirs.

    A market is quiet where nothing applies, nothing is open, nothing rests on a presumption and
    nothing has ended that would have applied. Where all is shown, none is.
    """
    if shown.all:
        return ()
    if shown.tight:
        spared = {each.market for each in assessment.sheltered}
        return tuple(
            market
            for market in assessment.markets
            if market not in spared and not has_duties(assessment, market)
        )
    quiet = tuple(market for market in assessment.markets if _is_quiet(assessment, market))
    return quiet if len(quiet) >= _FEWEST else ()


def quiet_blocks(assessment: Assessment, quiet: tuple[str, ...]) -> Iterator[Block]:
    """Yield one short section on the quiet markets: where rules were judged, and where none was."""
    if not quiet:
        return
    judged = {row.judged.row.market for row in owed_by_law(assessment.verdicts)}
    yield Gap()
    yield Heading(words.ELSEWHERE, 2)
    for text, markets in (
        (words.NOTHING_HERE, [market for market in quiet if market in judged]),
        (words.NOT_JUDGED, [market for market in quiet if market not in judged]),
    ):
        if markets:
            named = ", ".join(map(market_words, markets))
            yield Item(f"{text}: {named}", words.MARKS["not-yours"])
    yield Item(words.ONE_MARKET, words.OTHER_MARK, tone="faint")


def _is_quiet(assessment: Assessment, market: str) -> bool:
    if any(each.market == market for each in assessment.sheltered):
        return False
    rows = rows_of(assessment, market)
    return all(
        name in _SILENT and not any(_speaks(name, line) for line in lines)
        for name, lines in grouped(rows).items()
    )


def _speaks(name: str, line: Joined) -> bool:
    """Return whether a line of a silent group still has something to say."""
    judged = line.first.judged
    if name == "claim":
        return judged.verdict is not False
    if name == "past":
        return judged.verdict is True
    return judged.basis == "presumed" and line.rule.kind in OWED_KINDS
