"""Pickles of every protocol, one after another, under any name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weighbridge.release.hazards.pickle.frames import spliced
from weighbridge.release.hazards.pickle.judge import Judge
from weighbridge.release.hazards.pickle.opcodes import TABLE
from weighbridge.release.hazards.pickle.plausible import plausible
from weighbridge.release.hazards.pickle.walker import Walker
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.view import View

_MOST_SPLICES = 16


@dataclass(frozen=True, slots=True)
class PickleScanner:
    """Walks over pickles and judges what they would do."""

    name: str = "pickle"

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin as a pickle would."""
        return plausible(view.data, view.start, view.end)

    def scan(self, view: View, scan: Scan) -> None:
        """Walk over every pickle that stands one after another in the view."""
        scan_pickles(view, scan)


def scan_pickles(view: View, scan: Scan) -> None:
    """Walk over the pickles of a view; what follows the last is looked at only if it is one."""
    pos, judge = view.start, Judge(view, scan)
    while True:
        walker = Walker(view.data, pos, view.end, judge, scan.budget.opcodes)
        walker.walk(TABLE)
        scan.budget.opcodes = walker.left
        if walker.spent:
            judge.unread("the pickle has more instructions than a scan reads", walker.pos)
            break
        _as_spliced(walker, judge, scan)
        pos = walker.pos
        scan.budget.parts -= 1
        if scan.budget.parts < 0:
            judge.unread("the file holds too many pickles", pos)
            break
        if not walker.stopped or pos >= view.end or not plausible(view.data, pos, view.end):
            break
    judge.finish()


def _as_spliced(walker: Walker, judge: Judge, scan: Scan) -> None:
    """Read a pickle whose frames do not fit as a loader does that drops what is left of them."""
    for _ in range(_MOST_SPLICES):
        found = spliced(walker)
        if found is None:
            return
        view = replace(judge.view, data=found, start=0, end=len(found))
        quiet = replace(judge, view=view, quiet=True)
        walker = Walker(view.data, 0, view.end, quiet, scan.budget.opcodes)
        walker.walk(TABLE)
        scan.budget.opcodes = walker.left
    if walker.straddled:
        judge.unread("the frames of the pickle do not fit again and again", judge.view.start)


SCANNERS = (PickleScanner(),)
