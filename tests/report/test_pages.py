"""The pages of a rule, the law, the vocabulary and a licence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.toy_law import TOY_LAW
from weighbridge.assess.assessment import KnownFact
from weighbridge.facts import Range
from weighbridge.facts.values import read_day
from weighbridge.reason.prose import rule_in_words
from weighbridge.release.licence import licence_report
from weighbridge.report.facts_page import fact_page, facts_json, facts_page
from weighbridge.report.facts_words import fact_words, question_words
from weighbridge.report.law_page import law_json, law_page
from weighbridge.report.licence_page import licence_page
from weighbridge.report.markets import fill_market, market_name
from weighbridge.report.pack_cases import cases_naming
from weighbridge.report.rule_page import rule_json, rule_page
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.text.errors import InputError

DAY = read_day("2030-06-01").toordinal()
HEADINGS = [
    *("where it is written", "what it asks", "of whom", "since when", "what lifts it"),
    *("what would meet it", "what follows a breach", "how sure we are", "in words"),
    *("facts it names", "what it bears on", "notes", "tests"),
]


def flowing(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("id", ["4", "3", "17", "18", "19", "22", "24-open"])
def test_every_rule_has_the_same_headings(id: str, toy_law: Law) -> None:
    lines = page_of(toy_law, f"xa/toy-act/{id}").splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS


def page_of(law: Law, id: str, as_of: int = DAY) -> str:
    return to_text(rule_page(law, law.version(id, as_of), as_of))


def section(page: str, heading: str) -> str:
    """Return what stands under one heading, its lines joined."""
    following = HEADINGS[HEADINGS.index(heading) + 1 :]
    lines = page.split(f"\n{heading}\n")[1].splitlines()
    ends = (at for at, line in enumerate(lines) if line in following)
    return flowing(" ".join(lines[: next(ends, len(lines))]))


def test_a_rule_page_says_what_of_whom_since_when_and_on_which_copy(toy_law: Law) -> None:
    rule = toy_law.version("xa/toy-act/4", DAY)
    said = flowing(to_text(rule_page(toy_law, rule, DAY, cases_naming(toy_law, rule, [TOY_LAW]))))
    for phrase in (
        "duty: publish a paper on the model",
        "release waits for it",
        "it can fall on: developer, modifier (s. 1)",
        "from 2030-01-01 · enacted",
        "moved to 2031-01-01 for some: Old models may wait [xa/toy-act/18]",
        "Small models, s. 4(2) [xa/toy-act/4-small]",
        "in force on 2030-06-01",
        "Toy paper: a page that describes the model [toy-paper] document, 1 to 2 hours (grade D)",
        "up to 5 beans",
        "by: the office · a breach is pursued from 2030-09-01",
        "a breach bears on this claim: Harm by a model, s. 22 [xa/toy-act/22]",
        "Toy Act, s. 4",
        "authority: statute · status: enacted",
        "text read: official, the text as published · on 2030-05-02",
        "its law was read until 2030-05-01, 31 days before 2030-06-01",
        "rests also on text read less well, memory: 1 rule",
        "1 case names it · one: unknown [xa/toy-act/tests/all.yaml:1]",
    ):
        assert phrase in said


def test_what_is_unknown_follows_definitions_to_readings_and_judgements(toy_law: Law) -> None:
    passing_on = page_of(toy_law, "xa/toy-act/10")
    assert "? a question of law: whether passing on counts as making  [toy_question]" in passing_on
    danger = page_of(toy_law, "xa/toy-act/9")
    assert "? a judgement: whether the model is dangerous  [dangerous_toy]" in danger
    presumed = (
        "? presumed until who relies on the opposite shows it: the actor is the model's maker"
    )
    assert presumed in section(danger, "how sure we are")


def test_what_binds_nobody_says_what_it_does_instead(toy_law: Law) -> None:
    for id, does in {
        "xa/toy-act/3": "that the model is a big model; where no rule says so, it is not so",
        "xa/toy-act/4-small": "where it holds, the duty does not arise",
        "xa/toy-act/18": "it moves the first day of other rules",
        "xa/toy-act/19": "where nothing else is known it presumes that the actor is the model's",
    }.items():
        page = page_of(toy_law, id)
        assert does in section(page, "what it asks")
        assert section(page, "of whom") == "nobody: it binds no one by itself"
        assert section(page, "what follows a breach").startswith("nothing: it asks for nothing")
    bears = section(page_of(toy_law, "xa/toy-act/4-small"), "what it bears on")
    assert bears == "· exception to: Publish a paper, s. 4 [xa/toy-act/4]"
    moves = section(page_of(toy_law, "xa/toy-act/18"), "what it bears on")
    assert moves == "· moves: Publish a paper, s. 4 [xa/toy-act/4]"
    named = section(page_of(toy_law, "xa/toy-act/3"), "what it bears on")
    assert named.startswith("`big_toy` is named by 2 rules · Publish a paper, s. 4 [xa/toy-act/4]")


def test_silence_on_a_penalty_is_not_said_to_be_none(toy_law: Law) -> None:
    said = section(page_of(toy_law, "xa/toy-act/6"), "what follows a breach")
    assert said == "no penalty is written here; that does not say that there is none"


def test_a_lighter_shelter_says_what_it_leaves_who_shows_it_and_what_ends_it(toy_law: Law) -> None:
    lifted = section(page_of(toy_law, "xa/toy-act/5"), "what lifts it")
    assert lifted == (
        "· Trial in the office's garden, s. 5(2) [xa/toy-act/5-sandbox] "
        "the duty stays, without its penalty shelter: sandbox to be shown by the maker "
        "ends: the maker leaves the garden"
    )
    own = section(page_of(toy_law, "xa/toy-act/5-sandbox"), "what it asks")
    assert "the duty stays, without its penalty shelter: sandbox to be shown by the maker" in own


def test_a_claim_says_who_asks_whom_on_what_and_until_when(toy_law: Law) -> None:
    page = page_of(toy_law, "xa/toy-act/22")
    said = section(page, "what it asks")
    for phrase in (
        "claim: whoever is harmed against the maker, for damage that a defect of the model does",
        "standard: no fault needed",
        "to be shown: the damage, the defect and that one led to the other",
        "time: 3 years from the day the damage is known [toy_years] s. 22(4)",
        "a breach of this bears on it: Publish a paper, s. 4 [xa/toy-act/4]",
    ):
        assert phrase in said
    assert section(page, "of whom").startswith("maker it can be brought against: developer")


def test_whether_a_rule_stands_on_the_day_is_said(toy_law: Law) -> None:
    before, after = (read_day(day).toordinal() for day in ("2029-12-31", "2030-03-01"))
    for id, as_of, said in (
        ("xa/toy-act/4", before, "from 2030-01-01 · enacted not yet in force on 2029-12-31"),
        ("xa/toy-act/16", after, "no longer in force on 2030-03-01 ended by Order 7"),
        ("xa/toy-act/16", before, "· repealed in force on 2029-12-31"),
        ("xa/toy-act/17", after, "obliges nobody: bill, never enacted"),
    ):
        assert said in section(page_of(toy_law, id, as_of), "since when")


def test_a_fine_by_size_and_a_first_day_that_was_moved(tmp_path: Path) -> None:
    law = compile_law([TOY_LAW, moved_law(tmp_path)])
    page = page_of(law, "xb/act/1")
    assert section(page, "since when") == (
        "from 2030-09-01 · enacted not yet in force on 2030-06-01 "
        "· by the law of 2029-01-01 and after, the first day was 2030-03-01 (s. 1) [b_start] "
        "· by the law of 2030-02-01 and after, the first day is 2030-09-01 (s. 1a) [b_start]"
    )
    assert "from 2030-03-01" in section(page_of(law, "xb/act/1", DAY - 365), "since when")
    assert section(page, "what follows a breach") == (
        "up to 5,000 crowns or a tenth by: the court · no first day of enforcement of its own is "
        "written here · the fixed ceiling: 5,000,000 EUR [b_fixed] s. 9 "
        "· the share: 2.5 % [b_share] s. 9 the higher of these counts "
        "· for a firm of this size the lower of them, from 2030-01-01: fewer than 10 people "
        "· B Act, s. 9 [penalty xb/act/9] from 2029-06-01 · text read: copy"
    )
    data = rule_json(law, law.version("xb/act/1", DAY), DAY, 0)
    assert data["breach"]["lower_for"] == {"micro": "2030-01-01"}
    assert data["in_force"]["from"] == "2030-09-01"


@pytest.mark.parametrize(
    ("takes", "page", "prose"),
    [
        ("higher", "the higher of these counts", "or a tenth, whichever is higher"),
        ("lower", "the lower of these counts", "or a tenth, whichever is lower"),
        ("each", "each of these counts in a case of its own", "or a tenth, the lower for"),
    ],
)
def test_which_of_several_ceilings_counts(
    tmp_path: Path, takes: str, page: str, prose: str
) -> None:
    folder = moved_law(tmp_path)
    penalties = folder / "xb" / "act" / "penalties.yaml"
    penalties.write_text(penalties.read_text().replace("size:", f"takes: {takes}\nsize:"))
    law = compile_law([TOY_LAW, folder])
    assert page in section(page_of(law, "xb/act/1"), "what follows a breach")
    assert prose in rule_in_words(law, law.version("xb/act/1", DAY), DAY)


def moved_law(folder: Path) -> Path:
    """Write a pack with a penalty of its own and a first day that was moved."""
    home = folder / "xb" / "act"
    (home / "rules").mkdir(parents=True)
    (home / "pack.yaml").write_text(
        "pack: xb/act\ntitle: B act\nact: B Act\nmarket: XB\nstatus: enacted\n"
        "authority: statute\nknown_until: 2030-05-01\nread: {text: copy}\n"
        "in_force: {from: 2029-06-01}\n"
        "addressees: {maker: [{fact: maker_toy, roles: [developer]}]}\n"
    )
    (home / "parameters.yaml").write_text(
        "parameter: b_start\ntype: date\ngloss: the start\nvalues:\n"
        "  2029-01-01: {value: 2030-03-01, cite: s. 1}\n"
        "  2030-02-01: {value: 2030-09-01, cite: s. 1a}\n---\n"
        "parameter: b_fixed\nunit: EUR\ngloss: the fixed ceiling\n"
        "values: {2029-01-01: {value: 5000000, cite: s. 9}}\n---\n"
        "parameter: b_share\nunit: ratio\ngloss: the share\n"
        "values: {2029-01-01: {value: 1/40, cite: s. 9}}\n"
    )
    (home / "penalties.yaml").write_text(
        "penalty: xb/act/9\nsays: up to 5,000 crowns or a tenth\ncite: s. 9\nby: the court\n"
        "ceiling: [b_fixed, b_share]\nsize: actor_size\nlower_for: {micro: 2030-01-01}\n"
    )
    (home / "rules" / "s-1.yaml").write_text(
        "rule: xb/act/1\ntitle: Tell\ncite: s. 1\nin_force: {from: b_start}\n"
        "duty: {addressee: maker, family: notification, must: tell}\nbreach: {penalty: xb/act/9}\n"
    )
    return folder


def test_a_rule_as_json(toy_law: Law) -> None:
    data = rule_json(toy_law, toy_law.version("xa/toy-act/4", DAY), DAY, 3)
    assert data["in_force"] == {"from": "2030-01-01", "to": None}
    assert data["roles"] == ["developer", "modifier"]
    assert data["when"] == "big_toy"
    assert data["facts"] == ["big_toy", "made_by_actor", "maker_toy", "training_compute"]
    assert data["exceptions"] == ["xa/toy-act/4-small"]
    assert data["moved_by"] == ["xa/toy-act/18"]
    assert data["breach"]["enforced_from"] == "2030-09-01"
    assert data["cases"] == 3


def test_cases_are_counted_where_they_stand(toy_law: Law, tmp_path: Path) -> None:
    rule = toy_law.version("xa/toy-act/4", DAY)
    assert cases_naming(toy_law, rule) == []
    tests = tmp_path / "xa" / "toy-act" / "tests"
    tests.mkdir(parents=True)
    (tests / "a.yaml").write_text(
        "situation: big\nfacts: {big_toy: yes}\n---\n# why\ncase: a\ngiven: [big, none]\n"
        "expect: {xa/toy-act/4: {verdict: unknown, basis: settled}}\n---\ncase: b\n---\n"
        "case: c\nexpect: {big_toy: yes}\n"
    )
    (tests / "broken.yaml").write_text("[ xa/toy-act/4")
    (found,) = cases_naming(toy_law, rule, [tmp_path])
    assert found.place == "xa/toy-act/tests/a.yaml:5"
    assert found.expected_of(rule) == "unknown, basis: settled"
    assert found.text.startswith("# why\ncase: a\n")
    assert found.given == ("situation: big\nfacts: {big_toy: yes}",)
    big = toy_law.version("xa/toy-act/3", DAY)
    assert [case.title for case in cases_naming(toy_law, big, [tmp_path])] == ["c"]


def test_a_case_counts_for_the_version_that_stands_on_its_day(tmp_path: Path) -> None:
    home = moved_law(tmp_path) / "xb" / "act"
    form = (
        "rule: xb/act/2\ntitle: Two\ncite: s. 2\nin_force: {{{days}}}\nconcludes: big_toy\n"
        "when: weights_public\n"
    )
    spans = ("from: 2029-06-01, to: 2030-01-01", "from: 2030-01-01")
    text = "---\n".join(form.format(days=days) for days in spans)
    (home / "rules" / "s-2.yaml").write_text(text)
    (home / "tests").mkdir()
    case = "case: on {day}\nas_of: {day}\nexpect: {{xb/act/2: unknown}}\n"
    days = ("2029-12-31", "2030-01-01")
    (home / "tests" / "s-2.yaml").write_text("---\n".join(case.format(day=day) for day in days))
    law = compile_law([TOY_LAW, tmp_path])
    for day in days:
        rule = law.version("xb/act/2", read_day(day).toordinal())
        assert [each.title for each in cases_naming(law, rule, [tmp_path])] == [f"on {day}"]


def test_the_law_page_shows_age_and_trust(toy_law: Law) -> None:
    (pack,) = law_json(toy_law, "2030-06-01")["packs"]
    assert pack["rules"] == 26
    assert pack["binding"] == 17
    assert pack["days_since_known"] == 31
    assert pack["newest_read"] == "2030-05-02"
    assert pack["authorities"] == {"statute": 24, "guidance": 1, "practice": 1}
    assert pack["read"] == {"official": 25, "memory": 1}
    assert law_json(toy_law, "2030-04-01")["packs"][0]["days_since_known"] == 0
    said = flowing(to_text(law_page(toy_law, "2030-06-01")))
    assert "xa/toy-act statute 26 2030-05-02 2030-05-01 31 25/0/0/1 – standing:" in said
    assert "its pack: toy_question each article" in said


def test_the_vocabulary_as_a_page_and_one_fact(toy_law: Law) -> None:
    listed = to_text(facts_page(toy_law.vocabulary))
    assert "maker_toy" in listed.split("terms of law")[1]
    assert "training_compute" in listed.split("terms of law")[0]
    one = to_text(fact_page(toy_law.vocabulary["actor_kind"]))
    assert "of: each actor" in one
    assert "a person alone  [individual]" in one
    data = facts_json(toy_law.vocabulary, "training_compute")["facts"]
    assert list(data) == ["training_compute"]
    assert data["training_compute"]["unit"] == "FLOP"
    names = list(facts_json(toy_law.vocabulary, None)["facts"])
    assert names == sorted(each.name for each in toy_law.vocabulary)
    with pytest.raises(InputError, match="unknown fact `training_compte`"):
        facts_json(toy_law.vocabulary, "training_compte")


def test_a_licence_page_names_the_text_and_answers_each_condition(checkout: Path) -> None:
    said = flowing(to_text(licence_page(licence_report(checkout / "LICENSE"))))
    assert "Apache-2.0 [LICENSE]" in said
    assert "non commercial no LICENSE" in said


def test_a_licence_page_shows_the_passages_that_differ(checkout: Path, tmp_path: Path) -> None:
    text = (checkout / "LICENSE").read_text(encoding="utf-8")
    line = len(text.splitlines()) + 1
    (tmp_path / "LICENSE").write_text(f"{text}Only on Sundays.\n", encoding="utf-8")
    said = flowing(to_text(licence_page(licence_report(tmp_path / "LICENSE"))))
    assert "LicenseRef-modified-Apache" in said
    assert f"line {line}, not in the known text: only on sundays" in said
    assert "99." in said and "100%" not in said
    assert "what they come to, if they cover the weights (nothing says so)" in said


def test_a_changed_number_is_shown_with_its_line(checkout: Path, tmp_path: Path) -> None:
    text = (checkout / "LICENSE").read_text(encoding="utf-8")
    changed = text.replace("fifty percent (50%)", "fifty percent (5%)", 1)
    assert changed != text
    (tmp_path / "LICENSE").write_text(changed, encoding="utf-8")
    said = flowing(to_text(licence_page(licence_report(tmp_path / "LICENSE"))))
    line = next(n for n, each in enumerate(changed.splitlines(), 1) if "(5%)" in each)
    assert f"line {line}, not in the known text:" in said
    assert "text: exact" not in said


def test_an_unknown_text_leaves_every_condition_unknown(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("Ask my aunt before you use this.\n", encoding="utf-8")
    said = flowing(to_text(licence_page(licence_report(tmp_path / "LICENSE"))))
    assert "not recognised" in said
    assert "use unknown" in said


def test_a_question_names_the_market_and_whom_it_is_about(toy_law: Law) -> None:
    for key, asked in {
        "users": "How many in that place?",
        "users[XA]": "How many in XA?",
        "users[acme/XA]": "How many in XA? (about acme)",
    }.items():
        assert question_words(toy_law, "How many in {market}?", key) == asked


def test_ends_that_look_the_same_are_said_once(toy_law: Law) -> None:
    compute = toy_law.vocabulary["training_compute"]
    for ends, said in {
        (1e22, 1e23): "1e22 to 1e23 FLOP",
        (1.00001e23, 1.00002e23): "about 1e23 FLOP",
    }.items():
        shown = fact_words(KnownFact("training_compute", compute, Range(*ends)))
        assert shown == said


def test_markets_have_names_and_questions_are_filled() -> None:
    assert market_name("US-CA") == "California"
    assert market_name("XA") == "XA"
    assert fill_market("In {market}?", "users[acme/US-CA]") == "In California?"
    assert fill_market("In {market}?", "users[XA]") == "In XA?"
    assert fill_market("In {market}?", "users") == "In that place?"
    assert fill_market("Who?", "actor_kind[acme]") == "Who?"
