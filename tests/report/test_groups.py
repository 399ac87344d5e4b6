"""Which group a row stands in, and what is said of it there."""

from __future__ import annotations

import pytest

from tests.report.conftest import Weigh
from tests.report.toy_law import FULL
from weighbridge.assess import Assessment
from weighbridge.report.check_page import summary
from weighbridge.report.groups import group_of, grouped
from weighbridge.report.market_section import Shown
from weighbridge.report.row_words import next_day
from weighbridge.report.screen import one_screen
from weighbridge.report.text import to_text

EXPECTED = {
    "xa/toy-act/4": "before",
    "xa/toy-act/5": "ready",
    "xa/toy-act/6": "only-if",
    "xa/toy-act/7": "not-yours",
    "xa/toy-act/8": "ask",
    "xa/toy-act/9": "ask",
    "xa/toy-act/10": "ask",
    "xa/toy-act/11": "may",
    "xa/toy-act/12": "power",
    "xa/toy-act/13": "voluntary",
    "xa/toy-act/14": "look-at",
    "xa/toy-act/16": "past",
    "xa/toy-act/17": "never",
    "xa/toy-act/22": "claim",
    "xa/toy-act/23": "claim",
    "xa/toy-act/24": "claim",
}


def screen(assessment: Assessment, *, all: bool = False) -> str:
    page = one_screen(assessment, Shown(all=all, target="toy"))
    return " ".join(to_text(page).split())


@pytest.mark.parametrize("rule", EXPECTED)
def test_a_row_stands_in_the_group_its_verdict_and_due_name(rule: str, weigh: Weigh) -> None:
    rows = {row.rule.id: row for row in weigh(*FULL).verdicts}
    assert set(rows) == set(EXPECTED)
    assert group_of(rows[rule]) == EXPECTED[rule]


def test_a_prohibition_says_stop_and_not_you_owe(weigh: Weigh) -> None:
    said = screen(weigh("made_by_actor=yes", "dangerous_toy=yes"))
    assert "stop ✗ put out a dangerous model [xa/toy-act/9]" in said


def test_a_bill_is_shown_with_all_alone_and_never_as_owed(weigh: Weigh) -> None:
    assert "pay a bond" not in screen(weigh(*FULL))
    assert "not law: bills and the like · pay a bond [xa/toy-act/17]" in screen(
        weigh(*FULL), all=True
    )


def test_ended_law_is_told_only_where_it_would_apply(weigh: Weigh) -> None:
    told = "no longer · report big training runs; ended by Order 7 on 2030-03-01 [xa/toy-act/16]"
    assert told in screen(weigh(*FULL))
    small = weigh("made_by_actor=yes", "training_compute=1e21")
    assert "ended by" not in screen(small)
    assert "ended by Order 7 on 2030-03-01" in screen(small, all=True)


def test_a_law_asked_about_while_it_stood_is_owed(weigh: Weigh) -> None:
    said = screen(weigh(*FULL, as_of="2029-06-01"))
    assert "have ready • report big training runs [xa/toy-act/16] since 2029-01-01" in said


def test_a_day_that_facts_may_move_is_said_with_both_days(weigh: Weigh) -> None:
    moved = screen(weigh("made_by_actor=yes", "training_compute=5e23", "narrow_task=no"))
    assert "since 2030-01-01 or from 2031-01-01, unknown which" in moved
    old = screen(
        weigh(
            "made_by_actor=yes",
            "training_compute=5e23",
            "narrow_task=no",
            "model_first_available=2029-01-01",
        )
    )
    assert "from 2031-01-01: moved by xa/toy-act/18" in old


def test_the_next_day_is_the_nearest_that_changes_something(weigh: Weigh) -> None:
    assert next_day(weigh(*FULL)) == ("2030-09-01", "enforcement begins for “Publish a paper”")
    earlier = next_day(weigh(*FULL, as_of="2029-06-01"))
    assert earlier == ("2030-01-01", "first day of “Passing on”, “Ask for a hearing” and 9 more")
    assert next_day(weigh(*FULL, as_of="2035-01-01")) is None


def test_an_open_reading_prints_what_each_position_gives(weigh: Weigh) -> None:
    said = screen(weigh(*FULL))
    assert "a question of law is open: whether passing on counts as making" in said
    assert "applies where passing on counts; does not apply where passing on does not count" in said
    chosen = screen(weigh(*FULL, readings=("toy_question=counts",)))
    assert "name where it comes from [xa/toy-act/10]" in chosen


def test_the_summary_opens_with_what_is_most(weigh: Weigh) -> None:
    assert summary(weigh(*FULL)) == (
        "duties and prohibitions: owes 3 · cannot tell 3 · does not owe 1 on these facts"
    )
    small = weigh(
        "made_by_actor=yes", "training_compute=1e20", "outputs_image=no", "weights_public=no"
    )
    assert summary(small) == (
        "most of it is not owed: does not owe 4 on these facts · cannot tell 3 · owes 0"
    )


def test_what_is_owed_later_is_not_counted_as_owed(weigh: Weigh) -> None:
    assert summary(weigh(*FULL, as_of="2029-06-01")) == (
        "duties and prohibitions: owes 1 · owes 3 from a day to come · cannot tell 3"
        " · does not owe 1 on these facts"
    )
    perhaps = weigh("made_by_actor=yes", "training_compute=5e23", "narrow_task=no")
    assert "owes 1 · owes 1, perhaps only from a later day · cannot tell" in summary(perhaps)
    assert summary(weigh("made_by_actor=yes", "dangerous_toy=yes")).startswith(
        "duties and prohibitions: stop 1 · owes 0 · cannot tell"
    )


def test_rows_of_two_actors_that_say_the_same_are_one_line(weigh: Weigh) -> None:
    assessment = weigh(*FULL, roles=("developer", "modifier"))
    assert sum(row.rule.id == "xa/toy-act/4" for row in assessment.verdicts) == 2
    (line,) = grouped(assessment.verdicts)["before"]
    assert line.who == ("developer", "modifier")
    assert "[developer; modifier: xa/toy-act/4 m]" in screen(assessment)


def test_what_falls_on_others_is_named_with_whom(weigh: Weigh) -> None:
    assert "it falls on a host (1 rule)" in screen(weigh(*FULL))
    host = screen(weigh("weights_public=yes", roles=("host",)))
    assert "keep a register [xa/toy-act/15]" in host
    assert "it falls on a developer or modifier (" in host


def test_a_presumed_row_says_what_would_overturn_it(weigh: Weigh) -> None:
    said = screen(weigh("weights_public=yes"))
    assert "answer the office [xa/toy-act/6 °]" in said
    assert "° presumed, unless the actor trained or changed the model or had that done" in said
    without = screen(weigh("weights_public=yes", presume=False))
    assert "°" not in without


def test_marks_on_a_row_stand_in_the_legend(weigh: Weigh) -> None:
    said = screen(weigh(*FULL))
    assert "tell the office [xa/toy-act/5 gm]" in said
    assert "rests on: g guidance · p reported practice · m memory" in said


def test_law_read_until_an_earlier_day_warns(weigh: Weigh) -> None:
    warning = "this law was read only until 2030-05-01 (XA); later changes are not in it"
    assert warning in screen(weigh(*FULL))
    assert warning not in screen(weigh(*FULL, as_of="2030-04-01"))


def test_nothing_judged_is_not_told_as_nothing_owed(weigh: Weigh) -> None:
    assessment = weigh(*FULL, roles=("researcher",))
    assert assessment.verdicts == ()
    assert summary(assessment) == "no duty or prohibition in force was judged"
    assert "nothing in force is owed" not in screen(assessment)
    assert "it falls on a developer or modifier (" in screen(assessment)


def test_claims_stand_apart_with_their_state_and_never_apply(weigh: Weigh) -> None:
    said = screen(weigh(*FULL), all=True)
    harm = said[said.index("if harm is done") :]
    assert "· open: harm by a model [xa/toy-act/22]" in harm
    assert "whoever is harmed against the maker, for damage that a defect of the model does" in harm
    assert "time: 3 years (from the day the damage is known)" in harm
    assert "a defence may be raised: “Nobody could have known”" in harm
    assert "? unsettled: harm by a picture [xa/toy-act/23]" in harm
    assert "· barred: harm by a gift [xa/toy-act/24]" in harm


def test_a_barred_claim_is_counted_on_the_first_screen(weigh: Weigh) -> None:
    said = screen(weigh(*FULL))
    assert "barred: 1; --all shows why" in said
    assert "harm by a gift" not in said


def test_what_is_lifted_short_of_the_duty_is_told_beside_the_duty(weigh: Weigh) -> None:
    assert "owed without its fine: “Trial in the office's garden”" in screen(weigh(*FULL))
    less = screen(weigh(*FULL, "params_total=unknown"), all=True)
    assert (
        "perhaps owed without its fine: “Trial in the office's garden”, to be shown by the maker; "
        "it ends: the maker leaves the garden" in less
    )
