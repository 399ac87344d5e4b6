"""The walk over one pickle: its stack, memo and marks are kept, nothing is made or run.

Most instructions of a big pickle are numbers, texts and places in the memo; :meth:`Walker._run`
does those. The rest, and whatever goes wrong, is done by the table in ``opcodes.py``, which knows
every instruction. After a fault the walk goes on as far as bytes can be told apart: loaders differ
in what they forgive, and what comes later must not be hidden by it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from itertools import repeat
from operator import length_hint

from weighbridge.release.hazards.pickle.events import Sink
from weighbridge.release.hazards.pickle.python2 import as_python3
from weighbridge.release.hazards.pickle.values import (
    KEPT,
    UNKNOWN,
    Global,
    Items,
    Value,
    weight,
)
from weighbridge.release.hazards.view import Buffer

Handler = Callable[["Walker", int], int]
_u4 = struct.Struct("<I").unpack_from

# How long a literal of fixed size is, instruction included; 0 for every other instruction.
FIXED = [0] * 256
for _op, _size in ((0x4B, 2), (0x4D, 3), (0x4A, 5), (0x47, 9), (0x4E, 1), (0x88, 1), (0x89, 1)):
    FIXED[_op] = _size

# Literals too big for a frame stand between two of them: how long their length field is.
BIG = {0x42: 4, 0x58: 4, 0x8D: 8, 0x8E: 8, 0x96: 8}

STRETCH = 1 << 20
"""After so many instructions the walk looks at what it keeps."""
MOST_KEPT = 1 << 25
"""So many parts are kept at most, of some 36 bytes each: about a gigabyte."""

TOO_HEAVY = 1 << 40
"""A container that unfolds to so many parts was made to be unfolded."""


class Walker:
    """One pickle being read.

    stopped: its STOP was met; ``pos`` is then the place behind it
    spent:   the budget ran out
    faulty:  where the first fault lay, ``None`` where there was none
    """

    def __init__(self, data: Buffer, start: int, end: int, sink: Sink, budget: int) -> None:
        """Begin at ``start``; never look beyond ``end``."""
        self.data, self.start, self.end, self.sink = data, start, end, sink
        self.pos = start
        self.limit = end
        self.frame_end: int | None = None
        self.small_frame = False
        self.frame_at = start
        self.straddled: tuple[int, int, int | None] | None = None
        self.protocol = 0
        self.stack: list[Value] = []
        self.marks: list[list[Value]] = []
        self.memo: dict[int, Value] = {}
        self.shared = False
        self.heavy = False
        self.result: Value = UNKNOWN
        self.stopped = self.done = False
        self.faulty: int | None = None
        self.budget = budget
        self.made = 0
        self._ticks = repeat(None, 0)
        self._later = budget
        self._refill()

    @property
    def left(self) -> int:
        """How much of the budget is left."""
        return self._later + length_hint(self._ticks)

    def _refill(self) -> None:
        """Take the next stretch of the budget."""
        count = min(self._later, STRETCH)
        self._later -= count
        self._ticks = repeat(None, count)

    def _is_too_big(self) -> bool:
        """Return whether more is kept in memory than a scan may keep, by a count of its parts."""
        stacks = len(self.stack) + sum(map(len, self.marks)) + 3 * len(self.marks)
        return stacks + 4 * len(self.memo) + self.made > MOST_KEPT

    @property
    def spent(self) -> bool:
        """Whether the budget ran out before the pickle did."""
        return not self.stopped and self.left == 0

    def spend(self, ticks: int) -> None:
        """Take from the budget what something within the pickle used."""
        self._later = max(self._later - ticks, 0)

    def walk(self, table: list[Handler], quick: bool = True) -> Walker:
        """Read to the STOP, to where nothing can be told apart any more, or to the budget's end.

        ``quick`` is for tests: without it every instruction goes by the table.
        """
        while not self.done:
            try:
                if quick:
                    self._run(table, self._ticks)
                else:
                    self._run_slowly(table)
            except (LookupError, struct.error):
                self._forgive(table)
            else:
                self._at_limit()
        return self

    def _run(self, table: list[Handler], ticks: Iterable[None]) -> None:
        data, limit, fixed, memo, u4 = self.data, self.limit, FIXED, self.memo, _u4
        stack, pos = self.stack, self.pos
        push = stack.append
        try:
            for _ in ticks:
                if pos >= limit:
                    break
                op = data[pos]
                size = fixed[op]
                if size:
                    push(pos)
                    pos += size
                elif op == 0x94:  # MEMOIZE
                    memo[len(memo)] = stack[-1]
                    pos += 1
                elif op == 0x8C:  # SHORT_BINUNICODE
                    push(pos)
                    pos += 2 + data[pos + 1]
                elif op == 0x58:  # BINUNICODE
                    push(pos)
                    pos += 5 + u4(data, pos + 1)[0]
                elif op == 0x71:  # BINPUT
                    memo[data[pos + 1]] = stack[-1]
                    pos += 2
                elif op == 0x72:  # LONG_BINPUT
                    memo[u4(data, pos + 1)[0]] = stack[-1]
                    pos += 5
                elif op == 0x68:  # BINGET
                    value = memo[data[pos + 1]]
                    self.shared = self.shared or type(value) is Items
                    push(value)
                    pos += 2
                elif op == 0x6A:  # LONG_BINGET
                    value = memo[u4(data, pos + 1)[0]]
                    self.shared = self.shared or type(value) is Items
                    push(value)
                    pos += 5
                elif op == 0x28:  # MARK
                    self.marks.append(stack)
                    self.stack = stack = []
                    push = stack.append
                    pos += 1
                else:
                    pos = table[op](self, pos)
                    stack, limit = self.stack, self.limit
                    push = stack.append
        finally:
            self.pos = pos

    def _run_slowly(self, table: list[Handler]) -> None:
        for _ in self._ticks:
            if self.pos >= self.limit:
                break
            self.pos = table[self.data[self.pos]](self, self.pos)

    def _forgive(self, table: list[Handler]) -> None:
        """Do by the table what the quick way could not."""
        try:
            self.pos = table[self.data[self.pos]](self, self.pos)
        except (LookupError, struct.error):
            self.stop("the pickle ends within an instruction")

    def _at_limit(self) -> None:
        if self.done:
            return
        if self.pos > self.end:
            self.stop("the pickle ends within an instruction")
        elif self.pos < self.limit:
            if self._is_too_big():
                self.sink.unread("the pickle holds more than a scan may keep in memory", self.pos)
                self.done = True
            elif self._later:
                self._refill()
            else:
                self.done = True
        elif self.limit == self.end:
            self.stop("the pickle ends without a STOP")
        else:
            if self.pos > self.limit:
                self.odd("an instruction lies across the end of its frame", self.pos)
                self.straddle(None)
            elif self.small_frame and self.pos < self.end and self.data[self.pos] not in BIG:
                self.odd("a frame ends where no writer ends one", self.pos)
            self.limit = self.end

    def stop(self, why: str) -> int:
        """End the walk at a fault; return where."""
        self.odd(why, min(self.pos, self.end))
        self.done = True
        self.limit = self.pos
        return self.pos

    def odd(self, what: str, pos: int) -> None:
        """Note a fault."""
        if self.faulty is None:
            self.faulty = pos
        self.sink.odd(what, pos)

    def straddle(self, begin: int | None) -> None:
        """Note the first frame that something lies across, and where that begins if known."""
        if self.straddled is None:
            self.straddled = self.frame_at, self.limit, begin

    def pop(self, pos: int) -> Value:
        """Take the top of the stack."""
        if self.stack:
            return self.stack.pop()
        self.odd("an instruction takes from an empty stack", pos)
        return UNKNOWN

    def pop_mark(self, pos: int) -> list[Value]:
        """Take everything above the last mark."""
        items = self.stack
        if self.marks:
            self.stack = self.marks.pop()
        else:
            self.odd("an instruction looks for a mark where there is none", pos)
            self.stack = []
        return items

    def find(self, module: str, name: str, pos: int) -> Global:
        """Tell that a name would be imported and return it."""
        target = Global(module, name)
        if self.protocol < 3:
            mapped = as_python3(module, name)
            if mapped != (module, name):
                target = Global(*mapped, raw=(module, name))
        self.sink.found(target, pos)
        return target

    def add(self, target: Value, items: list[Value], pos: int) -> None:
        """Add items to a container."""
        if type(target) is Items:
            target.add(items, self.shared)
            self.made += min(len(items), KEPT)
            if target.weight > TOO_HEAVY:
                self.too_heavy(pos)

    def tuple_of(self, items: list[Value], pos: int) -> Items:
        """Return a tuple of these."""
        made = Items("tuple", items[:KEPT])
        self.made += len(made.kept) + 4
        made.weight += sum(map(weight, items)) if self.shared else len(items)
        if made.weight > TOO_HEAVY:
            self.too_heavy(pos)
        return made

    def too_heavy(self, pos: int) -> None:
        """Tell once that a container refers to itself or to others again and again."""
        if not self.heavy:
            self.heavy = True
            why = f"containers refer to each other so often that they unfold to over {TOO_HEAVY:,}"
            self.sink.unread(f"{why} parts", pos)
