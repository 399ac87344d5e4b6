"""Real releases beside the checkout: no crash, no delay, and facts that agree with the record."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Check
from tests.acceptance.pages import page
from tests.conftest import CORPUS
from weighbridge.assess import Assessment
from weighbridge.facts import Range
from weighbridge.report.json import to_text
from weighbridge.rules import Law

MOST_SECONDS = 5.0
ROUNDING = {"params_total": 0.02, "params_active": 0.1}
"""How far sizes may lie from the record; active ones are known by their round names alone."""
COMPUTE_FACTOR = 2.0
"""Published estimates of compute and ours may differ by this factor; both count by hand."""

OTHER_COUNTS = {
    "sdxl-base-1.0-hf": "the record counts one component, the folder holds four",
    "stable-diffusion-v1-4-compvis": "the card states no size",
}
SEVERAL_MODELS = {"deepseek-r1", "qwen3", "flux-1", "starcoder"}
"""Folders that are the home of a family, or of code: no one size is theirs."""

OWN_WORDS = {
    "bigscience-bloom-rail-1.0": ("bigscience-bloom-rail-1.0",),
    "databricks-open-model-license": ("databricks-open-model-license",),
    "deepseek": ("deepseek-license-1.0",),
    "flux-1-dev-non-commercial-license": ("flux-1-dev-non-commercial",),
    "modified-mit": ("modified-mit-kimi-k2",),
    "tii-falcon-llm-license-1.0": ("tii-falcon-llm-1.0",),
}
"""The record's names of licences where ours differ."""

LICENCE_ELSEWHERE = {
    "glm4-lora-kangya": "no licence is stated anywhere",
    "gpt-oss": "one licence text beside a card without front matter, and no weights",
    "llama2-7b-chat-hf": "the card has no licence and no text is there",
    "pythia": "that the text covers the models too is said in a sentence alone",
    "olmo-2": "the text covers the code of the repository, and no weights are there",
    "phi-2-msr-hf": "the card has no licence and no text is there",
    "qwen3": "the card speaks of several models in several repositories",
    "starcoder": "the text covers the code of the repository, and no weights are there",
}
OPENNESS = {
    "bloom-176b-hf": {"licence_use_limits": True, "licence_non_commercial": False},
    "dbrx": {"licence_use_limits": True, "licence_scale_threshold": True},
    "deepseek-r1": {"licence_non_commercial": False, "licence_use_limits": False},
    "exaone-3.5": {"licence_non_commercial": True},
    "kimi-k2": {"licence_non_commercial": False},
    "meta-llama2": {"licence_scale_threshold": True, "licence_use_limits": True},
    "meta-llama3_1": {"licence_scale_threshold": True, "licence_use_limits": True},
    "meta-llama4": {"licence_scale_threshold": True, "licence_use_limits": True},
    "sdxl-base-1.0-hf": {"licence_use_limits": True, "licence_non_commercial": False},
    "stable-diffusion-v1-4-compvis": {"licence_use_limits": True, "licence_non_commercial": False},
    "whisper": {"licence_non_commercial": False, "licence_use_limits": False},
    "yi-34b": {"licence_non_commercial": False, "licence_scale_threshold": False},
}
"""What the licence texts of these folders say, read by a person."""

OUTPUTS = {"text": "outputs_text", "image": "outputs_image", "audio": "outputs_audio"}


def folders(*below: str) -> list[Path]:
    """Return the folders of a part of the corpus; none where it is absent."""
    found = (path for path in CORPUS.joinpath(*below).glob("*") if path.is_dir())
    return sorted(found)


RELEASES = [path.name for path in folders("releases")]
OTHERS = [
    path.relative_to(CORPUS).as_posix()
    for part in ("lineage", "weights", "serialization")
    for path in folders(part)
]
ABSENT = ["absent"]


@dataclass(frozen=True)
class Timed:
    """An assessment and the seconds it took."""

    assessment: Assessment
    seconds: float


def timed(check: Check, folder: Path, **asked: object) -> Timed:
    """Assess a folder with nothing asserted."""
    begun = time.process_time()
    found = check(folder, **asked)
    return Timed(found, time.process_time() - begun)


@pytest.fixture(scope="module")
def runs(check: Check, corpus: Path) -> dict[str, Timed]:
    """Every release of the corpus, assessed once."""
    return {name: timed(check, corpus / "releases" / name / "files") for name in RELEASES}


@pytest.fixture(scope="module")
def assessments(runs: dict[str, Timed]) -> dict[str, Assessment]:
    """The assessment of every release of the corpus."""
    return {name: run.assessment for name, run in runs.items()}


def record(corpus: Path, name: str) -> dict[str, Any]:
    """Return what is on record of a release."""
    text = (corpus / "releases" / name / "facts.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def near(value: object, truth: float, slack: float) -> bool:
    """Return whether a range holds ``truth``, give or take a share of it."""
    assert isinstance(value, Range)
    low = 0.0 if value.low is None else value.low
    high = float("inf") if value.high is None else value.high
    return low <= truth * (1 + slack) and truth * (1 - slack) <= high


def single(entry: object) -> float | None:
    """Return the one number of an entry of the record, or ``None`` where it has several."""
    if isinstance(entry, dict):
        return float(next(iter(entry.values()))) if len(entry) == 1 else None
    return float(entry) if isinstance(entry, (int, float)) else None


def known(assessment: Assessment, key: str) -> Any:
    """Return the value that stands for a fact or ``None``."""
    fact = assessment.facts.get(key)
    return fact.value if fact is not None else None


def test_two_texts_for_two_models_leave_open_which_one_holds(
    assessments: dict[str, Assessment],
) -> None:
    found = assessments["flux-1"]
    assert "licence-several" in {each.id for each in found.findings}
    assert known(found, "licence_non_commercial") is None


def test_the_corpus_has_many_releases(corpus: Path) -> None:
    assert len(RELEASES) >= 25
    assert len(OTHERS) >= 15


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_a_real_release_is_assessed_quickly_and_in_every_form(
    runs: dict[str, Timed], name: str
) -> None:
    holds_together(runs[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_a_real_release_is_assessed_quickly_in_every_role(
    check: Check, law: Law, corpus: Path, name: str
) -> None:
    roles = tuple(law.vocabulary["role"].values)
    holds_together(timed(check, corpus / "releases" / name / "files", roles=roles))


def holds_together(run: Timed) -> None:
    """Hold one run to its time, and what it says to its forms."""
    found = run.assessment
    assert run.seconds < MOST_SECONDS
    data = json.loads(to_text(found))
    assert len(data["verdicts"]) == len(found.verdicts) > 100
    assert page(found).isprintable() or "\x1b" not in page(found)
    for finding in found.findings:
        assert finding.message[0] == finding.message[0].lower() or finding.message[0] == "`"
        assert not finding.message.endswith(".")
        for place in finding.where:
            assert "\n" not in str(place)


@pytest.mark.parametrize("name", OTHERS or ABSENT)
def test_a_folder_of_weights_alone_is_assessed(check: Check, corpus: Path, name: str) -> None:
    begun = time.process_time()
    found = check(corpus / name)
    assert time.process_time() - begun < MOST_SECONDS
    assert found.verdicts
    assert page(found)


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_parameters_agree_with_the_record(
    assessments: dict[str, Assessment], corpus: Path, name: str
) -> None:
    said = record(corpus, name)
    for fact, key in (("params_total", "params"), ("params_active", "params_active")):
        value, truth = known(assessments[name], fact), single(said.get(key))
        if value is not None and truth is not None and name not in OTHER_COUNTS:
            assert near(value, truth, ROUNDING[fact]), f"{fact}: {value}, on record {truth}"
    stated = single(said.get("params"))
    if stated is not None and name not in OTHER_COUNTS and name not in SEVERAL_MODELS:
        assert known(assessments[name], "params_total") is not None, "a size is on record"
    if len(said.get("params") or ()) > 1 and "distinct" not in str(said["params"]):
        most = known(assessments[name], "params_total")
        if most is not None:  # several sizes: none is the one, and none is above the largest
            assert most.low is None
            assert most.high is not None and most.high >= 0.98 * max(said["params"].values())


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_tokens_and_compute_agree_with_the_record(
    assessments: dict[str, Assessment], corpus: Path, name: str
) -> None:
    said = record(corpus, name)
    tokens, truth = known(assessments[name], "training_tokens"), single(said.get("training_tokens"))
    if tokens is not None and truth is not None:
        assert near(tokens, truth, 0.05), f"{tokens}, on record {truth}"
    compute = known(assessments[name], "training_compute")
    published = (said.get("epoch_ai") or {}).get("training_compute_flop")
    if compute is not None and published:
        flop = float(published)
        low = 0.0 if compute.low is None else compute.low
        high = float("inf") if compute.high is None else compute.high
        assert low / COMPUTE_FACTOR <= flop <= high * COMPUTE_FACTOR, f"{compute}, {flop}"


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_licences_agree_with_the_record(
    assessments: dict[str, Assessment], corpus: Path, name: str
) -> None:
    licence = known(assessments[name], "licence_weights")
    if name in LICENCE_ELSEWHERE:
        assert licence is None, LICENCE_ELSEWHERE[name]
        return
    on_record = str(record(corpus, name)["license_id"]).lower()
    assert str(licence).lower() in (on_record, *OWN_WORDS.get(on_record, ()))


@pytest.mark.parametrize("name", OPENNESS)
def test_what_licences_allow_is_read_as_a_person_reads_it(
    assessments: dict[str, Assessment], name: str
) -> None:
    for fact, truth in OPENNESS[name].items():
        assert known(assessments[name], fact) is truth, fact


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_base_models_agree_with_the_record(
    assessments: dict[str, Assessment], corpus: Path, name: str
) -> None:
    base, truth = known(assessments[name], "base_model"), record(corpus, name).get("base_model")
    if base is None:
        return
    assert known(assessments[name], "has_base_model") is True
    wanted = truth if isinstance(truth, list) else [truth] if truth else []
    for each in wanted:
        assert each.rpartition("/")[2] in base, f"{base}, on record {wanted}"
    if not wanted:
        card = (corpus / "releases" / name / "files" / "README.md").read_text(encoding="utf-8")
        assert base in card


def test_the_adapter_and_the_merge_name_their_bases(assessments: dict[str, Assessment]) -> None:
    adapter, merge = assessments["glm4-lora-kangya"], assessments["yi-1.5-6b-slerp-merge"]
    assert known(adapter, "is_adapter") is True
    assert "base-model-local-path" in {each.id for each in adapter.findings}
    assert known(merge, "base_model") == "01-ai/Yi-1.5-6B-Chat, 01-ai/Yi-1.5-6B"
    for each in (adapter, merge):
        assert {actor.roles for actor in each.actors} == {("developer", "modifier")}


@pytest.mark.parametrize("name", RELEASES or ABSENT)
def test_no_output_is_read_that_is_not_on_record(
    assessments: dict[str, Assessment], corpus: Path, name: str
) -> None:
    on_record = record(corpus, name).get("modality_out", [])
    for medium, fact in OUTPUTS.items():
        value = known(assessments[name], fact)
        if medium in on_record:
            assert value is not False, fact
        else:
            assert value is not True, fact


def test_no_card_of_a_real_release_is_taken_to_rank_applicants(
    assessments: dict[str, Assessment],
) -> None:
    said = [name for name, each in assessments.items() if known(each, "use_ranks_applicants")]
    assert said == []


HIGH = {
    "granite-3.1-1b-a400m-hf": {"params-mismatch"},  # its card says 8B of a model of 1.3B
}
"""Every finding of high severity in the corpus; a new one is an error of theirs or of ours."""


def test_high_findings_are_few_and_true(assessments: dict[str, Assessment]) -> None:
    found = {
        name: {finding.id for finding in each.findings if finding.severity == "high"}
        for name, each in assessments.items()
    }
    assert {name: ids for name, ids in found.items() if ids} == HIGH


def test_a_licence_named_in_the_card_is_not_said_to_be_missing(
    assessments: dict[str, Assessment],
) -> None:
    missing = {
        name
        for name, each in assessments.items()
        if "licence-missing" in {finding.id for finding in each.findings}
    }
    assert missing == {"glm4-lora-kangya", "llama2-7b-chat-hf"}


def test_the_largest_open_model_may_lie_above_the_mark_and_the_small_ones_do_not(
    check: Check, corpus: Path
) -> None:
    given = (
        *("in_business=yes", "made_by_actor=yes", "own_name=yes", "has_base_model=no"),
        *("outputs_text=yes", "narrow_task=no", "available_there=yes"),
    )
    rule = "eu/ai-act/55.1.a"

    def verdict(name: str) -> bool | None:
        found = check(corpus / "releases" / name / "files", *given, roles=("developer",))
        return next(row.judged.verdict for row in found.verdicts if row.rule.id == rule)

    assert verdict("meta-llama3_1") is None, "three sizes in one folder, one of them above"
    assert verdict("deepseek-v3") is False
    assert verdict("dbrx") is False
    assert verdict("bloom-176b-hf") is False
