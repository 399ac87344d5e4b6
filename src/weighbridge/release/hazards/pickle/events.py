"""What the walk over a pickle tells while it goes."""

from __future__ import annotations

from typing import Protocol

from weighbridge.release.hazards.pickle.values import Global, Value


class Sink(Protocol):
    """Hears what a pickle would do, in the order in which it would. Offsets count in the data."""

    def found(self, target: Global, offset: int, /) -> None:
        """Hear that a name would be imported."""

    def called(self, target: Value, args: Value, offset: int, /) -> None:
        """Hear that something would be called."""

    def built(self, target: Value, state: Value, offset: int, /) -> None:
        """Hear that something would be given a state."""

    def computed(self, offset: int, /) -> None:
        """Hear that a name would be imported that only loading knows."""

    def persistent(self, id: Value, offset: int, /) -> None:
        """Hear that the loader would be asked for an object by an identifier."""

    def extension(self, code: int, offset: int, /) -> None:
        """Hear that a name registered elsewhere under a number would be imported."""

    def odd(self, what: str, offset: int, /) -> None:
        """Hear of a fault: no writer of pickles does so, and loaders may stop or disagree here."""

    def unread(self, why: str, offset: int, /) -> None:
        """Hear that something was not looked at."""

    def quietly(self) -> Sink:
        """Return a sink for bytes that are instructions only to some loaders: faults are none."""
