"""The relation of two whole models, from those of their tensors.

Matrices decide, by the numbers they hold; vectors only where there are no matrices. *Shared* are
tensors whose own word says how they come from their counterpart.

| what the tensors show | word |
| --- | --- |
| nothing could be laid beside each other, or one of the two is zeros | undecided |
| hardly anything shared; units no more in place than chance has it | unrelated |
| hardly anything shared; units in place beyond chance, or tensors unclear | undecided |
| a tenth or more neither near nor far, the rest merely near | undecided |
| some shared and others replaced, or most of the base absent, in a way no word fits | related |
| else: a fifth of what moved fine-tuned, noisy, of low rank or quantised, in this order | it |
| else: zeros, or units or whole layers left out | pruned |
| else: single numbers changed | sparse |
| else: rows or columns added or cut, layers added or doubled | resized |
| else: units in another order or at another scale | permuted |
| else: rounded to another format | cast |
| else: all numbers the same, names or the order of layers not | renamed |
| else | identical |

*Merged* is said where several bases were compared and a mixture of them fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weighbridge.release.lineage.kinds import FEW
from weighbridge.release.lineage.pairing import Pairing, listed
from weighbridge.release.lineage.relations import Relation, TensorChange

IN_PLACE = 1e-3
"""Chance below which units in place are taken to tell of something shared."""
_HARDLY = 0.02
_MOSTLY = 0.5
_TELLING = 0.2
_REPLACED = 0.1
_FAR = 0.1
_UNCLEAR = 0.1
_SINGLE = 0.1
_FAR_APART = (
    "units stand in the same places and their numbers are not close, as after a shared "
    "initialisation, or a training that took them far apart"
)

APART = (Relation.UNRELATED, Relation.UNDECIDED)
"""The words for what is not known to share anything."""

_MOVED = (Relation.FINE_TUNED, Relation.RELATED, Relation.LOW_RANK, Relation.QUANTISED)
_LESSER = (Relation.PRUNED, Relation.SPARSE, Relation.RESIZED, Relation.PERMUTED, Relation.CAST)
_OUTER = ("embedding", "head", "position", "segment", "other", "conv")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word for a whole model, and what else is to be said."""

    relation: Relation
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A tensor's change, and whether it is a matrix."""

    change: TensorChange
    matrix: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of the two beside their numbers.

    laid:   units had to be brought in order first
    part:   some of the release's weights could not be read
    base_part: some of the base's could not
    """

    pairing: Pairing
    laid: bool = False
    part: bool = False
    base_part: bool = False


def judge(whole: Whole, changes: Sequence[Measured], p_value: float | None) -> Verdict:
    """Return the word for the whole."""
    fine = [each for each in changes if each.change.elements and each.change.cosine is not None]
    told = [each.change for each in fine if each.matrix] or [each.change for each in fine]
    total = sum(each.elements for each in told)
    if not total:
        blank = (
            "the numbers of one are zero or no numbers" if changes else "nothing has a counterpart"
        )
        return Verdict(Relation.UNDECIDED, (blank,))
    if not any(each.matrix for each in fine) and any(
        each.relation is not Relation.IDENTICAL for each in told
    ):
        return Verdict(Relation.UNDECIDED, ("no matrices could be compared",))
    shares: dict[Relation, float] = defaultdict(float)
    for each in told:
        shares[each.relation] += each.elements / total
    _count_single(told, shares, total)
    shared = 1 - sum(shares[word] for word in APART)
    if shared < _HARDLY:
        return _apart(told, total, p_value)
    near = shares[Relation.FINE_TUNED] + shares[Relation.RELATED]
    if shares[Relation.UNDECIDED] >= _UNCLEAR and near >= 0.9 * shared:
        return Verdict(Relation.UNDECIDED, (_FAR_APART,))
    return _replaced(whole, told, shares, shared) or _shared(whole, shares)


def _replaced(
    whole: Whole, told: Sequence[TensorChange], shares: dict[Relation, float], shared: float
) -> Verdict | None:
    """Return the word where some tensors are like their counterparts and others are not."""
    apart = [each for each in told if each.relation in APART]
    lacking = _lacking(whole)
    notes = (
        [f"not like their counterparts: {listed([each.name for each in apart])}"] if apart else []
    )
    notes += [lacking] if lacking else []
    if not notes:
        return None
    inner = sum(shares_of(told, each) for each in apart if each.part not in _OUTER)
    word = _word(shares)
    if not lacking and word in _MOVED and shared >= _MOSTLY and inner <= _REPLACED:
        return Verdict(word, tuple(notes))
    return Verdict(Relation.RELATED, tuple(notes))


def shares_of(told: Sequence[TensorChange], one: TensorChange) -> float:
    """Return the share of all numbers that one tensor holds."""
    return one.elements / sum(each.elements for each in told)


def _lacking(whole: Whole) -> str:
    """Say where most of the base, and more than layers of it, is not in the release."""
    pairing = whole.pairing
    if whole.part:
        return ""
    outer = any(name not in pairing.left_layers for name in pairing.absent)
    held = sum(each.base.elements for each in pairing.pairs)
    if not outer or held >= _MOSTLY * (held + pairing.absent_elements):
        return ""
    share = held / (held + pairing.absent_elements)
    return f"the release holds counterparts of {share:.1%} of the numbers of the base"


def _count_single(told: Sequence[TensorChange], shares: dict[Relation, float], total: int) -> None:
    """Count as sparse what moved here and there in tensors, where hardly anything moved at all."""
    moved = [each for each in told if each.relation is Relation.FINE_TUNED]
    changed = sum((each.changed or 0) * each.elements for each in told) / total
    if moved and changed <= FEW and all((each.changed or 0) <= _SINGLE for each in moved):
        shares[Relation.SPARSE] += shares.pop(Relation.FINE_TUNED)


def _apart(told: Iterable[TensorChange], total: int, p_value: float | None) -> Verdict:
    """Return the word where tensors are not like their counterparts."""
    if p_value is not None and p_value < IN_PLACE:
        return Verdict(Relation.UNDECIDED, (_FAR_APART,))
    near = sum(abs(each.cosine or 0) * each.elements for each in told) / total
    unclear = sum(each.elements for each in told if each.relation is Relation.UNDECIDED) / total
    if unclear > _MOSTLY and (near > _FAR or p_value is None):
        return Verdict(Relation.UNDECIDED)
    return Verdict(Relation.UNRELATED)


def _shared(whole: Whole, shares: dict[Relation, float]) -> Verdict:
    """Return the word where everything is like its counterpart."""
    pairing, notes = whole.pairing, []
    dropped = [] if whole.part else missing_layers(pairing)
    added = not whole.base_part and any(name in pairing.left_layers for name in pairing.added)
    if dropped:
        shown = ", ".join(f"{stack} {layer}".strip() for stack, layer in dropped)
        notes.append(f"layers of the base left out: {shown}")
    if pairing.doubled:
        notes.append("layers of the base stand more than once")
    elif pairing.moved and not dropped:
        notes.append("layers stand in another order")
    word = _word(shares)
    if word not in _MOVED and word is not Relation.PRUNED:
        if dropped or (word is Relation.RESIZED and _narrowed(pairing)):
            word = Relation.PRUNED
        elif word is not Relation.SPARSE:
            word = _reordered(whole, word, added)
    return Verdict(word, tuple(notes))


def _reordered(whole: Whole, word: Relation, added: bool) -> Relation:
    pairing = whole.pairing
    if word is Relation.RESIZED or pairing.doubled or added:
        return Relation.RESIZED
    if whole.laid or word is Relation.PERMUTED:
        return Relation.PERMUTED
    same = word is Relation.IDENTICAL
    return Relation.RENAMED if same and (pairing.renamed or pairing.moved) else word


def _word(shares: dict[Relation, float]) -> Relation:
    """Return the word that says most; one that few numbers show only where no other is shown."""
    seen = [word for word in (*_MOVED, *_LESSER) if shares[word] > 0]
    clear = [word for word in seen if shares[word] >= _HARDLY]
    lesser = [word for word in seen if word in (Relation.PRUNED, Relation.SPARSE, Relation.RESIZED)]
    if clear and clear[0] in _MOVED:
        moved = [word for word in clear if word in _MOVED]
        whole = sum(shares[word] for word in moved)
        return next(word for word in moved if shares[word] >= _TELLING * whole)
    if not clear and seen:
        return seen[0]
    return (lesser or clear or [Relation.IDENTICAL])[0]


def missing_layers(pairing: Pairing) -> list[tuple[str, int]]:
    """Return layers of the base, with their stack, of which nothing stands in the release."""
    used = {(each.base_role.stack, each.base_role.layer) for each in pairing.pairs}
    absent = (pairing.left_layers.get(name) for name in pairing.absent)
    return sorted({layer for layer in absent if layer is not None} - used)


def _narrowed(pairing: Pairing) -> bool:
    """Return whether the release has fewer units than the base in what is no embedding."""
    return any(
        each.release.elements < each.base.elements
        for each in pairing.pairs
        if each.role.part not in ("embedding", "head", "position")
    )
