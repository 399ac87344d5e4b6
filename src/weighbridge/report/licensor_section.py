"""What is owed to a licensor, once for the whole page and apart from what is owed by law.

A licence that binds is told as a market is. Licences of which that is unknown are one question
together; those that do not bind are no rows of anybody, and counted with ``all`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.assess.terms import Terms, licence_keys, not_encoded, terms_of
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line
from weighbridge.report.facts_words import fact_words, gloss_of, joined
from weighbridge.report.groups import grouped
from weighbridge.report.market_section import Section, Shown
from weighbridge.report.open_words import asking
from weighbridge.report.tight_market import counts_of, few_items

_MOST_TITLES = 3


def licensor_blocks(assessment: Assessment, shown: Shown) -> Iterator[Block]:
    """Yield the section on licences, nothing where nobody asked about can be a licensee."""
    terms = terms_of(assessment.verdicts)
    blocks = [
        *_held(assessment, terms, shown),
        *_unknown(assessment, terms, shown),
        *_not_here(assessment, terms),
    ]
    if shown.all and terms.elsewhere:
        text = words.TERMS_ELSEWHERE.format(count=len(terms.elsewhere))
        blocks.append(Item(text, words.OTHER_MARK, tone="faint"))
    if not blocks:
        return
    titles = joined(titles_of(assessment, terms.held), _MOST_TITLES, "; ")
    yield Gap()
    yield Heading(words.TO_LICENSOR_OF.format(titles=titles) if titles else words.TO_LICENSOR, 2)
    yield from blocks


def terms_counted(assessment: Assessment) -> str:
    """Return how much is owed to licensors, open and not owed, or nothing."""
    held = terms_of(assessment.verdicts).held
    return counts_of(grouped(held))


def titles_of(assessment: Assessment, rows: Iterable[RowVerdict]) -> list[str]:
    """Return the titles of the licences that rows belong to, each once, in order."""
    packs = dict.fromkeys(row.rule.pack for row in rows)
    return [assessment.law.packs[pack].title for pack in packs]


def _held(assessment: Assessment, terms: Terms, shown: Shown) -> Iterator[Block]:
    groups = grouped(terms.held)
    counts = counts_of(groups)
    if counts:
        yield Line(counts, "faint", 2)
    if shown.tight:
        yield from few_items(assessment, groups, shown.most)
    else:
        yield from Section(assessment, shown, groups).blocks()
    ends = list(dict.fromkeys(_ends(terms.held)))
    few = len(ends) if shown.all else 1 if shown.tight or shown.lean else shown.most
    if ends:
        yield Line(words.TERMS_END.format(what=joined(ends, few, "; ")), "warn", 2)


def _ends(rows: Iterable[RowVerdict]) -> Iterator[str]:
    """Yield what may follow a breach of terms that apply, in the pack's words."""
    for row in rows:
        breach = row.rule.breach
        if breach and row.judged.owed:
            form = words.TERMS_END_CURE if breach.get("cure") else "{fine}"
            yield form.format(**breach)


def _unknown(assessment: Assessment, terms: Terms, shown: Shown) -> Iterator[Block]:
    """Yield one item for each question that tells which licence binds."""
    asked: dict[tuple[str, ...], list[RowVerdict]] = {}
    for row in terms.open:
        asked.setdefault(licence_keys(row), []).append(row)
    for keys, rows in asked.items():
        asks = [asking(assessment, key) for key in keys] or [words.CANNOT_SAY]
        titles = titles_of(assessment, rows)
        known = joined(titles, len(titles) if shown.all else _MOST_TITLES)
        details = (*asks[1:], words.TERMS_TURN.format(titles=known))
        yield Item(asks[0], words.MARKS["ask"], details=details)


def _not_here(assessment: Assessment, terms: Terms) -> Iterator[Block]:
    for fact in not_encoded(assessment, terms):
        gloss = gloss_of(assessment.law, fact.key)
        text = words.TERMS_NOT_HERE.format(gloss=gloss, licence=fact_words(fact))
        yield Item(text, words.OTHER_MARK)
