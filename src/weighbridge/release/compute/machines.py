"""By the hardware: accelerator-hours × what one accelerator does in an hour.

What it does is the rate that the card states it reached, or the stated share of its peak, or a
share that training runs commonly reach. The operations of mixed hardware lie between those of
its kinds. Work done again to save memory is no compute of training, so a rate that may count it
is taken down to three quarters; a stated speed is taken to be right within 30 %.
"""

from __future__ import annotations

from functools import reduce

from weighbridge.facts import Range
from weighbridge.facts.values import value_to_text
from weighbridge.release.compute.estimate import Estimate
from weighbridge.release.compute.quantities import known, product, range_text
from weighbridge.release.hardware import Accelerator, accelerators_in
from weighbridge.release.observations import Observations
from weighbridge.release.training import Speed, Training
from weighbridge.text.places import Place

UTILISATION = Range(0.1, 0.6)
"""The share of the peak 16-bit rate that training reaches where nobody says.

Published shares lie between 0.17 and 0.55. Of 36 language models since 2021 for which hours,
accelerators and operations are published all reach more than 0.1, two of them less than 0.2.
"""

UTILISATION_FP8 = Range(0.1, 0.45)
"""The same for the peak 8-bit rate: a part of the work stays in 16 bit."""

SPEED_MARGIN = 0.3
"""How far a stated speed may lie from that of all the hours, as a share.

It is told of smooth running, while hours hold pauses and repeats, and may be that of one stage.
"""

_SECONDS = Range.exactly(3600)
_AGAIN = Range(0.75, 1)
# In 32 bit without tensor units the accelerators of the table reach a sixteenth to a half.
_SINGLE = Range(1 / 16, 1)
_ABOVE_PEAK = 1.05


def by_hardware(seen: Observations, told: Training) -> Estimate | None:
    """Return the compute of the stated hours on the stated accelerators."""
    hours = known(seen, "training_gpu_hours")
    if hours is None:
        return None
    named = seen.named("training_hardware")
    kinds = accelerators_in(str(named[0].value)) if named else ()
    speed = _stated_rate(told, kinds) or _share_of_peak(told, kinds)
    if speed is None:
        return None
    rate, method, told_at = speed
    range_ = product(hours.range, _SECONDS, rate)
    if range_.open:
        return None
    note = f"accelerator-hours × {method}: {hours.shown} hours × {range_text(rate)} FLOP/s"
    if kinds:
        note += f" of {', '.join(kind.name for kind in kinds)}"
    at = [told_at] if told_at else [fact.place for fact in named[:1] if fact.place]
    return Estimate(range_, note, tuple(dict.fromkeys((*hours.places, *at))))


_Rate = tuple[Range, str, Place | None]


def _stated_rate(told: Training, kinds: tuple[Accelerator, ...]) -> _Rate | None:
    speed = told.rate
    if speed is None:
        return None
    most = max((_fastest(kind, told) for kind in kinds), default=None)
    if most is not None and (speed.range.low or 0.0) > most * _ABOVE_PEAK:
        return None  # no single one of these does that: the rate is that of something else
    return _of_the_model(speed), f"rate reached, within {SPEED_MARGIN:.0%}", speed.place


def _share_of_peak(told: Training, kinds: tuple[Accelerator, ...]) -> _Rate | None:
    if not kinds:
        return None
    peak = reduce(Range.hull, (kind.peak for kind in kinds))
    fast = [kind.fp8 for kind in kinds if kind.fp8] if "fp8" in told.formats else []
    if told.share is not None:
        # The peak meant may be that of either format.
        peak = reduce(Range.hull, fast, peak)
        share = _of_the_model(told.share)
        shown = value_to_text(told.share.range)
        method = f"peak rate × stated utilisation {shown}, within {SPEED_MARGIN:.0%}"
        return product(peak, share), method, told.share.place
    rate = product(peak, UTILISATION)
    for each in fast:
        rate = rate.hull(product(each, UTILISATION_FP8))
    if "fp32" in told.formats:
        rate = product(rate, _SINGLE)
    used = f"{UTILISATION.low} to {UTILISATION.high}"
    return rate, f"peak rate × utilisation {used}", None


def _of_the_model(speed: Speed) -> Range:
    range_ = speed.range if speed.model_only else product(speed.range, _AGAIN)
    return product(range_, Range(1 - SPEED_MARGIN, 1 + SPEED_MARGIN))


def _fastest(kind: Accelerator, told: Training) -> float:
    peak = kind.fp8 if kind.fp8 and "fp8" in told.formats else kind.peak
    return peak.high or 0.0
