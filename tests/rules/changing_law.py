"""A small law of an invented country that changes from year to year."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law

CHANGING = Path(__file__).with_name("changing")


@cache
def changing_law() -> Law:
    """Return the changing law as it is written."""
    return compile_law([CHANGING])
