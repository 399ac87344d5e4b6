"""Training compute worked out by every method that the facts allow, each as a range.

* formula: 6 × parameters × tokens, with the parameters active for each token. The rule of
  thumb counts two operations per parameter forward and four backward; it is taken to be right
  within 30 %, whatever the inputs, on top of their own ranges. In an encoder-decoder a token
  may pass one half only, so the factor is 3 to 6 there.
* hardware: accelerator-hours × peak dense 16-bit rate × the share of it that training reaches,
  taken to be 0.2 to 0.6.
* stated: the card's own figure; declared, not derived here, and compared with the others.
* carried over: the base model's compute plus what was added.

What a fine-tune spent is never taken for the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from weighbridge.facts import Fact, Range, Severity, Source
from weighbridge.facts.values import value_to_text
from weighbridge.release.hardware import accelerators_in
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

FORMULA_MARGIN = 0.3
"""How far 6 × parameters × tokens may lie off, as a share."""

UTILISATION = Range(0.2, 0.6)
"""The share of its peak rate that an accelerator reaches in training."""

_FULL_FACTOR = Range.exactly(6)
# An adapter spares the weight gradients of the frozen layers, two of the six operations.
_ADAPTER_FACTOR = Range(4, 6)
_SECONDS = Range.exactly(3600)
_FAR_APART = 10.0
_LONG, _LONG_ENDS = 1e13, 1e6
_TWO_HALVES = re.compile(r"t5|bart|marian|pegasus|encoderdecoder|seq2seq|whisper", re.IGNORECASE)
_EXPERTS = re.compile(r"moe|mixtral|expert", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the facts say of one quantity, with every place that says it."""

    range: Range
    places: tuple[Place, ...]

    @property
    def shown(self) -> str:
        """The range and its places, for notes."""
        where = ", ".join(str(place) for place in self.places)
        text = _text(self.range)
        return f"{text} ({where})" if where else text


@dataclass(frozen=True, slots=True)
class Estimate:
    """One method's answer."""

    method: str
    range: Range
    note: str
    places: tuple[Place, ...]


def derive_compute(seen: Observations) -> None:
    """Record ``training_compute`` and its parts as derived facts, one for each method.

    With a base model: ``own_compute`` and ``modification_compute`` from what was added,
    ``base_compute`` from stated pre-training, ``training_compute`` as their sum. Without one:
    ``own_compute`` is the whole; where nobody says whether there is one, at most the whole.
    Ranges of one quantity that do not meet are a finding. Where no method applies, nothing is
    recorded.
    """
    if any(fact.value is True for fact in seen.named("has_base_model")):
        _derive_beside_a_base(seen)
    else:
        _derive_alone(seen)
    for name in ("training_compute", "own_compute", "base_compute"):
        _find_disagreement(name, seen)


def _derive_alone(seen: Observations) -> None:
    tokens = known(seen, "training_tokens")
    estimates = [_by_formula(seen, tokens, _FULL_FACTOR), _by_hardware(seen)]
    for estimate in estimates:
        _record("training_compute", estimate, seen)
    whole = known(seen, "training_compute")
    if whole is None or seen.named("own_compute"):
        return
    place = whole.places[0] if whole.places else None
    if any(fact.value is False for fact in seen.named("has_base_model")):
        note = f"made from no other model, so its own compute is the whole: {whole.shown}"
        seen.derived("own_compute", whole.range, place, note)
    elif whole.range.high is not None:
        note = f"its own compute is at most the whole: {whole.shown}"
        seen.derived("own_compute", Range(None, whole.range.high), place, note)


def _derive_beside_a_base(seen: Observations) -> None:
    adapter = any(fact.value is True for fact in seen.named("is_adapter"))
    added = known(seen, "tuning_tokens")
    factor = _ADAPTER_FACTOR if adapter else _FULL_FACTOR
    for estimate in (_by_formula(seen, added, factor), _by_hardware(seen)):
        _record("own_compute", estimate, seen)
        _record("modification_compute", estimate, seen)
    if not seen.named("own_compute"):
        _copy("modification_compute", "own_compute", seen)
    pretraining = _by_formula(seen, known(seen, "training_tokens"), _FULL_FACTOR)
    _record("base_compute", pretraining, seen)
    _carry_over(seen)


def _copy(source: str, target: str, seen: Observations) -> None:
    value = known(seen, source)
    if value:
        place = value.places[0] if value.places else None
        seen.derived(target, value.range, place, f"what the change took: {value.shown}")


def _carry_over(seen: Observations) -> None:
    base = known(seen, "base_compute")
    if base is None:
        return
    added = known(seen, "modification_compute")
    if added is None:
        total = Range(base.range.low, None)
        note = "the base model's compute and an unknown addition"
    else:
        total = _sum(base.range, added.range)
        note = f"the base model's compute plus the change: + {added.shown}"
    if not total.open:
        place = base.places[0] if base.places else None
        seen.derived("training_compute", total, place, f"{note}; base {base.shown}")


def known(seen: Observations, name: str) -> Known | None:
    """Return what stands of one quantity: measured, else declared and derived together.

    Where these meet their intersection stands, else their hull.
    """
    facts = seen.named(name, Source.MEASURED) or [
        *seen.named(name, Source.DECLARED),
        *seen.named(name, Source.DERIVED),
    ]
    ranges = [fact.value for fact in facts if isinstance(fact.value, Range)]
    if not ranges:
        return None
    places = tuple(dict.fromkeys(fact.place for fact in facts if fact.place))
    meet = all(one.meets(two) for one, two in combinations(ranges, 2))
    joined = reduce(Range.intersection if meet else Range.hull, ranges)
    return None if joined.open else Known(joined, places)


def _parameters(seen: Observations) -> tuple[Known, str] | None:
    """Return the parameters that work on each token, and how the note calls them."""
    active = known(seen, "params_active")
    if active:
        return active, "active parameters"
    total = known(seen, "params_total")
    if total is None:
        return None
    if _EXPERTS.search(_architecture(seen)):
        # Of a mixture of experts only some work on each token: the total is an upper end.
        return Known(Range(None, total.range.high), total.places), "at most the total parameters"
    return total, "parameters"


def _architecture(seen: Observations) -> str:
    return " ".join(str(fact.value) for fact in seen.named("model_architecture"))


def _by_formula(seen: Observations, tokens: Known | None, factor: Range) -> Estimate | None:
    parameters = _parameters(seen)
    if parameters is None or tokens is None:
        return None
    size, called = parameters
    if _TWO_HALVES.search(_architecture(seen)):
        factor = _product(factor, Range(0.5, 1))
    margin = Range(1 - FORMULA_MARGIN, 1 + FORMULA_MARGIN)
    range_ = _product(factor, size.range, tokens.range, margin)
    if range_.open:
        return None
    times = value_to_text(factor)
    note = f"{times} × {called} × tokens, within {FORMULA_MARGIN:.0%}: {times} × {size.shown}"
    note += f" × {tokens.shown}"
    return Estimate(f"{times} × parameters × tokens", range_, note, size.places + tokens.places)


def _by_hardware(seen: Observations) -> Estimate | None:
    hours = known(seen, "training_gpu_hours")
    named = seen.named("training_hardware")
    kinds = accelerators_in(str(named[0].value)) if named else ()
    if hours is None or not kinds:
        return None
    peak = reduce(Range.hull, (kind.peak for kind in kinds))
    range_ = _product(hours.range, _SECONDS, peak, UTILISATION)
    if range_.open:
        return None
    share = f"{UTILISATION.low} to {UTILISATION.high}"
    note = f"accelerator-hours × peak rate × utilisation {share}: {hours.shown} hours"
    note += f" × {_text(peak)} FLOP/s of {', '.join(kind.name for kind in kinds)}"
    places = hours.places + tuple(fact.place for fact in named[:1] if fact.place)
    return Estimate("accelerator-hours × peak rate × utilisation", range_, note, places)


def _record(name: str, estimate: Estimate | None, seen: Observations) -> None:
    if estimate:
        place = estimate.places[0] if estimate.places else None
        seen.derived(name, estimate.range, place, estimate.note)


def _product(*ranges: Range) -> Range:
    """Return the product of ranges of numbers that are not below zero."""
    low: float | None = 1.0
    high: float | None = 1.0
    for each in ranges:
        low = None if low is None or each.low is None else low * each.low
        high = None if high is None or each.high is None else high * each.high
    return Range(_rounded(low), _rounded(high))


def _sum(one: Range, two: Range) -> Range:
    low = (one.low or 0.0) + (two.low or 0.0)
    high = None if one.high is None or two.high is None else one.high + two.high
    return Range(_rounded(low) if low else None, _rounded(high))


def _rounded(number: float | None) -> float | None:
    # Six digits: what lies behind them is noise of the multiplication.
    return None if number is None else float(f"{number:.6g}")


def _text(range_: Range) -> str:
    """Return a range as notes show it: large numbers by their power of ten."""
    largest = max(range_.low or 0.0, range_.high or 0.0)
    if largest < (_LONG if range_.exact else _LONG_ENDS):
        return value_to_text(range_)
    if range_.exact:
        return _short(largest)
    if range_.low is None:
        return f"at most {_short(largest)}"
    if range_.high is None:
        return f"at least {_short(largest)}"
    return f"{_short(range_.low)} to {_short(range_.high)}"


def _short(number: float) -> str:
    return re.sub(r"e\+?0*", "e", f"{number:.4g}")


def _find_disagreement(name: str, seen: Observations) -> None:
    facts = [fact for fact in seen.named(name) if isinstance(fact.value, Range)]
    worst = max((_factor(one, two) for one, two in combinations(facts, 2)), default=1.0)
    if worst <= 1.0:
        return
    said = "; ".join(dict.fromkeys(_shown(fact) for fact in facts))
    severity = Severity.HIGH if worst > _FAR_APART else Severity.MEDIUM
    message = f"the methods disagree on `{name}`: {said}"
    places = dict.fromkeys(fact.place for fact in facts if fact.place)
    seen.find("compute-methods-disagree", severity, message, *places)


def _shown(fact: Fact) -> str:
    by = "stated" if fact.source is Source.DECLARED else fact.note.partition(":")[0]
    return f"{by} gives {value_to_text(fact.value, unit='FLOP')}"


def _factor(one: Fact, two: Fact) -> float:
    """Return how many times two ranges lie apart, 1 where they meet."""
    assert isinstance(one.value, Range) and isinstance(two.value, Range)
    if one.value.meets(two.value):
        return 1.0
    lower, upper = sorted((one.value, two.value), key=lambda each: each.high or float("inf"))
    return (upper.low or 0.0) / lower.high if lower.high else float("inf")
