"""A fingerprint and the nearest of an index, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weighbridge.report.blocks import printable

if TYPE_CHECKING:
    from weighbridge.release.fingerprint.search import Match
    from weighbridge.release.fingerprint.take import Fingerprint

_FORMAT = 1
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What one call of the command found.

    name:     of the release
    left_out: what of it was not sampled because it cannot be read, one line each
    among:    how many releases the index holds; ``None`` where none was asked
    matches:  the nearest of them
    added:    whether the release was added; ``None`` where that was not asked
    """

    name: str
    fingerprint: Fingerprint
    left_out: Sequence[str]
    among: int | None = None
    matches: Sequence[Match] = ()
    added: bool | None = None


def to_lines(found: Found) -> str:
    """Return the fingerprint on one line, and below it what is near it."""
    lines = [printable(found.name), str(found.fingerprint)]
    lines.extend(f"not read: {printable(line)}" for line in found.left_out)
    if found.among is not None:
        lines.append("")
        lines.extend(_nearest(found.among, found.matches))
    if found.added is not None:
        lines.append("added" if found.added else "in the index already")
    return "".join(f"{line}\n" for line in lines)


def _nearest(among: int, matches: Sequence[Match]) -> list[str]:
    releases = "1 release" if among == 1 else f"{among:,} releases"
    if not matches:
        return [f"None of {releases} is nearer than chance allows."]
    lines = [f"Nearest of {releases}; 1.00 is alike, 0.00 has nothing in common:"]
    width = max(len(printable(each.name)) for each in matches)
    for at, each in enumerate(matches, 1):
        lines.append(f"{at:>3}  {printable(each.name).ljust(width)}  {_likeness(each)}")
        parts = (f"{name} {value:.2f}" for name, value in each.lanes.items())
        lines.append(f"     {', '.join(parts)}")
    return lines


def _likeness(each: Match) -> str:
    if each.chance is not None:
        return f"{_shown(each.alike)}  by chance {_odds(each.chance)}"
    free = _shown(each.order_free)
    return f"{free} in another order of units; a hint, its chance is not known"


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _odds(chance: float) -> str:
    return "less than once in 10^15" if chance < 1e-15 else f"{chance:.1g}"


def to_json(found: Found) -> dict[str, Any]:
    """Return the same as JSON."""
    from weighbridge.release.fingerprint.take import LANES

    taken = found.fingerprint
    return {
        "format": _FORMAT,
        "name": found.name,
        "fingerprint": str(taken),
        "lanes": [name for name, code in zip(LANES, taken.codes, strict=True) if code],
        "not_read": list(found.left_out),
        "among": found.among,
        "matches": [
            {
                "name": each.name,
                "alike": _rounded(each.alike),
                "order_free": _rounded(each.order_free),
                "chance": _rounded(each.chance),
                "lanes": {name: _rounded(value) for name, value in each.lanes.items()},
            }
            for each in found.matches
        ],
        "added": found.added,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
