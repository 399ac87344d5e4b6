"""A claim: one figure that a card states of the model, with where and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from weighbridge.facts import Range
from weighbridge.release.card.figures import narrowest
from weighbridge.release.training import PARTS_OF
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
    phase: the phase of training it belongs to, ``""`` where none is named
    """

    fact: str
    range: Range
    place: Place
    words: str
    whole: bool = False
    phase: str = ""


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

    Claims that agree are one. Where some are said to be the whole, these alone count. Amounts of
    different phases, each named, add up. Else each may be a stage or a repetition: the truth is at
    least the largest and at most the sum.
    """
    wholes = [claim for claim in claims if claim.whole]
    kept = wholes or claims
    if not wholes and len({claim.phase for claim in claims}) > 1:
        return _of_phases(claims) or _between(kept)
    if not kept or (one := agreed(kept)):
        return one if kept else None
    return _between(kept)


def _of_phases(claims: list[Claim]) -> Claim | None:
    """Return the sum over the phases, ``None`` where not every amount belongs to one of them."""
    phases: dict[str, Claim] = {}
    for name in dict.fromkeys(claim.phase for claim in claims):
        one = agreed([claim for claim in claims if claim.phase == name])
        if not name or one is None:
            return None
        phases[name] = one
    highs = [each.range.high for each in phases.values()]
    high = None if None in highs else sum(end for end in highs if end is not None)
    words = "; ".join(f"{name}: {each.words}" for name, each in phases.items())
    first = claims[0]
    return Claim(first.fact, Range(_at_least(phases), high), first.place, words)


def _at_least(phases: dict[str, Claim]) -> float:
    """Return what the phases took at least.

    One whose name holds others may be their sum, and equal amounts may be one told twice.
    """
    counted: list[Claim] = []
    low = 0.0
    for name, claim in phases.items():
        if PARTS_OF.get(name) and any(_is_part(other, name) for other in phases):
            continue
        if not any(claim.range.meets(other.range) for other in counted):
            counted.append(claim)
            low += claim.range.low or 0.0
    return max([low, *(claim.range.low or 0.0 for claim in phases.values())])


def _is_part(name: str, of: str) -> bool:
    return any(name.startswith(part) for part in PARTS_OF[of])


def _between(claims: list[Claim]) -> Claim:
    distinct: list[Claim] = []
    for claim in claims:
        if not any(claim.range.meets(other.range) for other in distinct):
            distinct.append(claim)
    if len(distinct) == 1 and (one := agreed(claims)):
        return one
    lows = [claim.range.low or 0.0 for claim in distinct]
    highs = [claim.range.high for claim in distinct]
    high = None if None in highs else sum(end for end in highs if end is not None)
    words = " + ".join(claim.words for claim in distinct)
    return Claim(claims[0].fact, Range(max(lows), high), claims[0].place, words)
