"""A release or a single weight file opened as a :class:`Checkpoint`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from weighbridge.facts import Finding, Severity
from weighbridge.release.file_sets import FileSet
from weighbridge.release.folder import Folder, LocalFolder, shown_name
from weighbridge.release.formats import Tensor, formats
from weighbridge.release.formats.base import Where
from weighbridge.release.formats.gguf import read_metadata
from weighbridge.release.json_files import read_object
from weighbridge.release.lineage.checkpoint import Checkpoint, Held, is_parameter
from weighbridge.release.lineage.decode import Decoder, Floats, Raw, decoder_of
from weighbridge.release.lineage.packed.fit import Whole
from weighbridge.release.lineage.packed.known import find_packed
from weighbridge.release.lineage.packed.parts import Stored
from weighbridge.release.observations import Observations
from weighbridge.release.packing import is_buffer
from weighbridge.release.settings import Settings, first_count, read_settings
from weighbridge.release.weights import read_weights
from weighbridge.text.errors import InputError, ParseError

_NAMED = 3
_LONGEST = 1 << 25
"""Numbers of a row or a column at most, since places along a side are listed at once."""

_BESIDE = (
    *("config.json", "params.json", "adapter_config.json"),
    *("tokenizer.json", "tokenizer.model", "vocab.json", "added_tokens.json"),
)
"""What is read beside a file of weights that was named alone."""

_UNREAD = frozenset({"shards-missing", "unreadable-file", "index-tensors-differ"})
"""Findings of the weighing that mean that weights are not there or were not read."""


def open_checkpoint(path: Path) -> Checkpoint:
    """Return the weights of the release at ``path``: the copy that is weighed, not its twins.

    A file of weights stands for itself, with the config and the tokens that lie beside it.
    Raises :class:`InputError` where the path is at fault or nothing in it can be compared; what
    is missing or unreadable beside readable weights stands in ``left_out``.
    """
    folder = _opened(path)
    seen = Observations()
    settings = read_settings(folder, seen)
    weights = read_weights(folder, settings, seen)
    left_out = [*_faults(seen), *_not_followed(folder)]
    found = Checkpoint(folder.title, folder, {})
    quantised = settings.quantisation or _quantised_by_mlx(settings)
    for each in weights.counted:
        left_out += _take(each, quantised, found)
    if not found.held:
        named = "name a folder with safetensors, GGUF or PyTorch files"
        raise InputError(
            f"`{shown_name(str(path))}` holds no weights that can be compared",
            help=left_out[0] if left_out else named,
        )
    found.left_out = tuple(left_out)
    found.settings = _told(folder, weights.counted, settings)
    found.adapter = weights.adapter
    return found


def _opened(path: Path) -> LocalFolder:
    try:
        alone = path.is_file()
    except (OSError, ValueError):
        alone = False  # what is wrong with it is said where a folder is opened
    return LocalFolder.of_file(path, _BESIDE) if alone else Folder.open(path)


def _quantised_by_mlx(settings: Settings) -> dict[str, Any] | None:
    told = settings.core.get("quantization")
    return told if isinstance(told, dict) else None


def _faults(seen: Observations) -> Iterator[str]:
    """Yield what the weighing found missing or broken."""
    for finding in seen.findings:
        if finding.id in _UNREAD and finding.severity is not Severity.LOW:
            yield _with_place(finding)


def _not_followed(folder: LocalFolder) -> Iterator[str]:
    """Yield what the listing passed over, where its name is one of weights."""
    endings = tuple(ending for each in formats() for ending in each.suffixes)
    for finding in folder.skipped:
        if any(place.file.lower().endswith(endings) for place in finding.where):
            yield _with_place(finding)


def _with_place(finding: Finding) -> str:
    where = str(finding.where[0]) if finding.where else ""
    return finding.message if where in finding.message else f"{finding.message} ({where})"


def _take(each: FileSet, told: dict[str, Any] | None, found: Checkpoint) -> list[str]:
    """Add the tensors of a set, packed ones as a whole; return what of it cannot be read."""
    refused = _Refused()
    listed: list[tuple[Tensor, str]] = []
    for file in each.files:
        if file.tensors is None:
            refused.note(_reason(file.pointer, file.format), file.path)
        listed.extend((tensor, file.path) for tensor in file.tensors or () if tensor.elements)
    packs = find_packed(_stored(listed), told, found.read)
    held = dict(found.held)
    names: set[str] = set()
    for tensor, path in listed:
        name = tensor.name
        whole, decoder = packs.wholes.get(name), decoder_of(tensor.dtype)
        if whole is not None:
            made = _made(whole)
        elif name in packs.refused:
            refused.note(packs.refused[name], name)
            continue
        elif name in packs.used or not is_parameter(tensor) or is_buffer(tensor):
            continue
        elif tensor.where is None or decoder is None:
            refused.note(f"{tensor.dtype} is not read", name)
            continue
        else:
            made = Held(tensor, tensor.where.file or path, tensor.where, decoder)
        if len(made.tensor.shape) > 1 and max(made.matrix) > _LONGEST:
            refused.note(f"rows or columns of more than {_LONGEST:,} numbers are not read", name)
            continue
        if made.name in names:
            refused.note("stands in two files", name)
            continue
        names.add(made.name)
        if made.name in held and each.folder:  # another part of a pipeline
            made = _renamed(made, f"{each.folder}/{made.name}")
        if made.name in held:
            refused.note("stands in two files", name)
        else:
            held[made.name] = made
    found.held = held
    return refused.lines()


def _stored(listed: list[tuple[Tensor, str]]) -> dict[str, Stored]:
    """Return the tensors whose bytes follow one another, as parts of packed ones."""
    stored: dict[str, Stored] = {}
    for tensor, path in listed:
        where, decoder = tensor.where, decoder_of(tensor.dtype)
        if where is not None and decoder is not None and where.strides is None and not where.big:
            stored.setdefault(
                tensor.name, Stored(tensor, where.file or path, where.offset, decoder)
            )
    return stored


def _made(whole: Whole) -> Held:
    codes = whole.codes
    tensor = replace(codes.tensor, name=whole.name, dtype=whole.kind, shape=whole.shape)
    decoder = Decoder(whole.kind, 1, 1, _unread, exact=False)
    return Held(tensor, codes.file, Where(codes.begin), decoder, whole.packed)


def _renamed(made: Held, name: str) -> Held:
    return replace(made, tensor=replace(made.tensor, name=name))


def _unread(_raw: Raw, _big: bool) -> Floats:
    raise TypeError("a packed tensor is read through `packed`")


@dataclass(slots=True)
class _Refused:
    """Names of what cannot be read, by reason, to be said once per reason."""

    by_reason: dict[str, list[str]] = field(default_factory=dict)

    def note(self, reason: str, name: str) -> None:
        self.by_reason.setdefault(reason, []).append(name)

    def lines(self) -> list[str]:
        lines = []
        for reason, names in sorted(self.by_reason.items()):
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            named = ", ".join(f"`{name}`" for name in names[:_NAMED])
            lines.append(f"{named}{more}: {reason}")
        return lines


def _reason(pointer: bool, format: str) -> str:
    return "only a pointer to the weights" if pointer else f"{format} is not read"


def _told(folder: LocalFolder, sets: tuple[FileSet, ...], settings: Settings) -> dict[str, Any]:
    """Return what the config, or the metadata of a GGUF file, says of the model's shape."""
    first = sets[0].files[0]
    if first.format == "GGUF":
        return {"format": "GGUF"} | _told_by_gguf(folder, first.path)
    core = settings.core or _told_beside(folder)
    names = core.get("architectures")
    architecture = names[0] if isinstance(names, list) and names else core.get("model_type")
    told = {
        "format": first.format,
        "architecture": architecture if isinstance(architecture, str) else None,
        "heads": first_count(core, "num_attention_heads", "n_head", "n_heads"),
        "kv_heads": first_count(core, "num_key_value_heads", "n_kv_heads"),
        "hidden": first_count(core, "hidden_size", "n_embd", "d_model", "dim"),
        "layers": first_count(core, "num_hidden_layers", "n_layer", "n_layers"),
        "vocabulary": first_count(core, "vocab_size"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _told_beside(folder: LocalFolder) -> dict[str, Any]:
    """Return what ``params.json`` tells, which stands for a config beside weights of one file."""
    if folder.get("params.json") is None:
        return {}
    return read_object(folder, "params.json", Observations()) or {}


def _told_by_gguf(folder: LocalFolder, path: str) -> dict[str, Any]:
    try:
        values = read_metadata(folder, path).values
    except ParseError:
        return {}
    architecture = values.get("general.architecture")
    keys = {
        "heads": "attention.head_count",
        "kv_heads": "attention.head_count_kv",
        "hidden": "embedding_length",
        "layers": "block_count",
    }
    told: dict[str, Any] = {
        name: values[f"{architecture}.{key}"]
        for name, key in keys.items()
        if isinstance(values.get(f"{architecture}.{key}"), int)
    }
    return told | ({"architecture": architecture} if isinstance(architecture, str) else {})
