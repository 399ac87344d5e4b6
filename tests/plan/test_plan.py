"""Plans whose best is known beforehand."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.toys import duty, exception, law, levers, prohibition, rule, weighed
from tests.reason.laws import definition, presumption
from weighbridge.assess import Assessment
from weighbridge.plan import Plan, make_plan
from weighbridge.rules import Law

HOURS = {"one": (4.0, 8.0), "two": (4.0, 8.0), "dear": (100.0, 200.0), "both": (5.0, 9.0)}


def planned(law_: Law, *sets: str, settled_only: bool = False) -> Plan:
    assessment = weighed(law_, *sets)
    return make_plan(assessment, ("XA",), levers=levers(), settled_only=settled_only)


def does(plan: Plan) -> tuple[list[str], list[str]]:
    return (
        [each.discharge.id for each in plan.discharges],
        [each.change.id for each in plan.changes],
    )


def test_a_paper_that_answers_two_duties_is_written_once() -> None:
    rules = [duty("1", "f", "one", "both"), duty("2", "f", "two", "both")]
    plan = planned(law(rules, HOURS), "f=yes")
    assert does(plan) == (["both"], [])
    assert (plan.low, plan.high, plan.proof) == (5.0, 9.0, True)
    assert plan.discharges[0].answers == ("1", "2")


def test_a_paper_is_shared_between_markets() -> None:
    rules = [duty("1", "f", "one"), duty("2", "f", "one", pack="other")]
    plan = planned(law(rules, HOURS, {"toy": "XA", "other": "XB"}), "f=yes")
    assert does(plan) == (["one"], [])
    assert plan.discharges[0].markets == ("XA", "XB")


def test_all_papers_are_written_where_all_are_asked_and_the_cheapest_where_one_is() -> None:
    rules = [duty("1", "f", "one", "two", every=True), duty("2", "f", "dear", "two")]
    assert does(planned(law(rules, HOURS), "f=yes")) == (["one", "two"], [])


def test_a_change_is_made_where_it_ends_more_than_it_costs() -> None:
    rules = [duty("1", ("not", "a"), "dear")]
    plan = planned(law(rules, HOURS), "a=no")
    assert does(plan) == ([], ["do-a"])
    assert (plan.changes[0].ends, plan.changes[0].brings) == (("1",), ())
    entry = plan.markets[0].owed[0]
    assert (entry.before, entry.after, entry.ended_by) == ("applies", "does-not-apply", ("do-a",))


def test_the_duty_a_change_brings_is_in_the_model() -> None:
    rules = [duty("1", ("not", "a"), "one"), duty("2", "a", "two")]
    assert does(planned(law(rules, HOURS), "a=no")) == (["one"], [])
    rules = [duty("1", ("not", "a"), "dear"), duty("2", "a", "two")]
    plan = planned(law(rules, HOURS), "a=no")
    assert does(plan) == (["two"], ["do-a"])
    assert (plan.changes[0].ends, plan.changes[0].brings) == (("1",), ("2",))


def test_of_two_that_cost_the_same_the_first_id_is_taken() -> None:
    rules = [duty("1", "f", "two", "one")]
    assert does(planned(law(rules, HOURS), "f=yes")) == (["one"], [])


def test_history_is_never_a_lever() -> None:
    rules = [duty("1", "f", "dear"), duty("2", "x > ten", "dear")]
    text = "lever: undo-f\ndoes: undo f\nsets: {f: no}\n"
    assessment = weighed(law(rules, HOURS), "f=yes", "x=11")
    plan = make_plan(assessment, levers=levers(text))
    assert does(plan) == (["dear"], [])


def test_what_is_there_already_costs_nothing_and_is_no_work() -> None:
    rules = [duty("1", "f", "one", "dear"), duty("2", "f", "dear", due="before-release")]
    plan = make_plan(_holding(weighed(law(rules, HOURS), "f=yes"), "dear"), levers=levers())
    assert does(plan) == ([], [])
    assert plan.markets[0].open == "bars-nothing"
    assert [each.present for each in plan.markets[0].bars] == [("dear",)]


def _holding(assessment: Assessment, id_: str) -> Assessment:
    rows = [
        replace(
            row,
            discharges=tuple(
                replace(each, state="present") if each.id == id_ else each
                for each in row.discharges
            ),
        )
        for row in assessment.verdicts
    ]
    return replace(assessment, verdicts=tuple(rows))


def test_what_may_apply_is_answered_unless_only_what_is_settled_counts() -> None:
    rules = [duty("1", "f", "one")]
    assert does(planned(law(rules, HOURS))) == (["one"], [])
    plan = planned(law(rules, HOURS), settled_only=True)
    assert does(plan) == ([], [])
    assert plan.markets[0].owed == ()


def test_where_only_what_is_settled_is_answered_what_may_bar_is_still_told() -> None:
    rules = [duty("1", "f", "one", due="at-release"), duty("2", "d", "two")]
    plan = planned(law(rules, HOURS), settled_only=True)
    assert (plan.markets[0].open, plan.markets[0].left_out) == ("cannot-tell", 2)


def test_a_question_says_what_its_answer_saves_at_best() -> None:
    plan = planned(law([duty("1", "f", "one"), duty("2", "d", "dear")], HOURS))
    assert [(each.key, each.best, each.low, each.high) for each in plan.questions] == [
        ("d", False, 100.0, 200.0),
        ("f", False, 4.0, 8.0),
    ]


def test_two_lists_what_bars_release_and_what_does_not() -> None:
    rules = [
        duty("1", "f", "one", due="at-release"),
        duty("2", "f", "two", bars=True),
        duty("3", "f", "dear"),
    ]
    market = planned(law(rules, HOURS), "f=yes").markets[0]
    assert [each.row.rule.id for each in market.bars] == ["1", "2"]
    assert [each.row.rule.id for each in market.owed] == ["3"]
    assert market.open == "after-plan"


def test_a_market_where_a_prohibition_stays_cannot_be_opened_and_costs_nothing() -> None:
    rules = [prohibition("1", "f"), duty("2", "f", "dear"), duty("3", "f", "one", pack="other")]
    plan = planned(law(rules, HOURS, {"toy": "XA", "other": "XB"}), "f=yes")
    assert [(each.market, each.open) for each in plan.markets] == [
        ("XA", "cannot-be-opened"),
        ("XB", "bars-nothing"),
    ]
    assert does(plan) == (["one"], [])
    assert [need.rule.id for need in plan.markets[0].opening.stuck] == ["1"]


def test_a_prohibition_that_may_apply_leaves_a_market_untold() -> None:
    plan = planned(law([prohibition("1", "f"), duty("2", "d", "one")], HOURS), "d=yes")
    assert plan.markets[0].open == "cannot-tell"
    assert does(plan) == (["one"], [])
    assert [(each.key, each.tells) for each in plan.questions] == [("f", ("XA",))]


def test_a_prohibition_is_ended_by_a_change_that_leaves_only_as_a_last_resort() -> None:
    plan = planned(law([prohibition("1", ("all", "e", ("not", "d")))], HOURS), "e=yes", "d=no")
    assert does(plan) == ([], ["do-d"])
    assert [each.change.id for each in plan.leaving] == ["close-e"]
    plan = planned(law([prohibition("1", "e"), duty("2", "b", "dear")], HOURS), "e=yes", "b=yes")
    assert does(plan) == ([], ["stop-b", "close-e"])
    assert plan.changes[-1].change.lever.who_loses == "everybody who used it"


def test_leaving_is_not_taken_because_it_is_cheaper() -> None:
    plan = planned(law([duty("1", "e", "dear")], HOURS), "e=yes")
    assert does(plan) == (["dear"], [])
    assert [(each.change.id, each.ends) for each in plan.leaving] == [("close-e", ("1",))]


def test_nobody_stops_what_is_not_known_to_be_done() -> None:
    assert does(planned(law([duty("1", "b", "dear")], HOURS))) == (["dear"], [])
    assert does(planned(law([duty("1", "b", "dear")], HOURS), "b=yes")) == ([], ["stop-b"])


def test_changes_that_set_a_fact_otherwise_are_not_made_together() -> None:
    rules = [duty("1", ("not", "a"), "dear"), duty("2", ("not", "c"), "one")]
    assert does(planned(law(rules, HOURS), "a=no", "c=no")) == (["one"], ["do-a"])


def test_a_change_works_through_definitions_exceptions_and_presumptions() -> None:
    rules = [
        duty("1", "p", "dear"),
        definition("p", ("not", "q")),
        presumption("q", False, unless="a"),
        definition("q", "a", complete=False),
    ]
    assert does(planned(law(rules, HOURS))) == ([], ["do-a"])
    rules = [duty("1", "f", "dear"), exception("1", "d")]
    assert does(planned(law(rules, HOURS), "f=yes", "d=no")) == ([], ["do-d"])


def test_a_change_that_moves_the_first_day_is_weighed_as_one() -> None:
    moved = rule("later", "transition", "a", moves=["1"], to="moved")
    plan = planned(law([duty("1", "f", "dear"), moved], HOURS), "f=yes", "a=no")
    assert does(plan) == ([], ["do-a"])
    plan = planned(law([duty("1", "f", "one"), moved], HOURS), "f=yes")
    assert plan.markets[0].owed[0].before == "may-apply"


def test_what_all_completions_agree_on_needs_no_paper() -> None:
    either_way = ("all", "a", ("any", "f", ("not", "f")))
    rules = [duty("1", ("not", either_way), "dear")]
    assert does(planned(law(rules, HOURS), "a=no")) == ([], ["do-a"])


def test_a_change_after_which_all_completions_agree_is_found() -> None:
    rules = [duty("1", ("all", "f", ("any", ("not", "f"), ("not", "a"))), "dear")]
    plan = planned(law(rules, HOURS), "a=no")
    assert does(plan) == ([], ["do-a"])


def test_an_open_fact_that_cancels_out_is_no_reason_to_change_it() -> None:
    rules = [duty("1", "a", "one"), exception("1", "a")]
    assert does(planned(law(rules, HOURS))) == ([], [])


def test_a_state_asks_what_its_country_asks() -> None:
    rules = [prohibition("1", "f"), duty("2", "f", "one", pack="state")]
    plan = planned(law(rules, HOURS, {"toy": "XA", "state": "XA-B"}), "f=yes")
    assert [each.open for each in plan.markets] == ["cannot-be-opened", "cannot-be-opened"]


def test_where_not_all_can_be_opened_the_one_named_first_is() -> None:
    rules = [prohibition("1", "a"), prohibition("2", ("not", "a"), pack="other")]
    toy = law(rules, HOURS, {"toy": "XA", "other": "XB"})
    for first, second in (("XA", "XB"), ("XB", "XA")):
        plan = make_plan(weighed(toy, "a=no"), (first, second), levers=levers())
        opens = {each.market: each.open for each in plan.markets}
        assert opens[second] == "cannot-be-opened", first
        assert opens[first] != "cannot-be-opened"


def test_a_duty_that_nothing_listed_meets_leaves_a_market_untold() -> None:
    plan = planned(law([duty("1", "f")], HOURS), "f=yes")
    assert plan.markets[0].open == "cannot-tell"
    assert [each.stuck for each in plan.markets[0].owed] == [True]
