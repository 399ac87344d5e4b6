"""Mistakes other tools made in reading or judging one release, each as a test of its own name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Check, row, verdicts
from tests.acceptance.pages import flowing, page
from tests.acceptance.paraphrases import OTHER_WORDS, RANKS_APPLICANTS
from tests.toys import decoder_config, large_release, plain_release, write_json
from weighbridge.assess import Assessment
from weighbridge.facts import Source
from weighbridge.release import read_release
from weighbridge.report import words
from weighbridge.rules import Law

PROVIDER = (
    "in_business=yes",
    "made_by_actor=yes",
    "own_name=yes",
    "has_base_model=no",
    "available_there=yes",
    "excluded_there=no",
    "model_first_available=2026-01-01",
)
OWED_KINDS = ("duty", "prohibition")


def every_role(law: Law) -> tuple[str, ...]:
    """Return all roles."""
    return tuple(law.vocabulary["role"].values)


def values(assessment: Assessment) -> dict[str, object]:
    """Return what stands for each known fact."""
    return {key: fact.value for key, fact in assessment.facts.items() if fact.value is not None}


# No evidence is no answer.


def bare(folder: Path, files: dict[str, bytes]) -> Path:
    """Write a folder of these files and return it."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


NO_EVIDENCE: dict[str, dict[str, bytes]] = {
    "a note": {"notes.txt": b"hello"},
    "code alone": {"load.py": b"import torch\n", "setup.cfg": b"[x]\n"},
    "empty files": {"README.md": b"", "config.json": b"", "model.safetensors": b""},
    "unreadable files": {
        "README.md": b"\xff\xfe\x00",
        "config.json": b"{",
        "model.safetensors": b"\x01",
        "LICENSE": b"\x00" * 64,
    },
}


@pytest.fixture(scope="module")
def nothing_known(check: Check, law: Law) -> Assessment:
    """Every role, with no release and nothing said."""
    return check(None, roles=every_role(law))


@pytest.mark.parametrize("case", [None, *NO_EVIDENCE])
def test_empty_or_unreadable_evidence_never_gives_does_not_apply(
    check: Check, nothing_known: Assessment, tmp_path: Path, case: str | None
) -> None:
    folder = None if case is None else bare(tmp_path / "release", NO_EVIDENCE[case])
    default = check(folder)
    duties = [each for each in default.verdicts if each.rule.kind in OWED_KINDS]
    assert duties
    open_ = [each for each in duties if each.judged.verdict is None]
    assert 9 * len(duties) <= 10 * len(open_)
    assert values(default) == {}, "then the roles are judged once for all these folders"
    for each in nothing_known.verdicts:
        assert each.judged.verdict is not True or each.rule.kind not in OWED_KINDS, each.rule.id
        if each.judged.verdict is False:  # by a cited rule of burden or an official list alone
            assert each.judged.basis == "presumed", each.rule.id
            assert each.judged.unless, each.rule.id
            assert each.judged.rests_on.presumptions, each.rule.id


def test_with_presumptions_off_no_evidence_leaves_everything_unknown(
    check: Check, law: Law
) -> None:
    assessment = check(None, roles=every_role(law), presume=False)
    assert {each.judged.verdict for each in assessment.verdicts} == {None}


# Nothing of nothing is no score.


def test_nothing_is_scored_and_no_page_says_pass(check: Check, law: Law, tmp_path: Path) -> None:
    release = plain_release(tmp_path / "a")
    for assessment in (check(None), check(release), check(None, roles=("contributor",))):
        text = flowing(assessment, all=True)
        assert "PASS" not in text
        text = text.lower()
        assert not re.search(r"\b(?:checks?|tests?|release|model) pass(?:es|ed)?\b", text)
        for word in ("score:", "100 %", "100%", "grade:"):
            assert word not in text, word


def _judged_nowhere(law: Law) -> tuple[str, str]:
    """Return a role and a market in which no rule can ever fall on that role."""
    return next(
        (role, market)
        for market in law.markets
        for role in law.vocabulary["role"].values
        if not any(
            role in term.roles
            for pack in law.packs.values()
            if not pack.market or pack.market in (market, market.partition("-")[0])
            for term in pack.addressees
        )
    )


def test_a_market_in_which_no_rule_was_judged_is_not_said_to_be_free(
    check: Check, law: Law
) -> None:
    role, market = _judged_nowhere(law)
    assessment = check(None, roles=(role,), markets=(market,))
    assert assessment.verdicts == ()
    assert words.NOTHING_HERE not in flowing(assessment)


# A missing answer is never No.


CALIFORNIA = (
    "capture_devices=none",
    "common_law_reaches_models_us=not_yet",
    "group_disadvantaged=no",
    "made_to_care_or_judge=neither",
    "own_download_page=no",
    "use_companion=no",
    "use_disciplines_workers=no",
    "use_weighty_decision=no",
)
WORLD = (
    "high_impact_capability_au=no",
    "high_risk_product_tw=no",
    "holds_data_in_dubai_centre=no",
    "in_house_only=no",
    "looks_real=no",
    "minors_use_it=no",
    "national_office_there=no",
    "office_there=yes",
    "on_high_risk_list_vn=no",
    "ordered_there=no",
    "output_leaves_tool=no",
    "plainly_a_machine=no",
    "state_of_the_art_kr=no",
    "tool_form=interface",
    "use_fakes_people=no",
    "uz_amendments_begun=begun",
    "works_for_clients=no",
)
ANSWERED = (
    *CALIFORNIA,
    *WORLD,
    *PROVIDER,
    "actor_kind=company",
    "actor_size=large",
    "aircraft_only=no",
    "based_in=us",
    "biological_data=no",
    "cluster_network=0",
    "cluster_speed=0",
    "decision_weight=recommends",
    "federal_defence_only=no",
    "group_disadvantaged=no",
    "in_development_only=no",
    "informs_public=no",
    "licensed_occupation=no",
    "military_only=no",
    "narrow_task=no",
    "output_is=content",
    "own_compute=3.8e25",
    "paid_for=nothing",
    "personal_use=no",
    "planned_compute=0",
    "profiles_people=yes",
    "public_service=yes",
    "public_tasks=no",
    "publishes_regularly=yes",
    "reads_bodies=no",
    "rebuttal_accepted=no",
    "release_date=2026-01-01",
    "research_only=no",
    "revenue=6e8",
    "security_tool_only=no",
    "served_model_filed=no",
    "shared_to_develop_only=no",
    "system_first_there=2026-05-01",
    "system_open=no",
    "system_own_name=yes",
    "system_redesigned_on=2028-01-01",
    "system_there=yes",
    "talks_with_people=yes",
    "tested_on_real_people=no",
    "told_most_capable=no",
    "use_companion=no",
    "use_counsels=no",
    "use_new_york_city_jobs=no",
    "use_practice=none",
    "use_ranks_applicants=yes",
    "use_weighty_decision=yes",
    "used_beyond_research=yes",
    "used_on_own_staff=no",
    "use_kept_by_states=no",
    "used_there=yes",
    "users=5000",
    "users_everywhere=5000",
)


def _droppable(release: Path) -> list[str]:
    known = {fact.key for fact in read_release(release).facts}
    return sorted(known | {each.partition("=")[0] for each in ANSWERED})


@pytest.mark.slow
def test_dropping_any_fact_widens_a_verdict_or_leaves_it(check: Check, tmp_path: Path) -> None:
    """Settled verdicts widen; a presumed one may take their place if the dropped fact ends it."""
    release = large_release(tmp_path / "b")
    asked: dict[str, Any] = {"roles": ("developer", "integrator", "deployer")}
    full = {
        (e.rule.id, e.judged.row): e.judged for e in check(release, *ANSWERED, **asked).verdicts
    }
    assert len(full) > 100
    assert 3 * sum(each.verdict is None for each in full.values()) < len(full)
    turned: list[str] = []
    for key in _droppable(release):
        for row_ in check(release, *ANSWERED, f"{key}=unknown", **asked).verdicts:
            before, after = full[row_.rule.id, row_.judged.row], row_.judged
            if after.verdict is None or after.verdict is before.verdict:
                continue
            overturned = {each.partition("[")[0] for each in after.unless}
            if after.basis != "presumed" or not (overturned or before.verdict is None):
                turned.append(f"without {key}: {row_.rule.id} {before.verdict} -> {after.verdict}")
    assert not turned, "\n".join(turned)


@pytest.mark.slow
def test_with_presumptions_off_dropping_any_fact_never_firms_a_verdict_up(
    check: Check, tmp_path: Path
) -> None:
    release = large_release(tmp_path / "b")
    asked: dict[str, Any] = {"roles": ("developer", "deployer"), "presume": False}
    full = verdicts(check(release, *ANSWERED, **asked))
    for key in _droppable(release):
        fewer = verdicts(check(release, *ANSWERED, f"{key}=unknown", **asked))
        firm = [at[0] for at, now in fewer.items() if now is not None and now is not full[at]]
        assert not firm, f"without {key}: {firm}"


def test_every_presumed_answer_names_what_would_end_it(check: Check, tmp_path: Path) -> None:
    for folder in (plain_release(tmp_path / "a"), large_release(tmp_path / "b")):
        for each in check(folder).verdicts:
            if each.judged.basis == "presumed":
                assert each.judged.unless, each.rule.id
                assert each.judged.rests_on.presumptions, each.rule.id


# Regimes add up.


def test_a_general_model_and_a_listed_use_are_both_shown(check: Check, tmp_path: Path) -> None:
    found = check(
        plain_release(tmp_path / "a"),
        *PROVIDER,
        *("training_compute=5e23", "use_ranks_applicants=yes", "based_in=eu"),
        *("system_there=yes", "system_own_name=yes"),
        roles=("developer", "integrator", "deployer"),
    )
    assert row(found, "eu/ai-act/53.1.c", role="developer").judged.verdict is True
    assert row(found, "eu/ai-act/9", role="integrator").judged.verdict is True
    assert row(found, "eu/ai-act/26.1", role="deployer").judged.verdict is True
    text = flowing(found, all=True)
    for rule in ("eu/ai-act/53.1.c", "eu/ai-act/9", "eu/ai-act/26.1"):
        assert rule in text


# What decides, and what does not.


@pytest.mark.parametrize("size", ["70B", "405b", "1.8T", "65B-chat"])
def test_a_size_in_the_name_does_not_matter_and_compute_does(
    check: Check, tmp_path: Path, size: str
) -> None:
    small = check(plain_release(tmp_path / f"giant-{size}", name=f"Giant {size}"), *PROVIDER)
    large = check(plain_release(tmp_path / "tiny", name="Tiny", compute="3.8e25"), *PROVIDER)
    assert small.facts["params_total"].value == large.facts["params_total"].value
    assert row(small, "eu/ai-act/55.1.a").judged.verdict is False
    assert row(large, "eu/ai-act/55.1.a").judged.verdict is True
    assert "params-mismatch" not in {each.id for each in small.findings}


def test_a_famous_name_neither_grants_nor_takes_the_exemption(check: Check, tmp_path: Path) -> None:
    above = (*PROVIDER, "training_compute=5e23")
    plain = verdicts(check(plain_release(tmp_path / "toy"), *above))
    for name in ("Llama-3.1-405B", "gpt-4", "DeepSeek-R1", "claude-opus", "Mistral-7B-v0.1"):
        assert verdicts(check(plain_release(tmp_path / name, name=name), *above)) == plain


def test_no_licence_ever_counts_towards_the_copyright_policy(
    check: Check, law: Law, tmp_path: Path
) -> None:
    rules = [each for each in law.rules if each.binding and each.binding.family == "copyright"]
    assert {each.id for each in rules} >= {"eu/ai-act/53.1.c"}
    for rule in rules:
        for id_ in rule.discharges:
            assert not [name for name in law.discharges[id_].looks_for if "licence" in name]
    found = check(plain_release(tmp_path / "a"), *PROVIDER, "training_compute=5e23")
    policy = row(found, "eu/ai-act/53.1.c")
    assert policy.judged.owed
    assert [(each.state, each.found) for each in policy.discharges] == [("none", ())]


def test_no_discharge_is_ever_said_to_be_met(check: Check, law: Law, tmp_path: Path) -> None:
    found = check(large_release(tmp_path / "b"), *PROVIDER, roles=every_role(law))
    states = {each.state for row_ in found.verdicts for each in row_.discharges}
    assert states <= {"none", "draft", "partial", "present", "failed", "stale", "not-checkable"}
    assert "present" not in states, "a card alone is at most part of a paper"


def test_the_version_of_a_library_is_no_fact_of_the_model(check: Check, tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "a")
    before = check(folder, *PROVIDER)
    write_json(folder / "config.json", decoder_config(transformers_version="99.88.77"))
    after = check(folder, *PROVIDER)
    assert values(before) == values(after)
    assert "99.88.77" not in page(after, all=True)


def test_each_fact_read_says_from_which_file(check: Check, tmp_path: Path) -> None:
    found = check(plain_release(tmp_path / "a"))
    for key, fact in found.facts.items():
        if fact.source in (Source.MEASURED, Source.DECLARED):
            assert fact.place is not None, key
            assert (tmp_path / "a" / fact.place.file).is_file(), key
        elif fact.source is Source.DERIVED:
            assert fact.note or fact.place, key


@pytest.mark.parametrize("name", ["MODEL_CARD.md", "COPYRIGHT_POLICY.md", "RISK.md", "SECURITY.md"])
def test_an_empty_file_of_the_right_name_meets_nothing(
    check: Check, tmp_path: Path, name: str
) -> None:
    folder = plain_release(tmp_path / "a")
    (folder / "README.md").unlink()
    before = check(folder, *PROVIDER, "training_compute=5e25")
    (folder / name).write_bytes(b"")
    after = check(folder, *PROVIDER, "training_compute=5e25")
    assert verdicts(before) == verdicts(after)
    assert [each.discharges for each in before.verdicts] == [
        each.discharges for each in after.verdicts
    ]
    assert values(before) == values(after)
    assert after.facts.get("usage_info_public") is None or (
        after.facts["usage_info_public"].value is not True
    )


def test_a_copied_card_under_another_name_changes_no_verdict(check: Check, tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "a")
    before = check(folder, *PROVIDER, "training_compute=5e25")
    shutil.copyfile(folder / "README.md", folder / "MODEL_CARD.md")
    after = check(folder, *PROVIDER, "training_compute=5e25")
    assert verdicts(before) == verdicts(after)
    assert values(before) == values(after)


def test_naming_data_is_not_releasing_it(check: Check, tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "a")
    above = (*PROVIDER, "training_compute=5e23")
    before = check(folder, *above)
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8").replace(
        "license: apache-2.0", "license: apache-2.0\ndatasets: [example-org/secret-corpus]", 1
    )
    card.write_text(text, encoding="utf-8")
    after = check(folder, *above)
    assert after.facts["training_datasets"].value == "example-org/secret-corpus"
    new = values(after)
    named = new.pop("training_datasets"), new.pop("training_data_told")
    assert named == ("example-org/secret-corpus", True)
    assert new == values(before)
    assert verdicts(before) == verdicts(after)
    summary = row(after, "eu/ai-act/53.1.d")
    assert {each.state for each in summary.discharges} <= {"none", "partial"}


def test_an_evaluation_nobody_ran_has_no_number(check: Check, tmp_path: Path) -> None:
    found = check(large_release(tmp_path / "b"), *PROVIDER)
    report = row(found, "eu/ai-act/55.1.a").discharges
    assert [(each.id, each.state) for each in report] == [("model-evaluation-report", "none")]


# Purposes in other words.


def purpose_of(folder: Path, sentence: str) -> object:
    """Return what is read of a card whose intended use is one sentence."""
    plain_release(folder)
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    text = text.replace("Drafting and summarising everyday English.", sentence)
    card.write_text(text, encoding="utf-8")
    facts = [each for each in read_release(folder).facts if each.name == "use_ranks_applicants"]
    return facts[0].value if facts else None


@pytest.mark.parametrize("sentence", RANKS_APPLICANTS)
def test_choosing_between_applicants_is_seen_in_other_words(tmp_path: Path, sentence: str) -> None:
    assert purpose_of(tmp_path / "a", sentence) is True


@pytest.mark.parametrize("sentence", OTHER_WORDS)
def test_other_uses_are_not_taken_for_it_and_silence_is_never_no(
    tmp_path: Path, sentence: str
) -> None:
    assert purpose_of(tmp_path / "a", sentence) is None
