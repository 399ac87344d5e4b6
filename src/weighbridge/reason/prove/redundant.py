"""Parts of a condition that never decide: whatever holds with them holds without them.

What facts mean is left out of it: a choice that stands before the questions below it follows from
their answers, and is written for the sake of who is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.reason.case import Row
from weighbridge.reason.pairs import opposite
from weighbridge.reason.prove.asking import Asker, NotDecided
from weighbridge.reason.prove.found import Asked, Events, Found, Step, Undecided
from weighbridge.reason.prove.support import Support
from weighbridge.reason.prove.witness import any_role
from weighbridge.reason.smt_law import LawTerms
from weighbridge.rules.nodes import All, Any_, Node, Not, node_to_text
from weighbridge.rules.rule import Rule

QUESTION = "redundant"
IN_ALL = "in `{rule}` the part `{part}` is never false where the rest of its list holds"
EARLY = "; it still settles the rule where other facts are unknown"
IN_ANY = "in `{rule}` the part `{part}` never holds where the rest of its list fails"


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a list of conditions, beside the others."""

    rule: Rule
    part: Node
    others: tuple[Node, ...]
    every: bool


def redundant(asked: Asked) -> Events:
    """Yield the parts of conditions that could be left out without changing a known verdict."""
    support = Support(asked.law)
    parts = [
        part
        for rule in asked.law.rules
        if asked.covers(rule.pack)
        for tree in (rule.when, rule.unless)
        if tree is not None
        for part in _parts(rule, tree)
        if _entangled(support, part)
    ]
    terms = LawTerms(asked.law, linked=False)
    asker = Asker(terms.symbols)
    for done, part in enumerate(parts):
        yield Step(QUESTION, done, len(parts))
        try:
            if _superfluous(asked, terms, asker, part):
                yield _found(part, early=_early(asked, terms, asker, part))
        except NotDecided as error:
            yield Undecided(QUESTION, (part.rule.key,), str(error))
    yield Step(QUESTION, len(parts), len(parts))


def _parts(rule: Rule, node: Node) -> Iterator[_Part]:
    if isinstance(node, (All, Any_)):
        for index, part in enumerate(node.parts):
            others = (*node.parts[:index], *node.parts[index + 1 :])
            yield _Part(rule, part, others, isinstance(node, All))
            yield from _parts(rule, part)
    elif isinstance(node, Not):
        yield from _parts(rule, node.part)


def _entangled(support: Support, part: _Part) -> bool:
    """Return whether a part shares a fact with the others; if not, both go their own way."""
    others = frozenset().union(*(support.of_node(each) for each in part.others))
    return not support.of_node(part.part).isdisjoint(others)


def _superfluous(asked: Asked, terms: LawTerms, asker: Asker, part: _Part) -> bool:
    rule, row = part.rule, any_role(asked.law, part.rule)
    day = rule.interval.nearest(asked.as_of)
    if _decides(terms, asker, part, row, day):
        return False
    later = [each for each in asked.law.days if rule.interval.holds(each) and each != day]
    return not any(_decides(terms, asker, part, row, each) for each in later)


def _decides(terms: LawTerms, asker: Asker, part: _Part, row: Row, day: int) -> bool:
    """Return whether a part can tip its list. Raises :class:`NotDecided`."""
    own = terms.node(part.part, row, day, part.rule.pack)
    others = [terms.node(each, row, day, part.rule.pack) for each in part.others]
    if part.every:
        return asker.possible(own.false, *(each.true for each in others))
    return asker.possible(own.true, *(each.false for each in others))


def _early(asked: Asked, terms: LawTerms, asker: Asker, part: _Part) -> bool:
    """Return whether a part may be known where too little is known of the rest to decide."""
    rule, row = part.rule, any_role(asked.law, part.rule)
    day = rule.interval.nearest(asked.as_of)
    own = terms.node(part.part, row, day, rule.pack)
    others = [terms.node(each, row, day, rule.pack) for each in part.others]
    if part.every:
        return asker.possible(own.false, *(opposite(each.false) for each in others))
    return asker.possible(own.true, *(opposite(each.true) for each in others))


def _found(part: _Part, *, early: bool) -> Found:
    says = IN_ALL if part.every else IN_ANY
    text = says.format(rule=part.rule.key, part=written(part.part)) + (EARLY if early else "")
    kind = "in-all" if part.every else "in-any"
    return Found(QUESTION, kind, (part.rule.key,), text, more={"settles_early": early})


def written(node: Node) -> str:
    """Return a condition on one line, as a pack would write it."""
    return _line(node_to_text(node))


def _line(tree: object) -> str:
    if isinstance(tree, dict):
        return ", ".join(f"{word}: {_line(below)}" for word, below in tree.items())
    if isinstance(tree, list):
        return f"[{', '.join(_line(each) for each in tree)}]"
    return str(tree)
