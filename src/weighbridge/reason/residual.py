"""What an unknown verdict still turns on: the open part of a proof as a small formula.

Everything decided has become a constant and every concluded fact the ways that lead to it, so
that completions can be tried in microseconds. Two rows with the same residual have the same
answer, which is how a hundred rows cost no more than a handful.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from weighbridge.facts import Range, Value
from weighbridge.reason.case import Row
from weighbridge.reason.compare import Linear, compare, linear_at
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.proof import Conclusion, Proof
from weighbridge.rules.nodes import Compare, In

DATE_DOMAIN = Range(1.0, 3_652_059.0)
NUMBER_DOMAIN = Range(0.0, None)


@dataclass(frozen=True, slots=True)
class Truth:
    """An open flag, or a way to a legal fact that no rule describes (``free``)."""

    key: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """An open enum's word is among ``words``; ``known`` lists all it may be."""

    key: str
    words: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A comparison with an open number.

    linear: over the keys in place of bare names
    ranges: what is known of each key, the domain where nothing is
    """

    linear: Linear
    ranges: tuple[tuple[str, Range], ...]


class Part:
    """``all``, ``any`` or ``not`` of residuals.

    Its hash is kept, since the same part recurs, and so are the keys of the facts it speaks of.
    """

    __slots__ = ("_hash", "keys", "kind", "parts")

    def __init__(self, kind: str, parts: tuple[Residual, ...]) -> None:
        """Take the parts as folded."""
        self.kind = kind
        self.parts = parts
        self.keys = frozenset(key for part in parts for key in keys_of(part))
        self._hash = hash((kind, parts))

    def __hash__(self) -> int:
        """Return the hash of kind and parts."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Return whether two parts are written alike."""
        if self is other:
            return True
        same = isinstance(other, Part) and (self._hash, self.kind) == (other._hash, other.kind)
        return same and isinstance(other, Part) and self.parts == other.parts


Residual = bool | Truth | Word | Number | Part


def keys_of(residual: Residual) -> Collection[str]:
    """Return the keys of the facts a residual speaks of."""
    if isinstance(residual, bool):
        return ()
    if isinstance(residual, Part):
        return residual.keys
    if isinstance(residual, Number):
        return [key for key, _ in residual.ranges]
    return (residual.key,)


def residual_of(evaluator: Evaluator, proof: Proof, row: Row, day: int) -> Residual:
    """Return the open part of ``proof``; a plain truth where nothing is open."""
    return _Maker(evaluator, row, day).make(proof)


class _Maker:
    def __init__(self, evaluator: Evaluator, row: Row, day: int) -> None:
        self.evaluator = evaluator
        self.row = row
        self.day = day

    def make(self, proof: Proof) -> Residual:
        if proof.verdict is not None:
            return proof.verdict
        conclusion = proof.conclusion
        if conclusion is not None:
            if conclusion.residual is None:
                conclusion.residual = self._ways(conclusion)
            return conclusion.residual  # type: ignore[no-any-return]
        if proof.kind in ("flag", "in", "compare"):
            return self._leaf(proof)
        if not proof.parts:
            return Truth(proof.text, free=True)
        parts = [self.make(part) for part in proof.parts]
        if proof.kind == "not":
            return not parts[0] if isinstance(parts[0], bool) else Part("not", (parts[0],))
        return _joined("any" if proof.kind == "any" else "all", parts)

    def _ways(self, conclusion: Conclusion) -> Residual:
        ways = [self.make(below) for below in conclusion.proofs]
        if not conclusion.complete:
            ways.append(Truth(conclusion.key, free=True))
        return _joined("any", ways)

    def _leaf(self, proof: Proof) -> Residual:
        node = proof.detail
        if isinstance(node, In):
            known = tuple(self.evaluator.law.vocabulary[node.fact].values)
            return Word(proof.keys[0], node.words, known)
        if isinstance(node, Compare):
            return self._number(node, proof)
        return Truth(proof.keys[0] if proof.keys else proof.text)

    def _number(self, node: Compare, proof: Proof) -> Residual:
        linear = linear_at(node, self.evaluator.law, self.day)
        if linear is None:
            return Truth(f"{node.text} (not in force)", free=True)
        keys = dict(zip(node.facts, proof.keys, strict=True))
        named = tuple((keys[fact], months, each) for fact, months, each in linear.coefficients)
        ranges = tuple((keys[fact], self._range(fact)) for fact in node.facts)
        return Number(Linear(named, linear.operator, linear.constant), ranges)

    def _range(self, fact: str) -> Range:
        is_date = self.evaluator.law.vocabulary[fact].is_date
        domain = DATE_DOMAIN if is_date else NUMBER_DOMAIN
        known = self.evaluator.case.value(fact, self.row)
        return domain.intersection(known) if isinstance(known, Range) else domain


def _joined(kind: str, parts: list[Residual]) -> Residual:
    """Return the parts joined, constants folded away."""
    decisive = kind == "any"
    left: dict[Residual, None] = {}
    for part in parts:
        if isinstance(part, bool):
            if part is decisive:
                return decisive
        elif isinstance(part, Part) and part.kind == kind:
            left.update(dict.fromkeys(part.parts))
        else:
            left[part] = None
    if not left:
        return not decisive
    return next(iter(left)) if len(left) == 1 else Part(kind, tuple(left))


def given(residual: Residual, chosen: Mapping[str, Value]) -> Residual:
    """Return what is left of a residual once the facts in ``chosen`` are known.

    Parts that speak of none of them come back as they are, so that a search which fixes one fact
    after the other pays only for what each fact touches.
    """
    if isinstance(residual, bool):
        return residual
    if isinstance(residual, Part):
        return residual if residual.keys.isdisjoint(chosen) else _part_given(residual, chosen)
    if isinstance(residual, Number):
        return _number_given(residual, chosen)
    value = chosen.get(residual.key)
    if isinstance(residual, Truth):
        return value if isinstance(value, bool) else residual
    return value in residual.words if isinstance(value, str) else residual


def _part_given(part: Part, chosen: Mapping[str, Value]) -> Residual:
    if part.kind == "not":
        inner = given(part.parts[0], chosen)
        return not inner if isinstance(inner, bool) else Part("not", (inner,))
    decisive = part.kind == "any"
    left: list[Residual] = []
    for each in part.parts:
        found = given(each, chosen)
        if found is decisive:
            return decisive
        if not isinstance(found, bool):
            left.append(found)
    if not left:
        return not decisive
    return left[0] if len(left) == 1 else Part(part.kind, tuple(left))


def _number_given(number: Number, chosen: Mapping[str, Value]) -> Residual:
    ranges = dict(number.ranges)
    if not ranges.keys() & chosen.keys():
        return number
    for key in ranges:
        value = chosen.get(key)
        if isinstance(value, Range):
            ranges[key] = value
    verdict = compare(number.linear, ranges.get)
    return verdict if verdict is not None else Number(number.linear, tuple(ranges.items()))


@dataclass(slots=True)
class Pull:
    """How an open fact bears on a residual: the signs of its pulls, the leaves it stands in."""

    signs: set[int] = field(default_factory=set)
    leaves: list[Truth | Word | Number] = field(default_factory=list)

    @property
    def two_way(self) -> bool:
        """Whether the fact may pull both ways."""
        if isinstance(self.leaves[0], Word):
            return len(set(self.leaves)) > 1 or len(self.signs) > 1
        return len(self.signs) > 1


def pulls(residual: Residual) -> dict[str, Pull]:
    """Return how each open fact of a residual bears on it, in the order met."""
    found: dict[str, Pull] = {}
    for leaf, sign in _leaves(residual, 1, set()):
        if isinstance(leaf, Number):
            ranges = dict(leaf.ranges)
            for key, _, factor in leaf.linear.coefficients:
                if not ranges[key].exact:
                    pull = found.setdefault(key, Pull())
                    pull.leaves.append(leaf)
                    pull.signs.update(_signs(leaf.linear, factor, sign))
        else:
            pull = found.setdefault(leaf.key, Pull())
            pull.leaves.append(leaf)
            pull.signs.add(sign)
    return found


def _signs(linear: Linear, factor: float, sign: int) -> tuple[int, ...]:
    if linear.operator == "==":
        return 1, -1
    upward = (factor > 0) == (linear.operator in (">", ">="))
    return (sign if upward else -sign,)


def _leaves(
    residual: Residual, sign: int, seen: set[tuple[int, int]]
) -> Iterator[tuple[Truth | Word | Number, int]]:
    """Yield the leaves with the sign of their pull; a part that recurs is walked once a sign."""
    if isinstance(residual, Part):
        if (id(residual), sign) not in seen:
            seen.add((id(residual), sign))
            for part in residual.parts:
                yield from _leaves(part, -sign if residual.kind == "not" else sign, seen)
    elif not isinstance(residual, bool):
        yield residual, sign
