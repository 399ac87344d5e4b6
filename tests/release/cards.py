"""Releases with a card and little else, and what their readers see in them."""

from __future__ import annotations

from pathlib import Path

from weighbridge.facts import Range
from weighbridge.release.card import Card, read_card
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations


def write_card(folder: Path, text: str | bytes, name: str = "README.md") -> None:
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(data)


def card_in(folder: Path) -> tuple[Card | None, Observations]:
    seen = Observations()
    return read_card(Folder.open(folder), seen), seen


def seen_in(folder: Path, text: str | bytes, name: str = "README.md") -> Observations:
    write_card(folder, text, name)
    return card_in(folder)[1]


def ranges(seen: Observations, name: str) -> list[tuple[float | None, float | None]]:
    """The ends of each observation of a quantity."""
    found = []
    for fact in seen.named(name):
        assert isinstance(fact.value, Range)
        found.append((fact.value.low, fact.value.high))
    return found


def findings(seen: Observations) -> list[str]:
    return [finding.id for finding in seen.findings]


def line_of(seen: Observations, name: str) -> int | None:
    place = seen.named(name)[0].place
    return place.line if place else None
