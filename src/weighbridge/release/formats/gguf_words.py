"""What the metadata of a GGUF file says of its model: facts, and what does not fit in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from weighbridge.facts import Fact, Finding, Range, Severity, Source, Value
from weighbridge.release.folder import shown_name
from weighbridge.release.formats.base import Tensor
from weighbridge.text.places import Place

_SPLIT = re.compile(r"-\d{5}-of-(\d{5})\.gguf$", re.IGNORECASE)
_MOST_BASES = 16
_LONGEST_WORD = 200
_LONGEST_CONTEXT = 10**9
_HUB = "https://huggingface.co/"


Scalar = int | float | bool | str


@dataclass(slots=True)
class Metadata:
    """The metadata of a file.

    values: every single value under its key; texts longer than 1 MiB are cut
    counts: how many items each list has
    """

    version: int = 0
    big_endian: bool = False
    values: dict[str, Scalar] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def chat_template(self) -> str | None:
        """The template that turns a conversation into text: a program, never rendered here."""
        template = self.values.get("tokenizer.chat_template")
        return template if isinstance(template, str) else None


def words_of(
    metadata: Metadata, tensors: tuple[Tensor, ...], path: str
) -> tuple[tuple[Fact, ...], tuple[Finding, ...]]:
    """Return the facts and the findings."""
    facts = tuple(
        Fact(name, value, source, Place(path), note=note)
        for name, value, source, note in _facts(metadata.values)
    )
    return facts, tuple(_faults(metadata, tensors, path))


def _facts(values: Mapping[str, object]) -> Iterator[tuple[str, Value, Source, str]]:
    name = _word(values.get("general.name"))
    if name:
        yield "model_name", name, Source.DECLARED, "`general.name`"
    architecture = _word(values.get("general.architecture"))
    if architecture:
        yield "model_architecture", architecture, Source.MEASURED, "`general.architecture`"
        key = f"{architecture}.context_length"
        context = values.get(key)
        if isinstance(context, int) and 0 < context <= _LONGEST_CONTEXT:
            yield "context_length", Range.exactly(context), Source.MEASURED, f"`{key}`"
    bases = list(_bases(values))
    if bases:
        yield "base_model", ", ".join(bases), Source.DECLARED, "`general.base_model`"
        yield "has_base_model", True, Source.DECLARED, "`general.base_model`"
    licence = _word(values.get("general.license"))
    if licence and licence.lower() != "other":
        yield "licence_weights", licence, Source.DECLARED, "`general.license`"
    if values.get("general.type") == "adapter":
        yield "is_adapter", True, Source.MEASURED, "`general.type`"


def _bases(values: Mapping[str, object]) -> Iterator[str]:
    count = values.get("general.base_model.count")
    for at in range(min(count, _MOST_BASES) if isinstance(count, int) else 0):
        key = f"general.base_model.{at}"
        url = _word(values.get(f"{key}.repo_url"))
        owner, name = _word(values.get(f"{key}.organization")), _word(values.get(f"{key}.name"))
        if url.startswith(_HUB) and url.count("/") == 4:
            yield url.removeprefix(_HUB)
        elif name:
            whole = f"{owner}/{name}" if owner else name
            yield whole.replace(" ", "-")


def _faults(metadata: Metadata, tensors: tuple[Tensor, ...], path: str) -> Iterator[Finding]:
    """Find a vocabulary longer than the input layer has rows, and a part named as another."""
    words = metadata.counts.get("tokenizer.ggml.tokens", 0)
    rows = next((t.shape[0] for t in tensors if t.name == "token_embd.weight" and t.shape), None)
    if rows is not None and words > rows:
        message = f"the tokenizer knows {words:,} words and the input layer has {rows:,} rows"
        yield Finding("vocabulary-mismatch", Severity.MEDIUM, message, (Place(path),))
    parts, named = metadata.values.get("split.count"), _SPLIT.search(path)
    stated = parts if isinstance(parts, int) and parts > 1 else 1
    if (int(named[1]) if named else 1) != stated:
        message = f"the file says that it is one of {stated:,} parts, and its name says otherwise"
        yield Finding("shards-mismatch", Severity.MEDIUM, message, (Place(path),))


def _word(value: object) -> str:
    return shown_name(value.strip()[:_LONGEST_WORD]) if isinstance(value, str) else ""
