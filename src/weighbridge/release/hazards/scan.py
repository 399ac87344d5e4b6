"""The scan of one file: which scanners claim it, what they find, what they meet inside it.

A scanner is a module of ``hazards/scanners`` with a ``SCANNERS`` tuple; nothing else has to know
it. Content decides, never the name, and all scanners that claim a file look at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from weighbridge.release.hazards import scanners as _scanners
from weighbridge.release.hazards.verdict import FileReport, Grade, Hazard
from weighbridge.release.hazards.view import View

UNKNOWN = "unknown"


class Scanner(Protocol):
    """Looks into one kind of content."""

    @property
    def name(self) -> str:
        """How reports call the format."""

    def claims(self, view: View, /) -> bool:
        """Return whether the content is, or may be loaded as, this format. Cheap, never raises."""

    def scan(self, view: View, scan: Scan, /) -> None:
        """Look at the content and tell ``scan``; hostile bytes never raise."""


@dataclass(slots=True)
class Budget:
    """How much may still be done for one file; all of it is counted, none of it is timed.

    opcodes: instructions of pickles     bytes: bytes that come out of decompression
    parts:   members of containers       depth: containers within containers
    """

    opcodes: int = 60_000_000
    bytes: int = 1 << 30
    parts: int = 200_000
    depth: int = 8


@dataclass(slots=True)
class Scan:
    """What has been found in one file so far; scanners tell it."""

    path: str
    budget: Budget = field(default_factory=Budget)
    grade: Grade = Grade.INERT
    hazards: list[Hazard] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    reasons_broken: list[str] = field(default_factory=list)
    reasons_unread: list[str] = field(default_factory=list)

    def find(
        self, id: str, grade: Grade, message: str, view: View, offset: int | None = None
    ) -> None:
        """Note a hazard at ``offset`` of a view, and raise the grade of the file to its own."""
        self.hazards.append(Hazard(id, grade, message, view.member, offset))
        self.raise_to(grade)

    def raise_to(self, grade: Grade) -> None:
        """Raise the grade; it never falls."""
        self.grade = max(self.grade, grade)

    def broken(self, view: View, why: str, offset: int | None = None) -> None:
        """Note that a part is damaged."""
        self.hazards.append(Hazard("broken", Grade.INERT, why, view.member, offset))
        self.reasons_broken.append(why)

    def not_fully_read(self, view: View, why: str, offset: int | None = None) -> None:
        """Note that a part was not read to its end: a limit, encryption, an unknown packing."""
        self.hazards.append(Hazard("not-fully-read", Grade.INERT, why, view.member, offset))
        self.reasons_unread.append(why)

    def nested(self, view: View) -> None:
        """Look at something inside the file, within the budget."""
        self.budget.parts -= 1
        if view.depth > self.budget.depth or self.budget.parts < 0:
            what = "containers lie too deep in each other" if self.budget.parts >= 0 else None
            self.not_fully_read(view, what or "the file has too many parts")
            return
        look_at(view, self)

    def report(self) -> FileReport:
        """Return what was found."""
        format_ = self.formats[0] if self.formats else UNKNOWN
        return FileReport(
            self.path,
            format_,
            self.grade,
            tuple(self.hazards),
            self.reasons_broken[0] if self.reasons_broken else "",
            self.reasons_unread[0] if self.reasons_unread else "",
        )


@lru_cache(maxsize=1)
def scanners() -> tuple[Scanner, ...]:
    """Return every scanner, in the order of its modules' names."""
    names = sorted(module.name for module in iter_modules(_scanners.__path__))
    modules = [import_module(f"{_scanners.__name__}.{name}") for name in names]
    return tuple(each for module in modules for each in getattr(module, "SCANNERS", ()))


def look_at(view: View, scan: Scan) -> None:
    """Let every scanner that claims a view look at it."""
    for scanner in scanners():
        if scanner.claims(view):
            if view.depth == 0:
                scan.formats.append(scanner.name)
            scanner.scan(view, scan)
