"""Bytes that a pickle carries and hands to something that loads them."""

from __future__ import annotations

from weighbridge.release.hazards.pickle.literals import KINDS, bytes_at, stretch_at, text_at
from weighbridge.release.hazards.pickle.values import Global, Items, Made, Value
from weighbridge.release.hazards.view import View

_LONGEST = 64 << 20
_CODECS = {"latin1": "latin-1", "latin-1": "latin-1", "iso-8859-1": "latin-1", "ascii": "ascii"}
_WRAPPERS = frozenset({"builtins.bytes", "builtins.bytearray", "io.BytesIO", "_io.BytesIO"})
_DEEPEST = 8


def carried_bytes(view: View, value: Value, name: str) -> View | None:
    """Return the bytes that a value holds as a view; ``None`` where only loading would know them.

    Bytes stand as they are, or as text that is encoded back, or wrapped once more.
    """
    for _ in range(_DEEPEST):
        if isinstance(value, int):
            return _literal(view, value, name)
        if not (isinstance(value, Made) and isinstance(value.target, Global)):
            return None
        args = value.args.kept if isinstance(value.args, Items) else []
        if value.target.full == "_codecs.encode":
            content = _encoded(view, args)
            return None if content is None else view.within(name, content)
        if value.target.full not in _WRAPPERS or not args:
            return None
        value = args[0]
    return None


def _literal(view: View, pos: int, name: str) -> View | None:
    if pos < 0:
        return None
    found = stretch_at(view.data, pos) if KINDS.get(view.data[pos]) in ("bytes", "text") else None
    if found is None:
        return None
    if view.data[pos] == 0x53:
        content = bytes_at(view.data, pos, _LONGEST)
        return None if content is None else view.within(name, content)
    return view.within(name, view.data, found[0], min(found[1], view.end))


def _encoded(view: View, args: list[Value]) -> bytes | None:
    """Return what ``_codecs.encode`` would give for a text literal."""
    if not args or not isinstance(args[0], int) or args[0] < 0:
        return None
    codec = "utf-8"
    if len(args) > 1:
        word = text_at(view.data, args[1]) if isinstance(args[1], int) and args[1] >= 0 else None
        codec = _CODECS.get((word or "").lower(), "utf-8")
    text = text_at(view.data, args[0], _LONGEST)
    return None if text is None else text.encode(codec, "replace")
