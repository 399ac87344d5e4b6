"""The parts of a rule's page that lead to other rules: what lifts it, what it bears on."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.reason.prose import LIFTED
from weighbridge.report import rule_words as words
from weighbridge.report.blocks import STEP, Block, Fold, Item, Line
from weighbridge.report.rule_asks import shelter_words, where
from weighbridge.report.rule_grounds import own_facts, readers
from weighbridge.rules import Law, Rule

_MARK = "·"
_MOST_OPEN = 8


def lifts(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield the exceptions to a rule, each with those to it below, and the ways out of its act."""
    yield from _exceptions(law, rule, rule.pack, day, 0)
    if rule.kind == "scope":
        return
    for scope in law.scope(rule.pack, day):
        if rule.key == scope.key or rule.kind in ("definition", "presumption", "exception"):
            continue
        yield Item(f"{words.OUT_OF_SCOPE}: {scope.title}, {scope.cite.at}", tag=scope.key)
        yield from _exceptions(law, scope, rule.pack, day, 1)


def _exceptions(law: Law, rule: Rule, pack: str, day: int, depth: int) -> Iterator[Item]:
    for each in [*law.exceptions(rule, day), *law.lighter(rule, day)]:
        mark = " " * STEP * depth + _MARK
        yield Item(f"{each.title}, {where(each, pack)}", mark, each.key, tuple(_shelter(each)))
        yield from _exceptions(law, each, pack, day, depth + 1)


def _shelter(exception: Rule) -> Iterator[str]:
    """Yield what an exception leaves of a rule, who has to show it and what ends it."""
    if exception.body["lifts"] != "duty":
        yield LIFTED[exception.body["lifts"]]
    yield from shelter_words(exception)


def bears_on(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield the rules that a rule lifts, moves or is read by."""
    for id_ in rule.exception_to:
        above = law.version(id_, day)
        yield Item(f"exception to: {above.title}, {where(above, rule.pack)}", tag=above.key)
    for id_ in rule.body.get("moves", ()):
        moved = law.version(id_, day)
        yield Item(f"moves: {moved.title}, {where(moved, rule.pack)}", tag=moved.key)
    if rule.kind == "scope":
        yield Item(words.WHOLE_PACK, tag=rule.pack)
    concluded = rule.body.get("concludes") or rule.body.get("presumes")
    if concluded:
        yield from _readers(law, concluded, rule.pack)


def _readers(law: Law, fact: str, pack: str) -> Iterator[Block]:
    """Yield the rules that name a fact themselves; folded where they are many."""
    items = tuple(
        Item(f"{each.title}, {where(each, pack)}", tag=each.key)
        for each in readers(law).get(fact, ())
    )
    form = words.READ_BY_ONE if len(items) == 1 else words.READ_BY
    said = form.format(fact=fact, count=len(items))
    if len(items) > _MOST_OPEN:
        yield Fold(said, items, aside=True)
    else:
        yield Line(said)
        yield from items


def facts(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield the facts a rule names, each with the rules that conclude it or how it is known."""
    for name in own_facts(law, rule):
        fact = law.vocabulary[name]
        concluding = [
            *law.definitions(name, day, rule.pack),
            *law.presumptions(name, day, rule.pack),
        ]
        asked = (f"asked: {fact.question}",) if fact.question else ()
        yield Item(fact.gloss, _MARK, name, asked)
        for each in concluding:
            said = "presumed by" if each.kind == "presumption" else "concluded by"
            text = f"{said}: {each.title}, {where(each, rule.pack)}"
            yield Item(text, " " * STEP + _MARK, each.key)
