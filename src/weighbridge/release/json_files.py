"""JSON files of a release read within bounds; what cannot be read becomes a finding."""

from __future__ import annotations

from typing import Any

from weighbridge.facts import Severity
from weighbridge.release.folder import Folder, is_pointer, shown_name
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_json import read_json

JSON_LIMIT = 16 << 20
_MAX_COUNT = 2**53


def read_object(
    folder: Folder, path: str, seen: Observations, limit: int = JSON_LIMIT
) -> dict[str, Any] | None:
    """Return the JSON object in a listed file, or ``None`` with the reason as a finding."""
    try:
        data = folder.read_bytes(path, limit + 1)
        if len(data) > limit:
            raise ParseError(f"longer than the {limit >> 20} MiB that are read", Place(path))
        if is_pointer(data):
            absent = ParseError("a git-lfs pointer: the file itself is not here", Place(path))
            note_unreadable(seen, path, absent, Severity.LOW)
            return None
        value = read_json(data.removeprefix(b"\xef\xbb\xbf"), path, infinite_as_null=True)
    except ParseError as error:
        note_unreadable(seen, path, error)
        return None
    if not isinstance(value, dict):
        note_unreadable(seen, path, ParseError("not a JSON object", Place(path)))
        return None
    return value


def note_unreadable(
    seen: Observations, path: str, error: ParseError, severity: Severity = Severity.MEDIUM
) -> None:
    """Record that a file, or what is asked of it, could not be read."""
    message = f"`{path}` could not be read: {shown_name(error.message)}"
    seen.find("unreadable-file", severity, message, error.place or Place(path))


def count_of(value: object) -> int | None:
    """Return ``value`` if it is a whole number that a count can hold, else ``None``.

    JSON writes some counts as ``1e9`` or ``32.0``; those are whole numbers too.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_COUNT:
        return value
    return None


def text_of(value: object, limit: int = 200) -> str | None:
    """Return ``value`` if it is a text worth keeping, fit for output and cut at ``limit``."""
    if not isinstance(value, str) or not value.strip():
        return None
    return shown_name(value.strip()[:limit])
