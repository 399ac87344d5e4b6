"""Changes to bytes that parsers find hard: bits, extreme lengths, copies, cuts, splices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

LONGEST = 1 << 16
"""No input grows beyond it, unless its seed was longer."""

_EXTREMES = (0, 1, 2**7, 2**15 - 1, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**60, 2**62, 2**63 - 1)
_TOKENS = (
    *(b"0", b"-1", b"1e999", b"9" * 20, b"9" * 400, b"0x7fffffff", b"\\u0000", b"\\ud800", b"\0"),
    *(b"[" * 300, b"{" * 300, b"(" * 300, b'"', b"'", b"{{", b"}}", b"{%", b"%}", b"- ", b"\n"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x80\x04", b"\x80\x02", b"cos\nsystem\n"),
    *(b".", b"(", b"t", b"R", b"\x93", b"\x94", b"\x95", b"&a ", b"*a", b"!!python/name:os.system"),
    *(
        b"{[]: 1}",
        b"__class__",
        b"auto_map",
        b"_target_",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x93NUMPY\x01\x00",
    ),
)
_NUMBER = re.compile(rb"[0-9]+")

Mutation = Callable[[bytearray, Random, Sequence[bytes]], None]


def mutated(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Return bytes after one to eight changes; ``others`` are what pieces are taken from."""
    changed = bytearray(data)
    for _ in range(1 << random.randrange(4)):
        random.choice(_MUTATIONS)(changed, random, others)
    return bytes(changed[: max(LONGEST, len(data))])


def _place(data: bytearray, random: Random) -> int:
    """Return a place, half of the time among the first bytes, where headers are."""
    near = min(len(data), 64) if random.random() < 0.5 else len(data)
    return random.randrange(near + 1)


def _flip(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    if data:
        data[_place(data, random) % len(data)] ^= 1 << random.randrange(8)


def _byte(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    if data:
        data[_place(data, random) % len(data)] = random.randrange(256)


def _length(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    """Overwrite one, two, four or eight bytes with a number at an extreme, in either order."""
    width, at = random.choice((1, 2, 4, 8)), _place(data, random)
    number = random.choice(_EXTREMES) + random.choice((-1, 0, 0, 1))
    number &= (1 << 8 * width) - 1
    data[at : at + width] = number.to_bytes(width, random.choice(("little", "big")))


def _varint(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    number, at, out = random.choice(_EXTREMES), _place(data, random), bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    data[at : at + random.randrange(3)] = bytes([*out, number])


def _copy(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    """Put a stretch once more, or many times, at another place."""
    at, to = _place(data, random), _place(data, random)
    piece = data[at : at + random.choice((1, 4, 16, 64, 512))]
    data[to:to] = piece * random.choice((1, 1, 2, 16, 200))
    del data[2 * LONGEST :]


def _drop(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    at = _place(data, random)
    del data[at : at + random.choice((1, 2, 8, 64))]


def _cut(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    del data[random.randrange(len(data) + 1) :]


def _splice(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    other = random.choice(others)
    at, begin = _place(data, random), random.randrange(len(other) + 1)
    piece = other[begin : begin + random.choice((8, 64, 512, 1 << 14))]
    data[at : at + (len(piece) if random.random() < 0.5 else 0)] = piece


def _token(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    at, token = _place(data, random), random.choice(_TOKENS)
    data[at : at + (len(token) if random.random() < 0.3 else 0)] = token


def _number(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    """Replace a number that is written in digits."""
    found = list(_NUMBER.finditer(data[:LONGEST]))
    if found:
        each = random.choice(found)
        data[each.start() : each.end()] = str(random.choice(_EXTREMES)).encode()


_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _flip, _byte, _length, _length, _length, _varint),
    *(_copy, _drop, _cut, _splice, _splice, _token, _token, _number),
)
