"""The JSON files that describe a model, read once: config, adapter, pipeline, tokenizer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from weighbridge.release.folder import Entry, Folder
from weighbridge.release.json_files import count_of, note_unreadable, read_object
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_json import read_json

_MODULES_LIMIT = 1 << 20
_EXPERT_KEYS = (
    *("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"),
    *("num_moe_experts", "n_experts", "expert_num"),
)
_NESTED = ("text_config", "llm_config", "language_config", "decoder")


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON object of the release.

    path:  relative to the release folder
    value: what it holds
    text:  how it is written, to find lines in
    """

    path: str
    value: dict[str, Any]
    text: str = ""

    def place(self, key: str) -> Place:
        """Return the line on which a key first stands; the whole file where it does not."""
        found = re.search(rf'"{re.escape(key)}"\s*:', self.text)
        return Place(self.path, self.text.count("\n", 0, found.start()) + 1 if found else None)


@dataclass(frozen=True)
class Settings:
    """What the configs of a release hold.

    config:     the model's ``config.json``, the one nearest the top, or ``None``
    adapters:   every ``adapter_config.json``
    pipeline:   ``model_index.json`` of a pipeline, or ``None``
    components: folders that a pipeline is made of
    """

    config: Document | None = None
    adapters: tuple[Document, ...] = ()
    pipeline: Document | None = None
    components: frozenset[str] = frozenset()

    @cached_property
    def core(self) -> dict[str, Any]:
        """The config of the language model, which multimodal configs nest one level down."""
        if self.config is None:
            return {}
        for key in _NESTED:
            nested = self.config.value.get(key)
            if isinstance(nested, dict) and nested:
                return {**self.config.value, **nested}
        return self.config.value

    @property
    def dtype(self) -> str | None:
        """The number format the config states, in lower case and without a prefix."""
        value = self.core.get("torch_dtype", self.core.get("dtype"))
        return value.removeprefix("torch.").lower() if isinstance(value, str) else None

    @property
    def quantisation(self) -> dict[str, Any] | None:
        """The config's ``quantization_config``, or ``None``."""
        value = self.core.get("quantization_config")
        return value if isinstance(value, dict) and value else None

    @property
    def tied(self) -> bool | None:
        """Whether input and output layer are one, where the config says so."""
        value = self.core.get("tie_word_embeddings")
        return value if isinstance(value, bool) else None

    @property
    def embedding(self) -> int | None:
        """How many numbers the input layer holds."""
        vocabulary = count_of(self.core.get("vocab_size"))
        width = first_count(self.core, "hidden_size", "n_embd", "n_embed", "d_model")
        return vocabulary * width if vocabulary and width else None

    @property
    def experts(self) -> bool:
        """Whether the config counts experts of which only some work on each token."""
        nested = self.core.get("ffn_config")
        inner = {**self.core, **nested} if isinstance(nested, dict) else self.core
        return (first_count(inner, *_EXPERT_KEYS) or 1) > 1

    @property
    def adapter_folders(self) -> frozenset[str]:
        """The folders in which an adapter's config lies."""
        return frozenset(each.path.rpartition("/")[0] for each in self.adapters)


def first_count(config: dict[str, Any], *keys: str) -> int | None:
    """Return the first of ``keys`` that holds a whole number above zero."""
    counts = (count_of(config.get(key)) for key in keys)
    return next((count for count in counts if count), None)


def read_settings(folder: Folder, seen: Observations) -> Settings:
    """Return the release's configs; one that cannot be read becomes a finding."""
    pipeline = _read_first(folder, "model_index.json", seen)
    config = _read_first(folder, "config.json", seen)
    if pipeline is not None and config is not None and "/" in config.path:
        config = None  # a part of the pipeline, not the model
    adapters = [_document(folder, entry, seen) for entry in _named(folder, "adapter_config.json")]
    return Settings(
        config,
        tuple(each for each in adapters if each is not None),
        pipeline,
        _components(pipeline) or _modules(folder, seen),
    )


def _named(folder: Folder, name: str) -> list[Entry]:
    """Return the files of one name, those nearest the top first."""
    entries = [entry for entry in folder.matching(name, f"*/{name}") if not entry.alias_of]
    return sorted(entries, key=lambda entry: (entry.path.count("/"), entry.path))


def _read_first(folder: Folder, name: str, seen: Observations) -> Document | None:
    entries = _named(folder, name)
    return _document(folder, entries[0], seen) if entries else None


def _document(folder: Folder, entry: Entry, seen: Observations) -> Document | None:
    value = read_object(folder, entry.path, seen)
    if value is None:
        return None
    return Document(entry.path, value, folder.read_text(entry.path).text)


def _modules(folder: Folder, seen: Observations) -> frozenset[str]:
    """Return the folders that sentence-transformers chains, as its ``modules.json`` lists them."""
    entry = folder.get("modules.json")
    if entry is None:
        return frozenset()
    try:
        listed = read_json(folder.read_bytes(entry.path, _MODULES_LIMIT), entry.path)
    except ParseError as error:
        note_unreadable(seen, entry.path, error)
        return frozenset()
    modules = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    if not all(str(each.get("type", "")).startswith("sentence_transformers.") for each in modules):
        return frozenset()
    paths = [each.get("path") for each in modules]
    return frozenset(path.strip("/") for path in paths if isinstance(path, str))


def _components(pipeline: Document | None) -> frozenset[str]:
    if pipeline is None:
        return frozenset()
    at = pipeline.path.rpartition("/")[0]
    names = [key for key, value in pipeline.value.items() if isinstance(value, list)]
    return frozenset(f"{at}/{name}" if at else name for name in names)
