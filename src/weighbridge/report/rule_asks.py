"""The parts of a rule's page on the duty itself: where it stands, what it asks, whom, from when."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.values import read_day
from weighbridge.reason.prose import LIFTED
from weighbridge.reason.prose_condition import Words, negated
from weighbridge.report import rule_words as words
from weighbridge.report.blocks import Block, Item, Line
from weighbridge.report.facts_words import day_words
from weighbridge.report.figures import dated_words
from weighbridge.report.markets import market_words
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import Binding, Interval

_LATEST = 3_652_059
_OBLIGING = ("enacted", "repealed")


def provision(law: Law, rule: Rule) -> Iterator[Block]:
    """Yield where a rule is written and where we keep it."""
    yield Line(str(rule.cite))
    if rule.cite.eli:
        yield Line(rule.cite.eli)
    pack = law.packs[rule.pack]
    place = f", {market_words(pack.market)}" if pack.market else ""
    yield Item(f"{pack.title}{place}", tag=pack.id)
    yield Line(f"encoded in `{rule.file}`", "faint")


def asks(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield what a rule that makes a row asks; of any other, what it does instead."""
    if rule.binding is None:
        yield Line(words.GATES[rule.kind].format(**_gate_words(law, rule)))
        yield from (Line(each) for each in shelter_words(rule))
        return
    yield Line(f"{rule.kind}: {rule.binding.says}")
    yield Line(" · ".join(_particulars(law, rule, rule.binding, day)), "faint")


def _particulars(law: Law, rule: Rule, bound: Binding, day: int) -> Iterator[str]:
    if bound.within:
        length = dated_words(law.parameters[bound.within], day)
        yield words.DUE_WITHIN.format(length=length, event=bound.event)
    else:
        yield f"due: {bound.due}"
        yield from (f"event: {each}" for each in (bound.event,) if each)
    if bound.lasts:
        yield words.LASTS.format(length=dated_words(law.parameters[bound.lasts], day))
    if bound.bars:
        yield "release waits for it"
    yield f"family: {bound.family}"
    yield f"of: {rule.object}"
    yield from (f"{word.replace('_', ' ')}: {text}" for word, text in bound.extra.items())


def _gate_words(law: Law, rule: Rule) -> dict[str, str]:
    """Return the words that complete what is said of a rule that binds nobody."""
    body = rule.body
    concluded = body.get("concludes") or body.get("presumes")
    gloss = law.vocabulary[concluded].gloss if concluded else ""
    binds = any(each.binding for id_ in rule.exception_to for each in law.by_id[id_])
    return {
        "gloss": gloss if body.get("value", True) else negated(gloss),
        "otherwise": words.COMPLETE if body.get("complete") else words.NOT_COMPLETE,
        "pack": law.packs[rule.pack].title,
        "lifted": LIFTED[body["lifts"]] if binds else words.ABOVE_FAILS,
    }


def shelter_words(exception: Rule) -> Iterator[str]:
    """Yield what a shelter is for, who has to show it and what ends it."""
    if exception.shelter:
        yield words.SHELTER.format(of=exception.shelter["of"])
        yield words.SHOWN_BY.format(who=exception.shelter["shown_by"])
        yield words.ENDS.format(what=exception.shelter["ends"])


def of_whom(law: Law, rule: Rule, day: int) -> Iterator[Block]:
    """Yield the act's word for the bearer, who can be it, and which rules conclude that."""
    if rule.binding is None:
        return
    yield Line(rule.binding.addressee.replace("_", " "))
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    if term is None:
        return
    roles = ", ".join(role.replace("_", " ") for role in term.roles)
    form = words.CAN_BE_ASKED if rule.kind == "claim" else words.CAN_FALL_ON
    yield Line(form.format(roles=roles) + (f" ({term.cite})" if term.cite else ""))
    yield Line(f"concluded from `{term.fact}`: {law.vocabulary[term.fact].gloss}", "faint")
    for each in law.definitions(term.fact, day, rule.pack):
        yield Item(f"{each.title}, {where(each, rule.pack)}", tag=each.key)


def since(law: Law, rule: Rule, as_of: int) -> Iterator[Block]:
    """Yield the days on which a rule stands, whether it stands now, and what moves them."""
    stands = Interval(law.first_day(rule, as_of), rule.interval.end)
    yield Line(f"{interval_words(stands)} · {rule.status}")
    obliges = rule.status in _OBLIGING and stands.holds(as_of)
    yield Line(_now(rule, stands, as_of), "plain" if obliges else "warn")
    if rule.ended_by:
        yield Line(f"ended by {rule.ended_by}")
    begins = rule.breach.get("enforced_from")
    if begins:
        yield Line(words.PURSUED.format(day=read_day(begins).isoformat()))
    for each in law.transitions(rule):
        parameter = law.parameters[each.body["to"]]
        dated = parameter.at(each.interval.nearest(_LATEST))
        to = dated.written if dated else parameter.gloss
        who = tuple(_condition(law, each))
        yield Item(f"moved to {to} for some: {each.title}", tag=each.key, details=who)
    for each in law.by_id[rule.id]:
        if each is not rule:
            yield Item(f"another version: {interval_words(each.interval)}", tag=each.key)


def _condition(law: Law, rule: Rule) -> Iterator[str]:
    said = Words(law, rule.interval.nearest(_LATEST), rule.pack)
    for line in said.lines(rule.when):
        text = line.strip().removeprefix("- ")
        yield " " * (len(line) - len(line.lstrip())) + text


def _now(rule: Rule, stands: Interval, as_of: int) -> str:
    if rule.status not in _OBLIGING:
        form = words.NEVER_LAW
    elif stands.holds(as_of):
        form = words.IN_FORCE
    elif stands.end is not None and as_of >= stands.end:
        form = words.NO_LONGER
    else:
        form = words.NOT_YET
    return form.format(day=day_words(as_of), status=rule.status)


def interval_words(interval: Interval) -> str:
    """Return the days on which a thing stands."""
    if interval.never_applied and interval.end is not None:
        return f"until {day_words(interval.end)}, replaced before it came to apply"
    start = f"from {day_words(interval.start)}" if interval.start is not None else "no first day"
    return f"{start} until {day_words(interval.end)}" if interval.end is not None else start


def where(rule: Rule, pack: str) -> str:
    """Return the place of a rule, with its act where that is not the act of ``pack``."""
    return rule.cite.at if rule.pack == pack else str(rule.cite)


def met_by(law: Law, rule: Rule) -> Iterator[Block]:
    """Yield what would meet a duty, with what it takes."""
    known = [law.discharges[id_] for id_ in rule.discharges]
    if len(known) > 1:
        yield Line("all of:" if rule.discharged_by == "all" else "any of:")
    for each in known:
        takes = f"{each.kind}, {effort_words(each.effort)}"
        inherited = (words.INHERITABLE,) if each.inheritable else ()
        yield Item(f"{each.title}: {each.says}", tag=each.id, details=(takes, *inherited))


def effort_words(effort: dict[str, object]) -> str:
    """Return how long a discharge takes, with the grade of the figure."""
    grade = f" (grade {effort['grade']})" if effort.get("grade") else ""
    low, high = f"{effort['low']:g}", f"{effort['high']:g}"
    return f"{low if low == high else f'{low} to {high}'} {effort['unit']}{grade}"
