"""What a check of a release says of hazards: the small files alone, and that weights need a scan.

The whole is for ``weighbridge scan``. Here files of config size are looked at, within a budget, and
weights in a format that can run code are named.
"""

from __future__ import annotations

from weighbridge.facts import Severity
from weighbridge.release.folder import Entry, Folder, is_pointer
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.scanners.text import SCANNERS
from weighbridge.release.hazards.verdict import Grade, Hazard
from weighbridge.release.hazards.view import View
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_LONGEST = 1 << 18
_IN_ALL = 8 << 20
_MOST_FILES = 400
_TEXTS = (
    *(".json", ".jinja", ".jinja2", ".j2", ".yaml", ".yml", ".toml", ".txt", ".md", ".py", ".cfg"),
    *(".ini", ".env", ".sh", ".conf", ".netrc"),
)
_RUNS_CODE = (
    *(".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill", ".npy", ".npz"),
    *(".h5", ".hdf5", ".keras", ".nemo", ".mar", ".pb"),
)
_POINTER_SIZE = 1024
_TOLD = frozenset(
    "secret template-internals template-built-name auto-map auto-map-elsewhere trust-remote-code "
    "config-target keras-lambda keras-module keras-gadget keras-pickle yaml-python-tag".split()
)
_SEVERITIES = {Grade.DANGEROUS: Severity.HIGH, Grade.UNLISTED: Severity.MEDIUM}


def read_hazards(folder: Folder, seen: Observations) -> None:
    """Record keys left in small files, what configs and templates would run, and what is unscanned.

    Hazards are findings and never facts: no verdict on what is owed turns on them.
    """
    read = files = 0
    for entry in folder.files:
        if entry.alias_of or entry.size > _LONGEST or not entry.name.lower().endswith(_TEXTS):
            continue
        if files == _MOST_FILES or read + entry.size > _IN_ALL:
            break
        read, files = read + entry.size, files + 1
        _look_at(folder, entry, seen)
    _note_unscanned(folder, seen)


def _look_at(folder: Folder, entry: Entry, seen: Observations) -> None:
    try:
        data = folder.read_bytes(entry.path, _LONGEST)
    except ParseError:
        return  # whoever needs the file says that it is unreadable
    view, scan = View(data, entry.path, "", 0, len(data)), Scan(entry.path)
    for scanner in SCANNERS:
        if scanner.claims(view):
            scanner.scan(view, scan)
    told: dict[str, list[Hazard]] = {}
    for hazard in scan.hazards:
        if hazard.id in _TOLD:
            told.setdefault(hazard.id, []).append(hazard)
    for id, hazards in told.items():
        first = hazards[0]
        severity = Severity.HIGH if id == "secret" else _SEVERITIES.get(first.grade, Severity.LOW)
        more = f" and {len(hazards) - 1} more like it" if len(hazards) > 1 else ""
        place = Place(entry.path, _line(data, first))
        seen.find(id, severity, first.message + more, place)


def _line(data: bytes, hazard: Hazard) -> int | None:
    """Return the line of a hazard that stands in the file itself."""
    if hazard.member or hazard.offset is None:
        return None
    return data.count(b"\n", 0, hazard.offset) + 1


def _note_unscanned(folder: Folder, seen: Observations) -> None:
    """Say that weights which can run code were not scanned, where there are any."""
    paths = [
        entry.path
        for entry in folder.files
        if entry.name.lower().endswith(_RUNS_CODE) and not _is_pointer(folder, entry)
    ]
    if not paths:
        return
    files = f"`{paths[0]}` is" if len(paths) == 1 else f"{len(paths)} files are"
    message = f"{files} in a format that can run code and not scanned here: weighbridge scan"
    seen.find("weights-not-scanned", Severity.LOW, message, *map(Place, paths[:5]))


def _is_pointer(folder: Folder, entry: Entry) -> bool:
    if entry.size > _POINTER_SIZE:
        return False
    try:
        return is_pointer(folder.read_bytes(entry.path, _POINTER_SIZE))
    except ParseError:
        return False
