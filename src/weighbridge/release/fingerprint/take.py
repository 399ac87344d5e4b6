"""The fingerprint of a checkpoint: lanes of bits, some that follow places and some that do not."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import numpy as np

from weighbridge.release.fingerprint.circuits import circuits_of
from weighbridge.release.fingerprint.parts import lane_parts, parts_of, sketched
from weighbridge.release.fingerprint.sketch import BITS, code_of, packed
from weighbridge.release.lineage.checkpoint import Checkpoint
from weighbridge.text.errors import InputError

PLACED = (
    *("embedding", "head", "norms", "first.attention", "first.mlp"),
    *("last.attention", "last.mlp", "others"),
)
"""Lanes of numbers at the same places of tensors with the same role."""

UNPLACED = ("tokens", "seen", "moved")
"""Lanes that no order of units changes: likeness of tokens, what they see, what they move."""

LANES = (*PLACED, *UNPLACED)
LANE_BYTES = BITS // 8
MARK = "wbf1"
"""The version of the format, in front of a fingerprint as text."""

_LEAST_NUMBERS = 64


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What stands for the weights of a release.

    lanes: bits by lane, in the order of ``LANES``; zeros where a lane is absent
    codes: for each lane how many numbers it stands on, 0 where it is absent
    """

    lanes: tuple[bytes, ...]
    codes: bytes

    def to_bytes(self) -> bytes:
        """Return the lanes and the codes, one behind the other."""
        return b"".join(self.lanes) + self.codes

    def __str__(self) -> str:
        return f"{MARK}:{b64encode(self.to_bytes()).decode()}"


@np.errstate(all="ignore")
def take_fingerprint(checkpoint: Checkpoint) -> Fingerprint:
    """Return the fingerprint of a checkpoint, from samples of a few of its tensors.

    Raises :class:`InputError` where none of its tensors can be sampled.
    """
    parts = parts_of(checkpoint)
    lanes = {name: sketched(checkpoint, held) for name, held in lane_parts(parts).items()}
    lanes |= circuits_of(checkpoint, parts)
    present = {name: lane for name, lane in lanes.items() if lane.count >= _LEAST_NUMBERS}
    if not present:
        raise InputError(
            f"`{checkpoint.name}` holds too few numbers for a fingerprint",
            help="a fingerprint needs matrices of weights that are not all alike",
        )
    bits = tuple(
        packed(present[name].sums) if name in present else bytes(LANE_BYTES) for name in LANES
    )
    codes = bytes(code_of(present[name].count) if name in present else 0 for name in LANES)
    return Fingerprint(bits, codes)
