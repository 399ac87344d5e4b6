"""One file of given bytes scanned, with short ways to ask."""

from __future__ import annotations

from pathlib import Path

from weighbridge.release.hazards.verdict import FileReport
from weighbridge.release.hazards.whole import scan_path


def scanned(folder: Path, name: str, content: bytes | str) -> FileReport:
    """The report on one file in a folder of its own."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return next(each for each in scan_path(folder).files if each.path == name)


def ids(report: FileReport) -> list[str]:
    return [each.id for each in report.hazards]
