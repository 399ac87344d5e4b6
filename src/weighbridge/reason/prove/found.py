"""What a question about the law comes to: what was found, what stays undecided, how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from weighbridge.facts import Value
from weighbridge.reason.case import Row
from weighbridge.rules.law import Law

QUESTIONS = {
    "contradictions": "what one rule demands another forbids, and both can bind one actor",
    "gaps": "releases on which rules that are meant to decide say nothing",
    "dead": "exceptions and rules that no release can ever meet",
    "redundant": "parts of a condition that the rest of it makes superfluous",
    "cliffs": "figures by which one unit more brings many duties at once",
    "amendment": "for whom an amendment changes anything",
    "same": "whether two writings of the law come to the same",
}
"""Every question with what it looks for, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the reference evaluator says of one rule, or of a concluded fact, on a witness.

    name:     the rule's id, or the fact's name
    verdict:  the word of a pack case, ``absent`` for a rule that is not there
    in_force: the word of a pack case; empty for a fact
    was, was_in_force: what the law as it stands, or as it was, says
    """

    name: str
    row: Row
    verdict: str
    in_force: str = ""
    was: str = ""
    was_in_force: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A release that shows what was found, as the reference evaluator judged it.

    values: what is known of it, by key       as_of: the day asked about, an ordinal
    amend:  the amendments under which it is judged
    """

    title: str
    values: Mapping[str, Value]
    expected: tuple[Expected, ...]
    as_of: int
    amend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found.

    kind:      one word for what it is      rules: the keys of the rules that it is about
    says:      one sentence                 more:  further values for JSON
    witnesses: releases that show it; none where no release can
    """

    question: str
    kind: str
    rules: tuple[str, ...]
    says: str
    witnesses: tuple[Witness, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undecided:
    """What could not be decided, and why."""

    question: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far a question is: ``done`` of ``total`` things looked at."""

    question: str
    done: int
    total: int


Event = Found | Undecided | Step
Events = Iterator[Event]


@dataclass(frozen=True)
class Asked:
    """What is asked of which law.

    as_of:    the ordinal of the day asked about
    markets:  the markets whose packs are looked at; those of no market always are
    packs:    the packs looked at; ``None`` means all
    other:    the law as it stands or as it was, for questions that compare two
    at_least: how many duties make a cliff
    later:    whether days to come on which two laws part are looked at too
    """

    law: Law
    as_of: int
    markets: tuple[str, ...]
    packs: frozenset[str] | None = None
    other: Law | None = None
    at_least: int = 5
    later: bool = False

    def covers(self, pack: str) -> bool:
        """Return whether the rules of a pack are looked at."""
        market = self.law.packs[pack].market if pack in self.law.packs else ""
        return (not market or market in self.markets) and (self.packs is None or pack in self.packs)

    @property
    def day(self) -> str:
        """The day asked about, as ISO."""
        return date.fromordinal(self.as_of).isoformat()
