"""Whether the facts of a witness already say what follows from them by meaning.

The vocabulary ties some facts to others (``equals``, ``shown_by``, ``told_by``). A release of which
a sum is told otherwise than its parts, or not at all, would be judged on other facts than those
shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from weighbridge.facts import FactType, Range, Value, Vocabulary

_ROUNDED = 1e-9


def nothing_follows(vocabulary: Vocabulary, values: Mapping[str, Value]) -> bool:
    """Return whether nothing follows from ``values`` that they do not say, or say otherwise."""
    subjects = {key.partition("[")[1] + key.partition("[")[2] for key in values}
    return all(
        _summed(type_, values, subject)
        and _told(type_, values, subject)
        and _shown(type_, values, subject)
        for type_ in vocabulary
        if type_.sums or type_.told_by or type_.shown_by
        for subject in subjects
    )


def _summed(type_: FactType, values: Mapping[str, Value], subject: str) -> bool:
    total = values.get(type_.name + subject)
    for names in type_.sums:
        parts = [values.get(name + subject) for name in names]
        ranges = [part for part in parts if isinstance(part, Range)]
        least = sum(part.low for part in ranges if part.low is not None)
        most = total.high if isinstance(total, Range) else None
        if most is not None and most < least * (1 - _ROUNDED):
            return False
        if len(ranges) < len(parts):
            continue
        lows = [part.low for part in ranges if part.low is not None]
        highs = [part.high for part in ranges if part.high is not None]
        low = sum(lows) * (1 - _ROUNDED) if len(lows) == len(ranges) else None
        high = sum(highs) * (1 + _ROUNDED) if len(highs) == len(ranges) else None
        known = low is not None or high is not None
        if known and not (isinstance(total, Range) and total.meets(Range(low, high))):
            return False
    return True


def _told(type_: FactType, values: Mapping[str, Value], subject: str) -> bool:
    words = {
        word
        for word, names in type_.told_by.items()
        if any(values.get(name + subject) is True for name in names)
    }
    allowed = {type_.several, *(words if len(words) == 1 else ())}
    return not words or values.get(type_.name + subject) in allowed


def _shown(type_: FactType, values: Mapping[str, Value], subject: str) -> bool:
    shown = any(name + subject in values for name in type_.shown_by)
    return not shown or values.get(type_.name + subject) is True
