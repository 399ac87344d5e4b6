"""What differs between two assessments and why: each kind of cause, alone and mixed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.toy_law import TOY_LAW
from tests.rules.changing_law import CHANGING, changing_law

from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.causes import AXES, MOST_IN_PAIRS, Cause, smallest_sets
from weighbridge.assess.difference import Difference, RowChange, difference
from weighbridge.assess.parts import PARTS, Supposed
from weighbridge.facts import Finding, Severity
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.text.places import Place

MAKER = ("made_by_actor=yes", "model_first_available=2030-01-01")
OLD_DAY, NEW_DAY = "2030-06-01", "2031-12-01"


def weighed(*sets: str, on: str = OLD_DAY, law: Law | None = None, **more: object) -> Assessment:
    request = Request(None, as_of=on, sets=sets, **more)  # type: ignore[arg-type]
    return assess(request, law or changing_law())


def row_of(found: Difference, rule: str, role: str = "developer") -> RowChange:
    (row,) = (
        each for each in found.rows if each.row.rule.id == rule and each.row.judged.row.role == role
    )
    return row


def told(found: Difference, rule: str, part: str = "verdict") -> list[tuple[str, object]]:
    """Return kind and sets of the causes of one part of a row."""
    return [(each.kind, each.sets) for each in row_of(found, rule).causes if each.of == part]


def amended(folder: Path, changes: str) -> Law:
    path = folder / "amendment.yaml"
    path.write_text(f"amendment: test\nchanges:\n{changes}", encoding="utf-8")
    return compile_law([CHANGING], [path])


def test_the_same_twice_differs_in_nothing() -> None:
    found = difference(weighed(*MAKER), weighed(*MAKER))
    assert found.nothing
    assert (found.axes, found.facts, found.rows) == ((), (), ())


def test_one_changed_fact_is_the_cause() -> None:
    found = difference(
        weighed(*MAKER, "training_compute=5e22", "users=1"),
        weighed(*MAKER, "training_compute=5e23", "users=2"),
    )
    assert found.axes == ("facts",)
    assert [(each.key, each.kind) for each in found.facts] == [
        ("training_compute", "changed"),
        ("users", "changed"),
    ]
    assert row_of(found, "xa/act/3").group == "new"
    assert told(found, "xa/act/3") == [("facts", (("training_compute",),))]


def test_facts_that_were_both_needed_are_told_one_by_one() -> None:
    found = difference(
        weighed(*MAKER, "made_by_actor=no", "training_compute=5e22"),
        weighed(*MAKER, "made_by_actor=yes", "training_compute=5e23"),
    )
    both = (("made_by_actor",), ("training_compute",))
    assert told(found, "xa/act/3") == [("facts", both)]


def test_facts_each_of_which_is_enough_are_told_as_a_pair() -> None:
    before = (*MAKER, "outputs_text=yes", "weights_public=no", "narrow_task=yes")
    after = (*MAKER, "outputs_text=yes", "weights_public=yes", "narrow_task=no")
    found = difference(weighed(*before, on=NEW_DAY), weighed(*after, on=NEW_DAY))
    assert told(found, "xa/act/4") == [("facts", (("narrow_task", "weights_public"),))]


def test_a_fact_that_comes_or_goes_is_a_cause_too() -> None:
    known, unknown = (*MAKER, "training_compute=5e23"), MAKER
    found = difference(weighed(*unknown), weighed(*known))
    assert [each.kind for each in found.facts] == ["added"]
    assert row_of(found, "xa/act/3").group == "settled"
    back = difference(weighed(*known), weighed(*unknown))
    assert [each.kind for each in back.facts] == ["removed"]
    assert row_of(back, "xa/act/3").group == "open"
    assert told(back, "xa/act/3") == [("facts", (("training_compute",),))]


DATES = {
    "a rule begins": ("xa/act/6", "in_force", "2031-06-30", "2031-07-01", "xa/act/6", "new"),
    "a rule ends": ("xa/act/5", "in_force", "2031-03-31", "2031-04-01", "xa/act/5", "gone"),
    "another version": ("xa/act/4", "says", "2031-04-30", "2031-05-01", "xa/act/4", "when"),
    "another due": ("xa/act/4", "due", "2031-04-30", "2031-05-01", "xa/act/4", "when"),
    "a time to wait": ("xa/act/3", "in_force", "2031-08-31", "2031-09-01", "xa/act/8", "new"),
    "a moved day": ("xa/act/10", "in_force", "2033-03-14", "2033-03-15", "moved_x", "when"),
}
ALL_OF_IT = (
    *MAKER,
    "training_compute=5e23",
    "outputs_text=yes",
    "outputs_image=yes",
    "weights_public=yes",
    "narrow_task=no",
    "model_first_available=2029-01-01",
)


@pytest.mark.parametrize("name", DATES)
def test_what_changes_with_the_day_alone(name: str) -> None:
    rule, part, first, second, provision, group = DATES[name]
    found = difference(weighed(*ALL_OF_IT, on=first), weighed(*ALL_OF_IT, on=second))
    assert found.axes == ("date",)
    assert row_of(found, rule).group == group
    assert told(found, rule, part) == [("date", ((provision,),))]


@pytest.mark.parametrize("name", DATES)
def test_the_days_may_stand_the_other_way_round(name: str) -> None:
    rule, part, first, second, provision, _ = DATES[name]
    found = difference(weighed(*ALL_OF_IT, on=second), weighed(*ALL_OF_IT, on=first))
    assert told(found, rule, part) == [("date", ((provision,),))]


def test_a_new_value_is_the_cause_by_its_name() -> None:
    facts = (*MAKER, "training_compute=5e22", "narrow_task=no")
    found = difference(weighed(*facts, on="2031-05-31"), weighed(*facts, on="2031-06-01"))
    assert told(found, "xa/act/3") == [("date", (("line_x",),))]
    assert row_of(found, "xa/act/3").group == "new"


def test_an_exception_that_begins_is_the_cause_by_its_id() -> None:
    facts = (*MAKER, "training_compute=5e23", "narrow_task=yes")
    found = difference(weighed(*facts, on="2031-02-28"), weighed(*facts, on="2031-03-01"))
    assert told(found, "xa/act/3") == [("date", (("xa/act/2-narrow",),))]
    assert row_of(found, "xa/act/3").group == "gone"


AMENDMENTS = {
    "set": ("  - set: {parameter: line_x, from: 2030-01-01, value: 9e23}\n", "verdict", "line_x"),
    "replace": ("  - replace: {rule: xa/act/2, when: narrow_task}\n", "verdict", "xa/act/2"),
    "repeal": ("  - repeal: {rule: xa/act/3, from: 2030-02-01}\n", "in_force", "xa/act/3"),
    "move": ("  - move: {rule: xa/act/3, from: 2032-01-01}\n", "in_force", "xa/act/3"),
    "add": (
        "  - add: {rule: xa/act/2-x, title: x, cite: x, exception_to: xa/act/2, "
        "when: weights_public}\n",
        "verdict",
        "xa/act/2-x",
    ),
}


@pytest.mark.parametrize("name", AMENDMENTS)
def test_the_provision_that_an_amendment_changes_is_the_cause(name: str, tmp_path: Path) -> None:
    changes, part, provision = AMENDMENTS[name]
    law = amended(tmp_path, changes)
    young = (*ALL_OF_IT, "model_first_available=2030-01-01")
    found = difference(weighed(*young), weighed(*young, law=law))
    assert found.axes == ("law",)
    assert told(found, "xa/act/3", part) == [("law", ((provision,),))]
    back = difference(weighed(*young, law=law), weighed(*young))
    assert told(back, "xa/act/3", part) == [("law", ((provision,),))]


def test_law_of_another_folder_brings_rows_for_the_law() -> None:
    both = compile_law([CHANGING, TOY_LAW])
    found = difference(weighed(*MAKER), weighed(*MAKER, law=both))
    row = row_of(found, "xa/toy-act/4")
    assert row.before is None
    assert row.causes == (Cause("row", "law", (("xa/toy-act/4",),)),)
    gone = row_of(difference(weighed(*MAKER, law=both), weighed(*MAKER)), "xa/toy-act/4")
    assert gone.after is None
    assert gone.causes == row.causes


def test_facts_and_date_are_told_apart() -> None:
    found = difference(
        weighed(*MAKER, "outputs_image=no", "training_compute=5e23"),
        weighed(*MAKER, "outputs_image=yes", "training_compute=5e23", on=NEW_DAY),
    )
    assert found.axes == ("facts", "date")
    assert told(found, "xa/act/6") == [("facts", (("outputs_image",),))]
    assert told(found, "xa/act/6", "in_force") == [("date", (("xa/act/6",),))]
    assert told(found, "xa/act/5", "in_force") == [("date", (("xa/act/5",),))]


def test_a_change_that_either_would_have_brought_names_both() -> None:
    found = difference(
        weighed(*MAKER, "training_compute=5e22"),
        weighed(*MAKER, "training_compute=5e23", on="2031-06-15"),
    )
    causes = [each for each in row_of(found, "xa/act/3").causes if each.of == "verdict"]
    assert causes == [
        Cause("verdict", "facts", (("training_compute",),), alone=False),
        Cause("verdict", "date", (("line_x",),), alone=False),
    ]


def test_a_role_that_a_fact_brings_names_the_fact() -> None:
    found = difference(weighed(*MAKER), weighed(*MAKER, "has_base_model=yes"))
    rows = [each for each in found.rows if each.row.judged.row.role == "modifier"]
    assert rows
    assert {each.causes for each in rows} == {(Cause("row", "asked", (("has_base_model",),)),)}


def test_a_role_asked_on_one_side_alone_says_so() -> None:
    found = difference(weighed(*MAKER, roles=("modifier",)), weighed(*MAKER))
    assert {each.causes for each in found.rows} == {(Cause("row", "asked"),)}
    assert {each.before is None for each in found.rows} == {True, False}


def test_a_firmer_ground_is_a_change_of_its_own() -> None:
    law = compile_law([TOY_LAW])
    found = difference(
        weighed("weights_public=yes", law=law), weighed("weights_public=yes", *MAKER, law=law)
    )
    row = row_of(found, "xa/toy-act/6")
    assert (row.group, row.changed) == ("ground", ("basis",))
    assert told(found, "xa/toy-act/6", "basis") == [("facts", (("made_by_actor",),))]


def test_findings_are_new_or_gone_by_id_severity_and_files() -> None:
    def finding(id: str, *places: Place, severity: Severity = Severity.LOW) -> Finding:
        return Finding(id, severity, f"{id} is odd", places)

    same = (finding("a", Place("README.md", 3)), finding("b", Place("x")))
    moved = (finding("a", Place("README.md", 9)), finding("b", Place("y")))
    before = replace(weighed(), findings=(*same, finding("c")))
    after = replace(weighed(), findings=(*moved, finding("c", severity=Severity.HIGH)))
    found = difference(before, after)
    assert [(each.id, each.severity) for each in found.new_findings] == [
        ("b", "low"),
        ("c", "high"),
    ]
    assert [(each.id, each.severity) for each in found.gone_findings] == [
        ("b", "low"),
        ("c", "low"),
    ]
    assert not found.nothing


def test_a_fact_told_twice_is_found_once_more() -> None:
    twice = Finding("a", Severity.LOW, "odd", (Place("x", 1),))
    found = difference(
        replace(weighed(), findings=(twice,)), replace(weighed(), findings=(twice, twice))
    )
    assert found.new_findings == (twice,)
    assert found.gone_findings == ()


def test_smallest_sets_are_single_then_pairs_then_one_that_is_minimal() -> None:
    def undoes(*wanted: str) -> Callable[[frozenset[str]], bool]:
        return lambda things: set(wanted) <= things

    things = list("abcd")
    assert smallest_sets(things, lambda some: bool(some & {"a", "c"})) == (("a",), ("c",))
    assert smallest_sets(things, undoes("a", "d")) == (("a", "d"),)
    assert smallest_sets(things, undoes("a", "b", "d")) == (("a", "b", "d"),)
    assert smallest_sets(things, undoes("e")) == ()
    assert smallest_sets([], undoes()) == ()


def test_among_very_many_things_pairs_are_not_tried() -> None:
    asked: list[int] = []

    def undoes(some: frozenset[str]) -> bool:
        asked.append(len(some))
        return {"000", "001"} <= some

    things = [f"{number:03}" for number in range(MOST_IN_PAIRS + 1)]
    assert smallest_sets(things, undoes) == (("000", "001"),)
    assert len(asked) == 2 * len(things) + 1


CHOICES: dict[str, Sequence[str]] = {
    "made_by_actor": ("yes", "no", "unknown"),
    "training_compute": ("5e21", "5e22", "5e23", "unknown"),
    "narrow_task": ("yes", "no", "unknown"),
    "weights_public": ("yes", "no", "unknown"),
    "outputs_text": ("yes", "no"),
    "outputs_image": ("yes", "unknown"),
    "model_first_available": ("2029-01-01", "2030-01-01", "unknown"),
}
DAYS = ("2029-06-01", "2030-06-01", "2031-02-20", "2031-05-20", "2031-06-20", "2033-03-10")


def some_side(chance: random.Random, laws: Sequence[Law]) -> Assessment:
    sets = [f"{name}={chance.choice(words)}" for name, words in CHOICES.items()]
    return weighed(*sets, on=chance.choice(DAYS), law=chance.choice(laws))


@pytest.mark.parametrize("seed", range(60))
def test_every_change_has_a_cause_and_putting_it_back_undoes_it(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    laws = [changing_law(), amended(tmp_path, AMENDMENTS[chance.choice([*AMENDMENTS])][0])]
    found = difference(some_side(chance, laws), some_side(chance, laws))
    for change in found.rows:
        if change.before is None or change.after is None:
            assert [each.of for each in change.causes] == ["row"]
            continue
        explained = {each.of for each in change.causes}
        assert explained >= {*change.changed} - {"basis"}, change
        for cause in change.causes:
            assert cause.kind in AXES
            assert cause.sets, (cause, change.row.rule.id)
            if cause.kind == "facts" and cause.alone:
                assert all(undone(found, change, cause.of, keys) for keys in cause.sets)


def undone(found: Difference, change: RowChange, part: str, keys: tuple[str, ...]) -> bool:
    """Return whether the later side with these facts as they were finds what was found before."""
    assert change.before is not None
    assert change.after is not None
    judge = found.after.judge
    old = found.before.judge.case.values
    again = judge.but({key: old.get(key) for key in keys})
    supposed = Supposed(again, change.after.rule, change.after.judged.row)
    return bool(PARTS[part](supposed) == PARTS[part](change.before.judged))
