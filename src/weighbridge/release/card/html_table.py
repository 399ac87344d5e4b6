"""Tables written in HTML, with cells that span rows and columns laid out."""

from __future__ import annotations

import re

from weighbridge.release.card.markup import plain
from weighbridge.release.card.parts import Cell, Table

_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]{0,400})>", re.IGNORECASE)
_SPAN = re.compile(r"(row|col)span\s?=\s?[\"']?(\d{1,2})", re.IGNORECASE)
_MOST_CELLS = 4_000
_MOST_COLUMNS = 60


def read_html_table(lines: list[str], first_line: int, file: str) -> Table:
    """Return the table that ``lines`` hold; a cell that spans is repeated where it reaches."""
    grid: dict[tuple[int, int], Cell] = {}
    row = -1
    open_cell: tuple[int, str] | None = None
    text: list[str] = []
    for number, line in enumerate(lines, first_line):
        position = 0
        for tag in _TAG.finditer(line):
            if open_cell:
                text.append(line[position : tag.start()])
                _place(grid, max(row, 0), Cell(plain(" ".join(text)), open_cell[0]), open_cell[1])
                open_cell = None
            position = tag.end()
            if tag[1] or len(grid) > _MOST_CELLS:
                continue
            if tag[2].lower() == "tr":
                row += 1
            elif tag[2].lower() in ("td", "th"):
                open_cell, text = (number, tag[3]), []
        if open_cell:
            text.append(line[position:])
    return Table(file, _rows(grid))


def _place(grid: dict[tuple[int, int], Cell], row: int, cell: Cell, attributes: str) -> None:
    spans = {kind.lower(): int(count) for kind, count in _SPAN.findall(attributes)}
    column = 0
    while (row, column) in grid:
        column += 1
    for down in range(max(1, spans.get("row", 1))):
        for right in range(max(1, spans.get("col", 1))):
            if column + right < _MOST_COLUMNS and len(grid) <= _MOST_CELLS:
                grid.setdefault((row + down, column + right), cell)


def _rows(grid: dict[tuple[int, int], Cell]) -> tuple[tuple[Cell, ...], ...]:
    rows: dict[int, list[tuple[int, Cell]]] = {}
    for (row, column), cell in sorted(grid.items(), key=lambda item: item[0]):
        rows.setdefault(row, []).append((column, cell))
    return tuple(tuple(cell for _, cell in cells) for _, cells in sorted(rows.items()))
