"""Changing one deciding fact in a release changes the answer and names the fact."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row, verdicts
from tests.acceptance.pages import flowing, page
from tests.conftest import CORPUS
from tests.toys import (
    TOY_PARAMETERS,
    adapter_release,
    gpu_hours_release,
    hiring_release,
    large_release,
    non_commercial_release,
    oversold_release,
    plain_release,
    write_json,
)
from weighbridge.assess import Assessment
from weighbridge.facts import Finding, Range, Severity, Source
from weighbridge.report.json import to_json

PROVIDER = ("in_business=yes", "made_by_actor=yes", "own_name=yes", "has_base_model=no")
ANYWHERE = (
    *PROVIDER,
    "available_there=yes",
    "excluded_there=no",
    "research_only=no",
    "based_in=us",
    "actor_kind=company",
    "model_first_available=2026-01-01",
)
SYSTEMIC = ("52.1", "55.1.a", "55.1.b", "55.1.c", "55.1.d")
DOCUMENTS = ("53.1.a", "53.1.b")
SYSTEM_DUTIES = ("9", "10", "11", "14", "47", "49.1")
DEPLOYER_DUTIES = ("26.1", "26.2", "26.5", "26.11")


def finding(assessment: Assessment, id_: str) -> Finding:
    """Return the one finding of this id."""
    found = [each for each in assessment.findings if each.id == id_]
    assert len(found) == 1, f"{len(found)} findings `{id_}`"
    return found[0]


def files(found: Finding) -> set[str]:
    """Return the files a finding points to."""
    return {place.file for place in found.where}


def changed(before: Assessment, after: Assessment) -> set[str]:
    """Return the rules of which some row has another verdict; both have the same rows."""
    one, two = verdicts(before), verdicts(after)
    assert one.keys() == two.keys()
    return {key[0] for key in one if one[key] is not two[key]}


def applying(assessment: Assessment, rules: Iterable[str]) -> dict[str, bool | None]:
    """Return the verdicts of these articles of the one act the toys are about."""
    return {rule: row(assessment, f"eu/ai-act/{rule}").judged.verdict for rule in rules}


# A -> B: the stated compute goes from 8.4e22 to 3.8e25.


def test_stated_compute_changes_what_a_provider_owes(check: Check, tmp_path: Path) -> None:
    small = check(plain_release(tmp_path / "a"), *ANYWHERE)
    large = check(large_release(tmp_path / "b"), *ANYWHERE)
    assert set(applying(small, (*DOCUMENTS, *SYSTEMIC)).values()) == {False}
    assert set(applying(large, (*DOCUMENTS, *SYSTEMIC)).values()) == {True}
    flipped = changed(small, large)
    assert {f"eu/ai-act/{rule}" for rule in (*DOCUMENTS, *SYSTEMIC)} <= flipped
    assert not any(rule.startswith(("cn/", "us-ca/ab-2013")) for rule in flipped)
    for rule in flipped:
        assert "training_compute" in row(small, rule).judged.reasons, rule
        after = row(large, rule).judged
        assert "training_compute" in after.reasons or after.verdict is None, rule


def test_stated_compute_changes_the_page_of_a_stranger_too(check: Check, tmp_path: Path) -> None:
    small = check(plain_release(tmp_path / "a"))
    large = check(large_release(tmp_path / "b"))
    assert small.facts["training_compute"].place == large.facts["training_compute"].place
    for rule in (*DOCUMENTS, *SYSTEMIC):
        before, after = (row(each, f"eu/ai-act/{rule}").judged for each in (small, large))
        assert (before.verdict, after.verdict) == (False, None), rule
        assert before.reasons == ("training_compute",)
        assert ("in_business",) in after.missing
    assert "training compute" in flowing(small)
    assert "training compute 3.75e25 to 3.85e25 FLOP" in flowing(large)
    assert page(small) != page(large)


def test_every_proof_of_a_changed_row_names_the_compute_and_its_line(
    check: Check, tmp_path: Path
) -> None:
    large = check(large_release(tmp_path / "b"), *ANYWHERE)
    data = to_json(large)
    fact = data["facts"]["training_compute"]
    line = int(fact["from"].removeprefix("README.md:"))
    text = (tmp_path / "b" / "README.md").read_text(encoding="utf-8").splitlines()
    assert "3.8e25" in text[line - 1]
    for rule in SYSTEMIC:
        judged = row(large, f"eu/ai-act/{rule}").judged
        assert "training_compute" in judged.reasons
    assert "training_compute" in str(data["concluded"]["high_impact_capabilities[developer]"])


def test_compute_worked_out_from_hours_names_the_hours(check: Check, tmp_path: Path) -> None:
    found = check(gpu_hours_release(tmp_path / "g", hours="401,408"), *ANYWHERE)
    compute = found.facts["training_compute"]
    assert compute.source is Source.DERIVED
    assert "accelerator-hours" in compute.note and "401,408" in compute.note
    assert isinstance(compute.value, Range)
    assert compute.value.low is not None and 1e23 < compute.value.low < 2e23
    assert row(found, "eu/ai-act/53.1.c").judged.verdict is True
    less = check(gpu_hours_release(tmp_path / "h", hours="1,843"), *ANYWHERE)
    assert row(less, "eu/ai-act/53.1.c").judged.verdict is False


# A -> C: the LICENSE becomes non-commercial while the card still says Apache-2.0.


@pytest.fixture
def non_commercial_texts() -> list[str | None]:
    """Return licence texts to put into toy C: a few lines of ours, and the real one if there."""
    real = CORPUS / "licence_texts" / "cc-by-nc-4.0.txt"
    return [None, real.read_text(encoding="utf-8")] if real.is_file() else [None]


def test_a_non_commercial_text_contradicts_the_card_with_both_places(
    check: Check, tmp_path: Path, non_commercial_texts: list[str | None]
) -> None:
    for number, text in enumerate(non_commercial_texts):
        found = check(non_commercial_release(tmp_path / f"c{number}", text))
        mismatch = finding(found, "licence-mismatch")
        assert mismatch.severity is Severity.HIGH
        assert files(mismatch) == {"README.md", "LICENSE"}
        assert all(place.line for place in mismatch.where) or text
        assert "Apache-2.0" in mismatch.message
        assert mismatch.message in flowing(found)
        assert found.facts["licence_non_commercial"].value is True


def test_a_non_commercial_text_takes_the_exemption_away(
    check: Check, tmp_path: Path, non_commercial_texts: list[str | None]
) -> None:
    above = (*ANYWHERE, "training_compute=5e23")
    plain = check(plain_release(tmp_path / "a"), *above)
    for rule in DOCUMENTS:
        judged = row(plain, f"eu/ai-act/{rule}").judged
        assert (judged.verdict, judged.because) == (False, "exception")
        assert "licence_non_commercial" in judged.reasons
    for number, text in enumerate(non_commercial_texts):
        limited = check(non_commercial_release(tmp_path / f"c{number}", text), *above)
        for rule in DOCUMENTS:
            judged = row(limited, f"eu/ai-act/{rule}").judged
            assert judged.verdict is True
            assert judged.owed
            assert "licence_non_commercial" in judged.reasons
        duties = {each.rule.id for each in limited.verdicts if each.rule.kind == "duty"}
        flipped = set(changed(plain, limited)) & duties
        assert flipped == {f"eu/ai-act/{rule}" for rule in (*DOCUMENTS, "54.1")}


def test_a_mended_card_ends_the_contradiction_and_not_the_duty(
    check: Check, tmp_path: Path
) -> None:
    folder = non_commercial_release(tmp_path / "c")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8").replace("license: apache-2.0", "license: cc-by-nc-4.0")
    card.write_text(text, encoding="utf-8")
    found = check(folder, *ANYWHERE, "training_compute=5e23")
    assert not [each for each in found.findings if each.id == "licence-mismatch"]
    assert set(applying(found, DOCUMENTS).values()) == {True}


# A -> D: a low-rank adapter that names its base.


def test_an_adapter_brings_the_rows_of_a_modifier_and_names_its_base(
    check: Check, tmp_path: Path
) -> None:
    plain = check(plain_release(tmp_path / "a"))
    adapter = check(adapter_release(tmp_path / "d"))
    assert {each.judged.row.role for each in plain.verdicts} == {"developer"}
    assert {each.judged.row.role for each in adapter.verdicts} == {"developer", "modifier"}
    base = adapter.facts["base_model"]
    assert base.value == "example-org/base-7b"
    assert base.place is not None and base.place.file in ("adapter_config.json", "README.md")
    assert adapter.facts["is_adapter"].value is True
    assert "made from example-org/base-7b" in flowing(adapter)
    assert "for developer, modifier" in flowing(adapter)


def test_a_small_adapter_owes_nothing_as_its_base_has_a_maker(check: Check, tmp_path: Path) -> None:
    adapter = check(
        adapter_release(tmp_path / "d"), "modification_compute=1e18", "base_compute=4e24"
    )
    modifier = row(adapter, "eu/ai-act/53.1.c", role="modifier").judged
    assert (modifier.verdict, modifier.because) == (False, "addressee")
    assert {"modification_compute", "base_compute"} <= set(modifier.reasons)
    large = check(
        adapter_release(tmp_path / "e"),
        *("modification_compute=2e24", "base_compute=4e24", "in_business=yes", "made_by_actor=yes"),
        *("own_name=yes", "outputs_text=yes", "available_there=yes", "narrow_task=no"),
    )
    judged = row(large, "eu/ai-act/53.1.c", role="modifier").judged
    assert judged.verdict is True
    assert "modification_compute" in judged.reasons


def test_two_files_that_name_two_bases_are_a_contradiction(check: Check, tmp_path: Path) -> None:
    folder = adapter_release(tmp_path / "d")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8").replace("example-org/base-7b", "example-org/other-3b")
    card.write_text(text, encoding="utf-8")
    mismatch = finding(check(folder), "base-model-mismatch")
    assert files(mismatch) == {"README.md", "adapter_config.json"}


# A -> E: a use that ranks people who apply for a job.


def test_a_use_that_ranks_applicants_is_read_with_its_line(check: Check, tmp_path: Path) -> None:
    plain = check(plain_release(tmp_path / "a"))
    hiring = check(hiring_release(tmp_path / "e"))
    assert plain.facts.get("use_ranks_applicants") is None
    fact = hiring.facts["use_ranks_applicants"]
    assert fact.value is True
    assert fact.place is not None and fact.place.file == "README.md" and fact.place.line


def test_a_use_that_ranks_applicants_puts_duties_on_who_builds_and_who_uses(
    check: Check, tmp_path: Path
) -> None:
    asked = {"roles": ("developer", "integrator", "deployer")}
    given = ("system_there=yes", "system_own_name=yes", "based_in=eu", "in_business=yes")
    plain = check(plain_release(tmp_path / "a"), *given, "use_ranks_applicants=no", **asked)
    hiring = check(hiring_release(tmp_path / "e"), *given, **asked)
    for rules, role in ((SYSTEM_DUTIES, "integrator"), (DEPLOYER_DUTIES, "deployer")):
        for rule in rules:
            after = row(hiring, f"eu/ai-act/{rule}", role=role).judged
            before = row(plain, f"eu/ai-act/{rule}", role=role).judged
            assert after.verdict is True, rule
            assert "use_ranks_applicants" in after.reasons
            assert after.in_force.state == "not-yet"
            assert before.verdict is not True, rule
    page_of = flowing(hiring, all=True)
    assert "people who apply for a job" in page_of


def test_with_nothing_asked_the_page_still_tells_of_the_use(check: Check, tmp_path: Path) -> None:
    first = page(check(plain_release(tmp_path / "one" / "toy")))
    second = page(check(hiring_release(tmp_path / "two" / "toy")))
    assert first != second
    assert "apply for a job" in " ".join(second.split())


# A -> F: the card claims 7B over weights that hold 45,056.


def test_an_oversold_size_is_a_finding_and_the_measured_count_stands(
    check: Check, tmp_path: Path
) -> None:
    found = check(oversold_release(tmp_path / "f"))
    mismatch = finding(found, "params-mismatch")
    assert mismatch.severity is Severity.HIGH
    assert files(mismatch) == {"README.md", "model.safetensors"}
    assert "7,000,000,000" in mismatch.message
    assert f"{TOY_PARAMETERS:,}" in mismatch.message
    fact = found.facts["params_total"]
    assert (fact.value, fact.source) == (Range.exactly(TOY_PARAMETERS), Source.MEASURED)
    claimed = [each for each in fact.others if each.source is Source.DECLARED]
    assert [str(each.place).partition(":")[0] for each in claimed] == ["README.md"]
    assert mismatch.message in flowing(found)
    honest = check(plain_release(tmp_path / "a"))
    assert not [each for each in honest.findings if each.id == "params-mismatch"]


# The clean toy, and names.


def test_the_clean_toy_has_no_findings(check: Check, tmp_path: Path) -> None:
    assert check(plain_release(tmp_path / "a")).findings == ()


@pytest.mark.parametrize("name", ["llama-3.1-405b-70B", "gpt-5-frontier", "tiny", "7B", "x-lora"])
def test_renaming_the_model_changes_no_verdict(check: Check, tmp_path: Path, name: str) -> None:
    before = check(plain_release(tmp_path / "toy"), *ANYWHERE)
    folder = plain_release(tmp_path / name, name=name)
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("---\n", f"---\nmodel_name: {name}\n", 1), encoding="utf-8")
    after = check(folder, *ANYWHERE)
    assert verdicts(before) == verdicts(after)
    assert after.findings == before.findings


def test_renaming_config_and_files_changes_no_verdict(check: Check, tmp_path: Path) -> None:
    before = check(plain_release(tmp_path / "toy"), *ANYWHERE)
    folder = plain_release(tmp_path / "other")
    shutil.move(folder / "model.safetensors", folder / "llama-405b-model.safetensors")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    write_json(folder / "config.json", {"_name_or_path": "huge-labs/giant-405B", **config})
    after = check(folder, *ANYWHERE)
    assert after.facts["params_total"].value == before.facts["params_total"].value
    ours = {key: verdict for key, verdict in verdicts(after).items() if key[3] == "developer"}
    assert ours == verdicts(before)
