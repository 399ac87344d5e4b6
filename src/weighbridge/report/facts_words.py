"""Facts and conditions as people read them: glosses, values, the reason behind a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from weighbridge.assess.assessment import Assessment, KnownFact
from weighbridge.facts.keys import name_of, words_of
from weighbridge.facts.values import value_to_text
from weighbridge.reason.judge import Judgement
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.reason.prose_condition import Words, negated
from weighbridge.report import words
from weighbridge.report.blocks import cut
from weighbridge.report.markets import fill_market
from weighbridge.rules import Law

_LONGEST_VALUE = 60


def day_words(ordinal: float) -> str:
    """Return an ordinal as an ISO day."""
    return date.fromordinal(int(ordinal)).isoformat()


def gloss_of(law: Law, key: str) -> str:
    """Return how a sentence names a fact; an actor or a use is added where the key names one.

    The market and the role are left out: the reader stands in a section of both.
    """
    fact = law.vocabulary.get(name_of(key))
    gloss = fact.gloss if fact else name_of(key)
    said = {*law.markets, *law.vocabulary["role"].values}
    who = [word for word in words_of(key) if word not in said]
    return f"{gloss} ({', '.join(who)})" if who else gloss


def fact_words(fact: KnownFact) -> str:
    """Return a fact's value, cut where a release made it long."""
    type_ = fact.type
    if type_.type == "enum" and isinstance(fact.value, str):
        return type_.values.get(fact.value, fact.value)
    said = value_to_text(fact.value, dates=type_.is_date, unit=type_.unit)
    low, _, high = said.partition(" to ")
    if high.split(" ")[0] == low:  # ends that differ beyond the digits shown
        said = words.ABOUT.format(value=high)
    return cut(said, _LONGEST_VALUE)


def question_words(law: Law, question: str, key: str) -> str:
    """Return a question with its market named, and with the actor or use that its key names."""
    asks = fill_market(question, key)
    whom = [word for word in words_of(key) if word not in law.markets]
    return words.ASKED_ABOUT.format(question=asks, whom=", ".join(whom)) if whom else asks


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


def reason_words(law: Law, judged: Judgement) -> str:
    """Return in a clause what decided a verdict: an exception, a concluded fact or a leaf."""
    said = Words(law, judged.day, judged.rule.pack)
    for node in _decisive(judged.proof, judged.verdict):
        if node.kind == "exception":
            return words.EXCEPTION.format(title=law.by_key[node.text].title)
        if node.kind in ("concluded", "flag"):
            gloss = law.vocabulary[name_of(node.text)].gloss
            return gloss if node.verdict else negated(gloss)
        if node.kind in ("in", "compare"):
            return said.leaf(node.detail, holds=bool(node.verdict))
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
