"""Where the methods do not agree on one quantity: a finding with every range they give."""

from __future__ import annotations

from itertools import combinations

from weighbridge.facts import Fact, Range, Severity, Source
from weighbridge.facts.values import value_to_text
from weighbridge.release.observations import Observations

FAR_APART = 10.0
"""How many times two ranges must lie apart for the finding to be high."""


def find_disagreement(name: str, seen: Observations) -> None:
    """Record a finding where two ranges of one quantity do not meet."""
    facts = [fact for fact in seen.named(name) if isinstance(fact.value, Range)]
    worst = max((_factor(one, two) for one, two in combinations(facts, 2)), default=1.0)
    if worst <= 1.0:
        return
    said = "; ".join(dict.fromkeys(_shown(fact) for fact in facts))
    severity = Severity.HIGH if worst > FAR_APART else Severity.MEDIUM
    message = f"the methods disagree on `{name}`: {said}"
    places = tuple(dict.fromkeys(fact.place for fact in facts if fact.place))
    if not any(finding.message.endswith(said) for finding in seen.findings):
        seen.find("compute-methods-disagree", severity, message, *places)


def _shown(fact: Fact) -> str:
    by = {Source.DECLARED: "stated", Source.MEASURED: "the weights"}.get(fact.source)
    by = by or fact.note.partition(":")[0]
    return f"{by} gives {value_to_text(fact.value, unit='FLOP')}"


def _factor(one: Fact, two: Fact) -> float:
    """Return how many times two ranges lie apart, 1 where they meet."""
    assert isinstance(one.value, Range) and isinstance(two.value, Range)
    if one.value.meets(two.value):
        return 1.0
    lower, upper = sorted((one.value, two.value), key=lambda each: each.high or float("inf"))
    return (upper.low or 0.0) / lower.high if lower.high else float("inf")
