"""Every form the language has, read and said back; trees print and read to themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.cases import GOOD, TOY, good_prose, load
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.leaf import parse_leaf
from weighbridge.rules.names import LawNames
from weighbridge.rules.nodes import (
    All,
    Any_,
    Flag,
    Not,
    facts_of,
    leaves,
    node_from_json,
    node_to_json,
    node_to_text,
    parameters_of,
)
from weighbridge.rules.rule import BINDINGS, GATES
from weighbridge.rules.sources import LAW_FOLDER


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.stem)
def test_a_good_case_reads_exactly_like_this(case: Path) -> None:
    assert good_prose(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_the_good_cases_hold_every_kind_of_rule(tmp_path: Path) -> None:
    kinds = {rule.kind for case in GOOD for rule in load(case, tmp_path / case.stem / "law").rules}
    assert kinds == {*BINDINGS, *GATES}


@pytest.mark.parametrize("folder", [TOY, LAW_FOLDER], ids=["toy", "shipped"])
def test_trees_survive_json_and_leaves_survive_printing(folder: Path) -> None:
    law = compile_law([folder])
    names = LawNames(law.vocabulary, law.parameters)
    for rule in law.rules:
        for tree in (rule.when, *([rule.unless] if rule.unless is not None else [])):
            assert node_from_json(node_to_json(tree)) == tree
            for leaf in leaves(tree):
                assert parse_leaf(str(node_to_text(leaf)), names) == leaf


@pytest.fixture(scope="module")
def toy() -> Law:
    return compile_law([TOY])


def test_a_list_of_one_is_its_only_part(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "rule: toy/act/7\ntitle: x\ncite: s. 7\n"
        "duty: {addressee: maker, family: safety, must: x}\nwhen: {all: [{any: [toy_red]}]}\n",
        encoding="utf-8",
    )
    assert load(case, tmp_path / "law").by_id["toy/act/7"][0].when == Flag("toy_red")


def test_what_a_tree_speaks_of_comes_once_and_in_order(toy: Law) -> None:
    names = LawNames(toy.vocabulary, toy.parameters)
    compare = parse_leaf("toy_weight > toy_share * toy_box_weight + toy_line", names)
    moved = parse_leaf("toy_day < months_after(toy_start, toy_grace)", names)
    tree = All((Flag("toy_red"), Any_((compare, Not(Flag("toy_red")))), moved))
    assert facts_of(tree) == ("toy_red", "toy_weight", "toy_box_weight", "toy_day")
    assert parameters_of(tree) == ("toy_share", "toy_line", "toy_start", "toy_grace")


def test_a_parameter_is_absent_before_its_first_day_and_changes_on_the_next(toy: Law) -> None:
    line = toy.parameter("toy_line")
    first, second = (value.start for value in line.values)
    assert line.at(first - 1) is None
    assert [line.at(day).value for day in (first, second - 1, second)] == [1e3, 1e3, 2e3]  # type: ignore[union-attr]


def test_a_rational_is_rounded_once(toy: Law) -> None:
    assert toy.parameter("toy_share").values[0].value == 1 / 3
    assert toy.parameter("toy_share").values[0].written == "1/3"


def test_comments_and_order_of_keys_change_no_rule(tmp_path: Path) -> None:
    text = "rule: toy/act/7\ntitle: x\ncite: s. 7\nscope: toy/act\nwhen: toy_red\n"
    other = "# why\nwhen: toy_red # here\nscope: toy/act\ntitle: x\ncite: s. 7\nrule: toy/act/7\n"
    laws = []
    for name, body in (("one", text), ("two", other)):
        case = tmp_path / f"{name}.yaml"
        case.write_text(body, encoding="utf-8")
        laws.append(load(case, tmp_path / name).by_id["toy/act/7"][0])
    one, two = laws
    assert (one.when, one.cite, one.title) == (two.when, two.cite, two.title)
