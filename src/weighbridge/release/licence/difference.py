"""Where a text differs from a reference of which only hashes are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weighbridge.release.licence.fingerprints import GRAM
from weighbridge.release.licence.words import Words

_MOST_PASSAGES = 12
_MOST_WORDS = 60
_AROUND = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """One difference.

    line:  the first line of the text it concerns, or ``None`` where the whole text is meant
    added: words of the text that the reference does not have, in plain form; ``""`` where words
           of the reference are missing
    gap:   for missing words, what is known of them
    """

    line: int | None
    added: str = ""
    gap: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return ``{"line", "added"}`` or ``{"line", "missing"}``."""
        kind = {"added": self.added} if self.added else {"missing": self.gap}
        return {"line": self.line, **kind}


def differing_passages(
    words: Words, hashes: list[int], reference: frozenset[int]
) -> tuple[Passage, ...]:
    """Return what the text adds, in order, and how much of the reference it lacks."""
    known = [each in reference for each in hashes]
    covered = [False] * len(words)
    for start, is_known in enumerate(known):
        if is_known:
            covered[start : start + GRAM] = [True] * GRAM
    passages = [_added(words, start, end) for start, end in _runs(covered)]
    passages += [
        _gap(words, start + GRAM // 2)
        for start, end in _runs(known)
        if all(covered[max(start - GRAM, 0) : end + 2 * GRAM])
    ]
    passages.sort(key=lambda each: each.line or 0)
    more = len(passages) - _MOST_PASSAGES
    shown = passages[:_MOST_PASSAGES]
    if more > 0:
        shown.append(Passage(passages[_MOST_PASSAGES].line, added=f"and {more} more passages"))
    missing = len(reference - set(hashes))
    if missing:
        share = 100 * missing / len(reference)
        shown.append(Passage(None, gap=f"{share:.1f} % of the known text is not in this one"))
    return tuple(shown)


def _gap(words: Words, place: int) -> Passage:
    near = " ".join(words.words[max(place - _AROUND, 0) : place + _AROUND])
    return Passage(words.lines[place], gap=f"words of the known text, about here: {near}")


def _added(words: Words, start: int, end: int) -> Passage:
    # What an added clause shares with the reference belongs to the clause when shown.
    first = start
    while first and words.lines[first - 1] == words.lines[start] and start - first < _AROUND:
        first -= 1
    cut = first > 0 and words.lines[first - 1] == words.lines[first]
    shown = " ".join(words.words[first : min(end, first + _MOST_WORDS)])
    more = end - first > _MOST_WORDS
    return Passage(words.lines[start], f"{'… ' if cut else ''}{shown}{' …' if more else ''}")


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    """Return the start and end of each run of ``False``."""
    runs, start = [], None
    for place, flag in enumerate([*flags, True]):
        if not flag and start is None:
            start = place
        elif flag and start is not None:
            runs.append((start, place))
            start = None
    return runs
