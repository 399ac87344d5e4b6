"""Which row of an embedding stands for which text: the tokens of a release, from its own files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weighbridge.release.folder import LocalFolder
from weighbridge.release.formats.gguf import read_texts
from weighbridge.release.formats.protobuf import BYTES, TooMuch, Wire
from weighbridge.release.json_files import read_object
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.release.lineage.sides import Order
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError

MOST = 1_100_500
"""The tokens read of a release at most; the largest vocabularies hold a quarter of a million."""

_LONGEST_FILE = 64 << 20
_FOLDERS = ("", "tokenizer/")
_BY_PIECES = "tokenizer.model"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The texts of a vocabulary.

    texts: by row; empty where a row has none
    place: the file that lists them
    """

    texts: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Which row of the base's embedding stands for the text of each row of the release's.

    order:  -1 where none does; ``None`` where rows of one place stand for one text, or nothing
            is known of them
    shared: how many texts both have
    note:   what is to be said of it; empty where there is nothing
    lacks:  whether rows of the release have no counterpart
    """

    order: Order | None = None
    shared: int | None = None
    note: str = ""
    lacks: bool = False


def read_tokens(checkpoint: Checkpoint) -> Tokens | None:
    """Return the tokens that the files of a release list, or ``None``."""
    folder = checkpoint.folder
    if checkpoint.settings.get("format") == "GGUF":
        return _of_gguf(checkpoint)
    for at in _FOLDERS:
        for name, read in (
            ("tokenizer.json", _of_tokenizer),
            ("vocab.json", _of_vocabulary),
            (_BY_PIECES, _of_pieces),
        ):
            if folder.get(at + name) is not None:
                found = read(folder, at + name)
                if found:
                    return Tokens(tuple(found), at + name)
    return None


def rows_of(mine: Tokens | None, theirs: Tokens | None, rows: int, base_rows: int) -> Rows:
    """Return which rows stand for one text, of embeddings of so many rows."""
    if mine is None or theirs is None:
        if rows == base_rows:
            return Rows()
        lacks = "neither release" if mine is theirs else "one of the releases"
        note = f"rows of the embedding, {rows:,} and {base_rows:,}, compared by their place: "
        return Rows(note=note + f"the tokens of {lacks} could not be read", lacks=True)
    order = _shared(mine.texts[:rows], theirs.texts[:base_rows], rows)
    place = np.arange(rows)
    shared = int((order >= 0).sum())
    both = min(len(mine.texts), len(theirs.texts), rows, base_rows)
    if shared >= 0.999 * both and bool((order[order >= 0] == place[order >= 0]).all()):
        return Rows(shared=shared)
    # Rows behind those that either file gives a text are padding, and stand in their place.
    behind = max(len(mine.texts), len(theirs.texts))
    order[behind:base_rows] = place[behind:base_rows]
    note = f"the tokenizers differ: of {len(mine.texts):,} texts of the release and "
    note += f"{len(theirs.texts):,} of the base {shared:,} are in both, and their rows are compared"
    return Rows(order, shared, note, lacks=bool((order < 0).any()))


def _shared(mine: Sequence[str], theirs: Sequence[str], rows: int) -> Order:
    """Return the row of the same text for each row; a text that stands twice counts once."""
    places: dict[str, int] = {}
    for at, text in enumerate(theirs):
        if text:
            places.setdefault(text, at)
    order = np.full(rows, -1, np.int64)
    for at, text in enumerate(mine):
        if text:
            order[at] = places.pop(text, -1)
    return order


def _of_gguf(checkpoint: Checkpoint) -> Tokens | None:
    path = next(iter(checkpoint.held.values())).file
    try:
        found = read_texts(checkpoint.folder, path, "tokenizer.ggml.tokens", MOST)
    except ParseError:
        return None
    return Tokens(tuple(map(_spelt, found)), path) if found else None


def _of_tokenizer(folder: LocalFolder, path: str) -> Sequence[str]:
    value = read_object(folder, path, Observations(), _LONGEST_FILE) or {}
    model, added = value.get("model"), value.get("added_tokens")
    places: dict[str, Any] = {}
    if isinstance(model, dict):
        listed = model.get("vocab")
        if isinstance(listed, dict):
            places = dict(listed)
        elif isinstance(listed, list):
            firsts = (each[0] if isinstance(each, list) and each else None for each in listed)
            places = {text: at for at, text in enumerate(firsts) if isinstance(text, str)}
    for each in added if isinstance(added, list) else ():
        if isinstance(each, dict) and isinstance(each.get("content"), str):
            places.setdefault(each["content"], each.get("id"))
    return _in_order(places)


def _of_vocabulary(folder: LocalFolder, path: str) -> Sequence[str]:
    places = dict(read_object(folder, path, Observations(), _LONGEST_FILE) or {})
    beside = path.rpartition("/")[0]
    more = f"{beside}/added_tokens.json" if beside else "added_tokens.json"
    if folder.get(more) is not None:
        places |= read_object(folder, more, Observations(), _LONGEST_FILE) or {}
    return _in_order(places)


def _of_pieces(folder: LocalFolder, path: str) -> Sequence[str]:
    """Read the pieces of SentencePiece: field 1 of the file, whose field 1 is the text."""
    entry = folder.get(path)
    if entry is None or entry.size > _LONGEST_FILE:
        return ()
    try:
        data = folder.map(path)
        wire = Wire(data, path)
        return [
            _piece(wire, start, end)
            for number, kind, start, end in wire.fields(0, len(data))
            if (number, kind) == (1, BYTES)
        ][:MOST]
    except (ParseError, TooMuch, IndexError):
        return ()


def _piece(wire: Wire, start: int, end: int) -> str:
    for number, kind, first, last in wire.fields(start, end):
        if (number, kind) == (1, BYTES):
            return _spelt(bytes(wire.data[first:last]).decode("utf-8", "replace"))
    return ""


def _in_order(places: Mapping[str, Any]) -> Sequence[str]:
    """Return the texts by row; what has no row that can be is left out."""
    fine = {text: at for text, at in _counted(places) if at < MOST}
    texts = [""] * (max(fine.values()) + 1 if fine else 0)
    for text, at in fine.items():
        texts[at] = _spelt(text)
    return texts


def _counted(places: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for text, at in places.items():
        if isinstance(at, int) and not isinstance(at, bool) and at >= 0:
            yield text, at


def _spelt(text: str) -> str:
    """Return a token as tokenizers of several families write it: the space as one sign."""
    return text.replace("Ġ", "▁")
