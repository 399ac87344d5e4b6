"""Every question by its name."""

from __future__ import annotations

from collections.abc import Callable

from weighbridge.reason.prove.amendment import amendment, same
from weighbridge.reason.prove.cliffs import cliffs
from weighbridge.reason.prove.contradictions import contradictions
from weighbridge.reason.prove.dead import dead
from weighbridge.reason.prove.found import Asked, Events
from weighbridge.reason.prove.gaps import gaps
from weighbridge.reason.prove.redundant import redundant

ASK: dict[str, Callable[[Asked], Events]] = {
    "contradictions": contradictions,
    "gaps": gaps,
    "dead": dead,
    "redundant": redundant,
    "cliffs": cliffs,
    "amendment": amendment,
    "same": same,
}
"""What answers each question, in the order in which they are asked."""

OF_TWO = ("amendment", "same")
"""The questions that compare two laws."""
