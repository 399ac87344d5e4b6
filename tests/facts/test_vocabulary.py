"""The vocabulary that ships: what it may hold, and that it reads itself back."""

from __future__ import annotations

import pytest

from weighbridge.facts import Range, Vocabulary
from weighbridge.facts.vocabulary import (
    MUTABLE,
    SUBJECTS,
    TYPES,
    UNITS,
    read_fact_types,
    vocabulary_files,
)


@pytest.fixture(scope="module")
def everyday() -> Vocabulary:
    types = []
    for path in vocabulary_files():
        text = path.read_text(encoding="utf-8")
        types += read_fact_types(text, path.name, [each.name for each in types])
    return Vocabulary(types)


def test_json_reads_back_as_the_same_vocabulary(everyday: Vocabulary) -> None:
    assert list(Vocabulary.from_json(everyday.to_json())) == list(everyday)


def test_every_fact_is_wholly_described(everyday: Vocabulary) -> None:
    assert len(everyday) > 60
    for fact in everyday:
        assert fact.type in TYPES
        assert fact.subject in SUBJECTS
        assert fact.mutable in MUTABLE
        assert fact.unit is None or fact.unit in UNITS
        assert fact.gloss, fact.name
        assert not fact.gloss.endswith("."), f"{fact.name}: a gloss is part of a sentence"
        assert not fact.legal, f"{fact.name}: legal terms stand beside their act"
        assert not fact.question or (fact.example or fact.is_boolean or fact.values), fact.name


def test_names_others_rely_on_are_there(everyday: Vocabulary) -> None:
    relied_on = """params_total params_active training_tokens training_compute own_compute
        base_compute modification_compute licence_weights weights_public architecture_public
        usage_info_public base_model outputs_text outputs_image outputs_audio outputs_video
        narrow_task release_date model_first_available actor_kind actor_size revenue users purpose
        public_service role""".split()
    assert [name for name in relied_on if name not in everyday] == []


def test_a_value_may_carry_its_unit(everyday: Vocabulary) -> None:
    assert everyday["training_compute"].read("8.4e22 FLOP") == Range.exactly(8.4e22)
    assert everyday["training_compute"].read("1e22..1e23") == Range(1e22, 1e23)


def test_a_later_file_may_not_declare_a_fact_again() -> None:
    with pytest.raises(Exception, match="declared twice"):
        read_fact_types("fact: red\ntype: flag\ngloss: x\n", "two.yaml", ["red"])
