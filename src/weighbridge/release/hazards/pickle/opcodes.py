"""Every instruction of pickle protocols 0 to 5: what it does to the stack, the memo, the marks."""

from __future__ import annotations

import re
from struct import Struct

from weighbridge.release.hazards.pickle.frames import frame
from weighbridge.release.hazards.pickle.literals import text_at
from weighbridge.release.hazards.pickle.raw_arrays import after_build
from weighbridge.release.hazards.pickle.values import (
    UNKNOWN,
    Global,
    Items,
    Made,
    Persistent,
    Unknown,
    Value,
)
from weighbridge.release.hazards.pickle.walker import FIXED, Handler, Walker

_u2, _u4, _u8 = Struct("<H").unpack_from, Struct("<I").unpack_from, Struct("<Q").unpack_from
_i4 = Struct("<i").unpack_from
_NUMBER_LINES = {
    0x49: re.compile(rb"\s*[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9_]+)\s*"),
    0x4C: re.compile(rb"\s*[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9_]+)L?\s*"),
    0x46: re.compile(rb"\s*[+-]?(?:[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9]+)?|inf|nan|infinity)\s*"),
}
_PLACE_LINE = re.compile(rb"\s*\+?[0-9][0-9_]{0,19}\s*")
_QUOTED = re.compile(rb"\s*(?:'.*'|\".*\")\s*", re.DOTALL)
_LONGEST_NUMBER = 4300
TABLE: list[Handler] = []


def _invalid(walker: Walker, pos: int) -> int:
    walker.pos = pos
    return walker.stop(f"byte 0x{walker.data[pos]:02x} is no instruction of a pickle")


def _fixed(walker: Walker, pos: int) -> int:
    walker.stack.append(pos)
    return pos + FIXED[walker.data[pos]]


# --- literals of other sizes -------------------------------------------------------------------


def _short(walker: Walker, pos: int) -> int:
    walker.stack.append(pos)
    return pos + 2 + walker.data[pos + 1]


def _long4(walker: Walker, pos: int) -> int:
    walker.stack.append(pos)
    return pos + 5 + int(_u4(walker.data, pos + 1)[0])


def _long8(walker: Walker, pos: int) -> int:
    walker.stack.append(pos)
    return pos + 9 + int(_u8(walker.data, pos + 1)[0])


def _signed4(walker: Walker, pos: int) -> int:
    size = int(_i4(walker.data, pos + 1)[0])
    walker.pos = pos
    if size < 0:
        return walker.stop("a literal has a negative length")
    walker.stack.append(pos)
    return pos + 5 + size


def _line(walker: Walker, pos: int) -> tuple[bytes, int]:
    """Return the line behind an instruction, and where the next instruction lies.

    A last line without an end loses its last byte, as it does when it is loaded.
    """
    stop = walker.data.find(b"\n", pos, walker.end)
    if stop < 0:
        return bytes(walker.data[pos : max(walker.end - 1, pos)]), walker.end + 1
    return bytes(walker.data[pos:stop]), stop + 1


def _number_line(walker: Walker, pos: int) -> int:
    line, after = _line(walker, pos + 1)
    valid = _NUMBER_LINES[walker.data[pos]].fullmatch(line) if len(line) <= _LONGEST_NUMBER else 0
    if not valid:
        walker.odd("a number is none", pos)
    walker.stack.append(pos)
    return after


def _text_line(walker: Walker, pos: int) -> int:
    stop = walker.data.find(b"\n", pos, walker.end)
    if walker.data[pos] == 0x53:
        line = bytes(walker.data[pos + 1 : stop]) if 0 <= stop < pos + 4096 else b"''"
        if not _QUOTED.fullmatch(line):
            walker.odd("a text is not quoted", pos)
    walker.stack.append(pos)
    return walker.end + 1 if stop < 0 else stop + 1


# --- stack, memo, marks ------------------------------------------------------------------------


def _pop(walker: Walker, pos: int) -> int:
    if walker.stack or not walker.marks:
        walker.pop(pos)
    else:
        walker.pop_mark(pos)
    return pos + 1


def _pop_mark(walker: Walker, pos: int) -> int:
    walker.pop_mark(pos)
    return pos + 1


def _dup(walker: Walker, pos: int) -> int:
    top = walker.pop(pos)
    walker.stack += (top, top)
    walker.shared = walker.shared or type(top) is Items
    return pos + 1


def _mark(walker: Walker, pos: int) -> int:
    walker.marks.append(walker.stack)
    walker.stack = []
    return pos + 1


def _memo_index(walker: Walker, pos: int) -> tuple[int | None, int]:
    """Return the place in the memo that an instruction names, and where the next one lies."""
    op = walker.data[pos]
    if op in b"hq":
        return walker.data[pos + 1], pos + 2
    if op in b"jr":
        return int(_u4(walker.data, pos + 1)[0]), pos + 5
    line, after = _line(walker, pos + 1)
    if len(line) < 20 and line.isdigit():
        return int(line), after
    # A loader that ends numbers at a zero byte takes what stands before it.
    number = line.split(b"\0")[0]
    if number != line or not _PLACE_LINE.fullmatch(number):
        walker.odd("a place in the memo is no number", pos)
    if not _PLACE_LINE.fullmatch(number):
        return None, after
    return int(number.replace(b"_", b"")), after


def _put(walker: Walker, pos: int) -> int:
    index, after = _memo_index(walker, pos)
    _remember(walker, index, pos)
    return after


def _memoize(walker: Walker, pos: int) -> int:
    _remember(walker, len(walker.memo), pos)
    return pos + 1


def _remember(walker: Walker, index: int | None, pos: int) -> None:
    if not walker.stack:
        walker.odd("an instruction remembers the top of an empty stack", pos)
    elif index is not None:
        walker.memo[index] = walker.stack[-1]


def _get(walker: Walker, pos: int) -> int:
    index, after = _memo_index(walker, pos)
    value: Value = UNKNOWN
    if index in walker.memo:
        value = walker.memo[index]
    elif index is not None:
        walker.odd("an instruction recalls what was never remembered", pos)
    walker.shared = walker.shared or type(value) is Items
    walker.stack.append(value)
    return after


# --- containers --------------------------------------------------------------------------------

_EMPTY = {0x5D: "list", 0x7D: "dict", 0x8F: "set", 0x29: "tuple"}
_FROM_MARK = {0x6C: "list", 0x64: "dict", 0x91: "frozenset"}


def _empty(walker: Walker, pos: int) -> int:
    walker.made += 4
    walker.stack.append(Items(_EMPTY[walker.data[pos]]))
    return pos + 1


def _from_mark(walker: Walker, pos: int) -> int:
    items = walker.pop_mark(pos)
    walker.made += 4
    made = Items(_FROM_MARK[walker.data[pos]])
    walker.add(made, items, pos)
    walker.stack.append(made)
    return pos + 1


def _tuple(walker: Walker, pos: int) -> int:
    items = walker.pop_mark(pos)
    walker.stack.append(walker.tuple_of(items, pos))
    return pos + 1


def _tuple_of_few(walker: Walker, pos: int) -> int:
    items = [walker.pop(pos) for _ in range(walker.data[pos] - 0x84)]
    items.reverse()
    walker.stack.append(walker.tuple_of(items, pos))
    return pos + 1


def _add_from_mark(walker: Walker, pos: int) -> int:
    items = walker.pop_mark(pos)
    if not walker.stack:
        walker.odd("an instruction takes from an empty stack", pos)
    else:
        walker.add(walker.stack[-1], items, pos)
    return pos + 1


def _append(walker: Walker, pos: int) -> int:
    item = walker.pop(pos)
    if walker.stack:
        walker.add(walker.stack[-1], [item], pos)
    else:
        walker.odd("an instruction takes from an empty stack", pos)
    return pos + 1


def _set_item(walker: Walker, pos: int) -> int:
    value, key = walker.pop(pos), walker.pop(pos)
    if walker.stack:
        walker.add(walker.stack[-1], [key, value], pos)
    else:
        walker.odd("an instruction takes from an empty stack", pos)
    return pos + 1


# --- what reaches outside ----------------------------------------------------------------------


def _name(line: bytes) -> str:
    return line[:2048].decode("utf-8", "replace")


def _global(walker: Walker, pos: int) -> int:
    module, middle = _line(walker, pos + 1)
    name, after = _line(walker, middle) if middle <= walker.end else (b"", middle)
    walker.stack.append(walker.find(_name(module), _name(name), pos))
    return after


def _stack_global(walker: Walker, pos: int) -> int:
    name, module = walker.pop(pos), walker.pop(pos)
    texts = [_text_of(walker, value) for value in (module, name)]
    if texts[0] is not None and texts[1] is not None:
        walker.stack.append(walker.find(texts[0], texts[1], pos))
        return pos + 1
    unknown = [
        value
        for value in (module, name)
        if isinstance(value, Made | Persistent | Global) and not isinstance(value, Unknown)
    ]
    if unknown:
        walker.sink.computed(pos)
    else:
        walker.odd("a name to import is no text", pos)
    walker.stack.append(UNKNOWN)
    return pos + 1


def _text_of(walker: Walker, value: Value) -> str | None:
    return text_at(walker.data, value) if type(value) is int and value >= 0 else None


def _inst(walker: Walker, pos: int) -> int:
    module, middle = _line(walker, pos + 1)
    name, after = _line(walker, middle) if middle <= walker.end else (b"", middle)
    items = walker.pop_mark(pos)
    _call(walker, walker.find(_name(module), _name(name), pos), items, pos)
    return after


def _obj(walker: Walker, pos: int) -> int:
    items = walker.pop_mark(pos)
    if not items:
        walker.odd("an instruction takes from an empty stack", pos)
    _call(walker, items[0] if items else UNKNOWN, items[1:], pos)
    return pos + 1


def _call(walker: Walker, target: Value, items: list[Value], pos: int) -> None:
    args = walker.tuple_of(items, pos)
    walker.sink.called(target, args, pos)
    walker.made += 4
    walker.stack.append(Made(target, args))


def _reduce(walker: Walker, pos: int) -> int:
    args, target = walker.pop(pos), walker.pop(pos)
    walker.sink.called(target, args, pos)
    walker.made += 4
    walker.stack.append(Made(target, args))
    return pos + 1


def _new_with_names(walker: Walker, pos: int) -> int:
    named = walker.pop(pos)
    args, target = walker.pop(pos), walker.pop(pos)
    walker.sink.called(target, args, pos)
    walker.made += 4
    walker.stack.append(Made(target, args, named))
    return pos + 1


def _build(walker: Walker, pos: int) -> int:
    state = walker.pop(pos)
    if not walker.stack:
        walker.odd("an instruction takes from an empty stack", pos)
        return pos + 1
    target = walker.stack[-1]
    walker.sink.built(target, state, pos)
    if type(target) is Made:
        target.state = state
        return after_build(walker, target, TABLE, pos + 1)
    return pos + 1


def _persistent_line(walker: Walker, pos: int) -> int:
    _, after = _line(walker, pos + 1)
    walker.sink.persistent(UNKNOWN, pos)
    walker.stack.append(Persistent(UNKNOWN))
    return after


def _persistent(walker: Walker, pos: int) -> int:
    id = walker.pop(pos)
    walker.sink.persistent(id, pos)
    walker.stack.append(Persistent(id))
    return pos + 1


def _extension(walker: Walker, pos: int) -> int:
    size = {0x82: 1, 0x83: 2, 0x84: 4}[walker.data[pos]]
    if pos + 1 + size > walker.end:
        return walker.end + 1
    code = int.from_bytes(walker.data[pos + 1 : pos + 1 + size], "little")
    walker.sink.extension(code, pos)
    walker.stack.append(Made(UNKNOWN, UNKNOWN))
    return pos + 1 + size


# --- the pickle itself -------------------------------------------------------------------------


def _protocol(walker: Walker, pos: int) -> int:
    walker.protocol = walker.data[pos + 1]
    if walker.protocol > 5:
        walker.odd(f"protocol {walker.protocol} of pickles is not known", pos)
    return pos + 2


def _outside_buffer(walker: Walker, pos: int) -> int:
    walker.sink.unread("a part of the pickle is kept outside it", pos)
    walker.stack.append(UNKNOWN)
    return pos + 1


def _same(walker: Walker, pos: int) -> int:
    if not walker.stack:
        walker.odd("an instruction takes from an empty stack", pos)
    return pos + 1


def _stop(walker: Walker, pos: int) -> int:
    walker.stopped = walker.done = True
    walker.result = walker.pop(pos)
    walker.limit = walker.pos = pos + 1
    if walker.stack or walker.marks:
        walker.odd("the pickle leaves values behind that nothing uses", pos)
    return pos + 1


def _fill() -> None:
    table: dict[bytes, Handler] = {
        b"KMJGN\x88\x89": _fixed,
        b"\x8cUC\x8a": _short,
        b"XB": _long4,
        b"\x8d\x8e\x96": _long8,
        b"T\x8b": _signed4,
        b"ILF": _number_line,
        b"SV": _text_line,
        b"0": _pop,
        b"1": _pop_mark,
        b"2": _dup,
        b"(": _mark,
        b"pqr": _put,
        b"\x94": _memoize,
        b"ghj": _get,
        b"]})\x8f": _empty,
        b"ld\x91": _from_mark,
        b"t": _tuple,
        b"\x85\x86\x87": _tuple_of_few,
        b"eu\x90": _add_from_mark,
        b"a": _append,
        b"s": _set_item,
        b"c": _global,
        b"\x93": _stack_global,
        b"i": _inst,
        b"o": _obj,
        b"R\x81": _reduce,
        b"\x92": _new_with_names,
        b"b": _build,
        b"P": _persistent_line,
        b"Q": _persistent,
        b"\x82\x83\x84": _extension,
        b"\x80": _protocol,
        b"\x95": frame,
        b"\x97": _outside_buffer,
        b"\x98": _same,
        b".": _stop,
    }
    TABLE.extend([_invalid] * 256)
    for ops, handler in table.items():
        for op in ops:
            TABLE[op] = handler


_fill()
