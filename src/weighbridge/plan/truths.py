"""Truths over choices: each made or not, kept as a decision diagram in which none stands twice.

Two truths that mean the same have the same number, so that what no choice touches is plainly true
or false, and what a choice changes is seen without trying it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

NO, YES = 0, 1
"""The two truths that no choice touches."""

MOST_BRANCHES = 2_000_000
_LAST = 1 << 60


class TooManyBranches(Exception):
    """So much turns on so many choices that it is given up."""


class Branch(NamedTuple):
    """What is left of a truth where a choice is not made, and where it is."""

    choice: int
    without: int
    made: int


class Truths:
    """Truths by number; a choice is told by a number of its own, smaller ones are looked at first.

    >>> truths = Truths()
    >>> both = truths.all_of([truths.choice(0), truths.choice(1)])
    >>> truths.given(both, made={0}) == truths.choice(1)
    True
    """

    def __init__(self, most: int = MOST_BRANCHES) -> None:
        """Start with the two plain truths; more than ``most`` branches are given up."""
        self.most = most
        self.branches: list[Branch] = [Branch(_LAST, NO, NO), Branch(_LAST, YES, YES)]
        self._numbers: dict[Branch, int] = {}
        self._joined: dict[tuple[int, int, int], int] = {}
        self._opposite: dict[int, int] = {NO: YES, YES: NO}
        self._touched: dict[int, frozenset[int]] = {NO: frozenset(), YES: frozenset()}

    def choice(self, number: int) -> int:
        """Return the truth that a choice is made."""
        return self._branch(number, NO, YES)

    def _branch(self, choice: int, without: int, made: int) -> int:
        if without == made:
            return made
        branch = Branch(choice, without, made)
        if branch not in self._numbers:
            if len(self.branches) >= self.most:
                raise TooManyBranches
            self._numbers[branch] = len(self.branches)
            self.branches.append(branch)
        return self._numbers[branch]

    def both(self, one: int, two: int) -> int:
        """Return *and*."""
        if one == two or two == YES:
            return one
        if one == YES:
            return two
        if NO in (one, two):
            return NO
        return self._if(one, two, NO)

    def either(self, one: int, two: int) -> int:
        """Return *or*."""
        return self.opposite(self.both(self.opposite(one), self.opposite(two)))

    def all_of(self, truths: Iterable[int]) -> int:
        """Return whether all hold."""
        found = YES
        for each in truths:
            found = self.both(found, each)
        return found

    def any_of(self, truths: Iterable[int]) -> int:
        """Return whether at least one holds."""
        return self.opposite(self.all_of(self.opposite(each) for each in truths))

    def opposite(self, truth: int) -> int:
        """Return *not*."""
        if truth not in self._opposite:
            choice, without, made = self.branches[truth]
            other = self._branch(choice, self.opposite(without), self.opposite(made))
            self._opposite[truth], self._opposite[other] = other, truth
        return self._opposite[truth]

    def _if(self, test: int, then: int, otherwise: int) -> int:
        """Return ``then`` where ``test`` holds, else ``otherwise``."""
        if test == YES:
            return then
        if test == NO or then == otherwise:
            return otherwise
        at = (test, then, otherwise)
        if at not in self._joined:
            first = min(self.branches[each].choice for each in at)
            without, made = (
                self._if(*[self._side(each, first, side) for each in at]) for side in (False, True)
            )
            self._joined[at] = self._branch(first, without, made)
        return self._joined[at]

    def _side(self, truth: int, choice: int, made: bool) -> int:
        branch = self.branches[truth]
        if branch.choice != choice:
            return truth
        return branch.made if made else branch.without

    def given(self, truth: int, made: Collection[int] = (), without: Collection[int] = ()) -> int:
        """Return what is left of a truth once these choices are made and those are not."""
        known: dict[int, int] = {}

        def left(number: int) -> int:
            if number in (NO, YES):
                return number
            if number not in known:
                branch = self.branches[number]
                if branch.choice in made:
                    known[number] = left(branch.made)
                elif branch.choice in without:
                    known[number] = left(branch.without)
                else:
                    parts = left(branch.without), left(branch.made)
                    known[number] = self._branch(branch.choice, *parts)
            return known[number]

        return left(truth)

    def holds(self, truth: int, made: Collection[int]) -> bool:
        """Return whether a truth holds where just these choices are made."""
        while truth not in (NO, YES):
            branch = self.branches[truth]
            truth = branch.made if branch.choice in made else branch.without
        return truth == YES

    def touched(self, truth: int) -> frozenset[int]:
        """Return the choices a truth turns on."""
        if truth not in self._touched:
            branch = self.branches[truth]
            below = self.touched(branch.without) | self.touched(branch.made)
            self._touched[truth] = below | {branch.choice}
        return self._touched[truth]
