"""One instrument: how it was read, its articles, terms, figures, questions and penalties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from weighbridge.report.blocks import Block, Heading, Item, Line, Page, Table
from weighbridge.report.facts_words import day_words
from weighbridge.report.figures import figure_words
from weighbridge.report.markets import market_words
from weighbridge.report.rule_asks import interval_words
from weighbridge.report.rule_breach import lower_for
from weighbridge.report.rule_sure import held_words
from weighbridge.report.rule_words import PENALTY_TAG, TAKES
from weighbridge.report.site import site_words as words
from weighbridge.report.site.rows_page import counts_words, rows_blocks
from weighbridge.report.site.shelf import Article, Shelf
from weighbridge.rules import Pack, Parameter, Rule
from weighbridge.rules.rule import AUTHORITIES, READS, Penalty

_NO_DAY = "–"


def pack_page(shelf: Shelf, pack: Pack) -> Page:
    """Return the page of one pack."""
    page, coverage = Page(), shelf.coverage.get(pack.id)
    page.add(Heading(pack.title, 1), *_head(shelf, pack))
    sections = (
        (words.ARTICLES, _articles(shelf, pack)),
        (words.ADDRESSEES, _addressees(pack)),
        (words.PARAMETERS, _parameters(shelf, pack)),
        (words.PACK_READINGS, _readings(shelf, pack)),
        (words.PENALTIES, _penalties(shelf, pack)),
        (words.ROWS, rows_blocks(coverage) if coverage is not None else ()),
    )
    for title, blocks in sections:
        shown = list(blocks)
        if shown:
            page.add(Heading(title, 2, f"_{title.replace(' ', '-')}"), *shown)
    return page


def _head(shelf: Shelf, pack: Pack) -> Iterator[Block]:
    market = market_words(pack.market) if pack.market else words.ANYWHERE
    yield Line(f"{pack.act} · {market} · {pack.status} · {pack.authority} · `{pack.id}`")
    yield Line(age_words(shelf, pack), "warn" if shelf.days_old(pack) else "plain")
    yield Line(trust_words(rules_of(shelf, pack)), "faint")
    coverage = shelf.coverage.get(pack.id)
    if coverage is not None:
        yield Line(f"{words.ROWS}: {counts_words(coverage)}", "faint")
    if pack.note:
        yield Line(pack.note)


def rules_of(shelf: Shelf, pack: Pack) -> list[Rule]:
    """Return the rules of a pack, article by article."""
    return [rule for article in shelf.articles.get(pack.id, ()) for rule in article.rules]


def age_words(shelf: Shelf, pack: Pack) -> str:
    """Return until when the law of a pack is known and how long before the day asked that is."""
    days = shelf.days_old(pack)
    form = words.KNOWN if days else words.KNOWN_FRESH
    return form.format(known=pack.known_until, days=days, as_of=shelf.as_of)


def trust_words(rules: list[Rule]) -> str:
    """Return how many rules rest on which kind of text and on which copy."""
    return words.TRUST.format(
        authorities=kinds_words((rule.authority for rule in rules), AUTHORITIES),
        reads=kinds_words((rule.read.text for rule in rules), READS),
    )


def kinds_words(found: Iterable[str], order: tuple[str, ...]) -> str:
    """Return how often each word was found, in the order given."""
    counts = Counter(found)
    return ", ".join(f"{word} {counts[word]}" for word in order if counts[word])


def _articles(shelf: Shelf, pack: Pack) -> Iterator[Block]:
    for article in shelf.articles.get(pack.id, ()):
        cases = {case.place for rule in article.rules for case in shelf.cases.get(rule.key, ())}
        yield Heading(article.title, 3)
        yield from (Line(each) for each in (article.subjects,) if each)
        yield Line(_counted(article, len(cases)), "faint")
        yield Table(
            ("place", "rule", "what it is", "kind", "since", "text read"),
            tuple(_row(shelf, rule) for rule in article.rules),
        )


def _counted(article: Article, cases: int) -> str:
    count = len(article.rules)
    return words.CASES.format(
        rules=words.ONE_RULE if count == 1 else words.RULES.format(count=count),
        cases=words.ONE_CASE if cases == 1 else words.CASE_COUNT.format(count=cases),
        name=article.name,
    )


def _row(shelf: Shelf, rule: Rule) -> tuple[str, ...]:
    first = shelf.law.first_day(rule, shelf.day)
    since = day_words(first) if first is not None else _NO_DAY
    if rule.status != "enacted":
        since = f"{rule.status}, {since}"
    return (rule.cite.at, rule.key, rule.title, rule.kind, since, rule.read.text)


def _addressees(pack: Pack) -> Iterator[Block]:
    rows = tuple(
        (
            term.name.replace("_", " "),
            term.object or "any",
            ", ".join(role.replace("_", " ") for role in term.roles),
            term.fact,
            term.cite,
        )
        for term in pack.addressees
    )
    if rows:
        columns = ("the act's word", "towards", "can fall on", "concluded from", "where")
        yield Table(columns, rows)


def _parameters(shelf: Shelf, pack: Pack) -> Iterator[Block]:
    for parameter in shelf.law.parameters.values():
        if parameter.pack == pack.id:
            yield Heading(parameter.name, 3, parameter.name)
            yield Line(parameter.gloss)
            yield Table(("law from", "value", "where", "text read"), _values(parameter))


def _values(parameter: Parameter) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            day_words(each.start),
            figure_words(each.written, parameter.unit),
            each.cite,
            " ".join(part for part in (each.read.text, each.read.tag) if part),
        )
        for each in parameter.values
    )


def _readings(shelf: Shelf, pack: Pack) -> Iterator[Block]:
    for question in shelf.law.questions.values():
        if question.pack == pack.id:
            yield Item(question.gloss, "?", question.name, held_words(question))


def _penalties(shelf: Shelf, pack: Pack) -> Iterator[Block]:
    named: dict[str, list[Rule]] = {}
    for rule in rules_of(shelf, pack):
        if rule.breach:
            named.setdefault(rule.breach.get("penalty", ""), []).append(rule)
    for penalty in shelf.law.penalties.values():
        if penalty.pack == pack.id:
            yield Heading(str(penalty.cite.at), 3, penalty.id)
            yield from _penalty(shelf, penalty)
            yield from _broken(named.get(penalty.id, []))
    if named.get(""):
        yield Heading(words.OTHER_BREACHES, 3)
        for rule in named[""]:
            by = f", by {rule.breach['by']}" if "by" in rule.breach else ""
            yield Item(f"{rule.title}: {rule.breach['fine']}{by}", tag=rule.key)


def _penalty(shelf: Shelf, penalty: Penalty) -> Iterator[Block]:
    yield Line(f"{penalty.says}, by {penalty.by} · `{PENALTY_TAG.format(id=penalty.id)}`")
    read = " ".join(part for part in (penalty.read.text, penalty.read.tag) if part)
    yield Line(f"{interval_words(penalty.interval)} · text read: {read}", "faint")
    for name in penalty.ceiling:
        yield Item(shelf.law.parameters[name].gloss, tag=name)
    if len(penalty.ceiling) > 1:
        yield Line(TAKES[penalty.takes])
    yield from lower_for(shelf.law, penalty)
    if penalty.note:
        yield Line(penalty.note)


def _broken(rules: list[Rule]) -> Iterator[Block]:
    if rules:
        yield Line(f"{words.PENALTY_OF}:")
        yield from (Item(f"{rule.cite.at}: {rule.title}", tag=rule.key) for rule in rules)
