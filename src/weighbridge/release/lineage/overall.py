"""The release beside a base as a whole, and beside several: the one entry of the comparison."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from weighbridge.release.lineage.align import Alignment, Laid, align
from weighbridge.release.lineage.chance import either, in_place
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.engine import Engine
from weighbridge.release.lineage.kinds import SAME_SCALED, relation_of
from weighbridge.release.lineage.pairing import Matched, Pairing, listed, pair_up
from weighbridge.release.lineage.relations import Merge, Pair, Relation, TensorChange
from weighbridge.release.lineage.statistics import Numbers, compare
from weighbridge.release.lineage.tokens import Rows, read_tokens, rows_of
from weighbridge.release.lineage.verdict import Measured, Whole, judge

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes are done and how many there are in all."""

_TOKENS = ("embedding", "head")


@dataclass(slots=True)
class _Totals:
    """Sums over tensors: of changed numbers by part, of squares by layer; and what is no number."""

    changed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    moved: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    size: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    odd: list[str] = field(default_factory=list)

    def add(self, change: TensorChange, numbers: Numbers) -> None:
        self.changed[change.part] += numbers.changed * numbers.n
        self.numbers[change.part] += numbers.n
        if numbers.sums.odd:
            self.odd.append(change.name)
        if change.layer is not None:
            self.moved[change.layer] += numbers.dd
            self.size[change.layer] += numbers.bb

    @property
    def parts(self) -> dict[str, float]:
        return {part: self.changed[part] / many for part, many in self.numbers.items() if many}

    @property
    def layers(self) -> dict[int, float]:
        return {at: math.sqrt(self.moved[at] / size) for at, size in self.size.items() if size > 0}


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
    pairing = pair_up(release, base)
    tokens = _rows_of_tokens(release, base, pairing)
    alignment = align(release, base, pairing, tokens.order)
    p_value, note = in_place(release, base, pairing, tokens.order)
    if alignment is not None:
        p_value = either(p_value, alignment.p_value)
    changes: dict[str, Measured] = {}
    totals, done = _Totals(), 0
    bytes = sum(each.release.tensor.bytes + each.base.tensor.bytes for each in pairing.pairs)
    for each in pairing.pairs:
        if progress is not None:
            progress(each.release.name, done, bytes)
        numbers = _numbers(release, base, each, _laid(each, tokens, alignment), engine)
        change = _change(each, numbers, alignment)
        changes[change.name] = Measured(change, len(each.release.tensor.shape) >= 2)
        totals.add(change, numbers)
        done += each.release.tensor.bytes + each.base.tensor.bytes
    laid = alignment is not None or tokens.order is not None
    whole = Whole(pairing, laid, bool(release.left_out), bool(base.left_out))
    verdict = judge(whole, list(changes.values()), p_value)
    more = [*(alignment.notes if alignment else ()), note if p_value is not None else ""]
    more.append("" if tokens.lacks else tokens.note)
    lines = [tokens.note if tokens.lacks else ""]
    if totals.odd:
        lines.append(f"{listed(totals.odd)}: holds numbers that are infinite or not a number")
    lines.append("" if p_value is not None else f"no p-value: {note}")
    return Pair(
        base.name,
        verdict.relation,
        p_value,
        tuple(changes[name].change if name in changes else _alone(name) for name in release.held),
        pairing.absent,
        totals.parts,
        totals.layers,
        not_compared=tuple(line for line in (*pairing.not_compared, *lines) if line),
        notes=tuple(line for line in (*verdict.notes, *more) if line),
    )


def compare_all(
    release: Checkpoint,
    bases: Sequence[Checkpoint],
    *,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> tuple[list[Pair], Merge | None]:
    """Return the release beside each base, and what mixture of them it is, where it is one."""
    pairs = [compare_pair(release, base, progress=progress, engine=engine) for base in bases]
    return pairs, None


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
    by_token = tokens.order is not None and each.role.part in _TOKENS and laid.rows is None
    if by_token and tokens.order is not None and each.release.matrix[0] == len(tokens.order):
        laid = replace(laid, rows=tokens.order)
    return laid


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


def _alone(name: str) -> TensorChange:
    return TensorChange(name, None, Relation.UNDECIDED, note="in the release alone")
