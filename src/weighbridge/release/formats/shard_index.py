"""The JSON index of a sharded model: which tensor lies in which file, and the size in all.

Indexes in the wild are two documents glued together, give their size as 0 or as a fraction, or
name files that are not there; each of these becomes a finding and the rest is used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from weighbridge.facts import Severity
from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.json_files import count_of, note_unreadable
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_json import read_json

INDEX_LIMIT = 64 << 20


@dataclass(frozen=True, slots=True)
class ShardIndex:
    """One index.

    path:             relative to the release folder
    total_size:       bytes of all tensors as stated; ``None`` where not stated or impossible
    total_parameters: as stated, or ``None``
    tensors:          names listed, in order
    shards:           paths of the shards it names, relative to the release folder, sorted
    """

    path: str
    total_size: int | None
    total_parameters: int | None
    tensors: tuple[str, ...]
    shards: tuple[str, ...]


def read_indexes(folder: Folder, seen: Observations) -> list[ShardIndex]:
    """Return the indexes that could be read, sorted by path; faults are recorded as findings."""
    entries = folder.matching("*.index.json", "*.index.*.json")
    indexes = [_read_index(folder, entry, seen) for entry in entries if not entry.alias_of]
    return [index for index in indexes if index is not None]


def _read_index(folder: Folder, entry: Entry, seen: Observations) -> ShardIndex | None:
    place = Place(entry.path)
    try:
        data = folder.read_bytes(entry.path, INDEX_LIMIT + 1)
        if len(data) > INDEX_LIMIT:
            raise ParseError(f"longer than the {INDEX_LIMIT >> 20} MiB that are read", place)
        value = _first_document(data, entry.path, seen)
        weight_map = value.get("weight_map") if isinstance(value, dict) else None
        if not isinstance(weight_map, dict):
            raise ParseError("an index without a `weight_map`", place)
    except ParseError as error:
        note_unreadable(seen, entry.path, error)
        return None
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    return ShardIndex(
        entry.path,
        _total_size(metadata, place, seen),
        count_of(metadata.get("total_parameters")),
        tuple(shown_name(name) for name in weight_map),
        tuple(_shards(entry, weight_map, seen)),
    )


def _first_document(data: bytes, path: str, seen: Observations) -> Any:
    """Return the one document, or the first where more text follows it."""
    try:
        return read_json(data, path)
    except ParseError as error:
        if "extra data" not in error.message:
            raise
    text = data.decode("utf-8")
    start = len(text) - len(text.lstrip())
    _, end = json.JSONDecoder().raw_decode(text, start)
    value = read_json(text[:end], path)
    follows = text[end:].lstrip()[:20].partition("\n")[0]
    message = (
        "the index is several documents glued together: only the first was used, and"
        f" `{shown_name(follows)}` follows it"
    )
    line = text.count("\n", 0, end) + 1
    seen.find("index-glued", Severity.MEDIUM, message, Place(path, line))
    return value


def _total_size(metadata: dict[str, Any], place: Place, seen: Observations) -> int | None:
    stated = metadata.get("total_size")
    if stated is None:
        return None
    size = count_of(stated)
    if not size:
        message = f"the index states a total size of `{shown_name(str(stated)[:40])}` bytes"
        seen.find("index-size-wrong", Severity.MEDIUM, message, place)
        return None
    if isinstance(stated, float):
        message = f"the index states its total size as the fraction `{stated!r}`"
        seen.find("index-size-wrong", Severity.LOW, message, place)
    return size


def _shards(entry: Entry, weight_map: dict[str, Any], seen: Observations) -> list[str]:
    named = {shard for shard in weight_map.values() if isinstance(shard, str)}
    outside = sorted(shard for shard in named if _leaves(shard))
    if outside:
        message = f"the index names a file outside its folder: `{shown_name(outside[0][:100])}`"
        seen.find("index-leaves-folder", Severity.HIGH, message, Place(entry.path))
    inside = sorted(named.difference(outside))
    return [f"{entry.folder}/{shard}" if entry.folder else shard for shard in inside]


def _leaves(shard: str) -> bool:
    parts = shard.replace("\\", "/").split("/")
    return not shard or ".." in parts or parts[0] == "" or ":" in parts[0]
