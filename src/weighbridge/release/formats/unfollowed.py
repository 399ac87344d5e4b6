"""The record of a file that is longer than is followed: known, not counted."""

from __future__ import annotations

from weighbridge.facts import Finding, Severity
from weighbridge.release.folder import Entry
from weighbridge.release.formats.base import WeightFile
from weighbridge.text.places import Place


def unfollowed(entry: Entry, name: str) -> WeightFile:
    """Return a record without tensors and a finding that says so."""
    message = f"`{entry.path}`, in the format {name}, holds more than is followed: not counted"
    fault = Finding("not-fully-read", Severity.MEDIUM, message, (Place(entry.path),))
    return WeightFile(entry.path, name, entry.size, faults=(fault,))
