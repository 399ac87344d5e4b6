"""The account of a card on how its model was trained, put together from its claims."""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.release.card.claims import Claim
from weighbridge.release.card.made_data import read_made_data, speaks_of_made_data
from weighbridge.release.card.parts import Card
from weighbridge.release.card.phases import is_tuning, read_phases
from weighbridge.release.card.speed import read_formats, read_rate, read_share, says_experts
from weighbridge.release.card.subject import Subject
from weighbridge.release.training import FINE_TUNING, PRETRAINING, Figure, Training

_QUANTITIES = {
    "training_tokens": "tokens",
    "tuning_tokens": "tokens",
    "training_gpu_hours": "hours",
    "training_compute": "compute",
}


def read_training(card: Card, subject: Subject, claims: Iterable[Claim]) -> Training:
    """Return what the card tells beyond its figures; ``claims`` are those of all quantities."""
    figures = dict.fromkeys(_figure(each) for each in claims if each.fact in _QUANTITIES)
    return Training(
        phases=read_phases(card, subject),
        figures=tuple(figures),
        rate=read_rate(card, subject),
        share=read_share(card, subject),
        formats=read_formats(card, subject),
        made=read_made_data(card),
        made_at=speaks_of_made_data(card),
        experts=says_experts(card, subject),
    )


def _figure(claim: Claim) -> Figure:
    """Return for which phase a claim stands.

    Tokens of no phase are those of the first training, or of tuning, even where they are called a
    total; hours and compute of no phase are those of all.
    """
    quantity, phase = _QUANTITIES[claim.fact], claim.phase
    whole = quantity != "tokens" and (claim.whole or not phase)
    if not phase:
        phase = FINE_TUNING if claim.fact == "tuning_tokens" else PRETRAINING
    return Figure(quantity, phase, is_tuning(phase), whole)
