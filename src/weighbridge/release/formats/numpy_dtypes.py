"""How NumPy writes number formats: ``<f4``, ``f4``, ``|b1``."""

from __future__ import annotations

import re

_CODE = re.compile(r"^[<>|=]?([?bBhHiIlLqQefdgFDuicf])(\d{0,2})$")
_OPAQUE = re.compile(r"^[<>|=]?([VSUmMa])(\d{1,9})$")
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex", "b": "int"}
_LETTERS = {
    "?": ("bool", 1),
    "e": ("float16", 2),
    "d": ("float64", 8),
    "f": ("float32", 4),
    "b": ("int8", 1),
    "B": ("uint8", 1),
    "h": ("int16", 2),
    "H": ("uint16", 2),
    "i": ("int32", 4),
    "I": ("uint32", 4),
    "l": ("int64", 8),
    "L": ("uint64", 8),
    "q": ("int64", 8),
    "Q": ("uint64", 8),
}


def dtype_of(code: str) -> tuple[str, int] | None:
    """Return name and bytes of a number format; ``None`` for records, objects and texts."""
    found = _CODE.match(code)
    if not found:
        return None
    letter, width = found[1], found[2]
    if not width:
        return _LETTERS.get(letter)
    if letter == "b":
        return ("bool", 1) if width == "1" else None
    size = int(width)
    if letter not in _KINDS or size not in (1, 2, 4, 8, 16):
        return None
    return f"{_KINDS[letter]}{size * 8}", size


def width_of(code: str) -> int | None:
    """Return the bytes of one item, be it a number, a record or a text; ``None`` for objects."""
    known = dtype_of(code)
    if known is not None:
        return known[1]
    found = _OPAQUE.match(code)
    if not found:
        return None
    return int(found[2]) * (4 if found[1] == "U" else 1)
