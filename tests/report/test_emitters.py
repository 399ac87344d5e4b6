"""Text, Markdown and HTML over one page: layout, and hostile text that must not steer anything."""

from __future__ import annotations

import pytest

from tests.report.wellformed import read_html
from weighbridge.report.blocks import (
    Code,
    Fold,
    Gap,
    Heading,
    Item,
    Line,
    Page,
    Table,
    cut,
    printable,
)
from weighbridge.report.html import Frame, Step, to_fragment, to_html
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


def test_deeper_entries_hang_deeper_in_every_form() -> None:
    made = page(Item("all:"), Item("a b c", "  ·", details=("d",)), Item("e"))
    assert to_text(made, width=12) == ("    · all:\n      · a b\n        c\n          d\n    · e\n")
    assert to_markdown(made) == "- all:\n  - a b c\n    - d\n- e\n"
    assert strip_marks(to_fragment(made)) == (
        '<ul class="entries"><li>all:<ul class="entries"><li>a b c'
        '<ul class="details"><li>d</li></ul></li></ul></li><li>e</li></ul>'
    )


def strip_marks(html: str) -> str:
    shown = html.replace('<span class="mark" aria-hidden="true">·</span>', "").replace("\n", "")
    return shown.replace("<span>", "").replace("</span>", "")


def test_a_fold_is_shown_open_where_nothing_folds() -> None:
    made = page(Fold("as written", (Code(("a: 1",)), Item("b"))), Line("c"))
    assert to_text(made) == "as written\n    a: 1\n    · b\nc\n"
    assert to_markdown(made) == "**as written**\n\n```\na: 1\n```\n\n- b\n\nc\n"
    html = to_fragment(made)
    assert html.startswith("<details><summary>as written</summary>\n<pre")
    assert html.endswith("</details>\n<p>c</p>")


def test_an_aside_is_left_out_where_nothing_folds() -> None:
    made = page(Fold("9 rules", (Item("b"),), aside=True), Line("c"))
    assert to_text(made) == "9 rules\nc\n"
    assert to_markdown(made) == "9 rules\n\nc\n"
    assert "<details><summary>9 rules</summary>" in to_fragment(made)
    assert "<span>b</span>" in to_fragment(made)


def test_html_has_headings_in_order_lists_tables_and_code() -> None:
    made = page(
        Heading("Top", 1),
        Item("one", "!", "id", ("two", "  three"), "warn"),
        Heading("Deep", 3, "here"),
        Table(("a", "b"), (("1", ""),)),
        Heading("Next", 2),
        Code(("x = 1", "y")),
        Line("said", "strong", 2),
    )
    assert (
        to_fragment(made)
        == """\
<section class="level-1">
<h1>Top</h1>
<ul class="entries">
<li><span class="mark" aria-hidden="true">!</span><span class="warn">one</span> \
<code class="tag">id</code><ul class="details"><li>two<ul class="details"><li>three</li></ul>\
</li></ul>
</li></ul>
<section class="level-3" id="here">
<h2>Deep</h2>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>
<tbody>
<tr><th scope="row" class="short">1</th><td class="short"></td></tr>
</tbody>
</table></div>
</section>
<section class="level-2">
<h2>Next</h2>
<pre tabindex="0"><code>x = 1
y</code></pre>
<p class="strong indented">said</p>
</section>
</section>"""
    )


def test_an_html_document_stands_alone_and_is_well_formed() -> None:
    frame = Frame(trail=(Step("law", "../index.html"),), foot=("read by <nobody>",))
    html = to_html(page(Heading("A & B", 1), Line("text")), frame)
    read = read_html(html)
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">\n')
    assert "<title>A &amp; B</title>" in html
    assert "default-src 'none'" in html
    assert read.links == ["../index.html"]
    assert not {"script", "link", "img", "iframe", "form"} & set(read.tags)
    assert "read by &lt;nobody&gt;" in html
    assert to_html(page(Line("text"))).count("<title>Weighbridge</title>") == 1


def test_a_name_becomes_a_link_only_where_it_is_known() -> None:
    known = {"a/rule/1": "x.html#a/rule/1", "fact": "facts.html#fact", "https://law": "https://law"}

    def link(name: str) -> str:
        return known.get(name, "")

    def made(*blocks: object) -> str:
        return to_fragment(page(*blocks), link)

    tag = '<a href="x.html#a/rule/1"><code class="tag">a/rule/1</code></a>'
    assert made(Item("t", "·", "a/rule/1, b/2")).endswith(
        f'{tag}, <code class="tag">b/2</code>\n</li></ul>'
    )
    assert made(Line("from `fact`, `other` and `")) == (
        '<p>from <a href="facts.html#fact"><code class="name">fact</code></a>, '
        '<code class="name">other</code> and `</p>'
    )
    assert made(Line("https://law")) == '<p><a href="https://law">https://law</a></p>'
    assert made(Line("https://elsewhere")) == "<p>https://elsewhere</p>"
    cell = '<td class="short"><a href="facts.html#fact"><code class="name">fact</code></a></td>'
    assert cell in made(Table(("a", "b"), (("one, two", "fact"),)))
    assert '<th scope="row" class="short">one, two</th>' in made(
        Table(("a", "b"), (("one, two", "fact"),))
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
        shown = to_text(page(made)) + to_markdown(page(made)) + to_html(page(made))
        assert not set(shown) & set("\x1b\x07\x9b\u202e\u200b\ud800")
    for made in (Table((text,), ((text,),)), Code((text,)), Fold(text, (Line(text),))):
        shown = to_text(page(made)) + to_markdown(page(made)) + to_html(page(made))
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


TAGS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><b>", "&lt;", "'x'")


@pytest.mark.parametrize("text", TAGS)
def test_nothing_in_a_text_becomes_a_tag_or_an_entity(text: str) -> None:
    blocks = (
        Heading(text, 1, text),
        Line(text),
        Item(text, text, text, (text,)),
        Table((text, text), ((text, text),)),
        Code((text,)),
        Fold(text, (Line(text),)),
    )
    html = to_html(page(*blocks), Frame(text, (Step(text, text),), (text,)), lambda _: text)
    read = read_html(html)
    assert not {"script", "img", "b"} & set(read.tags)
    assert read.text.count(text) >= 15
    assert text in read.ids
    assert set(read.links) == {text}


def test_long_text_is_cut_with_a_sign() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
