"""What clauses say outright, and that a match never says no."""

from __future__ import annotations

import time

import pytest

from weighbridge.release.licence.clauses import find_clauses
from weighbridge.release.licence.table import CONDITIONS, load_table, plain_name, read_table
from weighbridge.text.errors import LanguageError

SAID = [
    ("non_commercial", True, "You may use the Model for non-commercial purposes only."),
    ("non_commercial", True, "The weights are provided solely for academic research."),
    ("non_commercial", True, "You shall not use the Materials for any commercial purpose."),
    ("non_commercial", True, "本模型仅供学术研究使用。"),
    ("non_commercial", True, "未经许可请勿传播。不得将模型用于任何商业用途。"),
    ("user_threshold", 700_000_000, "has greater than 700 million monthly active users, you must"),
    ("user_threshold", 1_000_000, "products with more than 1,000,000 daily active users need"),
    ("user_threshold", 1_000_000, "若您的产品日均用户活跃量（DAU）超过100万，须申请授权。"),
    ("revenue_threshold", 20_000_000, "or more than 20 million US dollars in monthly revenue, you"),
    ("revenue_threshold", 1_000_000, "If your annual revenue exceeds USD $1,000,000 you must"),
    ("revenue_threshold", 10_000_000, "entities with annual revenues of at least $10 million pay"),
    ("eu_excluded", True, "THIS AGREEMENT DOES NOT APPLY IN THE EUROPEAN UNION AND SOUTH KOREA."),
    ("eu_excluded", True, "本协议不适用于欧盟地区的用户。"),
    ("territory_excluded", True, "We grant You, for the Territory only, a non-exclusive license"),
    ("use_limits", True, "Use-based restrictions as referenced in paragraph 5 MUST be included"),
    ("use_limits", True, "Your use must adhere to the Acceptable Use Policy, incorporated here"),
    ("use_limits", True, "The model must not be used for military purposes."),
    ("naming_duty", True, "You shall prominently display “Built with Weigher” on a website."),
    ("naming_duty", True, "include “Weigher” at the beginning of any such AI model name."),
    ("no_improving_other_models", True, "You will not use it to improve any other language model."),
    ("separate_commercial_licence", True, "Commercial use requires a separate commercial license."),
    (
        "separate_commercial_licence",
        True,
        "you must request a license from Acme, which it may grant",
    ),
    ("access", True, "Acme grants you a worldwide, royalty-free license to the Model."),
    ("modify", True, "You are granted a license to use, copy and modify the Model."),
    ("redistribute", True, "Permission is hereby granted to use, copy and distribute this."),
]


@pytest.mark.parametrize(("condition", "answer", "text"), SAID)
def test_a_clause_is_found_with_its_answer(condition: str, answer: object, text: str) -> None:
    found = find_clauses(f"Preamble of little weight.\n\n{text}\n")
    assert condition in found
    assert found[condition].answer == answer
    assert found[condition].line == 3


NOT_SAID = [
    ("use", "This License does not grant permission to use the trade names of the Licensor."),
    ("use", "No license is granted to use the marks."),
    ("modify", "Nothing herein grants you the right to modify the Model; you may not modify it."),
    ("non_commercial", "You may use the Output for any purpose, including commercial purposes."),
    ("non_commercial", "The model supports commercial use."),
    ("non_commercial", "accompany it, allowed only for noncommercial distribution and only if"),
    ("user_threshold", "The service has 700 million monthly active users."),
    ("eu_excluded", "Meta Ireland Limited if you are located in the European Union."),
    ("no_improving_other_models", "If you use it to improve any other model, say so."),
    ("use_limits", "You shall comply with applicable laws."),
]


@pytest.mark.parametrize(("condition", "text"), NOT_SAID)
def test_what_is_not_said_is_not_found(condition: str, text: str) -> None:
    assert condition not in find_clauses(text)


def test_the_first_clause_counts_and_its_words_can_be_shown() -> None:
    text = "a\n\x1b[31mFor non-commercial\npurposes only.\nAgain: for non-commercial use only.\n"
    clause = find_clauses(text)["non_commercial"]
    assert clause.line == 2
    assert clause.words.isprintable()


def test_only_what_is_asked_is_looked_for() -> None:
    text = "Granted free of charge: a license to use and modify for non-commercial purposes only."
    assert set(find_clauses(text, ["non_commercial"])) == {"non_commercial"}


def test_table_answers_every_condition_unless_left_open() -> None:
    table = load_table()
    for licence in table.licences.values():
        assert set(licence.conditions) <= set(CONDITIONS)
        assert licence.policy is None or table.get(licence.policy) or "3.2" in licence.policy
    assert table.licences["Apache-2.0"].conditions["non_commercial"] is False
    assert table.licences["llama2"].conditions["user_threshold"] == 700_000_000
    assert "eu_excluded" not in table.licences["use-policy:llama3.2"].conditions


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("Apache License 2.0", "Apache-2.0"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("openrail++", "openrail++"),
        ("openrail", "openrail"),
        ("llama3.1", "llama3.1"),
        ("Gemma Terms of Use", "gemma"),
        ("cc0-1.0", "CC0-1.0"),
        ("never-heard", None),
    ],
)
def test_names_as_hubs_write_them(name: str, id: str | None) -> None:
    found = load_table().named(name)
    assert (found.id if found else None) == id


def test_no_two_licences_share_a_name() -> None:
    names = [
        plain_name(name)
        for each in load_table().licences.values()
        for name in {*map(plain_name, each.names), plain_name(each.id)}
    ]
    assert sorted(names) == sorted(set(names))


def test_a_broken_table_is_refused_with_its_place() -> None:
    with pytest.raises(LanguageError) as caught:
        read_table("X: {terms: grant wings}\n", "licences.yaml")
    assert str(caught.value) == (
        "licences.yaml:1:4: `grant wings` names an unknown condition\n"
        "  in X\n"
        "  | X: {terms: grant wings}\n"
        "  |    ^"
    )


@pytest.mark.parametrize(
    "words",
    [
        "must not use military ",
        "must not military, ",
        "grant under patent ",
        "not improve any train other models ",
        "revenue over more than monthly active users ",
        "prohibited use policy built prominently name ",
        "不得军事收入超过用户活跃名称必须",
        "commercial research only may not for in ",
        "does not apply european union ",
    ],
)
def test_a_hostile_text_is_searched_in_moments(words: str) -> None:
    text = (words * (300_000 // len(words)))[: 1 << 18]
    start = time.process_time()
    find_clauses(text)
    find_clauses(text.replace("military", "militaryx").replace("models", "modelsx"))
    assert time.process_time() - start < 8
