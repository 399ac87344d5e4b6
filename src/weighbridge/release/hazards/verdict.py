"""What a scan says of one file: a grade of what it could do, how far it was read, and why.

Grades rise: *inert* asks for nothing, *tensor data only* for what rebuilds arrays, *known library
objects* for plain objects of listed libraries, *unlisted callables* for names nobody listed,
*dangerous* for what is known to do harm. Apart from them a file may be *broken* or *not fully
read*, and neither ever makes it look better.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """What loading a thing could do, from nothing to harm."""

    INERT = 0
    TENSORS = 1
    KNOWN = 2
    UNLISTED = 3
    DANGEROUS = 4


BROKEN = "broken"
NOT_FULLY_READ = "not fully read"
WORDS = {
    Grade.INERT: "inert",
    Grade.TENSORS: "tensor data only",
    Grade.KNOWN: "known library objects",
    Grade.UNLISTED: "unlisted callables",
    Grade.DANGEROUS: "dangerous",
}
VERDICTS = (*WORDS.values(), NOT_FULLY_READ, BROKEN)
"""Every word a verdict can be."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing found in a file.

    id:      a short name of the kind of thing (``pickle-call``), the same everywhere
    grade:   what it could do
    message: what would happen, one line without a period
    member:  the part of the file it lies in (``archive/data.pkl``), ``""`` for the file itself
    offset:  where in that part, in bytes; ``None`` where that has no meaning
    """

    id: str
    grade: Grade
    message: str
    member: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """The scan of one file.

    path:     relative to what was scanned, with ``/``
    format:   what its content says it is; ``unknown`` where nothing claims it
    hazards:  in the order of their place
    broken:   why it is broken, ``""`` where it is not
    unread:   why it was not fully read, ``""`` where it was
    """

    path: str
    format: str
    grade: Grade
    hazards: tuple[Hazard, ...] = ()
    broken: str = ""
    unread: str = ""

    @property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`: danger is never hidden by damage, nor damage by cleanliness."""
        if self.grade is Grade.DANGEROUS:
            return WORDS[self.grade]
        if self.broken:
            return BROKEN
        return NOT_FULLY_READ if self.unread else WORDS[self.grade]
