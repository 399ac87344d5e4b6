"""The word for the licence of the weights, and for that of the model they were made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.facts import Fact, Source
from weighbridge.release.licence.offered import single_base
from weighbridge.release.licence.table import OTHER, load_table
from weighbridge.release.observations import Observations
from weighbridge.release.reader import read_release
from weighbridge.text.places import Place

from .test_licence_identify import APACHE, MIT
from .test_licence_reader import NON_COMMERCIAL, release

BASE = "base_model: acme/scale"
LLAMA_TITLE = (
    "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\n\nSome words of ours that are no known text.\n"
)
ADDED = "\nProducts with more than a million users show the name Weigher.\n"


def card(licence: str, *lines: str) -> str:
    return "\n".join(("---", f"license: {licence}", *lines, "---", "# Weigher", ""))


def told(path: Path, name: str) -> list[tuple[object, Source, str]]:
    """Return what a folder says of a fact: values, how they are known, and where."""
    facts: tuple[Fact, ...] = read_release(path).facts
    return [(each.value, each.source, str(each.place)) for each in facts if each.name == name]


def offered(path: Path) -> list[tuple[object, Source, str]]:
    return told(path, "weights_licence")


def test_a_text_word_for_word_is_measured(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0"), LICENSE=APACHE)
    assert offered(path) == [("apache_2_0", Source.MEASURED, "LICENSE")]


def test_a_name_in_the_card_is_declared(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("gemma"))
    assert offered(path) == [("gemma", Source.DECLARED, "README.md:2")]


def test_a_title_is_declared(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("llama3.1"), LICENSE=LLAMA_TITLE)
    assert offered(path) == [("llama_3_1", Source.DECLARED, "LICENSE")]


def test_a_known_licence_whose_terms_are_not_here_is_another(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mpl-2.0"))
    assert offered(path) == [(OTHER, Source.DECLARED, "README.md:2")]


@pytest.mark.parametrize("name", ["other", "my-own-licence"])
def test_a_name_nobody_knows_says_nothing(tmp_path: Path, name: str) -> None:
    assert offered(release(tmp_path / "r", README__md=card(name))) == []


def test_two_licences_say_nothing(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mit"), LICENSE=APACHE)
    assert offered(path) == []


def test_a_text_with_a_clause_added_says_nothing(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mit"), LICENSE=MIT + ADDED)
    assert offered(path) == []


def test_a_text_nobody_knows_says_nothing(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0"), LICENSE=NON_COMMERCIAL)
    assert offered(path) == []


def nearly(text: str) -> str:
    """Return a text with a few of its words left out in the middle, so that it is no longer it."""
    words = text.split(" ")
    half = len(words) // 2
    return " ".join(words[:half] + words[half + 12 :])


def test_a_text_that_is_nearly_a_licence_counts_only_with_the_card(tmp_path: Path) -> None:
    text = nearly(APACHE)
    alone = release(tmp_path / "alone", README__md=card("other"), LICENSE=text)
    assert told(alone, "licence_weights") == [("Apache-2.0", Source.MEASURED, "LICENSE")]
    assert offered(alone) == []
    both = release(tmp_path / "both", README__md=card("apache-2.0"), LICENSE=text)
    assert offered(both) == [("apache_2_0", Source.DECLARED, "README.md:2")]


def test_the_base_of_a_llama_was_received_under_its_licence(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("llama3.1", BASE))
    assert told(path, "base_licence") == [("llama_3_1", Source.DERIVED, "README.md:2")]
    (note,) = [each.note for each in read_release(path).facts if each.name == "base_licence"]
    assert note == ("llama3.1 goes with every changed copy, so `acme/scale` was received under it")


@pytest.mark.parametrize("name", ["apache-2.0", "mit", "gpl-3.0", "mpl-2.0"])
def test_a_licence_anybody_may_choose_says_nothing_of_the_base(tmp_path: Path, name: str) -> None:
    path = release(tmp_path / "r", README__md=card(name, BASE))
    assert len(offered(path)) == 1
    assert told(path, "base_licence") == []


def test_without_a_base_there_is_no_licence_of_one(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("llama3.1"))
    assert told(path, "base_licence") == []


def test_of_a_merge_the_licence_says_nothing(tmp_path: Path) -> None:
    lines = ("base_model:", "  - acme/scale", "  - acme/beam")
    path = release(tmp_path / "r", README__md=card("llama3.1", *lines))
    assert offered(path)
    assert told(path, "base_licence") == []


def seen(*bases: str, flags: tuple[bool, ...] = (True,)) -> Observations:
    found = Observations()
    for flag in flags:
        found.declared("has_base_model", flag, Place("README.md", 1))
    for base in bases:
        found.declared("base_model", base, Place("README.md", 1))
    return found


@pytest.mark.parametrize(
    ("observed", "base"),
    [
        (seen("acme/scale"), "acme/scale"),
        (seen("acme/scale", "acme/scale"), "acme/scale"),
        (seen("acme/scale", "acme/beam"), None),
        (seen("acme/scale, acme/beam"), None),
        (seen("acme/scale", flags=(True, False)), None),
        (seen("acme/scale", flags=()), None),
        (seen(), None),
    ],
)
def test_one_base_named_without_contradiction(observed: Observations, base: str | None) -> None:
    assert single_base(observed) == base


def test_every_known_word_comes_from_an_id_that_a_card_can_name() -> None:
    table = load_table()
    for licence in table.licences.values():
        found = table.named(licence.id)
        assert found is not None and found.word == licence.word
