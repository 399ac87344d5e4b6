"""By the architecture: 6 × parameters × tokens, with the parameters at work on each token.

Two operations per parameter forward and four backward. Of a mixture of experts only the active
parameters count; where they are unknown the total is an upper end. In an encoder-decoder a token
may pass one half only, so the factor is 3 to 6. An adapter spares the weight gradients of the
frozen layers, two of the six operations. Where a model does not read and write text, tokens are
not what passes through it, and the formula says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from weighbridge.facts import Range
from weighbridge.facts.values import value_to_text
from weighbridge.release.compute.estimate import Estimate
from weighbridge.release.compute.quantities import Known, known, product, total
from weighbridge.release.observations import Observations
from weighbridge.release.training import Training

FORMULA_MARGIN = 0.3
"""How far operations counted by parameters and tokens may lie off, as a share.

What they leave out (attention over the input, norms, the optimiser) and count twice (tied input
and output layers) stays within it for models that are wide beside their input.
"""

FULL = Range.exactly(6)
ADAPTER = Range(4, 6)
FORWARD = Range.exactly(2)

_HALF = Range(0.5, 1)
_TWO_HALVES = re.compile(
    r"t5|bart|marian|pegasus|encoderdecoder|seq2seq|m2m100|nllb|blenderbot|prophetnet"
    r"|fsmt|ledfor",
    re.IGNORECASE,
)
_EXPERTS = re.compile(r"moe|mixtral|expert|switchtransformers", re.IGNORECASE)


def margin() -> Range:
    """Return what an estimate by operations is multiplied by to hold its margin."""
    return Range(1 - FORMULA_MARGIN, 1 + FORMULA_MARGIN)


def by_formula(
    seen: Observations, told: Training, tokens: Sequence[Known | None], factor: Range = FULL
) -> Estimate | None:
    """Return the compute of passing all of ``tokens``, each amount a term of its own."""
    amounts = [each for each in tokens if each]
    at_work = parameters(seen, told)
    if at_work is None or not amounts or not _passes_tokens(seen):
        return None
    size, called = at_work
    if _TWO_HALVES.search(architecture(seen)):
        factor = product(factor, _HALF)
    terms = [product(factor, size.range, each.range, margin()) for each in amounts]
    range_ = total(*terms)
    if range_.open:
        return None
    times = value_to_text(factor)
    shown = " + ".join(f"{times} × {size.shown} × {each.shown}" for each in amounts)
    note = f"{times} × {called} × tokens, within {FORMULA_MARGIN:.0%}: {shown}"
    places = tuple(place for each in (size, *amounts) for place in each.places)
    return Estimate(range_, note, tuple(dict.fromkeys(places)))


def architecture(seen: Observations) -> str:
    """Return the names of its architecture."""
    return " ".join(str(fact.value) for fact in seen.named("model_architecture"))


def parameters(seen: Observations, told: Training) -> tuple[Known, str] | None:
    """Return the parameters that work on each token, and how the note calls them."""
    active = known(seen, "params_active")
    if active:
        return active, "active parameters"
    whole = known(seen, "params_total")
    if whole is None:
        return None
    if told.experts or _EXPERTS.search(architecture(seen)):
        # Of a mixture of experts only some work on each token: the total is an upper end.
        return Known(Range(None, whole.range.high), whole.places), "at most the total parameters"
    return whole, "parameters"


def _passes_tokens(seen: Observations) -> bool:
    """Return whether what passes through the model is told in tokens of text."""
    if not _says(seen, "inputs_text", True) and _says(seen, "inputs_text", False):
        return False
    media = ("outputs_image", "outputs_audio", "outputs_video")
    makes_media = any(_says(seen, name, True) for name in media)
    return not makes_media or _says(seen, "outputs_text", True)


def _says(seen: Observations, name: str, value: bool) -> bool:
    return any(fact.value is value for fact in seen.named(name))
