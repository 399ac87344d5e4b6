"""Where in a file a thing stands, and how that line is shown."""

from __future__ import annotations

from dataclasses import dataclass

_SHOWN_WIDTH = 160


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file that a person can open.

    ``line`` and ``column`` count from 1; ``None`` where the whole file is meant.
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return ``file``, ``file:line`` or ``file:line:column``."""
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


def underline(line: str, column: int, width: int) -> str:
    """Return a source line with carets below ``width`` characters from ``column`` (from 1)."""
    shown = line.rstrip("\n").expandtabs(1)
    start = max(column - 1, 0)
    if len(shown) > _SHOWN_WIDTH:
        cut = max(0, start - _SHOWN_WIDTH // 2)
        shown, start = shown[cut : cut + _SHOWN_WIDTH], start - cut
    carets = "^" * max(1, min(width, len(shown) - start))
    return f"{shown}\n{' ' * start}{carets}"
