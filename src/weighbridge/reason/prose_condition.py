"""Conditions as English: facts by their gloss, thresholds by value and citation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from weighbridge.rules.law import Law
from weighbridge.rules.nodes import All, Always, Any_, Compare, Flag, In, Node, Not, Term
from weighbridge.rules.rule import Parameter, Rule

_NUMBERS = {
    ">": ("more than", "at most"),
    ">=": ("at least", "less than"),
    "<": ("less than", "at least"),
    "<=": ("at most", "more than"),
    "==": ("exactly", "not"),
}
_DAYS = {
    ">": ("after", "on or before"),
    ">=": ("on or after", "before"),
    "<": ("before", "on or after"),
    "<=": ("on or before", "after"),
    "==": ("on", "not on"),
}
_SIMPLE = re.compile(r"((?:the|this) [\w' -]{1,40}?) (is|are|was|has|can) (.+)")
_BRANCHING = re.compile(r",| (?:and|or|only|alone|who|which|that|what|although|although) ")
_NEGATED = {"has": "does not have", "can": "cannot"}
_DONE = re.compile(r"(?:\w+ed|been|built|chosen|given|made|put|set|shown|taken|told|written)\b")


class Words:
    """Says conditions of one day in English, for rules of one pack."""

    def __init__(self, law: Law, day: int, pack: str) -> None:
        """Keep what names, values and citations are looked up in."""
        self.law = law
        self.day = day
        self.pack = pack

    def lines(self, node: Node, indent: int = 0, *, holds: bool = True) -> Iterator[str]:
        """Yield the lines of a condition as a nested list; ``holds`` false says its opposite."""
        if isinstance(node, Not):
            yield from self.lines(node.part, indent, holds=not holds)
        elif isinstance(node, (All, Any_)):
            yield f"{'  ' * indent}- {_branch(node, holds)}:"
            for part in node.parts:
                yield from self.lines(part, indent + 1)
        else:
            yield f"{'  ' * indent}- {self.leaf(node, holds=holds)}"

    def leaf(self, node: Node, *, holds: bool = True) -> str:
        """Return one leaf as a clause without a capital or a period."""
        match node:
            case Flag(fact):
                return self._flag(fact, holds)
            case In():
                return self._membership(node, holds)
            case Compare():
                return self._comparison(node, holds)
            case Not(part):
                return self.leaf(part, holds=not holds)
            case Always():
                return "always" if holds else "never"
        return _branch(node, holds)

    def cite(self, rule: Rule) -> str:
        """Return where a rule is written, with its act where that is another pack's."""
        return rule.cite.at if rule.pack == self.pack else str(rule.cite)

    def parameter(self, parameter: Parameter) -> str:
        """Return the value of the day as written, with its unit."""
        dated = parameter.at(self.day)
        if dated is None:
            return "a figure not in force on this day"
        return _measured(dated.written, parameter.unit)

    def explained(self, parameter: Parameter) -> str:
        """Return the value of the day with what it is and where it is written."""
        dated = parameter.at(self.day)
        where = f", {dated.cite}" if dated else ""
        return f"{self.parameter(parameter)}: {parameter.gloss}{where}"

    def _flag(self, fact: str, holds: bool) -> str:
        clause = self._gloss(fact) if holds else negated(self._gloss(fact))
        named = [self.cite(rule) for rule in self.law.definitions(fact, self.day, self.pack)]
        presumed = [self.cite(rule) for rule in self.law.presumptions(fact, self.day, self.pack)]
        parts = ["; ".join(dict.fromkeys(named))] if named else []
        if presumed:
            parts.append("presumptions in " + "; ".join(dict.fromkeys(presumed)))
        return f"{clause} ({'; '.join(parts)})" if parts else clause

    def _gloss(self, name: str) -> str:
        return self.law.vocabulary[name].gloss

    def _membership(self, node: In, holds: bool) -> str:
        fact = self.law.vocabulary[node.fact]
        verb = "is" if holds else "is not"
        if fact.subject == "role":
            return f"{fact.gloss} {verb} {joined(word.replace('_', ' ') for word in node.words)}"
        words = joined(f"“{fact.values[word]}”" for word in node.words)
        if fact.gloss.startswith("whether "):
            return f"on the open question {fact.gloss}, the answer chosen {verb} {words}"
        return f"{fact.gloss} {verb} {words}"

    def _comparison(self, node: Compare, holds: bool) -> str:
        dated = any(self._is_date(term) for term in (*node.left, *node.right))
        left, right = self._sum(node.left), self._sum(node.right)
        word = (_DAYS if dated else _NUMBERS)[node.operator][0 if holds else 1]
        used = [name for term in (*node.left, *node.right) for name in _parameters(term)]
        named = [self.explained(self.law.parameters[name]) for name in dict.fromkeys(used)]
        return f"{left} is {word} {right}" + (f" ({'; '.join(named)})" if named else "")

    def _is_date(self, term: Term) -> bool:
        if term.fact is not None:
            return self.law.vocabulary[term.fact].is_date
        return any(self.law.parameters[name].unit == "date" for name in term.parameters)

    def _sum(self, terms: tuple[Term, ...]) -> str:
        said = ""
        for term in terms:
            sign = (" plus " if term.sign > 0 else " minus ") if said else ""
            said += sign + ("minus " if not said and term.sign < 0 else "") + self._term(term)
        return said

    def _term(self, term: Term) -> str:
        factors = [self.parameter(self.law.parameters[name]) for name in term.parameters]
        said = " of ".join([*factors, *([self._gloss(term.fact)] if term.fact else [])])
        if term.months is None:
            return said
        return f"{self.parameter(self.law.parameters[term.months])} after {said}"


def _parameters(term: Term) -> tuple[str, ...]:
    return (*term.parameters, *((term.months,) if term.months else ()))


def _branch(node: Node, holds: bool) -> str:
    if isinstance(node, Any_):
        return "at least one of these" if holds else "none of these"
    return "all of these" if holds else "not all of these"


def negated(clause: str) -> str:
    """Return the opposite of a gloss: its verb denied where there is one, else framed."""
    simple = _SIMPLE.fullmatch(clause)
    if simple is None or _BRANCHING.search(clause):
        return f"it is not so that {clause}"
    subject, verb, rest = simple.groups()
    if verb == "has" and _DONE.match(rest):
        return f"{subject} has not {rest}"
    return f"{subject} {_NEGATED.get(verb, f'{verb} not')} {rest}"


def joined(words: Iterator[str] | list[str], last: str = "or") -> str:
    """Return ``a``, ``a or b`` or ``a, b or c``."""
    *others, end = list(words)
    return f"{', '.join(others)} {last} {end}" if others else end


def _measured(written: str, unit: str) -> str:
    return written if unit in ("date", "ratio") else f"{written} {unit}"


def day_text(ordinal: int) -> str:
    """Return a day as ``YYYY-MM-DD``."""
    return date.fromordinal(ordinal).isoformat()
