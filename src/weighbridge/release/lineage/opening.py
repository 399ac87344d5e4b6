"""A release or a single weight file opened as a :class:`Checkpoint`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weighbridge.facts import Severity
from weighbridge.release.file_sets import FileSet
from weighbridge.release.folder import Folder, LocalFolder, shown_name
from weighbridge.release.formats.gguf import read_metadata
from weighbridge.release.lineage.checkpoint import Checkpoint, Held, is_parameter
from weighbridge.release.lineage.decode import decoder_of
from weighbridge.release.observations import Observations
from weighbridge.release.packing import is_buffer
from weighbridge.release.settings import Settings, first_count, read_settings
from weighbridge.release.weights import read_weights
from weighbridge.text.errors import InputError, ParseError

_NAMED = 3


def open_checkpoint(path: Path) -> Checkpoint:
    """Return the weights of the release at ``path``: the copy that is weighed, not its twins.

    Raises :class:`InputError` where the path is at fault or nothing in it can be compared; what
    is missing or unreadable beside readable weights stands in ``left_out``.
    """
    folder = Folder.open(path)
    seen = Observations()
    settings = read_settings(folder, seen)
    weights = read_weights(folder, settings, seen)
    left_out: list[str] = [*_faults(seen)]
    held: dict[str, Held] = {}
    for each in weights.counted:
        _take(each, held, left_out)
    if not held:
        named = "name a folder with safetensors, GGUF or PyTorch files"
        raise InputError(
            f"`{shown_name(str(path))}` holds no weights that can be compared",
            help=left_out[0] if left_out else named,
        )
    told = _told(folder, weights.counted, settings)
    return Checkpoint(folder.title, folder, held, tuple(left_out), told)


def _faults(seen: Observations) -> Iterator[str]:
    """Yield what the weighing found missing or broken."""
    for finding in seen.findings:
        if finding.severity is not Severity.LOW:
            where = f" ({finding.where[0]})" if finding.where else ""
            yield finding.message + where


def _take(each: FileSet, held: dict[str, Held], left_out: list[str]) -> None:
    """Add the tensors of a set; say once per reason which of them cannot be read."""
    refused: dict[str, list[str]] = {}
    for file in each.files:
        if file.tensors is None:
            refused.setdefault(_reason(file.pointer, file.format), []).append(file.path)
            continue
        for tensor in file.tensors:
            decoder = decoder_of(tensor.dtype)
            if not is_parameter(tensor) or is_buffer(tensor) or not tensor.elements:
                continue
            if tensor.name in held:
                refused.setdefault("stands in two files", []).append(tensor.name)
            elif tensor.where is None or decoder is None:
                refused.setdefault(f"{tensor.dtype} is not read", []).append(tensor.name)
            else:
                place = tensor.where.file or file.path
                held[tensor.name] = Held(tensor, place, tensor.where, decoder)
    for reason, names in sorted(refused.items()):
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        left_out.append(f"{', '.join(f'`{name}`' for name in names[:_NAMED])}{more}: {reason}")


def _reason(pointer: bool, format: str) -> str:
    return "only a pointer to the weights" if pointer else f"{format} is not read"


def _told(folder: LocalFolder, sets: tuple[FileSet, ...], settings: Settings) -> dict[str, Any]:
    """Return what the config, or the metadata of a GGUF file, says of the model's shape."""
    first = sets[0].files[0]
    if first.format == "GGUF":
        return {"format": "GGUF"} | _told_by_gguf(folder, first.path)
    core = settings.core
    names = core.get("architectures")
    architecture = names[0] if isinstance(names, list) and names else core.get("model_type")
    told = {
        "format": first.format,
        "architecture": architecture if isinstance(architecture, str) else None,
        "heads": first_count(core, "num_attention_heads", "n_head"),
        "kv_heads": first_count(core, "num_key_value_heads"),
        "hidden": first_count(core, "hidden_size", "n_embd", "d_model"),
        "layers": first_count(core, "num_hidden_layers", "n_layer"),
        "vocabulary": first_count(core, "vocab_size"),
    }
    return {name: value for name, value in told.items() if value is not None}


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
