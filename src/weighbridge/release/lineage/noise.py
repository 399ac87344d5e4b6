"""Whether a change is noise: each number moved by chance, by one law for all of them."""

from __future__ import annotations

import math

import numpy as np

from weighbridge.release.lineage.decode import Floats

FLAT = 1.12
"""The largest singular value beside the edge of noise.

Measured: noise 0.97 to 1.03 from 32 rows on; full fine-tunes 1.5 and more.
"""
LEAST = 32
"""Rows and columns below which noise cannot be told from training."""
ABOVE = 30.0
"""The change, squared, must be as many times what rounding alone gives."""
EVEN = 1.6
"""Spread of the norms of rows, and of columns, beside the spread that chance gives them."""
_TAILS = ((1.6, 2.0, "uniform"), (2.7, 3.4, "normal"))


def noise_of(d: Floats, top: float, rounding: float) -> str | None:
    """Return which noise the sampled change ``d`` is, ``None`` where it is none.

    top: as of :class:`Rank`
    """
    if min(d.shape) < LEAST or top > FLAT:
        return None
    doubles = d.astype(np.float64)
    squares = doubles * doubles
    mean = float(squares.mean())
    if not mean > 0 or float(squares.sum()) < ABOVE * rounding:
        return None
    tails = float((squares * squares).mean()) / mean**2
    law = next((name for low, high, name in _TAILS if low < tails < high), None)
    if law is None:
        return None
    for axis in (0, 1):
        expected = math.sqrt((tails - 1) / d.shape[axis])
        if float(squares.mean(axis=axis).std()) > EVEN * expected * mean:
            return None
    return law
