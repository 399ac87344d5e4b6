"""Frames of protocol 4 and later: loaders read them whole, and disagree where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from weighbridge.release.hazards.pickle.walker import BIG, Walker

_u4, _u8 = Struct("<I").unpack_from, Struct("<Q").unpack_from
_write8 = Struct("<Q").pack
_LONGEST = 1 << 26
_FIXED_READS = {
    **dict.fromkeys(b"Kqh\x80\x82", 1),
    **dict.fromkeys(b"M\x83", 2),
    **dict.fromkeys(b"Jrj\x84", 4),
    **dict.fromkeys(b"G", 8),
}
_LINES = {**dict.fromkeys(b"ILFSVpgP", 1), **dict.fromkeys(b"ci", 2)}
_PREFIXED = {
    **dict.fromkeys(b"UC\x8a\x8c", 1),
    **dict.fromkeys(b"XBT\x8b", 4),
    **dict.fromkeys(b"\x8d\x8e\x96", 8),
}
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
        if start < walker.limit < end:
            walker.straddle(start)
    elif not _follows(walker, pos):
        walker.odd("a frame begins where no writer begins one", pos)
    if end > walker.end:
        walker.odd("a frame is longer than what follows it", pos)
        walker.limit = walker.end
        walker.frame_end = start
    else:
        walker.frame_end = walker.limit = end
        walker.small_frame = size < _FULL
        walker.frame_at = pos
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


def spliced(walker: Walker) -> bytes | None:
    """Return the pickle as a loader reads it that drops what is left of a frame.

    A loader that reads frames whole and has no more of the file at hand takes what lies across a
    frame's end from behind it: the bytes between are gone, and all that follows is another pickle.
    ``None`` where nothing lies across, or where it is too long to be read twice.
    """
    cut = walker.straddled
    if cut is None or walker.end - walker.start > _LONGEST:
        return None
    frame_at, limit, first = cut
    begin = first if first is not None else _crossing(walker, frame_at + 9, limit)
    if begin is None:
        return None
    size = int(_u8(walker.data, frame_at + 1)[0]) - (limit - begin)
    data = walker.data
    parts = (
        data[walker.start : frame_at + 1],
        _write8(size),
        data[frame_at + 9 : begin],
        data[limit : walker.end],
    )
    return b"".join(map(bytes, parts))


def _crossing(walker: Walker, pos: int, limit: int) -> int | None:
    """Return where the read begins that goes across the end of a frame."""
    while pos < limit:
        reads = list(_reads(walker, pos))
        for begin, end in reads:
            if begin < limit < end:
                return begin
        pos = reads[-1][1] if reads else pos + 1
    return None


def _reads(walker: Walker, pos: int) -> Iterator[tuple[int, int]]:
    """Yield what a loader reads for one instruction: lengths, contents, lines."""
    data, op = walker.data, walker.data[pos]
    at = pos + 1
    if op in _FIXED_READS:
        yield at, at + _FIXED_READS[op]
    for _ in range(_LINES.get(op, 0)):
        stop = data.find(b"\n", at, walker.end)
        after = walker.end if stop < 0 else stop + 1
        yield at, after
        at = after
    width = _PREFIXED.get(op)
    if width:
        yield at, at + width
        content = at + width
        yield content, content + int.from_bytes(data[at:content], "little")
