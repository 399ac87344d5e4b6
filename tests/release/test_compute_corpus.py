"""Training compute of real releases beside public figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.compute import METHODS, Row, by_method, corpus_rows, epoch_models

from weighbridge.facts import Range

# Its card gives the tokens of a larger sister; the public figure knows better than the card.
CARD_AGAINST_PUBLIC = {"gemma-2b-hf"}
HITS = {
    "bloom-176b-hf",
    "dbrx",
    "deepseek-v3",
    "falcon-40b-hf-preapache",
    "gemma-2b-hf",
    "kimi-k2",
    "meta-llama2",
    "meta-llama3_1",
    "meta-llama4",
    "stable-diffusion-v1-4-compvis",
}


@pytest.fixture(scope="module")
def rows(corpus: Path) -> dict[str, Row]:
    return {row.name: row for row in corpus_rows(corpus)}


def test_none_is_wrong_and_those_known_stay_known(rows: dict[str, Row]) -> None:
    assert [name for name, row in rows.items() if row.verdict == "wrong"] == []
    assert {name for name, row in rows.items() if row.verdict == "hit"} >= HITS


def test_public_figures_lie_within(rows: dict[str, Row]) -> None:
    outside = {
        name
        for name, row in rows.items()
        if row.found and row.public and not row.found.meets(_rounded(row.public))
    }
    assert outside == CARD_AGAINST_PUBLIC


def _rounded(value: float) -> Range:
    return Range(value * 0.995, value * 1.005)


@pytest.mark.parametrize(("method", "share"), list(zip(METHODS, (0.7, 0.9, 0.95), strict=True)))
def test_methods_on_published_inputs(corpus: Path, method: str, share: float) -> None:
    data = corpus.parent / "data"
    if not data.is_dir():
        pytest.skip("the tables of public figures (../shared/data) are not beside this checkout")
    results = [verdict for _, verdict in by_method(epoch_models(data), method)]
    assert len(results) >= 20
    assert results.count("hit") / len(results) >= share
