"""What may be advised is data, and the data keeps what is never advised."""

from __future__ import annotations

import re

import pytest

from weighbridge.plan.levers import read_levers, shipped_levers
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import LanguageError

NEVER_SAID = re.compile(
    r"\b(compliant|cleared|safe|legal|approved|certified|guaranteed|liable)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def shipped() -> Law:
    return compile_law([LAW_FOLDER])


def test_every_fact_a_person_could_change_is_a_lever_or_says_why_not(shipped: Law) -> None:
    levers = shipped_levers()
    changed = {name for lever in levers.levers for name in lever.sets}
    kept = [name for each in levers.never for name in each.facts]
    assert len(kept) == len(set(kept))
    assert changed.isdisjoint(kept)
    everyday = {
        each.name: each
        for each in shipped.vocabulary
        if each.mutable != "never" and not each.legal and each.subject != "role"
    }
    turned_on = {name for name, each in everyday.items() if each.type != "text"}
    assert sorted(turned_on - changed - set(kept)) == []  # no rule turns on a text
    assert sorted((changed | set(kept)) - everyday.keys()) == []


def test_a_lever_sets_no_figure_no_name_and_no_history(shipped: Law) -> None:
    for lever in shipped_levers().levers:
        for name, text in lever.sets.items():
            type_ = shipped.vocabulary[name]
            assert type_.is_boolean or type_.type == "enum", lever.id
            assert type_.mutable in ("easy", "costly"), lever.id
            assert not type_.legal, lever.id
            type_.read(text)


def test_closing_shutting_out_and_another_licence_are_marked_with_who_loses(shipped: Law) -> None:
    leaving = {lever.id: lever for lever in shipped_levers().levers if lever.leaves}
    assert sorted(leaving) == [
        "close-service",
        "close-weights",
        "gate-download",
        "leave-market",
        "relicense-free",
    ]
    assert all(lever.who_loses for lever in leaving.values())
    shutting = ("weights_public", "public_service", "available_there", "excluded_there")
    licence = [each.name for each in shipped.vocabulary if each.name.startswith("licence_allows")]
    for lever in shipped_levers().levers:
        if {*shutting, *licence} & set(lever.sets):
            assert lever.leaves, lever.id


def test_what_is_never_advised_has_its_reason() -> None:
    reasons = {each.id: each for each in shipped_levers().never}
    assert "planned_compute" in reasons["figures"].facts
    assert "own_name" in reasons["names"].facts
    assert "passes_on" in reasons["splitting"].facts
    assert all(each.because for each in reasons.values())


def test_no_lever_judges_anybody() -> None:
    levers = shipped_levers()
    said = [f"{each.does} {each.who_loses}" for each in levers.levers]
    said += [each.because for each in levers.never]
    assert [text for text in said if NEVER_SAID.search(text)] == []


def refused(text: str) -> str:
    with pytest.raises(LanguageError) as caught:
        read_levers(text, "levers.yaml")
    return str(caught.value)


def test_a_lever_that_leaves_says_who_loses() -> None:
    assert refused("lever: shut\ndoes: shut it\nsets: {a: no}\nleaves: release\n") == (
        "levers.yaml:1:1: what leaves says who loses access, and nothing else does\n"
        "  | lever: shut\n"
        "  | ^"
    )


def test_nothing_is_free() -> None:
    assert refused("hours: easy\nlow: 0\nhigh: 0\n") == (
        "levers.yaml:1:1: hours go from low to high, and nothing is free\n  | hours: easy\n  | ^"
    )
