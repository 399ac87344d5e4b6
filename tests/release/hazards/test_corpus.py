"""Every pickle, archive and array of the corpus gets a verdict that its label allows.

The table of labels and verdicts is printed as it is counted.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from time import process_time

import pytest

from weighbridge.release.hazards.scan import scan_file
from weighbridge.release.hazards.verdict import FileReport

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
SERIALIZATION = CORPUS / "serialization"
CLEAN = frozenset({"inert", "tensor data only", "known library objects"})
# Configs of Keras and graphs of TensorFlow are other scanners' work and stand in their tests.
OTHER_FORMATS = (".h5", ".pb", ".keras")
BENIGN_AND_UNLISTED = frozenset({"keras0__safe"})


@pytest.fixture(scope="module")
def reports() -> dict[str, tuple[str, FileReport]]:
    manifest = SERIALIZATION / "manifest.jsonl"
    if not manifest.is_file():
        pytest.skip("the corpus of serialised files is not beside this checkout")
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return {
        line["path"]: (line["expected"], scan_file(SERIALIZATION / line["path"], line["path"]))
        for line in lines
        if not line["path"].endswith(OTHER_FORMATS)
    }


def _of(reports: dict[str, tuple[str, FileReport]], expected: str) -> dict[str, FileReport]:
    return {path: report for path, (label, report) in reports.items() if label == expected}


def test_every_malicious_file_is_dangerous(
    reports: dict[str, tuple[str, FileReport]],
) -> None:
    malicious = _of(reports, "malicious")
    assert len(malicious) > 100
    assert {path: report.verdict for path, report in malicious.items()} == dict.fromkeys(
        malicious, "dangerous"
    )


def test_no_benign_file_is_dangerous_or_broken(
    reports: dict[str, tuple[str, FileReport]],
) -> None:
    benign = _of(reports, "benign")
    assert len(benign) > 50
    unclean = {Path(path).name for path, report in benign.items() if report.verdict not in CLEAN}
    assert unclean == BENIGN_AND_UNLISTED


def test_pickles_stored_as_data_are_data(reports: dict[str, tuple[str, FileReport]]) -> None:
    data = _of(reports, "data_only")
    assert [report.verdict for report in data.values()] == ["inert"] * 3


def test_nothing_suspicious_is_clean(reports: dict[str, tuple[str, FileReport]]) -> None:
    suspicious = _of(reports, "suspicious")
    assert len(suspicious) == 15
    assert [path for path, report in suspicious.items() if report.verdict in CLEAN] == []


def test_the_table(
    reports: dict[str, tuple[str, FileReport]], capsys: pytest.CaptureFixture[str]
) -> None:
    table = Counter((label, report.verdict) for label, report in reports.values())
    with capsys.disabled():
        lines = [f"{label:12} {word:24} {count:4}" for (label, word), count in table.items()]
        sys.stdout.write("\n" + "\n".join(sorted(lines)) + "\n")
    assert sum(table.values()) == len(reports)


def test_whole_releases_hold_no_pickle_that_is_none() -> None:
    folder = CORPUS / "releases"
    if not folder.is_dir():
        pytest.skip("the corpus of releases is not beside this checkout")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    start = process_time()
    taken = {
        path.relative_to(folder).as_posix(): report.format
        for path in files
        if (report := scan_file(path, path.name)).format in ("pickle", "zip", "tar", "zlib", "npy")
    }
    assert taken == {}
    assert process_time() - start < 60
