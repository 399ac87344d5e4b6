"""Pickles put together by hand, for tests; their payloads are harmless and never run."""

from __future__ import annotations

from struct import pack

MARK, STOP, POP, POP_MARK, DUP, NONE = b"(", b".", b"0", b"1", b"2", b"N"
EMPTY_TUPLE, EMPTY_LIST, EMPTY_DICT = b")", b"]", b"}"
TUPLE, TUPLE1, TUPLE2, TUPLE3 = b"t", b"\x85", b"\x86", b"\x87"
REDUCE, BUILD, OBJ, NEWOBJ, NEWOBJ_EX = b"R", b"b", b"o", b"\x81", b"\x92"
APPEND, APPENDS, SETITEM, SETITEMS = b"a", b"e", b"s", b"u"
MEMOIZE, STACK_GLOBAL, BINPERSID = b"\x94", b"\x93", b"Q"


def proto(version: int) -> bytes:
    return b"\x80" + bytes([version])


def text(words: str) -> bytes:
    """A short text of protocol 4."""
    content = words.encode()
    return b"\x8c" + bytes([len(content)]) + content


def text2(words: str) -> bytes:
    """A text of protocol 2."""
    content = words.encode()
    return b"X" + pack("<I", len(content)) + content


def data(content: bytes) -> bytes:
    """Bytes of protocol 3."""
    return b"B" + pack("<I", len(content)) + content


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def stacked(module: str, name: str) -> bytes:
    return text(module) + text(name) + STACK_GLOBAL


def put(place: int) -> bytes:
    return b"q" + bytes([place])


def get(place: int) -> bytes:
    return b"h" + bytes([place])


def frame(content: bytes) -> bytes:
    return b"\x95" + pack("<Q", len(content)) + content


def called(target: bytes, argument: bytes) -> bytes:
    """An instruction sequence that calls a target with one argument."""
    return target + argument + TUPLE1 + REDUCE


SYSTEM = named("os", "system")
PAYLOAD = called(SYSTEM, text2("true"))
EVIL = proto(2) + PAYLOAD + STOP
DANGER = proto(4) + called(stacked("os", "system"), text("true")) + STOP
PLAIN = proto(4) + EMPTY_DICT + text("a") + b"K\x01" + SETITEM + STOP
