"""NumPy arrays on their own: numbers, or objects that are a pickle."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from weighbridge.release.hazards.pickle.plausible import plausible
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.scanners.pickles import scan_pickles
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_MARK = b"\x93NUMPY"
_LONGEST_HEADER = 1 << 16
_MOST_ARRAYS = 1 << 13
_DEEPEST = 20
_OBJECTS = -1
_TYPE = re.compile(r"[<>|=]?([A-Za-z?])([0-9]*)(?:\[.*\])?")
_SIZES = {"?": 1, "b": 1, "B": 1, "g": 16, "G": 32}


@dataclass(frozen=True, slots=True)
class NumpyScanner:
    """Reads the headers of arrays; where they hold objects, their pickles."""

    name: str = "npy"

    def claims(self, view: View) -> bool:
        """Return whether the bytes begin with the mark of an array."""
        return view.head(len(_MARK)) == _MARK

    def scan(self, view: View, scan: Scan) -> None:
        """Read the arrays that stand one after another."""
        scan.raise_to(Grade.TENSORS)
        pos, count = view.start, 0
        while pos < view.end and view.data[pos : pos + len(_MARK)] == _MARK:
            count += 1
            if count > _MOST_ARRAYS:
                scan.not_fully_read(view, "the file holds too many arrays", pos - view.start)
                return
            after = _array(view, scan, pos)
            if after is None:
                return
            pos = after
        if pos < view.end and plausible(view.data, pos, view.end):
            _objects(view, scan, pos)


def _array(view: View, scan: Scan, pos: int) -> int | None:
    """Read one array; return where it ends, ``None`` where nothing more can be told apart."""
    width = 2 if view.data[pos + 6 : pos + 7] == b"\x01" else 4
    start = pos + 8 + width
    length = int.from_bytes(view.data[pos + 8 : start], "little")
    if start > view.end or start + length > view.end:
        scan.broken(view, "the header of an array is longer than the file", pos - view.start)
        return _rest(view, scan, start)
    header = _header(bytes(view.data[start : start + min(length, _LONGEST_HEADER)]))
    start += length
    if header is None:
        scan.broken(view, "the header of an array cannot be read", pos - view.start)
        return _rest(view, scan, start)
    size = _type_size(header.get("descr"), 0)
    count = _count(header.get("shape"))
    if size is None or count is None:
        scan.broken(view, "an array has no known type or shape", pos - view.start)
        return _rest(view, scan, start)
    if size == _OBJECTS:
        if count and start < view.end:
            _objects(view, scan, start)
            return None
        return _rest(view, scan, start)
    if start + size * count > view.end:
        scan.broken(view, "an array is longer than the file", pos - view.start)
        return _rest(view, scan, start)
    return start + size * count


def _rest(view: View, scan: Scan, start: int) -> int | None:
    """Read the rest as the pickle of an array of objects, if it may be one."""
    if start < view.end and plausible(view.data, start, view.end):
        _objects(view, scan, start)
    return None


def _objects(view: View, scan: Scan, start: int) -> None:
    scan_pickles(view.within("objects", view.data, start, view.end), scan)


def _header(text: bytes) -> dict[str, object] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(text.decode("utf-8").strip().replace("L,", ","))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _count(shape: object) -> int | None:
    if not isinstance(shape, tuple):
        return None
    count = 1
    for each in shape:
        if not isinstance(each, int) or each < 0 or count > 1 << 62:
            return None
        count *= each
    return count


def _type_size(descr: object, depth: int) -> int | None:
    """Return the bytes of one element, or that it holds objects; ``None`` where it is unknown."""
    if depth > _DEEPEST:
        return None
    if isinstance(descr, str):
        match = _TYPE.fullmatch(descr)
        if match is None:
            return None
        if match[1] == "O":
            return _OBJECTS
        if match[2]:
            return int(match[2][:9]) * (4 if match[1] == "U" else 1)
        return _SIZES.get(match[1])
    if not isinstance(descr, list):
        return None
    total = 0
    for field in descr:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            return None
        size = _type_size(field[1], depth + 1)
        count = _count(field[2] if isinstance(field[2], tuple) else (field[2],)) if field[2:] else 1
        if size is None or size == _OBJECTS or count is None:
            return size if count is not None else None
        total += size * count
    return total


SCANNERS = (NumpyScanner(),)
