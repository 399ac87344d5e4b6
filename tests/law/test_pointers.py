"""Whoever builds or uses something for health, hiring or money is pointed to the law met there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.law.pack_cases import placed_cases
from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.assessment import RowVerdict
from weighbridge.assess.rows import USE_ROLES
from weighbridge.report.check_page import check_page
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import one_screen
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.nodes import facts_of

PACKS = {"EU": "eu/pointers", "US": "us/pointers"}
_HEALTH_US = ("hipaa", "hipaa-associate", "section-1557")
_DATA_EU = ("gdpr-22", "gdpr-35")
POINTERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "use_diagnoses_or_treats": {
        "EU": (*_DATA_EU, "mdr", "ivdr"),
        "US": ("fda-device-software", *_HEALTH_US),
    },
    "use_dispatches_emergency": {
        "EU": (*_DATA_EU, "mdr"),
        "US": ("fda-device-software", *_HEALTH_US),
    },
    "use_decides_benefits_or_care": {"EU": _DATA_EU, "US": _HEALTH_US},
    "use_takes_notes_or_schedules": {"EU": ("gdpr-35",), "US": ("hipaa", "hipaa-associate")},
    "use_ranks_applicants": {
        "EU": (*_DATA_EU, "works-councils", "equal-treatment"),
        "US": ("fcra", "title-vii", "ada"),
    },
    "use_manages_workers": {
        "EU": (*_DATA_EU, "works-councils", "equal-treatment"),
        "US": ("title-vii", "ada"),
    },
    "use_drafts_adverts": {"EU": ("equal-treatment",), "US": ("title-vii",)},
    "use_scores_credit": {"EU": (*_DATA_EU, "consumer-credit"), "US": ("fcra", "ecoa")},
    "use_detects_fraud": {"EU": _DATA_EU, "US": ("fcra", "ecoa")},
    "use_prices_life_health_insurance": {
        "EU": (*_DATA_EU, "insurance-distribution"),
        "US": (*_HEALTH_US, "fcra"),
    },
}
"""The uses in health, hiring and finance, each with the pointers named for it in each market."""

FIELDS = ("work", "credit_and_insurance", "health_and_care", "public_help", "support_only")
"""The fields that hold these uses."""


TWO_USES = """format = 1
markets = ["EU", "US"]

[[use]]
id = "hiring"
use_ranks_applicants = true

[[use]]
id = "loans"
use_scores_credit = true
"""


def lacking(assessment: Assessment, said: str) -> list[str]:
    """Return the pointers that an assessment of a use ought to show and does not.

    ``said`` is the page as a person reads it, its line breaks taken out.
    """
    missing = []
    for key, fact in sorted(assessment.facts.items()):
        flag, _, use = key.partition("[")
        if fact.value is not True or flag not in POINTERS:
            continue
        for market in set(assessment.markets) & set(PACKS):
            for name in POINTERS[flag][market]:
                if not _shown(assessment, f"{PACKS[market]}/{name}", use.rstrip("]") or "-", said):
                    missing.append(f"{key} in {market}: {name}")
    return missing


def _shown(assessment: Assessment, rule: str, use: str, said: str) -> bool:
    rows = [
        row
        for row in assessment.verdicts
        if row.rule.id == rule and row.judged.row.use == use and row.judged.verdict is True
    ]
    return bool(rows) and rows[0].rule.title.lower() in said


def read_as_text(assessment: Assessment) -> str:
    """Return the whole page as one line in small letters."""
    return _flat(to_text(check_page(assessment, Shown(all=False))))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).lower()


def weigh(law: Law, *sets: str, roles: tuple[str, ...] = ()) -> Assessment:
    return assess(Request(None, sets=sets, markets=("EU", "US"), roles=roles), law)


@pytest.mark.parametrize("flag", POINTERS)
def test_a_use_brings_its_pointers_in_each_market(law: Law, flag: str) -> None:
    found = weigh(law, f"{flag}=yes")
    assert {role for actor in found.actors for role in actor.roles} >= set(USE_ROLES)
    assert lacking(found, read_as_text(found)) == []
    assert lacking(found, _flat(to_text(one_screen(found, Shown())))) == []


@pytest.mark.parametrize("flag", POINTERS)
def test_a_use_brings_no_pointers_of_others(law: Law, flag: str) -> None:
    found = weigh(law, f"{flag}=yes", *(f"{each}=no" for each in POINTERS if each != flag))
    for market, pack in PACKS.items():
        applying = {
            row.rule.id.removeprefix(f"{pack}/")
            for row in found.verdicts
            if row.rule.pack == pack and row.judged.verdict is True
        }
        assert applying == set(POINTERS[flag][market])
    assert not [row for row in _pointer_rows(found) if row.judged.verdict is None]


def test_an_output_without_its_pointers_is_seen(law: Law) -> None:
    found = weigh(law, "use_ranks_applicants=yes")
    said = read_as_text(found)
    title = law.version("eu/pointers/works-councils", 0).title.lower()
    assert lacking(found, said.replace(title, "")) == ["use_ranks_applicants in EU: works-councils"]
    alone = weigh(law, "use_ranks_applicants=yes", roles=("integrator",))
    assert "use_ranks_applicants in US: ada" in lacking(alone, read_as_text(alone))


def test_each_of_two_uses_has_its_own(law: Law, tmp_path: Path) -> None:
    told = tmp_path / "uses.toml"
    told.write_text(TWO_USES, encoding="utf-8")
    found = assess(Request(None, facts_files=(told,), roles=USE_ROLES), law)
    assert lacking(found, read_as_text(found)) == []
    uses = {
        row.judged.row.use: row.judged.verdict
        for row in found.verdicts
        if row.rule.id == "eu/pointers/consumer-credit"
    }
    assert uses == {"hiring": False, "loans": True}


def test_a_use_in_none_of_the_fields_settles_every_pointer(law: Law) -> None:
    found = weigh(law, "use_field=none", roles=USE_ROLES)
    rows = _pointer_rows(found)
    assert rows
    assert {row.judged.verdict for row in rows} == {False}


def test_every_use_of_these_fields_has_its_pointers(law: Law) -> None:
    told = law.vocabulary["use_field"].told_by
    assert {flag for field in FIELDS for flag in told[field]} == set(POINTERS)


def test_every_pointer_of_the_sectors_is_named_for_a_use(law: Law) -> None:
    for market, pack in PACKS.items():
        written = {rule.id.removeprefix(f"{pack}/") for rule in law.bindings if rule.pack == pack}
        assert written == {name for each in POINTERS.values() for name in each[market]}


def test_every_case_of_such_a_use_says_what_becomes_of_a_pointer() -> None:
    cases = [placed.case for placed in placed_cases() if placed.pack in PACKS.values()]
    for flag in POINTERS:
        assert [case for case in cases if case.facts.get(flag) == "yes"], flag


def test_pointers_turn_on_uses_alone(law: Law) -> None:
    for rule in law.bindings:
        if rule.pack in PACKS.values():
            assert rule.kind == "pointer"
            subjects = {law.vocabulary[name].subject for name in facts_of(rule.when)}
            assert subjects == {"use"}, rule.id


def _pointer_rows(assessment: Assessment) -> list[RowVerdict]:
    return [row for row in assessment.verdicts if row.rule.pack in PACKS.values()]
