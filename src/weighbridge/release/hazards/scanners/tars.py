"""Tar archives, old and new, and the checkpoints that are such."""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.folder import shown_name
from weighbridge.release.hazards.archives.names import judge_link, judge_name
from weighbridge.release.hazards.archives.tar_headers import BLOCK, Member, is_header, members
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View


@dataclass(frozen=True, slots=True)
class TarScanner:
    """Looks at every member of an archive."""

    name: str = "tar"

    def claims(self, view: View) -> bool:
        """Return whether the first block is a header with the right sum."""
        return view.size >= BLOCK and is_header(view, view.start)

    def scan(self, view: View, scan: Scan) -> None:
        """Look at every member."""
        names: set[str] = set()
        for member in members(view):
            at = member.at - view.start
            if scan.budget.parts < 0:
                scan.not_fully_read(view, "the archive has too many members", at)
                return
            if member.name in names and member.is_file:
                why = f"two members are called `{shown_name(member.name)}`: the last one stays"
                scan.broken(view, why, at)
            names.add(member.name)
            _look_at(member, view, scan)


def _look_at(member: Member, view: View, scan: Scan) -> None:
    at, name = member.at - view.start, shown_name(member.name)
    judge_name(member.name, view, scan, at)
    if member.is_link:
        judge_link(member.name, member.link, view, scan, at)
    if member.is_special:
        message = f"unpacking makes a device or a pipe, `{name}`"
        scan.find("special-member", Grade.DANGEROUS, message, view, at)
    if member.is_sparse:
        scan.not_fully_read(view, f"`{name}` is stored with holes", at)
    if member.end > view.end:
        scan.broken(view, f"`{name}` is longer than the archive", at)
    scan.budget.parts -= 1
    if member.is_file or member.is_sparse:
        inner = view.within(name, view.data, member.start, min(member.end, view.end))
        scan.nested(inner)


SCANNERS = (TarScanner(),)
