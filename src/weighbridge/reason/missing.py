"""The smallest sets of open facts that could settle a verdict.

For each node of a proof: the answers that would make it true and those that would make it
false, joined as the node joins them and kept minimal (the prime implicants of the residual and
of its negation, by the facts they speak of). A set that would need a flag both ways is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from weighbridge.reason.proof import Conclusion, Proof

MOST_SETS = 24
MOST_FACTS = 6


class Answer(NamedTuple):
    """A fact that must be known, and for a flag what it must be: ``yes``, ``no``, else ``""``."""

    key: str
    side: str = ""


_Set = frozenset[Answer]
_Family = tuple[_Set, ...]
_CERTAIN: _Family = (frozenset(),)
_NEVER: _Family = ()


def missing_sets(proof: Proof) -> list[frozenset[str]]:
    """Return the smallest sets of keys that could settle ``proof``, smallest first.

    Empty where the verdict is known, and where no set of at most six facts can settle it.
    """
    if proof.verdict is not None:
        return []
    true, false = _families(proof)
    keys = {frozenset(answer.key for answer in each) for each in (*true, *false)}
    plain = _minimal(frozenset(Answer(key) for key in each) for each in keys)
    return [frozenset(answer.key for answer in each) for each in plain]


def _families(proof: Proof) -> tuple[_Family, _Family]:
    if proof.verdict is not None:
        return (_CERTAIN, _NEVER) if proof.verdict else (_NEVER, _CERTAIN)
    conclusion = proof.conclusion
    if conclusion is not None:
        if conclusion.families is None:
            conclusion.families = _of_conclusion(conclusion)
        return conclusion.families  # type: ignore[no-any-return]
    if proof.kind in ("flag", "in", "compare") or not proof.parts:
        return _of_leaf(proof)
    below = [_families(part) for part in proof.parts]
    if proof.kind == "not":
        return below[0][1], below[0][0]
    if proof.kind == "any":
        return _union(true for true, _ in below), _product(false for _, false in below)
    return _product(true for true, _ in below), _union(false for _, false in below)


def _of_leaf(proof: Proof) -> tuple[_Family, _Family]:
    if proof.kind == "compare" and not proof.open:  # a parameter is not in force on this day
        return _NEVER, _NEVER
    if proof.kind in ("in", "compare"):
        both: _Family = (frozenset(Answer(key) for key in proof.open),)
        return both, both
    key = (proof.open or (proof.text,))[0]
    return _either(key)


def _either(key: str) -> tuple[_Family, _Family]:
    return (frozenset((Answer(key, "yes"),)),), (frozenset((Answer(key, "no"),)),)


def _of_conclusion(conclusion: Conclusion) -> tuple[_Family, _Family]:
    true = _minimal(each for below in conclusion.proofs for each in _families(below)[0])
    if not conclusion.complete:
        said, denied = _either(conclusion.key)
        return true or said, denied
    return true, _product(_families(below)[1] for below in conclusion.proofs)


def _union(families: Iterable[_Family]) -> _Family:
    return _minimal(each for family in families for each in family)


def _product(families: Iterable[_Family]) -> _Family:
    found: _Family = _CERTAIN
    for family in families:
        joined = (one | two for one in found for two in family)
        found = _minimal(each for each in joined if _can_come_true(each))
        if not found:
            return _NEVER
    return found


def _can_come_true(answers: _Set) -> bool:
    return not any(
        answer.side == "yes" and Answer(answer.key, "no") in answers for answer in answers
    )


def _minimal(sets: Iterable[_Set]) -> _Family:
    """Return the sets that hold no other, smallest first, at most :data:`MOST_SETS`."""
    kept: list[_Set] = []
    for each in sorted(set(sets), key=lambda one: (len(one), sorted(one))):
        if len(each) > MOST_FACTS or len(kept) >= MOST_SETS:
            break
        if not any(smaller <= each for smaller in kept):
            kept.append(each)
    return tuple(kept)
