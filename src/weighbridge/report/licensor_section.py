"""What is owed to a licensor, once for the whole page and apart from what is owed by law.

A licence that binds is told as a market is. Licences of which that is unknown are one question
together; those that do not bind are no rows of anybody, and counted with ``all`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.assess.terms import Terms, licence_keys, not_encoded, terms_of
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, cut
from weighbridge.report.facts_words import fact_words, gloss_of, joined
from weighbridge.report.groups import grouped
from weighbridge.report.market_section import Section, Shown
from weighbridge.report.open_words import asking
from weighbridge.report.tight_market import counts_of, few_items

_MOST_TITLES = 3
_ONE_LINE = 92
_BRIEF_BELOW = 3
"""A lean page with at most this many rows a group has the licence as a tight page has a market."""


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
    if blocks:
        yield Gap()
        yield Heading(": ".join(_heading(terms, shown)), 2)
        yield from blocks


def _heading(terms: Terms, shown: Shown) -> Iterator[str]:
    """Yield what the section is, which licences bind and, where there is no room below, counts."""
    yield words.TO_LICENSOR
    titles = titles_of(terms.held)
    counts = counts_of(grouped(terms.held))
    if titles:
        yield joined(titles, _MOST_TITLES, "; ")
    if counts and _is_brief(shown):
        yield counts


def _is_brief(shown: Shown) -> bool:
    return not shown.all and (shown.tight or (shown.lean and shown.most <= _BRIEF_BELOW))


def terms_counted(assessment: Assessment) -> str:
    """Return how much is owed to licensors, open and not owed, or nothing."""
    held = terms_of(assessment.verdicts).held
    return counts_of(grouped(held))


def titles_of(rows: Iterable[RowVerdict]) -> list[str]:
    """Return the titles of the licences that rows belong to, each once, in order."""
    return list(dict.fromkeys(row.judged.evaluator.law.packs[row.rule.pack].title for row in rows))


def _held(assessment: Assessment, terms: Terms, shown: Shown) -> Iterator[Block]:
    groups = grouped(terms.held)
    brief, counts = _is_brief(shown), counts_of(groups)
    if brief:
        yield from few_items(assessment, groups, shown.most)
    else:
        if counts:
            yield Line(counts, "faint", 2)
        yield from Section(assessment, shown, groups).blocks()
    ends = list(dict.fromkeys(_ends(terms.held)))
    if ends:
        what = joined(ends, len(ends) if shown.all else shown.most, "; ")
        text = words.TERMS_END.format(what=what)
        yield Line(cut(text, _ONE_LINE) if brief else text, "warn", 2)


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
        titles = titles_of(rows)
        known = joined(titles, len(titles) if shown.all else _MOST_TITLES)
        details = (*asks[1:], words.TERMS_TURN.format(titles=known))
        yield Item(asks[0], words.MARKS["ask"], details=details)


def _not_here(assessment: Assessment, terms: Terms) -> Iterator[Block]:
    for fact in not_encoded(assessment, terms):
        gloss = gloss_of(assessment.law, fact.key)
        text = words.TERMS_NOT_HERE.format(gloss=gloss, licence=fact_words(fact))
        yield Item(text, words.OTHER_MARK)
