"""One pack, article by article: what is encoded, what is out of scope and why, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.law_page import (
    NO_PACK,
    STATE_WORDS,
    law_head,
    lists_without_pack,
    pack_entry,
    question_json,
)
from weighbridge.rules import Law
from weighbridge.rules.coverage import Article, Coverage, Row
from weighbridge.text.errors import InputError, did_you_mean

_MARKS = {"encoded": "·", "out": "–", "missing": "?"}
_NO_LIST = "no list of rows stands beside this pack"


def pack_page(law: Law, id_: str, as_of: str, coverage: Sequence[Coverage]) -> Page:
    """Return the page of a pack, or of a list of rows whose pack has yet to come.

    Raises :class:`InputError` for an id that is neither.
    """
    rows = _list_of(law, id_, coverage)
    page = Page()
    if id_ in law.packs:
        page.add(*_head(pack_entry(law, law.packs[id_], as_of, rows)))
    else:
        page.add(Heading(id_, 1), Line(f"{NO_PACK} yet, a list of rows", "faint"))
    page.add(*(_rows(rows) if rows else [Line(_NO_LIST, "faint")]), *_questions(law, id_))
    return page


def pack_json(law: Law, id_: str, as_of: str, coverage: Sequence[Coverage]) -> dict[str, Any]:
    """Return what :func:`pack_page` shows as JSON values."""
    rows = _list_of(law, id_, coverage)
    pack = law.packs.get(id_)
    questions = [each for each in law.questions.values() if each.pack == id_]
    return {
        **law_head(law, as_of),
        "packs": [pack_entry(law, pack, as_of, rows)] if pack else [],
        "rows_without_pack": [] if pack or not rows else [{"folder": id_, "rows": rows.counts()}],
        "articles": [_article_json(article) for article in rows.articles] if rows else [],
        "readings": [question_json(question) for question in questions],
    }


_IDS = "the ids are those of `weighbridge law` and `weighbridge law --reforms`"


def _list_of(law: Law, id_: str, coverage: Sequence[Coverage]) -> Coverage | None:
    found = next((each for each in coverage if each.pack == id_), None)
    if found is None and id_ not in law.packs:
        known = [*law.packs, *(each.pack for each in lists_without_pack(law, coverage))]
        hint = did_you_mean(id_, known) or _IDS
        raise InputError(f"unknown pack `{id_[:60]}`", help=hint)
    return found


def _head(entry: dict[str, Any]) -> Iterator[Block]:
    yield Heading(f"{entry['title']} [{entry['pack']}]", 1)
    standing = (entry["act"], entry["market"] or "any market", entry["status"], entry["authority"])
    yield Line(" · ".join(standing), "faint")
    yield Line(
        f"known until {entry['known_until']}, {entry['days_since_known']} days before the day "
        f"asked about; newest text read on {entry['newest_read'] or 'no day'}"
    )
    yield Line(f"{entry['rules']} rules, {entry['binding']} of which ask or allow something")
    yield Line(f"text read: {_counts(entry['read'])}; authority: {_counts(entry['authorities'])}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counts.items()) or "nothing"


def _rows(coverage: Coverage) -> Iterator[Block]:
    counts = (f"{n} {STATE_WORDS[state]}" for state, n in coverage.counts().items())
    yield Line(f"rows of the fact sheets: {', '.join(counts)}")
    for article in coverage.articles:
        yield Gap()
        yield Heading(f"{article.head}: {article.subject}", 2)
        yield from _article(article)


def _article(article: Article) -> Iterator[Block]:
    for (state, why), rows in groupby(article.rows, key=lambda row: (row.state, row.why)):
        if state == "encoded":
            yield from (Item(f"{_row_words(row)}: {', '.join(row.by)}") for row in rows)
        else:
            words = ", ".join(_row_words(row) for row in rows)
            yield Item(f"{words}: {STATE_WORDS[state]}, {why}", _MARKS[state])
    if not article.rows:
        yield Line("no row of its own", "faint", indent=4)


def _row_words(row: Row) -> str:
    return f"{row.id} (left open)" if row.unsettled else row.id


def _article_json(article: Article) -> dict[str, Any]:
    return {
        "article": article.head,
        "act": article.act or None,
        "subject": article.subject,
        "rows": [_row_json(row) for row in article.rows],
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "row": row.id,
        "state": row.state,
        "by": list(row.by),
        "why": row.why or None,
        "tag": row.tag or None,
        "unsettled": row.unsettled,
    }


def _questions(law: Law, id_: str) -> Iterator[Block]:
    questions = [each for each in law.questions.values() if each.pack == id_]
    if questions:
        yield Gap()
        yield Heading("questions of law left open (--reading ID=POSITION)", 2)
    for question in questions:
        held = tuple(f"{word}: {each.says}" for word, each in question.positions.items())
        yield Item(question.gloss, "?", question.name, held)
