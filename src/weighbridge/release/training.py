"""What a card tells of the way to the weights beyond single figures: phases, speed, made data.

The figures themselves (tokens, hours, compute) are facts. What is kept here says how they are to
be joined, and is filled by the card's readers and used by ``release/compute``.
"""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.facts import Range
from weighbridge.text.places import Place

PRETRAINING = "pre-training"
FINE_TUNING = "fine-tuning"
POST_TRAINING = "post-training"
SUPERVISED = "supervised fine-tuning"
PREFERENCE = "preference tuning"
REINFORCEMENT = "reinforcement learning"

PARTS_OF = {
    PRETRAINING: ("stage",),
    FINE_TUNING: (SUPERVISED,),
    POST_TRAINING: (SUPERVISED, PREFERENCE, REINFORCEMENT),
}
"""The phases that one of a wider name may hold, by how their names begin."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of training that a card names of its own model.

    tuning: it changes a model that is trained already
    """

    name: str
    tuning: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Figure:
    """That a figure of some quantity stands for a phase.

    quantity: ``tokens``, ``hours`` or ``compute``
    whole:    it is that of all phases together
    """

    quantity: str
    phase: str
    tuning: bool
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one accelerator worked.

    range:      operations per second, or a share of the peak rate
    model_only: it counts the operations of the model alone, none that are done again
    """

    range: Range
    model_only: bool
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Generation:
    """Tokens that a model made, or a teacher read, for this one to be trained on.

    size:    the parameters at work on each token of the model that made them, where told
    teacher: it read tokens made by others, to be imitated
    kept:    only what was used is counted, not what was thrown away
    own:     the model itself made them, as when it learns from its own answers
    """

    tokens: Range
    size: Range | None
    teacher: bool
    kept: bool
    own: bool
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Training:
    """The account of one card.

    phases:  those it names, with and without figures, in the order they stand
    figures: for which phases figures stand
    rate:    operations per second that one accelerator reached
    share:   the share of its peak rate that it reached
    formats: number formats of training that change what an accelerator can do: ``fp8``, ``fp32``
    made:    data that models made for it
    made_at: where the card speaks of such data without an amount, else ``None``
    experts: it says that only a part of the parameters works on each token
    """

    phases: tuple[Phase, ...] = ()
    figures: tuple[Figure, ...] = ()
    rate: Speed | None = None
    share: Speed | None = None
    formats: frozenset[str] = frozenset()
    made: tuple[Generation, ...] = ()
    made_at: Place | None = None
    experts: bool = False

    def without_figure(self, quantity: str, *, tuning: bool | None = None) -> tuple[Phase, ...]:
        """Return the phases named that no figure of ``quantity`` counts.

        ``tuning`` asks for those that change a trained model, or for the others, alone.
        """
        figures = [each for each in self.figures if each.quantity == quantity]
        if any(each.whole for each in figures):
            return ()
        counted = {each.phase for each in figures}
        parts = {part for name in counted for part in PARTS_OF.get(name, ())}
        if any(each.tuning for each in figures):
            parts |= {FINE_TUNING, POST_TRAINING}
        if any(name.startswith("stage") for name in counted):
            parts.add(PRETRAINING)
        return tuple(
            phase
            for phase in self.phases
            if tuning in (None, phase.tuning)
            and phase.name not in counted
            and not phase.name.startswith(tuple(parts))
        )
