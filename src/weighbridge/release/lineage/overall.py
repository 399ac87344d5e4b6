"""The release beside a base as a whole, and beside several: the one entry of the comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weighbridge.release.lineage.align import Alignment, Laid, align
from weighbridge.release.lineage.bound import TRAINED, least_compute
from weighbridge.release.lineage.chance import either, in_place
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.direction import GONE, Written, common_direction
from weighbridge.release.lineage.engine import Engine
from weighbridge.release.lineage.kinds import SAME_SCALED, relation_of
from weighbridge.release.lineage.merge import SMALLEST, Mixed, solve_merge
from weighbridge.release.lineage.pairing import Matched, Pairing, listed, pair_up
from weighbridge.release.lineage.relations import Merge, Pair, Relation, TensorChange
from weighbridge.release.lineage.sides import Sides
from weighbridge.release.lineage.statistics import Numbers, compare
from weighbridge.release.lineage.tokens import Rows, read_tokens, rows_of
from weighbridge.release.lineage.totals import Totals
from weighbridge.release.lineage.units import hidden_are_columns
from weighbridge.release.lineage.verdict import APART, Whole, judge

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes are done and how many there are in all."""

_TOKENS = ("embedding", "head")
_ALL_ALONG = 0.95
"""Share of a change along one direction from which it is told, where nothing was removed."""
_MIXED = frozenset({Relation.FINE_TUNED, Relation.LOW_RANK, Relation.RELATED, Relation.UNDECIDED})
"""What a mixture of several bases looks like beside one of them."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """A pair, and what further questions about it are asked of.

    matched: the tensors, with how they lie beside their counterparts
    """

    pair: Pair
    matched: tuple[tuple[Matched, Sides], ...]


@np.errstate(all="ignore")  # numbers that are infinite, or none, are told of
def compare_pair(
    release: Checkpoint,
    base: Checkpoint,
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Pair:
    """Return what the weights of ``release`` share with those of ``base``.

    ``progress`` is told of each tensor. Raises ``ParseError`` where a file is shorter than it was.
    """
    return _compared(release, base, progress, engine).pair


@np.errstate(all="ignore")
def compare_all(
    release: Checkpoint,
    bases: Sequence[Checkpoint],
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> tuple[list[Pair], Merge | None]:
    """Return the release beside each base, and what mixture of them it is, where it is one."""
    found = [_compared(release, base, progress, engine) for base in bases]
    pairs = [each.pair for each in found]
    if len(found) < 2 or not all(pair.relation in _MIXED for pair in pairs):
        return pairs, None
    merge = solve_merge(list(_mixed(found)), [pair.base for pair in pairs])
    if merge is None:
        return pairs, None
    parts = [dict(merge.weights), *merge.layers.values()]
    for at, pair in enumerate(pairs):
        if any(abs(shares.get(pair.base, 0.0)) > SMALLEST for shares in parts):
            pairs[at] = replace(pair, relation=Relation.MERGED, compute=None)
    return pairs, merge


def _compared(
    release: Checkpoint, base: Checkpoint, progress: Progress | None, engine: Engine | None
) -> _Compared:
    pairing = pair_up(release, base)
    tokens = _rows_of_tokens(release, base, pairing)
    alignment = align(release, base, pairing, tokens.order)
    p_value, counted = in_place(release, base, pairing, tokens.order)
    if alignment is not None:
        p_value = either(p_value, alignment.p_value)
    totals, done = Totals(), 0
    size = sum(each.release.tensor.bytes + each.base.tensor.bytes for each in pairing.pairs)
    matched: list[tuple[Matched, Sides]] = []
    for each in pairing.pairs:
        if progress is not None:
            progress(each.release.name, done, size)
        numbers = _numbers(release, base, each, _laid(each, tokens, alignment), engine)
        change = _change(each, numbers, alignment)
        totals.add(change, numbers, len(each.release.tensor.shape) >= 2)
        matched.append((each, numbers.sides))
        done += each.release.tensor.bytes + each.base.tensor.bytes
    laid = alignment is not None or tokens.order is not None
    whole = Whole(pairing, laid, bool(release.left_out), bool(base.left_out))
    verdict = judge(whole, totals.measured, p_value)
    notes = [_adapters(release, base), *verdict.notes, *(alignment.notes if alignment else ())]
    if verdict.relation not in APART:
        notes.append(_direction(matched, totals.changes))
    notes.append("" if tokens.lacks else tokens.note)
    notes.append(counted if p_value is not None else "")
    pair = Pair(
        base.name,
        verdict.relation,
        p_value,
        tuple(totals.changes.get(name) or _alone(name) for name in release.held),
        pairing.absent,
        totals.parts,
        totals.layers,
        least_compute(totals.changes.values()) if verdict.relation in TRAINED else None,
        not_compared=tuple(_left(pairing, tokens, totals, p_value, counted)),
        notes=tuple(line for line in notes if line),
    )
    return _Compared(pair, tuple(matched))


def _adapters(release: Checkpoint, base: Checkpoint) -> str:
    """Say where one of the two is no model."""
    if release.adapter == base.adapter:
        return ""
    one = "release" if release.adapter else "base"
    return f"the {one} is an adapter: what it adds to a model has no counterpart in one"


def _left(
    pairing: Pairing, tokens: Rows, totals: Totals, p_value: float | None, counted: str
) -> Iterator[str]:
    """Yield what could not be compared."""
    yield from pairing.not_compared
    if tokens.lacks:
        yield tokens.note
    if totals.odd:
        yield f"{listed(totals.odd)}: numbers that are infinite or not a number"
    if p_value is None:
        yield f"no p-value: {counted}"


def _rows_of_tokens(release: Checkpoint, base: Checkpoint, pairing: Pairing) -> Rows:
    for each in pairing.pairs:
        if each.role.part in _TOKENS and len(each.release.tensor.shape) == 2:
            rows, base_rows = each.release.matrix[0], each.base.matrix[0]
            return rows_of(read_tokens(release), read_tokens(base), rows, base_rows)
    return Rows()


def _laid(each: Matched, tokens: Rows, alignment: Alignment | None) -> Laid:
    """Return which number of the base belongs to which: by tokens, by order, by converters."""
    laid = alignment.tensors.get(each.release.name) if alignment else None
    laid = laid or Laid(rows=each.rows)
    order = tokens.order
    if order is None or each.role.part not in _TOKENS or laid.rows is not None:
        return laid
    return replace(laid, rows=order) if each.release.matrix[0] == len(order) else laid


def _numbers(
    release: Checkpoint, base: Checkpoint, each: Matched, laid: Laid, engine: Engine | None
) -> Numbers:
    return compare(
        release,
        each.release,
        base,
        each.base,
        rows=laid.rows,
        columns=laid.columns,
        scale=laid.scale,
        row_scale=laid.row_scale,
        turned=each.turned,
        engine=engine,
    )


def _change(each: Matched, numbers: Numbers, alignment: Alignment | None) -> TensorChange:
    change = relation_of(
        numbers, part=each.role.part, layer=each.role.layer, base_layer=each.base_role.layer
    )
    laid = alignment.tensors.get(change.name) if alignment else None
    if laid is None:
        return change
    same = change.relation in (Relation.IDENTICAL, Relation.CAST)
    scaled = laid.scaled and change.cosine is not None and change.cosine >= SAME_SCALED
    if not same and not scaled:
        return change
    how = "in another order and at another scale" if laid.scaled else "in another order"
    note = "; ".join(part for part in (how, change.note) if part)
    return replace(change, relation=Relation.PERMUTED, note=note)


def _direction(matched: Sequence[tuple[Matched, Sides]], changes: dict[str, TensorChange]) -> str:
    """Say which direction of the hidden units changed in many layers, if one did."""
    written = []
    for each, sides in matched:
        columns = hidden_are_columns(each.role)
        moved = changes[each.release.name].changed
        if columns is None or not moved or len(each.release.tensor.shape) != 2 or each.turned:
            continue
        if each.role.part == "embedding" or columns == each.role.transposed:
            written.append(Written(each.role.layer, sides, columns))
    found = common_direction(written) if written else None
    told = found is not None and (found.left <= GONE or found.share >= _ALL_ALONG)
    return str(found) if told else ""


def _mixed(found: Sequence[_Compared]) -> Iterator[Mixed]:
    """Yield each matrix of the release beside its counterpart in every base that has one."""
    places = [{each.release.name: sides for each, sides in one.matched} for one in found]
    for each, _ in found[0].matched:
        if len(each.release.tensor.shape) >= 2:
            name = each.release.name
            beside = zip(found, places, strict=True)
            sides = {one.pair.base: held[name] for one, held in beside if name in held}
            yield Mixed(each.role.layer, sides)


def _alone(name: str) -> TensorChange:
    return TensorChange(name, None, Relation.UNDECIDED, note="in the release alone")
