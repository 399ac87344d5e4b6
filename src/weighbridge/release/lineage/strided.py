"""Numbers that do not follow one another in their file: transposed and expanded tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from weighbridge.release.lineage.decode import Raw

STRIPE = 1 << 22
"""Numbers read at once, where columns lie together: rows one by one would read them all anew."""

Places = npt.NDArray[np.int64]

_NEAR = 1 << 14
"""Bytes between two numbers that are read along with them: as quick as a read of its own."""

_DENSE = 16
"""Where one number in as many is wanted, all are read."""

_AT_ONCE = 1 << 26
"""Bytes read at once at most."""


def places_of(shape: tuple[int, ...], strides: tuple[int, ...], at: Places) -> Places:
    """Return where numbers of a tensor lie, in numbers; ``at`` are their places in flat order."""
    places = np.zeros(len(at), np.int64)
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        at, index = np.divmod(at, size)
        places += index * stride
    return places


def gathered(read: Callable[[int, int], Raw], places: Places, width: int) -> Raw:
    """Return stored numbers of ``width`` bytes at some places, in the order of ``places``.

    ``read`` gives bytes from an offset on. Near ones are read together, of those far apart nothing
    between; no read is longer than 64 MiB.
    """
    if not len(places):
        return np.empty(0, np.uint8)
    low = int(places.min())
    span = int(places.max()) - low + 1
    if span <= min(_AT_ONCE // width, _DENSE * len(places)):
        return read(low * width, span * width).reshape(span, width)[places - low].reshape(-1)
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    found = np.empty((len(places), width), np.uint8)
    breaks = np.flatnonzero(np.diff(sorted_places) > _NEAR // width) + 1
    for first, last in itertools.pairwise([0, *breaks.tolist(), len(places)]):
        while first < last:
            low = int(sorted_places[first])
            behind = low + _AT_ONCE // width
            until = min(last, int(np.searchsorted(sorted_places, behind)))
            span = int(sorted_places[until - 1]) - low + 1
            stored = read(low * width, span * width).reshape(span, width)
            found[order[first:until]] = stored[sorted_places[first:until] - low]
            first = until
    return found.reshape(-1)
