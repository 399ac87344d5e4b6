"""Zip files: what lies in them decides which of the formats that are zip files they are.

Such a format is a module of this folder with an ``ARCHIVES`` tuple; nothing else has to know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from weighbridge.facts import Severity
from weighbridge.release.folder import Entry, Folder
from weighbridge.release.formats.base import WeightFile
from weighbridge.release.formats.nested import Limits, Part, limits_of, read_parts
from weighbridge.release.formats.zip_directory import MARK, Archive, Member, read_directory
from weighbridge.release.json_files import note_unreadable
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError

_NAMES = (".keras", ".npz")


class ArchiveFormat(Protocol):
    """One way weights are stored in a zip file."""

    @property
    def name(self) -> str:
        """How messages call the format."""

    def fits(self, archive: Archive, /) -> bool:
        """Return whether the members are those of this format."""

    def read(self, archive: Archive, entry: Entry, /) -> WeightFile | None:
        """Return the record. Raises ``ParseError`` saying what is broken."""


@lru_cache(maxsize=1)
def archive_formats() -> tuple[ArchiveFormat, ...]:
    """Return every format of this folder that is a zip file, in the order of the modules' names."""
    package = __name__.rpartition(".")[0]
    names = sorted(module.name for module in iter_modules(import_module(package).__path__))
    modules = [import_module(f"{package}.{name}") for name in names]
    return tuple(each for module in modules for each in getattr(module, "ARCHIVES", ()))


@dataclass(frozen=True, slots=True)
class ZipFormat:
    """Reads a zip file as the format that its members show."""

    name: str = "zip archive"
    suffixes: tuple[str, ...] = _NAMES
    certain: bool = False

    def recognises(self, head: bytes, _entry: Entry) -> bool:
        """Return whether the file opens as a zip file does."""
        return head.startswith(MARK)

    def read(self, folder: Folder, entry: Entry) -> WeightFile | None:
        """Return the record of what the archive is; ``None`` for a zip of other things."""
        archive = read_directory(folder.map(entry.path), entry.path)
        known = next((each for each in archive_formats() if each.fits(archive)), None)
        if known is not None:
            return _told(known, archive, entry)
        limits = limits_of(folder)
        parts = [_part(archive, each, limits) for each in archive.members.values()]
        return read_parts(parts, entry, limits, self.name)


FORMATS = (ZipFormat(),)


def _told(known: ArchiveFormat, archive: Archive, entry: Entry) -> WeightFile | None:
    """Return what a format reads; a damaged archive keeps the name of what it is."""
    try:
        return known.read(archive, entry)
    except ParseError as error:
        told = Observations()
        note_unreadable(told, entry.path, error, Severity.HIGH)
        faults = tuple(told.findings)
        return WeightFile(entry.path, known.name, entry.size, broken=True, faults=faults)


def _part(archive: Archive, member: Member, limits: Limits) -> Part:
    def head(count: int) -> bytes:
        return archive.head(member, count)

    def content() -> memoryview:
        found = archive.content(member, limits.unpacked)
        if member.method:
            limits.unpacked -= len(found)
        return found

    return Part(member.name, member.size, head, content)
