"""What a person types in answer to a question, read into a fact's value as TOML writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from weighbridge.facts import FactType, Range
from weighbridge.facts.values import read_flag
from weighbridge.text.errors import ParseError, WeighbridgeError

COMMANDS = {
    "d": "I don't know",
    "o": "ask someone else",
    "b": "back",
    "q": "stop here",
}
_BARE_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BARE_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer: how it is shown and how TOML writes it."""

    says: str
    toml: str


def choices_of(fact: FactType) -> tuple[Choice, ...]:
    """Return the numbered answers of a fact; none where a number or a day is typed."""
    if fact.is_boolean:
        return Choice("yes", "true"), Choice("no", "false")
    return tuple(Choice(says, f'"{word}"') for word, says in fact.values.items())


def read_answer(fact: FactType, typed: str) -> str:
    """Return the answer as TOML. Raises :class:`ParseError` that says what can be typed."""
    choices = choices_of(fact)
    if choices:
        return _chosen(fact, choices, typed)
    try:
        value = fact.read(typed)
    except WeighbridgeError as error:
        message = error.message.removeprefix(f"fact `{fact.name}`: ")
        raise ParseError(message, help=error.help or _form(fact)) from None
    if isinstance(value, Range) and value.open:
        raise ParseError(f"`{typed[:60]}` says nothing", help=_form(fact))
    bare = _BARE_DAY if fact.is_date else _BARE_NUMBER
    return typed if bare.fullmatch(typed) else f'"{typed}"'


def _chosen(fact: FactType, choices: tuple[Choice, ...], typed: str) -> str:
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= len(choices):
        return choices[int(typed[:3]) - 1].toml
    if fact.is_boolean:
        try:
            return "true" if read_flag(typed) else "false"
        except ParseError:
            pass
    if typed in fact.values:
        return f'"{typed}"'
    raise ParseError(f"`{typed[:60]}` is none of the choices", help=f"type 1 to {len(choices)}")


def _form(fact: FactType) -> str:
    kind = "a day such as 2025-07-01" if fact.is_date else "a number such as 1000 or 1e22"
    ends = "2025-06..2025-08, or ..2025-08" if fact.is_date else "1e22..1e23, or at most: ..1e23"
    return f"type {kind}, or a range: {ends}"
