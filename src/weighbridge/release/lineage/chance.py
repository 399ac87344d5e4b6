"""How likely two models that share nothing would look so close.

The first test asks whether units stand in the same places. Training treats the hidden units of a
model alike, and the inner units of each layer: had its initialisation drawn them in another
order, all else would be the same in that order. So of a model that was made without the other,
every order of its units was as likely (this is the invariance on which Zhu et al., *Independence
tests for language models*, ICML 2025, build their tests).

* **Hypothesis**: given one model, the order of the hidden units of the other, and that of the
  inner units of each layer, is drawn uniformly, and those of different layers independently.
* **Statistic**: how many units are, each for the other, the most alike, and have the same place
  in both models; alike are directions, so norms say nothing. Summed over the blocks.
* **Bound**: of a block of n units of which s are matched, the expected number of sets of k that
  hold their place is C(s, k) (n - k)! / n!, at most 1 / k!. Over L blocks that is at most L^K / K!,
  which bounds the chance of K or more. It is never too small.

The second test serves models whose units were put in another order. Partners are found by how
alike units are up to their sign, or by their sizes; then signs are counted.

* **Hypothesis**: given one model, the sign of each hidden unit of the other, in all that reads and
  writes it, is the toss of a coin, independent of its other units. Initialisation is so, and
  training with a norm that divides by the root mean square keeps it, as it keeps the order. A norm
  that takes away the mean first ties the signs a little; ``bench/LINEAGE.md`` has what comes of it.
* **Statistic**: of the partners, how many point the same way. Partners do not depend on signs: what
  finds them is the same after every toss.
* **Chance**: the tail of a binomial with one half. It is exact.

What is no evidence is left out: norms near one, biases, tables of positions, constant tensors.
Models that began from one random initialisation do share something, and the test says so however
far training took them apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.naming import undone_rows
from weighbridge.release.lineage.pairing import Matched, Pairing
from weighbridge.release.lineage.relations import P_FLOOR
from weighbridge.release.lineage.sides import Order, spread
from weighbridge.release.lineage.units import Unit, centred, hidden_are_columns, partners

_UNITS = 256
_OTHERS = 512
_LAYERS = 8
_LEAST = 8
_LOG2 = math.log(2)
_FIRST = ("embedding", "head", "mlp.up", "mlp.gate", "attention.q", "attention.v", "attention.qkv")
_INNER = ("mlp.gate", "mlp.up", "mlp.gate_up", "experts.gate", "experts.up", "shared.gate")


def in_place(
    release: Checkpoint, base: Checkpoint, pairing: Pairing, tokens: Order | None = None
) -> tuple[float | None, str]:
    """Return the first test's bound, and what it counted; ``None`` where no units can be matched.

    ``tokens`` is the row of the base's embedding for each row of the release's.
    """
    units = held = blocks = 0
    for mine, theirs in _blocks(release, base, pairing, tokens):
        a, b = centred(mine), centred(theirs)
        partner, _ = partners(a, b)
        units += len(a)
        held += int((partner == np.arange(len(a))).sum())
        blocks += 1
    if not blocks:
        return None, "no units that could be matched"
    where = "1 block" if blocks == 1 else f"{blocks} blocks"
    note = f"{held:,} of {units:,} units in {where} are each other's most alike in place"
    return place_bound(blocks, held), note


def place_bound(blocks: int, held: int) -> float:
    """Return the bound L^K / K! on the chance of K units in place in L blocks, at most 1."""
    if held == 0:
        return 1.0
    log = held * math.log(blocks) - math.lgamma(held + 1)
    return _bounded(log)


def sign_chance(same: int, many: int) -> float:
    """Return the chance that of ``many`` tosses of a coin ``same`` or more show its head."""
    if same <= 0 or not many:
        return 1.0
    terms = [
        math.lgamma(many + 1) - math.lgamma(at + 1) - math.lgamma(many - at + 1)
        for at in range(same, many + 1)
    ]
    top = max(terms)
    return _bounded(
        top + math.log(math.fsum(math.exp(each - top) for each in terms)) - many * _LOG2
    )


def either(first: float | None, second: float | None) -> float | None:
    """Return what two tests come to, of which the smaller is taken: twice that."""
    made = [each for each in (first, second) if each is not None]
    if len(made) < 2:
        return made[0] if made else None
    return min(1.0, 2 * min(made))


def _bounded(log: float) -> float:
    return P_FLOOR if log <= math.log(P_FLOOR) else min(1.0, math.exp(log))


def _blocks(
    release: Checkpoint, base: Checkpoint, pairing: Pairing, tokens: Order | None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the units of each block, of both models, in the order of their places."""
    hidden = _hidden_block(release, base, pairing, tokens)
    if hidden is not None:
        yield hidden
    layers: dict[tuple[str, int | None, int | None], Matched] = {}
    for each in sorted(pairing.pairs, key=lambda each: _rank(each.role.part, _INNER)):
        if each.role.part in _INNER and _is_plain(each):
            layers.setdefault((each.role.stack, each.role.layer, each.role.expert), each)
    chosen = [layers[key] for key in sorted(layers, key=str)]
    seen: set[str] = set()
    for at in spread(len(chosen), _LAYERS).tolist():
        each = chosen[at]
        if each.base.name in seen:  # a layer that stands twice tells once
            continue
        seen.add(each.base.name)
        mine, theirs = (
            Unit(side, held, role.transposed, undone_rows(held, side))
            for side, held, role in (
                (release, each.release, each.role),
                (base, each.base, each.base_role),
            )
        )
        most = min(mine.count, theirs.count)
        if each.role.part.endswith("gate_up"):
            most //= 2  # both halves of a unit stand in it
        found = _both(mine, theirs, most, None)
        if found is not None:
            yield found


def _hidden_block(
    release: Checkpoint, base: Checkpoint, pairing: Pairing, tokens: Order | None
) -> tuple[np.ndarray, np.ndarray] | None:
    for each in sorted(pairing.pairs, key=lambda each: _rank(each.role.part, _FIRST)):
        if each.role.part not in _FIRST or not _is_plain(each):
            continue
        sides = []
        for side, held, role in (
            (release, each.release, each.role),
            (base, each.base, each.base_role),
        ):
            by_columns = hidden_are_columns(role)
            if by_columns is None:
                break
            sides.append(Unit(side, held, by_columns, undone_rows(held, side)))
        if len(sides) < 2 or sides[0].count != sides[1].count:
            continue
        rows = tokens if each.role.part in ("embedding", "head") else None
        found = _both(sides[0], sides[1], sides[0].count, rows)
        if found is not None:
            return found
    return None


def _both(
    mine: Unit, theirs: Unit, most: int, rows: Order | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the same units of both, each by the same of its numbers."""
    long = min(mine.length, theirs.length)
    if mine.by_columns or rows is not None:
        others = np.arange(long) if rows is None else np.flatnonzero(rows[: mine.length] >= 0)
        others = others[spread(len(others), _OTHERS)]
    else:  # what lies side by side is read at once
        begin = max(long - _OTHERS, 0) // 2
        others = np.arange(begin, min(begin + _OTHERS, long), dtype=np.int64)
    if most < _LEAST or len(others) < _LEAST:
        return None
    first = (most - _UNITS) // 2 if most > _UNITS else 0
    units = np.arange(first, first + min(most, _UNITS), dtype=np.int64)
    return mine.vectors(units, others), theirs.vectors(
        units, others if rows is None else rows[others]
    )


def _rank(part: str, order: tuple[str, ...]) -> int:
    return order.index(part) if part in order else len(order)


def _is_plain(each: Matched) -> bool:
    return len(each.release.tensor.shape) == 2 and len(each.base.tensor.shape) == 2
