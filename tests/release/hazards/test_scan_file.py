"""One file from its path to its report."""

from __future__ import annotations

from pathlib import Path

from weighbridge.release.hazards.scan import scan_file


def test_a_file_that_cannot_be_opened_is_not_fully_read(tmp_path: Path) -> None:
    report = scan_file(tmp_path / "absent.bin", "absent.bin")
    assert report.verdict == "not fully read"
    assert report.unread == "the file cannot be read: no such file or directory"


def test_an_empty_file_is_inert(tmp_path: Path) -> None:
    (tmp_path / "empty.dat").write_bytes(b"")
    report = scan_file(tmp_path / "empty.dat", "empty.dat")
    assert (report.verdict, report.format, report.hazards) == ("inert", "unknown", ())
