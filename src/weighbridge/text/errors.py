"""One root for everything Weighbridge refuses, so that a caller catches one class.

Messages are lower case, without a final period, with user input in backticks; what to
do about it is a line of its own (``help``).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from weighbridge.text.places import Place, underline


class WeighbridgeError(Exception):
    """The root of all errors: one line that says what is wrong, where, and what to do."""

    def __init__(self, message: str, place: Place | None = None, help: str | None = None) -> None:
        """Keep the parts apart so that each surface can print them in its own form."""
        super().__init__(message)
        self.message = message
        self.place = place
        self.help = help

    def __str__(self) -> str:
        """Return ``place: message`` and, on a second line, the help."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  help: {self.help}" if self.help else head


class InputError(WeighbridgeError):
    """The call or a file the user gave is at fault (exit status 2)."""


class ParseError(InputError):
    """A text is not in the form its format asks for."""


class LanguageError(WeighbridgeError):
    """A pack, an amendment or the vocabulary breaks the rule language.

    ``provision`` is the id of the rule, parameter or fact in which the fault lies;
    ``source`` the line of text it stands on.
    """

    def __init__(
        self,
        message: str,
        place: Place | None = None,
        help: str | None = None,
        *,
        provision: str | None = None,
        source: str | None = None,
        width: int = 1,
    ) -> None:
        """Keep the offending line so that it can be shown underlined."""
        super().__init__(message, place, help)
        self.provision = provision
        self.source = source
        self.width = width

    def __str__(self) -> str:
        """Return the message with the provision named and the line shown and underlined."""
        lines = [f"{self.place}: {self.message}" if self.place else self.message]
        if self.provision:
            lines.append(f"  in {self.provision}")
        if self.source is not None and self.place and self.place.column:
            shown = underline(self.source, self.place.column, self.width)
            lines.extend(f"  | {line}" for line in shown.split("\n"))
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


class LawMissing(WeighbridgeError):
    """The body of law cannot be found or read; nothing may be judged without it."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return a help line naming the nearest known word, or ``None`` where none is near."""
    near = get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None
