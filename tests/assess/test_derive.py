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
SORTS = FactType("sorts", "flag", "use", "it sorts")
RANKS = FactType("ranks", "flag", "use", "it ranks")
PLAYS = FactType("plays", "flag", "use", "it plays")
FIELD = FactType(
    "field",
    "enum",
    "use",
    "the field",
    values={"work": "at work", "play": "at play", "many": "in several", "none": "in none"},
    told_by={"work": ("sorts", "ranks"), "play": ("plays",)},
    several="many",
)
NARROW = FactType(
    "narrow",
    "enum",
    "use",
    "the field, of which there is one",
    values={"work": "at work", "play": "at play"},
    told_by={"work": ("sorts",), "play": ("plays",)},
)
VOCABULARY = Vocabulary([BASE, ADDED, OWN, WHOLE, FOUND, SORTS, RANKS, PLAYS, FIELD, NARROW])


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


def said(**values: bool | str) -> dict[str, KnownFact]:
    """Return facts of all uses, or of one: `sorts__shop` is the shop's."""
    facts = {}
    for name, value in values.items():
        bare, _, use = name.partition("__")
        key = f"{bare}[{use}]" if use else bare
        facts[key] = KnownFact(key, VOCABULARY[bare], value, Source.DECLARED)
    return facts


def field(facts: dict[str, KnownFact], key: str = "field") -> object:
    found = derive_facts(VOCABULARY, facts).get(key)
    return found.value if found is not None else None


def test_a_word_is_told_by_a_flag_that_is_true_and_says_by_which() -> None:
    found = derive_facts(VOCABULARY, said(sorts=True))["field"]
    assert (found.value, found.source, found.note) == ("work", Source.DERIVED, "told by sorts")


def test_flags_that_are_false_or_unknown_tell_nothing() -> None:
    assert field(said(sorts=False, ranks=False, plays=False)) is None
    assert field({}) is None


def test_two_flags_of_one_word_tell_that_word() -> None:
    assert field(said(sorts=True, ranks=True, plays=False)) == "work"


def test_flags_of_several_words_tell_the_word_for_several() -> None:
    found = derive_facts(VOCABULARY, said(sorts=True, plays=True))["field"]
    assert (found.value, found.note) == ("many", "told by plays, sorts")


def test_flags_of_several_words_tell_nothing_where_no_word_stands_for_several() -> None:
    assert field(said(sorts=True, plays=True), "narrow") is None
    assert field(said(sorts=True), "narrow") == "work"


def test_a_flag_of_another_word_than_the_one_given_widens_it() -> None:
    assert field(said(field="play", sorts=True)) == "many"
    assert field(said(field="work", sorts=True)) == "work"
    assert field(said(field="many", sorts=True)) == "many"


def test_a_flag_corrects_a_word_that_no_flag_tells() -> None:
    assert field(said(field="none", sorts=True)) == "work"


def test_a_word_given_with_no_flag_stays() -> None:
    assert field(said(field="play")) == "play"
    assert field(said(field="play", sorts=False)) == "play"


def test_what_one_use_is_tells_nothing_of_another() -> None:
    facts = derive_facts(VOCABULARY, said(sorts__shop=True, plays__club=True))
    assert facts["field[shop]"].value == "work"
    assert facts["field[club]"].value == "play"
    assert "field" not in facts
