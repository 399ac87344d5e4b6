"""What the models behind a release took together, none counted twice.

Weights that are averaged, merged or started from bring the compute that made them. Two models
made from one ancestor bring that ancestor once, and each what it added. Where it is not known
whether two share an ancestor, they may, in whole: together they took at least as much as the
larger one, at most the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from weighbridge.facts import Range
from weighbridge.release.compute.estimate import Estimate
from weighbridge.release.compute.formula import architecture
from weighbridge.release.compute.quantities import known, range_text, total
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

MOST_PER_PARAMETER = 1_000.0
"""Operations that a recipe may spend on one parameter of one model it merges, at most."""


@dataclass(frozen=True, slots=True)
class BaseModel:
    """One model that a release was made from, as its own release tells.

    name:     as the release made from it names it
    whole:    the compute of all its training
    base:     the model it was made from in turn; ``""`` where it was made from none, ``None``
              where nobody says
    ancestor: the compute of that model, where known
    added:    what was added to it, where known
    """

    name: str
    whole: Range | None
    base: str | None = None
    ancestor: Range | None = None
    added: Range | None = None


def by_bases(bases: Sequence[BaseModel]) -> Estimate | None:
    """Return what ``bases`` took together; ``None`` where nothing is known of any."""
    distinct = {each.name: each for each in bases}
    if not distinct or all(each.whole is None for each in distinct.values()):
        return None
    # The base of another is within that one's compute already.
    within = {each.base for each in distinct.values()}
    models = tuple(each for each in distinct.values() if each.name not in within)
    models = models or tuple(distinct.values())
    named = ", ".join(f"{each.name} {_shown(each.whole)}" for each in models)
    if len(models) == 1:
        return _estimate(models[0].whole, f"the base model's compute: {named}")
    apart = {each.base for each in models}
    if apart == {""}:
        wholes = [each.whole or _UNKNOWN for each in models]
        return _estimate(reduce(total, wholes), f"sum of the bases' compute: {named}")
    shared = _of_one_ancestor(models)
    if shared is not None:
        note = f"the bases' common ancestor once and what each added: {named}"
        return _estimate(shared, note)
    lows = [each.whole.low or 0.0 for each in models if each.whole]
    high = reduce(total, (each.whole or _UNKNOWN for each in models)).high
    low = max(lows, default=0.0) or None
    note = f"the bases' compute, which may share an ancestor: {named}"
    return _estimate(Range(low, high), note)


_UNKNOWN = Range(None, None)


def _of_one_ancestor(models: tuple[BaseModel, ...]) -> Range | None:
    """Return the common ancestor's compute and what each added, where all of it is known."""
    if len({each.base for each in models}) != 1 or not models[0].base:
        return None
    told = [each.ancestor for each in models if each.ancestor]
    meet = all(one.meets(two) for one in told for two in told)
    if not told or any(each.added is None for each in models):
        return None
    once = reduce(Range.intersection if meet else Range.hull, told)
    return total(once, *(each.added or _UNKNOWN for each in models))


def _estimate(range_: Range | None, note: str) -> Estimate | None:
    return None if range_ is None or range_.open else Estimate(range_, note)


def _shown(range_: Range | None) -> str:
    return "unknown" if range_ is None or range_.open else range_text(range_)


def by_recipe(seen: Observations) -> Estimate | None:
    """Return what merging alone takes: a few operations on each parameter of each model."""
    recipes = [fact for fact in seen.named("base_model") if fact.note == MERGED]
    size = known(seen, "params_total")
    if not recipes or size is None or size.range.high is None or not architecture(seen):
        return None
    models = max(len(str(fact.value).split(",")) for fact in recipes)
    most = MOST_PER_PARAMETER * models * size.range.high
    note = f"merging alone, at most {MOST_PER_PARAMETER:,.0f} operations on each parameter"
    note += f" of each model: {models} × {size.shown}"
    places: list[Place] = [fact.place for fact in recipes if fact.place]
    return Estimate(Range(None, most), note, tuple(dict.fromkeys((*places, *size.places))))


MERGED = "the models merged"
"""The note of the fact ``base_model`` where a merge recipe names the models."""
