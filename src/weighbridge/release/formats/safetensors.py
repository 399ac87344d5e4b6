"""Safetensors: an 8-byte length, a JSON header, then the numbers. Only the header is read.

The usual loaders refuse a broken file; this reader says what is broken in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

from weighbridge.release.folder import Entry, Folder, shown_name
from weighbridge.release.formats.base import Tensor, WeightFile, Where
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_json import read_json

HEADER_LIMIT = 100_000_000
"""The longest header the format's own loader accepts, in bytes."""

_BITS_OF = {
    4: ("F4",),
    6: ("F6_E2M3", "F6_E3M2"),
    8: ("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"),
    16: ("U16", "I16", "F16", "BF16"),
    32: ("U32", "I32", "F32"),
    64: ("U64", "I64", "F64", "C64"),
}
BITS = {name: bits for bits, names in _BITS_OF.items() for name in names}
"""Bits of one number in each number format."""

_PREFIX = 8
_MAX_TENSORS = 250_000
_MAX_SEPARATORS = 12 * _MAX_TENSORS
_MAX_DIMENSIONS = 64
_MAX_ELEMENTS = 2**62


@dataclass(frozen=True, slots=True)
class SafetensorsFormat:
    """Reads the tensors that a safetensors header lists."""

    name: str = "safetensors"
    suffixes: tuple[str, ...] = (".safetensors",)
    certain: bool = True

    def recognises(self, head: bytes, entry: Entry) -> bool:
        """Return whether a plausible length stands before an opening brace."""
        length = int.from_bytes(head[:_PREFIX], "little")
        fits = 2 <= length <= min(HEADER_LIMIT, entry.size - _PREFIX)
        return fits and head[_PREFIX : _PREFIX + 1] == b"{"

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the file's tensors; raises ``ParseError`` at the first fault in the header."""
        header = _header(folder, entry)
        start = _PREFIX + len(header)
        room = entry.size - start
        spans = _tensors(read_json(header, entry.path), entry.path, room)
        spans.sort(key=lambda span: (span.begin, span.end))
        used = _covered(spans, entry.path)
        tensors = tuple(replace(span.tensor, where=Where(start + span.begin)) for span in spans)
        return WeightFile(entry.path, self.name, entry.size, tensors, unused=room - used)


FORMATS = (SafetensorsFormat(),)


@dataclass(frozen=True, slots=True)
class _Span:
    begin: int
    end: int
    tensor: Tensor


def _fail(path: str, message: str) -> NoReturn:
    raise ParseError(message, Place(path))


def _header(folder: Folder, entry: Entry) -> bytes:
    prefix = folder.read_bytes(entry.path, _PREFIX)
    if len(prefix) < _PREFIX:
        _fail(entry.path, f"only {len(prefix)} bytes long: no room for a safetensors header")
    length = int.from_bytes(prefix, "little")
    if length > HEADER_LIMIT:
        _fail(
            entry.path,
            f"the header claims {length:,} bytes, more than the {HEADER_LIMIT:,} the format allows",
        )
    if length > entry.size - _PREFIX:
        _fail(
            entry.path,
            f"the header claims {length:,} bytes but only {entry.size - _PREFIX:,} follow",
        )
    header = folder.read_bytes(entry.path, length, _PREFIX)
    if len(header) < length:
        _fail(entry.path, "the file ends inside its header")
    # Counting brackets first bounds what reading the JSON can cost in memory.
    if header.count(b"{") > _MAX_TENSORS or header.count(b"[") > 2 * _MAX_TENSORS:
        _fail(entry.path, f"the header lists more than {_MAX_TENSORS:,} tensors")
    if header.count(b",") > _MAX_SEPARATORS:
        _fail(entry.path, "the header holds more values than are read")
    return header


def _tensors(header: Any, path: str, room: int) -> list[_Span]:
    if not isinstance(header, dict):
        _fail(path, "the header is not a JSON object")
    listed = ((name, entry) for name, entry in header.items() if name != "__metadata__")
    return [_tensor(name, entry, path, room) for name, entry in listed]


def _tensor(name: str, entry: Any, path: str, room: int) -> _Span:
    shown = shown_name(name[:80])
    if not isinstance(entry, dict):
        _fail(path, f"tensor `{shown}` is not described by an object")
    dtype = entry.get("dtype")
    if not isinstance(dtype, str) or dtype not in BITS:
        _fail(path, f"tensor `{shown}` has the unknown number format `{_shown(dtype)}`")
    shape = _whole_numbers(entry.get("shape"), _MAX_DIMENSIONS)
    if shape is None:
        _fail(path, f"tensor `{shown}` has the impossible shape `{_shown(entry.get('shape'))}`")
    elements = _elements(shape)
    if elements is None:
        _fail(path, f"tensor `{shown}` has a shape too large for any file")
    offsets = _whole_numbers(entry.get("data_offsets"), 2)
    if offsets is None or len(offsets) != 2 or offsets[0] > offsets[1]:
        wrong = _shown(entry.get("data_offsets"))
        _fail(path, f"tensor `{shown}` has the impossible offsets `{wrong}`")
    begin, end = offsets
    if end > room:
        message = f"tensor `{shown}` ends {end - room:,} bytes past the end of the file"
        _fail(path, message)
    stored = (elements * BITS[dtype] + 7) // 8
    if end - begin != stored:
        message = f"tensor `{shown}` needs {stored:,} bytes and is given {end - begin:,}"
        _fail(path, message)
    return _Span(begin, end, Tensor(shown_name(name), dtype, shape, stored))


def _shown(value: Any) -> str:
    return shown_name(str(value)[:60])


def _whole_numbers(value: Any, most: int) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) > most:
        return None
    if not all(type(each) is int and 0 <= each < _MAX_ELEMENTS for each in value):
        return None
    return tuple(value)


def _elements(shape: tuple[int, ...]) -> int | None:
    elements = 1
    for size in shape:
        elements *= size
        if elements >= _MAX_ELEMENTS:
            return None
    return elements


def _covered(spans: list[_Span], path: str) -> int:
    """Return how many bytes the tensors cover; raise where two of them share bytes."""
    used = last = 0
    before: _Span | None = None
    for span in spans:
        if span.begin < last and span.end > span.begin and before is not None:
            names = f"`{before.tensor.name[:80]}` and `{span.tensor.name[:80]}`"
            _fail(path, f"tensors {names} overlap")
        used += span.end - span.begin
        if span.end > last:
            last, before = span.end, span
    return used
