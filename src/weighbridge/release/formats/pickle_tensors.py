"""A pickle followed with a stack of placeholders: which tensors it would rebuild. Nothing is built.

Names are never looked up and calls never made; a call leaves a placeholder that remembers what
was called and with which arguments. Every instruction is counted.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from weighbridge.release.formats.base import elements_of, fail
from weighbridge.release.formats.numpy_dtypes import width_of
from weighbridge.release.formats.protobuf import TooMuch

MAX_STEPS = 1_000_500
JOBLIB_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper"

_LONGEST_TEXT = 4096
_LONGEST_NUMBER = 64


@dataclass(slots=True, eq=False)
class Name:
    """A global the pickle names: ``torch._utils._rebuild_tensor_v2``."""

    module: str
    name: str

    @property
    def whole(self) -> str:
        """Module and name in one."""
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Made:
    """What a call would have made.

    maker:     what is called, most often a :class:`Name`
    arguments: what with
    state:     what was set on it afterwards
    items:     what was appended to it or put into it afterwards, as (key, value)
    """

    maker: object
    arguments: object
    state: object = None
    items: list[tuple[object, object]] | None = None

    def put(self, items: list[tuple[object, object]]) -> None:
        """Add what is appended or put into it."""
        if self.items is None:
            self.items = items
        else:
            self.items.extend(items)


@dataclass(slots=True, eq=False)
class Kept:
    """A persistent id: something kept outside the pickle, such as a storage."""

    id: object


@dataclass(slots=True, eq=False)
class Bytes:
    """Bytes in the pickle, stepped over: where they begin and how many they are."""

    at: int
    size: int


class _Mark:
    """The mark on the stack."""


_MARK = _Mark()


@dataclass(slots=True)
class _Machine:
    data: memoryview
    path: str
    at: int
    stack: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    steps: int = 0

    def bytes(self, size: int) -> memoryview:
        if size < 0 or size > len(self.data) - self.at:
            fail(self.path, f"the pickle is cut off at byte {len(self.data):,}")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, code: str) -> int:
        size = struct.calcsize(code)
        (value,) = struct.unpack(code, self.bytes(size))
        return value  # type: ignore[no-any-return]

    def line(self) -> str:
        piece = bytes(self.data[self.at : self.at + _LONGEST_TEXT])
        length = piece.find(b"\n")
        if length < 0:
            fail(self.path, f"the pickle has a line without end at byte {self.at:,}")
        self.at += length + 1
        return piece[:length].decode("utf-8", "replace")

    def text(self, size: int) -> object:
        at = self.at
        found = self.bytes(size)
        return str(found, "utf-8", "replace") if size <= _LONGEST_TEXT else Bytes(at, size)

    def pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            fail(self.path, f"the pickle takes from an empty stack before byte {self.at:,}")
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            fail(self.path, f"the pickle takes from an empty stack before byte {self.at:,}")
        return self.stack[-1]

    def above_mark(self) -> list[Any]:
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at] is _MARK:
                items = self.stack[at + 1 :]
                del self.stack[at:]
                self.steps += len(items) // 64
                return items
        fail(self.path, f"the pickle has no mark before byte {self.at:,}")

    def remember(self, key: int) -> None:
        self.memo[key] = self.top()

    def recall(self, key: int) -> None:
        if key not in self.memo:
            fail(self.path, f"the pickle recalls what it never kept before byte {self.at:,}")
        self.stack.append(self.memo[key])


def follow(data: memoryview, path: str, at: int = 0, steps: int = MAX_STEPS) -> tuple[Any, int]:
    """Return what the pickle that begins at ``at`` would make, and where it ends.

    Raises ``ParseError`` where it is damaged, and ``TooMuch`` where it is longer than is followed.
    """
    machine = _Machine(data, path, at)
    push = machine.stack.append
    while True:
        if machine.at >= len(data):
            fail(path, f"the pickle is cut off at byte {len(data):,}")
        code = data[machine.at]
        machine.at += 1
        machine.steps += 1
        if machine.steps > steps:
            raise TooMuch
        if code == 0x2E:  # STOP
            return machine.pop(), machine.at
        step = _STEPS.get(code)
        if step is None:
            fail(path, f"byte {machine.at - 1:,} of the pickle is no instruction: {code:#04x}")
        value = step(machine)
        if value is not _NOTHING:
            push(value)


_NOTHING = object()


def _tuple_of(count: int) -> Callable[[_Machine], object]:
    def step(machine: _Machine) -> object:
        items = [machine.pop() for _ in range(count)]
        return tuple(reversed(items))

    return step


def _long(machine: _Machine, size: int) -> object:
    found = machine.bytes(size)
    if size > _LONGEST_NUMBER:
        return Bytes(machine.at - size, size)
    return int.from_bytes(found, "little", signed=True)


def _text_number(machine: _Machine) -> object:
    line = machine.line().strip().rstrip("L")
    if line in ("00", "01"):
        return line == "01"
    digits = line.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        return int(line)
    return Made(None, None)


def _quoted(machine: _Machine) -> object:
    return machine.line().strip("'\"")


def _append(machine: _Machine) -> object:
    value = machine.pop()
    _put(machine.top(), [(None, value)])
    return _NOTHING


def _appends(machine: _Machine) -> object:
    items = machine.above_mark()
    _put(machine.top(), [(None, item) for item in items])
    return _NOTHING


def _set_item(machine: _Machine) -> object:
    value, key = machine.pop(), machine.pop()
    _put(machine.top(), [(key, value)])
    return _NOTHING


def _set_items(machine: _Machine) -> object:
    items = machine.above_mark()
    _put(machine.top(), list(zip(items[::2], items[1::2], strict=False)))
    return _NOTHING


def _put(target: object, items: list[tuple[object, object]]) -> None:
    if isinstance(target, Made):
        target.put(items)


def _global(machine: _Machine) -> object:
    return Name(machine.line(), machine.line())


def _stack_global(machine: _Machine) -> object:
    name, module = machine.pop(), machine.pop()
    if isinstance(name, str) and isinstance(module, str):
        return Name(module, name)
    return Name("", "")


def _call(machine: _Machine) -> object:
    arguments, maker = machine.pop(), machine.pop()
    return Made(maker, arguments)


def _call_with_keywords(machine: _Machine) -> object:
    machine.pop()
    return _call(machine)


def _instance(machine: _Machine) -> object:
    maker = Name(machine.line(), machine.line())
    return Made(maker, tuple(machine.above_mark()))


def _object(machine: _Machine) -> object:
    items = machine.above_mark()
    return Made(items[0] if items else None, tuple(items[1:]))


def _build(machine: _Machine) -> object:
    state, target = machine.pop(), machine.top()
    if isinstance(target, Made):
        target.state = state
        if isinstance(target.maker, Name) and target.maker.whole == JOBLIB_ARRAY:
            _skip_array(machine, state)
    return _NOTHING


def entries_of(state: object) -> dict[object, object]:
    """Return what a dictionary holds under plain keys, as far as it is one."""
    items = state.items if isinstance(state, Made) else None
    return {key: value for key, value in items or () if isinstance(key, str)}


def code_of(dtype: object) -> str:
    """Return how a pickled number format is written: ``f4``."""
    arguments = dtype.arguments if isinstance(dtype, Made) else None
    code = arguments[0] if isinstance(arguments, tuple) and arguments else None
    return code if isinstance(code, str) else ""


def _skip_array(machine: _Machine, state: object) -> None:
    """Step over the numbers that joblib writes in the middle of a pickle."""
    told = entries_of(state)
    shape, width = told.get("shape"), width_of(code_of(told.get("dtype")))
    whole = isinstance(shape, tuple) and all(type(each) is int for each in shape)
    elements = elements_of(shape) if whole and isinstance(shape, tuple) else None
    if elements is None or width is None:
        raise TooMuch  # objects: a pickle of their own lies here
    if "numpy_array_alignment_bytes" in told:
        machine.bytes(machine.number("<B"))
    machine.bytes(elements * width)


def _kept_line(machine: _Machine) -> object:
    return Kept(machine.line())


def _kept(machine: _Machine) -> object:
    return Kept(machine.pop())


def _remember(machine: _Machine, key: int) -> object:
    machine.remember(key)
    return _NOTHING


def _recall(machine: _Machine, key: int) -> object:
    machine.recall(key)
    return _NOTHING


def _line_key(machine: _Machine) -> int:
    line = machine.line().strip()
    if not line.isascii() or not line.isdigit() or len(line) > 10:
        fail(machine.path, f"the pickle has a key that is no number before byte {machine.at:,}")
    return int(line)


def _mark(machine: _Machine) -> object:
    machine.stack.append(_MARK)
    return _NOTHING


def _drop(machine: _Machine) -> object:
    if machine.stack and machine.stack[-1] is _MARK:
        machine.stack.pop()
    else:
        machine.pop()
    return _NOTHING


def _drop_to_mark(machine: _Machine) -> object:
    machine.above_mark()
    return _NOTHING


def _skip(machine: _Machine, size: int) -> object:
    machine.bytes(size)
    return _NOTHING


def _raw(machine: _Machine, size: int) -> object:
    at = machine.at
    machine.bytes(size)
    return Bytes(at, size)


def _dictionary(machine: _Machine) -> object:
    items = machine.above_mark()
    return Made("dict", None, None, list(zip(items[::2], items[1::2], strict=False)))


def _list(machine: _Machine, kind: str) -> object:
    return Made(kind, None, None, [(None, item) for item in machine.above_mark()])


def _buffer(machine: _Machine) -> object:
    del machine
    return Made(None, None)


_STEPS: dict[int, Callable[[_Machine], object]] = {
    ord("("): _mark,
    ord("0"): _drop,
    ord("1"): _drop_to_mark,
    ord("2"): lambda m: m.top(),
    ord("F"): lambda m: Made(None, m.line()),
    ord("I"): _text_number,
    ord("J"): lambda m: m.number("<i"),
    ord("K"): lambda m: m.number("<B"),
    ord("L"): _text_number,
    ord("M"): lambda m: m.number("<H"),
    ord("N"): lambda _m: None,
    ord("P"): _kept_line,
    ord("Q"): _kept,
    ord("R"): _call,
    ord("S"): _quoted,
    ord("T"): lambda m: m.text(m.number("<i")),
    ord("U"): lambda m: m.text(m.number("<B")),
    ord("V"): lambda m: m.line(),
    ord("X"): lambda m: m.text(m.number("<I")),
    ord("a"): _append,
    ord("b"): _build,
    ord("c"): _global,
    ord("d"): _dictionary,
    ord("}"): lambda _m: Made("dict", None),
    ord("e"): _appends,
    ord("g"): lambda m: _recall(m, _line_key(m)),
    ord("h"): lambda m: _recall(m, m.number("<B")),
    ord("i"): _instance,
    ord("j"): lambda m: _recall(m, m.number("<I")),
    ord("l"): lambda m: _list(m, "list"),
    ord("]"): lambda _m: Made("list", None),
    ord("o"): _object,
    ord("p"): lambda m: _remember(m, _line_key(m)),
    ord("q"): lambda m: _remember(m, m.number("<B")),
    ord("r"): lambda m: _remember(m, m.number("<I")),
    ord("s"): _set_item,
    ord("t"): lambda m: tuple(m.above_mark()),
    ord(")"): lambda _m: (),
    ord("u"): _set_items,
    ord("G"): lambda m: _raw(m, 8),
    ord("B"): lambda m: _raw(m, m.number("<I")),
    ord("C"): lambda m: _raw(m, m.number("<B")),
    0x80: lambda m: _skip(m, 1),
    0x81: _call,
    0x82: lambda m: Made(None, m.number("<B")),
    0x83: lambda m: Made(None, m.number("<H")),
    0x84: lambda m: Made(None, m.number("<i")),
    0x85: _tuple_of(1),
    0x86: _tuple_of(2),
    0x87: _tuple_of(3),
    0x88: lambda _m: True,
    0x89: lambda _m: False,
    0x8A: lambda m: _long(m, m.number("<B")),
    0x8B: lambda m: _long(m, m.number("<i")),
    0x8C: lambda m: m.text(m.number("<B")),
    0x8D: lambda m: m.text(m.number("<Q")),
    0x8E: lambda m: _raw(m, m.number("<Q")),
    0x8F: lambda _m: Made("set", None),
    0x90: _appends,
    0x91: lambda m: _list(m, "frozenset"),
    0x92: _call_with_keywords,
    0x93: _stack_global,
    0x94: lambda m: _remember(m, len(m.memo)),
    0x95: lambda m: _skip(m, 8),
    0x96: lambda m: _raw(m, m.number("<Q")),
    0x97: _buffer,
    0x98: lambda _m: _NOTHING,
}
