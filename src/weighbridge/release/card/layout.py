"""The body of a card as sections: headings, passages, tables, code; comments left out."""

from __future__ import annotations

import re

from weighbridge.release.card.badges import badges_in
from weighbridge.release.card.html_table import read_html_table
from weighbridge.release.card.markup import plain
from weighbridge.release.card.parts import Cell, Code, Passage, Section, Table

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s*(.{1,400})")
_HTML_HEADING = re.compile(r"\s{0,8}<h([1-6])\b[^<>]{0,400}>(.{0,400})", re.IGNORECASE)
_ITEM = re.compile(
    r"\s{0,12}(?:(?:[-*+•·◦▪●・]|\d{1,3}[.)]|\(?[a-z]\)|[（(]\d{1,2}[)）])\s+|<li\b[^<>]{0,200}>)",
    re.I,
)
_BOLD = r"(?:\*\*|__|<(?:b|strong)>)"
_BOLD_END = r"(?:\*\*|__|</(?:b|strong)>)"
_ALONE = re.compile(rf"\s{{0,8}}{_BOLD}[^*<>]{{2,80}}{_BOLD_END}\s?[:：]?(?:\s|<br\s?/?>)*", re.I)
# "**Parameters** 7B" says what "**Parameters:** 7B" says.
_BOLD_LABEL = re.compile(
    rf"(\s{{0,8}}{_BOLD}[^*_<>.:：]{{2,40}}{_BOLD_END})\s{{1,4}}(?=[A-Z0-9~≈<(])"
)
_FENCE = re.compile(r"\s{0,8}(```+|~~~+)")
_RULE_ROW = re.compile(r"[\s|:+-]+")
_WORD = re.compile(r"^[A-Za-z0-9.,]+")
_BREAK = re.compile(r"<br\s?/?>|<p>|</li>|</p>", re.IGNORECASE)
_MOST_PASSAGE = 10_000
_MOST_TABLE_LINES = 3_000


def read_sections(lines: list[str], first_line: int, file: str) -> list[Section]:
    """Return the sections of a body given as lines, the first of which is ``first_line``."""
    reader = _Reader(lines, first_line, file)
    while reader.index < len(lines):
        reader.step()
    reader.flush()
    return reader.sections


class _Reader:
    """Walks the lines once; ``pending`` holds those of the passage being gathered."""

    def __init__(self, lines: list[str], first_line: int, file: str) -> None:
        self.lines = lines
        self.first_line = first_line
        self.file = file
        self.index = 0
        self.sections = [Section(file, "", 0, first_line)]
        self.pending: list[tuple[int, str]] = []
        self.gathered = 0
        self.item = False
        self.alone = False

    @property
    def number(self) -> int:
        return self.first_line + self.index

    def step(self) -> None:
        line = self.lines[self.index]
        if "<!--" in line and "-->" not in line.split("<!--", 1)[1]:
            self._comment()
        elif fence := _FENCE.match(line):
            self._code(fence[1])
        elif heading := _HEADING.match(line) or _HTML_HEADING.match(line):
            self._heading(heading)
        elif "<table" in line.lower():
            self._html_table()
        elif line.lstrip().startswith("|") or self._is_table_head():
            self._table()
        else:
            self._text(line)

    def flush(self) -> None:
        """Close the passage being gathered."""
        marks, parts, length = [], [], 0
        for number, text in self.pending:
            if text:
                marks.append((length, number))
                parts.append(text)
                length += len(text) + 1
        if parts:
            text = " ".join(parts)
            label = (self.alone and len(marks) == 1) or text.endswith((":", "："))
            passage = Passage(self.file, text, tuple(marks), self.item, label)
            self.sections[-1].passages.append(passage)
        self.pending, self.gathered, self.item, self.alone = [], 0, False, False

    def _comment(self) -> None:
        head = self.lines[self.index].split("<!--", 1)[0]
        self._add(head)
        self.index += 1
        while self.index < len(self.lines) and "-->" not in self.lines[self.index]:
            self.index += 1
        self.index += 1

    def _code(self, fence: str) -> None:
        self.flush()
        start = self.number
        block: list[str] = []
        self.index += 1
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if line.strip().startswith(fence):
                break
            block.append(line)
        self.sections[-1].code.append(Code(self.file, start, "\n".join(block)))

    def _heading(self, heading: re.Match[str]) -> None:
        self.flush()
        level = int(heading[1]) if heading[1].isdigit() else len(heading[1])
        title = plain(heading[2].rstrip("# \t"))
        above = self.sections[-1]
        titles = list(above.path[: max(0, min(level - 1, len(above.path)))])
        path = (*titles, *[""] * (level - 1 - len(titles)), title)
        self.sections.append(Section(self.file, title, level, self.number, path))
        self.index += 1

    def _html_table(self) -> None:
        self.flush()
        start = self.index
        end = min(len(self.lines), start + _MOST_TABLE_LINES)
        while self.index < end and "</table" not in self.lines[self.index].lower():
            self.index += 1
        self.index = min(self.index + 1, len(self.lines))
        block = self.lines[start : self.index]
        self.sections[-1].tables.append(read_html_table(block, self.first_line + start, self.file))

    def _is_table_head(self) -> bool:
        if "|" not in self.lines[self.index] or self.index + 1 >= len(self.lines):
            return False
        rule = self.lines[self.index + 1]
        return "|" in rule and "-" in rule and bool(_RULE_ROW.fullmatch(rule[:2000]))

    def _table(self) -> None:
        self.flush()
        rows = []
        while self.index < len(self.lines) and "|" in self.lines[self.index]:
            line = self.lines[self.index][:_MOST_PASSAGE]
            if not _RULE_ROW.fullmatch(line):
                cells = line.strip().removeprefix("|").removesuffix("|").split("|")
                rows.append(tuple(Cell(plain(cell), self.number) for cell in cells[:60]))
            self.index += 1
        self.sections[-1].tables.append(Table(self.file, tuple(rows)))

    def _text(self, line: str) -> None:
        if not line.strip():
            self.flush()
        elif item := _ITEM.match(line):
            self.flush()
            self.item = True
            self._add(_BOLD_LABEL.sub(r"\1: ", line[item.end() :], count=1))
        else:
            self.alone = not self.pending and bool(_ALONE.fullmatch(line[:200]))
            self._add(_BOLD_LABEL.sub(r"\1: ", line, count=1))
        self._badges(line)
        self.index += 1

    def _badges(self, line: str) -> None:
        """Add each badge of the line as a passage of its own."""
        if "/badge/" in line:
            for text in badges_in(line):
                self.flush()
                self.pending.append((self.number, text))
            self.flush()

    def _add(self, line: str) -> None:
        if "<!--" in line:
            line = re.sub(r"<!--(?:(?!-->).){0,5000}-->", " ", line)
        for piece in _BREAK.split(line):
            for start in range(0, len(piece), _MOST_PASSAGE):
                cut = piece[start : start + _MOST_PASSAGE].lstrip("> \t")
                if start and piece[start - 1].isalnum():
                    cut = _WORD.sub("", cut, count=1)  # the rest of a word or number is none
                text = plain(cut)
                if self.gathered + len(text) > _MOST_PASSAGE:
                    self.flush()
                self.pending.append((self.number, text))
                self.gathered += len(text) + 1
