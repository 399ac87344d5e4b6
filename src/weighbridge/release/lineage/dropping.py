"""Mixtures of which parts were dropped: each number takes a donor's change whole or not at all.

Such a mixture leaves most of the difference to least squares. What gives it away is that the
change of the release, divided by the change of a donor, is one number wherever that donor alone
was kept, and zero wherever none was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage import rounding
from weighbridge.release.lineage.decode import Floats

Kept = Sequence[tuple[str, Floats, Floats]]
"""Formats, numbers of the release, and those of each base as rows."""

CLEAR = 16.0
"""Only changes of a donor as many steps of the format long are divided by."""
PEAK = 0.03
"""Share of such numbers at one quotient. Two donors of which nine tenths are dropped leave 0.09."""
ABOVE = 4.0
"""The share is as many times that of quotients beside it; quotients by chance have no peak."""
STILL = 0.15
"""Share of such numbers that did not change at all."""
_FINE = 16  # quotients to a factor of two
_RANGE = 6
_LEAST = 500


def dropped(kept: Kept, bases: int) -> tuple[int, list[int]] | None:
    """Return the base that parts of others were added to, and which: two of them at least."""
    for base in range(bases):
        donors = [each for each in range(bases) if each != base and _is_donor(kept, base, each)]
        if len(donors) > 1:
            return base, donors
    return None


def _is_donor(kept: Kept, base: int, donor: int) -> bool:
    quotients: list[npt.NDArray[np.float64]] = []
    for dtype, release, numbers in kept:
        change = numbers[donor].astype(np.float64) - numbers[base]
        clear = np.abs(change) >= CLEAR * rounding.step_of(numbers[base], dtype)
        moved = release[clear].astype(np.float64) - numbers[base][clear]
        quotients.append(moved / change[clear])
    all = np.concatenate(quotients) if quotients else np.zeros(0)
    if len(all) < _LEAST or float(np.mean(all == 0)) < STILL:
        return False
    places = np.log2(all[all > 0]) * _FINE
    near = places[np.abs(places) < _RANGE * _FINE]
    counts = np.bincount(np.floor(near).astype(np.int64) + _RANGE * _FINE, minlength=1)
    if len(counts) < 16:
        counts = np.pad(counts, (0, 16))
    top = int(np.argmax(counts))
    peak = int(counts[max(top - 1, 0) : top + 2].sum())
    beside = np.concatenate([counts[max(top - 6, 0) : max(top - 1, 0)], counts[top + 2 : top + 7]])
    usual = 3 * float(beside.mean()) if len(beside) else 0.0
    return peak >= PEAK * len(all) and peak >= ABOVE * usual
