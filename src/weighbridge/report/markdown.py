"""A page as Markdown that any renderer takes; nothing in it can become markup of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    leading,
    printable,
)

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!@]|:(?=//)|(?<=www)\.)")
_LIST_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+])(?=\s|$)")
_EMPHASIS = {"strong": "**", "bad": "**", "warn": "**", "faint": "*", "good": "**"}


def to_markdown(page: Page) -> str:
    """Return the page as Markdown that ends with a newline."""
    return "\n".join(_all_lines(page)) + "\n"


def _all_lines(blocks: Iterable[Block]) -> list[str]:
    lines: list[str] = []
    before: Block = Gap()
    for block in blocks:
        if _needs_room(before, block) and lines and lines[-1]:
            lines.append("")
        lines.extend(_lines(block))
        before = block
    return lines


def escape(text: str) -> str:
    """Return ``text`` with every character that Markdown reads as markup escaped."""
    escaped = _MARKUP.sub(r"\\\1", printable(text))
    return _LIST_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped)


def _needs_room(before: Block, block: Block) -> bool:
    if isinstance(block, Gap):
        return False
    return not (isinstance(before, Item) and isinstance(block, Item))


def _lines(block: Block) -> list[str]:
    match block:
        case Gap():
            return []
        case Heading(text, level):
            return [f"{'#' * level} {escape(text)}"]
        case Line(text, tone):
            mark = _EMPHASIS.get(tone, "")
            return [f"{mark}{escape(text)}{mark}"]
        case Item():
            return _item(block)
        case Code(lines):
            return ["```", *(printable(line).replace("```", "'''") for line in lines), "```"]
        case Table():
            return _table(block)
        case Fold(text, _, aside=True):
            return [escape(text)]
        case Fold(text, blocks):
            return [f"**{escape(text)}**", "", *_all_lines(blocks)]


def _item(item: Item) -> list[str]:
    tail = f" ({_code(item.tag)})" if item.tag else ""
    lead = "  " * item.depth
    details = (lead + _detail(each) for each in item.details)
    return [f"{lead}- {escape(item.text)}{tail}", *details]


def _detail(text: str) -> str:
    """Return a line below an item; leading spaces make it one of a list of its own."""
    depth = 1 + leading(text) // STEP
    return f"{'  ' * depth}- {escape(text.strip())}"


def _code(text: str) -> str:
    return f"`{printable(text).replace('`', chr(39))}`"


def _table(table: Table) -> list[str]:
    rule = "|".join(" --- " for _ in table.columns)
    rows = (table.columns, *table.rows)
    shown = [f"| {' | '.join(escape(cell) or ' ' for cell in row)} |" for row in rows]
    return [shown[0], f"|{rule}|", *shown[1:]]
