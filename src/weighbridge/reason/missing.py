"""The smallest sets of open facts that could settle a verdict.

For each node of a proof: the sets whose knowledge could make it true and those that could make
it false, joined as the node joins them and kept minimal (the prime implicants of the residual
and of its negation, by the facts they speak of).
"""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.reason.proof import Conclusion, Proof

MOST_SETS = 24
MOST_FACTS = 6
_Family = tuple[frozenset[str], ...]
_CERTAIN: _Family = (frozenset(),)
_NEVER: _Family = ()


def missing_sets(proof: Proof) -> list[frozenset[str]]:
    """Return the smallest sets of keys that could settle ``proof``, smallest first.

    Empty where the verdict is known, and where no set of at most six facts can settle it.
    """
    if proof.verdict is not None:
        return []
    true, false = _families(proof)
    return list(_minimal([*true, *false]))


def _families(proof: Proof) -> tuple[_Family, _Family]:
    if proof.verdict is not None:
        return (_CERTAIN, _NEVER) if proof.verdict else (_NEVER, _CERTAIN)
    conclusion = proof.conclusion
    if conclusion is not None:
        if conclusion.families is None:
            conclusion.families = _of_conclusion(conclusion)
        return conclusion.families  # type: ignore[no-any-return]
    if proof.kind == "compare" and not proof.open:  # a parameter is not in force on this day
        return _NEVER, _NEVER
    if proof.kind in ("flag", "in", "compare") or not proof.parts:
        only: _Family = (frozenset(proof.open or (proof.text,)),)
        return only, only
    below = [_families(part) for part in proof.parts]
    if proof.kind == "not":
        return below[0][1], below[0][0]
    if proof.kind == "any":
        return _union(true for true, _ in below), _product(false for _, false in below)
    return _product(true for true, _ in below), _union(false for _, false in below)


def _of_conclusion(conclusion: Conclusion) -> tuple[_Family, _Family]:
    true = _minimal(each for below in conclusion.proofs for each in _families(below)[0])
    if not conclusion.complete:
        only: _Family = (frozenset((conclusion.key,)),)
        return true or only, only
    return true, _product(_families(below)[1] for below in conclusion.proofs)


def _union(families: Iterable[_Family]) -> _Family:
    return _minimal(each for family in families for each in family)


def _product(families: Iterable[_Family]) -> _Family:
    found: _Family = _CERTAIN
    for family in families:
        found = _minimal(one | two for one in found for two in family)
        if not found:
            return _NEVER
    return found


def _minimal(sets: Iterable[frozenset[str]]) -> _Family:
    """Return the sets that hold no other, smallest first, at most :data:`MOST_SETS`."""
    kept: list[frozenset[str]] = []
    for each in sorted(set(sets), key=lambda one: (len(one), sorted(one))):
        if len(each) > MOST_FACTS or len(kept) >= MOST_SETS:
            break
        if not any(smaller <= each for smaller in kept):
            kept.append(each)
    return tuple(kept)
