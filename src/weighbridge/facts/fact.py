"""A fact with its source, and a finding about the release itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from weighbridge.facts.values import Value
from weighbridge.text.places import Place


class Source(StrEnum):
    """How a fact is known, strongest first."""

    MEASURED = "measured"
    DECLARED = "declared"
    DERIVED = "derived"
    ASSERTED = "asserted"
    PRESUMED = "presumed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of one subject.

    name:     its name in the vocabulary
    value:    what is known; never ``None`` (an unknown fact is not recorded)
    source:   how it is known
    place:    file and line, or ``None`` for what was given on the command line
    subject:  the words between brackets in ``name[subject]``, or ``None``
    note:     one phrase on how it was found or worked out
    by, on:   for a judgement or a settled conflict: who decided, and when (ISO date)
    """

    name: str
    value: Value
    source: Source
    place: Place | None = None
    subject: str | None = None
    note: str = ""
    by: str = ""
    on: str = ""

    @property
    def key(self) -> str:
        """The name with its subject: ``revenue[acme]``."""
        return f"{self.name}[{self.subject}]" if self.subject else self.name


class Severity(StrEnum):
    """How much a finding matters to who relies on the release."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction or hazard in the release itself.

    id:       stable kebab-case name, e.g. ``params-mismatch``
    severity: low, medium or high
    message:  one sentence, lower case, without a final period
    where:    every place a reader must open to see it
    """

    id: str
    severity: Severity
    message: str
    where: tuple[Place, ...] = ()
