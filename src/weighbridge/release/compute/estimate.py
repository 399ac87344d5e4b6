"""One method's answer, and how it becomes a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from weighbridge.facts import Range
from weighbridge.release.observations import Observations
from weighbridge.release.training import Phase
from weighbridge.text.places import Place


@dataclass(frozen=True, slots=True)
class Estimate:
    """One method's answer.

    range: in FLOP
    note:  the method in a phrase, a colon, and the figures it used with their places
    """

    range: Range
    note: str
    places: tuple[Place, ...] = ()

    def at_least(self, phases: Sequence[Phase]) -> Estimate:
        """Return this as a lower end where ``phases`` are left out of it, else as it is."""
        if not phases:
            return self
        left_out = ", ".join(f"{each.name} ({each.place})" for each in phases)
        note = f"{self.note}; at least, since the card gives no figure for {left_out}"
        places = self.places + tuple(each.place for each in phases)
        return replace(self, range=Range(self.range.low, None), note=note, places=places)


def record(name: str, estimate: Estimate | None, seen: Observations) -> None:
    """Record an estimate as a derived fact; one that says nothing is left out."""
    if estimate and not estimate.range.open:
        place = estimate.places[0] if estimate.places else None
        seen.derived(name, estimate.range, place, estimate.note)
