"""The verdicts on which all completions of the open facts agree, although Kleene says unknown.

Kleene logic is exact where every open fact pulls one way. So facts that pull one way are set
to help the side looked for, and only those that pull both ways are tried: flags and words both
ways, a number in each of the cells its thresholds cut. Where a number that pulls both ways is
compared with another, or there are more than thirty or too many ways to try, Z3 is asked within
``rlimit``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping, Sequence
from itertools import pairwise

from weighbridge.facts import Range, Value
from weighbridge.reason.proof import Verdict
from weighbridge.reason.residual import Number, Pull, Residual, Truth, Word, given, keys_of, pulls

MOST_TRIED = 30
MOST_TRIES = 4096
_FAR_ABOVE = 1e300


def settle(residual: Residual) -> Verdict:
    """Return the verdict every completion of a residual agrees on, or ``None``.

    A way to a legal fact that no rule describes counts as free, which can only leave more
    unknown, never settle too much.
    """
    if isinstance(residual, bool):
        return residual
    bearing = pulls(residual)
    two_way = [key for key, pull in bearing.items() if pull.two_way]
    if not two_way:
        return None
    search = _Search(residual, bearing, two_way[:MOST_TRIED])
    can_hold, can_fail = search.reachable(True), search.reachable(False)
    if can_hold and can_fail:
        return None
    if search.exhaustive and len(two_way) <= MOST_TRIED:
        return can_hold
    from weighbridge.reason.smt import settled_by_z3

    return settled_by_z3(residual)


def settle_once(residual: Residual, answers: MutableMapping[Hashable, Verdict]) -> Verdict:
    """Return :func:`settle` of a residual, asked once for all that share ``answers``."""
    if isinstance(residual, bool):
        return residual
    if residual not in answers:
        answers[residual] = settle(residual)
    return answers[residual]


class _Search:
    """Looks for completions. ``exhaustive`` says whether finding none proves there is none."""

    def __init__(
        self, residual: Residual, bearing: Mapping[str, Pull], two_way: Sequence[str]
    ) -> None:
        self.residual = residual
        self.bearing = bearing
        self.two_way = two_way
        self.choices = {key: _choices(key, bearing[key]) for key in two_way}
        self.exhaustive = all(_cells_suffice(key, bearing[key]) for key in two_way)
        self.tries = 0

    def reachable(self, wanted: bool) -> bool:
        """Return whether some completion makes the residual ``wanted``."""
        chosen: dict[str, Value] = {
            key: _helping(key, pull, wanted)
            for key, pull in self.bearing.items()
            if key not in self.choices and not pull.two_way
        }
        self.tries = 0
        self.dead: set[Residual] = set()
        return self._explore(given(self.residual, chosen), 0, wanted)

    def _explore(self, left: Residual, depth: int, wanted: bool) -> bool:
        self.tries += 1
        if self.tries > MOST_TRIES:
            self.exhaustive = False
            return False
        if isinstance(left, bool):
            return left is wanted
        if left in self.dead:  # the same was left over before, and led nowhere
            return False
        open_ = keys_of(left)
        while depth < len(self.two_way) and self.two_way[depth] not in open_:
            depth += 1
        if depth == len(self.two_way):
            return False
        key = self.two_way[depth]
        for value in self.choices[key]:
            if self._explore(given(left, {key: value}), depth + 1, wanted):
                return True
        self.dead.add(left)
        return False


def _helping(key: str, pull: Pull, wanted: bool) -> Value:
    """Return the value of a fact that pulls one way which helps ``wanted`` most."""
    up = (1 in pull.signs) == wanted
    leaf = pull.leaves[0]
    if isinstance(leaf, Truth):
        return up
    if isinstance(leaf, Word):
        others = [word for word in leaf.known if word not in leaf.words]
        return leaf.words[0] if up or not others else others[0]
    known = _known(key, pull)
    end = known.high if up else known.low
    return Range.exactly(_FAR_ABOVE if end is None else end)


def _known(key: str, pull: Pull) -> Range:
    leaf = pull.leaves[0]
    assert isinstance(leaf, Number)
    return dict(leaf.ranges)[key]


def _choices(key: str, pull: Pull) -> list[Value]:
    """Return values of a fact that pulls both ways which stand for all it can have."""
    leaf = pull.leaves[0]
    if isinstance(leaf, Truth):
        return [True, False]
    if isinstance(leaf, Word):
        return list(leaf.known)
    known = _known(key, pull)
    low = 0.0 if known.low is None else known.low
    high = _FAR_ABOVE if known.high is None else known.high
    cuts = sorted({low, high} | {cut for cut in _cuts(key, pull) if low <= cut <= high})
    between = [(one + two) / 2 for one, two in pairwise(cuts)]
    return [Range.exactly(value) for value in sorted({*cuts, *between})]


def _cuts(key: str, pull: Pull) -> list[float]:
    """Return where the comparisons of a number with constants change."""
    found = []
    for leaf in pull.leaves:
        if isinstance(leaf, Number):
            for name, _, factor in leaf.linear.coefficients:
                if name == key:
                    found.append(leaf.linear.constant / factor)
    return found


def _cells_suffice(key: str, pull: Pull) -> bool:
    """Return whether trying one value in each cell tries all: no second open number beside it."""
    return all(
        all(
            (name == key and months == 0) or dict(leaf.ranges)[name].exact
            for name, months, _ in leaf.linear.coefficients
        )
        for leaf in pull.leaves
        if isinstance(leaf, Number)
    )
