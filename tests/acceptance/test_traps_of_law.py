"""Mistakes other tools made with the law itself: bills, stale dates, lost data, wrong places."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.acceptance.pages import flowing
from tests.acceptance.shell import weighbridge
from tests.acceptance.test_traps import PROVIDER
from tests.toys import large_release, plain_release
from weighbridge.assess import Request, assess
from weighbridge.reason import Row
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law, load_law

# Bills, age and absence of law.

_BILL = {
    "pack.yaml": """pack: us-tx/hb-1
title: A bill that never passed
act: Texas HB 1
market: US-TX
status: bill
authority: statute
known_until: 2026-11-01
read: {text: secondary, on: 2026-11-01, tag: "M"}
in_force: {from: 2020-01-01}
addressees:
  maker:
    - {of: model, fact: maker_of_bill, roles: [developer], cite: s. 1}
""",
    "facts.yaml": """fact: maker_of_bill
type: flag
legal: yes
gloss: the actor is a maker in the sense of the bill
cite: s. 1
""",
    "rules/s-1.yaml": """rule: us-tx/hb-1/1
title: Makers
cite: s. 1
concludes: maker_of_bill
complete: yes
when: outputs_text
---
rule: us-tx/hb-1/2
title: Report everything
cite: s. 2
duty:
  addressee: maker
  family: notification
  must: report everything
  due: at-release
  bars: yes
when: outputs_text
""",
}


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """A folder of law that holds one bill, which would bind every maker of text models."""
    for name, text in _BILL.items():
        path = tmp_path / "own-law" / "us-tx" / "hb-1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "own-law"


def test_a_bill_can_be_looked_at_and_obliges_nobody(tmp_path: Path, bill: Path) -> None:
    release = plain_release(tmp_path / "a")
    found = assess(Request(release, markets=("US-TX",)), load_law([bill]))
    judged = row(found, "us-tx/hb-1/2").judged
    assert judged.verdict is True
    assert judged.in_force.state == "never"
    assert not judged.owed
    assert judged.rests_on.status == "bill"
    assert "owes 1" not in flowing(found)
    assert judged.rule.title not in flowing(found)
    call = ("check", release, "--law", bill, "--market", "US-TX", "--fail-on", "owed")
    assert weighbridge(*call).status == 0


def test_every_shipped_rule_that_can_oblige_was_enacted(law: Law) -> None:
    judge = Judge(law, {}, date(2026, 11, 23).toordinal())
    for rule in law.rules:
        if rule.status not in ("enacted", "repealed"):  # kept for a what-if, as a vetoed bill is
            assert judge.in_force(rule, Row()).state == "never", rule.id
        if rule.status == "repealed" and rule.binding is not None:
            assert rule.interval.end is not None, rule.id
            assert rule.ended_by, rule.id


def test_the_age_of_the_law_is_printed_with_each_result(check: Check, tmp_path: Path) -> None:
    release = plain_release(tmp_path / "a")
    late = check(release, as_of="2026-11-24")
    assert len(late.warnings) == len(late.law.packs)
    assert "read only until" in flowing(late)
    for market in ("EU", "CN"):
        said = flowing(check(release, as_of="2026-11-23", markets=(market,)))
        packs = [pack for pack in late.law.packs.values() if pack.market == market]
        assert all(pack.known_until in said for pack in packs)
    early = check(release, as_of="2026-05-01")
    assert not early.warnings
    assert "read only until" not in flowing(early)


def test_no_day_that_has_passed_is_called_the_next(check: Check, tmp_path: Path) -> None:
    release = large_release(tmp_path / "b")
    seen = set()
    for as_of in ("2024-01-01", "2025-08-02", "2026-11-23", "2027-08-01", "2030-01-01"):
        text = flowing(check(release, *PROVIDER, as_of=as_of))
        _, found, after = text.partition("next date: ")
        if found:
            assert after[:10] > as_of
            seen.add(after[:10])
    assert len(seen) >= 2


SPOILED_LAW = {
    "all law gone": ["law"],
    "one pack file gone": ["law/eu/ai-act/pack.yaml"],
    "parameters gone": ["law/eu/ai-act/parameters"],
    "discharges gone": ["law/discharges.yaml"],
    "everyday facts gone": ["facts/vocabulary"],
}


@pytest.mark.parametrize("case", SPOILED_LAW)
def test_without_its_law_the_program_stops(tmp_path: Path, case: str, checkout: Path) -> None:
    package = tmp_path / "elsewhere" / "weighbridge"
    shutil.copytree(
        checkout / "src" / "weighbridge", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    for gone in SPOILED_LAW[case]:
        path = package / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    release = plain_release(tmp_path / "a")
    ended = weighbridge("check", release, home=package.parent)
    assert ended.status == 2, ended.out[:300]
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert ended.err.startswith("weighbridge: error: ")


@pytest.mark.parametrize("missing", ["yaml", "license_expression", "z3"])
def test_a_library_that_is_missing_never_drops_law_in_silence(tmp_path: Path, missing: str) -> None:
    release = plain_release(tmp_path / "a")
    whole = weighbridge("check", release, "--format", "json")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / f"{missing}.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    ended = weighbridge("check", release, "--format", "json", extra=broken)
    assert ended.status != 0 or ended.out == whole.out
    assert ended.status == 0 or ended.out == ""


# Citations.

ELSEWHERE = {
    "eu/ai-act/2.12-charged": "a recital says what charging does",
    "eu/ai-act/2.12-free": "a recital says what paying is",
    "eu/ai-act/2.12-micro": "a recital leaves very small firms out",
    "eu/ai-act/2.12-price": "a recital says what paying is",
    "eu/ai-act/3.1-weights": "a recital tells a model from a system",
    "eu/ai-act/3.3-modifies": "a recital explains who modifies",
    "eu/ai-act/3.3-modifies-presumed": "a recital explains who modifies",
    "eu/ai-act/3.3-third-country": "the article that needs the term defines it",
    "eu/ai-act/3.10-occasional": "guidance on another act says so",
    "eu/ai-act/3.10-charged": "a recital says what paying is",
    "eu/ai-act/3.10-open-repository": "a recital says what paying is",
    "eu/ai-act/6.3-risk-presumed": "the duty to document lies in the next paragraph",
    "eu/ai-act/6.3-risk-documented": "the duty to document lies in the next paragraph",
    "eu/ai-act/51.2-rebutted": "the rebuttal stands in the next article",
}
"""Rules named after the provision they serve, that rest on another place; none of them binds."""


SPLIT = ("us-ca/sb-53/22757.12.e.1", "us-ca/sb-53/22757.12.e.2")
"""Rules that number apart what one cited paragraph says of two addressees."""


def _numbers(text: str) -> list[str]:
    cleaned = "".join(each if each.isalnum() else " " for each in text)
    return [each for each in cleaned.split() if any(letter.isdigit() for letter in each)]


def test_every_citation_names_the_place_its_id_names(law: Law) -> None:
    wrong = []
    # Frameworks number their parts otherwise, in Roman figures or in words.
    for rule in (each for each in law.rules if not each.pack.startswith("practice/")):
        name = rule.id.removeprefix(f"{rule.pack}/").partition("-")
        own = _numbers(name[0] if _numbers(name[0]) else rule.id.removeprefix(f"{rule.pack}/"))
        cited = _numbers(rule.cite.at)
        own = own[:-1] if rule.id in SPLIT else own
        if rule.id in ELSEWHERE:
            assert rule.binding is None, rule.id
            assert cited[: len(own)] != own, f"{rule.id} needs no exception"
        elif not set(own if rule.binding else own[:1]) <= set(cited):
            wrong.append(f"{rule.id}: {rule.cite.at}")
    assert not wrong, "\n".join(wrong)
    assert set(ELSEWHERE) <= set(law.by_id)


def test_every_rule_says_who_read_which_copy_and_where(law: Law) -> None:
    for rule in law.rules:
        assert rule.cite.act, rule.id
        assert rule.cite.at, rule.id
        assert rule.read.text in ("official", "copy", "secondary", "memory"), rule.id
        assert rule.rows or rule.authority == "contract", rule.id


# Whose it is.


def test_each_row_says_whose_it_is_and_the_others_say_on_whom_they_fall(
    check: Check, law: Law, tmp_path: Path
) -> None:
    found = check(plain_release(tmp_path / "a"))
    rows = {each.rule.id for each in found.verdicts}
    others = {each.rule.id for each in found.falls_on}
    assert rows and others and not rows & others
    assert rows | others == {rule.id for rule in law.bindings}
    for each in found.verdicts:
        assert each.rule.binding is not None and each.rule.binding.addressee
        assert each.judged.row.role == "developer"
    for other in found.falls_on:
        assert other.roles and "developer" not in other.roles, other.rule.id
    assert not [each for each in found.verdicts if each.rule.id.startswith("eu/ai-act/26")]
    assert "it falls on" in flowing(found)


def test_the_same_bytes_on_every_run(tmp_path: Path) -> None:
    release = plain_release(tmp_path / "a")
    for form in ("text", "json", "markdown"):
        call = ("check", release, "--format", form, "--all")
        assert weighbridge(*call).out == weighbridge(*call).out
