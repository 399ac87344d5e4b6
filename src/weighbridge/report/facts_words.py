"""Facts and conditions as people read them: glosses, values, the reason behind a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from weighbridge.assess.assessment import Assessment, KnownFact
from weighbridge.facts.values import value_to_text
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.report import words
from weighbridge.report.blocks import cut
from weighbridge.rules import Law
from weighbridge.rules.nodes import Compare, In, Term

_NEGATED = {">": "not above", ">=": "below", "<": "not below", "<=": "above", "==": "not"}
_AFFIRMED = {">": "above", ">=": "at least", "<": "below", "<=": "at most", "==": "exactly"}
_NEGATED_DATES = {">": "not after", ">=": "before", "<": "not before", "<=": "after", "==": "not"}
_AFFIRMED_DATES = {">": "after", ">=": "on or after", "<": "before", "<=": "on or before", "==": "on"}
_LONGEST_VALUE = 60


def bare_name(key: str) -> str:
    """Return the vocabulary's name in a key with subject and day."""
    return key.split("[", 1)[0].split("@", 1)[0]


def day_words(ordinal: float) -> str:
    """Return an ordinal as an ISO day."""
    return date.fromordinal(int(ordinal)).isoformat()


def gloss_of(law: Law, key: str) -> str:
    """Return how a sentence names a fact; an actor or a use is added where the key names one.

    The market and the role are left out: the reader stands in a section of both.
    """
    fact = law.vocabulary.get(bare_name(key))
    gloss = fact.gloss if fact else bare_name(key)
    subject = key.split("@", 1)[0].rstrip("]").partition("[")[2]
    said = {*law.markets, *law.vocabulary["role"].values}
    who = [word for word in subject.split("/") if word and word not in said]
    return f"{gloss} ({', '.join(who)})" if who else gloss


def fact_words(fact: KnownFact) -> str:
    """Return a fact's value, cut where a release made it long."""
    type_ = fact.type
    if type_.type == "enum" and isinstance(fact.value, str):
        return type_.values.get(fact.value, fact.value)
    return cut(value_to_text(fact.value, dates=type_.is_date, unit=type_.unit), _LONGEST_VALUE)


def found_words(assessment: Assessment, key: str) -> str:
    """Return a fact the release holds with the place it stands at."""
    fact = assessment.facts.get(key)
    gloss = gloss_of(assessment.law, key)
    return f"{gloss} ({fact.place})" if fact is not None and fact.place is not None else gloss


def joined(parts: Iterable[str], most: int, between: str = ", ") -> str:
    """Return the first ``most`` parts joined, and how many were left out."""
    listed = list(parts)
    if len(listed) <= most + 1:
        return between.join(listed)
    left_out = words.AND_MORE.format(count=len(listed) - most)
    return f"{between.join(listed[:most])} {left_out}"


def reason_words(law: Law, proof: Proof, verdict: Verdict, day: int) -> str:
    """Return in a clause what decided a verdict: an exception, a concluded fact or a leaf."""
    for node in _decisive(proof, verdict):
        if node.kind == "exception":
            return words.EXCEPTION.format(title=law.by_key[node.text].title)
        if node.kind in ("concluded", "flag"):
            gloss = gloss_of(law, node.text)
            return gloss if node.verdict else words.NOT_SO.format(gloss=gloss)
        if node.kind == "in":
            return _in_words(law, node)
        if node.kind == "compare":
            return compare_words(law, node.detail, node.verdict, day)
    return words.REASON_UNKNOWN


def _decisive(proof: Proof, verdict: Verdict) -> Iterator[Proof]:
    """Yield the nodes that decide, the broadest first, not looking into concluded facts."""
    if proof.verdict is not verdict:  # all completions agree: no single node decides
        return
    pending = [proof]
    while pending:
        node = pending.pop(0)
        yield node
        parts = [part for part in node.parts if part.verdict is not None]
        if node.kind != "not":
            parts = [part for part in parts if part.verdict is node.verdict]
        pending = sorted(parts, key=Proof.size)[:1] + pending


def _in_words(law: Law, node: Proof) -> str:
    if not isinstance(node.detail, In):
        return words.REASON_UNKNOWN
    fact = law.vocabulary.get(node.detail.fact)
    says = [fact.values.get(word, word) if fact else word for word in node.detail.words]
    link = "is" if node.verdict else "is not"
    return f"{gloss_of(law, node.text)} {link} {joined(says, 3, ' or ')}"


def compare_words(law: Law, node: Compare, verdict: Verdict, day: int) -> str:
    """Return a comparison in words, with the numbers that stand on ``day``."""
    fact = law.vocabulary.get(node.facts[0]) if node.facts else None
    if fact is not None and fact.is_date:
        link = (_AFFIRMED_DATES if verdict else _NEGATED_DATES)[node.operator]
    else:
        link = (_AFFIRMED if verdict else _NEGATED)[node.operator]
    return f"{_sum_words(law, node.left, day)} is {link} {_sum_words(law, node.right, day)}"


def _sum_words(law: Law, terms: tuple[Term, ...], day: int) -> str:
    shown = ""
    for term in terms:
        sign = (" minus " if term.sign < 0 else " plus ") if shown else "-" if term.sign < 0 else ""
        shown += sign + _term_words(law, term, day)
    return shown


def _term_words(law: Law, term: Term, day: int) -> str:
    numbers = [_parameter_words(law, name, day, bare=term.fact is not None) for name in term.parameters]
    product = " times ".join([*numbers, *([gloss_of(law, term.fact)] if term.fact else [])])
    if term.months is None:
        return product
    return f"{_parameter_words(law, term.months, day)} after {product}"


def _parameter_words(law: Law, name: str, day: int, *, bare: bool = False) -> str:
    parameter = law.parameters[name]
    dated = parameter.at(day)
    if dated is None:
        return parameter.gloss
    unit = "" if bare or parameter.unit in ("date", "ratio") else f" {parameter.unit}"
    return f"{dated.written}{unit}"
