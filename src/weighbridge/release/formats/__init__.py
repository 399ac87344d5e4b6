"""Weight formats, one file each; which one a file is in, its content decides, not its name."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from weighbridge.facts import Severity
from weighbridge.release.folder import Entry, Folder, NotFetched
from weighbridge.release.formats.base import Format, Kind, Tensor, WeightFile
from weighbridge.release.json_files import note_unreadable
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

__all__ = ["Format", "Kind", "Tensor", "WeightFile", "formats", "read_weight_files"]

_HEAD = 512
_NOT_FETCHED = "not-fetched"
_PAGE_MARKS = (b"<!doctype html", b"<html", b"<?xml")
_NOT_WEIGHTS = ("training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt")
_MAX_TENSORS_IN_ALL = 1_000_000


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """Return every format of this folder, in the order of its modules' names."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(each for module in modules for each in getattr(module, "FORMATS", ()))


def read_weight_files(folder: Folder, seen: Observations) -> list[WeightFile]:
    """Return the weight files of a release, sorted by path; links to another file are left out.

    A damaged file is in the list with ``broken`` set, and a finding says what is wrong with it.
    """
    found: list[WeightFile] = []
    tensors = 0
    for entry in folder.files:
        if entry.alias_of or entry.name in _NOT_WEIGHTS:
            continue
        weights = _read(folder, entry, seen)
        if weights is None:
            continue
        tensors += len(weights.tensors or ())
        if tensors > _MAX_TENSORS_IN_ALL:
            message = f"the release lists more than {_MAX_TENSORS_IN_ALL:,} tensors: the rest was"
            seen.find("too-many-tensors", Severity.HIGH, f"{message} not read", Place(entry.path))
            weights = WeightFile(entry.path, weights.format, entry.size, broken=True)
        found.append(weights)
    beside = {path for weights in found for path in weights.beside}
    found = [weights for weights in found if weights.path not in beside]
    for weights in found:
        seen.findings.extend(weights.faults)
    _note_unread(found, seen)
    return found


def _read(folder: Folder, entry: Entry, seen: Observations) -> WeightFile | None:
    """Return one file's record; ``None`` where it does not look like weights at all."""
    name = entry.path.lower()
    claimed = next((each for each in formats() if name.endswith(each.suffixes or "\0")), None)
    known: Format | None = None
    try:
        head = folder.read_bytes(entry.path, _HEAD)
        known = next((each for each in formats() if each.recognises(head, entry)), None)
        if claimed is not None and known is None:
            _refuse_pages(head, entry, claimed)
        reader = known or claimed
        weights = reader.read(folder, entry) if reader else None
        # A pointer may stand for anything: without a name that claims weights it is none.
        return None if weights and weights.pointer and not claimed else weights
    except NotFetched as error:
        if claimed is None:
            return None
        seen.find(_NOT_FETCHED, Severity.LOW, f"{error.message}: not counted", Place(entry.path))
        return WeightFile(entry.path, claimed.name, entry.size)
    except ParseError as error:
        reader = claimed or (known if known and known.certain else None)
        if reader is None:
            return None  # unreadable, and nothing says that it is weights
        note_unreadable(seen, entry.path, error, Severity.HIGH)
        return WeightFile(entry.path, (known or reader).name, entry.size, broken=True)


def _refuse_pages(head: bytes, entry: Entry, claimed: Format) -> None:
    if head.lstrip().lower().startswith(_PAGE_MARKS):
        message = f"an HTML page saved under the name of a {claimed.name} file"
        raise ParseError(message, Place(entry.path))
    if entry.size == 0:
        message = f"an empty file under the name of a {claimed.name} file"
        raise ParseError(message, Place(entry.path))


def _note_unread(found: list[WeightFile], seen: Observations) -> None:
    """Say once per format which files are known but not read."""
    by_format: dict[str, list[str]] = {}
    told = {each.where[0].file for each in seen.findings if each.id == _NOT_FETCHED}
    for weights in found:
        known = weights.tensors is not None or weights.pointer or weights.broken
        if not known and not weights.faults and weights.path not in told:
            by_format.setdefault(weights.format, []).append(weights.path)
    for name, paths in sorted(by_format.items()):
        files = f"`{paths[0]}` is" if len(paths) == 1 else f"{len(paths)} weight files are"
        message = f"{files} in the format {name}, which is not read in this version: not counted"
        seen.find("format-not-read", Severity.LOW, message, *[Place(path) for path in paths[:5]])
