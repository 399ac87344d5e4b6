"""What each amendment does to the law, and on which day."""

from __future__ import annotations

import shutil
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from tests.rules.cases import TOY
from weighbridge.facts import Range, Value
from weighbridge.reason import Case, Evaluator, Row
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law
from weighbridge.rules.amendment import amendment_path
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.rules.store import _compiled_text
from weighbridge.text.errors import InputError, LanguageError

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


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.replace("test", name) + text, encoding="utf-8")
    return path


LINE = "  - set: {{parameter: toy_line, from: {day}, value: {value}}}\n"
QUIET_AGAIN = "  - repeal: {rule: toy/act/1-quiet, from: 2026-03-01}\n"
RED_ONLY = "  - replace: {rule: toy/act/1, when: {all: [toy_red, toy_loud]}}\n"
LATER = "  - move: {rule: toy/act/1, from: 2026-02-01}\n"


@pytest.mark.parametrize(
    "changes",
    [
        (LINE.format(day="2026-02-01", value="3e3"), QUIET_AGAIN),
        (LINE.format(day="2026-02-01", value="3e3"), LINE.format(day="2027-02-01", value="4e3")),
        (LINE.format(day="2026-02-01", value="3e3"), LINE.format(day="2026-02-01", value="3e3")),
        (RED_ONLY, LATER, QUIET_AGAIN),
    ],
    ids=["apart", "one after the other", "alike", "three on one rule"],
)
def test_amendments_give_the_same_law_in_any_order(
    tmp_path: Path, changes: tuple[str, ...]
) -> None:
    paths = [written(tmp_path, f"a{n}", each) for n, each in enumerate(changes)]
    laws = [compile_law([TOY], list(order)) for order in permutations(paths)]
    assert {law.amendments for law in laws} == {tuple(path.stem for path in paths)}
    assert len({_compiled_text(law, "") for law in laws}) == 1
    assert _compiled_text(laws[0], "") != _compiled_text(compile_law([TOY]), "")


@pytest.mark.parametrize(
    ("one", "two", "about"),
    [
        (
            LINE.format(day="2026-02-01", value="3e3"),
            LINE.format(day="2026-02-01", value="4e3"),
            "`2026-02-01` of `toy_line`",
        ),
        (RED_ONLY, RED_ONLY.replace("toy_loud", "toy_maker"), "`when` of `toy/act/1`"),
        (LATER, "  - repeal: {rule: toy/act/1}\n", "`from` of `toy/act/1`"),
        (
            LATER,
            "  - replace: {rule: toy/act/1, in_force: {from: 2026-05-01}}\n",
            "`from` of `toy/act/1`",
        ),
    ],
)
def test_a_conflict_reads_the_same_in_any_order(
    tmp_path: Path, one: str, two: str, about: str
) -> None:
    paths = [written(tmp_path, "one", one), written(tmp_path, "two", two)]
    messages = set()
    for order in (paths, paths[::-1]):
        with pytest.raises(LanguageError) as caught:
            compile_law([TOY], order)
        messages.add(caught.value.message)
    assert messages == {f"`one` and `two` write {about} otherwise"}


def test_the_same_amendment_given_twice_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, "one", LATER)
    assert compile_law([TOY], [path, path]).amendments == ("one",)


def test_what_an_amendment_wrote_is_told_apart(tmp_path: Path) -> None:
    law = amended(tmp_path, LINE.format(day="2026-02-01", value="3e3") + LATER)
    assert law.changed == {"toy_line": "test", "toy/act/1": "test"}
    judged = Judge(law, RED, day("2026-03-01")).judge(law.by_id["toy/act/1"][0], Row())
    assert judged.rests_on.status == "proposed"


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


BRINGING = """\
amendment: reform-toys
title: Toys of another kind
policy: A toy that is painted owes nothing.
---
fact: toy_painted
type: flag
gloss: the toy is painted
question: Is the toy painted?
---
reading: painted_how
gloss: whether a coat of paint is enough
cite: the policy
positions:
  any_coat: {says: any coat is enough, held_by: the policy's friends}
  whole: {says: the whole toy must be painted, held_by: its foes}
---
rule_list: papers
rules: [toy/act/1]
---
rule: reform-toys/painted
title: Painted toys
cite: the policy
exception_to: [papers]
when:
  all:
    - toy_painted
    - painted_how in {any_coat}
"""


def test_an_amendment_brings_facts_switches_and_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(BRINGING, encoding="utf-8")
    law = compile_law([TOY], [path])
    assert law.by_id["reform-toys/painted"][0].exception_to == ("toy/act/1",)
    assert law.packs["reform-toys"].status == "proposed"
    painted = RED | {"toy_painted": True}
    on = "2026-01-01"
    assert state(law, "toy/act/1", on, painted | {"painted_how": "any_coat"}) == (False, "yes")
    assert state(law, "toy/act/1", on, painted | {"painted_how": "whole"}) == (True, "yes")
    assert state(law, "toy/act/1", on, painted)[0] is None, "an open switch decides nothing"


def test_a_shift_takes_a_duty_from_one_and_lays_it_on_another(tmp_path: Path) -> None:
    change = "  - shift: {rules: [toy/act/1], to: maker, from: [developer], when: toy_loud}\n"
    law = amended(tmp_path, change)
    moved = law.by_id["toy/act/1-maker"][0]
    assert moved.body["moved_from"] == "toy/act/1"
    assert law.by_id["toy/act/1-quiet"][0].exception_to == ("toy/act/1", "toy/act/1-maker")
    on = "2026-01-01"
    assert state(law, "toy/act/1", on, RED) == (False, "yes")
    assert state(law, "toy/act/1-maker", on, RED) == (True, "yes")
    quiet = RED | {"toy_loud": False}
    assert state(law, "toy/act/1-maker", on, quiet) == (False, "yes")


PAINT = """\
---
parameter: paint_line
unit: items
gloss: the coats above which a toy is painted
values:
  2026-01-01: {value: 10, cite: the policy}
"""


def test_an_amendment_changes_what_another_brings(tmp_path: Path) -> None:
    bringing = tmp_path / "own.yaml"
    bringing.write_text(BRINGING + PAINT, encoding="utf-8")
    change = tmp_path / "amendment.yaml"
    change.write_text(
        HEAD + "  - set: {parameter: paint_line, from: 2026-01-01, value: 20}\n", encoding="utf-8"
    )
    for paths in permutations([bringing, change]):
        line = compile_law([TOY], list(paths)).parameter("paint_line")
        assert line.at(day("2026-01-01")).value == 20  # type: ignore[union-attr]


def test_an_earlier_version_is_named_by_its_first_day(tmp_path: Path) -> None:
    change = (
        "  - move: {rule: eu/ai-act/2.12-high-risk@2025-02-02, to: 2026-08-02}\n"
        "  - set: {parameter: annex_iii_start, from: 2026-07-27, value: 2026-08-02}\n"
    )
    law = amended(tmp_path, change, LAW_FOLDER)
    days = [
        (version.interval.start, version.interval.end)
        for version in law.by_id["eu/ai-act/2.12-high-risk"]
    ]
    assert days == [(day("2025-02-02"), day("2026-08-02")), (day("2026-08-02"), None)]


def test_two_shifts_to_one_addressee_stand_beside_each_other(tmp_path: Path) -> None:
    one = "  - shift: {rules: [toy/act/1], to: maker, from: [developer], when: toy_loud}\n"
    law = amended(
        tmp_path,
        one.replace("toy/act/1", "toy/act/2") + one,
        _with_second_rule(tmp_path),
    )
    assert {"test/to-maker", "test/to-maker-1"} <= set(law.by_id)
    assert {"toy/act/1-maker", "toy/act/2-maker"} <= set(law.by_id)


def _with_second_rule(folder: Path) -> Path:
    target = folder / "law"
    shutil.copytree(TOY, target)
    (target / "toy/act/rules/second.yaml").write_text(
        "rule: toy/act/2\ntitle: A second paper\ncite: s. 2\n"
        "duty: {addressee: maker, family: documentation, must: write it again}\nwhen: toy_red\n",
        encoding="utf-8",
    )
    return target


@pytest.mark.parametrize(
    ("given", "message", "help"),
    [
        (
            "reform/use-bassed",
            "no file and no reform named",
            "reform/use-based",
        ),
        ("use-based", "no file and no reform named `use-based`", "reform/use-based"),
        ("reform/ca-sb-1047", "`reform/ca-sb-1047` is a pack and always there", "weighbridge law"),
        ("xyzzy", "no file and no reform named `xyzzy`", "weighbridge law --reforms"),
    ],
)
def test_a_name_that_no_reform_bears_is_told_from_those_that_do(
    given: str, message: str, help: str
) -> None:
    with pytest.raises(InputError) as caught:
        amendment_path(Path(given))
    assert caught.value.message.startswith(message)
    assert help in (caught.value.help or "")
