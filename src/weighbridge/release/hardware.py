"""Accelerators by name, with the peak rates their makers state, from ``data/hardware.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weighbridge.facts import Range
from weighbridge.facts.values import read_range
from weighbridge.text.strict_yaml import Entries, Items, read_yaml

_TABLE = Path(__file__).parent / "data" / "hardware.yaml"


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One kind of accelerator.

    name:   as its maker calls it
    names:  the words by which cards call it, longest first
    peak:   dense 16-bit operations per second; a range where cards do not tell variants apart
    fp8:    the same of 8-bit floats, ``None`` where it has none
    source: the data sheet the figures come from
    """

    name: str
    names: tuple[str, ...]
    peak: Range
    fp8: Range | None
    source: str


@cache
def accelerators() -> tuple[Accelerator, ...]:
    """Return the table in its written order."""
    entries = read_yaml(_TABLE.read_text("utf-8"), _TABLE.name)
    assert isinstance(entries, Items)
    return tuple(_accelerator(entry) for entry in entries)


def _accelerator(entry: Entries) -> Accelerator:
    names = sorted((str(name) for name in entry["names"]), key=lambda name: (-len(name), name))
    peak = read_range(entry["peak"], dates=False)
    fp8 = read_range(entry["fp8"], dates=False) if "fp8" in entry else None
    return Accelerator(str(entry["accelerator"]), tuple(names), peak, fp8, str(entry["source"]))


@cache
def accelerator_pattern() -> re.Pattern[str]:
    """Return a pattern that finds any name of the table as a word of its own, or of several."""
    every = (name for each in accelerators() for name in each.names)
    names = sorted(every, key=lambda name: (-len(name), name))
    listed = "|".join(re.escape(name).replace(r"\ ", r"[\s-]?") for name in names)
    return re.compile(rf"(?<![A-Za-z0-9])({listed})s?(?![A-Za-z0-9])", re.IGNORECASE)


def accelerators_in(text: str) -> tuple[Accelerator, ...]:
    """Return the accelerators that ``text`` names, in the order of the table, each once."""
    found = {_folded(match[1]) for match in accelerator_pattern().finditer(text)}
    return tuple(
        each for each in accelerators() if any(_folded(name) in found for name in each.names)
    )


def _folded(name: str) -> str:
    return re.sub(r"[\s-]", "", name).lower()
