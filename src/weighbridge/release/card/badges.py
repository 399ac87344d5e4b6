"""Badges: small pictures whose address spells a label and a value, as ``Params-7B-blue``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.release.card.markup import printable

_BADGE = re.compile(r"(img\.shields\.io|badgen\.net)/badge/([^\s\"'<>()?#]{1,200})", re.IGNORECASE)
_PARTS = re.compile(r"(?<!-)-(?!-)")
_ESCAPED = re.compile(r"%([2-7][0-9A-Fa-f])")
_MOST_BADGES = 40


def badges_in(line: str) -> Iterator[str]:
    """Yield each badge of a line as ``label: value``; one that spells no value is left out."""
    for count, badge in enumerate(_BADGE.finditer(line)):
        if count == _MOST_BADGES:
            return
        split = badge[2].split("/") if badge[1].lower().startswith("badgen") else _dashed(badge[2])
        if len(split) >= 2 and split[0].strip() and split[1].strip():
            yield f"{printable(split[0], 60)}: {printable(split[1], 120)}"


def _dashed(path: str) -> list[str]:
    """Return label, value and colour: two hyphens are one, an underscore is a space."""
    parts = _PARTS.split(path.split("/")[0])
    if len(parts) != 3:
        return []
    return [_spelled(part) for part in parts]


def _spelled(part: str) -> str:
    words = (
        _ESCAPED.sub(lambda found: chr(int(found[1], 16)), part)
        .replace("__", "\0")
        .replace("_", " ")
    )
    return words.replace("\0", "_").replace("--", "-")
