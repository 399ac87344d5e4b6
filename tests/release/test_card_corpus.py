"""What the cards of real releases state, read off them by eye; no figure is made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.release.cards import card_in, findings, seen_in

from weighbridge.facts import Range
from weighbridge.release.observations import Observations

STATED = [
    ("bloom-176b-hf", "params_total", 176_247_271_424, 277),
    ("bloom-176b-hf", "training_tokens", 366e9, 212),
    ("dbrx", "params_total", 132e9, 15),
    ("dbrx", "params_active", 36e9, 15),
    ("dbrx", "training_tokens", 12e12, 15),
    ("deepseek-v3", "params_total", 671e9, 47),
    ("deepseek-v3", "params_active", 37e9, 47),
    ("deepseek-v3", "training_tokens", 14.8e12, 50),
    ("deepseek-v3", "training_gpu_hours", 2.788e6, 52),
    ("falcon-40b-hf-preapache", "params_total", 40e9, 14),
    ("falcon-40b-hf-preapache", "training_tokens", 1e12, 14),
    ("gemma-2b-hf", "training_tokens", 6e12, 241),
    ("granite-3.1-1b-a400m-hf", "params_total", 8e9, 16),
    ("kimi-k2", "params_total", 1e12, 30),
    ("kimi-k2", "params_active", 32e9, 30),
    ("kimi-k2", "training_tokens", 15.5e12, 33),
    ("meta-llama2", "training_tokens", 2e12, 17),
    ("meta-llama3_1", "training_tokens", 15e12, 186),
    ("stable-diffusion-v1-4-compvis", "training_gpu_hours", 150_000, 129),
]
TOGETHER = [
    ("meta-llama2", 3_311_616),
    ("meta-llama3_1", 39.3e6),
    ("meta-llama4", 7.38e6),
]
SEVERAL = {
    "deepseek-r1",
    "exaone-3.5",
    "gpt-oss",
    "meta-llama2",
    "meta-llama3_1",
    "meta-llama4",
    "pythia",
    "qwen-1",
    "qwen3",
    "whisper",
}
BASES = {
    "deepseek-r1": "DeepSeek-V3-Base",
    "glm4-lora-kangya": "THUDM/glm-4-9b-chat",
    "granite-3.1-1b-a400m-hf": "ibm-granite/granite-3.1-1b-a400m-base",
    "yi-1.5-6b-slerp-merge": "01-ai/Yi-1.5-6B-Chat, 01-ai/Yi-1.5-6B",
}


@pytest.fixture(scope="module")
def cards(corpus: Path) -> dict[str, Observations]:
    releases = sorted(each for each in (corpus / "releases").iterdir() if each.is_dir())
    return {each.name: card_in(each / "files")[1] for each in releases}


@pytest.mark.parametrize(("release", "fact", "value", "line"), STATED)
def test_stated_figures_are_found(
    cards: dict[str, Observations], release: str, fact: str, value: float, line: int
) -> None:
    (found,) = cards[release].named(fact)
    assert isinstance(found.value, Range)
    assert found.value.meets(Range.exactly(value))
    assert found.place is not None
    assert found.place.line == line


def test_nothing_else_is_claimed(cards: dict[str, Observations]) -> None:
    """Every parameter claim in the corpus is one of those read by eye."""
    claimed = {
        (name, fact.name)
        for name, seen in cards.items()
        for fact in seen.facts
        if fact.name.startswith("params_") and name not in SEVERAL
    }
    assert claimed == {(name, fact) for name, fact, _, _ in STATED if fact.startswith("params_")}
    stated = [name for name, seen in cards.items() if seen.named("training_compute")]
    assert stated == []


@pytest.mark.parametrize(("release", "hours"), TOGETHER)
def test_hours_of_a_family_are_an_upper_end(
    cards: dict[str, Observations], release: str, hours: float
) -> None:
    (found,) = cards[release].named("training_gpu_hours")
    assert isinstance(found.value, Range)
    assert found.value.low is None
    assert found.value.high is not None
    assert hours <= found.value.high <= hours * 1.02


def test_cards_of_several_sizes(cards: dict[str, Observations]) -> None:
    assert {
        name for name, seen in cards.items() if "card-several-sizes" in findings(seen)
    } == SEVERAL
    for name in SEVERAL:
        (found,) = cards[name].named("params_total")
        assert isinstance(found.value, Range)
        assert found.value.low is None, "of several models only the largest size is a bound"


def test_bases(cards: dict[str, Observations]) -> None:
    named = {name: seen.named("base_model") for name, seen in cards.items()}
    assert {name: facts[0].value for name, facts in named.items() if facts} == BASES
    scratch = {name for name, seen in cards.items() if _is_false(seen, "has_base_model")}
    assert scratch == {"dbrx", "yi-34b"}


def _is_false(seen: Observations, name: str) -> bool:
    return any(fact.value is False for fact in seen.named(name))


def test_claims_agree_with_what_is_known(corpus: Path, cards: dict[str, Observations]) -> None:
    """Where the corpus knows one true figure, the card's range lies within a tenth of it."""
    wrong = []
    compared = 0
    for name, seen in cards.items():
        known = json.loads((corpus / "releases" / name / "facts.json").read_text("utf-8"))
        for fact, key in (
            ("params_total", "params"),
            ("params_active", "params_active"),
            ("training_tokens", "training_tokens"),
        ):
            truth = known.get(key)
            values = set(truth.values()) if isinstance(truth, dict) else {truth} - {None}
            for found in seen.named(fact) if values else []:
                assert isinstance(found.value, Range)
                compared += 1
                if not any(_near(found.value, value) for value in values):
                    wrong.append((name, fact))
    assert compared >= 12
    # The card of this one is wrong, which is what a cross-check is for.
    assert wrong == [("granite-3.1-1b-a400m-hf", "params_total")]


def _near(claim: Range, value: float) -> bool:
    return claim.meets(Range(value * 0.9, value * 1.1))


def test_no_card_names_a_use(cards: dict[str, Observations]) -> None:
    assert [name for name, seen in cards.items() if _uses(seen)] == []


def test_no_pasted_licence_or_policy_names_a_use(corpus: Path, tmp_path: Path) -> None:
    """Their lists of what is forbidden read like lists of uses."""
    texts = sorted(path for path in (corpus / "licence_texts").rglob("*") if path.is_file())
    releases = corpus / "releases"
    texts += sorted((*releases.rglob("*LICENSE*"), *releases.rglob("*POLICY*")))
    assert len(texts) >= 30
    named = []
    for text in texts:
        card = b"# Toy\n\nThe model comes with these terms.\n\n" + text.read_bytes()
        if _uses(seen_in(tmp_path, card)):
            named.append(text.name)
    assert named == []


def _uses(seen: Observations) -> list[str]:
    return [fact.name for fact in seen.facts if fact.name.startswith("use_")]
