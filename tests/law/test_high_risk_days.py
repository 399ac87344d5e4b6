"""The days of the high-risk chapter: every duty of it is moved for the same systems alike."""

from __future__ import annotations

import pytest

from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of

PACK = "eu/ai-act"
BOUND = "bound_as_high_risk"
MOVERS = ("113.c.ii", "111.1", "111.2-public-until")
"""What puts the first day off: products, parts of the large databases, older public systems."""

BEFORE_THE_CHAPTER = ("Art. 4a",)
"""Articles that speak of high-risk systems and apply since an earlier day."""


def bound_rules(law: Law) -> set[str]:
    """Return the rules of the chapter: they make a row and turn on its duties."""
    return {
        rule.id
        for rule in law.bindings
        if BOUND in facts_of(rule.when) and not rule.cite.at.startswith(BEFORE_THE_CHAPTER)
    }


def mover(law: Law, name: str) -> Rule:
    (rule,) = law.by_id[f"{PACK}/{name}"]
    return rule


def test_there_are_duties_of_the_chapter(law: Law) -> None:
    assert {f"{PACK}/9", f"{PACK}/26.1", f"{PACK}/47"} <= bound_rules(law)


@pytest.mark.parametrize("name", MOVERS)
def test_whatever_moves_the_chapter_moves_all_of_it(law: Law, name: str) -> None:
    moved = mover(law, name).body["moves"]
    assert sorted(bound_rules(law) - set(moved)) == [], "add these to its `moves`"
    assert len(moved) == len(set(moved))


def test_all_of_them_move_the_same(law: Law) -> None:
    lists = {name: mover(law, name).body["moves"] for name in MOVERS}
    assert all(each == lists[MOVERS[0]] for each in lists.values())


def test_every_duty_of_the_chapter_begins_with_the_listed_uses(law: Law) -> None:
    other = {
        rule.id
        for rule in law.bindings
        if rule.id in bound_rules(law) and rule.body.get("starts") != "annex_iii_start"
    }
    assert sorted(other) == []


def test_being_older_never_puts_off_what_is_prohibited_altogether(law: Law) -> None:
    moved = {id_ for name in MOVERS for id_ in mover(law, name).body["moves"]}
    for rule in law.bindings:
        if rule.pack == PACK and rule.cite.at.startswith("Art. 5("):
            assert rule.id not in moved
            assert "grandfathered_system" not in facts_of(rule.when), rule.id
    excused = {id_ for rule in law.by_id[f"{PACK}/111.2"] for id_ in rule.exception_to}
    assert excused == {f"{PACK}/8"}
