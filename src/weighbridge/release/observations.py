"""What one reader saw in a release: facts with their places, and findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from weighbridge.facts import Fact, Finding, Range, Severity, Source, Value
from weighbridge.text.places import Place


@dataclass(slots=True)
class Observations:
    """A growing list of facts and findings; every reader fills one and the release joins them.

    Several facts may share a name: each is one observation, and which of them stands is
    decided later, when all sources are weighed together.
    """

    facts: list[Fact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def measured(self, name: str, value: Value | float, place: Place, note: str = "") -> None:
        """Record what was read from bytes."""
        self._add(name, value, Source.MEASURED, place, note)

    def declared(self, name: str, value: Value | float, place: Place, note: str = "") -> None:
        """Record what the release says of itself, with the line it stands on."""
        self._add(name, value, Source.DECLARED, place, note)

    def derived(self, name: str, value: Value | float, place: Place | None, note: str) -> None:
        """Record what was worked out, with the formula in ``note``."""
        self._add(name, value, Source.DERIVED, place, note)

    def find(self, id: str, severity: Severity, message: str, *where: Place) -> None:
        """Record a contradiction or hazard."""
        self.findings.append(Finding(id, severity, message, where))

    def join(self, other: Observations) -> None:
        """Add everything another reader saw."""
        self.facts.extend(other.facts)
        self.findings.extend(other.findings)

    def named(self, name: str, source: Source | None = None) -> list[Fact]:
        """Return the observations of one fact, in the order seen, of one source if given."""
        return [
            fact
            for fact in self.facts
            if fact.name == name and (source is None or fact.source is source)
        ]

    def _add(
        self, name: str, value: Value | float, source: Source, place: Place | None, note: str
    ) -> None:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = Range.exactly(value)
        self.facts.append(Fact(name, value, source, place, note=note))
