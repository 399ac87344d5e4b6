"""The part of a rule's page on how sure we are: whose text, which copy, what is left open."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.values import read_day
from weighbridge.reason.prose_condition import negated
from weighbridge.report import rule_words as words
from weighbridge.report.blocks import Block, Fold, Item, Line
from weighbridge.report.facts_words import day_words
from weighbridge.report.rule_grounds import Grounds, grounds_of
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import AUTHORITIES, READS, Question

_MOST_OPEN = 3


def how_sure(law: Law, rule: Rule, as_of: int) -> Iterator[Block]:
    """Yield who read which copy and when, and everything the rule rests on that is less firm."""
    yield Line(f"authority: {rule.authority} · status: {rule.status}")
    yield Line(_read(rule))
    yield from _age(law, rule, as_of)
    if rule.rows:
        yield Line(f"rows of the fact sheets: {', '.join(rule.rows)}", "faint")
    grounds = grounds_of(law, rule, rule.interval.nearest(as_of))
    yield from _weaker(rule, grounds)
    yield from _open(law, grounds)
    presumed = tuple(_presumed(law, grounds))
    if len(presumed) > _MOST_OPEN:
        yield Fold(words.PRESUMPTIONS.format(count=len(presumed)), presumed)
    else:
        yield from presumed


def _read(rule: Rule) -> str:
    said = [f"text read: {rule.read.text}, {words.READS[rule.read.text]}"]
    if rule.read.on:
        said.append(f"on {rule.read.on}")
    if rule.read.tag:
        said.append(f"tag {rule.read.tag}")
    return " · ".join(said)


def _age(law: Law, rule: Rule, as_of: int) -> Iterator[Line]:
    known = law.packs[rule.pack].known_until
    days = as_of - read_day(known).toordinal()
    if days > 0:
        form = words.ONE_DAY_OLD if days == 1 else words.DAYS_OLD
        yield Line(form.format(known=known, count=days, day=day_words(as_of)), "warn")
    else:
        yield Line(words.KNOWN_UNTIL.format(known=known))


def _weaker(rule: Rule, grounds: Grounds) -> Iterator[Fold]:
    """Yield the rules it rests on whose text binds less, or was read less well, than its own."""
    for order, own, kind in (
        (AUTHORITIES, rule.authority, "authority"),
        (READS, rule.read.text, "read"),
    ):
        for word in reversed(order[order.index(own) + 1 :]):
            found = [each for each in grounds.rules if _word(each, kind) == word]
            if found:
                count = words.ONE_RULE if len(found) == 1 else words.RULES.format(count=len(found))
                said = words.RESTS_ON[kind].format(word=word, count=count)
                items = tuple(Item(f"{each.title}, {each.cite}", tag=each.key) for each in found)
                yield Fold(said, items, aside=True)


def _word(rule: Rule, kind: str) -> str:
    return rule.authority if kind == "authority" else rule.read.text


def _open(law: Law, grounds: Grounds) -> Iterator[Item]:
    for name in grounds.facts:
        question = law.questions.get(name)
        if question is not None:
            yield Item(words.READING.format(gloss=question.gloss), "?", name, held_words(question))
    for name in grounds.facts:
        fact = law.vocabulary.get(name)
        if fact is not None and fact.type == "judgement":
            yield Item(words.JUDGEMENT.format(gloss=fact.gloss), "?", name)


def held_words(question: Question) -> tuple[str, ...]:
    """Return the answers to a question of law, each with who holds it."""
    return tuple(
        (words.HELD_BY if each.held_by else words.HELD).format(
            word=word, says=each.says, who=each.held_by
        )
        for word, each in question.positions.items()
    )


def _presumed(law: Law, grounds: Grounds) -> Iterator[Item]:
    for each in grounds.rules:
        if each.kind == "presumption":
            gloss = law.vocabulary[each.body["presumes"]].gloss
            said = gloss if each.body["value"] else negated(gloss)
            form = words.PRESUMED[each.body["basis"]]
            yield Item(form.format(gloss=said), "?", each.key)
