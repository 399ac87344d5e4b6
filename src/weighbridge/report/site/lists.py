"""The lists over all packs: facts, what meets duties, questions of law left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from weighbridge.facts import FactType
from weighbridge.report.blocks import Block, Fold, Heading, Item, Line, Page
from weighbridge.report.markets import market_words
from weighbridge.report.rule_asks import effort_words
from weighbridge.report.rule_grounds import readers
from weighbridge.report.rule_sure import held_words
from weighbridge.report.site import site_words as words
from weighbridge.report.site.shelf import Shelf
from weighbridge.rules import Rule
from weighbridge.rules.rule import Discharge

_MOST_OPEN = 6


def facts_list(shelf: Shelf) -> Page:
    """Return every fact: what it is, how it is asked or concluded, which rules name it."""
    page = Page()
    page.add(Heading(words.FACTS, 1))
    groups: dict[str, list[FactType]] = defaultdict(list)
    for fact in shelf.law.vocabulary:
        if fact.name not in shelf.law.questions:
            groups["" if fact.legal else fact.subject].append(fact)
    named = readers(shelf.law)
    for subject, facts in sorted(groups.items(), key=lambda pair: (not pair[0], pair[0])):
        title = words.FACTS_OF.format(subject=subject) if subject else words.TERMS
        page.add(Heading(title, 2, f"_{subject or 'terms'}"))
        for fact in sorted(facts, key=lambda fact: fact.name):
            page.add(Heading(fact.name, 3, fact.name), *_fact(shelf, fact, named))
    return page


def _fact(shelf: Shelf, fact: FactType, named: dict[str, tuple[Rule, ...]]) -> Iterator[Block]:
    yield Line(fact.gloss)
    unit = f", in {fact.unit}" if fact.unit else ""
    cite = f" · {fact.cite}" if fact.cite else ""
    yield Line(f"{fact.type}{unit} · of each {fact.subject}{cite}", "faint")
    for label, text in (("asked", fact.question), ("why", fact.why), ("example", fact.example)):
        if text:
            yield Line(f"{label}: {text}")
    yield from (Item(f"{word}: {says}") for word, says in fact.values.items())
    for kind, key, label in (
        ("definition", "concludes", words.CONCLUDED_BY),
        ("presumption", "presumes", words.PRESUMED_BY),
    ):
        rules = [each for each in shelf.law.rules if each.kind == kind]
        yield from _rules(label, [each for each in rules if each.body[key] == fact.name])
    yield from _rules(words.NAMED_BY, named.get(fact.name, ()))
    if fact.name not in named:
        yield Line(words.NOBODY, "faint")


def _rules(label: str, rules: Sequence[Rule]) -> Iterator[Block]:
    """Yield rules under a label, folded where they are many."""
    if not rules:
        return
    said = f"{label} {_count(len(rules), words.ONE_RULE, words.RULES)}"
    items = tuple(Item(f"{rule.title}, {rule.cite}", tag=rule.key) for rule in rules)
    if len(items) > _MOST_OPEN:
        yield Fold(said, items)
    else:
        yield Line(f"{said}:")
        yield from items


def _count(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count=count)


def discharges_page(shelf: Shelf) -> Page:
    """Return what can meet a duty, each with its effort and the rules it answers, by market."""
    page = Page()
    page.add(Heading(words.DISCHARGES, 1))
    asking: dict[str, list[Rule]] = defaultdict(list)
    markets: dict[str, set[str]] = defaultdict(set)
    for rule in shelf.law.rules:
        for id_ in rule.discharges:
            asking[id_].append(rule)
            markets[id_].add(shelf.law.packs[rule.pack].market)
    by_kind: dict[str, list[Discharge]] = defaultdict(list)
    for discharge in shelf.law.discharges.values():
        by_kind[discharge.kind].append(discharge)

    def widest(one: Discharge) -> tuple[int, int, str]:
        return -len(markets[one.id]), -len(asking[one.id]), one.title

    for kind, discharges in sorted(by_kind.items()):
        page.add(Heading(kind, 2, f"_{kind}"))
        for each in sorted(discharges, key=widest):
            page.add(Heading(each.title, 3, each.id), *_discharge(shelf, each, asking[each.id]))
    return page


def _discharge(shelf: Shelf, discharge: Discharge, rules: list[Rule]) -> Iterator[Block]:
    yield Line(f"{discharge.says} · `{discharge.id}`")
    effort, source = effort_words(discharge.effort), discharge.effort.get("source", "")
    yield Line(words.GRADE.format(effort=effort, source=source).removesuffix("; "), "faint")
    if discharge.form:
        yield Line(words.FORM.format(form=discharge.form), "faint")
    if discharge.looks_for:
        names = ", ".join(f"`{name}`" for name in discharge.looks_for)
        yield Line(words.LOOKS_FOR.format(facts=names), "faint")
    markets = {shelf.law.packs[rule.pack].market for rule in rules}
    if not rules:
        yield Line(words.NO_RULES, "warn")
        return
    yield Line(
        words.ANSWERS.format(
            rules=_count(len(rules), words.ONE_RULE, words.RULES),
            markets=_count(len(markets), words.ONE_MARKET, words.MARKETS),
        ),
        "strong",
    )
    for market in sorted(markets):
        yield Item(market_words(market) if market else words.ANYWHERE)
        for rule in rules:
            if shelf.law.packs[rule.pack].market == market:
                yield Item(f"{rule.title}, {rule.cite}", "  ·", rule.key)


def readings_page(shelf: Shelf) -> Page:
    """Return the questions of law left open, each answer, and the rules that can turn on it."""
    page = Page()
    page.add(
        Heading(words.READINGS, 1), Line(words.CHOOSE), Heading(words.PACK_READINGS, 2, "_all")
    )
    named = readers(shelf.law)
    for question in shelf.law.questions.values():
        page.add(Heading(question.name, 3, question.name))
        page.add(Line(question.gloss), Line(f"{question.cite} · `{question.pack}`", "faint"))
        page.add(*(Item(text) for text in held_words(question)))
        page.add(*_rules(words.NAMED_BY, named.get(question.name, ())))
        turning = [rule for rule in shelf.law.bindings if _turns(shelf, rule, question.name)]
        items = tuple(Item(f"{rule.title}, {rule.cite}", tag=rule.key) for rule in turning)
        if items:
            count = _count(len(items), words.ONE_RULE, words.RULES)
            page.add(Fold(words.TURN_ON.format(count=count), items))
    return page


def _turns(shelf: Shelf, rule: Rule, name: str) -> bool:
    return name in shelf.grounds[rule.key].facts
