"""The terms of licences among the rows: which licence binds whom, which may, on what that turns.

A licence is a contract pack. Whoever takes a model under it is its addressee, so that with the
licence unknown every row of every such pack is open, and one answer settles them together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, KnownFact, RowVerdict
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.rules import Law
from weighbridge.rules.nodes import Flag, In, leaves
from weighbridge.rules.rule import LICENSOR

_GATES = ("scope", "addressee")
_PAST = ("no-longer", "never")


@dataclass(frozen=True, slots=True)
class Terms:
    """The rows owed to a licensor, by whether the licence binds whom the row speaks of.

    held:      of licences that bind
    open:      of licences of which that cannot be told, where nothing else settles the row
    elsewhere: of other licences
    """

    held: tuple[RowVerdict, ...]
    open: tuple[RowVerdict, ...]
    elsewhere: tuple[RowVerdict, ...]


def owed_by_law(rows: Iterable[RowVerdict]) -> list[RowVerdict]:
    """Return the rows of law, without the terms of licences."""
    return [row for row in rows if row.owed_to != LICENSOR]


def terms_of(rows: Iterable[RowVerdict]) -> Terms:
    """Return the terms of licences among rows."""
    parties: dict[tuple[str, str, str], list[RowVerdict]] = defaultdict(list)
    for row in rows:
        if row.owed_to == LICENSOR:
            place = row.judged.row
            parties[row.rule.pack, place.actor, place.role].append(row)
    held, opened, elsewhere = [], [], []
    for same in parties.values():
        binds = [_binds(row) for row in same]
        if True in binds:
            held += same
        elif None in binds:
            opened += [row for row in same if _is_open(row)]
        else:
            elsewhere += same
    return Terms(tuple(held), tuple(opened), tuple(elsewhere))


def _is_open(row: RowVerdict) -> bool:
    return row.judged.verdict is None and row.judged.in_force.state not in _PAST


def _gates(row: RowVerdict) -> list[Proof]:
    """Return the parts of a proof that say whether its licence binds at all."""
    return [
        part
        for part in row.judged.proof.parts
        if part.kind in _GATES or (part.kind == "any" and part.parts[:1] and _is_scope(part))
    ]


def _is_scope(part: Proof) -> bool:
    return part.parts[0].kind == "scope"


def _binds(row: RowVerdict) -> Verdict:
    verdicts = [part.verdict for part in _gates(row)]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def licence_keys(row: RowVerdict) -> tuple[str, ...]:
    """Return the keys of the open facts on which it turns whether a row's licence binds."""
    found = (leaf for part in _gates(row) for leaf in _pivots(part) if leaf.verdict is None)
    return tuple(sorted({key for leaf in found for key in leaf.open}))


def _pivots(proof: Proof) -> Iterator[Proof]:
    """Yield the leaves that could yet make a proof true, or could have with another value.

    Where one part of an *all* is false no other part matters; where two are, none does.
    """
    if proof.verdict is True or proof.kind == "not":
        return
    if proof.conclusion is not None:
        parts: tuple[Proof, ...] = proof.conclusion.proofs
        if not parts:
            yield proof
    elif proof.kind == "any":
        parts = proof.parts
    else:
        parts = tuple(part for part in proof.parts if part.verdict is False)
        if len(parts) > 1:
            return
        parts = parts or proof.parts
        if not parts:
            yield proof
    for part in parts:
        yield from _pivots(part)


def not_encoded(assessment: Assessment, terms: Terms) -> list[KnownFact]:
    """Return the facts that name a licence of which no contract pack of this law speaks."""
    encoded = _encoded(assessment.law)
    keys = {
        leaf.keys[0]: leaf.text
        for row in terms.elsewhere
        for part in _gates(row)
        for leaf in _pivots(part)
        if leaf.kind == "in" and leaf.keys and leaf.text in encoded
    }
    known = {key: assessment.facts[key] for key in sorted(keys) if key in assessment.facts}
    return [
        fact
        for key, fact in known.items()
        if fact.value is not None and fact.value not in encoded[keys[key]]
    ]


def _encoded(law: Law) -> dict[str, set[str]]:
    """Return the words that name a licence in this law, by the fact that holds them.

    Such a fact is one on which the addressees of most contract packs turn.
    """
    packs = [pack for pack in law.packs.values() if law.owed_to(pack.id) == LICENSOR]
    turned_on: Counter[str] = Counter()
    words: dict[str, set[str]] = defaultdict(set)
    for pack in packs:
        named: dict[str, set[str]] = defaultdict(set)
        for term in pack.addressees:
            for leaf in _enums(law, term.fact, set()):
                named[leaf.fact].update(leaf.words)
        turned_on.update(named.keys() - {"role"} - law.questions.keys())
        for fact, its in named.items():
            words[fact] |= its
    return {fact: words[fact] for fact, count in turned_on.items() if 2 * count > len(packs)}


def _enums(law: Law, fact: str, seen: set[str]) -> Iterator[In]:
    """Yield the tests of enums on which a concluded fact turns."""
    if fact in seen:
        return
    seen.add(fact)
    for rule in law.rules:
        if rule.body.get("concludes") == fact:
            for leaf in leaves(rule.when):
                if isinstance(leaf, In):
                    yield leaf
                elif isinstance(leaf, Flag):
                    yield from _enums(law, leaf.fact, seen)
