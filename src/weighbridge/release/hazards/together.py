"""What files of a folder come to together: names that collide, code that configs ask for."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from weighbridge.release.hazards.found import Found, shown
from weighbridge.release.hazards.loose_json import loose_json, objects
from weighbridge.release.hazards.names import name_hazards, twins
from weighbridge.release.hazards.remote_code import module_of, references_in
from weighbridge.release.hazards.verdict import FileReport, Grade, Hazard

_LONGEST_CONFIG = 4 << 20
_CUSTOM_GENERATE = "custom_generate/generate.py"


def together(root: Path, reports: list[FileReport]) -> list[FileReport]:
    """Return the reports with what the files come to together."""
    more: dict[str, list[Found]] = defaultdict(list)
    for report in reports:
        more[report.path].extend(name_hazards(report.path))
    for path, other in twins(more).items():
        message = f"on a disk that ignores case it is one file with `{shown(other)}`"
        more[path].append(Found("name-twin", Grade.INERT, message))
    for path, why in _remote_files(root, reports).items():
        more[path].append(Found("remote-code-file", Grade.UNLISTED, why))
    return [_with(report, more[report.path]) for report in reports]


def _with(report: FileReport, found: list[Found]) -> FileReport:
    if not found:
        return report
    hazards = tuple(Hazard(each.id, each.grade, each.message) for each in found)
    grade = max(report.grade, *(each.grade for each in found))
    return replace(report, grade=grade, hazards=report.hazards + hazards)


def _remote_files(root: Path, reports: list[FileReport]) -> dict[str, str]:
    """Return the Python files that loading with remote code would run, with the reason."""
    paths = {report.path for report in reports}
    found: dict[str, str] = {}
    for report in reports:
        if any(each.id == "auto-map" for each in report.hazards):
            folder = posixpath.dirname(report.path)
            for module in _modules(root / report.path):
                path = posixpath.join(folder, module)
                if path in paths:
                    found[path] = (
                        f"`{shown(report.path)}` names it: loading with remote code allowed runs it"
                    )
        if report.path == _CUSTOM_GENERATE or report.path.endswith(f"/{_CUSTOM_GENERATE}"):
            found[report.path] = "generating text with remote code allowed runs it"
    return found


def _modules(config: Path) -> list[str]:
    """Return the files that a config's ``auto_map`` names."""
    try:
        with config.open("rb") as file:
            data = file.read(_LONGEST_CONFIG)
    except OSError:
        return []
    documents, _ = loose_json(data.decode("utf-8", "replace"))
    named = (
        module_of(reference)
        for node in objects(documents)
        for value in node.values("auto_map")
        for reference in references_in(value)
    )
    return sorted({each for each in named if each})
