"""Frames of protocol 4 and later: loaders read them whole, and disagree where they do not fit."""

from __future__ import annotations

from struct import Struct

from weighbridge.release.hazards.pickle.walker import BIG, Walker

_u4, _u8 = Struct("<I").unpack_from, Struct("<Q").unpack_from
_UNFRAMED = 3
"""A writer leaves less than a frame's smallest size without a frame."""
_FULL = 1 << 16
"""A writer ends a frame of this size; a smaller one only before a big literal and at the end."""


def frame(walker: Walker, pos: int) -> int:
    """Read a FRAME instruction and note where its frame ends."""
    data = walker.data
    size = int(_u8(data, pos + 1)[0])
    start, end = pos + 9, pos + 9 + size
    if walker.limit < walker.end:
        walker.odd("a frame begins within another", pos)
    elif not _follows(walker, pos):
        walker.odd("a frame begins where no writer begins one", pos)
    if end > walker.end:
        walker.odd("a frame is longer than what follows it", pos)
        walker.limit = walker.end
        walker.frame_end = start
    else:
        walker.frame_end = walker.limit = end
        walker.small_frame = size < _FULL
    return start


def _follows(walker: Walker, pos: int) -> bool:
    """Return whether only big literals lie between the last frame and this place."""
    data = walker.data
    at = walker.frame_end
    if at is None:
        at = walker.start + 2 if data[walker.start] == 0x80 else walker.start
    stray = 0
    while at < pos:
        width = BIG.get(data[at])
        if width is None:
            stray += 1
            at += 1
            if stray > _UNFRAMED:
                return False
        else:
            stray = 0
            at += 1 + width + int((_u4 if width == 4 else _u8)(data, at + 1)[0])
    return at == pos
