"""A page as plain text: at most 100 columns, colour only where a terminal asked for it."""

from __future__ import annotations

from textwrap import wrap

from weighbridge.report.blocks import (
    STEP,
    Block,
    Code,
    Fold,
    Gap,
    Heading,
    Item,
    Line,
    Page,
    Table,
    printable,
)

WIDTH = 100
_COLOURS = {"strong": "1", "faint": "2", "warn": "33", "bad": "31", "good": "32"}
_INDENT = {1: "", 2: "", 3: "  "}
_COLUMN_GAP = "  "
_NARROWEST = 12
_FIXED_SPACE = "\xa0"


def to_text(page: Page, *, width: int = WIDTH, colour: bool = False) -> str:
    """Return the page as text that ends with a newline."""
    return _Emitter(width, colour).emit(page)


class _Emitter:
    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour
        self.lines: list[str] = []

    def emit(self, page: Page) -> str:
        for block in page:
            self._block(block)
        return "\n".join(self.lines) + "\n"

    def _block(self, block: Block) -> None:
        match block:
            case Gap():
                self.lines.append("")
            case Heading(text, level):
                self._wrapped(text, _INDENT[level], tone="strong")
            case Line(text, tone, indent):
                self._wrapped(text, " " * indent, tone=tone)
            case Item():
                self._item(block)
            case Code(lines):
                self.lines.extend(f"    {printable(line)}" for line in lines)
            case Table():
                self._table(block)
            case Fold(text, _, aside=True):
                self._wrapped(text, "")
            case Fold(text, blocks):
                self._wrapped(text, "", tone="strong")
                for each in blocks:
                    self._block(each)

    def _item(self, item: Item) -> None:
        tag = item.tag.replace(" ", _FIXED_SPACE)
        text = f"{printable(item.text)}  [{tag}]" if tag else item.text
        deeper = " " * STEP * item.depth
        self._wrapped(text, f"    {item.mark} ", f"      {deeper}", item.tone)
        for detail in item.details:
            self._wrapped(detail, f"        {deeper}", f"          {deeper}", "faint")

    def _wrapped(self, text: str, first: str, rest: str | None = None, tone: str = "plain") -> None:
        shown = wrap(
            _FIXED_SPACE.join(printable(part) for part in text.split(_FIXED_SPACE)),
            self.width,
            initial_indent=first,
            subsequent_indent=first if rest is None else rest,
            break_on_hyphens=False,
        )
        for line in shown or [first.rstrip()]:
            self.lines.append(self._toned(line.replace(_FIXED_SPACE, " "), tone))

    def _toned(self, line: str, tone: str) -> str:
        code = _COLOURS.get(tone)
        return f"\x1b[{code}m{line}\x1b[0m" if self.colour and code else line

    def _table(self, table: Table) -> None:
        widths = self._widths(table)
        self._row(table.columns, widths, "strong")
        for row in table.rows:
            self._row(row, widths, "plain")

    def _widths(self, table: Table) -> list[int]:
        """Return a width for each column; the last takes what is left."""
        columns = list(zip(table.columns, *table.rows, strict=True))
        widths = [max(len(printable(cell)) for cell in column) for column in columns]
        used = sum(widths[:-1]) + len(_COLUMN_GAP) * (len(widths) - 1)
        widths[-1] = max(_NARROWEST, min(widths[-1], self.width - used))
        return widths

    def _row(self, cells: tuple[str, ...], widths: list[int], tone: str) -> None:
        *front, last = (printable(cell) for cell in cells)
        parts = wrap(last, widths[-1], break_on_hyphens=False) or [""]
        padded = [cell.ljust(width) for cell, width in zip(front, widths, strict=False)]
        lead = _COLUMN_GAP.join([*padded, parts[0]]).rstrip()
        self.lines.append(self._toned(lead, tone))
        blank = " " * (sum(widths[:-1]) + len(_COLUMN_GAP) * len(front))
        self.lines.extend(self._toned(blank + part, tone) for part in parts[1:])
