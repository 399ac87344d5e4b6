"""Questions about the law that ships: every pair of a duty and a prohibition, and single ones."""

from __future__ import annotations

from weighbridge.facts.values import read_day
from weighbridge.reason.case import NOBODY, Row
from weighbridge.reason.pairs import Term, all_of
from weighbridge.reason.prove.ask import ASK
from weighbridge.reason.prove.asking import Asker
from weighbridge.reason.prove.found import Asked, Undecided
from weighbridge.reason.smt_law import ANY_ROLE, LawTerms
from weighbridge.rules.compile import compile_law
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Rule
from weighbridge.rules.sources import LAW_FOLDER


def shipped() -> Asked:
    """Return what is asked of the law that ships, on the day it was read."""
    law = compile_law([LAW_FOLDER])
    return Asked(law, read_day(law.read_on).toordinal(), law.markets)


def ask(question: str, asked: Asked) -> int:
    """Return how many things a question finds; nothing may stay undecided."""
    events = list(ASK[question](asked))
    if any(isinstance(each, Undecided) for each in events):
        raise ValueError(f"{question}: something stays undecided")
    return len(events)


def all_pairs(asked: Asked) -> int:
    """Return how many pairs of a duty and a prohibition in force were asked about.

    Whether both can bind one actor, as if every duty demanded what every prohibition forbids.
    """
    law, day = asked.law, asked.as_of
    standing = [each for each in law.bindings if each.interval.holds(day) and law.obliges(each)]
    terms = LawTerms(law)
    asker = Asker(terms.symbols)
    duties, bans = (
        [_binds(terms, law, rule, day, role) for rule in standing if rule.kind == kind]
        for kind, role in (("duty", "1"), ("prohibition", "2"))
    )
    for duty in duties:
        with asker.supposing(duty):
            for ban in bans:
                asker.possible(ban)
    return len(duties) * len(bans)


def _binds(terms: LawTerms, law: Law, rule: Rule, day: int, role: str) -> Term:
    row = Row(NOBODY, ANY_ROLE + role, law.packs[rule.pack].market, NOBODY)
    return all_of((terms.applies(rule, row, day), terms.binds(rule, row, day))).true
