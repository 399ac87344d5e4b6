"""What was fetched of a release on the Hub, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.report.blocks import printable

if TYPE_CHECKING:
    from weighbridge.release.folder import Told


def fetched_lines(title: str, fetched: Iterable[Told]) -> str:
    """Return a line with the repository, the commit and the sum, and a line for each file."""
    told = list(fetched)
    requests, size = sum(each.requests for each in told), sum(each.bytes for each in told)
    lines = [f"fetched of {printable(title)}: {size:,} bytes in {requests:,} requests"]
    for each in told:
        name = printable(each.path) or "the list of files"
        of = "" if each.bytes == each.size else f" of {each.size:,}"
        lines.append(f"  {name}: {each.bytes:,}{of} bytes")
    return "".join(f"{line}\n" for line in lines)
