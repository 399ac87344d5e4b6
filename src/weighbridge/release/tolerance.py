"""When two figures say the same: people round, and rounding is no contradiction."""

from __future__ import annotations

import math

from weighbridge.facts import Range

ROUND_TOLERANCE = 0.10
"""The share by which a figure of at most two digits, ``7B``, may lie off."""

EXACT_TOLERANCE = 0.05
"""The same for a finer figure, ``6.74B``."""

_ROUNDED_WITHIN = 2.0


def nominal(claim: Range) -> Range:
    """Return the figure a claim was written as: the middle of a range that only rounding opens."""
    if claim.low and claim.high and claim.high <= _ROUNDED_WITHIN * claim.low:
        return Range.exactly((claim.low + claim.high) / 2)
    return claim


def apart(claim: Range, held: Range) -> float:
    """Return how far a claim lies from what is held, as a share of it; 0 where they meet."""
    return 0.0 if claim.meets(held) else gap(nominal(claim), held)


def close(claim: Range, held: Range) -> bool:
    """Return whether a claim, as finely as it is written, agrees with what is held."""
    written = nominal(claim)
    fine = _digits(written.low) > 2 or _digits(written.high) > 2
    return apart(claim, held) <= (EXACT_TOLERANCE if fine else ROUND_TOLERANCE)


def _digits(number: float | None) -> int:
    """Return how many significant digits a whole number is written with."""
    if number is None or number < 1:
        return 0
    return len(f"{number:.12e}".split("e")[0].replace(".", "").rstrip("0"))


def gap(claim: Range, held: Range) -> float:
    """Return how far two ranges lie apart, as a share of what is held; 0 where they meet."""
    if claim.meets(held):
        return 0.0
    if held.high is not None and claim.low is not None and claim.low > held.high:
        return (claim.low - held.high) / held.high if held.high else math.inf
    if held.low is not None and claim.high is not None:
        return (held.low - claim.high) / held.low
    return 0.0


def factor(one: Range, two: Range) -> float:
    """Return how many times larger one of two ranges is than the other, at the nearest ends."""
    ends = [(one.low, two.high), (two.low, one.high)]
    return max((a / b if b else math.inf) for a, b in ends if a is not None and b is not None)
