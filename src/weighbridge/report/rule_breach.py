"""The parts of a rule's page on what may come of it: a breach and its penalty, and a claim."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.values import read_day
from weighbridge.report import rule_words as words
from weighbridge.report.blocks import Block, Item, Line
from weighbridge.report.facts_words import day_words
from weighbridge.report.figures import dated_words
from weighbridge.report.rule_asks import interval_words, where
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import Binding, Penalty


def breach(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield what may follow a breach: up to what, by whom, from when, and which claims."""
    if rule.breach:
        penalty = law.penalties.get(rule.breach.get("penalty", ""))
        yield Line(rule.breach["fine"])
        yield Line(" · ".join(_particulars(rule)), "faint")
        yield from ceiling(law, tuple(rule.breach.get("ceiling", ())), day)
        if penalty is not None:
            yield from _penalty(law, penalty)
    for each in law.rules:
        if each.binding is not None and rule.id in each.binding.linked:
            text = words.CLAIM_LINKED.format(title=each.title, cite=where(each, rule.pack))
            yield Item(text, tag=each.key)


def _particulars(rule: Rule) -> Iterator[str]:
    yield words.BY.format(who=rule.breach.get("by") or words.NOT_SAID)
    begins = rule.breach.get("enforced_from")
    yield words.PURSUED.format(day=read_day(begins).isoformat()) if begins else words.NO_FIRST_DAY
    if "cure" in rule.breach:
        yield words.CURE.format(cure=rule.breach["cure"])


def ceiling(law: Law, names: tuple[str, ...], day: int) -> Iterator[Item]:
    """Yield the parameters that bound a fine, with the value of the day and its place."""
    for name in names:
        parameter = law.parameters[name]
        dated = parameter.at(day)
        cite = (dated.cite,) if dated else ()
        yield Item(f"{parameter.gloss}: {dated_words(parameter, day)}", tag=name, details=cite)


def _penalty(law: Law, penalty: Penalty) -> Iterator[Block]:
    if len(penalty.ceiling) > 1:
        yield Line(words.TAKES[penalty.takes])
    yield from lower_for(law, penalty)
    read = words.PENALTY_READ.format(read=penalty.read.text, days=interval_words(penalty.interval))
    yield Item(str(penalty.cite), tag=words.PENALTY_TAG.format(id=penalty.id), details=(read,))
    if penalty.note:
        yield Line(penalty.note)


def lower_for(law: Law, penalty: Penalty) -> Iterator[Item]:
    """Yield the sizes of firm for which the lower ceiling counts, each with its first day."""
    for word, day in sorted(penalty.lower_for.items(), key=lambda pair: (pair[1], pair[0])):
        size = law.vocabulary[penalty.size].values[word]
        yield Item(words.LOWER_FOR.format(size=size, day=day))


def claim(law: Law, rule: Rule, bound: Binding, day: int) -> Iterator[Block]:
    """Yield what a claim is for and turns on: who asks, what they show, until when."""
    against = bound.addressee.replace("_", " ")
    form = words.CLAIM.format(claimant=bound.extra["claimant"], against=against, harm=bound.says)
    yield Line(form)
    for word, label in words.CLAIM_PARTS.items():
        if word in bound.extra:
            yield Item(f"{label}: {bound.extra[word]}")
    for name in bound.limits:
        parameter = law.parameters[name]
        text = words.CLAIM_LIMIT.format(time=dated_words(parameter, day), gloss=parameter.gloss)
        dated = parameter.at(day)
        yield Item(text, tag=name, details=(dated.cite,) if dated else ())
    for id_ in bound.linked:
        linked = law.version(id_, day)
        text = words.LINKED.format(title=linked.title, cite=where(linked, rule.pack))
        yield Item(text, tag=linked.key)


def first_days(law: Law, rule: Rule, as_of: int) -> Iterator[Item]:
    """Yield each first day that the law has named over time, where it was moved."""
    name = rule.body.get("starts")
    if name is None:
        return
    standing = law.parameters[name].at(as_of)
    for each in law.parameters[name].values:
        form = words.FIRST_DAY_STANDS if each is standing else words.FIRST_DAY
        text = form.format(since=day_words(each.start), day=each.written, cite=each.cite)
        yield Item(text, tag=name)
