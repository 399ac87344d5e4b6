"""One value from many sources: which stands, and what is told about the rest."""

from __future__ import annotations

import pytest

from weighbridge.assess.resolve import Settlement, resolve
from weighbridge.facts import Fact, FactType, Range, Source, Value, Vocabulary
from weighbridge.text.places import Place

VOCABULARY = Vocabulary(
    [
        FactType("params_total", "count", "release", "the number of parameters", "parameters"),
        FactType("weights_public", "flag", "release", "anyone can download the weights"),
        FactType("paid_for", "enum", "release", "what people pay", values={"a": "a", "b": "b"}),
        FactType("base_model", "text", "release", "the base model"),
    ]
)


def seen(name: str, value: Value | float, source: Source, line: int = 1) -> Fact:
    known = Range.exactly(value) if isinstance(value, (int, float)) else value
    if isinstance(value, bool):
        known = value
    return Fact(name, known, source, Place("README.md", line))


def stands(*facts: Fact, asserted: tuple[Fact, ...] = (), unset: tuple[str, ...] = ()):
    known, findings = resolve(VOCABULARY, facts, asserted, (), unset)
    return known.get(facts[0].key if facts else asserted[0].key), findings


def test_what_was_measured_stands_over_what_is_declared() -> None:
    claim = seen("params_total", 7e9, Source.DECLARED)
    fact, findings = stands(claim, seen("params_total", 45_056, Source.MEASURED, 2))
    assert fact.value == Range.exactly(45_056)
    assert fact.source is Source.MEASURED
    assert fact.others == (claim,)
    assert not fact.conflict
    assert findings == []


def test_declared_ranges_that_overlap_are_intersected() -> None:
    fact, findings = stands(
        seen("params_total", Range(1e9, 3e9), Source.DECLARED),
        seen("params_total", Range(2e9, 5e9), Source.DERIVED, 4),
    )
    assert fact.value == Range(2e9, 3e9)
    assert not findings


def test_declared_ranges_that_do_not_meet_give_the_hull_and_a_finding_with_both_places() -> None:
    fact, findings = stands(
        seen("params_total", Range(1e9, 2e9), Source.DECLARED, 3),
        seen("params_total", Range(4e9, 5e9), Source.DERIVED, 9),
    )
    assert fact.value == Range(1e9, 5e9)
    assert fact.conflict
    assert [str(place) for place in findings[0].where] == ["README.md:3", "README.md:9"]
    assert findings[0].id == "conflict-params-total"


@pytest.mark.parametrize(
    ("name", "one", "two"), [("weights_public", True, False), ("paid_for", "a", "b")]
)
def test_flags_and_words_that_disagree_are_unknown(name: str, one: Value, two: Value) -> None:
    fact, findings = stands(seen(name, one, Source.DECLARED), seen(name, two, Source.DERIVED))
    assert fact.value is None
    assert fact.conflict
    assert len(findings) == 1


def test_a_settlement_closes_a_conflict_and_keeps_who_why_and_when() -> None:
    facts = [
        seen("weights_public", True, Source.DECLARED),
        seen("weights_public", False, Source.DECLARED, 2),
    ]
    word = Settlement("weights_public", False, "gated", "Ada", "2026-01-02", Place("w.toml", 5))
    known, findings = resolve(VOCABULARY, facts, (), [word])
    fact = known["weights_public"]
    assert (fact.value, fact.note, fact.by, fact.on) == (False, "gated", "Ada", "2026-01-02")
    assert len(fact.others) == 2
    assert findings == []


def test_a_what_if_replaces_what_was_read_and_says_when_it_contradicts_bytes() -> None:
    said = Fact("params_total", Range.exactly(7e9), Source.ASSERTED)
    fact, findings = stands(seen("params_total", 45_056, Source.MEASURED), asserted=(said,))
    assert fact.value == Range.exactly(7e9)
    assert fact.source is Source.ASSERTED
    assert fact.others[0].value == Range.exactly(45_056)
    assert [finding.id for finding in findings] == ["asserted-against-bytes"]
    assert "45,056" in findings[0].message


def test_the_last_assertion_wins_and_unset_makes_a_fact_unknown() -> None:
    first = Fact("weights_public", True, Source.ASSERTED)
    last = Fact("weights_public", False, Source.ASSERTED)
    fact, _ = stands(asserted=(first, last))
    assert fact.value is False
    fact, _ = stands(asserted=(first, last), unset=("weights_public",))
    assert fact is None


def test_texts_never_conflict() -> None:
    fact, findings = stands(
        seen("base_model", "org/one", Source.DECLARED), seen("base_model", "two", Source.DECLARED)
    )
    assert fact.value == "org/one"
    assert not findings
