"""Hostile archives, streams and arrays get the verdict that they were made for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.release.hazards.archives import ARCHIVES, EVIL, PLAIN, npy, tarred, zipped
from tests.release.hazards.hearing import messages, scan
from tests.release.hazards.hostile import Hostile

from weighbridge.release.hazards.scan import Budget, scan_file


@pytest.mark.parametrize("file", ARCHIVES, ids=lambda file: file.name)
def test_a_hostile_archive_gets_its_verdict(file: Hostile) -> None:
    report = scan(file.build())
    assert report.verdict == file.verdict, messages(report)
    assert file.says in messages(report)


@pytest.mark.parametrize(
    ("content", "verdict", "format_"),
    [
        (zipped(("a.txt", b"text"), ("b/c.txt", b"text")), "inert", "zip"),
        (zipped(("a.txt", b"text" * 99), method=zipfile.ZIP_DEFLATED), "inert", "zip"),
        (zipped(("archive/data.pkl", PLAIN), ("archive/version", b"3\n")), "inert", "torch zip"),
        (zipped(("a.npy", npy("'<f8'", "(2,)", b"\1" * 16))), "tensor data only", "npz"),
        (npy("[('a', '<f4'), ('b', '<i8', (3,))]", "(2,)", b"\1" * 56), "tensor data only", "npy"),
        (tarred(("a.txt", b"text"), ("b/c.txt", b"text")), "inert", "tar"),
    ],
)
def test_a_plain_one_says_what_it_is(content: bytes, verdict: str, format_: str) -> None:
    report = scan(content)
    assert (report.verdict, report.format, report.hazards) == (verdict, format_, ())


def test_a_finding_in_an_archive_names_the_part_and_the_place_in_it() -> None:
    report = scan(zipped(("a.zip", zipped(("plain", PLAIN), ("b.pkl", EVIL)))))
    assert [(each.member, each.offset) for each in report.hazards] == [
        ("a.zip!b.pkl", 2),
        ("a.zip!b.pkl", 23),
    ]


def test_what_unpacks_to_more_than_may_be_read_is_not_fully_read() -> None:
    content = zipped(("zeros", b"\0" * 3_000_000), method=zipfile.ZIP_DEFLATED)
    report = scan(content, Budget(bytes=1_000_000))
    assert report.verdict == "not fully read"
    assert report.unread == "`zeros` unpacks to more than is read"


def test_more_instructions_than_may_be_read_are_not_fully_read() -> None:
    report = scan(b"\x80\x04" + b"N0" * 5000 + EVIL, Budget(opcodes=4000))
    assert report.verdict == "not fully read"
    assert report.unread == "the pickle has more instructions than a scan reads"


def test_more_entries_than_may_be_read_are_not_fully_read() -> None:
    content = zipped(*((f"{number}", b"") for number in range(60)))
    assert scan(content, Budget(parts=50)).verdict == "not fully read"


def test_a_sparse_file_of_zeros_is_read_at_once(tmp_path: Path) -> None:
    with (tmp_path / "zeros.bin").open("wb") as file:
        file.truncate(4 << 30)
    assert scan_file(tmp_path / "zeros.bin", "zeros.bin").verdict == "inert"
