"""Units of a release in another order, or at another scale, than in a base.

Hidden units are matched by their columns of the embedding on tokens that both have; where the
embedding tells nothing, by how large each unit is in every matrix. Carried through the layers,
that order lets the other side of each matrix be matched: inner units by their rows of gate and
up, rows of queries, keys and values, columns of what attention gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.hidden import find_hidden
from weighbridge.release.lineage.matching import Match, match, scales_of
from weighbridge.release.lineage.naming import undone_rows
from weighbridge.release.lineage.pairing import Matched, Pairing
from weighbridge.release.lineage.probing import (
    IN_PLACE,
    MOST_UNITS,
    TOKENS_OF,
    Task,
    all_in_place,
    in_place,
    sampled_cosines,
    with_hidden,
)
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.units import WRITES_HIDDEN, Unit, hidden_are_columns

_SCALED = 64
_INNER = ("mlp.", "experts.", "shared.")
_INSIDE = ("gate", "up", "gate_up", "down")
_OF = "bias of "
_TABLES = ("position", "segment")


@dataclass(frozen=True, slots=True)
class Laid:
    """How one tensor lies in its counterpart: the arguments of a comparison.

    scale: of each column; ``row_scale`` of each row, as (rows, 1)
    """

    rows: Order | None = None
    columns: Order | None = None
    scale: Floats | None = None
    row_scale: Floats | None = None

    @property
    def scaled(self) -> bool:
        """Whether numbers are at another scale."""
        return self.scale is not None or self.row_scale is not None


@dataclass(slots=True)
class Alignment:
    """What order and what scale lay the units of a release beside those of a base.

    hidden:  column of the base for each hidden unit of the release; ``None``: in place
    tensors: by name in the release, for those that are not in place
    p_value: the chance of their signs, the second test of ``chance.py``; ``None`` where the
             hidden units stand in place
    notes:   what was found, one line each
    """

    hidden: Order | None = None
    tensors: dict[str, Laid] = field(default_factory=dict)
    p_value: float | None = None
    notes: list[str] = field(default_factory=list)


def align(
    release: Checkpoint, base: Checkpoint, pairing: Pairing, tokens: Order | None = None
) -> Alignment | None:
    """Return how the units of the release lie in the base; ``None`` where all stand in place.

    Also ``None`` where nothing was found to lie anywhere. ``tokens`` is the row of the base's
    embedding for each row of the release's.
    """
    task = Task(release, base, pairing, tokens)
    hidden = None if all_in_place(task) else find_hidden(task)
    if hidden is None:
        return None
    found = Alignment(hidden.order, p_value=hidden.p_value)
    found.notes += [hidden.note] if hidden.note else []
    groups: dict[tuple[str, int | None, int | None], list[Matched]] = {}
    for each in pairing.pairs:
        if each.role.part.startswith(_INNER):
            key = each.role.stack, each.role.layer, each.role.expert
            groups.setdefault(key, []).append(each)
        elif each.role.part.startswith("attention."):
            _one(task, found, each)
        elif found.hidden is not None:
            _hidden_only(task, found, each)
    for group in groups.values():
        _inner(task, found, group)
    _biases(found, pairing)
    return found if found.tensors or found.hidden is not None else None


def _one(task: Task, found: Alignment, each: Matched) -> None:
    """Match the other side of one tensor: rows of q, k, v, columns of o."""
    sides = task.units(each, hidden=False)
    if sides is None:
        return
    if not _stays(task, each, sides):
        _keep(task, found, each, _other_side(task, found, each, sides))


def _stays(task: Task, each: Matched, sides: tuple[Unit, Unit]) -> bool:
    """Return whether a tensor stands in place altogether, whatever others of the model do."""
    mine, theirs = sides
    same = mine.count == theirs.count and mine.length == theirs.length
    return same and in_place(sampled_cosines(task, each, sides, None))


def _inner(task: Task, found: Alignment, group: list[Matched]) -> None:
    """Match inner units on the first of gate and up that tells, and carry them to the rest."""
    group = [each for each in group if task.units(each, hidden=False) is not None]
    group.sort(key=lambda each: _place_of(each.role.part))
    held: Match | None = None
    for each in group:
        sides = task.units(each, hidden=False)
        if sides is None or _stays(task, each, sides):
            continue
        if held is not None and len(held.order) == sides[0].count:
            again = _rescaled(found, sides, held)
            if again is not None:
                _keep(task, found, each, again)
                continue
        held = _other_side(task, found, each, sides)
        _keep(task, found, each, held)


def _place_of(part: str) -> int:
    inside = part.partition(".")[2]
    return _INSIDE.index(inside) if inside in _INSIDE else len(_INSIDE)


def _order_of(found: Alignment, sides: tuple[Unit, Unit]) -> Order | None:
    """Return the order of the hidden units in a tensor; another half of a model has its own."""
    order = found.hidden
    return order if order is not None and len(order) == sides[0].length else None


def _other_side(
    task: Task, found: Alignment, each: Matched, sides: tuple[Unit, Unit]
) -> Match | None:
    """Match the units of the side that is not hidden; ``None`` where they stand in place."""
    mine, theirs = sides
    same = mine.count == theirs.count and mine.length == theirs.length
    if same and in_place(sampled_cosines(task, each, sides, _order_of(found, sides))):
        return None
    if max(mine.count, theirs.count) > MOST_UNITS:
        return None
    a, b = with_hidden(mine, theirs, _order_of(found, sides))
    held = match(a, b) if a.shape[1] >= 8 else None
    if held is None or held.count < 0.5 * min(mine.count, theirs.count):
        return None
    stay = same and bool((held.order == np.arange(mine.count)).sum() >= 0.9 * held.count)
    return held if not stay or held.scale is not None else None


def _rescaled(found: Alignment, sides: tuple[Unit, Unit], held: Match) -> Match | None:
    """Return a match at the scale of another tensor; ``None`` where it does not fit there."""
    a, b = with_hidden(*sides, _order_of(found, sides))
    again = Match.of(a, b, held.order)
    return again if again.likeness >= IN_PLACE else None


def _hidden_only(task: Task, found: Alignment, each: Matched) -> None:
    """Carry the order of the hidden units to a tensor that has them on one side or is a vector."""
    assert found.hidden is not None
    if len(each.release.tensor.shape) == 1:
        of = each.role.part.removeprefix(_OF)
        if each.role.part.startswith(_OF) and of not in WRITES_HIDDEN and "norm" not in of:
            return
        if each.release.elements == len(found.hidden) and each.base.elements >= len(found.hidden):
            found.tensors[each.release.name] = Laid(columns=found.hidden)
        return
    by_place = each.role.part in _TABLES and each.release.matrix[1] == len(found.hidden)
    if by_place and each.base.matrix[1] >= len(found.hidden):
        found.tensors[each.release.name] = Laid(columns=found.hidden)
        return
    sides = task.units(each, hidden=True)
    if sides is not None and sides[0].count == len(found.hidden):
        _keep(task, found, each, None)


def _biases(found: Alignment, pairing: Pairing) -> None:
    """Carry the order of what a matrix gives to what is added to it."""
    outputs: dict[tuple[str, str, int | None, int | None], Order] = {}
    for each in pairing.pairs:
        role, laid = each.role, found.tensors.get(each.release.name)
        order = None if laid is None else laid.columns if role.transposed else laid.rows
        if order is not None:
            outputs[role.stack, role.part, role.layer, role.expert] = order
    for each in pairing.pairs:
        role = each.role
        of = role.part.removeprefix(_OF)
        order = outputs.get((role.stack, of, role.layer, role.expert))
        if not role.part.startswith(_OF) or order is None or each.release.name in found.tensors:
            continue
        if each.release.elements == len(order):
            found.tensors[each.release.name] = Laid(columns=order)


def _keep(task: Task, found: Alignment, each: Matched, other: Match | None) -> None:
    """Write down the order of both sides of a tensor, as rows and columns of its file."""
    sides = task.units(each, hidden=False)
    hidden = _order_of(found, sides) if sides is not None else None
    if other is None and hidden is None:
        return
    first = other.order if other is not None else None
    if not hidden_are_columns(each.role):
        rows = _in_file_order(task, each, hidden)
        scale = other.scale if other is not None else None
        found.tensors[each.release.name] = Laid(rows, first, scale)
        return
    scale = _scale_of_hidden(task, found, each, other)
    row_scale = _scale_of_rows(task, found, each, other, scale)
    rows = _in_file_order(task, each, first)
    found.tensors[each.release.name] = Laid(rows, hidden, scale, row_scale)


def _scale_of_rows(
    task: Task, found: Alignment, each: Matched, other: Match | None, scale: Floats | None
) -> Floats | None:
    """Return the scale of each row of the file, once hidden units are at theirs."""
    sides = task.units(each, hidden=False)
    if sides is None or other is None or other.scale is None:
        return None
    held = other
    if scale is not None:
        a, b = with_hidden(*sides, _order_of(found, sides), scale)
        held = Match.of(a, b, other.order)
    if held.scale is None:
        return None
    undone = undone_rows(each.release, task.release)
    return (held.scale if undone is None else held.scale[np.argsort(undone)])[:, None]


def _scale_of_hidden(
    task: Task, found: Alignment, each: Matched, other: Match | None
) -> Floats | None:
    """Return the scale of each hidden unit in a tensor that reads them; ``None``: none has one.

    Such scales are moved between a norm and the matrices behind it.
    """
    sides = task.units(each, hidden=False)
    if sides is None or each.role.part in TOKENS_OF:
        return None
    mine, theirs = sides
    order = np.arange(min(mine.count, theirs.count)) if other is None else other.order
    units = np.flatnonzero(order >= 0)
    units = units[spread(len(units), _SCALED)]
    every = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    known = _order_of(found, sides)
    hidden = every if known is None else known
    fine = every[hidden[: len(every)] >= 0]
    a, b = mine.vectors(units, fine), theirs.vectors(order[units], hidden[fine])
    sizes = scales_of(a, b, rows=other is not None and other.scale is not None)
    if sizes is None:
        return None
    scale = np.ones(mine.length, np.float32)
    scale[fine] = sizes
    return scale


def _in_file_order(task: Task, each: Matched, rows: Order | None) -> Order | None:
    """Turn an order of rows as Hugging Face stores them into one of the rows of the files."""
    if rows is None:
        return each.rows
    mine = undone_rows(each.release, task.release)
    theirs = undone_rows(each.base, task.base)
    if theirs is not None:
        rows = np.where(rows >= 0, theirs[np.maximum(rows, 0)], -1)
    return rows if mine is None else rows[np.argsort(mine)]
