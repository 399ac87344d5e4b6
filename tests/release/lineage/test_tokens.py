"""The tokens of a release, from whatever file lists them, and which rows stand for one text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="weights are compared with NumPy")

import numpy as np
from tests.release.formats.building import field
from tests.release.lineage.making import SMALL, initialised
from tests.release.lineage.writing import write_gguf, write_release

from weighbridge.release.lineage.opening import open_checkpoint
from weighbridge.release.lineage.tokens import Tokens, read_tokens, rows_of

WORDS = [f"Ġw{at}" for at in range(SMALL.vocabulary)]
SPELT = tuple(f"▁w{at}" for at in range(SMALL.vocabulary))


def tokens(folder: Path) -> Tokens | None:
    with open_checkpoint(folder) as release:
        return read_tokens(release)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release", initialised(SMALL, 0), SMALL)


def test_a_tokenizer_by_places_with_added_ones(release: Path) -> None:
    listed = {word: at for at, word in enumerate(WORDS[:-1])}
    added = [{"id": len(WORDS) - 1, "content": WORDS[-1]}, {"id": "x", "content": "odd"}, 5]
    value = {"model": {"vocab": listed}, "added_tokens": added}
    (release / "tokenizer.json").write_text(json.dumps(value))
    assert tokens(release) == Tokens(SPELT, "tokenizer.json")


def test_a_tokenizer_by_pieces_with_scores(release: Path) -> None:
    value = {"model": {"vocab": [[word, -1.5] for word in WORDS]}}
    (release / "tokenizer").mkdir()
    (release / "tokenizer" / "tokenizer.json").write_text(json.dumps(value))
    assert tokens(release) == Tokens(SPELT, "tokenizer/tokenizer.json")


def test_a_vocabulary_and_what_is_added_beside_it(release: Path) -> None:
    (release / "vocab.json").write_text(json.dumps({word: at for at, word in enumerate(WORDS[2:])}))
    (release / "added_tokens.json").write_text(json.dumps({"a": 94, "b": 95}))
    assert tokens(release) == Tokens((*SPELT[2:], "a", "b"), "vocab.json")


def test_pieces_of_sentencepiece(release: Path) -> None:
    pieces = b"".join(field(1, field(1, word) + field(3, 1)) for word in WORDS)
    (release / "tokenizer.model").write_bytes(pieces + field(2, b"what else there is"))
    assert tokens(release) == Tokens(SPELT, "tokenizer.model")


def test_the_list_of_a_gguf_file(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    path = tmp_path / "release" / "model.gguf"
    write_gguf(path, initialised(SMALL, 0), SMALL, "f16", WORDS)
    assert tokens(tmp_path / "release") == Tokens(SPELT, "model.gguf")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", b"{"),
        ("tokenizer.json", b'{"model": {"vocab": {"a": -1, "b": true, "c": 99999999999}}}'),
        ("tokenizer.json", b'{"model": 5, "added_tokens": {}}'),
        ("vocab.json", b"[1, 2]"),
        ("tokenizer.model", b"\xff\xff\xff"),
        ("tokenizer.model", b""),
    ],
)
def test_broken_files_list_nothing(name: str, content: bytes, release: Path) -> None:
    (release / name).write_bytes(content)
    assert tokens(release) is None


def test_the_same_tokens_are_compared_in_place() -> None:
    held = Tokens(("a", "b", "c"), "")
    assert rows_of(held, held, 4, 4).order is None
    assert rows_of(held, Tokens(("a", "b", "c", "d"), ""), 3, 4).order is None


def test_tokens_in_another_order_are_found_by_their_text() -> None:
    found = rows_of(Tokens(("c", "x", "", "a"), ""), Tokens(("a", "b", "c"), ""), 6, 6)
    assert found.order is not None
    assert found.order.tolist() == [2, -1, -1, 0, 4, 5]  # behind both lists rows are padding
    assert (found.shared, found.lacks) == (2, True)
    assert found.note == (
        "the tokenizers differ: of 4 texts of the release and 3 of the base 2 are in both, and "
        "their rows are compared"
    )


def test_a_text_that_stands_twice_counts_once() -> None:
    found = rows_of(Tokens(("b", "b", "a"), ""), Tokens(("a", "b", "b"), ""), 3, 3)
    assert found.order is not None
    assert found.order.tolist() == [1, -1, 0]


def test_where_nothing_is_known_rows_stand_in_their_place() -> None:
    assert rows_of(None, None, 5, 5).note == ""
    found = rows_of(None, Tokens(("a",), ""), 5, 7)
    assert found.order is None
    assert found.note == (
        "rows of the embedding, 5 and 7, compared by their place: "
        "the tokens of one of the releases could not be read"
    )
    assert np.all(found.lacks)
