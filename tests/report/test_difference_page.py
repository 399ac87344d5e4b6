"""A difference as a page to the letter, as Markdown and as JSON that its schema takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.report.test_schemas import validator
from tests.report.toy_law import TOY_LAW
from tests.rules.changing_law import CHANGING, changing_law
from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.difference import Difference, difference
from weighbridge.facts import Finding, Severity
from weighbridge.report.difference_json import difference_json
from weighbridge.report.difference_page import difference_page
from weighbridge.report.history_page import history_json
from weighbridge.report.markdown import to_markdown
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.text.places import Place

BEFORE = (
    "made_by_actor=yes",
    "training_compute=5e22",
    "outputs_text=yes",
    "outputs_image=no",
    "weights_public=yes",
    "model_first_available=2030-01-01",
)
AFTER = (*BEFORE, "training_compute=5e23", "outputs_image=yes", "outputs_text=unknown")


def weighed(*sets: str, on: str, law: Law | None = None) -> Assessment:
    return assess(Request(None, as_of=on, sets=sets), law or changing_law())


def text_of(found: Difference, *, all: bool = False) -> str:
    return to_text(difference_page(found, all=all))


def a_year_and_more() -> Difference:
    odd = Finding("odd-card", Severity.HIGH, "the card is odd", (Place("README.md", 3),))
    past = Finding("odd-file", Severity.LOW, "a file is odd", ())
    before, after = weighed(*BEFORE, on="2030-06-01"), weighed(*AFTER, on="2031-07-15")
    return difference(replace(before, findings=(past,)), replace(after, findings=(odd,)))


PAGE = """\
what changed
before: no release, asserted facts alone · as of 2030-06-01
now: no release, asserted facts alone · as of 2031-07-15
duties and prohibitions: newly owed 1 · now open 2

facts
    ~ the model generates images: yes (--set), before no (--set)  [outputs_image]
    – the model generates text or code: unknown, before yes (--set)  [outputs_text]
    ~ the compute used to train the model, all phases and the base model together: 5e23 FLOP
      (--set), before 5e22 FLOP (--set)  [training_compute]

findings
    + new: the card is odd  [high: odd-card]
        README.md:3
    – gone: a file is odd  [low: odd-file]

XA
  newly owed
    + because the model generates images: yes (--set), before no (--set); and it applies from
      2031-07-01:
        label pictures [xa/act/6]
"""


def test_facts_findings_and_rows_stand_with_their_causes() -> None:
    said = text_of(a_year_and_more())
    assert said.startswith(PAGE), said


def test_rows_open_for_facts_and_date_tell_both() -> None:
    said = " ".join(text_of(a_year_and_more()).split())
    assert (
        "? because the compute used to train the model, all phases and the base model together: "
        "5e23 FLOP (--set), before 5e22 FLOP (--set); and the compute above which a model is big: "
        "1e22 FLOP from 2031-06-01, before 1e23 FLOP: publish a paper [xa/act/3]"
    ) in said
    assert (
        "? because the model generates text or code: unknown, before yes (--set): tell the bur"
        in said
    )


def test_what_is_owed_on_neither_side_is_counted_and_shown_with_all() -> None:
    found = a_year_and_more()
    assert "1 more row changed that is owed on neither side: --all" in text_of(found)
    assert "report big runs" not in text_of(found)
    everything = text_of(found, all=True)
    assert "owed on neither side: --all" not in everything
    below = " ".join(everything.split("  owed on neither side\n")[1].split())
    assert "· because it ended on 2031-04-01, by Order 7: report big runs [xa/act/5]" in below


def test_an_unchanged_result_says_so() -> None:
    same = weighed(*BEFORE, on="2030-06-01")
    said = text_of(difference(same, weighed(*BEFORE, on="2030-06-01")))
    assert said.splitlines()[3] == "nothing changed"
    data = difference_json(difference(same, same))
    assert (data["changed"], data["differs_in"], data["verdicts"]) == (False, [], [])


def test_changed_facts_that_change_no_verdict_say_so() -> None:
    one, two = (weighed(*BEFORE, f"users={count}", on="2030-06-01") for count in (1, 2))
    assert text_of(difference(one, two)).splitlines()[3] == "no verdict changed"


def test_later_earlier_and_reworded_say_from_what_to_what(tmp_path: Path) -> None:
    early, late = (
        weighed(*BEFORE, "narrow_task=no", on=day) for day in ("2031-04-30", "2031-05-01")
    )
    said = text_of(difference(early, late))
    assert "  later or earlier\n    ~ because another version of it applies from 2031-05-01" in said
    said = " ".join(said.split())
    assert "“ongoing”, before “within, 14 days, the model is done”" in said
    assert "“tell the bureau”, before “tell the office”" in said
    path = tmp_path / "move.yaml"
    path.write_text(
        "amendment: later\nchanges:\n  - move: {rule: xa/act/9, from: 2034-01-01}\n"
        "  - set: {parameter: line_x, from: 2030-01-01, value: 1e21}\n"
    )
    law = compile_law([CHANGING], [path])
    moved = text_of(difference(early, weighed(*BEFORE, "narrow_task=no", on="2031-04-30", law=law)))
    assert "now: no release, asserted facts alone · as of 2031-04-30 · amended by later" in moved
    flat = " ".join(moved.split())
    assert "by amendment `later` “Name the source” [xa/act/9] reads otherwise (its days):" in flat
    assert "name the source: from 2034-01-01, before from 2035-01-01 [xa/act/9]" in flat
    assert (
        "by amendment `later` the compute above which a model is big: 1e21 FLOP, before 1e23 FLOP"
        in flat
    )


def test_a_claim_says_its_own_words() -> None:
    law = compile_law([TOY_LAW])
    sides = (
        weighed("made_by_actor=yes", f"weights_public={word}", on="2030-06-01", law=law)
        for word in ("unknown", "yes")
    )
    said = text_of(difference(*sides))
    below = said.split("  if harm is done\n")[1].split("\n  besides")[0]
    assert "harm by a model: open, before unsettled [xa/toy-act/22]" in below
    assert "harm by a gift: barred, before unsettled [xa/toy-act/24]" in below
    assert "applies" not in below


def test_what_binds_nobody_stands_below_the_duties() -> None:
    law = compile_law([TOY_LAW])
    one, two = (
        weighed("made_by_actor=yes", f"weights_public={word}", on="2030-06-01", law=law)
        for word in ("no", "yes")
    )
    said = text_of(difference(one, two))
    owed, besides = said.split("  besides\n")
    assert "answer the office" in owed
    assert (
        "    + new, because anyone can download the weights: yes (--set), before no (--set):"
        in (besides)
    )
    assert "ask for a hearing [xa/toy-act/11]" in besides


def test_two_of_one_name_are_told_apart_by_their_digests() -> None:
    plain = weighed(*BEFORE, on="2030-06-01")
    one, two = (
        replace(plain, release_name="toy", release_digest=f"sha256:{letter * 64}")
        for letter in "ab"
    )
    lines = text_of(difference(one, two)).splitlines()
    assert lines[1:3] == [
        "before: toy · sha256:aaaaaaaaaaaa… · as of 2030-06-01",
        "now: toy · sha256:bbbbbbbbbbbb… · as of 2030-06-01",
    ]


def test_markdown_says_the_same() -> None:
    said = to_markdown(difference_page(a_year_and_more()))
    assert said.startswith("# what changed\n")
    assert "### newly owed\n" in said
    assert "  - label pictures \\[xa/act/6\\]\n" in said


def test_the_same_difference_prints_the_same_bytes() -> None:
    assert text_of(a_year_and_more()) == text_of(a_year_and_more())
    first, second = (json.dumps(difference_json(a_year_and_more())) for _ in range(2))
    assert first == second


def test_json_is_what_its_schema_says() -> None:
    check = validator("difference.json")
    law = compile_law([CHANGING, TOY_LAW])
    for found in (
        a_year_and_more(),
        difference(weighed(*BEFORE, on="2030-06-01"), weighed(on="2030-06-01", law=law)),
        difference(weighed(on="2030-06-01"), weighed(on="2030-06-01")),
    ):
        check.validate(json.loads(json.dumps(difference_json(found))))


def test_json_keeps_both_sides_and_the_causes() -> None:
    data = difference_json(a_year_and_more())
    assert data["before"]["law"]["as_of"] == "2030-06-01"
    assert data["differs_in"] == ["facts", "date"]
    assert [(each["fact"], each["change"]) for each in data["facts"]] == [
        ("outputs_image", "changed"),
        ("outputs_text", "removed"),
        ("training_compute", "changed"),
    ]
    (row,) = (each for each in data["verdicts"] if each["rule"] == "xa/act/6")
    assert (row["became"], row["changed"]) == ("new", ["verdict", "in_force"])
    assert (row["before"]["verdict"], row["after"]["verdict"]) == ("does-not-apply", "applies")
    assert row["before"]["in_force"]["state"] == "not-yet"
    assert row["causes"] == [
        {"of": "verdict", "kind": "facts", "sets": [["outputs_image"]], "alone": True},
        {"of": "in_force", "kind": "date", "sets": [["xa/act/6"]], "alone": True},
    ]
    assert row["why"].startswith("the model generates images: yes (--set), before no (--set)")


def test_history_is_what_its_schema_says() -> None:
    data = history_json(changing_law(), "2029-01-01", "2035-12-31")
    assert {each["change"] for each in data["changes"]} == {
        *("begins", "replaced", "ends", "moved", "value", "enforced", "lighter", "transition")
    }
    validator("history.json").validate(json.loads(json.dumps(data)))
