"""What the law changed, as a page to the letter and as JSON."""

from __future__ import annotations

import json

import pytest

from tests.report.toy_law import TOY_LAW
from tests.rules.changing_law import CHANGING, changing_law
from weighbridge.report.history_page import history_json, history_page
from weighbridge.report.markdown import to_markdown
from weighbridge.report.text import to_text
from weighbridge.rules.compile import compile_law
from weighbridge.text.errors import InputError

A_YEAR = """\
what the law changed
after 2031-01-01, up to and including 2031-12-31
this law was read only until 2031-05-01 (XA); later changes are not in it

XA: Changing act [xa/act]
  begins to apply
    · 2031-03-01: Narrow models  [xa/act/2-narrow]
        exception: xa/act/2
    · 2031-07-01: Label pictures  [xa/act/6]
        duty: label what it draws
  another version applies
    · 2031-05-01: Tell the bureau  [xa/act/4]
        title: “Tell the office” becomes “Tell the bureau”
        says: “tell the office” becomes “tell the bureau”
        due: “within” becomes “ongoing”
        within: “days_x” becomes none
        event: “the model is done” becomes none
        condition, before: the model generates text or code
        condition, now: all of these (the model generates text or code; at least one of these
          (anyone can download the weights; it is not so that the model can only do one narrow kind
          of task))
        read: “official” becomes “copy”
        cite: “Changing Act, s. 4” becomes “Changing Act, s. 4 as amended”
  ends
    · 2031-04-01: Report big runs  [xa/act/5]
        ended by Order 7
  numbers and days
    · 2031-02-15: the share that counts: 1/3, the first value  [share_x]
    · 2031-06-01: the compute above which a model is big: 1e22 FLOP, before 1e23 FLOP  [line_x]
  enforcement begins
    · 2031-02-01: up to 5 beans
        Publish a paper [xa/act/3]
    · 2031-08-01: up to 2 beans
        Tell the bureau [xa/act/4]
  a time to wait runs out
    · 2031-09-01: Old models may wait  [xa/act/8]
        from this day also for those who could wait: Publish a paper
"""


def test_a_year_as_a_page() -> None:
    assert to_text(history_page(changing_law(), "2031-01-01", "2031-12-31")) == A_YEAR


def test_a_day_on_which_nothing_changed_says_so() -> None:
    said = to_text(history_page(changing_law(), "2031-09-01", "2031-09-02"))
    assert said.splitlines()[-2:] == ["", "nothing changed"]
    assert history_json(changing_law(), "2031-09-01", "2031-09-02")["changes"] == []


def test_the_same_as_markdown() -> None:
    said = to_markdown(history_page(changing_law(), "2031-01-01", "2031-12-31"))
    assert "## XA: Changing act" in said
    assert "- 2031-04-01: Report big runs (`xa/act/5`)\n  - ended by Order 7\n" in said


def test_the_same_as_json() -> None:
    data = json.loads(json.dumps(history_json(changing_law(), "2031-01-01", "2031-12-31")))
    assert (data["format"], data["after"], data["until"]) == (1, "2031-01-01", "2031-12-31")
    by_id = {each.get("rule") or each["parameter"]: each for each in data["changes"]}
    days = [each["on"] for each in data["changes"]]
    assert days == sorted(days)
    assert by_id["xa/act/5"]["ended_by"] == "Order 7"
    assert by_id["xa/act/8"]["moves"] == ["xa/act/3"]
    assert by_id["xa/act/6"]["says"] == "label what it draws"
    assert by_id["line_x"]["before"] == {"value": "1e23", "cite": "s. 2"}
    assert by_id["share_x"]["before"] is None
    assert by_id["xa/act/3"]["change"] == "enforced"


def test_json_says_what_a_version_says_otherwise() -> None:
    data = history_json(changing_law(), "2031-04-15", "2031-05-15")
    (change,) = data["changes"]
    assert change["version"] == "xa/act/4@2031-05-01"
    assert change["differs"]["when"] == {
        "before": "outputs_text",
        "after": {"all": ["outputs_text", {"any": ["weights_public", "not narrow_task"]}]},
    }


def test_a_moved_first_day_says_from_when_to_when() -> None:
    said = to_text(history_page(changing_law(), "2033-03-10", "2033-03-31"))
    moved = "2033-03-15: the first day moved from 2033-04-01 to 2034-01-01"
    assert f"{moved}\n        Keep a diary [xa/act/10]\n" in said
    change = history_json(changing_law(), "2033-03-10", "2033-03-31")["changes"][0]
    assert (change["before"], change["after"]) == ("2033-04-01", "2034-01-01")


def test_a_penalty_lighter_for_some_says_for_whom() -> None:
    said = to_text(history_page(changing_law(), "2032-04-01", "2032-05-01"))
    assert "2032-05-01: up to 9 beans: the lower ceiling counts for" in said
    (change,) = history_json(changing_law(), "2032-04-01", "2032-05-01")["changes"]
    assert (change["penalty"], change["lower_for"]) == ("xa/act/p", ["smc"])


def test_one_pack_alone_may_be_asked_for() -> None:
    law = compile_law([CHANGING, TOY_LAW])
    both, one = (
        {each["pack"] for each in history_json(law, "2029-01-01", "2031-12-31", pack)["changes"]}
        for pack in (None, "xa/act")
    )
    assert both == {"xa/act", "xa/toy-act"}
    assert one == {"xa/act"}
    with pytest.raises(InputError, match="unknown pack `xa/atc`"):
        history_page(law, "2029-01-01", "2031-12-31", "xa/atc")
