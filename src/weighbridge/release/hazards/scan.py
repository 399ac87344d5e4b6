"""The scan of one file: which scanners claim it, what they find, what they meet inside it.

A scanner is a module of ``hazards/scanners`` with a ``SCANNERS`` tuple; nothing else has to know
it. Content decides, never the name, and all scanners that claim a file look at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from weighbridge.release.hazards import scanners as _scanners
from weighbridge.release.hazards.verdict import FileReport, Grade, Hazard
from weighbridge.release.hazards.view import View, view_of

UNKNOWN = "unknown"
MOST_FINDINGS = 1000
"""So many findings of one file are listed."""


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

    opcodes: instructions of pickles     bytes: bytes that come out of decompression or copying,
    parts:   members of containers              and those that lie in several members
    depth:   containers within containers
    text:    bytes of texts within containers, which compress well and are read slowly
    """

    opcodes: int = 60_000_000
    bytes: int = 1 << 30
    parts: int = 1 << 18
    depth: int = 8
    text: int = 1 << 25


@dataclass(slots=True)
class Scan:
    """What has been found in one file so far; scanners tell it.

    script: the archive being read holds TorchScript, whose pickles name types of its own code
    """

    path: str
    budget: Budget = field(default_factory=Budget)
    grade: Grade = Grade.INERT
    hazards: list[Hazard] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    reasons_broken: list[str] = field(default_factory=list)
    reasons_unread: list[str] = field(default_factory=list)
    script: bool = False

    def find(
        self, id: str, grade: Grade, message: str, view: View, offset: int | None = None
    ) -> None:
        """Note a hazard at ``offset`` of a view, and raise the grade of the file to its own."""
        self._keep(Hazard(id, grade, message, view.member, offset))
        self.raise_to(grade)

    def raise_to(self, grade: Grade) -> None:
        """Raise the grade; it never falls."""
        self.grade = max(self.grade, grade)

    def broken(self, view: View, why: str, offset: int | None = None) -> None:
        """Note that a part is damaged."""
        self._keep(Hazard("broken", Grade.INERT, why, view.member, offset))
        self.reasons_broken = self.reasons_broken or [why]

    def not_fully_read(self, view: View, why: str, offset: int | None = None) -> None:
        """Note that a part was not read to its end: a limit, encryption, an unknown packing."""
        self._keep(Hazard("not-fully-read", Grade.INERT, why, view.member, offset))
        self.reasons_unread = self.reasons_unread or [why]

    def _keep(self, hazard: Hazard) -> None:
        """Keep a finding; of very many only those that are worse than all before."""
        if len(self.hazards) < MOST_FINDINGS or hazard.grade > self.grade:
            self.hazards.append(hazard)

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
            if view.depth == 0 and scanner.name != UNKNOWN:  # some look at names alone
                scan.formats.append(scanner.name)
            scanner.scan(view, scan)


def scan_view(view: View) -> FileReport:
    """Return the report on a file's content. A scanner that fails leaves it not fully read.

    A limit reached in the middle of things keeps what was found before it.
    """
    scan = Scan(view.path)
    try:
        look_at(view, scan)
    except (MemoryError, RecursionError):
        scan.not_fully_read(view, "the file asks for more memory than a scan may use")
    except Exception as error:
        # Hostile bytes met a fault of ours: that must never make a file look better.
        scan.not_fully_read(view, f"a scanner failed: {type(error).__name__}")
    return scan.report()


def scan_one(path: Path, shown: str) -> tuple[FileReport, str]:
    """Return the report on one file, and why it could not be opened where it could not."""
    report: FileReport | None = None
    try:
        with view_of(path, shown) as view:
            report = scan_view(view)
    except BufferError:  # a part of the map is still held somewhere; it goes when that does
        pass
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "cannot be opened").lower()
        scan = Scan(shown)
        scan.not_fully_read(View(b"", shown), f"the file cannot be read: {reason}")
        return scan.report(), reason
    assert report is not None  # a map that is held was looked at
    return report, ""


def scan_file(path: Path, shown: str) -> FileReport:
    """Return the report on one file, called ``shown``; one that cannot be opened says so."""
    return scan_one(path, shown)[0]
