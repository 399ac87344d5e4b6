"""A release held against bases that were named for it: the words of its card by their weights.

Which of two models came first, weights do not tell. Whoever names a base says so; what is found
here is whether the weights bear it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.facts import Fact, Range, Severity, Source
from weighbridge.release.compute import BaseModel, Estimate
from weighbridge.release.compute.quantities import known
from weighbridge.release.folder import LocalFolder
from weighbridge.release.lineage.relations import Pair, Relation
from weighbridge.release.lineage.whole import LineageReport, compare_releases
from weighbridge.release.model_names import folded
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

if TYPE_CHECKING:
    from weighbridge.release.reader import Release

SHARED = frozenset(Relation) - {Relation.UNRELATED, Relation.UNDECIDED}
"""The relations of models that have weights in common."""

_DECLARED = {
    "quantized": (Relation.QUANTISED, Relation.CAST),
    "finetune": (Relation.FINE_TUNED, Relation.LOW_RANK, Relation.SPARSE, Relation.RESIZED),
    "merge": (Relation.MERGED,),
}
"""Words of ``base_model_relation`` in a card, and what the weights then show."""


@dataclass(frozen=True, slots=True)
class BesideBases:
    """What a comparison gives to the rest of the reading.

    change: what the change took at least, where the weights tell
    models: the bases whose weights it shares, with what their own files say of their training
    shared: what was read from those bases
    """

    change: Estimate | None = None
    models: tuple[BaseModel, ...] = ()
    shared: tuple[Release, ...] = ()


def read_bases(
    folder: LocalFolder, bases: Sequence[tuple[Path, Release]], seen: Observations
) -> BesideBases:
    """Compare the weights with those of each base, and record facts and findings.

    ``bases`` are where each lies and what was read from it. Raises :class:`InputError` as
    :func:`compare_releases` does.
    """
    report = compare_releases(folder.root, [path for path, _ in bases])
    shared: list[tuple[Pair, Release]] = []
    for pair, (_, base) in zip(report.pairs, bases, strict=True):
        _hold_against_words(pair, base, seen)
        if pair.relation in SHARED:
            _record(pair, seen)
            shared.append((pair, base))
    return BesideBases(
        _change(report),
        tuple(_model(pair.base, base) for pair, base in shared),
        tuple(base for _, base in shared),
    )


def _record(pair: Pair, seen: Observations) -> None:
    note = f"the weights stand to those of `{pair.base}` as {pair.relation.value}"
    if pair.p_value is not None:
        note += f", p {pair.p_value:.2g}"
    place = Place(pair.base)
    seen.derived("has_base_model", True, place, note)
    if not seen.named("base_model", Source.DECLARED):
        seen.derived("base_model", pair.base, place, note)
    if pair.relation is Relation.QUANTISED:
        seen.measured("is_quantised", True, place, note)


def _change(report: LineageReport) -> Estimate | None:
    """Return what a training that made the change took at least; nothing of a mixture."""
    if report.merge is not None or len(report.pairs) != 1:
        return None
    (pair,) = report.pairs
    if not pair.compute:
        return None
    note = "the change of the weights: what a training that made it took at least"
    return Estimate(Range(pair.compute, None), note, (Place(pair.base),))


def _model(name: str, base: Release) -> BaseModel:
    """Return what the base's own files say of the compute behind it."""
    seen = Observations(facts=list(base.facts))
    whole, before = known(seen, "training_compute"), known(seen, "base_compute")
    added = known(seen, "modification_compute")
    return BaseModel(
        name,
        whole.range if whole else None,
        _base_of(seen),
        before.range if before else None,
        added.range if added else None,
    )


def _base_of(seen: Observations) -> str | None:
    said = {fact.value for fact in seen.named("has_base_model")}
    names = [str(fact.value) for fact in seen.named("base_model")]
    if said == {False}:
        return ""
    return names[0] if said == {True} and len(set(names)) == 1 else None


def _hold_against_words(pair: Pair, base: Release, seen: Observations) -> None:
    """Find what the release says of its base and its weights do not bear out."""
    calls = {folded(pair.base), *(folded(name) for name in _own_names(base))} - {""}
    named = [fact for fact in seen.named("base_model", Source.DECLARED) if _names(fact, calls)]
    scratch = [
        fact for fact in seen.named("has_base_model", Source.DECLARED) if fact.value is False
    ]
    others = [fact for fact in seen.named("base_model", Source.DECLARED) if fact not in named]
    if pair.relation is Relation.UNRELATED:
        _find_unrelated(pair, named, seen)
    elif pair.relation is Relation.UNDECIDED:
        message = f"whether the weights share anything with `{pair.base}` could not be decided"
        message += f": {pair.notes[0]}" if pair.notes else ""
        seen.find("lineage-undecided", Severity.LOW, message, *_places(named))
    elif scratch:
        message = (
            f"a training from scratch is stated, and the weights are shared with `{pair.base}`"
        )
        seen.find("lineage-mismatch", Severity.HIGH, message, *_places(scratch))
    elif others and not named:
        message = f"the base model is named `{others[0].value}`, and the weights are shared with"
        message += f" `{pair.base}`"
        seen.find("lineage-mismatch", Severity.MEDIUM, message, *_places(others))
    elif not named:
        message = f"the weights are shared with `{pair.base}`, and no base model is named"
        seen.find("lineage-undeclared", Severity.MEDIUM, message)
    else:
        _find_relation(pair, named, seen)


def _find_unrelated(pair: Pair, named: list[Fact], seen: Observations) -> None:
    if named:
        message = f"the base model is named `{pair.base}`, and the weights share nothing with it"
        seen.find("lineage-mismatch", Severity.HIGH, message, *_places(named))
        return
    message = f"the weights share nothing with `{pair.base}`"
    seen.find("lineage-unrelated", Severity.LOW, message)


def _find_relation(pair: Pair, named: list[Fact], seen: Observations) -> None:
    """Compare the relation that the card names with the one measured."""
    for fact in named:
        for word, relations in _DECLARED.items():
            if f"relation `{word}`" in fact.note and pair.relation not in relations:
                message = f"the card calls this `{word}` of `{pair.base}`, and the weights stand to"
                message += f" it as {pair.relation.value}"
                seen.find("lineage-mismatch", Severity.LOW, message, *_places([fact]))


def _own_names(base: Release) -> Iterator[str]:
    """Yield what the base's own files call it: its folder may be called anything."""
    yield from (str(fact.value) for fact in base.facts if fact.name == "model_name")


def _names(fact: Fact, calls: set[str]) -> bool:
    """Return whether a fact names a model by one of the names it goes by, folded."""
    return not calls.isdisjoint(folded(each) for each in str(fact.value).split(","))


def _places(facts: Iterable[Fact]) -> list[Place]:
    return [fact.place for fact in facts if fact.place]
