"""What a look at a text turned up, before it is known in which file the text stands.

The functions that return these take text or bytes alone, so that whoever meets such a text inside
a container, or in the metadata of weights, can ask about it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found in a text.

    id:      a short name of the kind of thing, the same everywhere
    grade:   what it could do
    message: what would happen, one line without a period
    at:      where in the text, in bytes of its UTF-8; ``None`` where that has no meaning
    """

    id: str
    grade: Grade
    message: str
    at: int | None = None


MOST_FOUND = 200
"""The things told of one text; beyond them only what is dangerous, and as many again of that."""


def collected(found: Iterable[Found]) -> list[Found]:
    """Return each thing once, the first of its kind and message, within bounds."""
    kept: dict[tuple[str, str], Found] = {}
    for each in found:
        room = MOST_FOUND if each.grade < Grade.DANGEROUS else 2 * MOST_FOUND
        if len(kept) < room:
            kept.setdefault((each.id, each.message), each)
    return list(kept.values())


def tell(scan: Scan, view: View, found: Iterable[Found]) -> None:
    """Note everything found in the text of a view."""
    for each in found:
        scan.find(each.id, each.grade, each.message, view, each.at)


def placed(found: Iterable[Found], text: str) -> Iterator[Found]:
    """Yield what was found in JSON, each at the place of the last name that its message quotes."""
    for each in found:
        names = each.message.split("`")[1::2]
        at = text.find(json.dumps(names[-1], ensure_ascii=False)) if names else -1
        start = len(text[:at].encode("utf-8", "surrogatepass")) if at >= 0 else None
        yield Found(each.id, each.grade, each.message, start)


def shown(text: object, limit: int = 80) -> str:
    """Return a hostile text fit for a message: short, on one line, nothing that steers."""
    parts = (
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in str(text)[:limit]
    )
    return "".join(parts).replace("`", "'")
