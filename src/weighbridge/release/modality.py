"""What a model takes and gives, by its architecture: a table, and its reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from weighbridge.release.observations import Observations
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import read_yaml_documents

MEDIA = ("text", "image", "audio", "video")
_TABLE = Path(__file__).parent / "architectures.yaml"


@dataclass(frozen=True, slots=True)
class Modality:
    """One row of the table.

    patterns: shell patterns on the architecture's name
    inputs, outputs: media it surely handles
    only:     it handles no others
    narrow:   it can do one kind of task only
    note:     what kind of model it is, in a phrase
    """

    patterns: tuple[str, ...]
    inputs: frozenset[str]
    outputs: frozenset[str]
    only: bool
    narrow: bool
    note: str


def record_modality(architecture: str, place: Place, seen: Observations) -> None:
    """Record which media a model of this architecture takes and gives, where the table knows."""
    row = modality_of(architecture)
    if row is None:
        return
    note = f"`{architecture}` is {row.note}"
    for prefix, known in (("inputs", row.inputs), ("outputs", row.outputs)):
        # A model without any output of content has no other outputs either.
        closed = row.only or (prefix == "outputs" and not known)
        for medium in MEDIA:
            if medium in known or closed:
                seen.derived(f"{prefix}_{medium}", medium in known, place, note)
    if row.narrow:
        seen.derived("narrow_task", True, place, note)


def modality_of(architecture: str) -> Modality | None:
    """Return the first row of the table that matches, or ``None``."""
    return next(
        (
            row
            for row in modalities()
            if any(_fits(architecture, pattern) for pattern in row.patterns)
        ),
        None,
    )


def _fits(name: str, pattern: str) -> bool:
    """Return whether a name fits a pattern with ``*``; a regex for each would cost 20 ms."""
    first, *rest = pattern.split("*")
    if not rest:
        return name == pattern
    last = rest.pop()
    end = len(name) - len(last)
    if not name.startswith(first) or not name.endswith(last) or end < len(first):
        return False
    at = len(first)
    for part in rest:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=1)
def modalities() -> tuple[Modality, ...]:
    """Return the table. Raises ``LanguageError`` where it is not in its form."""
    return tuple(_read_table(_TABLE.read_text(encoding="utf-8")))


def _read_table(text: str) -> Iterator[Modality]:
    file = SourceFile(_TABLE.name, text)
    for document in read_yaml_documents(text, _TABLE.name):
        fields = Fields(document, file)
        yield Modality(
            tuple(fields.texts("match")),
            _media(fields, "inputs"),
            _media(fields, "outputs"),
            fields.flag("only", False),
            fields.flag("narrow", False),
            str(fields.text("note")),
        )
        fields.done()


def _media(fields: Fields, key: str) -> frozenset[str]:
    words = fields.texts(key)
    for word in words:
        if word not in MEDIA:
            fields.fail(word, f"`{word}` is not one of {', '.join(MEDIA)}")
    return frozenset(str(word) for word in words)
