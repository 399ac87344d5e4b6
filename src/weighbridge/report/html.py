"""A page as HTML that stands alone: no script, no picture, nothing fetched.

Every text is escaped, so nothing in it can become markup of its own; a text becomes a link only
where ``link`` knows its name. How it looks is in ``page.css`` beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape as escape_markup
from itertools import groupby
from pathlib import Path

from weighbridge.report.blocks import (
    STEP,
    TONES,
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

Link = Callable[[str], str]
"""Gives the address of a name (a rule's id, a fact, a discharge), or an empty text."""

_STYLE = Path(__file__).with_name("page.css")
_DEEPEST = 6
_NAMED = re.compile(r"`([^`]+)`")
_BETWEEN = ", "
_SHORT = 20
_DOCUMENT = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{trail}<main>
{body}
</main>
{foot}</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a page: what it is called, and its address from that page."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page.

    title: what a window calls it; the page's first heading where left out
    trail: the pages above it, from the top
    foot:  lines at its end
    """

    title: str = ""
    trail: tuple[Step, ...] = ()
    foot: tuple[str, ...] = ()


def no_link(_name: str) -> str:
    """Return no address for any name."""
    return ""


def to_html(page: Page, frame: Frame | None = None, link: Link = no_link) -> str:
    """Return the page as a whole HTML document that ends with a newline."""
    around = frame or Frame()
    title = around.title or next(
        (block.text for block in page if isinstance(block, Heading)), "Weighbridge"
    )
    return _DOCUMENT.format(
        title=escape(title),
        style=style(),
        trail=_trail(around.trail, title),
        body=to_fragment(page, link),
        foot=_foot(around.foot),
    )


def to_fragment(page: Iterable[Block], link: Link = no_link) -> str:
    """Return the page's blocks as HTML that another document can hold."""
    return "\n".join(_Emitter(link).emit(page))


def escape(text: str) -> str:
    """Return ``text`` with every character that HTML reads as markup escaped."""
    return escape_markup(printable(text))


@cache
def style() -> str:
    """Return the style sheet that every page carries."""
    return _STYLE.read_text(encoding="utf-8")


def _trail(steps: tuple[Step, ...], title: str) -> str:
    links = (f'<li><a href="{escape(each.address)}">{escape(each.text)}</a></li>' for each in steps)
    here = f'<li aria-current="page">{escape(title)}</li>'
    way = f"<ol>{''.join(links)}{here}</ol>"
    return f'<nav aria-label="where this page stands">{way}</nav>\n' if steps else ""


def _foot(lines: tuple[str, ...]) -> str:
    said = "".join(f"<p>{escape(each)}</p>" for each in lines)
    return f"<footer>\n{said}\n</footer>\n" if lines else ""


class _Emitter:
    def __init__(self, link: Link) -> None:
        self.link = link

    def emit(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Yield the lines of some blocks; a section ends where a heading as high begins."""
        opened: list[int] = []
        for is_list, run in groupby(blocks, lambda block: isinstance(block, Item)):
            if is_list:
                yield from self._list([each for each in run if isinstance(each, Item)])
                continue
            for block in run:
                if isinstance(block, Heading):
                    yield from self._section(block, opened)
                else:
                    yield from self._block(block)
        yield from ("</section>" for _ in opened)

    def _section(self, heading: Heading, opened: list[int]) -> Iterator[str]:
        """Yield the ends of sections before this one and its heading; no level is skipped."""
        while opened and opened[-1] >= heading.level:
            opened.pop()
            yield "</section>"
        shown = min(len(opened) + 1, _DEEPEST)
        opened.append(heading.level)
        anchor = f' id="{escape(heading.anchor)}"' if heading.anchor else ""
        yield f'<section class="level-{heading.level}"{anchor}>'
        yield f"<h{shown}>{self._text(heading.text)}</h{shown}>"

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Line(text, tone, indent):
                kind = _class(tone, "indented" if indent else "")
                yield f"<p{kind}>{self._text(text)}</p>"
            case Code(lines):
                shown = "\n".join(escape(line) for line in lines)
                yield f'<pre tabindex="0"><code>{shown}</code></pre>'
            case Table():
                yield from self._table(block)
            case Fold(text, blocks):
                yield f"<details><summary>{self._text(text)}</summary>"
                yield from self.emit(blocks)
                yield "</details>"
            case Heading() | Item() | Gap():
                return

    def _list(self, items: list[Item]) -> Iterator[str]:
        yield from _nested(((each.depth, self._item(each)) for each in items), "entries")

    def _item(self, item: Item) -> str:
        tag = f" {self._names(item.tag, 'tag')}" if item.tag else ""
        mark = f'<span class="mark" aria-hidden="true">{escape(item.mark.strip())}</span>'
        said = f"{mark}<span{_class(item.tone)}>{self._text(item.text)}</span>{tag}"
        details = ((leading(each) // STEP, self._text(each.strip())) for each in item.details)
        return said + "".join(_nested(details, "details"))

    def _table(self, table: Table) -> Iterator[str]:
        heads = "".join(f'<th scope="col">{self._text(each)}</th>' for each in table.columns)
        yield '<div class="scroll" tabindex="0"><table>'
        yield f"<thead><tr>{heads}</tr></thead>"
        yield "<tbody>"
        for first, *rest in table.rows:
            cells = "".join(f"<td{_short(each)}>{self._cell(each)}</td>" for each in rest)
            yield f'<tr><th scope="row"{_short(first)}>{self._cell(first)}</th>{cells}</tr>'
        yield "</tbody>"
        yield "</table></div>"

    def _cell(self, text: str) -> str:
        parts = text.split(_BETWEEN)
        if any(self.link(each) for each in (text, *parts)):
            return self._names(text, "name")
        return self._text(text)

    def _names(self, text: str, kind: str) -> str:
        """Return one name, or several with commas between, each linked where it is known."""
        names = [text] if self.link(text) else text.split(_BETWEEN)
        return _BETWEEN.join(self._name(each, kind) for each in names)

    def _name(self, name: str, kind: str) -> str:
        shown = f'<code class="{kind}">{escape(name)}</code>'
        address = self.link(name)
        return f'<a href="{escape(address)}">{shown}</a>' if address else shown

    def _text(self, text: str) -> str:
        """Return a sentence: what stands in backticks as code, what is known as a link."""
        address = self.link(text)
        if address:
            return f'<a href="{escape(address)}">{escape(text)}</a>'
        parts = _NAMED.split(text)
        parts[1::2] = [self._name(name, "name") for name in parts[1::2]]
        parts[::2] = map(escape, parts[::2])
        return "".join(parts)


def _nested(entries: Iterable[tuple[int, str]], kind: str) -> Iterator[str]:
    """Yield a list, with lists in it for entries that stand deeper; no level is skipped."""
    opened = 0
    for depth, shown in entries:
        wanted = min(depth, opened) + 1
        while opened > wanted:
            opened -= 1
            yield "</li></ul>"
        if opened == wanted:
            yield "</li>"
        else:
            opened += 1
            yield f'<ul class="{kind}">'
        yield f"<li>{shown}"
    yield from ("</li></ul>" for _ in range(opened))


def _short(cell: str) -> str:
    """Return the class of a cell that is better kept on one line: a day, a word, a place."""
    return ' class="short"' if len(cell) <= _SHORT else ""


def _class(*kinds: str) -> str:
    chosen = [each for each in kinds if each and each not in TONES[:1]]
    return f' class="{" ".join(chosen)}"' if chosen else ""
