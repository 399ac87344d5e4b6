"""A scan as a page: the worst first, one line a finding, and how many files are of each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weighbridge.release.hazards.verdict import WORDS, FileReport, Grade, Hazard
from weighbridge.report.blocks import Gap, Heading, Item, Line, Page

if TYPE_CHECKING:
    from weighbridge.release.hazards.whole import PathReport

_TONES = {WORDS[Grade.DANGEROUS]: "bad", WORDS[Grade.INERT]: "plain", WORDS[Grade.TENSORS]: "plain"}
_MARKS = {WORDS[Grade.DANGEROUS]: "✗", WORDS[Grade.INERT]: "·", WORDS[Grade.TENSORS]: "·"}
_MOST_FINDINGS = 12
_MOST_POINTERS = 3
_POINTER = "git-lfs pointer"
_MEANS = "`inert` says what loading the file could do, and nothing of what it is for"


def scan_page(report: PathReport) -> Page:
    """Return the page of a scan."""
    page = Page()
    page.add(Heading(f"{report.name}: {_files(len(report.files))} scanned, none loaded", 1))
    counted = [f"{count:,} {verdict}" for verdict, count in report.counts.items() if count]
    page.add(Line(" · ".join(counted) or "no regular file", "strong"))
    verdict = ""
    pointers = [each for each in report.worst_first if _is_pointer(each)]
    for each in report.worst_first:
        if not each.hazards and each.verdict == WORDS[Grade.INERT]:
            continue
        if each.verdict != verdict:
            verdict = each.verdict
            page.add(Gap(), Heading(verdict, 2))
        if not _is_pointer(each):
            page.add(_file(each))
        elif each is pointers[0]:
            page.add(_pointers(pointers))
    if report.not_opened:
        page.add(Gap(), Heading("not opened", 2))
        page.add(*(Item(each.path, "?", "", (each.why,), "warn") for each in report.not_opened))
    if report.counts[WORDS[Grade.INERT]]:
        page.add(Gap(), Line(_MEANS, "faint"))
    return page


def _is_pointer(report: FileReport) -> bool:
    """Return whether a file is a pointer and nothing else was found in it."""
    return report.format == _POINTER and len(report.hazards) == 1 and bool(report.unread)


def _pointers(reports: list[FileReport]) -> Item:
    """Return one entry for all pointers: one is like the other."""
    if len(reports) == 1:
        return _file(reports[0])
    named = tuple(each.path for each in reports[:_MOST_POINTERS])
    rest = len(reports) - len(named)
    more = (f"and {rest:,} more: --format json has the sha256 and size of each",) if rest else ()
    text = f"{len(reports):,} git-lfs pointers: the files themselves are not here"
    return Item(text, "!", _POINTER, (*named, *more), "warn")


def _file(report: FileReport) -> Item:
    mark, tone = _MARKS.get(report.verdict, "!"), _TONES.get(report.verdict, "warn")
    findings = report.hazards[:_MOST_FINDINGS]
    details = [_finding(each) for each in findings]
    if len(report.hazards) > len(findings):
        details.append(f"{len(report.hazards) - len(findings):,} more findings: --format json")
    return Item(report.path, mark, report.format, tuple(details), tone)


def _finding(hazard: Hazard) -> str:
    place = hazard.member
    if hazard.offset is not None:
        place = f"{place}@{hazard.offset}" if place else f"@{hazard.offset}"
    return (
        f"{place}: {hazard.message} ({hazard.id})" if place else f"{hazard.message} ({hazard.id})"
    )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
