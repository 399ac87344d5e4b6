"""The facts of a release as Z3 symbols: what may be known of each, and what must hold between them.

A flag is two truths (known to be so, known not to be so), a word one truth for each word, a range
two ends of which either may be open. ``domain`` holds what is so of every release.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from weighbridge.facts import FactType, Range, Value, Vocabulary
from weighbridge.facts.keys import name_of
from weighbridge.reason.pairs import Pair, Term, both, either, opposite
from weighbridge.reason.residual import DATE_DOMAIN, NUMBER_DOMAIN

ROLE = "role"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range: whether it is known, and where it then is.

    ``at`` is a Z3 number, or a plain one where the fact is fixed.
    """

    known: Term
    at: Any


@dataclass(frozen=True, slots=True)
class Ends:
    """A range by its two ends; ``whole`` where only whole numbers can be."""

    low: End
    high: End
    whole: bool


Words = dict[str, Term]
Symbol = Pair | Words | Ends


class Symbols:
    """The symbols met so far, by key of fact.

    fixed:  facts whose value is given; they are constants, not symbols
    domain: what is so of every release, for the symbols met
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        fixed: Mapping[str, Value] | None = None,
        *,
        linked: bool = True,
    ) -> None:
        """Start with nothing met; unlinked facts may be known of which one follows from another."""
        self.vocabulary = vocabulary
        self.fixed = dict(fixed or {})
        self.domain: list[Term] = []
        self.met: dict[str, Symbol] = {}
        self._linking: dict[str, list[FactType]] = {}
        for type_ in vocabulary if linked else ():
            for name in _spoken(type_):
                self._linking.setdefault(name, []).append(type_)

    def flag(self, key: str) -> Pair:
        """Return what is known of a flag."""
        if key in self.fixed:
            return Pair(self.fixed[key] is True, self.fixed[key] is False)
        found = self.met.get(key)
        if not isinstance(found, Pair):
            found = Pair(z3.Bool(f"{key} yes"), z3.Bool(f"{key} no"))
            self.domain.append(z3.Not(z3.And(found.true, found.false)))
            self._meet(key, found)
        return found

    def words(self, key: str, known: tuple[str, ...], *, always: bool = False) -> Words:
        """Return for each word of an enum whether it is the one known."""
        if key in self.fixed:
            return {word: self.fixed[key] == word for word in known}
        found = self.met.get(key)
        if not isinstance(found, dict):
            found = {word: z3.Bool(f"{key} {word}") for word in known}
            terms = list(found.values())
            self.domain.append(z3.AtMost(*terms, 1))
            if always:
                self.domain.append(either(terms))
            self._meet(key, found)
        return found

    def ends(self, key: str) -> Ends:
        """Return the ends of the range of a number or a day."""
        type_ = self.vocabulary[name_of(key)]
        whole = type_.type in ("date", "count")
        fixed = self.fixed.get(key)
        if isinstance(fixed, Range):
            if key not in self.met:
                low, high = (End(end is not None, end) for end in (fixed.low, fixed.high))
                self._meet(key, Ends(low, high, whole))
            known = self.met[key]
            assert isinstance(known, Ends)
            return known
        found = self.met.get(key)
        if not isinstance(found, Ends):
            found = self._new_ends(key, type_, whole)
            self._meet(key, found)
        return found

    def _new_ends(self, key: str, type_: FactType, whole: bool) -> Ends:
        make = z3.Int if whole else z3.Real
        low = End(z3.Bool(f"{key} has low"), make(f"{key} low"))
        high = End(z3.Bool(f"{key} has high"), make(f"{key} high"))
        inside = DATE_DOMAIN if type_.is_date else NUMBER_DOMAIN
        for end in (low, high):
            self.domain.append(end.at >= exact(inside.low or 0.0))
            if inside.high is not None:
                self.domain.append(end.at <= exact(inside.high))
        self.domain.append(z3.Implies(z3.And(low.known, high.known), low.at <= high.at))
        return Ends(low, high, whole)

    def _meet(self, key: str, symbol: Symbol) -> None:
        self.met[key] = symbol
        self.domain.extend(self._links(key))
        for name in self._summed_with(key):
            self.ends(name)
        for type_ in self._linking.get(name_of(key), ()):
            self._meet_what_follows(type_, key)

    def _meet_what_follows(self, type_: FactType, key: str) -> None:
        """Meet the flag that a fact shows, and the enum that a flag tells."""
        name = name_of(key)
        if name in type_.shown_by:
            self.flag(type_.name)
        if any(name in names for names in type_.told_by.values()):
            self.words(type_.name + key[len(name) :], tuple(type_.values))

    def _summed_with(self, key: str) -> Iterator[str]:
        """Yield the keys of the numbers that sums tie to a number, so that none is left out."""
        name = name_of(key)
        for type_ in self._linking.get(name, ()):
            for names in type_.sums:
                if name == type_.name or name in names:
                    yield from (each + key[len(name) :] for each in (type_.name, *names))

    def _links(self, key: str) -> Iterator[Term]:
        """Yield what must hold between a fact just met and those met before it.

        So that nothing follows by meaning from the facts of a witness that it does not say itself.
        """
        subject = key[len(name_of(key)) :]
        for type_ in self._linking.get(name_of(key), ()):
            yield from self._told(type_, key, subject)
            yield from self._shown(type_, key)
            yield from self._summed(type_, key, subject)

    def _told(self, type_: FactType, key: str, subject: str) -> Iterator[Term]:
        words = self.met.get(type_.name + subject)
        if not isinstance(words, dict):
            return
        for word, names in type_.told_by.items():
            for name in names:
                flag = self.met.get(name + subject)
                if isinstance(flag, Pair) and key in (name + subject, type_.name + subject):
                    allowed = [words[word], *([words[type_.several]] if type_.several else [])]
                    yield either((opposite(flag.true), *allowed))
        yield from self._several(type_, subject, words)

    def _several(self, type_: FactType, subject: str, words: Words) -> Iterator[Term]:
        """Yield that flags of two words leave only the word that stands for several."""
        by_word = {
            word: [
                flag.true
                for name in names
                if isinstance(flag := self.met.get(name + subject), Pair)
            ]
            for word, names in type_.told_by.items()
        }
        told = [either(terms) for terms in by_word.values()]
        if type_.several and len(told) > 1:
            more = [z3.BoolVal(each) if isinstance(each, bool) else each for each in told]
            yield either((z3.AtMost(*more, 1), words[type_.several]))

    def _shown(self, type_: FactType, key: str) -> Iterator[Term]:
        flag = self.met.get(type_.name)
        if isinstance(flag, Pair):
            for name in type_.shown_by:
                if name in self.met and key in (name, type_.name):
                    yield either((opposite(told(self.met[name])), flag.true))

    def _summed(self, type_: FactType, key: str, subject: str) -> Iterator[Term]:
        """Yield that a sum is known where its parts are, and that the two share a value."""
        total = self.met.get(type_.name + subject)
        for names in type_.sums:
            parts = [self.met.get(name + subject) for name in names]
            own = key in (type_.name + subject, *(name + subject for name in names))
            if not isinstance(total, Ends) or not own:
                continue
            ends = [each for each in parts if isinstance(each, Ends)]
            yield from (_no_more_than(each, total) for each in ends)
            if len(ends) == len(parts):
                yield from _one_value(total, ends)

    def whole_knowledge(self, but: str = "") -> list[Term]:
        """Return that every fact met but one is known, a number as one value."""
        found: list[Term] = []
        for key, symbol in self.met.items():
            if key == but or key in self.fixed:
                continue
            found.append(told(symbol))
            if isinstance(symbol, Ends):
                found += [symbol.low.known, symbol.high.known, symbol.low.at == symbol.high.at]
        return found

    def values(self, model: Any) -> dict[str, Value]:
        """Return the facts known in a model, by key; roles are left out."""
        found: dict[str, Value] = {}
        for key, symbol in self.met.items():
            value = self.fixed[key] if key in self.fixed else _value(model, symbol)
            if value is not None and not key.startswith(ROLE):
                found[key] = value
        return found

    def word(self, model: Any, key: str) -> str:
        """Return the word of an enum in a model, the first where it does not matter."""
        words = self.met.get(key)
        assert isinstance(words, dict)
        return next((word for word, term in words.items() if holds(model, term)), min(words))


def _spoken(type_: FactType) -> set[str]:
    """Return the names that the meaning of a fact links, none where it is linked to nothing."""
    names = {*type_.shown_by}
    names.update(name for group in type_.told_by.values() for name in group)
    names.update(name for group in type_.sums for name in group)
    return names | {type_.name} if names else set()


def told(symbol: Symbol) -> Term:
    """Return whether anything is known of a fact."""
    if isinstance(symbol, Pair):
        return symbol.known
    if isinstance(symbol, dict):
        return either(symbol.values())
    return either((symbol.low.known, symbol.high.known))


def _no_more_than(part: Ends, total: Ends) -> Term:
    spoken = both((part.low.known, total.high.known))
    if spoken is False:
        return True
    return either((opposite(spoken), _real(total.high.at) >= _real(part.low.at)))


def _one_value(total: Ends, parts: list[Ends]) -> Iterator[Term]:
    lows = both(each.low.known for each in parts)
    highs = both(each.high.known for each in parts)
    yield either((opposite(either((lows, highs))), told(total)))
    if lows is not False and total.high.known is not False:
        low = z3.Sum([_real(each.low.at) for each in parts])
        spoken = both((lows, total.high.known))
        yield either((opposite(spoken), _real(total.high.at) >= low))
    if highs is not False and total.low.known is not False:
        high = z3.Sum([_real(each.high.at) for each in parts])
        spoken = both((highs, total.low.known))
        yield either((opposite(spoken), _real(total.low.at) <= high))


def _real(number: Any) -> Any:
    if isinstance(number, float):
        return exact(number)
    return z3.ToReal(number) if z3.is_int(number) else number


def exact(number: float) -> Any:
    """Return the exact rational of a double."""
    fraction = Fraction(number)
    return z3.Q(fraction.numerator, fraction.denominator)


def holds(model: Any, term: Term) -> bool:
    """Return whether a truth holds in a model; one that does not matter does not."""
    return term if isinstance(term, bool) else bool(z3.is_true(model.eval(term)))


def _value(model: Any, symbol: Symbol) -> Value | None:
    if isinstance(symbol, Pair):
        return True if holds(model, symbol.true) else False if holds(model, symbol.false) else None
    if isinstance(symbol, dict):
        return next((word for word, term in symbol.items() if holds(model, term)), None)
    low, high = (
        _number(model, end.at) if holds(model, end.known) else None
        for end in (symbol.low, symbol.high)
    )
    return None if low is None and high is None else Range(low, high)


def _number(model: Any, at: Any) -> float:
    value = model.eval(at, model_completion=True)
    fraction = Fraction(value.as_fraction()) if z3.is_real(value) else Fraction(value.as_long())
    number = float(fraction)
    return number if math.isfinite(number) else 1e300
