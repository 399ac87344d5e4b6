"""Weights inside archives inside archives, within limits of depth, members and unpacked bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from weighbridge.facts import Finding, Severity
from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats import formats
from weighbridge.release.formats.base import Format, Tensor, WeightFile
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

MAX_DEPTH = 3
MAX_MEMBERS = 1_024
MAX_UNPACKED = 256 << 20

_HEAD = 512


@dataclass(slots=True)
class Limits:
    """What may still be spent on one file: how deep to go, members to open, bytes to unpack."""

    depth: int = MAX_DEPTH
    members: int = MAX_MEMBERS
    unpacked: int = MAX_UNPACKED
    reached: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A member of an archive: how to get its first bytes, and all of them."""

    name: str
    size: int
    head: Callable[[int], bytes]
    content: Callable[[], memoryview]


class Inside(Folder):
    """The members of an archive, read as the files of a folder are."""

    def __init__(self, parts: list[Part], limits: Limits) -> None:
        """Keep the members; of several of one name the first."""
        self.parts: dict[str, Part] = {}
        for part in parts:
            self.parts.setdefault(part.name, part)
        self.limits = limits
        entries = (Entry(part.name, part.size) for part in self.parts.values())
        super().__init__("", tuple(entries), ())

    def read_bytes(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Return at most ``limit`` bytes of a member from ``offset`` on."""
        if offset + limit <= _HEAD:
            return self._part(path).head(offset + limit)[offset:]
        return bytes(self.map(path)[offset : offset + limit])

    def map(self, path: str) -> memoryview:
        """Return a member's bytes."""
        return self._part(path).content()

    def _part(self, path: str) -> Part:
        if path not in self.parts:
            raise ParseError("not a member of the archive", Place(path))
        return self.parts[path]


def part_of(name: str, data: memoryview) -> Part:
    """Return a member that lies in its archive as it is."""
    return Part(name, len(data), lambda count: bytes(data[:count]), lambda: data)


def limits_of(folder: Folder) -> Limits:
    """Return what may still be spent where a format reads from ``folder``."""
    return folder.limits if isinstance(folder, Inside) else Limits()


def read_parts(parts: list[Part], entry: Entry, limits: Limits, name: str) -> WeightFile | None:
    """Return the weights in an archive as one record; ``None`` where it holds none."""
    if limits.depth <= 0:
        limits.reached.append("archives lie too deep in each other")
        return WeightFile(entry.path, name, entry.size)
    outermost = limits.depth == MAX_DEPTH
    limits.depth -= 1
    inside = Inside(parts, limits)
    found: list[WeightFile] = []
    beside: set[str] = set()
    for each in inside.files:
        limits.members -= 1
        if limits.members < 0:
            limits.reached.append("the archive has more members than are opened")
            break
        weights = _read(inside, each, entry)
        if weights is not None and not weights.pointer:
            found.append(weights)
            beside.update(weights.beside)
    limits.depth += 1
    found = [each for each in found if each.path not in beside]
    return _record(entry, name, found, limits.reached if outermost else [])


def _read(inside: Inside, each: Entry, outer: Entry) -> WeightFile | None:
    known: Format | None = None
    try:
        head = inside.read_bytes(each.path, _HEAD)
        known = next((one for one in formats() if one.recognises(head, each)), None)
        return known.read(inside, each) if known else None
    except ParseError as error:
        if known is None or not known.certain:
            return None
        message = f"in its member `{each.path[:80]}`: {error.message}"
        raise ParseError(message, Place(outer.path)) from None


def _record(
    entry: Entry, name: str, found: list[WeightFile], reached: list[str]
) -> WeightFile | None:
    faults = tuple(
        Finding("not-fully-read", Severity.MEDIUM, why, (Place(entry.path),))
        for why in dict.fromkeys(reached)
    )
    faults += tuple(
        replace(fault, where=(Place(entry.path),)) for each in found for fault in each.faults
    )
    if not found and not faults:
        return None
    inner = {each.format for each in found}
    format_ = inner.pop() if len(inner) == 1 else name
    unread = bool(reached) or any(each.tensors is None for each in found)
    tensors = None if unread else _tensors(found)
    says = tuple(replace(fact, place=Place(entry.path)) for each in found for fact in each.says)
    broken = any(each.broken for each in found)
    return WeightFile(
        entry.path, format_, entry.size, tensors, broken=broken, says=says, faults=faults
    )


def _tensors(found: list[WeightFile]) -> tuple[Tensor, ...]:
    if len(found) == 1:
        return found[0].tensors or ()
    return tuple(
        replace(tensor, name=f"{each.path}!{tensor.name}")
        for each in found
        for tensor in each.tensors or ()
    )
