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
from weighbridge.release.lineage.layers import directions
from weighbridge.release.lineage.matching import Match, chance_of, match, match_hidden
from weighbridge.release.lineage.naming import undone_rows
from weighbridge.release.lineage.pairing import Matched, Pairing
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.signature import by_size
from weighbridge.release.lineage.units import Unit, hidden_are_columns

IN_PLACE = 0.5
"""Cosine of samples from which units are taken to stand in place."""
SAME = 0.999
"""Median cosine from which hidden units differ by a scale alone."""
SURE = 1e-6
"""Chance below which hidden units that were matched are taken for the same."""
_TOKENS = 4096
_MOST_NUMBERS = 1 << 24
_KEPT = 192
_ROWS = 24
_FEW = 16_384
_STRAY = 0.08
_SCALED = 64
_PROBED = 24
_INNER = ("mlp.", "experts.", "shared.")
_TOKENS_OF = ("embedding", "head")
_MOST_UNITS = 1 << 16


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


@dataclass(frozen=True, slots=True)
class _Task:
    release: Checkpoint
    base: Checkpoint
    pairing: Pairing
    tokens: Order | None

    def units(self, each: Matched, hidden: bool) -> tuple[Unit, Unit] | None:
        """Return both tensors along their hidden side, or along the other."""
        mine, theirs = hidden_are_columns(each.role), hidden_are_columns(each.base_role)
        if mine is None or theirs is None or not _flat(each):
            return None
        return (
            Unit(
                self.release, each.release, mine == hidden, undone_rows(each.release, self.release)
            ),
            Unit(self.base, each.base, theirs == hidden, undone_rows(each.base, self.base)),
        )


def align(
    release: Checkpoint, base: Checkpoint, pairing: Pairing, tokens: Order | None = None
) -> Alignment | None:
    """Return how the units of the release lie in the base; ``None`` where all stand in place.

    Also ``None`` where nothing was found to lie anywhere. ``tokens`` is the row of the base's
    embedding for each row of the release's.
    """
    task = _Task(release, base, pairing, tokens)
    if _all_in_place(task):
        return None
    found = Alignment()
    if not _hidden(task, found):
        return None
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
    return found if found.tensors or found.hidden is not None else None


def _hidden(task: _Task, found: Alignment) -> bool:
    """Find the order of the hidden units; return whether they can be laid beside each other."""
    if _stand_in_place(task):
        return True
    for each in task.pairing.pairs:
        if each.role.part in _TOKENS_OF and _by_tokens(task, each, found):
            return True
    return _by_size(task, found)


def _all_in_place(task: _Task) -> bool:
    """Return whether a few tensors, from first to last, show all of their units in place."""
    both = [(each, task.units(each, hidden=False)) for each in task.pairing.pairs]
    told = [(each, sides) for each, sides in both if sides is not None]
    for each, (mine, theirs) in told:
        cut = mine.count != theirs.count and each.role.part not in _TOKENS_OF
        if cut or mine.length != theirs.length:
            return False
    some = (told[at] for at in spread(len(told), _PROBED).tolist())
    return all(_in_place(_sampled_cosines(task, each, sides, None)) for each, sides in some)


def _stand_in_place(task: _Task) -> bool:
    """Return whether any few tensors show hidden units in place."""
    tried = 0
    for each in task.pairing.pairs:
        sides = task.units(each, hidden=False)
        if sides is None or not each.role.part.startswith(
            ("embedding", "head", "attention.", "mlp")
        ):
            continue
        if sides[0].length != sides[1].length:
            continue
        tried += 1
        if _in_place(_sampled_cosines(task, each, sides, None)):
            return True
        if tried >= 48:
            break
    return False


def _by_tokens(task: _Task, each: Matched, found: Alignment) -> bool:
    sides = task.units(each, hidden=True)
    if sides is None or max(sides[0].count, sides[1].count) > _MOST_UNITS:
        return False
    mine, theirs = sides
    rows = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    partner = rows
    if task.tokens is not None:
        rows = np.flatnonzero(task.tokens[: mine.length] >= 0)
        partner = task.tokens[rows]
    some = spread(len(rows), min(_TOKENS, _MOST_NUMBERS // max(mine.count, theirs.count)))
    if len(some) < 16:
        return False
    order, chance = match_hidden(_all(mine, rows[some]), _all(theirs, partner[some]))
    if chance > SURE:
        return False
    found.p_value = chance
    if mine.count == theirs.count and (order == np.arange(mine.count)).mean() > IN_PLACE:
        return True
    found.hidden = order
    held = int((order >= 0).sum())
    found.notes.append(
        f"hidden units stand in another order: {held:,} of {mine.count:,} matched on "
        f"{len(some):,} tokens"
    )
    return True


def _all(unit: Unit, others: Order) -> Floats:
    return unit.vectors(np.arange(unit.count, dtype=np.int64), others)


def _by_size(task: _Task, found: Alignment) -> bool:
    order = by_size(task.release, task.base, task.pairing)
    if order is None:
        return False
    for each in task.pairing.pairs:
        sides = task.units(each, hidden=False)
        if sides is None or not hidden_are_columns(each.role) or each.role.part in _TOKENS_OF:
            continue
        if max(sides[0].count, sides[1].count) > _MOST_UNITS:
            continue
        chance = chance_of(*_with_hidden(*sides, order))
        if chance <= SURE:
            found.hidden, found.p_value = order, chance
            found.notes.append(
                "hidden units stand in another order, told by their size in each matrix"
            )
            return True
        return False
    return False


def _one(task: _Task, found: Alignment, each: Matched) -> None:
    """Match the other side of one tensor: rows of q, k, v, columns of o."""
    sides = task.units(each, hidden=False)
    if sides is None:
        return
    held = _other_side(task, found, each, sides)
    _keep(task, found, each, held)


def _inner(task: _Task, found: Alignment, group: list[Matched]) -> None:
    """Match inner units on the first of gate and up that tells, and carry them to the rest."""
    order = ("gate", "up", "gate_up", "down")
    group = [each for each in group if task.units(each, hidden=False) is not None]
    group.sort(key=lambda each: order.index(each.role.part.partition(".")[2] or "down"))
    held: Match | None = None
    for each in group:
        sides = task.units(each, hidden=False)
        assert sides is not None
        if held is not None and len(held.order) == sides[0].count:
            again = _rescaled(found, sides, held)
            if again is not None:
                _keep(task, found, each, again)
                continue
        held = _other_side(task, found, each, sides)
        _keep(task, found, each, held)


def _other_side(
    task: _Task, found: Alignment, each: Matched, sides: tuple[Unit, Unit]
) -> Match | None:
    """Match the units of the side that is not hidden; ``None`` where they stand in place."""
    mine, theirs = sides
    same = mine.count == theirs.count and mine.length == theirs.length
    if same and _in_place(_sampled_cosines(task, each, sides, found.hidden)):
        return None
    if max(mine.count, theirs.count) > _MOST_UNITS:
        return None
    a, b = _with_hidden(mine, theirs, found.hidden)
    held = match(a, b) if a.shape[1] >= 8 else None
    if held is None or held.count < 0.5 * min(mine.count, theirs.count):
        return None
    stay = same and bool((held.order == np.arange(mine.count)).sum() >= 0.9 * held.count)
    return held if not stay or held.scale is not None else None


def _rescaled(found: Alignment, sides: tuple[Unit, Unit], held: Match) -> Match | None:
    """Return a match at the scale of another tensor; ``None`` where it does not fit there."""
    a, b = _with_hidden(*sides, found.hidden)
    again = Match.of(a, b, held.order)
    return again if again.likeness >= IN_PLACE else None


def _with_hidden(
    mine: Unit, theirs: Unit, hidden: Order | None, scale: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return all units of both by a few hidden units that both have, those at their scale."""
    length = mine.length if hidden is not None else min(mine.length, theirs.length)
    fine = np.arange(length, dtype=np.int64)
    if hidden is not None:
        fine = np.flatnonzero(hidden[:length] >= 0)
    fine = fine[spread(len(fine), _KEPT)]
    a = mine.vectors(np.arange(mine.count, dtype=np.int64), fine)
    b = theirs.vectors(
        np.arange(theirs.count, dtype=np.int64), fine if hidden is None else hidden[fine]
    )
    return a, b if scale is None else b * scale[fine]


def _in_place(cosines: Floats) -> bool:
    """Return whether units stand in place: most are near, and few far beside the others."""
    if not len(cosines):
        return False
    middle = float(np.median(cosines))
    return middle >= IN_PLACE and float((cosines < 0.4 * middle).mean()) < _STRAY


def _sampled_cosines(
    task: _Task, each: Matched, sides: tuple[Unit, Unit], hidden: Order | None
) -> Floats:
    """Return the cosines of a few units of the other side, in place."""
    mine, theirs = sides
    most = max(_ROWS, _FEW // max(mine.length, 1))
    units = spread(min(mine.count, theirs.count), most)
    partner = units
    if each.role.part in _TOKENS_OF and task.tokens is not None:
        shared = np.flatnonzero(task.tokens[: mine.count] >= 0)
        units = shared[spread(len(shared), _ROWS)]
        partner = task.tokens[units]
    fine = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    if hidden is not None:
        fine = np.flatnonzero(hidden >= 0)
    if not len(units) or not len(fine):
        return np.zeros(0, np.float32)
    a = directions(mine.vectors(units, fine))
    b = directions(theirs.vectors(partner, fine if hidden is None else hidden[fine]))
    return np.asarray((a * b).sum(1), np.float32)


def _hidden_only(task: _Task, found: Alignment, each: Matched) -> None:
    """Carry the order of the hidden units to a tensor that has them on one side or is a vector."""
    assert found.hidden is not None
    if len(each.release.tensor.shape) == 1:
        if each.release.elements == len(found.hidden) and each.base.elements >= len(found.hidden):
            found.tensors[each.release.name] = Laid(columns=found.hidden)
        return
    sides = task.units(each, hidden=True)
    if sides is not None and sides[0].count == len(found.hidden):
        _keep(task, found, each, None)


def _keep(task: _Task, found: Alignment, each: Matched, other: Match | None) -> None:
    """Write down the order of both sides of a tensor, as rows and columns of its file."""
    if other is None and found.hidden is None:
        return
    first = other.order if other is not None else None
    if not hidden_are_columns(each.role):
        rows = _in_file_order(task, each, found.hidden)
        scale = other.scale if other is not None else None
        found.tensors[each.release.name] = Laid(rows, first, scale)
        return
    scale = _scale_of_hidden(task, found, each, other)
    row_scale = _scale_of_rows(task, found, each, other, scale)
    rows = _in_file_order(task, each, first)
    found.tensors[each.release.name] = Laid(rows, found.hidden, scale, row_scale)


def _scale_of_rows(
    task: _Task, found: Alignment, each: Matched, other: Match | None, scale: Floats | None
) -> Floats | None:
    """Return the scale of each row of the file, once hidden units are at theirs."""
    sides = task.units(each, hidden=False)
    if sides is None or other is None or other.scale is None:
        return None
    held = other
    if scale is not None:
        a, b = _with_hidden(*sides, found.hidden, scale)
        held = Match.of(a, b, other.order)
    if held.scale is None:
        return None
    undone = undone_rows(each.release, task.release)
    return (held.scale if undone is None else held.scale[np.argsort(undone)])[:, None]


def _scale_of_hidden(
    task: _Task, found: Alignment, each: Matched, other: Match | None
) -> Floats | None:
    """Return the scale of each hidden unit in a tensor that reads them; ``None``: none has one.

    Such scales are moved between a norm and the matrices behind it.
    """
    sides = task.units(each, hidden=False)
    if sides is None or each.role.part in _TOKENS_OF:
        return None
    mine, theirs = sides
    order = np.arange(min(mine.count, theirs.count)) if other is None else other.order
    units = np.flatnonzero(order >= 0)
    units = units[spread(len(units), _SCALED)]
    every = np.arange(min(mine.length, theirs.length), dtype=np.int64)
    hidden = every if found.hidden is None else found.hidden
    fine = every[hidden[: len(every)] >= 0]
    a, b = mine.vectors(units, fine), theirs.vectors(order[units], hidden[fine])
    place = np.arange(len(fine), dtype=np.int64)
    held = Match.of(np.ascontiguousarray(a.T), np.ascontiguousarray(b.T), place)
    if held.likeness < SAME and other is not None and other.scale is not None:
        size = other.scale[units]
        even = (a / np.where(size == 0, 1, size)[:, None]).astype(np.float32)
        held = Match.of(np.ascontiguousarray(even.T), np.ascontiguousarray(b.T), place)
    if held.scale is None or held.likeness < SAME:
        return None
    scale = np.ones(mine.length, np.float32)
    scale[fine] = held.scale
    return scale


def _in_file_order(task: _Task, each: Matched, rows: Order | None) -> Order | None:
    """Turn an order of rows as Hugging Face stores them into one of the rows of the files."""
    if rows is None:
        return each.rows
    mine = undone_rows(each.release, task.release)
    theirs = undone_rows(each.base, task.base)
    if theirs is not None:
        rows = np.where(rows >= 0, theirs[np.maximum(rows, 0)], -1)
    return rows if mine is None else rows[np.argsort(mine)]


def _flat(each: Matched) -> bool:
    return len(each.release.tensor.shape) == 2 and len(each.base.tensor.shape) == 2
