"""Training compute by every method that the release allows, each a fact with its range."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.facts import Range
from weighbridge.release.compute.disagreement import find_disagreement
from weighbridge.release.compute.estimate import Estimate, record
from weighbridge.release.compute.formula import ADAPTER, FULL, by_formula
from weighbridge.release.compute.generated import find_made_data, record_generation, with_generation
from weighbridge.release.compute.machines import by_hardware
from weighbridge.release.compute.merges import BaseModel, by_bases, by_recipe
from weighbridge.release.compute.quantities import known, total
from weighbridge.release.observations import Observations
from weighbridge.release.training import Training


def derive_compute(
    seen: Observations,
    told: Training | None = None,
    change: Estimate | None = None,
    bases: Sequence[BaseModel] = (),
) -> None:
    """Record ``training_compute`` and its parts as derived facts, one for each method.

    With a base model: ``own_compute`` and ``modification_compute`` from what was added,
    ``base_compute`` from stated pre-training or the releases of the ``bases``,
    ``training_compute`` as their sum. Without one: ``own_compute`` is the whole; where nobody
    says whether there is one, at most the whole. What a fine-tune spent is never taken for the
    whole. ``generation_compute`` is what making data took.

    ``told`` is the card's account of phases, speed and made data. ``change`` is what comparing
    weights shows that the change took, as a rule at least. Ranges of one quantity that do not
    meet are a finding. Where no method applies, nothing is recorded.
    """
    told = told or Training()
    record_generation(seen, told)
    if any(fact.value is True for fact in seen.named("has_base_model")):
        _beside_a_base(seen, told, change, bases)
    else:
        _alone(seen, told)
    find_made_data(seen, told)
    for name in ("training_compute", "own_compute", "modification_compute", "base_compute"):
        find_disagreement(name, seen)


def _alone(seen: Observations, told: Training) -> None:
    tokens = [known(seen, "training_tokens"), known(seen, "tuning_tokens")]
    formula = by_formula(seen, told, tokens)
    left_out = told.without_figure("tokens")
    if formula and tokens[0] is None and not left_out:
        # What it was tuned on is told alone: there was more before.
        note = f"{formula.note}; at least, since the card gives no figure for what came before"
        formula = Estimate(Range(formula.range.low, None), note, formula.places)
    hardware = by_hardware(seen, told)
    estimates = (
        formula and formula.at_least(left_out),
        hardware and hardware.at_least(told.without_figure("hours")),
    )
    for estimate in estimates:
        record("training_compute", with_generation(estimate, seen), seen)
    _own_of_the_whole(seen)


def _own_of_the_whole(seen: Observations) -> None:
    whole = known(seen, "training_compute")
    if whole is None or seen.named("own_compute"):
        return
    if any(fact.value is False for fact in seen.named("has_base_model")):
        note = f"made from no other model, so its own compute is the whole: {whole.shown}"
        record("own_compute", Estimate(whole.range, note, whole.places), seen)
    elif whole.range.high is not None:
        note = f"its own compute is at most the whole: {whole.shown}"
        record("own_compute", Estimate(Range(None, whole.range.high), note, whole.places), seen)


def _beside_a_base(
    seen: Observations, told: Training, change: Estimate | None, bases: Sequence[BaseModel]
) -> None:
    for estimate in _of_the_change(seen, told, change):
        record("own_compute", estimate, seen)
        record("modification_compute", estimate, seen)
    added = known(seen, "modification_compute")
    if added and not seen.named("own_compute"):
        note = f"what the change took: {added.shown}"
        record("own_compute", Estimate(added.range, note, added.places), seen)
    pretraining = by_formula(seen, told, [known(seen, "training_tokens")])
    if pretraining:
        pretraining = pretraining.at_least(told.without_figure("tokens", tuning=False))
    record("base_compute", pretraining, seen)
    record("base_compute", by_bases(bases), seen)
    _carry_over(seen)


def _of_the_change(
    seen: Observations, told: Training, change: Estimate | None
) -> tuple[Estimate | None, ...]:
    adapter = any(fact.value is True for fact in seen.named("is_adapter"))
    factor = ADAPTER if adapter else FULL
    formula = by_formula(seen, told, [known(seen, "tuning_tokens")], factor)
    hardware = by_hardware(seen, told)
    tuned = any(phase.tuning for phase in told.phases) or formula or hardware
    return (
        formula and formula.at_least(told.without_figure("tokens", tuning=True)),
        hardware and hardware.at_least(told.without_figure("hours", tuning=True)),
        None if tuned else by_recipe(seen),
        change,
    )


def _carry_over(seen: Observations) -> None:
    base = known(seen, "base_compute")
    if base is None:
        return
    added = known(seen, "modification_compute")
    if added is None:
        whole = Range(base.range.low, None)
        note = f"the base model's compute and an unknown addition; base {base.shown}"
    else:
        whole = total(base.range, added.range)
        note = f"the base model's compute plus the change: + {added.shown}; base {base.shown}"
    record("training_compute", with_generation(Estimate(whole, note, base.places), seen), seen)
