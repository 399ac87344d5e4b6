"""What the pages of reforms say: the sentence, the switches, what changes, what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.report.blocks import Page
from weighbridge.report.markdown import to_markdown
from weighbridge.report.reform_page import reform_json, reform_page, reforms_json, reforms_page
from weighbridge.rules import Law, load_law
from weighbridge.rules.already import read_levers
from weighbridge.rules.amendment import Amendment, read_amendments, shipped_amendments

NAME = "reform/use-based"


@pytest.fixture(scope="module")
def plain() -> Law:
    return load_law()


@pytest.fixture(scope="module")
def amended() -> Law:
    return load_law([], [Path(NAME)])


@pytest.fixture(scope="module")
def amendments() -> list[Amendment]:
    return read_amendments([shipped_amendments()[NAME]])


def _said(page: Page) -> str:
    return " ".join(to_markdown(page).split())


def test_the_list_names_every_reform_with_its_sentence_and_switches(plain: Law) -> None:
    every = read_amendments(shipped_amendments().values())
    said = _said(reforms_page(every))
    assert "reform/common" not in said, "it changes nothing by itself"
    for each in (each for each in every if not each.is_shared):
        assert each.name in said
        assert " ".join(each.policy.split())[:60] in said
    listed = reforms_json(plain, "2026-11-23", every)["reforms"]
    assert {each["reform"] for each in listed} == set(shipped_amendments())
    assert {"use_based_tier", "use_based_makers"} <= set(
        next(each for each in listed if each["reform"] == NAME)["switches"]
    )


def test_a_reform_is_a_what_if_and_says_how_to_try_it(
    plain: Law, amended: Law, amendments: list[Amendment]
) -> None:
    said = _said(reform_page(plain, amended, amendments, NAME))
    assert f"{NAME} · a what-if, not the law" in said
    assert f"weighbridge diff . --amend {NAME}" in said


def test_a_reform_says_what_it_lifts_moves_orphans_and_leaves_alone(
    plain: Law, amended: Law, amendments: list[Amendment]
) -> None:
    said = _said(reform_page(plain, amended, amendments, NAME))
    assert "California (US-CA): Summary of the training data on the web site" in said
    assert "Data and data governance: now the deployer's" in said
    assert "orphaned: only the developer knows the datasets named as training data" in said
    assert "export control, which serves the security of states: Licence where a letter" in said


def test_no_reform_is_credited_with_what_the_law_has(
    plain: Law, amended: Law, amendments: list[Amendment]
) -> None:
    said = _said(reform_page(plain, amended, amendments, NAME))
    levers = {each.id: each for each in read_levers(plain)}
    partly = [
        each.market for each in levers["model-duties-lifted"].markets if each.state == "partly"
    ]
    assert f"partly: {', '.join(partly)}" in said


def test_every_lever_is_pulled_by_a_reform_and_every_reform_names_known_ones(plain: Law) -> None:
    pulled = {
        lever for each in read_amendments(shipped_amendments().values()) for lever in each.levers
    }
    assert pulled == {each.id for each in read_levers(plain)}


def test_the_json_holds_the_same(plain: Law, amended: Law, amendments: list[Amendment]) -> None:
    found = reform_json(plain, amended, amendments, NAME, "2026-11-23")
    assert found["format"] == 1
    assert found["amendments"] == ["reform/common", NAME]
    moved = {each["rule"]: each["orphaned"] for each in found["moves"]}
    assert moved["eu/ai-act/10-deployer"] == ["training_datasets"]
    lifts = {each["rule"]: set(each["of"]) for each in found["lifts"]}
    assert "eu/ai-act/53.1.d" in lifts[f"{NAME}/model-duties"]
    assert "us/export-control/744" in found["left_alone"]
    assert [each["lever"] for each in found["levers"]]
