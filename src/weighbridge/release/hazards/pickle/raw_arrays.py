"""Arrays that joblib writes in the middle of a pickle: raw bytes, or a pickle of their own.

The unpickler of joblib reads them behind the BUILD of a wrapper that says their type and shape; any
other unpickler would take the same bytes for instructions, so they are also read as such.
"""

from __future__ import annotations

import re

from weighbridge.release.hazards.pickle.literals import number_at, text_at
from weighbridge.release.hazards.pickle.values import Global, Items, Made, Value
from weighbridge.release.hazards.pickle.walker import Handler, Walker

_WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
_TYPE = re.compile(r"[<>|=]?([?bhilqpBHILQPefdgFDGSUVOmMcaiu])([0-9]*)(?:\[.*\])?")
_SIZES = {
    **dict.fromkeys("?bB", 1),
    **dict.fromkeys("hHe", 2),
    **dict.fromkeys("iIf", 4),
    **dict.fromkeys("lLqQpPdFmM", 8),
    **dict.fromkeys("gGD", 16),
}
_HOLDS_OBJECTS = 1
_AS_INSTRUCTIONS = 1 << 13


def after_build(walker: Walker, built: Made, table: list[Handler], pos: int) -> int:
    """Return where the pickle goes on: behind the array, if an array's wrapper was built."""
    target = built.target
    if not isinstance(target, Global) or (target.module, target.name) != _WRAPPER:
        return pos
    described = _entries(walker, built.state)
    size = _type_size(walker, described.get("dtype", -1))
    count = _count(walker, described.get("shape", -1))
    if size is None or count is None:
        walker.sink.unread("an array of a shape or type that is not understood", pos)
        return pos
    if size == 0:
        return _pickled(walker, table, pos)
    _as_instructions(walker, table, pos)
    padding = 0
    if "numpy_array_alignment_bytes" in described:
        padding = 1 + walker.data[pos]
    after = pos + padding + size * count
    _resume(walker, after)
    return after


def _resume(walker: Walker, pos: int) -> None:
    """Let the pickle go on behind an array: the frame before it has ended."""
    if pos <= walker.end:
        walker.frame_end = pos
        walker.limit = walker.end


def _pickled(walker: Walker, table: list[Handler], pos: int) -> int:
    """Read the pickle of an array of objects that stands here; return where it ends."""
    inner = Walker(walker.data, pos, walker.end, walker.sink, walker.left)
    inner.walk(table)
    walker.spend(walker.left - inner.left)
    if inner.stopped:
        _resume(walker, inner.pos)
        return inner.pos
    walker.done = True
    return walker.end


def _as_instructions(walker: Walker, table: list[Handler], pos: int) -> None:
    """Tell what the array's bytes would do to a loader that takes them for instructions."""
    budget = min(walker.left, _AS_INSTRUCTIONS)
    inner = Walker(walker.data, pos, walker.end, walker.sink.quietly(), budget)
    inner.protocol = walker.protocol
    inner.walk(table)
    walker.spend(budget - inner.left)


def _entries(walker: Walker, state: Value) -> dict[str, Value]:
    """Return the small dict of an object's state by its text keys."""
    if not isinstance(state, Items) or state.kind != "dict":
        return {}
    entries = {}
    for key, value in zip(state.kept[::2], state.kept[1::2], strict=False):
        text = text_at(walker.data, key) if isinstance(key, int) and key >= 0 else None
        if text is not None:
            entries[text] = value
    return entries


def _count(walker: Walker, shape: Value) -> int | None:
    if not isinstance(shape, Items) or shape.kind != "tuple":
        return None
    count = 1
    for each in shape.kept:
        number = number_at(walker.data, each) if isinstance(each, int) and each >= 0 else None
        if number is None or number < 0:
            return None
        count *= number
    return count


def _type_size(walker: Walker, dtype: Value) -> int | None:
    """Return the bytes of one element, 0 for objects, ``None`` where it cannot be told."""
    if not isinstance(dtype, Made) or not isinstance(dtype.args, Items) or not dtype.args.kept:
        return None
    first = dtype.args.kept[0]
    text = text_at(walker.data, first) if isinstance(first, int) and first >= 0 else None
    match = _TYPE.fullmatch(text) if text else None
    if match is None or _has_objects(walker, dtype.state) or match[1] == "O":
        return 0 if match else None
    if match[2]:
        width = int(match[2][:9])
        return width * 4 if match[1] == "U" else width
    return _SIZES.get(match[1])


def _has_objects(walker: Walker, state: Value) -> bool:
    """Return whether the state of a type says that its elements hold references."""
    if not isinstance(state, Items) or len(state.kept) < 8:
        return False
    flags = state.kept[7]
    number = number_at(walker.data, flags) if isinstance(flags, int) and flags >= 0 else 0
    return bool((number or 0) & _HOLDS_OBJECTS)
