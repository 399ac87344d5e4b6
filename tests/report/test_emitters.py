"""Text and Markdown over one page: layout, and text of a stranger that must not steer anything."""

from __future__ import annotations

import pytest

from weighbridge.report.blocks import Code, Gap, Heading, Item, Line, Page, Table, cut, printable
from weighbridge.report.markdown import escape, to_markdown
from weighbridge.report.text import to_text


def page(*blocks: object) -> Page:
    made = Page()
    made.add(*blocks)  # type: ignore[arg-type]
    return made


def test_items_hang_and_a_tag_stays_in_one_piece() -> None:
    item = Item("word " * 8 + "end", "!", "a/rule/1 gs", ("detail",))
    assert to_text(page(item), width=60) == (
        "    ! word word word word word word word word end\n      [a/rule/1 gs]\n        detail\n"
    )


def test_gaps_are_neither_doubled_nor_left_at_an_end() -> None:
    assert to_text(page(Gap(), Line("a"), Gap(), Gap(), Line("b"), Gap())) == "a\n\nb\n"


def test_the_last_column_of_a_table_wraps() -> None:
    table = Table(("name", "what"), (("a", "x " * 20 + "y"), ("bbb", "z")))
    assert to_text(page(table), width=30) == (
        "name  what\na     x x x x x x x x x x x x\n      x x x x x x x x y\nbbb   z\n"
    )


def test_markdown_has_headings_lists_tables_and_code() -> None:
    made = page(
        Heading("Top", 1),
        Item("one", tag="id", details=("two", "  three")),
        Table(("a", "b"), (("1", ""),)),
        Code(("x = 1",)),
        Line("said", "strong"),
    )
    assert to_markdown(made) == (
        "# Top\n\n- one (`id`)\n  - two\n    - three\n\n"
        "| a | b |\n| --- | --- |\n| 1 |   |\n\n```\nx = 1\n```\n\n**said**\n"
    )


HOSTILE = {
    "\x1b]0;title\x07": "\\x1b]0;title\\x07",
    "a\x1b[31mred": "a\\x1b[31mred",
    "left\u202eright": "left\\u202eright",
    "two\nlines": "two lines",
    "half\ud800": "half\\ud800",
    "\x9b2J": "\\x9b2J",
    "zero\u200bwidth": "zero\\u200bwidth",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_steer_a_terminal_is_written_out(text: str) -> None:
    assert printable(text) == HOSTILE[text]
    for made in (Line(text), Item(text, tag=text, details=(text,)), Heading(text)):
        shown = to_text(page(made)) + to_markdown(page(made))
        assert not set(shown) & set("\x1b\x07\x9b\u202e\u200b\ud800")
    shown = to_text(page(Table((text,), ((text,),)))) + to_text(page(Code((text,))))
    assert "\x1b" not in shown


MARKUP = {
    "[link](https://x.example)": r"\[link\](https\://x.example)",
    "<script>": r"\<script\>",
    "# title": r"\# title",
    "- item": r"\- item",
    "1. item": r"1\. item",
    "| cell": r"\| cell",
    "**bold** `code` ~~gone~~": r"\*\*bold\*\* \`code\` \~\~gone\~\~",
    "![image](x)": r"\!\[image\](x)",
    "@someone www.x.example": r"\@someone www\.x.example",
    "plain 1.5 well-known": "plain 1.5 well-known",
}


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_in_a_text_becomes_markup(text: str) -> None:
    assert escape(text) == MARKUP[text]


def test_a_tag_cannot_leave_its_code_span_nor_a_line_its_code_block() -> None:
    assert "`a'b`" in to_markdown(page(Item("x", tag="a`b")))
    assert to_markdown(page(Code(("```",)))).count("```") == 2


def test_long_text_is_cut_with_a_sign() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
