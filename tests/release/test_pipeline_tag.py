"""The task in a card's front matter: what it sets, and what it never denies."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.facts import Source
from weighbridge.release.card import read_card
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations
from weighbridge.release.pipeline_tag import read_pipeline_tag


def flags(folder: Path, tag: str) -> dict[str, object]:
    folder.mkdir()
    (folder / "README.md").write_text(f"---\npipeline_tag: {tag}\n---\n# x\n", encoding="utf-8")
    seen = Observations()
    card = read_card(Folder.open(folder), Observations())
    read_pipeline_tag(card, seen)
    assert all(fact.source is Source.DECLARED for fact in seen.facts)
    assert all(str(fact.place) == "README.md:2" for fact in seen.facts)
    return {fact.name: fact.value for fact in seen.facts}


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("text-generation", {"inputs_text": True, "outputs_text": True}),
        ("text-to-image", {"inputs_text": True, "outputs_image": True}),
        ("unconditional-image-generation", {"outputs_image": True}),
        ("text-to-speech", {"inputs_text": True, "outputs_audio": True}),
        ("no-such-task", {}),
        ("[a, b]", {}),
    ],
)
def test_a_task_sets_what_it_names_and_denies_nothing(
    tmp_path: Path, tag: str, wanted: dict[str, object]
) -> None:
    assert flags(tmp_path / "release", tag) == wanted


def test_no_card_says_nothing() -> None:
    seen = Observations()
    read_pipeline_tag(None, seen)
    assert seen.facts == []
