"""The pair (is true, is false) over Z3 terms: Kleene's logic with plain truths folded away.

A half is a Z3 term or a plain ``bool``. What follows from constants never reaches Z3, so that two
laws which mean the same on some facts give the very same term there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import z3

Term = Any
"""A Z3 term of sort Bool, or a plain ``bool``."""


class Pair(NamedTuple):
    """Whether something is known to be true and whether it is known to be false; never both."""

    true: Term
    false: Term

    @property
    def known(self) -> Term:
        """Whether it is one of the two."""
        return either((self.true, self.false))


TRUE, FALSE, UNKNOWN = Pair(True, False), Pair(False, True), Pair(False, False)


def both(terms: Iterable[Term]) -> Term:
    """Return the conjunction of terms."""
    return _joined(terms, decisive=False)


def either(terms: Iterable[Term]) -> Term:
    """Return the disjunction of terms."""
    return _joined(terms, decisive=True)


def opposite(term: Term) -> Term:
    """Return the negation of a term."""
    if isinstance(term, bool):
        return not term
    return term.arg(0) if z3.is_not(term) else z3.Not(term)


def alike(one: Term, two: Term) -> bool:
    """Return whether two terms are written alike, so that nothing need be asked."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    return bool(one.eq(two))


def _joined(terms: Iterable[Term], *, decisive: bool) -> Term:
    left: dict[int, Term] = {}
    for term in terms:
        if isinstance(term, bool):
            if term is decisive:
                return decisive
        else:
            left[term.get_id()] = term
    if not left:
        return not decisive
    parts = list(left.values())
    if len(parts) == 1:
        return parts[0]
    return z3.Or(*parts) if decisive else z3.And(*parts)


def all_of(pairs: Iterable[Pair]) -> Pair:
    """Return Kleene's *and*."""
    parts = list(pairs)
    return Pair(both(each.true for each in parts), either(each.false for each in parts))


def any_of(pairs: Iterable[Pair]) -> Pair:
    """Return Kleene's *or*."""
    parts = list(pairs)
    return Pair(either(each.true for each in parts), both(each.false for each in parts))


def not_(pair: Pair) -> Pair:
    """Return Kleene's *not*."""
    return Pair(pair.false, pair.true)
