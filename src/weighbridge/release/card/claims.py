"""A claim: one figure that a card states of the model, with where and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from weighbridge.facts import Range
from weighbridge.release.card.figures import narrowest
from weighbridge.text.places import Place

MOST_CLAIMS = 200
"""A card with more claims of one fact is read no further for it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure as stated.

    fact:  the fact it speaks of
    range: the numbers it may stand for
    place: the line it stands on
    words: what is written there, for notes and findings
    whole: the words say that it is the total (of all stages, of all models)
    """

    fact: str
    range: Range
    place: Place
    words: str
    whole: bool = False


def of_fact(claims: Iterable[Claim], fact: str) -> list[Claim]:
    """Return the first claims of one fact, at most 200, in the order they stand."""
    return list(islice((claim for claim in claims if claim.fact == fact), MOST_CLAIMS))


def agreed(claims: list[Claim]) -> Claim | None:
    """Return the most exact claim if all others agree with it, ``None`` if not or if empty."""
    tightest = narrowest(claim.range for claim in claims)
    if tightest is None:
        return None
    return next(claim for claim in claims if claim.range == tightest)


def summed(claims: list[Claim]) -> Claim | None:
    """Return one claim for several amounts of the same thing, ``None`` where there is none.

    Claims that agree are one. Where some are said to be the whole, these alone count. Else
    each may be a stage or a repetition: the truth is at least the largest and at most the sum.
    """
    wholes = [claim for claim in claims if claim.whole]
    kept = wholes or claims
    if not kept or (one := agreed(kept)):
        return one if kept else None
    distinct: list[Claim] = []
    for claim in kept:
        if not any(claim.range.meets(other.range) for other in distinct):
            distinct.append(claim)
    lows = [claim.range.low or 0.0 for claim in distinct]
    highs = [claim.range.high for claim in distinct]
    high = None if None in highs else sum(end for end in highs if end is not None)
    words = " + ".join(claim.words for claim in distinct)
    return Claim(kept[0].fact, Range(max(lows), high), kept[0].place, words)
