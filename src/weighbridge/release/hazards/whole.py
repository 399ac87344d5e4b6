"""The scan of everything at or below a path: one report a file, and what was not opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.scan import Scan, look_at
from weighbridge.release.hazards.together import together
from weighbridge.release.hazards.tree import NotOpened, list_tree
from weighbridge.release.hazards.verdict import (
    BROKEN,
    NOT_FULLY_READ,
    VERDICTS,
    WORDS,
    FileReport,
    Grade,
    Hazard,
)
from weighbridge.release.hazards.view import View, view_of

FORMAT = 1
ANY = "any"
Progress = Callable[[int, int, str], None]
"""Told, before each file, how many are done, how many there are, and the path."""

_WORST_FIRST = (
    WORDS[Grade.DANGEROUS],
    BROKEN,
    NOT_FULLY_READ,
    WORDS[Grade.UNLISTED],
    WORDS[Grade.KNOWN],
    WORDS[Grade.TENSORS],
    WORDS[Grade.INERT],
)


@dataclass(frozen=True, slots=True)
class PathReport:
    """The scan of everything at or below a path.

    name:       the last part of the path, which never decides anything
    files:      one report for each regular file, sorted by path
    not_opened: what stands there and was not opened, sorted by path
    """

    name: str
    files: tuple[FileReport, ...]
    not_opened: tuple[NotOpened, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many files have each verdict, every verdict named, the worst first."""
        counts = dict.fromkeys(_WORST_FIRST, 0)
        for each in self.files:
            counts[each.verdict] += 1
        return counts

    @property
    def worst_first(self) -> list[FileReport]:
        """The files, the worst verdicts first, then by path."""
        rank = {verdict: place for place, verdict in enumerate(_WORST_FIRST)}
        return sorted(self.files, key=lambda each: (rank[each.verdict], each.path))

    def reaches(self, gate: str) -> list[str]:
        """Return the paths that a gate counts: a verdict's own, or for ``any`` all with a word."""
        if gate == ANY:
            found = [each.path for each in self.files if each.hazards or not _quiet(each)]
            return found + [each.path for each in self.not_opened]
        return [each.path for each in self.files if each.verdict == gate]

    def to_json(self, weighbridge: str) -> dict[str, Any]:
        """Return the report as JSON values, format 1."""
        return {
            "format": FORMAT,
            "weighbridge": weighbridge,
            "name": self.name,
            "files": [_file_json(each) for each in self.files],
            "not_opened": [{"path": each.path, "why": each.why} for each in self.not_opened],
            "counts": self.counts,
        }


GATES = (*VERDICTS, ANY)


def scan_path(path: Path, progress: Progress | None = None) -> PathReport:
    """Return what every regular file at or below ``path`` could do when loaded; nothing is run.

    Raises ``InputError`` where the path itself is at fault.
    """
    tree = list_tree(path)
    not_opened = list(tree.not_opened)
    reports = []
    for done, name in enumerate(tree.files):
        if progress is not None:
            progress(done, len(tree.files), name)
        report, why = scan_one(tree.root / name, name)
        reports.append(report)
        if why:
            not_opened.append(NotOpened(name, why))
    return PathReport(
        shown_name(path.resolve().name) or "/",
        tuple(together(tree.root, reports)),
        tuple(sorted(not_opened)),
    )


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
        scan.not_fully_read(View(b"", shown), f"the file could not be opened: {reason}")
        return scan.report(), reason
    assert report is not None  # a map that is held was looked at
    return report, ""


def scan_view(view: View) -> FileReport:
    """Return the report on a file's content. A scanner that fails leaves it not fully read."""
    scan = Scan(view.path)
    try:
        look_at(view, scan)
    except (Exception, RecursionError, MemoryError) as error:
        # Hostile bytes met a fault of ours: that must never make a file look better.
        scan.not_fully_read(view, f"a scanner failed: {type(error).__name__}")
    return scan.report()


def _quiet(report: FileReport) -> bool:
    return report.verdict in (WORDS[Grade.INERT], WORDS[Grade.TENSORS])


def _file_json(report: FileReport) -> dict[str, Any]:
    return {
        "path": report.path,
        "verdict": report.verdict,
        "format": report.format,
        "findings": [_finding_json(each) for each in report.hazards],
    }


def _finding_json(hazard: Hazard) -> dict[str, Any]:
    return {
        "id": hazard.id,
        "member": hazard.member,
        "offset": hazard.offset,
        "message": hazard.message,
        "grade": WORDS[hazard.grade],
    }
