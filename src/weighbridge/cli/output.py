"""Where results go: to standard output, or to a file that is whole or not there at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.report.blocks import Page

_WIDEST = 100
_NARROWEST = 60


def show_page(page: Page, form: str, target: Path | None) -> None:
    """Write a page as text, Markdown or HTML."""
    if form == "markdown":
        from weighbridge.report.markdown import to_markdown

        emit(to_markdown(page), target)
        return
    if form == "html":
        from weighbridge.report.html import to_html

        emit(to_html(page), target)
        return
    from weighbridge.report.text import to_text

    terminal = target is None and sys.stdout.isatty()
    emit(to_text(page, width=_width(terminal), colour=terminal and _wants_colour()), target)


def emit(text: str, target: Path | None) -> None:
    """Write a whole result; a reader that has gone away is no fault of the call."""
    if target is not None:
        write_whole(target, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()


def close_quietly() -> None:
    """Point standard output at nothing, so that the interpreter's last flush fails on nobody."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        return


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or as it was. Raises :class:`InputError`.

    A device or a pipe, such as ``/dev/null``, is written to and never replaced.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.is_dir():
            raise InputError(f"cannot write `{path}`: it is a folder")
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
            return
        with beside.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a path").lower()
        raise InputError(f"cannot write `{path}`: {reason}") from None
    finally:
        beside.unlink(missing_ok=True)


def _wants_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(terminal: bool) -> int:
    """Return the columns to fill; the same everywhere unless a terminal is narrower."""
    if not terminal:
        return _WIDEST
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return _WIDEST
    return max(_NARROWEST, min(_WIDEST, columns))
