"""The base of every emitter: a page is a list of blocks, and a block knows no markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

TONES = ("plain", "strong", "faint", "warn", "bad", "good")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's title, 2 a section, 3 a group within it.

    ``anchor`` is the name under which another page can point to it.
    """

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of its own; ``tone`` is one of :data:`TONES`, ``indent`` in columns."""

    text: str
    tone: str = "plain"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list.

    mark:    a sign (``!``, ``?``, ``·``); two spaces before it put the entry one level deeper
    text:    what it says
    tag:     what stands beside it in brackets: a rule's id, a severity
    details: shorter lines below it
    """

    text: str
    mark: str = "·"
    tag: str = ""
    details: tuple[str, ...] = ()
    tone: str = "plain"

    @property
    def depth(self) -> int:
        """How many levels below the top of its list the entry stands."""
        return leading(self.mark) // STEP


STEP = 2
"""The spaces that put an entry or a detail one level deeper."""


def leading(text: str) -> int:
    """Return how many spaces ``text`` begins with."""
    return len(text) - len(text.lstrip(" "))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; every row has one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines shown as they are: a command, a condition."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks under a line of their own, which a form that can fold shows folded.

    ``aside`` leaves them out where nothing folds, so that the line stands alone.
    """

    text: str
    blocks: tuple[Block, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Room between two blocks."""


Block = Heading | Line | Item | Table | Code | Fold | Gap


@dataclass(slots=True)
class Page:
    """A growing page."""

    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        """Append blocks in order."""
        self.blocks.extend(blocks)

    def __iter__(self) -> Iterator[Block]:
        """Iterate over the blocks, with no two gaps in a row and none at either end."""
        before: Block = Gap()
        waiting = False
        for block in self.blocks:
            if isinstance(block, Gap):
                waiting = not isinstance(before, Gap)
                continue
            if waiting:
                yield Gap()
                waiting = False
            yield block
            before = block


def printable(text: str) -> str:
    """Return ``text`` on one line, with everything that could steer a terminal written out.

    Text from a release is hostile: control and format characters, direction marks and halves of
    surrogate pairs become their escapes.
    """
    if text.isprintable():
        return text
    return "".join(_shown(each) for each in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return character.encode("unicode_escape").decode("ascii")


def cut(text: str, width: int) -> str:
    """Return at most ``width`` characters of ``text``, the last one an ellipsis where cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
