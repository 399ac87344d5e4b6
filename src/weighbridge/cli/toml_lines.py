"""Adding an answer to a ``weighbridge.toml`` line by line, so that nothing a person wrote is lost.

Each change is checked by reading both texts: all that stood there still stands, and the key has
its new value. Where lines cannot do that, the person is told what to write.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from weighbridge.text.errors import InputError

NEW_FILE = "format = 1\n\n[facts]\n"
_HEADER = re.compile(r"\s*\[")
_FACTS = re.compile(r"\s*\[\s*facts\s*\]\s*(#.*)?$")
_NOTE = "# ask: "


def with_fact(text: str, key: str, value: str) -> str:
    """Return the file with ``key = value`` under ``[facts]``; a note to ask for it goes.

    ``value`` is written as TOML. Raises :class:`InputError` where lines alone cannot do it.
    """
    lines = _without_note(_facts_lines(text), key)
    start, end = _section(lines)
    line = f"{_quoted(key)} = {value}"
    written = re.compile(rf'\s*"?{re.escape(key)}"?\s*=')
    at = next((n for n in range(start, end) if written.match(lines[n])), None)
    if at is None:
        lines.insert(_after_last(lines, start, end), line)
    else:
        lines[at] = line
    changed = "\n".join(lines)
    _check(text, changed, key, value)
    return changed


def with_note(text: str, key: str, question: str) -> str:
    """Return the file with a comment under ``[facts]`` that somebody else is to be asked."""
    lines = _without_note(_facts_lines(text), key)
    start, end = _section(lines)
    lines.insert(_after_last(lines, start, end), f"{_NOTE}{key}: {question}")
    changed = "\n".join(lines)
    _check(text, changed, None, "")
    return changed


def noted(text: str) -> list[tuple[str, str]]:
    """Return the key and the question of each note, in order."""
    notes = [line[len(_NOTE) :] for line in text.split("\n") if line.startswith(_NOTE)]
    return [
        (key, question.strip()) for key, _, question in (note.partition(": ") for note in notes)
    ]


def _quoted(key: str) -> str:
    return f'"{key}"' if "[" in key else key


def _facts_lines(text: str) -> list[str]:
    """Return the lines of the file, with a ``[facts]`` section in them."""
    lines = (text or NEW_FILE).split("\n")
    if any(_FACTS.match(line) for line in lines):
        return lines
    while lines and not lines[-1].strip():
        lines.pop()
    return [*lines, "", "[facts]", ""]


def _without_note(lines: list[str], key: str) -> list[str]:
    return [line for line in lines if not line.startswith(f"{_NOTE}{key}: ")]


def _section(lines: list[str]) -> tuple[int, int]:
    """Return the first line after ``[facts]`` and the line on which the next table begins."""
    start = next(number for number, line in enumerate(lines) if _FACTS.match(line)) + 1
    rest = range(start, len(lines))
    return start, next((n for n in rest if _HEADER.match(lines[n])), len(lines))


def _after_last(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _check(before: str, after: str, key: str | None, value: str) -> None:
    """Raise :class:`InputError` unless ``after`` says what ``before`` said, but for ``key``."""
    try:
        old, new = tomllib.loads(before or NEW_FILE), tomllib.loads(after)
        facts: dict[str, Any] = new.get("facts", {})
        kept = {**old, "facts": {**old.get("facts", {})}}
        if key is not None:
            kept["facts"][key] = tomllib.loads(f"x = {value}")["x"]
        if {**new, "facts": facts} == kept:
            return
    except (tomllib.TOMLDecodeError, AttributeError, TypeError):
        pass
    line = f"{_quoted(key)} = {value}" if key else "the note"
    raise InputError(
        "the answer cannot be added to the file without touching what stands there",
        help=f"write it yourself under [facts]: {line}",
    )
