"""Whether bytes that say nothing of themselves are the beginning of a pickle.

Any loader of pickles would run them up to the first byte that is no instruction, so a short walk
is the honest test: a text or a table of numbers ends it within a few bytes. What is taken for a
pickle is what reaches its end without a fault, what calls something before the first fault, and
what imports something and then goes on or is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.hazards.pickle.events import Sink
from weighbridge.release.hazards.pickle.listing import listing
from weighbridge.release.hazards.pickle.opcodes import TABLE
from weighbridge.release.hazards.pickle.values import Global, Value
from weighbridge.release.hazards.pickle.walker import Walker
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import Buffer

_TRIED = 3000
"""So many instructions without a fault are no accident."""
_GOES_ON = 3
_MARK = 0x80
_NEWEST = 5


@dataclass(slots=True)
class _Ear:
    """Hears whether anything reaches outside before the first fault.

    named, at_fault: what was left of the walk at the first name and at the first fault
    """

    named: int | None = None
    calls: bool = False
    dangerous: bool = False
    faulty: int | None = None
    at_fault: int = 0
    walker: Walker | None = None

    def _left(self) -> int:
        return self.walker.left if self.walker else 0

    def found(self, target: Global, offset: int) -> None:  # noqa: ARG002
        if self.faulty is None and _is_name(target.module) and _is_name(target.name):
            self.named = self._left() if self.named is None else self.named
            entry = listing().entry(target.module, target.name)
            self.dangerous = self.dangerous or entry.grade is Grade.DANGEROUS

    def called(self, target: Value, args: Value, offset: int) -> None:  # noqa: ARG002
        self.calls = self.calls or self.faulty is None

    def built(self, target: Value, state: Value, offset: int) -> None:
        self.called(target, state, offset)

    def computed(self, offset: int) -> None:
        self.called(-1, -1, offset)

    def persistent(self, id: Value, offset: int) -> None:
        pass

    def extension(self, code: int, offset: int) -> None:  # noqa: ARG002
        self.called(-1, -1, offset)

    def odd(self, what: str, offset: int) -> None:  # noqa: ARG002
        if self.faulty is None:
            self.faulty, self.at_fault = offset, self._left()

    def unread(self, why: str, offset: int) -> None:
        pass

    def quietly(self) -> Sink:
        return self


def plausible(data: Buffer, start: int, end: int) -> bool:
    """Return whether a pickle may begin at ``start``."""
    if end - start < 2 or TABLE[data[start]] is TABLE[0]:
        return False
    ear = _Ear()
    ear.walker = Walker(data, start, end, ear, _TRIED)
    ear.walker.walk(TABLE)
    if ear.faulty is None or ear.dangerous:
        return True
    if ear.calls:
        return True
    if _marked(data, start, end):
        # The length of another format's header may look like the mark; what follows it does not.
        return end - start <= 4 or not _is_other(data, start, ear.faulty)
    if ear.named is None:
        return False
    return ear.faulty >= end or ear.named - ear.at_fault > _GOES_ON


def _marked(data: Buffer, start: int, end: int) -> bool:
    return data[start] == _MARK and end - start >= 2 and data[start + 1] <= _NEWEST


def _is_other(data: Buffer, start: int, fault: int) -> bool:
    """Return whether bytes behind the mark are no instructions at once."""
    return fault <= start + 3 and TABLE[data[fault]] is TABLE[0]


def _is_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
