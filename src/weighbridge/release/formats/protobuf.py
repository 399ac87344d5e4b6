"""The wire form of protocol buffers walked over mapped bytes: fields one by one, nothing copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.release.formats.base import fail

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

_MOST_FIELDS = 6_000_500


class TooMuch(Exception):
    """The file is longer than is walked."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a message, ``data[start:end]``."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.end - self.start


@dataclass(slots=True)
class Wire:
    """One file of messages.

    left: how many fields may still be met in it
    """

    data: memoryview
    path: str
    left: int = _MOST_FIELDS

    def fields(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield number, wire type and two values of each field of a message.

        The two values are the number and 0, or where the field's bytes begin and end. Raises
        ``ParseError`` where the bytes are no message, and ``TooMuch``.
        """
        data, at = self.data, start
        while at < end:
            self.left -= 1
            if self.left < 0:
                raise TooMuch
            tag = data[at]
            at += 1
            if tag >= 0x80:
                tag, at = self.varint(at - 1, end)
            number, wire = tag >> 3, tag & 7
            if wire == BYTES:
                size, at = self.varint(at, end)
                if size > end - at:
                    self._broken(at, f"claims {size:,} bytes and {end - at:,} follow")
                yield number, wire, at, at + size
                at += size
            elif wire == VARINT:
                value, at = self.varint(at, end)
                yield number, wire, value, 0
            elif wire in (FIXED64, FIXED32):
                width = 8 if wire == FIXED64 else 4
                if width > end - at:
                    self._broken(at, "ends inside a number")
                yield number, wire, at, at + width
                at += width
            else:
                self._broken(at, f"is of the unknown wire type {wire}")

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """Return the number that begins at ``at`` and where it ends."""
        data = self.data
        if at < end and data[at] < 0x80:
            return data[at], at + 1
        value = shift = 0
        while at < end and shift < 70:
            byte = data[at]
            value |= (byte & 0x7F) << shift
            at += 1
            if byte < 0x80:
                return value & 0xFFFFFFFFFFFFFFFF, at
            shift += 7
        self._broken(at, "ends inside a number")
        raise AssertionError  # the line above raises

    def numbers(self, start: int, end: int) -> Iterator[int]:
        """Yield the numbers of a packed list, as signed 64-bit ones."""
        at = start
        while at < end:
            self.left -= 1
            if self.left < 0:
                raise TooMuch
            value, at = self.varint(at, end)
            yield signed(value)

    def text(self, start: int, end: int, longest: int = 1000) -> str:
        """Return a field's text, cut at ``longest`` bytes."""
        return bytes(self.data[start : min(end, start + longest)]).decode("utf-8", "replace")

    def _broken(self, at: int, what: str) -> None:
        fail(self.path, f"the field before byte {at:,} {what}")


def signed(value: int) -> int:
    """Return a 64-bit number with its sign."""
    return value - (1 << 64) if value >> 63 else value
