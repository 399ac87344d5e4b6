"""Each question on a law whose answer is known, both ways; each witness judged by the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.law.cases import read_cases, run_case
from tests.reason.prove.toy import answer, ban, duty, kinds, rule, toy_law
from weighbridge.facts import Range
from weighbridge.reason.judge import Judge
from weighbridge.reason.prove.found import Found
from weighbridge.report.prove_cases import cases_yaml
from weighbridge.rules import Law


def confirm(law: Law, founds: list[Found], folder: Path) -> None:
    """Assert that the reference says of every witness what is told, in memory and as cases."""
    assert founds
    for found in founds:
        for witness in found.witnesses:
            judge = Judge(law, witness.values, witness.as_of)
            for each in witness.expected:
                if each.in_force:
                    verdict, _ = judge.verdict(law.version(each.name, witness.as_of), each.row)
                    words = {True: "applies", False: "does-not-apply", None: "unknown"}
                    assert words[verdict] == each.verdict
    path = folder / "cases.yaml"
    path.write_text(cases_yaml(law.vocabulary, founds), encoding="utf-8")
    cases = list(read_cases(path, ""))
    assert len(cases) >= sum(len(each.witnesses) for each in founds)
    for case in cases:
        assert run_case(law, case) == []


# Contradictions -----------------------------------------------------------------------------------

KEEP = duty("one/act/keep", "red", demands="keeps_logs")
NOT_KEEP = ban("two/act/not-keep", "loud", forbids="keeps_logs")


def test_what_one_market_demands_another_forbids(tmp_path: Path) -> None:
    law = toy_law(tmp_path, KEEP, NOT_KEEP)
    founds = answer("contradictions", law)
    assert kinds(founds) == [("opposed", ("one/act/keep", "two/act/not-keep"))]
    (witness,) = founds[0].witnesses
    assert witness.values == {"loud": True, "makes_toys": True, "red": True}
    assert [each.row.market for each in witness.expected] == ["AA", "BB"]
    confirm(law, founds, tmp_path)


@pytest.mark.parametrize(
    "other",
    [
        ban("two/act/not-keep", "not red", forbids="keeps_logs"),
        ban("two/act/not-keep", "loud", forbids="loud"),
        duty("two/act/also-keep", "loud", demands="keeps_logs"),
        ban("two/act/not-keep", "loud", forbids="keeps_logs", in_force="{to: 2025-01-01}"),
        ban("two/act/not-keep", "loud", forbids="keeps_logs", status="bill"),
    ],
    ids=["never together", "of other things", "the same demand", "no longer", "a bill"],
)
def test_rules_that_can_be_kept_do_not_contradict(tmp_path: Path, other: str) -> None:
    assert answer("contradictions", toy_law(tmp_path, KEEP, other)) == []


def test_doing_what_a_duty_demands_can_be_what_is_forbidden(tmp_path: Path) -> None:
    held = ban("two/act/no-logs", "{all: [keeps_logs, loud]}")
    law = toy_law(tmp_path, KEEP, held)
    founds = answer("contradictions", law)
    assert kinds(founds) == [("triggers", ("one/act/keep", "two/act/no-logs"))]
    assert founds[0].witnesses[0].values["keeps_logs"] is True
    confirm(law, founds, tmp_path)


def test_a_prohibition_that_holds_anyhow_is_not_brought_by_the_demand(tmp_path: Path) -> None:
    held = ban("two/act/anyhow", "{any: [loud, {all: [keeps_logs, not red]}]}")
    assert answer("contradictions", toy_law(tmp_path, KEEP, held)) == []


# Dead ---------------------------------------------------------------------------------------------


def exception(to: str, when: str, id_: str = "one/act/but", **more: str) -> str:
    return rule(id_, f"exception_to: [{to}]", when, **more)


@pytest.mark.parametrize(
    ("when", "but", "kind"),
    [
        ("red", "not red", "dead-exception"),
        ("red", "loud", ""),
        ("weight > line", "weight <= line", "dead-exception"),
        ("weight >= line", "weight > line", ""),
        ("power > power_line", "{all: [power <= power_line, red]}", "dead-exception"),
        ("kind in {soft, hard}", "kind in {odd}", "dead-exception"),
        ("kind in {soft, odd}", "kind in {odd, hard}", ""),
        ("red", "not makes_toys", "dead-exception"),
        ("red", "role in {developer}", ""),
        ("red", "role in {host}", "dead-exception"),
    ],
)
def test_an_exception_is_dead_where_it_never_meets_its_rule(
    tmp_path: Path, when: str, but: str, kind: str
) -> None:
    law = toy_law(tmp_path, duty("one/act/do", when), exception("one/act/do", but))
    wanted = [(kind, ("one/act/but", "one/act/do"))] if kind else []
    assert kinds(answer("dead", law)) == wanted


def test_why_an_exception_is_dead_is_told(tmp_path: Path) -> None:
    law = toy_law(tmp_path, duty("one/act/do", "red"), exception("one/act/do", "not makes_toys"))
    assert answer("dead", law)[0].says == (
        "`one/act/but` can never take anything from `one/act/do`: its scope or addressee and the "
        "condition of the exception never hold together"
    )


def test_an_exception_that_lived_on_another_day_is_not_dead(tmp_path: Path) -> None:
    late = exception("one/act/but", "red", "one/act/until", in_force="{from: 2025-01-01}")
    law = toy_law(tmp_path, duty("one/act/do"), exception("one/act/do", "red"), late)
    assert answer("dead", law) == []


def test_an_exception_without_a_day_beside_its_rule_is_dead(tmp_path: Path) -> None:
    law = toy_law(
        tmp_path,
        duty("one/act/do", in_force="{from: 2025-01-01}"),
        exception("one/act/do", "red", in_force="{to: 2024-01-01}"),
    )
    assert kinds(answer("dead", law)) == [("never-together", ("one/act/but", "one/act/do"))]


def test_a_rule_that_nothing_meets_is_dead(tmp_path: Path) -> None:
    never = duty("one/act/never", "{all: [red, not red]}")
    law = toy_law(tmp_path, never, duty("one/act/do", "red"))
    assert kinds(answer("dead", law)) == [("never-met", ("one/act/never",))]


# Redundant ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("{all: [weight > line, red, red]}", ["red", "red"]),
        ("{all: [kind in {soft}, 'kind in {soft, hard}']}", ["kind in {soft, hard}"]),
        ("{any: [red, {all: [red, loud]}]}", ["all: [red, loud]"]),
        ("{all: [red, loud]}", []),
        ("{any: [weight > line, weight <= line]}", []),
        ("{all: [red, {any: [not red, loud]}]}", []),
    ],
)
def test_a_part_is_redundant_where_it_never_decides(
    tmp_path: Path, when: str, found: list[str]
) -> None:
    when = when.replace("kind in {soft}", "'kind in {soft}'", 1)
    founds = answer("redundant", toy_law(tmp_path, duty("one/act/do", when)))
    assert [each.says.split("`")[3] for each in founds] == found


# Cliffs -------------------------------------------------------------------------------------------


def test_a_figure_that_brings_many_duties_at_once_is_a_cliff(tmp_path: Path) -> None:
    many = [duty(f"one/act/{number}", "weight > line") for number in range(4)]
    other = duty("one/act/other", "weight >= line")
    law = toy_law(tmp_path, *many, other)
    (found,) = answer("cliffs", law, at_least=4)
    assert (found.kind, found.more["low"], found.more["high"]) == ("brings", 10.0, 11.0)
    assert found.rules == tuple(f"one/act/{number}" for number in range(4))
    below, above = found.witnesses
    assert (below.values["weight"], above.values["weight"]) == (
        Range.exactly(10),
        Range.exactly(11),
    )
    confirm(law, [found], tmp_path)
    assert answer("cliffs", law, at_least=5) == []


def test_a_figure_can_end_duties_too(tmp_path: Path) -> None:
    law = toy_law(tmp_path, *(duty(f"one/act/{n}", "weight <= line") for n in range(2)))
    (found,) = answer("cliffs", law, at_least=2)
    assert (found.kind, len(found.rules)) == ("ends", 2)
    confirm(law, [found], tmp_path)


def test_duties_that_no_one_release_has_together_are_no_cliff(tmp_path: Path) -> None:
    apart = ["red", "not red"]
    rules = [duty(f"one/act/{n}", f"{{all: [weight > line, {apart[n]}]}}") for n in range(2)]
    assert answer("cliffs", toy_law(tmp_path, *rules), at_least=2) == []


def test_the_step_of_a_large_figure_is_the_next_number_there_is(tmp_path: Path) -> None:
    law = toy_law(tmp_path, *(duty(f"one/act/{n}", "power > power_line") for n in range(2)))
    (found,) = answer("cliffs", law, at_least=2)
    assert found.more["low"] == 1e25 < found.more["high"]
    confirm(law, [found], tmp_path)


# Gaps ---------------------------------------------------------------------------------------------


def concludes(fact: str, when: str, **more: str) -> str:
    return rule(f"one/act/{fact}", f"concludes: {fact}", when, **more)


def test_a_value_between_two_classes_is_a_gap(tmp_path: Path) -> None:
    law = toy_law(
        tmp_path,
        concludes("is_small", "weight < line", complete="yes"),
        concludes("is_large", "weight > line", complete="yes"),
    )
    (found,) = answer("gaps", law)
    assert (found.kind, set(found.rules)) == ("between", {"one/act/is_small", "one/act/is_large"})
    assert found.witnesses[0].values == {"weight": Range.exactly(10)}


def test_classes_that_meet_leave_no_gap(tmp_path: Path) -> None:
    law = toy_law(
        tmp_path,
        concludes("is_small", "weight < line", complete="yes"),
        concludes("is_large", "weight >= line", complete="yes"),
    )
    assert answer("gaps", law) == []


def test_a_definition_that_leaves_cases_open_is_a_gap(tmp_path: Path) -> None:
    law = toy_law(tmp_path, concludes("is_small", "weight < line"))
    (found,) = answer("gaps", law)
    assert (found.kind, found.more["fact"]) == ("silent", "is_small")
    confirm(law, [found], tmp_path)


def test_days_between_two_versions_are_a_gap(tmp_path: Path) -> None:
    apart = [
        duty("one/act/do", in_force="{from: 2024-01-01, to: 2024-06-01}"),
        duty("one/act/do", in_force="{from: 2024-07-01}"),
    ]
    (found,) = answer("gaps", toy_law(tmp_path, *apart))
    assert found.says == (
        "no version of `one/act/do` stands from 2024-06-01 to the day before 2024-07-01"
    )
    meeting = [apart[0], duty("one/act/do", in_force="{from: 2024-06-01}")]
    assert answer("gaps", toy_law(tmp_path / "meeting", *meeting)) == []


# Two laws -----------------------------------------------------------------------------------------

_AMENDMENT = "amendment: change\ntitle: Change\npolicy: It changes.\nchanges:\n  - {change}\n"


def amended(folder: Path, change: str, *rules: str) -> tuple[Law, Law]:
    plain = toy_law(folder / "plain", *rules)
    return plain, toy_law(folder / "new", *rules, amend=_AMENDMENT.format(change=change))


def test_for_whom_a_higher_line_changes_a_duty_is_shown(tmp_path: Path) -> None:
    change = "set: {parameter: line, from: 2020-01-01, value: 20}"
    plain, new = amended(tmp_path, change, duty("one/act/do", "weight > line"))
    founds = answer("amendment", new, other=plain)
    assert kinds(founds) == [("ends", ("one/act/do",))]
    (witness,) = founds[0].witnesses
    weight = witness.values["weight"]
    assert isinstance(weight, Range) and weight.low is not None and 10 < weight.low <= 20
    assert (witness.expected[0].was, witness.expected[0].verdict) == ("applies", "does-not-apply")
    assert witness.amend == ("change",)


def test_a_line_that_comes_later_changes_something_then(tmp_path: Path) -> None:
    change = "set: {parameter: line, from: 2027-01-01, value: 20}"
    plain, new = amended(tmp_path, change, duty("one/act/do", "weight > line"))
    assert answer("amendment", new, other=plain) == []
    (found,) = answer("amendment", new, other=plain, later=True)
    assert found.says == "on 2027-01-01 `one/act/do` no longer holds for somebody"


def test_a_move_of_the_first_day_is_a_change(tmp_path: Path) -> None:
    change = "move: {rule: one/act/do, from: 2026-06-01}"
    plain, new = amended(tmp_path, change, duty("one/act/do", "red"))
    assert kinds(answer("amendment", new, other=plain)) == [("ends", ("one/act/do",))]


REWRITTEN = "replace: {{rule: one/act/do, when: {when}}}"


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("{any: [loud, red]}", []),
        ("{not: {all: [not red, not loud]}}", []),
        ("{any: [red, loud, {all: [red, loud]}]}", []),
        ("red", ["ends"]),
        ("{any: [red, loud, keeps_logs]}", ["begins"]),
        ("{all: [red, loud]}", ["ends"]),
    ],
)
def test_a_tidying_is_the_same_or_it_is_shown_where_not(
    tmp_path: Path, when: str, found: list[str]
) -> None:
    change = REWRITTEN.format(when=when)
    plain, new = amended(tmp_path, change, duty("one/act/do", "{any: [red, loud]}"))
    assert [each.kind for each in answer("same", new, other=plain)] == found


def test_a_rule_that_asks_for_something_else_is_not_the_same(tmp_path: Path) -> None:
    plain = toy_law(tmp_path / "a", duty("one/act/do", "red"))
    other = duty("one/act/do", "red").replace("do it", "do more")
    (found,) = answer("same", toy_law(tmp_path / "b", other), other=plain)
    assert (found.kind, found.more["what"]) == ("says-otherwise", ["binding"])
