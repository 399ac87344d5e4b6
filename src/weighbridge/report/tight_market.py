"""A market in a few lines, for a page on which many share one screen.

What has to be done comes first, then the one question that matters most; all else is counted and
stands on the page of that market alone (``--market``) or with ``--all``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from weighbridge.assess.assessment import Assessment, verdict_word
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item
from weighbridge.report.compare_page import sheltered_line
from weighbridge.report.groups import OWED_KINDS, Joined, bearers, grouped, rows_of, title_of
from weighbridge.report.markets import market_words
from weighbridge.report.open_words import open_items
from weighbridge.report.row_words import tag_of

_APPLYING = ("stop", "before", "ready", "only-if")


def tight_blocks(assessment: Assessment, market: str, most: int) -> Iterator[Block]:
    """Yield the heading with its counts, at most ``most`` duties, one question, openness."""
    groups = grouped(rows_of(assessment, market))
    name = market_words(market) if market else words.ANYWHERE
    yield Gap()
    yield Heading(f"{name}: {counts_of(groups)}", 2)
    yield from few_items(assessment, groups, most)
    for each in assessment.sheltered:
        if each.market == market:
            yield Item(sheltered_line(each), words.OTHER_MARK, tone="faint")


def few_items(assessment: Assessment, groups: dict[str, list[Joined]], most: int) -> Iterator[Item]:
    """Yield at most ``most`` duties that apply, and the question that decides most of the open."""
    applying = [(each, line) for each in _APPLYING for line in groups.get(each, ())]
    for group, line in applying[:most]:
        mark = words.MARKS.get(group, words.OTHER_MARK)
        tag = tag_of(line, whose=bearers(assessment) > 1)
        yield Item(title_of(line), mark, tag, tone="bad" if group == "stop" else "plain")
    if len(applying) > most:
        text = words.MORE.format(count=len(applying) - most)
        yield Item(text, words.OTHER_MARK, tone="faint")
    asks = [line for line in groups.get("ask", ()) if line.rule.kind in OWED_KINDS]
    if asks:
        first = next(open_items(assessment, asks, None))
        yield Item(first.text, words.MARKS["ask"])


def has_duties(assessment: Assessment, market: str) -> bool:
    """Return whether some duty or prohibition applies in a market or cannot be told."""
    groups = grouped(rows_of(assessment, market))
    return any(name in groups for name in _APPLYING) or any(
        line.rule.kind in OWED_KINDS for line in groups.get("ask", ())
    )


def counts_of(groups: dict[str, list[Joined]]) -> str:
    """Return how much is owed, open and not owed, and what claims there are, else what is free."""
    owed = sum(len(groups.get(name, ())) for name in _APPLYING)
    asks = sum(line.rule.kind in OWED_KINDS for line in groups.get("ask", ()))
    not_owed = sum(line.rule.kind in OWED_KINDS for line in groups.get("not-yours", ()))
    states = Counter(verdict_word(line.first) for line in groups.get("claim", ()))
    parts = [
        form.format(count=count)
        for form, count in (
            (words.OWES, owed),
            (words.CANNOT_TELL, asks),
            (words.NOT_OWED_SHORT, not_owed),
            (words.CLAIMS_OPEN, states["open"]),
            (words.CLAIMS_UNSETTLED, states["unsettled"]),
        )
        if count
    ]
    voluntary = sum(len(groups.get(name, ())) for name in ("voluntary", "voluntary-open"))
    if voluntary and not parts:
        parts.append(words.VOLUNTARY_COUNTED.format(count=voluntary))
    return " · ".join(parts)
