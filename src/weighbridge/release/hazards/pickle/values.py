"""What lies on the stack while a pickle is read: no object of it is ever made.

A literal is the position of its instruction, an ``int``; what it says is read again when asked
for, which is seldom. Everything else is one of the classes here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT = 64
"""So many items of a container are kept to be looked at; of the rest only the count."""
HEAVIEST = 1 << 60


@dataclass(slots=True)
class Global:
    """A name that loading would import.

    module, name: as Python 3 would look them up
    raw:          as they are written, where Python 2 names are mapped; else ``None``
    """

    module: str
    name: str
    raw: tuple[str, str] | None = None

    @property
    def full(self) -> str:
        """The dotted name."""
        return f"{self.module}.{self.name}"


@dataclass(slots=True)
class Made:
    """What a call would return.

    target: what is called      args: with what      state: what it is then built with
    """

    target: Value
    args: Value
    state: Value = -1


@dataclass(slots=True)
class Items:
    """A tuple, list, set or dict.

    kind:   one of those words
    kept:   its first items, keys and values of a dict in turn
    weight: how many parts it unfolds to when each reference to a part counts anew
    """

    kind: str
    kept: list[Value] = field(default_factory=list)
    weight: int = 1

    def add(self, items: list[Value], unfold: bool) -> None:
        """Add items; their own parts are counted where ``unfold`` says that some are shared."""
        if len(self.kept) < KEPT:
            self.kept += items[: KEPT - len(self.kept)]
        added = sum(weight(each) for each in items) if unfold else len(items)
        self.weight = min(self.weight + added, HEAVIEST)


@dataclass(slots=True)
class Persistent:
    """What the loader is asked for by an identifier of its own."""

    id: Value


@dataclass(slots=True)
class Unknown:
    """What cannot be known: the pickle took it from where nothing lies."""


Value = int | Global | Made | Items | Persistent | Unknown
NOTHING: Value = -1
UNKNOWN = Unknown()


def weight(value: Value) -> int:
    """Return how many parts a value unfolds to."""
    return value.weight if type(value) is Items else 1
