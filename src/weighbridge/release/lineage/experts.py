"""Which expert of a base each expert of a release is, layer by layer, where they were reordered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from weighbridge.release.lineage.layers import SURE, Layers, likeness, map_layers

Experts = Mapping[tuple[str, int | None], Layers]
"""The matrices of each expert, by stack and layer."""

_PROBED = 3


def map_experts(
    mine: Experts, theirs: Experts, layers: Mapping[str, Mapping[int, int]]
) -> dict[tuple[str, int | None, int], int]:
    """Return the expert of the base for each that stands elsewhere, by stack, layer and number.

    ``layers`` is the layer of the base for each of the release, by stack.
    """
    found = {}
    for (stack, layer), experts in mine.items():
        at = None if layer is None else layers.get(stack, {}).get(layer)
        others = theirs.get((stack, at), {})
        if len(others) < 2 or _in_place(experts, others):
            continue
        for expert, to in map_layers(experts, others).items():
            found[stack, layer, expert] = to
    return found


def _in_place(mine: Layers, theirs: Layers) -> bool:
    """Return whether a few experts are those of the same number."""
    both = sorted(set(mine) & set(theirs))
    some = {both[at] for at in np.linspace(0, len(both) - 1, _PROBED).astype(int)} if both else ()
    few = [{expert: side[expert] for expert in some} for side in (mine, theirs)]
    alike = likeness(few[0], few[1]) if some else None
    return alike is not None and bool((np.diag(alike) >= SURE).all())
