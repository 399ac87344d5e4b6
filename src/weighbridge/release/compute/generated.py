"""Data that models made for this one: the forward passes that making it took.

A forward pass is two operations per parameter and token. What was thrown away was made too, so an
amount of what was kept is a lower end. Training a teacher is no compute of its pupil; whether
its passes over the pupil's tokens are, is not settled, so they count towards the upper end only.
Data that anybody can get is left out by the card's reader.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from weighbridge.facts import Range, Severity
from weighbridge.release.compute.estimate import Estimate, record
from weighbridge.release.compute.formula import FORMULA_MARGIN, FORWARD, margin, parameters
from weighbridge.release.compute.quantities import known, product, range_text, total
from weighbridge.release.observations import Observations
from weighbridge.release.training import Generation, Training


def by_generation(seen: Observations, told: Training) -> Estimate | None:
    """Return the compute that went into making data; ``None`` where the card tells of none."""
    if not told.made:
        return None
    own = parameters(seen, told)
    made = [
        replace(each, size=own[0].range) if each.own and not each.size and own else each
        for each in told.made
    ]
    range_ = reduce(total, (_passes(each) for each in made))
    shown = " + ".join(_shown(each) for each in made)
    note = f"2 × parameters × tokens made, within {FORMULA_MARGIN:.0%}: {shown}"
    return Estimate(range_, note, tuple(dict.fromkeys(each.place for each in told.made)))


def _passes(made: Generation) -> Range:
    size = made.size or Range(None, None)
    range_ = product(FORWARD, size, made.tokens, margin())
    if made.teacher:
        return Range(None, range_.high)
    return Range(range_.low, None) if made.kept else range_


def _shown(made: Generation) -> str:
    size = range_text(made.size) if made.size else "an unknown size"
    passes = f"2 × {size} × {range_text(made.tokens)} ({made.place})"
    if made.teacher:
        return f"passes of a teacher that may not count, {passes}"
    return f"{passes}, without what was thrown away" if made.kept else passes


def record_generation(seen: Observations, told: Training) -> None:
    """Record ``generation_compute`` where the card lets it be worked out."""
    record("generation_compute", by_generation(seen, told), seen)


def find_made_data(seen: Observations, told: Training) -> None:
    """Find data said to be made by a model that an upper end of the whole leaves out."""
    whole, made = known(seen, "training_compute"), known(seen, "generation_compute")
    bounded = whole is not None and whole.range.high is not None
    if told.made_at and bounded and (made is None or made.range.high is None):
        message = "the card speaks of training data that a model made and not of how much:"
        message += " what making it took is not counted"
        seen.find("made-data-not-counted", Severity.LOW, message, told.made_at)


def with_generation(estimate: Estimate | None, seen: Observations) -> Estimate | None:
    """Return an estimate of training whose upper end also holds the making of its data.

    Some yardsticks count it and some do not: the range is right for both.
    """
    made = known(seen, "generation_compute")
    if estimate is None or made is None or None in (estimate.range.high, made.range.high):
        return estimate
    high = total(Range(None, estimate.range.high), Range(None, made.range.high)).high
    note = f"{estimate.note}; up to, with the making of its data: + {made.shown}"
    return Estimate(Range(estimate.range.low, high), note, estimate.places + made.places)
