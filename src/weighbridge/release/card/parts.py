"""The parts of a card: sections, and in them passages, tables and code, each with its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from weighbridge.release.training import Training
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Node

_SENTENCE_END = re.compile(
    r"(?<=[.!?;])(?<!approx\.)(?<!vs\.)(?<!e\.g\.)(?<!i\.e\.)(?<!cf\.)(?<!Mrd\.)(?<!Mio\.)(?<!ca\.)\s+|(?<=[。！？；])"
)
_MOST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of running text that belong together: a paragraph or one item of a list.

    text:  without markup, lines joined by one space
    marks: for each line of the file its offset in ``text`` and its number
    item:  it is an item of a list
    label: it stands alone in bold, as a heading does, or ends with a colon
    """

    file: str
    text: str
    marks: tuple[tuple[int, int], ...]
    item: bool = False
    label: bool = False

    def place(self, offset: int = 0) -> Place:
        """Return the place of the line on which the character at ``offset`` stands."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0])
        return Place(self.file, self.marks[max(index - 1, 0)][1])

    def sentences(self) -> Iterator[Sentence]:
        """Yield the sentences in order, one beyond 2,000 characters in pieces."""
        start = 0
        for end in _SENTENCE_END.finditer(self.text):
            yield from self._pieces(start, end.start())
            start = end.end()
        yield from self._pieces(start, len(self.text))

    def _pieces(self, start: int, end: int) -> Iterator[Sentence]:
        for at in range(start, end, _MOST_SENTENCE):
            stop = min(end, at + _MOST_SENTENCE)
            while start < at < stop and self.text[at].isdigit() and self.text[at - 1].isdigit():
                at += 1  # the rest of a number is none
            yield Sentence(self.text[at:stop], self, at)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``start`` is its offset in the passage it stands in."""

    text: str
    passage: Passage
    start: int

    def place(self, offset: int = 0) -> Place:
        """Return the place of the character at ``offset`` of this sentence."""
        return self.passage.place(self.start + offset)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, without markup, with the line it stands on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``rows`` holds the header first where there is one."""

    file: str
    rows: tuple[tuple[Cell, ...], ...]

    def place(self, cell: Cell) -> Place:
        """Return the place of ``cell``."""
        return Place(self.file, cell.line)


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block of code; ``text`` is never run and only looked at for its length."""

    file: str
    line: int
    text: str


@dataclass(slots=True)
class Section:
    """A heading with what stands under it, up to the next heading of any level.

    level: 1 to 6; 0 for what stands before the first heading
    path:  the titles of the headings above it, outermost first, and its own
    """

    file: str
    title: str
    level: int
    line: int
    path: tuple[str, ...] = ()
    passages: list[Passage] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    code: list[Code] = field(default_factory=list)
    _sentences: list[Sentence] | None = field(default=None, repr=False, compare=False)
    _stated: list[Passage] | None = field(default=None, repr=False, compare=False)

    @property
    def place(self) -> Place:
        """The place of the heading."""
        return Place(self.file, self.line)

    def sentences(self) -> list[Sentence]:
        """Return every sentence of what it states; to be asked once the section is complete."""
        if self._sentences is None:
            self._sentences = [each for passage in self.stated() for each in passage.sentences()]
        return self._sentences

    def stated(self) -> list[Passage]:
        """Return its passages, then each row of a table of two columns as ``label: value``.

        To be asked once the section is complete.
        """
        if self._stated is None:
            self._stated = [*self.passages, *self._rows()]
        return self._stated

    def _rows(self) -> list[Passage]:
        return [
            Passage(table.file, f"{row[0].text}: {row[1].text}", ((0, row[0].line),))
            for table in self.tables
            if all(len(row) == 2 for row in table.rows)
            for row in table.rows
            if row[0].text and row[1].text
        ]


@dataclass(frozen=True, slots=True)
class Card:
    """What the card files of a release hold.

    front_matter:      the mapping between the ``---`` lines; its nodes know their lines;
                       empty where there is none or it could not be read
    front_matter_file: the file it stands in, ``""`` where there is none
    files:             every card file read, the one with the front matter first
    sections:          of all files, in that order
    training:          what it tells of how the model was trained, beyond single figures
    """

    front_matter: Entries
    front_matter_file: str
    files: tuple[str, ...]
    sections: tuple[Section, ...]
    training: Training = field(default_factory=Training)

    def place(self, node: Node) -> Place:
        """Return the place of a node of the front matter."""
        return Place(self.front_matter_file, node.line)

    def sentences(self) -> Iterator[tuple[Section, Sentence]]:
        """Yield every sentence of the body with the section it stands in."""
        for section in self.sections:
            for sentence in section.sentences():
                yield section, sentence
