"""Ten plain answers are enough, and a plain release leaves little open before any is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.answers import HOBBY, PUBLISHERS, Interview, interview
from tests.acceptance.conftest import Check
from tests.toys import plain_release
from weighbridge.assess import Assessment
from weighbridge.assess.assessment import RowVerdict
from weighbridge.report.markets import fill_market
from weighbridge.rules import Law
from weighbridge.rules.rule import LAW

MOST_ANSWERS = 10
MOST_WORDS = 25
MOST_MISSING = 3
OWED_KINDS = ("duty", "prohibition")
FEW = 12
"""At most one duty in so many may be left to a further question."""
BINDING = ("yes", "not-yet", None)


@pytest.fixture(scope="module")
def interviews(check: Check, examples: Path) -> dict[str, Interview]:
    """Every example with its publisher's answers, all packs and default roles."""
    return {
        name: interview(check, examples / name, oracle, MOST_ANSWERS)
        for name, oracle in PUBLISHERS.items()
    }


def unknown(assessment: Assessment) -> list[RowVerdict]:
    """Return the rows of any kind whose verdict is unknown."""
    return [row for row in assessment.verdicts if row.judged.verdict is None]


def duties(assessment: Assessment) -> list[RowVerdict]:
    """Return the rows of duties and prohibitions."""
    return [row for row in assessment.verdicts if row.rule.kind in OWED_KINDS]


@pytest.mark.parametrize("name", PUBLISHERS)
def test_ten_answers_settle_or_presume_nearly_every_duty(
    interviews: dict[str, Interview], name: str
) -> None:
    """What is left open turns on a judgement or on a question of law, which nobody is asked."""
    talk = interviews[name]
    left = [
        f"{row.rule.id} {row.judged.row.role}"
        for row in duties(talk.result)
        if row.judged.verdict is None and row.judged.in_force.state in BINDING and row.askable
    ]
    assert FEW * len(left) <= len(duties(talk.result)), f"{left} after {talk.told}"
    assert len(talk.asked) <= MOST_ANSWERS
    assert {row.judged.basis for row in talk.result.verdicts} <= {"settled", "presumed"}


@pytest.mark.parametrize("name", PUBLISHERS)
def test_no_question_comes_back_and_most_have_an_answer(
    interviews: dict[str, Interview], name: str
) -> None:
    talk = interviews[name]
    keys = [question.key for question, _ in talk.asked]
    assert len(keys) == len(set(keys))
    skipped = [question.key for question, answer in talk.asked if answer is None]
    assert len(skipped) <= 2, skipped


@pytest.mark.parametrize("name", PUBLISHERS)
def test_each_question_asks_an_everyday_fact_in_few_words(
    interviews: dict[str, Interview], name: str, law: Law
) -> None:
    asked = interviews[name].asked
    assert asked
    for question, _ in asked:
        type_ = law.vocabulary[question.key.partition("[")[0]]
        words = fill_market(question.text, question.key)
        assert not type_.legal, question.key
        assert words.endswith("?")
        assert "{" not in words
        assert len(words.split()) <= MOST_WORDS, words


@pytest.mark.parametrize("name", PUBLISHERS)
def test_no_single_answer_reverses_what_was_settled(
    interviews: dict[str, Interview], check: Check, examples: Path, name: str
) -> None:
    before = {
        (row.rule.id, row.judged.row): row.judged
        for row in check(examples / name).verdicts
        if row.judged.verdict is not None and row.judged.basis == "settled"
    }
    after = {(row.rule.id, row.judged.row): row.judged for row in interviews[name].result.verdicts}
    turned = [key[0] for key, judged in before.items() if after[key].verdict is not judged.verdict]
    assert not turned


def test_who_knows_nothing_is_not_asked_more_than_ten_questions(
    check: Check, examples: Path
) -> None:
    talk = interview(check, examples / "hobby-lora", {}, 40)
    assert all(answer is None for _, answer in talk.asked)
    keys = [question.key for question, _ in talk.asked]
    assert len(keys) == len(set(keys))
    assert unknown(talk.result)
    assert len(check(examples / "hobby-lora").questions) <= MOST_ANSWERS


def test_a_hobbyist_who_cannot_tell_the_total_still_gets_answers(
    check: Check, examples: Path
) -> None:
    unsaid = ("training_compute", "base_compute", "cluster_speed", "cluster_network")
    oracle = {key: answer for key, answer in HOBBY.items() if key not in unsaid}
    oracle["base_compute_obtainable"] = "no"
    talk = interview(check, examples / "hobby-lora", oracle, MOST_ANSWERS)
    first = [row for row in unknown(check(examples / "hobby-lora")) if row.owed_to == LAW]
    opened = [row for row in unknown(talk.result) if row.owed_to == LAW]
    left = [row for row in opened if row.rule.kind in OWED_KINDS]
    european = [row for row in left if row.judged.row.market == "EU"]
    assert len({row.rule.id for row in european}) <= 1, f"{european} after {talk.told}"
    assert len(left) < len(first) / 4, f"{len(left)} of {len(first)} after {talk.told}"


@pytest.mark.parametrize("which", ["toy", "plain-apache"])
def test_a_plain_release_leaves_at_most_a_third_of_the_duties_open(
    check: Check, examples: Path, tmp_path: Path, which: str
) -> None:
    folder = plain_release(tmp_path / "toy") if which == "toy" else examples / which
    rows = duties(check(folder))
    assert len(rows) >= 20
    left = [row for row in rows if row.judged.verdict is None]
    assert 3 * len(left) <= len(rows), [row.rule.id for row in left]
    for row in left:
        assert row.askable, row.rule.id
        assert all(len(each) <= MOST_MISSING for each in row.askable), row.rule.id
        assert all(len(each) <= MOST_MISSING for each in row.judged.missing), row.rule.id


def test_each_answer_named_would_be_enough(check: Check, examples: Path) -> None:
    """What an open duty names settles it, for at least one answer to each of its facts."""
    assessment = check(examples / "plain-apache")
    answers = {"made_by_actor": "no", "release_date": "2021-12-31", "cluster_speed": "0"}
    answers |= {"based_in": "eu", "us_government_ties": "none"}
    answers |= {"cluster_network": "0", "function_changed": "no", "has_base_model": "yes"}
    answers |= {"made_to_care_or_judge": "neither", "in_business": "no", "actor_kind": "nonprofit"}
    answers |= {"trained_on_personal_data": "no", "gives_california_notice": "no"}
    answers |= {"based_in": "eu", "public_service[CN]": "no", "training_data_anonymised": "yes"}
    answers |= {"ethical_questions": "no", "research_on": "none"}
    others = {"actor_kind": "individual", "based_in": "china"}
    answers |= {"users_everywhere": "..10", "made_for_decisions": "no"}
    for row in (row for row in duties(assessment) if row.judged.verdict is None):
        for keys in row.askable:
            settled = []
            for told in (answers, answers | others):
                sets = [f"{key}={told[key]}" for key in keys]
                after = check(examples / "plain-apache", *sets, roles=(row.judged.row.role,))
                same = [each for each in after.verdicts if each.rule.id == row.rule.id]
                settled.append([each.judged.verdict for each in same])
            assert [False] in settled, (row.rule.id, keys)


@pytest.mark.parametrize("name", ["hobby-lora", "university-model", "company-image-model"])
def test_each_small_set_of_flags_named_as_missing_can_settle_its_row(
    check: Check, examples: Path, law: Law, name: str
) -> None:
    """A fact named alone as missing must, for one of its answers, give a verdict."""
    stuck: dict[str, list[str]] = {}
    before = unknown(check(examples / name))
    singles = {keys[0] for row in before for keys in row.askable if len(keys) == 1}
    for key in sorted(singles):
        type_ = law.vocabulary[key.partition("[")[0]]
        if not type_.is_boolean:
            continue
        open_on_it = {(row.rule.id, row.judged.row) for row in before if (key,) in row.askable}
        for answer in ("yes", "no"):
            after = check(examples / name, f"{key}={answer}").verdicts
            open_on_it -= {
                (row.rule.id, row.judged.row) for row in after if row.judged.verdict is not None
            }
        if open_on_it:
            stuck[key] = sorted(rule for rule, _ in open_on_it)
    assert not stuck
