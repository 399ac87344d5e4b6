"""What weight files say of their model beside the numbers: name, licence, base, context."""

from __future__ import annotations

from weighbridge.facts import Fact
from weighbridge.release.observations import Observations
from weighbridge.release.weights import Weights
from weighbridge.text.places import Place

_LICENCE = "licence_weights"
_EVERY_SOURCE = frozenset({"base_model", "has_base_model"})
_MOST_LICENCES = 4


def record_words(weights: Weights, seen: Observations) -> None:
    """Record what the counted weights say, where no config and no card has said it.

    A base model is recorded in any case: two files that name different ones are a finding.
    """
    known = {fact.name for fact in seen.facts} - _EVERY_SOURCE
    seen.facts.extend(
        fact for fact in _words(weights) if fact.name not in known and fact.name != _LICENCE
    )


def licences_named(weights: Weights) -> tuple[tuple[str, Place], ...]:
    """Return the licences that the counted weights name, each with its file."""
    named = [
        (str(fact.value), fact.place)
        for fact in _words(weights)
        if fact.name == _LICENCE and fact.place is not None
    ]
    return tuple(named[:_MOST_LICENCES])


def _words(weights: Weights) -> list[Fact]:
    """Return each thing said once, by the first file that says it."""
    said: dict[tuple[str, str], Fact] = {}
    for each in weights.counted:
        for file in each.files:
            for fact in file.says:
                said.setdefault((fact.name, str(fact.value)), fact)
    return list(said.values())
