"""The names of markets as people say them, from a small table beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from weighbridge.facts.keys import words_of
from weighbridge.text.strict_yaml import Entries, read_yaml

_FILE = Path(__file__).with_name("markets.yaml")
_PLACE = "{market}"


@cache
def _names() -> dict[str, str]:
    node = read_yaml(_FILE.read_text(encoding="utf-8"), _FILE.name)
    return (
        {str(code): str(name) for code, name in node.items()} if isinstance(node, Entries) else {}
    )


def market_name(code: str) -> str:
    """Return how a person names a market; the code itself for one the table lacks."""
    return _names().get(code, code)


def market_words(code: str) -> str:
    """Return how a person names a market, with its code where that says more."""
    name = market_name(code)
    return name if name == code else f"{name} ({code})"


def market_of_key(key: str) -> str:
    """Return the market in ``name[actor/market]`` or ``name[market]``; empty where none is."""
    return next(
        (word for word in reversed(words_of(key)) if word in _names() or word.isupper()), ""
    )


def fill_market(question: str, key: str) -> str:
    """Return a question with ``{market}`` replaced by the market its key names."""
    code = market_of_key(key)
    return question.replace(_PLACE, market_name(code) if code else "that place")


def days_of_markets(days: Mapping[str, str]) -> str:
    """Return each day once with the markets it counts for: `2030-05-01 (XA, XB), 2031-05-01`."""
    parts = []
    for day in sorted(set(days.values())):
        markets = ", ".join(sorted(code for code, its in days.items() if code and its == day))
        parts.append(f"{day} ({markets})" if markets else day)
    return ", ".join(parts)
