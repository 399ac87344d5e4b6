"""Licences as contracts: who holds one, that no pack is out of reach, and what they share."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.law.judged import shipped_law
from weighbridge.assess import Request, assess
from weighbridge.facts.vocabulary import Vocabulary
from weighbridge.release.licence.table import OTHER, load_table
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import In, facts_of, leaves
from weighbridge.rules.rule import Pack

RECIPIENTS = {
    *("modifier", "integrator", "host", "steward", "importer", "distributor", "deployer"),
    "researcher",
}
FACTS = ("weights_licence", "base_licence")


def contracts(law: Law) -> list[Pack]:
    return [pack for pack in law.packs.values() if pack.authority == "contract"]


def rules_of(law: Law, pack: Pack) -> list[Rule]:
    return [rule for rule in law.rules if rule.pack == pack.id]


def words_named(rule: Rule, fact: str) -> set[str]:
    """Return the words of an enum that a condition tests."""
    found = (leaf for leaf in leaves(rule.when) if isinstance(leaf, In) and leaf.fact == fact)
    return {word for leaf in found for word in leaf.words}


def holder_of(law: Law, pack: Pack) -> Rule:
    """Return the definition of who holds the licence."""
    (fact,) = {term.fact for term in pack.addressees}
    (rule,) = [each for each in rules_of(law, pack) if each.body.get("concludes") == fact]
    return rule


def words_of(vocabulary: Vocabulary, fact: str) -> set[str]:
    return set(vocabulary[fact].values) - {OTHER}


def test_a_licence_is_a_contract_without_a_market_and_read_in_full(law: Law) -> None:
    assert len(contracts(law)) >= 25
    for pack in contracts(law):
        assert (pack.market, pack.status) == ("", "enacted"), pack.id
        assert "Read as " in pack.note, pack.id
        assert {rule.read.text for rule in rules_of(law, pack)} == {"copy"}, pack.id
        assert {rule.authority for rule in rules_of(law, pack)} == {"contract"}, pack.id


def test_each_pack_binds_recipients_of_one_licence_and_never_its_developer(law: Law) -> None:
    named: list[str] = []
    for pack in contracts(law):
        roles = {term.name: set(term.roles) for term in pack.addressees}
        assert roles["licensee"] == RECIPIENTS, pack.id
        assert all(each <= RECIPIENTS for each in roles.values()), pack.id
        holder = holder_of(law, pack)
        words = [words_named(holder, fact) for fact in FACTS]
        assert words[0] == words[1] and len(words[0]) == 1, pack.id
        assert holder.body["complete"], pack.id
        named += words[0]
    assert len(named) == len(set(named))
    for fact in FACTS:
        assert set(named) == words_of(law.vocabulary, fact)


def test_both_facts_know_the_same_licences(law: Law) -> None:
    assert law.vocabulary["weights_licence"].values == law.vocabulary["base_licence"].values


def test_every_word_is_reached_from_one_known_licence(law: Law) -> None:
    known = [each.word for each in load_table().licences.values() if each.word != OTHER]
    assert sorted(known) == sorted(words_of(law.vocabulary, "weights_licence"))


def test_only_licences_with_terms_here_stay_on_changed_copies() -> None:
    staying = [each for each in load_table().licences.values() if each.stays]
    assert staying
    assert [each.id for each in staying if each.word == OTHER or each.about == "code"] == []


def test_a_duty_of_a_licence_says_what_ends_the_permission(law: Law) -> None:
    binding = [
        rule
        for pack in contracts(law)
        for rule in rules_of(law, pack)
        if rule.kind in ("duty", "prohibition")
    ]
    assert binding
    assert [rule.key for rule in binding if not {"fine", "by"} <= set(rule.breach)] == []


def test_every_reading_of_a_licence_is_turned_on_in_one(law: Law) -> None:
    packs = {pack.id for pack in contracts(law)}
    readings = {name for name, each in law.questions.items() if each.pack in packs}
    used = {
        name
        for pack in contracts(law)
        for rule in rules_of(law, pack)
        for name in facts_of(rule.when)
    }
    assert readings
    assert readings - used == set()


def rows(roles: Iterable[str], *sets: str) -> dict[tuple[str, str], bool | None]:
    """Return the verdicts of rows of contracts, by rule and role."""
    law = shipped_law()
    found = assess(Request(None, sets=sets, roles=tuple(roles)), law)
    return {
        (row.rule.id, row.judged.row.role): row.judged.verdict
        for row in found.verdicts
        if row.rule.authority == "contract"
    }


def test_the_developer_has_no_row_of_a_licence() -> None:
    assert rows(["developer"], "weights_licence=mit") == {}


@pytest.mark.parametrize("role", sorted(RECIPIENTS - {"modifier"}))
def test_a_recipient_owes_by_the_licence_of_these_weights_alone(role: str) -> None:
    judged = rows([role], "weights_licence=openmdw_1_0", "base_licence=llama_2")
    held = {rule.rsplit("/", 1)[0] for (rule, _), verdict in judged.items() if verdict is not False}
    assert held == {"licence/openmdw-1.0"}


def test_whoever_changed_the_model_owes_by_the_licence_of_its_base() -> None:
    judged = rows(["modifier"], "weights_licence=apache_2_0", "base_licence=gemma")
    held = {rule.rsplit("/", 1)[0] for (rule, _), verdict in judged.items() if verdict is not False}
    assert held == {"licence/gemma"}


def test_another_licence_settles_every_row() -> None:
    assert set(rows(["host"], "weights_licence=other").values()) == {False}


def test_one_answer_stands_before_all_rows_of_a_modifier() -> None:
    law = shipped_law()
    found = assess(Request(None, roles=("modifier",)), law)
    open_ = [
        row
        for row in found.verdicts
        if row.rule.authority == "contract" and row.judged.verdict is None
    ]
    assert len(open_) > 100
    assert set(rows(["modifier"], "base_licence=other").values()) == {False}
