"""The page on cards: its example is read as it says, and its bounds are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.release.cards import findings, seen_in

from weighbridge.facts import Vocabulary
from weighbridge.facts.values import value_to_text
from weighbridge.release.card import claims, html_table, layout, parts, reader

READ = {
    "params_total": "7,203,800,000 to 7,276,200,000",
    "context_length": "32,768",
    "weight_dtypes": "BF16",
    "contact": "toy@example.org",
    "developer_name": "Toy Works",
    "base_model": "example/base-7b",
    "languages": "en, de",
    "tuning_tokens": "2,050,000,000 to 2,150,000,000",
    "training_gpu_hours": "1,234",
    "training_hardware": "NVIDIA H100",
    "intended_use": "Chatting with people about plants.",
    "evaluations": "Plants, Trees",
    "outputs_text": "yes",
    "inputs_text": "yes",
}


@pytest.fixture(scope="module")
def text(checkout: Path) -> str:
    return (checkout / "docs" / "card.md").read_text(encoding="utf-8")


def test_the_example_is_read_as_the_page_says(tmp_path: Path, text: str) -> None:
    example = re.search(r"^```markdown\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert example is not None
    seen = seen_in(tmp_path, example[1])
    told = {fact.name: value_to_text(fact.value) for fact in reversed(seen.facts)}
    assert {name: told.get(name) for name in READ} == READ
    assert seen.named("release_date")
    assert findings(seen) == []


def test_the_facts_named_are_facts(text: str, vocabulary: Vocabulary) -> None:
    table = text.split("## Facts and their shapes")[1].split("\n\n")[1]
    named = {name for name in re.findall(r"`([a-z_]+)`", table) if "_" in name}
    assert len(named) >= 24
    assert [name for name in named if name not in vocabulary] == []


def test_the_bounds_are_those_of_the_code(text: str) -> None:
    assert reader._MOST_BYTES == 1 << 20
    for number in (
        reader._MOST_FILES,
        reader._MOST_LINES,
        layout._MOST_PASSAGE,
        parts._MOST_SENTENCE,
        html_table._MOST_CELLS,
        claims.MOST_CLAIMS,
    ):
        assert re.search(rf"\b{number:,}\s", text.split("## What a card may cost")[1]), number
