"""The scan of everything at or below a path: one report a file, and what was not opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.scan import scan_one
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
