"""One article woven: each provision with its rule's page, its rule as written and its cases."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.report import rule_words
from weighbridge.report.blocks import Block, Code, Fold, Heading, Item, Line, Page
from weighbridge.report.pack_cases import PackCase
from weighbridge.report.rule_page import rule_sections
from weighbridge.report.site import site_words as words
from weighbridge.report.site.shelf import Article, Shelf
from weighbridge.rules import Rule

_OBLIGING = ("enacted", "repealed")


def article_page(shelf: Shelf, article: Article) -> Page:
    """Return the page of one article: a list of its provisions, then each in full."""
    page = Page()
    page.add(Heading(f"{article.pack.title}: {article.title}", 1))
    page.add(*(Line(each, "faint") for each in (article.subjects,) if each))
    page.add(Heading(words.PROVISIONS, 2))
    page.add(*(Item(f"{each.cite.at}: {each.title}", tag=each.key) for each in article.rules))
    for rule in article.rules:
        page.add(*_provision(shelf, rule))
    page.add(*_beside(shelf, article))
    return page


def _provision(shelf: Shelf, rule: Rule) -> Iterator[Block]:
    yield Heading(rule.title, 2, rule.key)
    yield Line(f"{rule.cite.at} · {rule.kind} · `{rule.key}`")
    if rule.status not in _OBLIGING:
        yield Line(words.STATUS.format(status=rule.status), "warn")
    cases = shelf.cases.get(rule.key, [])
    for title, blocks in rule_sections(shelf.law, rule, shelf.day, cases):
        shown = _cases(rule, cases) if cases and title == rule_words.HEADINGS["tests"] else blocks
        yield from (Heading(title, 3), *shown)
    yield Heading(words.AS_WRITTEN, 3)
    yield from _written(shelf, rule)


def _cases(rule: Rule, cases: list[PackCase]) -> Iterator[Block]:
    """Yield each case under its title and what it expects of the rule, folded."""
    for case in cases:
        blocks: list[Block] = [Line(case.place, "faint"), Code(tuple(case.text.split("\n")))]
        if case.given:
            blocks.append(Line(words.GIVEN))
            blocks += [Code(tuple(text.split("\n"))) for text in case.given]
        yield Fold(f"{case.title}: {case.expected_of(rule)}", tuple(blocks))


def _written(shelf: Shelf, rule: Rule) -> Iterator[Block]:
    text = shelf.written.get(rule.key)
    if text is None:
        yield Line(words.NOT_WRITTEN, "faint")
        return
    if shelf.law.amendments:
        yield Line(words.BEFORE_AMENDMENT, "faint")
    yield Fold(words.SOURCE.format(file=rule.file), (Code(tuple(text.split("\n"))),))


def _beside(shelf: Shelf, article: Article) -> Iterator[Block]:
    """Yield the articles before and after this one."""
    siblings = shelf.articles[article.pack.id]
    at = siblings.index(article)
    around = [
        Item(form.format(title=siblings[to].title), tag=siblings[to].name)
        for form, to in ((words.BEFORE, at - 1), (words.AFTER, at + 1))
        if 0 <= to < len(siblings)
    ]
    if around:
        yield Heading(words.ARTICLES, 2)
        yield from around
