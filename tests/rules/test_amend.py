"""What each amendment does to the law, and on which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.rules.cases import TOY
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

HEAD = "amendment: test\ntitle: A test\nchanges:\n"
RED: dict[str, Value] = {"toy_red": True, "toy_loud": True, "toy_maker": True}


def amended(folder: Path, changes: str, law: Path = TOY) -> Law:
    path = folder / "amendment.yaml"
    path.write_text(HEAD + changes, encoding="utf-8")
    return compile_law([law], [path])


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def state(law: Law, rule: str, on: str, facts: dict[str, Value]) -> tuple[bool | None, str | None]:
    judged = Judge(law, facts, day(on)).judge(law.version(rule, day(on)), Row())
    return judged.verdict, judged.in_force.state


def test_set_holds_from_its_day_and_leaves_the_days_before(tmp_path: Path) -> None:
    law = amended(tmp_path, "  - set: {parameter: toy_line, from: 2026-02-01, value: 9e3}\n")
    line = law.parameter("toy_line")
    values = [line.at(day(on)).value for on in ("2026-01-31", "2026-02-01")]  # type: ignore[union-attr]
    assert values == [2e3, 9e3]
    assert line.at(day("2026-02-01")).cite == "test"  # type: ignore[union-attr]
    assert law.amendments == ("test",)


def test_repeal_from_a_day_ends_the_rule_on_that_day(tmp_path: Path) -> None:
    law = amended(tmp_path, "  - repeal: {rule: toy/act/1, from: 2026-02-01}\n")
    assert state(law, "toy/act/1", "2026-01-31", RED) == (True, "yes")
    assert state(law, "toy/act/1", "2026-02-01", RED) == (True, "no-longer")


def test_repeal_without_a_day_means_it_never_stood(tmp_path: Path) -> None:
    law = amended(tmp_path, "  - repeal: {rule: toy/act/1}\n")
    assert state(law, "toy/act/1", "2024-01-01", RED)[1] == "no-longer"


def test_repealing_an_exception_brings_the_duty_back(tmp_path: Path) -> None:
    quiet = RED | {"toy_loud": False}
    assert state(compile_law([TOY]), "toy/act/1", "2026-01-01", quiet) == (False, "yes")
    law = amended(tmp_path, "  - repeal: {rule: toy/act/1-quiet}\n")
    assert state(law, "toy/act/1", "2026-01-01", quiet) == (True, "yes")


def test_move_gives_a_rule_another_first_day(tmp_path: Path) -> None:
    law = amended(tmp_path, "  - move: {rule: toy/act/1, from: 2026-02-01}\n")
    assert state(law, "toy/act/1", "2026-01-31", RED)[1] == "not-yet"
    assert state(law, "toy/act/1", "2026-02-01", RED)[1] == "yes"


def test_replace_changes_the_condition_and_keeps_the_rest(tmp_path: Path) -> None:
    law = amended(
        tmp_path, "  - replace: {rule: toy/act/1, when: {all: [toy_red, toy_weight > toy_line]}}\n"
    )
    heavy: dict[str, Value] = {"toy_weight": Range.exactly(2001)}
    light: dict[str, Value] = {"toy_weight": Range.exactly(2000)}
    assert state(law, "toy/act/1", "2026-01-01", RED | heavy) == (True, "yes")
    assert state(law, "toy/act/1", "2026-01-01", RED | light) == (False, "yes")
    assert law.by_id["toy/act/1"][0].title == "Paper about the toy"


def test_add_puts_a_rule_into_the_pack_its_id_names(tmp_path: Path) -> None:
    law = amended(
        tmp_path,
        "  - add:\n      rule: toy/act/1-red\n      title: Red toys\n      cite: s. 1(9)\n"
        "      exception_to: [toy/act/1]\n      when: toy_red\n",
    )
    assert law.by_id["toy/act/1-red"][0].pack == "toy/act"
    assert state(law, "toy/act/1", "2026-01-01", RED) == (False, "yes")


def test_amendments_apply_in_the_order_given(tmp_path: Path) -> None:
    paths = []
    for name, value in (("one", "3e3"), ("two", "4e3")):
        path = tmp_path / f"{name}.yaml"
        change = f"  - set: {{parameter: toy_line, from: 2026-02-01, value: {value}}}\n"
        path.write_text(HEAD.replace("test", name) + change, encoding="utf-8")
        paths.append(path)
    for order in (paths, paths[::-1]):
        law = compile_law([TOY], order)
        assert law.amendments == tuple(path.stem for path in order)
        wanted = {"one": 3e3, "two": 4e3}[order[-1].stem]
        assert law.parameter("toy_line").at(day("2026-02-01")).value == wanted  # type: ignore[union-attr]


@pytest.mark.parametrize(("compute", "owes"), [(5e25, False), (2e26, True)])
def test_the_shipped_threshold_can_be_raised(tmp_path: Path, compute: float, owes: bool) -> None:
    change = "  - set: {parameter: systemic_compute, from: 2026-01-01, value: 1e26}\n"
    law = amended(tmp_path, change, LAW_FOLDER)
    facts: dict[str, Value] = {"training_compute": Range.exactly(compute), "is_gpai": True}
    facts |= {"rebuttal_accepted": False, "matches_most_advanced": False}
    facts |= {"told_most_capable": False}
    on = day("2026-11-23")
    risk = Evaluator(law, Case(law, facts)).condition(
        law.version("eu/ai-act/51.1", on), Row(market="EU"), on
    )
    assert risk.verdict is owes
