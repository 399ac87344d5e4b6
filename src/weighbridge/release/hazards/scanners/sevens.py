"""7z archives: files packed by one of the usual methods are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.hazards.archives.seven import MAGIC, Damaged, read_streams, unpacked
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.view import View


@dataclass(frozen=True, slots=True)
class SevenScanner:
    """Unpacks the files of an archive and looks at them."""

    name: str = "7z"

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin with the mark."""
        return view.head(len(MAGIC)) == MAGIC

    def scan(self, view: View, scan: Scan) -> None:
        """Look at every file that can be unpacked; say what cannot."""
        try:
            streams = read_streams(view, scan.budget)
        except Damaged as damage:
            scan.broken(view, str(damage), 0)
            scan.not_fully_read(view, "what the archive holds was not read", 0)
            return
        number = 0
        for index, folder in enumerate(streams.folders):
            result = unpacked(view, streams, index, scan.budget)
            if result is None:
                scan.not_fully_read(view, "a part is packed in a way that is not read")
                continue
            if result.limit:
                scan.not_fully_read(view, "a part is damaged or unpacks to more than is read")
            pos = 0
            for size in folder.parts:
                number += 1
                end = min(pos + size, len(result.content))
                scan.nested(view.within(f"file {number}", result.content, pos, end))
                pos = end


SCANNERS = (SevenScanner(),)
