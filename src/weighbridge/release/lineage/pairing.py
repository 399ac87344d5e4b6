"""Which tensor of a base belongs to which of a release: by name, by role, then by content."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from weighbridge.release.lineage.checkpoint import Checkpoint, Held
from weighbridge.release.lineage.content import alike_pairs
from weighbridge.release.lineage.experts import map_experts
from weighbridge.release.lineage.layers import Sampled, map_layers
from weighbridge.release.lineage.naming import Role, role_of, undone_rows
from weighbridge.release.lineage.sides import Order

NAME, SHIFTED, ROLE, CONTENT = "name", "layer-shift", "role", "content"
_NUMBER = re.compile(r"\d{1,9}")
_NAMED = 3

Key = tuple[str, str, int | None, int | None]
"""Stack, part, layer and expert: what a tensor does, whatever it is called."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A tensor of the release and its counterpart.

    how:       ``name``, ``layer-shift``, ``role`` or ``content``: what put them together
    role:      what the tensor does in the release
    base_role: what its counterpart does in the base
    rows:      row of the base for each row of the release, where a converter reordered them
    turned:    whether rows of the one are columns of the other
    """

    release: Held
    base: Held
    how: str
    role: Role
    base_role: Role
    rows: Order | None = None
    turned: bool = False


@dataclass(slots=True)
class Pairing:
    """What belongs to what.

    pairs:     in the order of the release
    absent:    tensors of the base without a counterpart
    added:     tensors of the release without one
    layer_map: by stack, the layer of the base for each layer of the release
    expert_map: by stack, layer and number, the expert of the base, where it is another
    absent_elements: how many numbers the tensors of ``absent`` hold
    left_layers: stack and layer of each tensor of ``absent`` and ``added`` that has one
    not_compared: what stands in only one of the two, or is of another form; one line each
    """

    pairs: list[Matched] = field(default_factory=list)
    absent: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    layer_map: dict[str, dict[int, int]] = field(default_factory=dict)
    not_compared: list[str] = field(default_factory=list)
    expert_map: dict[tuple[str, int | None, int], int] = field(default_factory=dict)
    absent_elements: int = 0
    left_layers: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether a layer stands elsewhere than in the base."""
        return any(at != to for layers in self.layer_map.values() for at, to in layers.items())

    @property
    def doubled(self) -> bool:
        """Whether a layer of the base stands more than once in the release."""
        return any(len(set(layers.values())) < len(layers) for layers in self.layer_map.values())

    @property
    def renamed(self) -> bool:
        """Whether a tensor is called otherwise than its counterpart."""
        return any(each.release.name != each.base.name for each in self.pairs)


@dataclass(frozen=True, slots=True)
class _Side:
    checkpoint: Checkpoint
    roles: Mapping[str, Role]
    short: Mapping[str, str]  # names without what all begin with, the first number left out

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> _Side:
        roles = {name: role_of(name, checkpoint.settings) for name in checkpoint.held}
        return cls(checkpoint, roles, _short_names(list(checkpoint.held)))

    def key(self, name: str) -> Key:
        role = self.roles[name]
        part = role.part if role.part != "other" else f"other {self.short[name]}"
        return role.stack, part, role.layer, role.expert


def pair_up(release: Checkpoint, base: Checkpoint) -> Pairing:
    """Return which tensor of ``base`` belongs to which of ``release``."""
    mine, theirs = _Side.of(release), _Side.of(base)
    found = Pairing(layer_map=_map_all_layers(mine, theirs))
    taken: dict[str, tuple[str, str]] = {}
    _by_key(mine, theirs, found, taken)
    used = {name for name, _ in taken.values()}
    left = [each for name, each in release.held.items() if name not in taken]
    free = [each for name, each in base.held.items() if name not in used]
    turned = set()
    for name, other, is_turned in alike_pairs(release, left, base, free):
        taken[name] = other, CONTENT
        turned |= {name} if is_turned else set()
    for name, held in release.held.items():
        if name in taken:
            other, how = taken[name]
            pair = _matched(mine, held, theirs, base.held[other], how, name in turned)
            found.pairs.append(_routed(pair, found) if pair.role.part == "router" else pair)
    _take_left(mine, theirs, found)
    _say_left(found, release, base)
    return found


def _take_left(mine: _Side, theirs: _Side, found: Pairing) -> None:
    """Write down what has no counterpart."""
    used = {each.release.name for each in found.pairs}, {each.base.name for each in found.pairs}
    base = theirs.checkpoint.held
    found.added = tuple(name for name in mine.checkpoint.held if name not in used[0])
    found.absent = tuple(name for name in base if name not in used[1])
    found.absent_elements = sum(base[name].elements for name in found.absent)
    for side, names in ((mine, found.added), (theirs, found.absent)):
        for name in names:
            role = side.roles[name]
            if role.layer is not None:
                found.left_layers[name] = role.stack, role.layer


def fits(release: Held, base: Held, turned: bool) -> bool:
    """Return whether two shapes can be laid beside each other, cut or not."""
    a, b = release.matrix, base.matrix
    b = (b[1], b[0]) if turned else b
    if len(release.tensor.shape) < 2 or len(base.tensor.shape) < 2:
        return a == b or (a[0] == b[0] == 1 and len(release.tensor.shape) == 1)
    return a[0] == b[0] or a[1] == b[1]


def _by_key(mine: _Side, theirs: _Side, found: Pairing, taken: dict[str, tuple[str, str]]) -> None:
    """Pair what does the same in the same layer; among several what is called most alike."""
    offers: dict[Key, list[str]] = defaultdict(list)
    for name in theirs.checkpoint.held:
        offers[theirs.key(name)].append(name)
    asked: dict[Key, list[str]] = defaultdict(list)
    experts = found.expert_map = map_experts(_experts(mine), _experts(theirs), found.layer_map)
    for name in mine.checkpoint.held:
        stack, part, layer, expert = mine.key(name)
        layers = found.layer_map.get(stack, {})
        if expert is not None:
            expert = experts.get((stack, layer, expert), expert)
        if layer is None or layer in layers:
            asked[stack, part, None if layer is None else layers[layer], expert].append(name)
    for key, names in asked.items():
        for name, other in _assign(mine, names, theirs, offers.get(key, [])):
            taken[name] = other, _how(name, other, mine, theirs)


def _assign(
    mine: _Side, names: list[str], theirs: _Side, offered: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield pairs among tensors of one role: by short name; by role where there is one choice."""
    by_short = defaultdict(list)
    for other in offered:
        by_short[theirs.short[other]].append(other)
    plain = {mine.short[name] for name in names}
    for name in names:
        same = by_short.get(mine.short[name], [])
        choice = same if same else offered if len(plain) == 1 else []
        if name in choice:
            choice = [name]
        fitting = [each for each in choice if _fit(mine, name, theirs, each)]
        if len(fitting) == 1:
            yield name, fitting[0]


def _fit(mine: _Side, name: str, theirs: _Side, other: str) -> bool:
    turned = mine.roles[name].transposed != theirs.roles[other].transposed
    return fits(mine.checkpoint.held[name], theirs.checkpoint.held[other], turned)


def _how(name: str, other: str, mine: _Side, theirs: _Side) -> str:
    if name == other:
        return NAME
    if mine.short[name] == theirs.short[other]:
        return SHIFTED if mine.roles[name].layer != theirs.roles[other].layer else NAME
    return ROLE


def _matched(
    mine: _Side, held: Held, theirs: _Side, other: Held, how: str, is_turned: bool
) -> Matched:
    role, base_role = mine.roles[held.name], theirs.roles[other.name]
    rows = rows_beside(undone_rows(held, mine.checkpoint), undone_rows(other, theirs.checkpoint))
    turned = role.transposed != base_role.transposed
    if how == CONTENT:
        turned = is_turned
        if role.part == "other":
            transposed = base_role.transposed != is_turned
            role = replace(base_role, layer=role.layer, transposed=transposed)
    return Matched(held, other, how, role, base_role, rows, turned)


def _routed(pair: Matched, found: Pairing) -> Matched:
    """Return the pair of a router with its rows in the order of the experts."""
    role, many = pair.role, pair.release.matrix[0]
    rows = [found.expert_map.get((role.stack, role.layer, at), at) for at in range(many)]
    if role.transposed or rows == list(range(many)) or max(rows) >= pair.base.matrix[0]:
        return pair
    return replace(pair, rows=np.array(rows, np.int64))


def rows_beside(mine: Order | None, theirs: Order | None) -> Order | None:
    """Return the row of the base for each row of the release, of two orders that undo."""
    if mine is None and theirs is None:
        return None
    if mine is None or theirs is None:
        order = theirs if theirs is not None else np.argsort(mine)  # type: ignore[arg-type]
        return order.astype(np.int64)
    return theirs[np.argsort(mine)] if len(mine) == len(theirs) else None


def _map_all_layers(mine: _Side, theirs: _Side) -> dict[str, dict[int, int]]:
    found = {}
    ours, others = _layers(mine), _layers(theirs)
    for stack, layers in ours.items():
        found[stack] = map_layers(layers, others.get(stack, {}))
    return found


def _layers(side: _Side) -> dict[str, dict[int, dict[str, Sampled]]]:
    """Return the matrices of each layer of each stack, under the part they are."""
    found: dict[str, dict[int, dict[str, Sampled]]] = defaultdict(lambda: defaultdict(dict))
    for name, held in side.checkpoint.held.items():
        role = side.roles[name]
        if role.layer is None:
            continue
        layer = found[role.stack][role.layer]
        if len(held.tensor.shape) >= 2:
            _, part, _, expert = side.key(name)
            part = part if expert is None else f"{part} {expert}"
            part += " as inputs" if role.transposed else ""
            layer[part] = Sampled(side.checkpoint, held, undone_rows(held, side.checkpoint))
    return {stack: dict(layers) for stack, layers in found.items()}


def _experts(side: _Side) -> dict[tuple[str, int | None], dict[int, dict[str, Sampled]]]:
    """Return the matrices of each expert of each layer of each stack."""
    found: dict[tuple[str, int | None], dict[int, dict[str, Sampled]]] = {}
    for name, held in side.checkpoint.held.items():
        role = side.roles[name]
        if role.expert is not None and len(held.tensor.shape) == 2:
            layer = found.setdefault((role.stack, role.layer), {})
            layer.setdefault(role.expert, {})[role.part] = Sampled(side.checkpoint, held)
    return found


def _short_names(names: list[str]) -> dict[str, str]:
    """Return each name without its first number, and without what all names begin with."""
    first = ""
    if len(names) > 1:
        low, high = min(names), max(names)
        same = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), 0)
        first = low[: low.rfind(".", 0, same) + 1]
    return {name: _NUMBER.sub("#", name.removeprefix(first), count=1) for name in names}


def _say_left(found: Pairing, release: Checkpoint, base: Checkpoint) -> None:
    found.not_compared += [f"in the release: {line}" for line in release.left_out]
    found.not_compared += [f"in the base: {line}" for line in base.left_out]
    shapes = {side.name: side.held for side in (release, base)}
    for names, side, other in ((found.added, release, base), (found.absent, base, release)):
        odd = [name for name in names if name in other.held]
        for name in odd[:_NAMED]:
            a, b = (list(shapes[each.name][name].tensor.shape) for each in (side, other))
            if side is release:
                found.not_compared.append(f"`{name}`: shape {a} in the release, {b} in the base")
        rest = [name for name in names if name not in other.held]
        if rest:
            where = "in the release alone" if side is release else "in the base alone"
            found.not_compared.append(f"{listed(rest)}: {where}")


def listed(names: list[str]) -> str:
    """Return a few of some names, and how many more there are."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:_NAMED]) + more
