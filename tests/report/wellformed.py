"""Reads HTML with a stack, so that a tag left open or closed twice is an error."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_RAW = {"style", "title"}


class Html(HTMLParser):
    """What a document holds: its tags, anchors, links and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute stands twice in <{tag}>"
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag not in _VOID:
            self.open.append(tag)
        assert tag not in ("p", "h1", "h2", "h3") or "p" not in self.open[:-1], f"<{tag}> in <p>"

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        if not set(self.open) & _RAW:
            self.text += data


def read_html(source: str) -> Html:
    """Return what ``source`` holds; fails where it is not well-formed or its headings skip."""
    read = Html()
    read.feed(source)
    read.close()
    assert read.open == [], f"left open: {read.open}"
    assert len(read.ids) == len(set(read.ids)), "an anchor stands twice"
    for before, after in zip([0, *read.headings], read.headings, strict=False):
        assert after <= before + 1, f"a heading of level {after} follows one of level {before}"
    return read
