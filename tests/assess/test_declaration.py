"""weighbridge.toml: what it can say, what it cannot, and how each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.assess.assessment import Actor
from weighbridge.assess.declaration import Declaration, read_declaration
from weighbridge.facts import Range, Source, Vocabulary
from weighbridge.facts.vocabulary import FactType, read_fact_types, vocabulary_files
from weighbridge.text.errors import InputError


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    types: list[FactType] = []
    for path in vocabulary_files():
        types += read_fact_types(path.read_text(encoding="utf-8"), path.name)
    legal = FactType("is_gpai", "judgement", "release", "a general-purpose model", legal=True)
    return Vocabulary([*types, legal])


def read(text: str, tmp_path: Path, vocabulary: Vocabulary) -> Declaration:
    path = tmp_path / "weighbridge.toml"
    path.write_text(text, encoding="utf-8")
    return read_declaration(path, path.name, vocabulary, Source.DECLARED)


WHOLE = """format = 1
as_of = 2026-11-23
markets = ["EU", "US-CA"]

[facts]
training_compute = "1e22..1e23"
weights_public = true
"available_there[EU]" = true

[[actor]]
id = "acme"
roles = ["developer", "deployer"]
revenue = 6e8
[actor.in.EU]
model_first_available = 2025-07-01

[[use]]
id = "hiring"
use_ranks_applicants = true

[[settle]]
fact = "params_total"
value = 45056
why = "counted"
by = "Ada"
on = 2026-01-02

[[judgement]]
fact = "is_gpai"
value = true
by = "Ada"
on = 2026-01-02
basis = "our evaluation of ten tasks"
"""


def test_a_whole_file_is_read_with_subjects_places_and_judgements(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    out = read(WHOLE, tmp_path, vocabulary)
    facts = {fact.key: fact for fact in out.facts}
    assert out.as_of == "2026-11-23"
    assert out.markets == ["EU", "US-CA"]
    assert facts["training_compute"].value == Range(1e22, 1e23)
    assert str(facts["training_compute"].place) == "weighbridge.toml:6"
    assert facts["available_there[EU]"].value is True
    assert facts["revenue[acme]"].value == Range.exactly(6e8)
    assert facts["model_first_available[acme/EU]"].value == Range.exactly(739433)
    assert facts["use_ranks_applicants[hiring]"].value is True
    assert (facts["is_gpai"].by, facts["is_gpai"].note) == ("Ada", "our evaluation of ten tasks")
    assert out.actors == [Actor("acme", ("developer", "deployer"))]
    assert out.uses == ["hiring"]
    assert out.settlements[0].value == Range.exactly(45056)
    assert all(fact.source is Source.DECLARED for fact in out.facts)


BAD = {
    "no format": ("[facts]\n", "weighbridge.toml: the first key is `format = 1`"),
    "law named": (
        'format = 1\nlaw = "../law"\n',
        "weighbridge.toml:2: unknown key `law`",
    ),
    "amendment named": ('format = 1\namend = "x"\n', "weighbridge.toml:2: unknown key `amend`"),
    "gate named": ('format = 1\nfail_on = "owed"\n', "weighbridge.toml:2: unknown key `fail_on`"),
    "output named": ('format = 1\noutput = "x"\n', "weighbridge.toml:2: unknown key `output`"),
    "unknown fact": (
        "format = 1\n[facts]\ntraining_compte = 1\n",
        "weighbridge.toml:3: unknown fact `training_compte`\n"
        "  help: did you mean `training_compute`?",
    ),
    "bad value": (
        'format = 1\n[facts]\nweights_public = "maybe"\n',
        "weighbridge.toml:3: fact `weights_public`: `maybe` is neither yes nor no",
    ),
    "bad date": (
        'format = 1\n[facts]\nrelease_date = "1st of May"\n',
        "weighbridge.toml:3: fact `release_date`: `1st of May` is not a date\n"
        "  help: write YYYY-MM-DD",
    ),
    "legal fact without a judge": (
        "format = 1\n[facts]\nis_gpai = true\n",
        "weighbridge.toml:3: `is_gpai` is for rules to conclude\n"
        "  help: a person's view on it goes into [[judgement]] with by, on and basis",
    ),
    "actor without id": (
        'format = 1\n[[actor]]\nroles = ["developer"]\n',
        "weighbridge.toml: each [[actor]] has an `id` of letters, digits, `.`, `-`, `_`",
    ),
    "actor twice": (
        'format = 1\n[[actor]]\nid = "a"\n[[actor]]\nid = "a"\n',
        "weighbridge.toml:3: two [[actor]] have the id `a`",
    ),
    "unknown role": (
        'format = 1\n[[actor]]\nid = "a"\nroles = ["develper"]\n',
        "weighbridge.toml:4: unknown role `develper`\n  help: did you mean `developer`?",
    ),
    "release fact of an actor": (
        'format = 1\n[[actor]]\nid = "a"\nweights_public = true\n',
        "weighbridge.toml:4: `weights_public` is not a fact of an actor but of the release\n"
        "  help: put it under [facts]",
    ),
    "judgement without a judge": (
        'format = 1\n[[judgement]]\nfact = "is_gpai"\nvalue = true\n',
        "weighbridge.toml: `by` is missing\n  help: who, when and on what are always named",
    ),
    "no TOML": (
        "format = 1\nfacts = [\n",
        "weighbridge.toml: not valid TOML: invalid value (at end of document)",
    ),
    "facts no table": (
        "format = 1\nfacts = 3\n",
        "weighbridge.toml:2: `facts` is a table: write `[facts]`",
    ),
    "list for a value": (
        "format = 1\n[facts]\nweights_public = [true]\n",
        "weighbridge.toml:3: `weights_public` takes one value",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_every_mistake_is_one_clear_line_with_its_place(
    name: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    text, message = BAD[name]
    with pytest.raises(InputError) as caught:
        read(text, tmp_path, vocabulary)
    assert str(caught.value) == message


def test_a_huge_file_and_a_binary_one_are_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "weighbridge.toml"
    path.write_bytes(b"format = 1\n" + b"#" * 1_000_001)
    with pytest.raises(InputError, match="larger than"):
        read_declaration(path, path.name, vocabulary, Source.DECLARED)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_declaration(path, path.name, vocabulary, Source.DECLARED)


def test_unknown_leaves_a_fact_out(tmp_path: Path, vocabulary: Vocabulary) -> None:
    out = read('format = 1\n[facts]\nweights_public = "unknown"\n', tmp_path, vocabulary)
    assert out.facts == []
