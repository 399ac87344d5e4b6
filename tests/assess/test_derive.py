"""What follows from known facts: sums, flags shown by others, and whose they are."""

from __future__ import annotations

from weighbridge.assess.assessment import KnownFact
from weighbridge.assess.derive import derive_facts
from weighbridge.facts import FactType, Range, Source, Vocabulary

BASE = FactType("base", "quantity", "release", "the base", "FLOP")
ADDED = FactType("added", "quantity", "actor", "what was added", "FLOP")
OWN = FactType("own", "quantity", "actor", "own", "FLOP", sums=(("added",),))
WHOLE = FactType("whole", "quantity", "release", "the whole", "FLOP", sums=(("base", "added"),))
FOUND = FactType("found", "flag", "release", "the base can be found", shown_by=("base",))
VOCABULARY = Vocabulary([BASE, ADDED, OWN, WHOLE, FOUND])


def known(**ranges: Range) -> dict[str, KnownFact]:
    return {
        name: KnownFact(name, VOCABULARY[name], value, Source.DECLARED)
        for name, value in ranges.items()
    }


def of_actors(**ranges: Range) -> dict[str, KnownFact]:
    return {
        f"added[{actor}]": KnownFact(f"added[{actor}]", ADDED, value, Source.DECLARED)
        for actor, value in ranges.items()
    }


def test_a_sum_is_worked_out_end_by_end_and_says_how() -> None:
    facts = derive_facts(VOCABULARY, known(base=Range(1e24, 2e24), added=Range(None, 1e20)))
    assert facts["whole"].value == Range(None, 2e24 + 1e20)
    assert facts["whole"].source is Source.DERIVED
    assert facts["whole"].note == "equals base + added"
    assert facts["own"].value == Range(None, 1e20)


def test_nothing_known_is_changed_and_nothing_is_made_of_half_a_sum() -> None:
    facts = derive_facts(VOCABULARY, known(base=Range.exactly(1.0), whole=Range.exactly(7.0)))
    assert facts["whole"].value == Range.exactly(7.0)
    assert "whole" not in derive_facts(VOCABULARY, known(base=Range.exactly(1.0)))


def test_what_one_actor_added_is_not_taken_for_the_release() -> None:
    given = known(base=Range.exactly(1e24)) | of_actors(
        a=Range.exactly(1e20), b=Range.exactly(5e24)
    )
    facts = derive_facts(VOCABULARY, given)
    assert facts["own[a]"].value == Range.exactly(1e20)
    assert facts["own[b]"].value == Range.exactly(5e24)
    assert "whole" not in facts


def test_a_flag_is_shown_by_any_value_of_another() -> None:
    assert derive_facts(VOCABULARY, known(base=Range(None, 5.0)))["found"].value is True
    assert "found" not in derive_facts(VOCABULARY, known(base=Range(None, None)))
    assert "found" not in derive_facts(VOCABULARY, {})
